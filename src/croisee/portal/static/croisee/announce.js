/** Has assistive technology read `text`, without moving the focus. */
export function announce(text) {
  const region = document.getElementById("messages");
  const line = document.createElement("p");
  line.className = "visually-hidden";
  line.textContent = text;
  region?.append(line);
  setTimeout(() => line.remove(), 5000);
}
