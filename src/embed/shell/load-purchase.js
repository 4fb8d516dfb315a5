// Loads the purchase, which comes after the brand grid. This is bundled into the glue, so that each instance of the
// widget has its own.
import { bare, enter } from "./crash-guard.js";

// The build replaces this name by the one with the hash.
const PURCHASE = "cr-widget-purchase.js";
let failures = 0;
let attached;

// A browser may remember that an import failed, so that the next try has another URL.
const script = () => import(new URL(PURCHASE, import.meta.url) + (failures ? `?retry=${failures}` : "")).catch((error) => {
  failures++;
  throw error;
});

// Loads the second wasm module into this instance, then calls the function at index `callback` of the table with `data`
// and whether the module is there. Only success is remembered.
export const loadPurchase = async (callback, data) => {
  let isThere = true;
  attached ??= script().then(({ attach }) => attach(bare()));
  await attached.catch((error) => {
    console.error("cr-widget:", error);
    attached = undefined;
    isThere = false;
  });
  enter(bare().__indirect_function_table.get(callback), [data, isThere]);
};

// Adds the purchase's style sheet to the shadow root (or document) of `root`; resolves to its messages in `lang` as
// JSON text.
export const loadStylesAndMessages = async (root, lang) => (await script()).loadStylesAndMessages(root, lang);
