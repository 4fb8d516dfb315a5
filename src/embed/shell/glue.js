// What the shell uses of the JavaScript that wasm-bindgen writes, and how an instance of the first wasm module is made of
// it; the rest of that is left out when this is bundled.
import * as guard from "./crash-guard.js";
import { __wbg_set_wasm } from "cr-widget/app";
import { leave } from "./pending-create.js";
import imports from "cr-widget/imports";

// Compiling while the response comes in requires the right content type, which not every server sends. Compiling ends and
// drawing begins in tasks of their own, so that neither blocks the page for long.
export default async ({ module_or_path }) => {
  const response = await module_or_path;
  const outward = { a: guard.outward(imports) };
  const { instance } = response.headers.get("Content-Type") === "application/wasm"
    ? await WebAssembly.instantiateStreaming(response, outward)
    : await WebAssembly.instantiate(await response.arrayBuffer(), outward);
  const exports = guard.guarded(instance.exports);
  __wbg_set_wasm(exports);
  exports.__wbindgen_start();
  await new Promise((turn) => setTimeout(turn));
};
export { mount } from "./pending-create.js";
// Registers the shell's function to call when the instance has died.
export const onCrash = (callback) => guard.onCrash(() => {
  leave();
  callback();
});
