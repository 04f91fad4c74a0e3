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

if (document.querySelector("input[data-suggest]")) import("./combobox.js");
