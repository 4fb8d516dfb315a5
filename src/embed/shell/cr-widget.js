// <cr-widget>: defines the element, reserves its space, and loads the checkout (style sheet, messages, WebAssembly)
// when it comes near the viewport. All files that it loads lie beside this script. Importing this module has no effect,
// in a browser or outside.
// The build makes this object: the address of each file and, where it can be checked, its hash.
import ASSETS from "cr-widget/assets";

export const TAG = "cr-widget";
const FLAGS = ["lock-country", "emoney", "expose-order-id"];
export const NAMES = ["proxy", "country", "lang", "coin", "network", "brand", "kind", "theme", "email", "phone", "utm-source",
  "loading", "credentials", "brands", "categories", "countries", "terms-url", "privacy-url", "support-url", "kyc-url", ...FLAGS];

export const version = ASSETS.version;
export const script = globalThis.document?.currentScript;
let here = import.meta.url || script?.src || globalThis.location?.href;

const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const url = (path) => new URL(path, here).href;

// Each asset is fetched once for the page; one that failed may be fetched again.
const cache = new Map();
const once = (key, get) => {
  if (!cache.has(key)) cache.set(key, get().catch((error) => { cache.delete(key); throw error; }));
  return cache.get(key);
};
const get = async ([path, integrity]) => {
  const response = await fetch(url(path), { integrity });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
};
const sheet = (css) => {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
};
const styles = () => once("css", async () => sheet(await (await get(ASSETS.css)).text()));
const words = (name) => once(name, async () => (await get(ASSETS.locales[name])).text());

// What each element on the page does when the wasm instance dies.
const live = new Map();
let crashes = [];
// Each try has a URL of its own, since a browser may remember that an import failed.
let tries = 0;
const app = () => once("app", async () => {
  const [glue, response] = await Promise.all([
    import(/* webpackIgnore: true */ /* @vite-ignore */ url(ASSETS.glue) + (tries++ ? `?i=${tries}` : "")),
    get(ASSETS.wasm),
  ]);
  await glue.default({ module_or_path: response });
  glue.onCrash?.(() => {
    // This instance is dead. The elements show that, and a new instance takes over; without the shopper up to three
    // times in ten minutes.
    cache.delete("app");
    crashes = [Date.now(), ...crashes.filter((time) => time > Date.now() - 600000)];
    for (const crashed of live.values()) crashed(crashes.length < 4);
  });
  return glue;
});

const primary = (tag) => tag.toLowerCase().split("-")[0];
const choose = (element) => [element.lang, element.parentElement?.closest("[lang]")?.lang, ...navigator.languages, "en"]
  .find((tag) => tag && Object.hasOwn(ASSETS.locales, primary(tag)));
const orders = () => {
  try { return localStorage.getItem("cr-widget:orders") !== null; } catch { return false; }
};

// Reserves the space until the checkout's own style sheet is loaded. It is a style sheet too, since a Content Security
// Policy may forbid inline styles.
const BASE = `@layer shell{
:host{display:block!important;writing-mode:horizontal-tb!important;min-block-size:var(--cr-min-height,480px);color-scheme:light dark!important}
:host([hidden]){display:none!important}
:host([theme=light]){color-scheme:light!important}
:host([theme=dark]){color-scheme:dark!important}
.wait,.note{all:initial;display:block;color-scheme:inherit}
.wait{block-size:calc(var(--cr-grid-height,clamp(26em,100svh - 17em,52em)) + 19em);font-size:var(--cr-font-size,medium);background:repeating-linear-gradient(#8883 0 7em,#0000 0 8em)}
.note{padding:1em;background:canvas;font:16px/1.5 system-ui;text-align:center}
button{font:inherit;padding:1em}}`;
let base;
let near;
// The messages to show when the message file could not be loaded.
const WORDS = {
  "shell.loading": "Loading",
  "shell.failed": "The checkout could not be loaded.",
  "shell.retry": "Try again",
  "shell.help": "Support",
};

const make = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

