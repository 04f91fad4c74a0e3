// The list of wishes: put in order by dragging, with the arrow keys on a wish's handle, or with the buttons up and down.
// Each order is saved at once, one after the other. Without this file, the buttons of the page do the same.

import { announce } from "./announce.js";

const PAUSE = 600;
let pending;
let focused = "";
let changed = false;
let dragging = false;
let saving = false;

document.addEventListener("htmx:before:swap", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.ctx.text, "text/html").getElementById("wish-list");
  if (!answer) fail();
  if (!answer || isLeftAside(answer)) event.preventDefault();
  else remember();
});
document.addEventListener("htmx:error", fail);
document.addEventListener("htmx:response:error", fail);
document.addEventListener("htmx:after:swap", () => {
  prepare();
  if (focused) document.getElementById(focused)?.focus();
  next();
});
document.addEventListener("htmx:finally:request", next);
prepare();

function list() {
  return document.querySelector("#wish-list ol.ranking");
}

function remember() {
  const active = document.activeElement;
  focused = active instanceof HTMLElement && active.closest("#wish-list") ? active.id : "";
}

/**
 * Whether an answer is left aside because the list changed while it was on its way: showing it would undo that change.
 * Only its mark of what is stored is kept. A list that was refused is shown, with the reason.
 */
function isLeftAside(answer) {
  const mark = answer.querySelector("[name=seen]");
  const here = document.querySelector("#wish-list [name=seen]");
  const left = (changed || dragging) && mark && here && !answer.querySelector(":scope > .notice");
  if (left) here.value = mark.value;
  return left;
}

/** Says that the order is not saved; the next move saves it whole. */
function fail() {
  const notice = document.getElementById("not-saved");
  if (notice) notice.hidden = false;
}

function prepare() {
  const items = list();
  const form = items?.closest("form");
  if (!form || items.dataset.ready) return;
  items.dataset.ready = "yes";
  changed = dragging = false;
  document.getElementById("wish-list").classList.add("scripted");
  window.Sortable.create(items, {
    animation: 120,
    handle: "[data-handle]",
    ghostClass: "dragged",
    onStart: () => (dragging = true),
    onEnd: ({ oldIndex, newIndex, item }) => {
      dragging = false;
      if (oldIndex !== newIndex) say(item);
      if (changed || oldIndex !== newIndex) save(0);
    },
  });
  items.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.matches("[data-handle]")) return;
    event.preventDefault();
    shift(event.target, step);
  });
  items.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    shift(button, button.value.endsWith(":up") ? -1 : 1);
  });
}

/** Moves the wish that holds `control` one place, and keeps the focus on it. */
function shift(control, step) {
  const item = control.closest("li");
  const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(item);
  else other.after(item);
  control.focus();
  say(item);
  save(PAUSE);
}

/** Numbers the wishes anew, and says where the moved one is. */
function say(item) {
  const items = [...list().children];
  items.forEach((each, index) => {
    each.classList.toggle("moved", each === item);
    each.querySelector(".rank").textContent = index + 1;
    end(each, ":up", index === 0);
    end(each, ":down", index === items.length - 1);
  });
  announce(
    list().dataset.moved
      .replace("[title]", item.dataset.title)
      .replace("[rank]", items.indexOf(item) + 1)
      .replace("[count]", items.length),
  );
}

/** Says of a wish's button whether the wish is at that end already. */
function end(item, step, there) {
  const button = item.querySelector(`button[value$="${step}"]`);
  if (there) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

/** Saves the order after a pause in which keys may move it on. */
function save(pause) {
  changed = true;
  clearTimeout(pending);
  pending = setTimeout(send, pause);
}

function send() {
  if (saving || dragging || !changed) return;
  const form = list()?.closest("form");
  if (!form) return;
  changed = false;
  saving = true;
  form.dispatchEvent(new Event("ranked"));
}

/** Once an order is saved, or could not be: the one that was made meanwhile. */
function next() {
  if (!saving) return;
  saving = false;
  setTimeout(send);
}
