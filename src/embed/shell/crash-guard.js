// Between JavaScript and the wasm of one instance. Whatever is thrown through the wasm, a trap or not, leaves it in an unknown
// state: from then on nothing enters it and nothing in it goes on, its streams, timers, observers and listeners are taken away, and the
// shell is told. Bundled into the glue, which uses what is exported here in place of the browser's own.
const streams = new Set();
const timers = new Set();
const observers = new Set();
// Those on what outlives our elements: function, then target, name and options.
const listeners = new Map();
let exports;
let isDead = false;
let tell = () => {};

// Registers what is called when the instance has died, at once if it has.
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

// In place of what a dead instance would return, whether the glue wants a number, a list or nothing.
const nothing = () => [];

// Calls into the wasm. Who calls sees no error of ours.
export const enter = (call, given) => {
  if (isDead) return nothing();
  try {
    return call(...given);
  } catch (error) {
    die(error);
    return nothing();
  }
};

// The exports as the glue uses them.
export const guarded = (bare) => {
  exports = bare;
  return Object.fromEntries(Object.entries(bare).map(([name, value]) =>
    [name, typeof value === "function" ? (...given) => enter(value, given) : value]));
};

// The functions that the wasm calls, by module and name. If it died by what one of them set off (an event, a callback), the
// calls that wait in it are left by throwing through them.
export const outward = (modules) => {
  const left = (call) => (...given) => {
    const value = call(...given);
    if (isDead) throw new Error("left");
    return value;
  };
  const all = (functions) => Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, left(call)]));
  return Object.fromEntries(Object.entries(modules).map(([name, functions]) => [name, all(functions)]));
};

// The exports as the second module links with them.
export const bare = () => exports;

export function EventSource(url, options) {
  for (const stream of streams) if (stream.readyState === 2) streams.delete(stream);
  const stream = new globalThis.EventSource(url, options);
  streams.add(stream);
  return stream;
}

// One that is left behind would have the browser tell the page of what it can no longer deliver.
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

export const setTimeout = (call, wait) => {
  const id = globalThis.setTimeout(() => {
    timers.delete(id);
    call();
  }, wait);
  timers.add(id);
  return id;
};

export const clearTimeout = (id) => {
  timers.delete(id);
  globalThis.clearTimeout(id);
};

// Each function listens at one place only.
export const listen = (target, name, call, options) => {
  target.addEventListener(name, call, options);
  if (!(target instanceof Element)) listeners.set(call, [target, name, options]);
};

export const unlisten = (target, name, call, options) => {
  target.removeEventListener(name, call, options);
  listeners.delete(call);
};
