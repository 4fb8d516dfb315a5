// The list of all states, each in a frame that is drawn when it comes near the viewport and dropped when it is far away,
// so that a phone holds few of them at a time.
import init, { states } from "./gallery.js";

// How far from the viewport frames are drawn, in viewports.
const NEAR = "100%";
// The height of a frame that was never drawn, in CSS pixels.
const HEIGHT = 640;
// How long a frame must have been far away before it is dropped, in milliseconds: who scrolls back finds it there, and
// a tool that makes the viewport another one for a moment changes nothing.
const LINGER = 3000;
// How long a state may take before it counts as broken, in milliseconds.
const PATIENCE = 60_000;

const query = new URLSearchParams(location.search);
const form = document.querySelector("#look");
for (const field of form.elements) if (field.name && query.has(field.name)) field.value = query.get(field.name);
// A link may name another width than the list has; so may it a language.
const width = Number(query.get("width")) || 360;
form.addEventListener("change", () => {
  const look = [...new FormData(form)].filter(([, value]) => value !== "");
  location.search = new URLSearchParams(look);
});
form.addEventListener("submit", (event) => event.preventDefault());
const scheme = query.get("scheme");
if (scheme) document.documentElement.dataset.scheme = scheme;

// All frames are made of the same compiled wasm and the same sheet.
const [wasm, css] = await Promise.all([
  WebAssembly.compileStreaming(fetch("gallery_bg.wasm")),
  fetch("cr-widget.css").then((response) => response.text()),
]);
globalThis.gallery = { wasm, css };
await init({ module_or_path: wasm });

const all = states();
const only = query.get("only");
const shown = only ? all.filter((name) => name === only || name.startsWith(`${only}-`)) : all;

const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const link = (name) => {
  const one = new URLSearchParams(query);
  one.set("only", name);
  return `?${one}`;
};
const source = (name) => `frame.html${link(name)}`;

// The first word of a name says which screen it is.
const screenOf = (name) => name.split("-")[0];
const rows = new Map();
const sections = new Map();
const section = (screen) => {
  if (sections.has(screen)) return sections.get(screen);
  const title = screen[0].toUpperCase() + screen.slice(1);
  const [list, rows] = [make("ul"), make("div", { className: "states" })];
  document.querySelector("nav").append(make("h2", {}, title), list);
  document.querySelector("main").append(make("section", {}, make("h2", {}, title), rows));
  sections.set(screen, { list, rows });
  return sections.get(screen);
};
for (const name of shown) {
  const { list, rows: row } = section(screenOf(name));
  const entry = make("a", { href: `#${name}` }, name);
  list.append(make("li", {}, entry));
  const place = make("div", { className: "place" });
  place.style.inlineSize = `${width + 2}px`;
  place.style.blockSize = `${HEIGHT}px`;
  const state = make("article", { className: "state", id: name }, make("h3", {}, make("a", { href: link(name) }, name)), place);
  state.dataset.state = "waiting";
  row.append(state);
  rows.set(name, { entry, place, state });
}
document.querySelector("#names").append(...all.map((name) => make("option", { value: name })));

const count = () => {
  const broken = [...rows.values()].filter(({ state }) => state.dataset.state === "broken").length;
  const of = shown.length === all.length ? `${all.length} states` : `${shown.length} of ${all.length} states`;
  document.querySelector("#count").textContent = broken ? `${of}, ${broken} broken` : of;
};

const settle = ({ entry, place, state }, { state: now, text }) => {
  entry.dataset.state = now;
  state.dataset.state = now;
  if (now === "broken") {
    state.querySelector("pre")?.remove();
    place.after(make("pre", {}, text));
  }
  count();
};

const draw = (name) => new Promise((done) => {
  const row = rows.get(name);
  const frame = make("iframe", { title: name, src: source(name), width, height: HEIGHT });
  row.state.dataset.state = "drawing";
  const late = setTimeout(() => {
    settle(row, { state: "broken", text: `Nothing was drawn within ${PATIENCE / 1000} s.` });
    done();
  }, PATIENCE);
  frame.addEventListener("state", ({ detail }) => {
    clearTimeout(late);
    settle(row, detail);
    const body = frame.contentDocument?.body;
    if (body) {
      const fit = () => {
        const height = Math.ceil(body.getBoundingClientRect().height);
        frame.height = height;
        row.place.style.blockSize = "";
      };
      fit();
      new frame.contentWindow.ResizeObserver(fit).observe(body);
    }
    done();
  });
  row.place.replaceChildren(frame);
});

const near = new Set();
const dropLater = (name) => setTimeout(() => {
  const { place, state } = rows.get(name);
  // One that is broken stays, with what it said.
  if (near.has(name) || state.dataset.state !== "drawn") return;
  place.style.blockSize = `${place.offsetHeight}px`;
  place.replaceChildren();
  state.dataset.state = "waiting";
}, LINGER);

// One frame is drawn after the other, the ones in view first, and the page stays quick meanwhile.
const distance = (name) => {
  const { top, bottom } = rows.get(name).state.getBoundingClientRect();
  return Math.max(top - innerHeight, -bottom, 0);
};
const nextWaiting = () => [...near].filter((name) => rows.get(name).state.dataset.state === "waiting")
  .sort((one, other) => distance(one) - distance(other))[0];
let isDrawing = false;
const drawNear = async () => {
  if (isDrawing) return;
  isDrawing = true;
  for (let next = nextWaiting(); next !== undefined; next = nextWaiting()) {
    await draw(next);
    if (!near.has(next)) dropLater(next);
  }
  isDrawing = false;
};
const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) near.add(target.id);
    else near.delete(target.id);
    if (!isIntersecting) dropLater(target.id);
  }
  drawNear();
}, { rootMargin: NEAR });
for (const { state } of rows.values()) observer.observe(state);
count();
document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
