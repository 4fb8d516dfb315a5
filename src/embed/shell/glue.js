// What the shell uses of the JavaScript that wasm-bindgen writes; the rest of it falls away when this is bundled.
export { default, mount } from "cr-widget/app";
export { onCrash } from "./guard.js";
