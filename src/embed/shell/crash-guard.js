// Stands between JavaScript and the wasm of one instance. Whatever is thrown through the wasm, a trap or not, leaves it
// in an unknown state. From then on nothing calls into the wasm and nothing in it goes on; its streams, timers,
// observers and listeners are removed, and the shell is informed. This is bundled into the glue, which uses what is here
// in place of the browser's functions and classes of the same names: see in-place.js and `redirected`.
const streams = new Set();
const timers = new Set();
const observers = new Set();
// The listeners on targets that outlive the element: by function, the target, name and options.
const listeners = new Map();
let exports;
let isDead = false;
let tell = () => {};

// Registers the function to call when the instance has died; calls it at once if it has died already.
export const onCrash = (callback) => {
  tell = callback;
  if (isDead) tell();
};

const die = (error) => {
  if (isDead) return;
  isDead = true;
  console.error("cr-widget:", error);
  for (const stream of streams) stream.close();
  for (const id of timers) globalThis.clearTimeout(id);
  for (const observer of observers) observer.disconnect();
  for (const [call, [target, name, options]] of listeners) target.removeEventListener(name, call, options);
  streams.clear();
  timers.clear();
  listeners.clear();
  tell();
};

// Returns the value in place of what a dead instance would return, whether the glue expects a number, an array or
// nothing.
const nothing = () => [];

// Calls into the wasm. The caller gets no error of the wasm.
export const enter = (call, given) => {
  if (isDead) return nothing();
  try {
    return call(...given);
  } catch (error) {
    die(error);
    return nothing();
  }
};

// Returns the exports of the wasm as the glue uses them.
export const guarded = (bare) => {
  exports = bare;
  return Object.fromEntries(Object.entries(bare).map(([name, value]) =>
    [name, typeof value === "function" ? (...given) => enter(value, given) : value]));
};

// Returns the functions that the wasm calls. If the wasm died by something that one of them caused (an event, a
// callback), the function throws, to leave the calls that are still active in the wasm.
export const outward = (functions) => functions.map((call) => (...given) => {
  const value = call(...given);
  if (isDead) throw new Error("left");
  return value;
});

// Returns the exports as the second wasm module links with them.
export const bare = () => exports;

export function EventSource(url, options) {
  for (const stream of streams) if (stream.readyState === 2) streams.delete(stream);
  const stream = new globalThis.EventSource(url, options);
  streams.add(stream);
  return stream;
}

// An observer that is left behind would make the browser report to the page what it can no longer deliver.
export class ResizeObserver extends globalThis.ResizeObserver {
  constructor(call) {
    super(call);
    observers.add(this);
  }

  disconnect() {
    observers.delete(this);
    super.disconnect();
  }
}

const setTimeout = (call, wait) => {
  const id = globalThis.setTimeout(() => {
    timers.delete(id);
    call();
  }, wait);
  timers.add(id);
  return id;
};

const clearTimeout = (id) => {
  timers.delete(id);
  globalThis.clearTimeout(id);
};

// Each function listens to one event of one target only.
const listen = (target, name, call, options) => {
  target.addEventListener(name, call, options);
  if (!(target instanceof Element)) listeners.set(call, [target, name, options]);
};

const unlisten = (target, name, call, options) => {
  target.removeEventListener(name, call, options);
  listeners.delete(call);
};

// Returns a function of the glue that calls the guard's method where it would call that of its first argument.
export const redirected = (call) => (target, ...given) => call({
  setTimeout,
  clearTimeout,
  addEventListener: (...event) => listen(target, ...event),
  removeEventListener: (...event) => unlisten(target, ...event),
}, ...given);
