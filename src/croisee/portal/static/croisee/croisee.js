// What every page does beyond plain HTML. All of it is optional: each page works without.

// A long answer of htmx moves the focus nowhere; say politely that the content changed when the target asks so.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-announce]") : null;
  if (target) announce(target.dataset.announce);
});

/** Has assistive technology read `text`, without moving the focus. */
export function announce(text) {
  const region = document.getElementById("messages");
  const line = document.createElement("p");
  line.className = "visually-hidden";
  line.textContent = text;
  region?.append(line);
  setTimeout(() => line.remove(), 5000);
}

// A table wider than the screen scrolls sideways: the keyboard must be able to do it, and know what it is.
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => letScroll(target)));
for (const wrap of document.querySelectorAll(".table-wrap:not([tabindex])")) widths.observe(wrap);

function letScroll(wrap) {
  const caption = wrap.querySelector("caption")?.textContent.trim();
  if (wrap.scrollWidth <= wrap.clientWidth) return;
  wrap.tabIndex = 0;
  if (!caption) return;
  wrap.setAttribute("role", "region");
  wrap.setAttribute("aria-label", caption);
}

if (document.querySelector("input[data-suggest]")) import("./combobox.js");
