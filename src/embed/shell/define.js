// `cr-widget/define`: registers the element.
import { define } from "./index.js";

define();
