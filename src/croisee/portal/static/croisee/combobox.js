// A text input that suggests, after the ARIA combobox pattern (list autocomplete, manual selection).
//
//   <input data-suggest="/adresse/suggestions/" data-found="addresses suggested" data-choose="ban" name="q">
//
// What is typed is posted, with the token of its form, so that no log of addresses holds it. The answer is <li role="option" data-id="…" data-value="…"> elements. Choosing one writes its
// value in the input and its identifier in a hidden field named by `data-choose`; the form is sent by the person.

import { announce } from "./announce.js";

const WAIT = 150;

function bind() {
  for (const input of document.querySelectorAll("input[data-suggest]:not([role=combobox])")) new Combobox(input);
}

bind();
document.addEventListener("htmx:after:swap", bind);

function Combobox(input) {
  const list = document.createElement("ul");
  const id = `${input.id}-list`;
  let active = -1;
  let timer = 0;
  let asked = null;

  list.id = id;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? input.dataset.found);
  input.after(list);
  const around = document.createElement("div");
  around.className = "combobox";
  input.replaceWith(around);
  around.append(input, list);
  const chosen = document.createElement("input");
  chosen.type = "hidden";
  chosen.name = input.dataset.choose ?? "ban";
  chosen.disabled = true;
  around.append(chosen);
  for (const [name, value] of [
    ["role", "combobox"],
    ["autocomplete", "off"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", id],
  ]) {
    input.setAttribute(name, value);
  }

  const options = () => [...list.querySelectorAll("[role=option]")];

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) point(-1);
  }

  function point(position) {
    const all = options();
    active = position < 0 || !all.length ? -1 : position % all.length;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(option) {
    input.value = option.dataset.value;
    chosen.value = option.dataset.id;
    chosen.disabled = false;
    show(false);
  }

  async function ask() {
    asked?.abort();
    const text = input.value.trim();
    if (text.length < 3) return show(false);
    asked = new AbortController();
    try {
      const answer = await fetch(input.dataset.suggest, {
        method: "POST",
        signal: asked.signal,
        headers: { "HX-Request": "true", "X-CSRFToken": input.form.elements.csrfmiddlewaretoken.value },
        body: new URLSearchParams({ q: text }),
      });
      if (!answer.ok) return show(false);
      list.innerHTML = await answer.text();
      options().forEach((option, index) => (option.id = `${id}-${index}`));
      show(options().length > 0 && document.activeElement === input);
      announce(`${options().length} ${input.dataset.found}`);
    } catch (error) {
      if (error.name !== "AbortError") show(false);
    }
  }

  input.addEventListener("input", () => {
    chosen.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return void ask();
      event.preventDefault();
      if (event.key === "ArrowDown") point(active + 1);
      else point(active <= 0 ? options().length - 1 : active - 1);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(options()[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  input.addEventListener("blur", () => setTimeout(() => show(false), 150));
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option);
    input.focus();
  });
}
