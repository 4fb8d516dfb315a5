// Loads the purchase, which comes after the brand grid. Bundled into the glue, so each instance of the widget has its own.
import init from "cr-widget/app";
import { bare, enter } from "./crash-guard.js";

// The build puts the name with the hash.
const PURCHASE = "cr-widget-purchase.js";
let failures = 0;
let attached;

// A browser may remember that an import failed, so the next one has another address.
const script = () => import(new URL(PURCHASE, import.meta.url) + (failures ? `?retry=${failures}` : "")).catch((error) => {
  failures++;
  throw error;
});

// Loads the second module into this instance, then calls the function at `callback` of the table with `data` and whether it
// is there. Only success is remembered.
export const loadPurchase = async (callback, data) => {
  await init();
  let isThere = true;
  attached ??= script().then(({ attach }) => attach(bare()));
  await attached.catch((error) => {
    console.error("cr-widget:", error);
    attached = undefined;
    isThere = false;
  });
  enter(bare().__indirect_function_table.get(callback), [data, isThere]);
};

// Gives the tree of `root` the purchase's style sheet; resolves to its messages of `lang` as JSON text.
export const loadStylesAndMessages = async (root, lang) => (await script()).loadStylesAndMessages(root, lang);
