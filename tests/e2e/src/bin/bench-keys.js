// Times every keystroke in the page, into `window.keys`: milliseconds from the key's own time stamp to the frame that
// shows its result (`frame`), and for how much of that time the main thread worked (`work`). Started once, before the
// first key.
window.root = document.querySelector("cr-widget").shadowRoot;
const after = (act) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); act(); };
  port2.postMessage(0);
};
window.keys = [];
let key = null;
addEventListener("keydown", (event) => { key = { stamp: event.timeStamp, began: performance.now() }; }, true);
const acted = () => {
  if (!key) return;
  const { stamp, began } = key;
  key = null;
  let handled = null;
  // A message arrives after the handlers and their microtasks; one sent from an animation frame arrives after that
  // frame's styles, layout and painting.
  after(() => { handled ??= performance.now(); });
  requestAnimationFrame(() => {
    const frame = performance.now();
    after(() => {
      const painted = performance.now();
      const work = handled !== null && handled <= frame ? handled - began + (painted - frame) : painted - began;
      setTimeout(() => {
        window.keys.push({ frame: painted - stamp, work, nodes: window.root.querySelectorAll("*").length });
      });
    });
  });
};
addEventListener("input", acted, true);
addEventListener("click", acted, true);
