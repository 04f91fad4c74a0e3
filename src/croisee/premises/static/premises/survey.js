// The walk with a telephone: what is seen is kept on the telephone first, then sent. Without a network nothing is lost.

const form = document.getElementById("sighting");
const { account, token: tokenUrl, send: sendUrl, photo: photoUrl, worker, most } = form.dataset;
const words = JSON.parse(document.getElementById("words").textContent);
const status = document.getElementById("network");
const list = document.getElementById("kept");
const nothing = document.getElementById("nothing-kept");
const previews = document.getElementById("previews");
const place = document.getElementById("place");
const LARGEST = 1600;
const EVERY = 20_000;

let editing = null;
let photos = [];
let sending = false;
let again = false;

// What is kept: one entry a place, {key, account, fields, photos: [{key, file, sent}], sent, problem}.

const opened = new Promise((done, failed) => {
  const request = indexedDB.open("croisee-walk", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("entries", { keyPath: "key" });
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

async function store(mode, act) {
  const transaction = (await opened).transaction("entries", mode);
  const request = act(transaction.objectStore("entries"));
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
  });
}

const all = () => store("readonly", (entries) => entries.getAll());
const one = (key) => store("readonly", (entries) => entries.get(key));
const keep = (entry) => store("readwrite", (entries) => entries.put(entry));
const forget = (key) => store("readwrite", (entries) => entries.delete(key));

// Writing down

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "key"].includes(name)));
  if (!fields.lat && !fields.address.trim()) {
    say(words.where);
    form.elements.address.focus();
    return;
  }
  fields.seen_at ||= new Date().toISOString();
  try {
    await keep({ key: editing ?? crypto.randomUUID(), account, fields, photos, sent: false, problem: "" });
  } catch {
    say(words.full);
    return;
  }
  clear();
  say(words.kept);
  await show();
  await send();
});

function clear() {
  form.reset();
  editing = null;
  photos = [];
  for (const name of ["lon", "lat", "accuracy", "seen_at"]) form.elements[name].value = "";
  place.textContent = words.noPlace;
  form.querySelector(".when-editing").hidden = true;
  showPhotos();
}

form.querySelector(".when-editing").addEventListener("click", clear);

document.getElementById("take-place").addEventListener("click", () => {
  if (!navigator.geolocation) return say(words.noPosition);
  place.textContent = words.looking;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => setPlace(coords.longitude, coords.latitude, coords.accuracy),
    () => { place.textContent = words.noPosition; },
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 5_000 },
  );
});

function setPlace(lon, lat, accuracy) {
  form.elements.lon.value = lon;
  form.elements.lat.value = lat;
  form.elements.accuracy.value = accuracy ?? "";
  place.textContent = words.place.replace("{metres}", Math.round(accuracy ?? 0));
}

form.elements.photos.addEventListener("change", async ({ target }) => {
  const files = [...target.files];
  target.value = "";
  for (const file of files) {
    if (photos.length >= Number(most)) { say(words.enough); break; }
    photos.push({ key: crypto.randomUUID(), file: await smaller(file), sent: false });
  }
  showPhotos();
});

// A photo of the telephone weighs several megabytes: what is sent fits a poor network, and bears no position of its own.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82))) ?? file;
  } catch {
    return file;
  }
}

