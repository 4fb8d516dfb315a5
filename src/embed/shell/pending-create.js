// Handles an order whose create is under way when the instance dies. The request goes on without the instance and is
// never sent again. When its answer comes, the next instance goes on with the order. This is bundled into the glue.
import { mount as bare } from "cr-widget/app";

// How long to wait for the answer to a create, in milliseconds: as long as the wasm itself waits.
const PATIENCE = 30000;

// A promise of the id of the order that was requested last, or of nothing. It is unset once the wasm has taken the
// order over.
let making;
// For each element where an order may be on its way, the shell's function that keeps which order is on screen.
const unsure = new Set();

// The names of an order's id in the answer, the most trusted first. They are the same as in the wasm.
const ID_NAMES = ["order_id", "orderId", "id", "order_uuid"];

const idOf = async (answer) => {
  const response = await answer;
  const order = response.ok ? await response.clone().json() : {};
  const name = ID_NAMES.find((name) => (order[name] ?? "") !== "");
  return name && String(order[name]);
};

// Takes the place of the browser's `fetch` in the glue.
export const fetch = (request) => {
  const answer = globalThis.fetch(request);
  if (request.headers?.has("Idempotency-Key")) making = idOf(answer).catch(() => {});
  return answer;
};

// Mounts like the function of the wasm. The id that `told` gets is null where an order may be on its way. The argument
// of `resume` may be a promise, which has no effect when the element is gone by the time it resolves.
export const mount = (root, host, setup) => {
  const { told } = setup;
  const handle = bare(root, host, {
    ...setup,
    told: (reference, id) => {
      if (id === null) unsure.add(told);
      else if (unsure.delete(told)) making = undefined;
      told(reference, id);
    },
  });
  const { resume, free } = handle;
  let isFree = false;
  handle.resume = (id) => {
    if (typeof id === "string") resume.call(handle, id);
    else id.then((made) => made && !isFree && resume.call(handle, made));
  };
  handle.free = () => {
    isFree = true;
    unsure.delete(told);
    free.call(handle);
  };
  return handle;
};

// Hands the shell a promise in place of an order's id, after the instance has died.
export const leave = () => {
  if (!making) return;
  const answered = new Promise((end) => {
    const timer = setTimeout(end, PATIENCE);
    making.then((id) => {
      clearTimeout(timer);
      end(id);
    });
  });
  for (const told of unsure) told(undefined, answered);
};
