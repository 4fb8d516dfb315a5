// Editors for the tokens; what is changed is shown as the style sheet to copy.
const TOKENS = {
  "--cr-accent": "#2b4acb", "--cr-accent-dark": "#93a8ff", "--cr-on-accent": "#ffffff", "--cr-on-accent-dark": "#0b1230",
  "--cr-surface": "#ffffff", "--cr-surface-dark": "#14161b", "--cr-text": "#16191f", "--cr-text-dark": "#eceef2",
  "--cr-font": "system-ui, sans-serif", "--cr-font-mono": "ui-monospace, monospace", "--cr-font-size": "16px",
  "--cr-radius": "0.625em", "--cr-space": "0.25em", "--cr-grid-height": "", "--cr-sticky-bottom": "0px",
  "--cr-min-height": "480px",
};
const form = document.querySelector("#tokens");
const css = document.querySelector("#css");
const element = document.querySelector("cr-widget");
const changed = new Map();

const show = () => {
  const lines = [...changed].map(([name, value]) => `  ${name}: ${value};\n`);
  css.textContent = lines.length ? `cr-widget {\n${lines.join("")}}` : "";
};

const field = (name, input) => {
  const label = document.createElement("label");
  label.append(name, input);
  form.append(label);
};

for (const [name, value] of Object.entries(TOKENS)) {
  const input = document.createElement("input");
  input.name = name;
  input.type = value.startsWith("#") ? "color" : "text";
  input.value = value;
  input.addEventListener("input", () => {
    element.style.setProperty(name, input.value);
    changed.set(name, input.value);
    show();
  });
  field(name, input);
}

const theme = document.createElement("select");
for (const name of ["auto", "light", "dark"]) theme.append(new Option(name));
theme.addEventListener("change", () => { element.theme = theme.value; });
field("theme", theme);
form.addEventListener("submit", (event) => event.preventDefault());
