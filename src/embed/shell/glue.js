// What the shell uses of the JavaScript that wasm-bindgen writes; the rest of it falls away when this is bundled.
import * as guard from "./guard.js";
import { leave } from "./making.js";

export { default } from "cr-widget/app";
export { mount } from "./making.js";
// Registers what the shell wants called when the instance has died.
export const onCrash = (callback) => guard.onCrash(() => {
  leave();
  callback();
});
