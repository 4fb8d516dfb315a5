// Watches a page from before its first script: what fails, what is forbidden, what runs. Kept on `document`, so that the
// globals stay as they are.
(() => {
  const seen = { errors: [], violations: [], keys: [], streams: new Set(), timers: new Set(), listeners: new Map(), exports: [] };
  Object.defineProperty(document, "seen", { value: seen });
  addEventListener("error", ({ message }) => { seen.errors.push(String(message)); });
  addEventListener("unhandledrejection", ({ reason }) => { seen.errors.push(String(reason)); });
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    seen.violations.push(`${violatedDirective} ${blockedURI}`);
  });

  const Source = window.EventSource;
  window.EventSource = class EventSource extends Source {
    constructor(...given) {
      super(...given);
      seen.streams.add(this);
    }
  };
  const { setTimeout, clearTimeout } = window;
  window.setTimeout = (call, wait, ...given) => {
    const id = setTimeout(() => {
      seen.timers.delete(id);
      call(...given);
    }, wait);
    seen.timers.add(id);
    return id;
  };
  window.clearTimeout = (id) => {
    seen.timers.delete(id);
    clearTimeout(id);
  };
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const isOfPage = (target) => target === window || target === document || target === undefined;
  EventTarget.prototype.addEventListener = function (name, call, ...given) {
    if (isOfPage(this)) seen.listeners.set(call, name);
    return add.call(this, name, call, ...given);
  };
  EventTarget.prototype.removeEventListener = function (name, call, ...given) {
    if (isOfPage(this)) seen.listeners.delete(call);
    return remove.call(this, name, call, ...given);
  };

  // The exports of the wasm, so that a test can break an instance.
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await real.apply(WebAssembly, given);
      const { exports } = made.instance ?? made;
      if (exports?.memory) seen.exports.push(exports);
      return made;
    };
  }
  seen.keys = Reflect.ownKeys(window).map(String);
})();
