// The list of wishes: put in order by dragging, or with the arrow keys on a wish's handle. Each order is saved at once.
// Without this file, the buttons up and down of the page do the same.

import { announce } from "./announce.js";

const PAUSE = 600;
let pending;
let focused = "";

document.addEventListener("htmx:before:swap", remember);
document.addEventListener("htmx:after:swap", () => {
  prepare();
  if (focused) document.getElementById(focused)?.focus();
});
prepare();

function list() {
  return document.querySelector("#wish-list ol.ranking");
}

function remember() {
  const active = document.activeElement;
  focused = active instanceof HTMLElement && active.closest("#wish-list") ? active.id : "";
}

function prepare() {
  const items = list();
  const form = items?.closest("form");
  if (!form || items.dataset.ready) return;
  items.dataset.ready = "yes";
  document.getElementById("wish-list").classList.add("scripted");
  window.Sortable.create(items, {
    animation: 120,
    handle: "[data-handle]",
    ghostClass: "dragged",
    onEnd: ({ oldIndex, newIndex, item }) => {
      if (oldIndex === newIndex) return;
      say(item);
      save(0);
    },
  });
  items.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.matches("[data-handle]")) return;
    event.preventDefault();
    shift(event.target, step);
  });
}

/** Moves the wish that holds `handle` one place, and keeps the focus on it. */
function shift(handle, step) {
  const item = handle.closest("li");
  const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(item);
  else other.after(item);
  handle.focus();
  say(item);
  save(PAUSE);
}

/** Numbers the wishes anew, and says where the moved one is. */
function say(item) {
  const items = [...list().children];
  items.forEach((each, index) => {
    each.classList.toggle("moved", each === item);
    each.querySelector(".rank").textContent = index + 1;
  });
  announce(
    list().dataset.moved
      .replace("[title]", item.dataset.title)
      .replace("[rank]", items.indexOf(item) + 1)
      .replace("[count]", items.length),
  );
}

/** Saves the order after a pause in which keys may move it on. */
function save(pause) {
  clearTimeout(pending);
  pending = setTimeout(() => list()?.closest("form").dispatchEvent(new Event("ranked")), pause);
}
