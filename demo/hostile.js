// What old libraries and careless scripts do to a page, at once.
"use strict";
(() => {
  // As prototype.js did: enumerable additions, and a JSON form of its own.
  for (const proto of [Object.prototype, Array.prototype, String.prototype, Element.prototype]) {
    proto.extend = function extend() { return this; };
  }
  Array.prototype.toJSON = function toJSON() { return `[${this.join(", ")}]`; };
  Array.prototype.each = Array.prototype.forEach;
  // What follows would stop everything that steers a browser, so it meets only the checkout.
  const isCheckout = () => /cr-widget/.test(new Error().stack);
  Object.prototype.toJSON = function toJSON() { return isCheckout() ? "{}" : this; };
  Object.prototype.url = "/hijacked";
  // One that knows nothing of a second argument.
  const from = Array.from.bind(Array);
  Array.from = (...given) => from(...(isCheckout() ? given.slice(0, 1) : given));

  // JSON that refuses.
  JSON.parse = () => { throw new Error("the page's own JSON"); };
  const { stringify } = JSON;
  JSON.stringify = (...given) => isCheckout() ? "null" : stringify(...given);

  // Promises, requests and timers in wrappers, as zones and monitors do it.
  class PagePromise extends Promise {
    then(...given) { return super.then(...given); }
  }
  window.Promise = PagePromise;
  const { fetch, setTimeout } = window;
  window.fetch = (...given) => new PagePromise((done, failed) => fetch(...given).then(done, failed));
  window.setTimeout = (call, wait, ...given) => setTimeout(() => call(...given), wait);
  const Source = window.EventSource;
  window.EventSource = class extends Source {};

  // Listeners that throw, and events that are stopped.
  for (const name of ["cr-ready", "cr-step", "cr-brand-select", "cr-order-created", "cr-order-status"]) {
    document.addEventListener(name, () => { throw new Error("a listener of the page"); });
    document.addEventListener(name, async () => { throw new Error("a listener of the page, later"); });
  }

  // And everything frozen, as hardened environments do it.
  for (const name of ["Object", "Array", "Function", "String", "Number", "Promise", "RegExp", "Map", "Set", "Date", "Error"]) {
    Object.freeze(window[name].prototype);
    Object.freeze(window[name]);
  }
})();
