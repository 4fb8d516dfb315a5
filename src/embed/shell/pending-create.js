// An order whose create is under way when the instance dies: the request goes on without the instance and is never sent again.
// When its answer comes, the successor goes on with the order. Bundled into the glue.
import { mount as bare } from "cr-widget/app";

// As long as the wasm itself waits for the answer to a create.
const PATIENCE = 30000;

// Resolves to the id of the order that was asked for last, or to nothing. Unset once the wasm has taken it over.
let making;
// Of the elements where an order may be on its way: the shell's function that keeps which order is on screen.
const unsure = new Set();

const idOf = async (answer) => {
  const response = await answer;
  const { order_id, id } = response.ok ? await response.clone().json() : {};
  return order_id ?? id;
};

// Takes the place of the browser's own in the glue.
export const fetch = (request) => {
  const answer = globalThis.fetch(request);
  if (request.headers?.has("Idempotency-Key")) making = idOf(answer).catch(() => {});
  return answer;
};

// As the wasm's own. The id that `told` is given is null where an order may be on its way. What `resume` is given may be a
// promise; it comes to nothing when the element has gone by then.
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

// The instance is dead: the shell is given what is awaited in place of an id.
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
