// What every page does beyond plain HTML. All of it is optional: each page works without.

import { announce } from "./announce.js";

// What htmx swaps in is said aloud when it, or what holds it, has words for it in `data-announce`.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-announce]") : null;
  if (target) announce(target.dataset.announce);
});

// A table wider than the screen scrolls sideways: the keyboard must be able to do it, and know what it is.
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => letScroll(target.closest(".table-wrap"))));
for (const part of document.querySelectorAll(".table-wrap:not([tabindex]), .table-wrap:not([tabindex]) > table")) {
  widths.observe(part);
}

function letScroll(wrap) {
  const caption = wrap.querySelector("caption")?.textContent.trim();
  if (wrap.scrollWidth <= wrap.clientWidth) return;
  wrap.tabIndex = 0;
  if (!caption) return;
  wrap.setAttribute("role", "region");
  wrap.setAttribute("aria-label", caption);
}

if (document.querySelector("input[data-suggest]")) import("./combobox.js");
