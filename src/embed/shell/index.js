// The entry point of the npm package, which exports and registers nothing.
export { CrWidget, CrWidgetElement, define, mount, version } from "./cr-widget.js";
