// `cr-widget/define`: importing it registers <cr-widget>; outside a browser it does nothing.
export {};
import "./index.js";
