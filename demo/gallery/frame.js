// Draws one state of the checkout. A wasm instance of its own keeps it apart from the others: what breaks here breaks
// nothing else. The page opens by itself too: `frame.html?only=pay&scheme=dark`.
import init, { draw, lastPanic, turn } from "./gallery.js";

const query = new URLSearchParams(location.search);
// In the gallery the parent has compiled the wasm and loaded the sheet for all frames.
const { wasm, css } = parent.gallery ?? { css: await (await fetch("cr-widget.css")).text() };

// The list reads the state where it wants, and is called when it changes.
const tell = (state, text = "") => {
  if (document.documentElement.dataset.state === "broken") return;
  document.documentElement.dataset.state = state;
  window.frameElement?.dispatchEvent(new CustomEvent("state", { detail: { state, text } }));
};
const broken = (error) => tell("broken", lastPanic() ?? String(error?.stack ?? error));

const painted = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done, 0));
  // A page that is hidden paints nothing.
  setTimeout(done, 200);
});

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
const host = document.querySelector("cr-widget");
const scheme = query.get("scheme");
if (scheme) {
  host.setAttribute("theme", scheme);
  document.documentElement.style.colorScheme = scheme;
}
const root = host.attachShadow({ mode: "open" });
root.adoptedStyleSheets = [sheet];
const place = document.createElement("div");
root.append(place);

// While it is drawn, no state takes the focus from another, or scrolls the page to itself. Afterwards it may.
const moves = [[HTMLElement.prototype, "focus"], [Element.prototype, "scrollIntoView"]].map(([owner, name]) => {
  const move = owner[name];
  owner[name] = () => {};
  return () => { owner[name] = move; };
});

await init({ module_or_path: wasm });
addEventListener("error", ({ error }) => broken(error));
addEventListener("unhandledrejection", ({ reason }) => broken(reason));
// The executor runs when it is called, and time stands still: what an event changes is drawn in a task after it.
const run = () => setTimeout(() => { if (document.documentElement.dataset.state !== "broken") turn(); }, 0);
for (const event of ["click", "input", "change", "submit", "keydown", "keyup", "focusin", "focusout", "toggle", "scroll"]) {
  addEventListener(event, run, true);
}
try {
  draw(query.get("only"), place, query.get("lang") || "en", query.get("dir") === "rtl");
  // What waits for a size, or for the next frame, is drawn by then.
  for (let frames = 0; frames < 2; frames += 1) {
    await painted();
    turn();
  }
  for (const allow of moves) allow();
  tell("drawn");
} catch (error) {
  broken(error);
}