// Outside a browser there is no HTMLElement to extend.
export class CrWidgetElement extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = NAMES;
  static version = version;
  #root = this.attachShadow({ mode: "open" });
  #handle = null;
  #calls = [];
  #turn = 0;
  #loading;
  #leaving;
  #slow;
  #dirty;
  #words = WORDS;
  // Reference and id of the order on screen, as the checkout reported them last.
  #order = [];

  connectedCallback() {
    clearTimeout(this.#leaving);
    // Constructed style sheets work in one document only, and the document of a frame is removed without a callback.
    if (this.ownerDocument !== document) return;
    // Properties that were set before the element was defined hide the accessors, and are set again.
    for (const name of NAMES.map(camel)) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    live.set(this, (again) => this.#crashed(again));
    if (this.#handle || this.#loading) return;
    this.#root.adoptedStyleSheets = [base ??= sheet(BASE)];
    this.#wait();
    near ??= new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) target.#start();
    }, { rootMargin: "600px" });
    if (this.loading === "eager" || this.#calls.length || orders()) this.#start();
    else near.observe(this);
  }

  disconnectedCallback() {
    // Moving an element removes and inserts it; only the checkout of one that stays removed is ended.
    this.#leaving = setTimeout(() => this.isConnected || this.#end(), 50);
  }

  // In another document the element shows nothing; back in its own document it begins anew.
  adoptedCallback() { this.#end(); }

  // Changes of several attributes in one task are taken over together.
  async attributeChangedCallback(name) {
    if (name === "loading" && this.loading === "eager") this.#start();
    if (!this.#handle || this.#dirty) return;
    this.#dirty = true;
    await 0;
    this.#dirty = false;
    const turn = this.#turn;
    try {
      const setup = await this.#setup();
      if (turn === this.#turn) this.#handle?.update(setup);
    } catch (error) {
      console.error("cr-widget:", error);
    }
  }

  open(target = {}) { this.#call("open", target); }
  reset() { this.#call("reset"); }
  resume(orderId) { this.#call("resume", String(orderId)); }
  forget() { this.#call("forget"); }

  // Loads the checkout and mounts it.
  async #start() {
    if (this.#handle || this.#loading || !live.has(this)) return;
    this.#loading = true;
    near.unobserve(this);
    const turn = ++this.#turn;
    const slow = this.#slow = setTimeout(() => this.#loading && this.#say("shell.slow"), 10000);
    const ready = this.#setup();
    const worded = ready.then(({ messages }) => { this.#words = { ...WORDS, ...JSON.parse(messages) }; }).catch(() => {});
    try {
      const [glue, css, setup] = await Promise.all([app(), styles(), ready]);
      if (turn !== this.#turn) return;
      const box = make("div", {});
      this.#root.adoptedStyleSheets = [base, css];
      this.#root.replaceChildren(box);
      const handle = glue.mount(box, this, setup);
      // The instance may have crashed during the mount.
      if (turn !== this.#turn) return;
      this.#handle = handle;
      this.#carryOut();
      // Attributes may have changed meanwhile.
      this.attributeChangedCallback();
    } catch (error) {
      await worded;
      if (turn !== this.#turn) return;
      console.error("cr-widget:", error);
      const isForbidden = !globalThis.WebAssembly || /CSP|-eval/.test(error);
      this.#say(isForbidden ? "shell.forbidden" : "shell.failed", true);
    } finally {
      clearTimeout(slow);
      if (turn === this.#turn) this.#loading = false;
    }
  }

  // Handles that the instance is dead, of which nothing may be called any more. The next instance goes on with the
  // order.
  #crashed(again) {
    if (!this.#handle && !this.#loading) return;
    this.#handle = null;
    this.#loading = false;
    this.#turn++;
    const [reference, id] = this.#order;
    this.#say("shell.stopped", true, reference);
    if (id) this.#calls = [["resume", id]];
    if (again) setTimeout(() => this.#start(), 500);
  }

  async #setup() {
    const lang = choose(this);
    const attributes = {};
    for (const name of NAMES) if (this.hasAttribute(name)) attributes[name] = this.getAttribute(name);
    return { attributes, lang, messages: await words(primary(lang)).catch(() => words("en")), told: (...order) => { this.#order = order; } };
  }

  #call(...call) {
    this.#calls.push(call);
    if (this.#handle) this.#carryOut();
    else this.#start();
  }

  #carryOut() {
    for (const [name, ...values] of this.#calls.splice(0)) this.#handle?.[name](...values);
  }

  #end() {
    near?.unobserve(this);
    live.delete(this);
    clearTimeout(this.#slow);
    const handle = this.#handle;
    this.#handle = null;
    this.#loading = false;
    this.#turn++;
    handle?.destroy();
    handle?.free();
    this.#root.replaceChildren();
  }

  #wait() {
    this.#root.replaceChildren(make("div", { class: "wait", role: "status", "aria-label": this.#words["shell.loading"] }));
  }

  #say(key, isOver, reference = "") {
    const words = this.#words;
    const help = this.getAttribute("support-url");
    const note = make("div", { class: "note", role: "alert" },
      make("p", {}, words[key] ?? WORDS["shell.failed"]),
      make("p", {}, reference, " ", make("a", {
        href: /^https:/i.test(help) ? help : "mailto:support@cryptorefills.com",
        rel: "noreferrer",
        target: "_blank",
      }, words["shell.help"])));
    if (isOver) {
      const retry = make("button", {}, words["shell.retry"]);
      retry.onclick = () => {
        this.#wait();
        this.#start();
      };
      note.append(retry);
    }
    this.#root.replaceChildren(note);
  }
}

// Properties reflect attributes; for `lang` the browser does that.
for (const name of NAMES) {
  if (name === "lang") continue;
  const isFlag = FLAGS.includes(name);
  Object.defineProperty(CrWidgetElement.prototype, camel(name), {
    enumerable: true,
    // "false" counts as absent, as for the checkout, since frameworks write it.
    get() {
      const value = this.getAttribute(name);
      return isFlag ? (value ?? "false") !== "false" : value;
    },
    set(value) {
      if (isFlag) this.toggleAttribute(name, Boolean(value));
      else if (value === null || value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, value);
    },
  });
}

// Registers the element. `assets` is the URL of the folder of the other files, where it is not that of this script. The
// first definition in a page stays, whichever script made it. Outside a browser this does nothing.
export const define = ({ assets } = {}) => {
  if (!globalThis.customElements) return;
  const first = customElements.get(TAG);
  if (assets) here = new URL(assets, location.href).href;
  if (!first) customElements.define(TAG, CrWidgetElement);
  else if (first !== CrWidgetElement) console.info(`${TAG} ${version}: ${first.version} was here first and stays`);
};

// Sets the properties of an element from options.
const apply = (element, options = {}) => {
  for (const name of NAMES) if (Object.hasOwn(options, camel(name))) element[camel(name)] = options[camel(name)];
};
export const mount = (target, options) => {
  const place = typeof target === "string" ? document.querySelector(target) : target;
  if (!place) throw new TypeError(`CrWidget.mount: no ${target}`);
  define();
  const element = document.createElement(TAG);
  apply(element, options);
  place.append(element);
  return { element, update: (changed) => apply(element, changed), destroy: () => element.remove() };
};
export const CrWidget = Object.freeze({ mount, version });
