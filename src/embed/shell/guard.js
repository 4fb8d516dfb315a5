// Between JavaScript and the wasm of one instance. Whatever is thrown through the wasm, a trap or not, leaves it in an unknown
// state: from then on nothing enters it, its streams are closed, and the shell is told. Bundled into the glue.
const streams = new Set();
let exports;
let isDead = false;
let depth = 0;
let tell = () => {};

// Registers what the shell wants called when the instance has died.
export const onCrash = (callback) => { tell = callback; };

const die = (error) => {
  if (isDead) return;
  isDead = true;
  console.error("cr-widget:", error);
  for (const stream of streams) stream.close();
  streams.clear();
  tell();
};

// In place of what a dead instance would return, whether the glue wants a number, a list or nothing.
const nothing = () => [];

// Calls into the wasm. The page sees no error of ours; frames of the wasm that called out have to be left, though.
export const enter = (call, given) => {
  if (isDead) return nothing();
  depth++;
  try {
    return call(...given);
  } catch (error) {
    die(error);
    if (depth > 1) throw error;
    return nothing();
  } finally {
    depth--;
  }
};

// The exports as the glue uses them.
export const guarded = (bare) => {
  exports = bare;
  return Object.fromEntries(Object.entries(bare).map(([name, value]) =>
    [name, typeof value === "function" ? (...given) => enter(value, given) : value]));
};

// The exports as the second module links with them.
export const bare = () => exports;

// Takes the place of the browser's own in the glue.
export function EventSource(url, options) {
  for (const stream of streams) if (stream.readyState === 2) streams.delete(stream);
  const stream = new globalThis.EventSource(url, options);
  streams.add(stream);
  return stream;
}