function showPhotos() {
  for (const picture of previews.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
  previews.replaceChildren(...photos.map((photo, index) => {
    const item = document.createElement("li");
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(photo.file);
    picture.alt = words.photo.replace("{n}", index + 1);
    item.append(picture, button(words.remove, () => { photos.splice(index, 1); showPhotos(); }, `${words.remove} ${index + 1}`));
    return item;
  }));
}

// What is still on the telephone

async function show() {
  const entries = await all();
  const own = entries.filter((entry) => entry.account === account).sort((a, b) => a.fields.seen_at.localeCompare(b.fields.seen_at));
  nothing.hidden = own.length > 0;
  list.replaceChildren(...own.map(row));
  document.getElementById("of-others").hidden = own.length === entries.length;
  document.getElementById("send-now").hidden = own.length === 0;
  document.getElementById("waiting").textContent = own.length ? words.waiting.replace("{n}", own.length) : "";
}

function row(entry) {
  const item = document.createElement("li");
  item.className = "card";
  const title = document.createElement("h3");
  title.textContent = form.elements.kind.querySelector(`option[value="${CSS.escape(entry.fields.kind)}"]`)?.textContent ?? entry.fields.kind;
  const text = document.createElement("p");
  const where = entry.fields.address || words.byPosition;
  text.textContent = `${new Date(entry.fields.seen_at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })} · ${where} · ${words.photos.replace("{n}", entry.photos.length)}`;
  item.append(title, text);
  if (entry.problem) {
    const problem = document.createElement("p");
    problem.className = "notice error";
    problem.textContent = entry.problem;
    item.append(problem);
  }
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.append(button(words.change, () => change(entry.key), `${words.change} : ${title.textContent}`), remove(entry.key));
  item.append(actions);
  return item;
}

function remove(key) {
  const asked = button(words.throwAway, () => {
    if (asked.dataset.sure) return forget(key).then(show);
    asked.dataset.sure = "1";
    asked.textContent = words.sure;
  });
  return asked;
}

async function change(key) {
  const entry = await one(key);
  if (!entry) return;
  editing = entry.key;
  photos = entry.photos;
  for (const [name, value] of Object.entries(entry.fields)) if (form.elements[name]) form.elements[name].value = value;
  if (entry.fields.lat) setPlace(entry.fields.lon, entry.fields.lat, Number(entry.fields.accuracy));
  form.querySelector(".when-editing").hidden = false;
  showPhotos();
  form.elements.kind.focus();
}

function button(text, act, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button secondary";
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// Sending: one after the other, each photo by itself; what the other side has is asked for by its key, never made twice.

async function send() {
  if (sending) {
    again = true;
    return;
  }
  sending = true;
  try {
    const waiting = (await all()).filter((entry) => entry.account === account);
    if (!waiting.length) return network("");
    const said = await pass();
    if (!said) return;
    let sent = 0;
    for (const entry of waiting) {
      if (entry.key === editing) continue;
      if (!(await sendOne(entry, said))) break;
      sent += (await one(entry.key)) ? 0 : 1;
      await show();
    }
    network(sent ? words.sent.replace("{n}", sent) : "");
  } finally {
    sending = false;
    await show();
    if (again) {
      again = false;
      await send();
    }
  }
}

// Who is signed in, and the pass that a form must bring; nothing without a network, or signed out.
async function pass() {
  try {
    const answer = await fetch(tokenUrl, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) { network(words.signIn, true); return null; }
    if (!answer.ok) { network(words.later); return null; }
    const said = await answer.json();
    if (said.account !== account) { network(words.signIn, true); return null; }
    return said.token;
  } catch {
    network(words.offline);
    return null;
  }
}

// Whether one may go on with the next: not once the network is gone.
async function sendOne(entry, said) {
  if (!entry.sent) {
    const answer = await post(sendUrl, said, { ...entry.fields, key: entry.key });
    if (answer === null) return false;
    entry.sent = answer.ok;
    entry.problem = answer.ok ? "" : answer.faults.join(" ");
    await keep(entry);
    if (!entry.sent) return true;
  }
  for (const photo of entry.photos.filter((one) => !one.sent)) {
    const answer = await post(photoUrl, said, { sighting: entry.key, key: photo.key, file: photo.file });
    if (answer === null) return false;
    photo.sent = answer.ok;
    if (!answer.ok) entry.problem = answer.faults.join(" ");
    await keep(entry);
  }
  if (entry.photos.every((photo) => photo.sent)) await forget(entry.key);
  return true;
}

// null: not received, it is sent again later. Otherwise whether it was accepted, and what is wrong with it.
async function post(url, said, values) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.append(name, value, ...(value instanceof Blob ? ["photo.jpg"] : []));
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": said, Accept: "application/json" } });
    if (answer.status === 422) return { ok: false, faults: (await answer.json()).faults };
    if (answer.ok && !answer.redirected) return { ok: true, faults: [] };
    network(answer.redirected ? words.signIn : words.later, answer.redirected);
    return null;
  } catch {
    network(words.offline);
    return null;
  }
}

function network(text, leave) {
  if (status.textContent !== text) status.textContent = text;
  document.getElementById("sign-in").hidden = !leave;
}

function say(text) {
  document.getElementById("said").textContent = text;
}

// Begin

document.getElementById("send-now").addEventListener("click", send);
addEventListener("online", send);
addEventListener("offline", () => network(words.offline));
setInterval(async () => { if ((await all()).some((entry) => entry.account === account)) await send(); }, EVERY);

document.documentElement.dataset.walk = "starting";
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker).then(() => navigator.serviceWorker.ready).then(() => {
    document.documentElement.dataset.walk = "ready";
    document.getElementById("ready").hidden = false;
  });
}
navigator.storage?.persist?.();
clear();
show().then(send);
