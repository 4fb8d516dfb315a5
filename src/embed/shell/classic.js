// The entry point as a script tag: registers the element, sets the one global, and inserts an element after itself if
// the tag carries `data-` attributes.
import { CrWidget, NAMES, TAG, define, script } from "./cr-widget.js";

define();
window.CrWidget ??= CrWidget;

if (script && Object.keys(script.dataset).length) {
  const place = () => {
    const element = document.createElement(TAG);
    for (const name of NAMES) {
      const value = script.getAttribute(`data-${name}`);
      if (value !== null) element.setAttribute(name, value);
    }
    if (document.body.contains(script)) script.after(element);
    else document.body.prepend(element);
  };
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
}
