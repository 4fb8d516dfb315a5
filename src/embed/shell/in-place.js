// What the JavaScript that wasm-bindgen writes uses in place of the browser's functions and classes of the same names,
// where it names these without an object. The build injects this into the bundle of the glue.
export { EventSource, ResizeObserver } from "./crash-guard.js";
export { fetch } from "./pending-create.js";
