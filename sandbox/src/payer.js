// The payer page: it polls the list of orders and posts what its buttons stand for. Amounts stay text; sums are
// computed with BigInt.
"use strict";

const STATES = [
  "Created", "WaitingForPayment", "PaymentStarted", "PartialPaymentStarted", "PaymentReceived", "WaitingForDelivery",
  "WaitingForManualAction", "Done", "Expired", "PaymentFailed", "PaymentSetupFailed", "Refunded", "Canceled", "OnHold",
];
const GOOD = ["Done", "Completed"];
const WARN = ["PartialPaymentStarted", "WaitingForManualAction", "OnHold", "Refunded"];
const BAD = ["Expired", "PaymentFailed", "PaymentSetupFailed", "Canceled", "Cancelled"];
const PAYABLE = ["created", "waitingforpayment", "partialpaymentstarted", "expired", "paymentfailed"];

const byId = (id) => document.getElementById(id);
const rows = new Map();
let settings = {};
// All faults by name, and the order whose faults are shown.
const faults = new Map();
let faulty = null;

async function call(path, body, method = body === undefined ? "GET" : "POST") {
  const options = body === undefined ? { method } : {
    method, headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(path, { cache: "no-store", ...options });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message || `HTTP ${answer.status}`);
  return json;
}

function say(text) { byId("status").textContent = text; }

// Returns "1.50" times numerator / denominator, exact, with at least one unit of the last digit.
function scaled(text, numerator, denominator) {
  const [whole, fraction = ""] = text.split(".");
  const digits = fraction.length;
  let units = BigInt(whole + fraction) * BigInt(numerator) / BigInt(denominator);
  if (units < 1n) units = 1n;
  if (digits === 0) return units.toString();
  const padded = units.toString().padStart(digits + 1, "0");
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

async function pay(order, how) {
  const path = `orders/${order.order_id}`;
  if (how === "expire" || how === "late") await call(`${path}/expire`, {});
  if (how === "exact" || how === "late") await call(`${path}/pay`, {});
  if (how === "less") await call(`${path}/pay`, { amount: scaled(order.missing_coin_amount, 60, 100) });
  if (how === "more") await call(`${path}/pay`, { amount: scaled(order.missing_coin_amount, 110, 100) });
}

function doing(work) {
  return async () => {
    try { await work(); say(""); } catch (error) { say(String(error.message || error)); }
    await refresh();
  };
}

function makeRow(order) {
  const row = byId("order").content.firstElementChild.cloneNode(true);
  const current = () => rows.get(order.order_id).order;
  for (const button of row.querySelectorAll("[data-pay]")) {
    button.addEventListener("click", doing(() => pay(current(), button.dataset.pay)));
  }
  row.querySelector(".open-faults").addEventListener("click", () => openFaults(current()));
  for (const state of STATES) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = state;
    button.addEventListener("click", doing(() => call(`orders/${order.order_id}/state`, { state })));
    row.querySelector(".states").append(button);
  }
  return row;
}

function tone(state) {
  if (GOOD.includes(state)) return "good";
  if (WARN.includes(state)) return "warn";
  return BAD.includes(state) ? "bad" : "calm";
}

function show(row, order, now, windowS) {
  row.querySelector("h3").textContent = order.what.join(", ");
  row.querySelector(".to").textContent = `${order.reference} · ${order.to}`;
  row.querySelector(".amount").textContent = `${order.coin_amount} ${order.coin}`;
  row.querySelector(".network").textContent = `on ${order.network}`;
  const badge = row.querySelector(".badge");
  badge.textContent = order.order_state;
  badge.dataset.tone = tone(order.order_state);
  row.querySelector(".payment").textContent = order.payment_state;
  const left = order.created_at + windowS - now;
  const isOpen = PAYABLE.slice(0, 3).includes(order.order_state.toLowerCase());
  row.querySelector(".left").textContent = isOpen && left > 0 ? `· ${Math.ceil(left / 60)} min left` : "";
  const hasSome = order.sent_coin_amount !== "0";
  row.querySelector(".got").textContent = hasSome ? received(order) : "";
  row.querySelector(".address").textContent = order.address || "no address";
  const toCome = order.script.map(inWords).join(", ");
  row.querySelector(".script").textContent = toCome && `Faults to come: ${toCome}`;
  const isPayable = PAYABLE.includes(order.order_state.toLowerCase());
  for (const button of row.querySelectorAll("[data-pay]")) {
    button.disabled = !isPayable || (button.dataset.pay === "expire" && !isOpen);
  }
}

function received(order) {
  const isMissing = order.missing_coin_amount !== "0";
  return `received ${order.sent_coin_amount}` + (isMissing ? `, missing ${order.missing_coin_amount}` : "");
}

function showSettings() {
  const flags = {
    down: settings.down, restart_s: settings.restart_s > 0, latency_ms: settings.latency_ms > 0, empty_catalog: settings.empty_catalog,
    price: settings.price_factor_ppm !== "1000000", clock_skew_s: settings.clock_skew_s !== 0,
    router_404_s: settings.router_404_s > 0, router_403_s: settings.router_403_s > 0,
  };
  for (const button of document.querySelectorAll("[data-flag]")) {
    button.setAttribute("aria-pressed", String(Boolean(flags[button.dataset.flag])));
  }
}

