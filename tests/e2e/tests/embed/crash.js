// Ends wasm instances at named points, from outside: at the point that is armed every indirect call of the newest instance is
// made to trap. Counts what happens then. Comes after probe.js, in whose place everything is kept.
(() => {
  const { seen } = document;
  // What is to break it; whether that is done, when, and what was alive right after; calls into instances that are over.
  Object.assign(seen, { armed: null, struck: null, at: 0, told: 0, left: null, late: 0, deaths: 0, creates: 0 });
  const real = { setTimeout: window.setTimeout, fetch: window.fetch };
  const lives = [];
  const isOver = () => lives.at(-1)?.isOver ?? false;

  // A function of wasm that tells us and traps, whoever calls it; what calls it as one of another type traps before.
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 97, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 1,
    10, 7, 1, 5, 0, 16, 0, 0, 11];
  const trap = () => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { a: { a: () => lives.at(-1).end() } }).exports.f;

  // Breaks the newest instance; gives the way back.
  seen.break = () => {
    const end = trap();
    const table = seen.exports.at(-1).__indirect_function_table;
    const kept = [];
    for (let at = 0; at < table.length; at++) {
      kept.push(table.get(at));
      table.set(at, end);
    }
    seen.at = performance.now();
    return () => kept.forEach((call, at) => table.set(at, call));
  };
  // Runs what enters the instance by `kind`. If that is armed it is the end of it, unless it has nothing to do with the wasm.
  const during = (kind, call) => {
    if (seen.armed !== kind || isOver()) return call();
    const mend = seen.break();
    try {
      return call();
    } finally {
      if (isOver()) Object.assign(seen, { armed: null, struck: kind });
      else mend();
    }
  };
  // Breaks it right before what enters it next.
  const before = (kind) => {
    if (seen.armed !== kind) return;
    Object.assign(seen, { armed: null, struck: kind });
    seen.break();
  };

  const counted = (exports) => {
    const life = { isOver: false };
    lives.push(life);
    life.end = () => {
      if (life.isOver) return;
      life.isOver = true;
      seen.deaths++;
      const look = () => {
        const isTold = [...document.querySelectorAll("cr-widget")].every((e) => e.shadowRoot?.querySelector(".note"));
        if (isTold && !seen.told) seen.told = performance.now();
      };
      Promise.resolve().then(look);
      // By now the shell waits to begin anew; of the instance nothing is left.
      real.setTimeout(() => {
        look();
        const streams = [...seen.streams].filter((stream) => stream.readyState !== 2).length;
        seen.left = { streams, timers: seen.timers.size, listeners: seen.listeners.size };
      }, 20);
    };
    return Object.fromEntries(Object.entries(exports).map(([name, it]) => [name, typeof it !== "function" ? it : (...given) => {
      if (life.isOver) seen.late++;
      try {
        return it(...given);
      } catch (error) {
        life.end();
        throw error;
      }
    }]));
  };
  // The second module links with the exports themselves.
  const bare = new Map();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const make = WebAssembly[name];
    WebAssembly[name] = async (source, imports) => {
      const shared = imports?.__wasm_split;
      const made = await make.call(WebAssembly, source, shared ? { __wasm_split: bare.get(shared) } : imports);
      if (shared) before("second module");
      const { exports } = made.instance ?? made;
      if (!exports?.memory) return made;
      const ours = counted(exports);
      bare.set(ours, exports);
      before("first module");
      return { instance: { exports: ours }, module: made.module };
    };
  }

  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const wrapped = new WeakMap();
  const wrap = (call) => {
    if (typeof call !== "function") return call;
    if (!wrapped.has(call)) {
      wrapped.set(call, function (event) {
        const kind = event.currentTarget instanceof EventSource ? "stream" : event.type;
        return during(kind, () => call.call(this, event));
      });
    }
    return wrapped.get(call);
  };
  EventTarget.prototype.addEventListener = function (name, call, ...given) { return add.call(this, name, wrap(call), ...given); };
  EventTarget.prototype.removeEventListener = function (name, call, ...given) { return remove.call(this, name, wrap(call), ...given); };
  window.setTimeout = (call, wait, ...given) => real.setTimeout(() => during("timer", () => call(...given)), wait);
  const Resize = window.ResizeObserver;
  window.ResizeObserver = class ResizeObserver extends Resize {
    constructor(call) { super((...given) => during("resized", () => call(...given))); }
  };
  window.fetch = async (request, ...given) => {
    const path = new URL(request.url ?? request, location.href).pathname;
    const isCreate = path === "/api/v5/orders" && request.method === "POST";
    if (isCreate) {
      seen.creates++;
      // On its way, and something else ends the instance.
      if (seen.armed === "order under way") real.setTimeout(() => {
        seen.armed = "visibilitychange";
        document.dispatchEvent(new Event("visibilitychange"));
        seen.struck = "order under way";
      }, 50);
    }
    const answer = await real.fetch.call(window, request, ...given);
    before(`answer ${path}`);
    return answer;
  };
})();
