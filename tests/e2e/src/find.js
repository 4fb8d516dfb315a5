// Finds elements in the widget's shadow root by ARIA role and accessible name, as a person with a screen reader would.
// Arguments: role, name (what the name is or begins with, or null for any). With the role "focus", it returns the name
// of the focused element instead.
const [role, name] = arguments;
const host = document.querySelector("cr-widget");
const root = host && host.shadowRoot;
if (!root) return [];
const roleOf = (element) => {
  const explicit = element.getAttribute("role");
  if (explicit) return explicit;
  const tag = element.localName;
  if (tag === "button") return "button";
  if (tag === "summary") return "summary";
  if (tag === "a" && element.hasAttribute("href")) return "link";
  if (tag === "select") return "combobox";
  if (tag === "textarea") return "textbox";
  if (/^h[1-6]$/.test(tag)) return "heading";
  if (tag === "li") return "listitem";
  if (tag === "dialog") return "dialog";
  if (tag === "output") return "status";
  if (tag === "input") {
    const type = element.type;
    if (type === "radio" || type === "checkbox") return type;
    if (type === "search") return "searchbox";
    return "textbox";
  }
  return "";
};
const squeeze = (text) => text.replace(/[\u2066-\u2069\u200e\u200f]/g, "").replace(/\s+/g, " ").trim();
// Returns text as a screen reader has it: without what is hidden from it.
const textOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  return [...node.childNodes].map(textOf).join(" ");
};
const nameOf = (element) => {
  const by = element.getAttribute("aria-labelledby");
  if (by) return squeeze(by.split(/\s+/).map((id) => textOf(root.getElementById(id) ?? document.createTextNode(""))).join(" "));
  const label = element.getAttribute("aria-label");
  if (label) return squeeze(label);
  if (element.labels && element.labels.length) return squeeze([...element.labels].map(textOf).join(" "));
  return squeeze(textOf(element) || element.getAttribute("alt") || "");
};
if (role === "focus") return root.activeElement ? nameOf(root.activeElement) : "";
const shown = (element) => element.checkVisibility ? element.checkVisibility({ visibilityProperty: true }) : true;
const wanted = name === null ? null : squeeze(name);
return [...root.querySelectorAll("*")].filter(
  (element) => roleOf(element) === role && (shown(element) || element.type === "radio" || element.type === "checkbox")
    && (wanted === null || nameOf(element) === wanted || nameOf(element).startsWith(wanted)),
);
