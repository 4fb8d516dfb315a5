// The npm package: exports, and registers nothing.
export { CrWidget, CrWidgetElement, define, mount, version } from "./cr-widget.js";