async function refresh() {
  const list = await call("orders");
  settings = await call("control");
  showSettings();
  byId("empty").hidden = list.orders.length > 0;
  const seen = new Set();
  let before = null;
  for (const order of [...list.orders].reverse()) {
    seen.add(order.order_id);
    if (!rows.has(order.order_id)) rows.set(order.order_id, { row: makeRow(order), order });
    const entry = rows.get(order.order_id);
    entry.order = order;
    show(entry.row, order, list.now, list.window_s);
    // A row that stays in place keeps its focus and its open details.
    if (entry.row.parentNode === null) byId("orders").insertBefore(entry.row, before);
    before = entry.row;
  }
  for (const [id, entry] of rows) {
    if (!seen.has(id)) { entry.row.remove(); rows.delete(id); }
  }
  if (faulty !== null && rows.has(faulty)) showStill(rows.get(faulty).order.script);
  if (faulty !== null && !rows.has(faulty)) byId("faults").close();
}

// Returns a label such as "Read: 404 × 2, for 20s" for a remaining step.
function inWords(step) {
  const fault = faults.get(step.do);
  const place = step.do.startsWith("read_") ? "Read: " : step.do.startsWith("stream_") ? "Connect: " : "";
  const often = step.times > 1 ? ` × ${step.times}` : "";
  const long = step.for ? `, for ${step.for}` : "";
  return place + (fault ? fault.label : step.do) + often + long;
}

function showStill(steps) {
  byId("still-none").hidden = steps.length > 0;
  byId("faults-clear").hidden = steps.length === 0;
  const words = steps.map(inWords);
  const list = byId("still");
  if (words.join("\n") === [...list.children].map((item) => item.textContent).join("\n")) return;
  list.replaceChildren(...words.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
}

function openFaults(order) {
  faulty = order.order_id;
  byId("faults-of").textContent = `${order.what.join(", ")} · ${order.reference}`;
  byId("faults-said").textContent = "Press a fault to add it.";
  showStill(order.script);
  byId("faults").showModal();
}

function changing(work, said) {
  return async () => {
    try {
      const { steps } = await work(`orders/${faulty}/script`);
      showStill(steps);
      byId("faults-said").textContent = said;
    } catch (error) { byId("faults-said").textContent = String(error.message || error); }
  };
}

function faultButton(fault) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fault";
  button.dataset.fault = fault.do;
  const label = document.createElement("strong");
  label.textContent = fault.label;
  const words = document.createElement("span");
  words.textContent = fault.words;
  button.append(label, words);
  const often = () => Number(document.querySelector("[name=times]:checked").value);
  button.addEventListener("click", changing(
    (path) => call(path, { append: true, steps: [{ do: fault.do, times: often() }] }), `Added: ${inWords({ do: fault.do })}`,
  ));
  return button;
}

async function showFaults() {
  for (const { title, steps } of await call("faults")) {
    for (const step of steps) faults.set(step.do, step);
    const group = document.createElement("section");
    const name = document.createElement("h3");
    name.textContent = title;
    const cards = document.createElement("div");
    cards.className = "cards";
    cards.append(...steps.map(faultButton));
    group.append(name, cards);
    byId("fault-groups").append(group);
  }
}

byId("faults-close").addEventListener("click", () => byId("faults").close());
byId("faults").addEventListener("close", () => { faulty = null; });
// The target of a click beside the sheet is the dialog itself.
byId("faults").addEventListener("click", (event) => { if (event.target === byId("faults")) byId("faults").close(); });
byId("faults-clear").addEventListener("click", changing((path) => {
  // The button is about to be removed, so the focus of keyboard users is moved to one that stays.
  byId("faults-close").focus();
  return call(path, undefined, "DELETE");
}, "Cleared. All is well again."));

const OFF = {
  down: false, restart_s: 0, router_404_s: 0, router_403_s: 0, latency_ms: 0, empty_catalog: false, price: "0", clock_skew_s: 0,
};
for (const button of document.querySelectorAll("[data-control]")) {
  button.addEventListener("click", doing(() => {
    const flag = button.dataset.flag;
    const isOn = button.getAttribute("aria-pressed") === "true";
    const key = flag === "price" ? "price_step_percent" : flag;
    return call("control", isOn ? { [key]: OFF[flag] } : JSON.parse(button.dataset.control));
  }));
}

async function showTags() {
  for (const { group, tags } of await call("tags")) {
    const title = document.createElement("h3");
    title.textContent = group;
    const list = document.createElement("ul");
    for (const tag of tags) {
      const item = document.createElement("li");
      const code = document.createElement("code");
      code.textContent = tag;
      item.append(code);
      list.append(item);
    }
    byId("tags").append(title, list);
  }
}

async function loop() {
  if (!document.hidden) {
    try { await refresh(); say(""); } catch { say("The sandbox does not answer. Trying again."); }
  }
  setTimeout(loop, 1000);
}

showTags().catch(() => say("The sandbox does not answer."));
// The labels of faults are needed before the first order is shown.
showFaults().catch(() => say("The sandbox does not answer.")).then(loop);
