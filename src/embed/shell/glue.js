// What the shell uses of the JavaScript that wasm-bindgen writes; the rest of that is left out when this is bundled.
import * as guard from "./crash-guard.js";
import init from "cr-widget/app";
import { leave } from "./pending-create.js";

// Compiling ends and drawing begins in tasks of their own, so that neither blocks the page for long.
export default async (wasm) => {
  await init(wasm);
  await new Promise((turn) => setTimeout(turn));
};
export { mount } from "./pending-create.js";
// Registers the shell's function to call when the instance has died.
export const onCrash = (callback) => guard.onCrash(() => {
  leave();
  callback();
});
