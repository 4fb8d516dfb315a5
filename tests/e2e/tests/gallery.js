// Brings one state of the gallery into view, waits until it is drawn, and examines it: its markup by axe-core if that is
// given, and whether anything is wider than its frame. Its arguments are the state's name, axe-core, and a callback.
const [name, axe, done] = arguments;
const state = document.getElementById(name);
const settled = () => ["drawn", "broken"].includes(state.dataset.state);

const examine = async () => {
  const broken = state.dataset.state === "broken" ? state.querySelector("pre").textContent : null;
  const frame = state.querySelector("iframe");
  const page = frame.contentWindow;
  const root = frame.contentDocument.querySelector("cr-widget").shadowRoot;
  // The frame of the checkout clips, so that the page itself is never too wide; what a list scrolls may be.
  const scrolls = (element) => {
    for (let above = element.parentElement; above; above = above.parentElement) {
      if (above.matches(".checkout")) return false;
      if (page.getComputedStyle(above).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = [...(root?.querySelectorAll(".checkout *") ?? [])].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && element.checkVisibility() && (left < -0.5 || right > page.innerWidth + 0.5) && !scrolls(element);
  });
  const faults = [];
  if (axe) {
    if (!page.axe) page.eval(axe);
    const { violations } = await page.axe.run("cr-widget", { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    for (const rule of violations.filter(({ impact }) => ["serious", "critical"].includes(impact))) {
      for (const node of rule.nodes) faults.push(`${rule.id}: ${node.target.flat().join(" ")} ${node.any[0]?.message ?? ""}`);
    }
  }
  // For its picture: what was drawn above it may have moved it, and it must have been painted where it is now.
  state.scrollIntoView({ behavior: "instant" });
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  const { x, y, width, height } = frame.getBoundingClientRect();
  return {
    broken,
    faults: [...faults, ...wide.map((element) => `wider than its frame: ${element.outerHTML.slice(0, 160)}`)],
    text: root?.querySelector(".checkout")?.innerText.trim().length ?? 0,
    place: { x: x + scrollX, y: y + scrollY, width, height },
  };
};

const finish = () => examine().then(done, (error) => done({ broken: String(error), faults: [], text: 0, place: null }));
state.scrollIntoView({ behavior: "instant" });
if (settled()) {
  finish();
} else {
  const observer = new MutationObserver(() => {
    if (settled()) {
      observer.disconnect();
      finish();
    }
  });
  observer.observe(state, { attributeFilter: ["data-state"] });
}
