// <cr-widget>: defines the element, keeps its place, and loads the checkout (style sheet, messages, WebAssembly) when it
// comes near the viewport. Everything it loads lies beside this script.
(() => {
  "use strict";
  const ASSETS = /*@assets*/ { glue: "cr-widget-app.js", wasm: "cr-widget-app_bg.wasm", css: "cr-widget.css", locales: { en: "locales/en.json", it: "locales/it.json", ja: "locales/ja.json" }, version: "0.0.0" };
  const TAG = "cr-widget";
  const FLAGS = ["lock-country", "emoney", "expose-order-id"];
  const NAMES = ["proxy", "country", "lang", "coin", "network", "brand", "kind", "theme", "email", "phone", "utm-source",
    "loading", "credentials", "brands", "categories", "countries", "terms-url", "privacy-url", "support-url", "kyc-url", ...FLAGS];
  const script = document.currentScript;
  const here = script?.src || location.href;

  if (window.CrWidget || customElements.get(TAG)) {
    console.info(`cr-widget ${ASSETS.version}: <${TAG}> is defined already; the first one stays`);
    return;
  }

  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const url = (path) => new URL(path, here).href;

  // Assets: each is fetched once for the page; what failed may be tried again.
  const cache = new Map();
  const once = (key, get) => {
    if (!cache.has(key)) cache.set(key, get().catch((error) => { cache.delete(key); throw error; }));
    return cache.get(key);
  };
  const get = async (path, integrity) => {
    const response = await fetch(url(path), integrity ? { integrity } : {});
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response;
  };
  const text = (path, integrity) => once(path, async () => (await get(path, integrity)).text());
  const sheet = (css) => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };
  const styles = () => once("sheet", async () => sheet(await text(ASSETS.css, ASSETS.integrity?.css)));
  const messages = async (locale) => {
    const load = (name) => text(ASSETS.locales[name], ASSETS.integrity?.locales?.[name]);
    return load(locale).catch(() => load("en"));
  };
  let instance = 0;
  let crash;
  const app = () => once("app", async () => {
    const [glue, response] = await Promise.all([
      import(url(ASSETS.glue) + (instance ? `?i=${instance}` : "")),
      get(ASSETS.wasm, ASSETS.integrity?.wasm),
    ]);
    await glue.default({ module_or_path: response });
    glue.onPanic(() => {
      // This instance is dead: the elements say so, and a retry starts a new one.
      instance++;
      cache.delete("app");
      crash();
    });
    return glue;
  });

  const has = (locale) => Object.hasOwn(ASSETS.locales, locale);
  const primary = (tag) => tag.toLowerCase().split("-")[0];
  const choose = (element) => [element.lang, element.parentElement?.closest("[lang]")?.lang, ...navigator.languages, "en"]
    .find((tag) => tag && has(primary(tag)));
  const orders = () => {
    try { return localStorage.getItem("cr-widget:orders") !== null; } catch { return false; }
  };

  // Keeps the place, and holds it until the checkout's own sheet is there. A sheet, since a policy may forbid inline style.
  const base = sheet(`
:host { min-block-size: var(--cr-min-height, 480px) }
@layer shell {
  :host { display: block !important; color-scheme: light }
  :host([hidden]) { display: none !important }
  :host([theme=dark]) { color-scheme: dark }
  @media (prefers-color-scheme: dark) { :host(:not([theme=light])) { color-scheme: dark } }
  .wait { display: grid; gap: 12px; padding: 16px; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)) }
  i { block-size: 110px; border-radius: 12px; background: #8883 }
  i:first-child { grid-column: 1 / -1; block-size: 48px }
  .note { padding: 24px; font: 16px/1.5 system-ui, sans-serif; text-align: center }
  button { font: inherit; min-block-size: 44px; padding-inline: 20px }
}`);
  // For when the messages could not be loaded either.
  const WORDS = {
    "shell.loading": "Loading",
    "shell.failed": "The checkout could not be loaded. Check your connection, then try again.",
    "shell.retry": "Try again",
  };

  const make = (name, props, ...children) => {
    const element = Object.assign(document.createElement(name), props);
    element.append(...children);
    return element;
  };

  class CrElement extends HTMLElement {
    static observedAttributes = NAMES;
    static #live = new Set();
    static #near = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) target.#start();
    }, { rootMargin: "600px" });
    static {
      crash = () => {
        for (const element of CrElement.#live) element.#crashed();
      };
    }
    #root = this.attachShadow({ mode: "open" });
    #handle = null;
    #calls = [];
    #turn = 0;
    #loading = false;
    #leaving = 0;
    #dirty = false;
    #words = WORDS;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [base];
    }

    connectedCallback() {
      clearTimeout(this.#leaving);
      CrElement.#live.add(this);
      // Properties that were set before the element was defined.
      for (const name of NAMES.map(camel)) {
        if (Object.hasOwn(this, name)) {
          const value = this[name];
          delete this[name];
          this[name] = value;
        }
      }
      if (this.#handle || this.#loading) return;
      this.#wait();
      if (this.getAttribute("loading") === "eager" || this.#calls.length || orders()) this.#start();
      else CrElement.#near.observe(this);
    }

    disconnectedCallback() {
      // Moving an element takes it out and puts it back; only one that stays out is ended.
      clearTimeout(this.#leaving);
      this.#leaving = setTimeout(() => this.isConnected || this.#end(), 50);
    }

    attributeChangedCallback() {
      if (!this.#handle || this.#dirty) return;
      this.#dirty = true;
      queueMicrotask(() => {
        this.#dirty = false;
        this.#update();
      });
    }

    open(target) { this.#call("open", target ?? {}); }
    reset() { this.#call("reset"); }
    resume(orderId) { this.#call("resume", String(orderId)); }
    forget() { this.#call("forget"); }

    // Loads the checkout and mounts it.
    async #start() {
      if (this.#handle || this.#loading || !this.isConnected) return;
      this.#loading = true;
      CrElement.#near.unobserve(this);
      const turn = ++this.#turn;
      const slow = setTimeout(() => turn === this.#turn && this.#say("shell.slow"), 10000);
      try {
        const words = this.#setup();
        words.then(({ messages }) => { this.#words = { ...WORDS, ...JSON.parse(messages) }; }, () => {});
        const [glue, css, setup] = await Promise.all([app(), styles(), words]);
        if (turn !== this.#turn || !this.isConnected) return;
        const box = make("div");
        this.#root.adoptedStyleSheets = [base, css];
        this.#root.replaceChildren(box);
        this.#handle = glue.mount(box, this, setup);
        for (const [name, ...values] of this.#calls.splice(0)) this.#handle[name](...values);
        // Attributes may have changed meanwhile.
        this.attributeChangedCallback();
      } catch (error) {
        if (turn !== this.#turn) return;
        console.error("cr-widget:", error);
        const isForbidden = typeof WebAssembly !== "object" || /unsafe-eval|Content Security Policy/i.test(error);
        this.#say(isForbidden ? "shell.forbidden" : "shell.failed", true);
      } finally {
        clearTimeout(slow);
        if (turn === this.#turn) this.#loading = false;
      }
    }

    // The instance is dead: nothing of it may be called any more.
    #crashed() {
      if (!this.#handle && !this.#loading) return;
      this.#handle = null;
      this.#loading = false;
      this.#turn++;
      this.#say("shell.stopped", true);
    }

    async #setup() {
      const lang = choose(this);
      const attributes = {};
      for (const name of NAMES) if (this.hasAttribute(name)) attributes[name] = this.getAttribute(name);
      return { attributes, lang, messages: await messages(primary(lang)) };
    }

    async #update() {
      const handle = this.#handle;
      const turn = this.#turn;
      try {
        const setup = await this.#setup();
        if (handle && handle === this.#handle && turn === this.#turn) handle.update(setup);
      } catch (error) {
        console.error("cr-widget:", error);
      }
    }

    #call(name, ...values) {
      if (this.#handle) {
        this.#handle[name](...values);
      } else {
        this.#calls.push([name, ...values]);
        this.#start();
      }
    }

    #end() {
      CrElement.#near.unobserve(this);
      CrElement.#live.delete(this);
      this.#turn++;
      this.#loading = false;
      const handle = this.#handle;
      this.#handle = null;
      handle?.destroy();
      handle?.free();
      this.#root.replaceChildren();
      this.#root.adoptedStyleSheets = [base];
    }

    #wait() {
      const box = make("div", { className: "wait" }, ...Array.from({ length: 9 }, () => make("i")));
      box.setAttribute("role", "status");
      box.setAttribute("aria-label", WORDS["shell.loading"]);
      this.#root.replaceChildren(box);
    }

    #say(key, isOver) {
      const note = make("div", { className: "note" }, make("p", { textContent: this.#words[key] ?? WORDS["shell.failed"] }));
      note.setAttribute("role", "alert");
      if (isOver) {
        note.append(make("button", { type: "button", textContent: this.#words["shell.retry"], onclick: () => {
          this.#wait();
          this.#start();
        } }));
      }
      this.#root.replaceChildren(note);
    }
  }

  // Properties reflect attributes; `lang` does so by itself.
  for (const name of NAMES) {
    if (name === "lang") continue;
    const isFlag = FLAGS.includes(name);
    Object.defineProperty(CrElement.prototype, camel(name), {
      configurable: true,
      enumerable: true,
      get() { return isFlag ? this.hasAttribute(name) : this.getAttribute(name); },
      set(value) {
        if (isFlag) this.toggleAttribute(name, Boolean(value));
        else if (value === null || value === undefined) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }

  const apply = (element, options = {}) => {
    for (const [name, value] of Object.entries(options)) if (NAMES.includes(kebab(name))) element[name] = value;
  };
  const CrWidget = {
    version: ASSETS.version,
    mount(target, options) {
      const place = typeof target === "string" ? document.querySelector(target) : target;
      if (!place) throw new TypeError(`CrWidget.mount: nothing found at ${target}`);
      const element = document.createElement(TAG);
      apply(element, options);
      place.append(element);
      return { element, update: (changed) => apply(element, changed), destroy: () => element.remove() };
    },
  };
  Object.defineProperty(window, "CrWidget", { value: Object.freeze(CrWidget), configurable: true });
  customElements.define(TAG, CrElement);

  // The script tag itself may carry the attributes: then the element stands right after it.
  if (script && Object.keys(script.dataset).length) {
    const place = () => {
      const element = document.createElement(TAG);
      for (const name of NAMES) {
        const value = script.getAttribute(`data-${name}`);
        if (value !== null) element.setAttribute(name, value);
      }
      if (document.body?.contains(script)) script.after(element);
      else document.body.prepend(element);
    };
    if (script.closest("head") && document.readyState === "loading") document.addEventListener("DOMContentLoaded", place, { once: true });
    else place();
  }
})();
