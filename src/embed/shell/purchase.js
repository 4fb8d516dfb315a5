// Fetches the files of the purchase, which comes after the brand grid: its WebAssembly module, style sheet and
// messages. They lie beside this script. Each is fetched once for the page; one that failed may be fetched again.
// Nothing here belongs to one instance of the widget.
import ASSETS from "cr-widget/assets";

// The deadline of a fetch, in milliseconds: long enough for the slowest phones. A request that takes longer is aborted,
// so that the next try is a new one.
const PATIENCE = 60000;

const cache = new Map();
const once = ([path, integrity], take) => {
  const load = async () => {
    const response = await fetch(new URL(path, import.meta.url), { integrity, signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return take(response);
  };
  if (!cache.has(path)) cache.set(path, load().catch((error) => { cache.delete(path); throw error; }));
  return cache.get(path);
};

// Compiling while the response comes in requires the right content type, which not every server sends.
const compile = async (response) => response.headers.get("Content-Type") === "application/wasm"
  ? WebAssembly.compileStreaming(response)
  : WebAssembly.compile(await response.arrayBuffer());

const sheet = async (response) => {
  const made = new CSSStyleSheet();
  made.replaceSync(await response.text());
  return made;
};

const messages = async (lang) => {
  const load = (name) => once(ASSETS.locales[name], (response) => response.text());
  const name = lang.toLowerCase().split("-")[0];
  return name !== "en" && Object.hasOwn(ASSETS.locales, name) ? load(name).catch(() => load("en")) : load("en");
};

// Instantiates the purchase's module for the instance that has these exports.
export const attach = async (exports) => {
  await WebAssembly.instantiate(await once(ASSETS.wasm, compile), { __wasm_split: exports });
};

// Adds the style sheet to the shadow root (or document) of `root`; resolves to the messages in `lang` as JSON text.
export const loadStylesAndMessages = async (root, lang) => {
  const [style, text] = await Promise.all([once(ASSETS.css, sheet), messages(lang)]);
  const sheets = root.getRootNode().adoptedStyleSheets;
  if (sheets && !sheets.includes(style)) sheets.push(style);
  return text;
};
