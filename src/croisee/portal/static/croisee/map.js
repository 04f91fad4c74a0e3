// Draws every <figure data-map> of the page from our own GeoJSON, with no third-party server.
// What a figure shows is in its data attributes (partials/map.html); what the layers look like is in map_style.js.

import { layersOf, styleOf } from "./map_style.js";

const POINTS = ["schools", "stops", "points"];
const NOTHING = { type: "FeatureCollection", features: [] };

for (const figure of document.querySelectorAll("figure[data-map]")) {
  draw(figure).catch((error) => {
    console.warn("map:", error.message);
    figure.querySelector(".map-canvas").replaceChildren(paragraph("map-wait", figure.dataset.failed));
  });
}

async function draw(figure) {
  const { Map: MapView, NavigationControl, LngLatBounds, setWorkerUrl } = await import(figure.dataset.library);
  setWorkerUrl(figure.dataset.worker);
  const sources = figure.dataset.sources.split(" ");
  const data = await fetchAll(figure, sources);
  const canvas = figure.querySelector(".map-canvas");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const hidden = new Set(unchecked(figure));
  const map = new MapView({
    container: canvas,
    style: styleOf(data, figure.dataset, hidden),
    bounds: boundsOf(figure, data, LngLatBounds),
    fitBoundsOptions: { padding: 28, maxZoom: 15 },
    attributionControl: false,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    maxZoom: 18,
    cooperativeGestures: true,
    locale: {
      "Map.Title": figure.dataset.label,
      "CooperativeGesturesHandler.WindowsHelpText": figure.dataset.wheel,
      "CooperativeGesturesHandler.MacHelpText": figure.dataset.wheelMac,
      "CooperativeGesturesHandler.MobileHelpText": figure.dataset.fingers,
      "NavigationControl.ZoomIn": figure.dataset.zoomIn,
      "NavigationControl.ZoomOut": figure.dataset.zoomOut,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  canvas.querySelector(".map-wait")?.remove();
  dark.addEventListener("change", () => map.setStyle(styleOf(data, figure.dataset, hidden)));
  listenToLayers(figure, map, hidden);
  listenToPicks(figure, map, sources);
  listenToPlaces(figure, map, data);
  map.once("idle", () => figure.setAttribute("data-drawn", ""));
}

async function fetchAll(figure, sources) {
  const collections = await Promise.all(
    sources.map(async (name) => {
      const asked = name === figure.dataset.asked;
      return [name, await (asked ? askOrSay(figure) : answerOf(name, fetch(sourceOf(figure, name))))];
    }),
  );
  return Object.fromEntries(collections);
}

function sourceOf(figure, name) {
  return figure.getAttribute(`data-source-${name}`);
}

async function answerOf(name, asked) {
  const answer = await asked;
  if (answer.ok) return answer.json();
  const error = new Error(`${name}: ${answer.status}`);
  if (answer.headers.get("content-type") === "application/json") error.said = (await answer.json()).error;
  throw error;
}

/** The layer that follows a place: the form that holds the place is posted, so that no address of a page tells it. */
function ask(figure) {
  const form = document.getElementById(figure.dataset.form);
  const source = sourceOf(figure, figure.dataset.asked);
  return answerOf(figure.dataset.asked, fetch(source, { method: "POST", body: new FormData(form) }));
}

/** The same; when it is refused, the page says why in place of what it would say of the place, and nothing is drawn. */
async function askOrSay(figure) {
  try {
    return await ask(figure);
  } catch (error) {
    console.warn("map:", error.message);
    const form = document.getElementById(figure.dataset.form);
    return { ...NOTHING, html: paragraph("notice warning", error.said || form.dataset.failed).outerHTML };
  }
}

/** A place chosen on the map, or another answer given in the form: its layer is asked for and drawn, and what the page says of it takes the place of the last. */
function listenToPlaces(figure, map, data) {
  const { asked } = figure.dataset;
  if (!asked) return;
  const form = document.getElementById(figure.dataset.form);
  const said = document.getElementById(form.dataset.said);
  let last = 0;
  const say = ({ html }) => said.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  if (!data[asked].features.length) say(data[asked]);
  const redraw = async () => {
    const turn = ++last;
    said.setAttribute("aria-busy", "true");
    const answer = await askOrSay(figure);
    if (turn !== last) return;
    data[asked] = answer;
    map.getSource(asked).setData(answer);
    say(answer);
    said.removeAttribute("aria-busy");
  };
  map.on("click", ({ lngLat }) => {
    const [lon, lat] = [lngLat.lng.toFixed(6), lngLat.lat.toFixed(6)];
    form.elements.lon.value = lon;
    form.elements.lat.value = lat;
    form.elements.label.value = "";
    figure.dataset.point = `${lon},${lat}`;
    map.getSource("point").setData({ type: "Point", coordinates: lngLat.toArray() });
    redraw();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.type === "radio") redraw();
  });
}

function boundsOf(figure, data, LngLatBounds) {
  if (figure.dataset.bounds) {
    const [west, south, east, north] = figure.dataset.bounds.split(",").map(Number);
    return new LngLatBounds([west, south], [east, north]);
  }
  const bounds = new LngLatBounds();
  const { fit, point } = figure.dataset;
  for (const name of fit ? [fit, ...Object.keys(data)] : Object.keys(data)) {
    for (const feature of data[name].features) extend(bounds, feature.geometry?.coordinates);
    if (bounds.isEmpty()) continue;
    if (name === fit && point) bounds.extend(point.split(",").map(Number));
    return bounds;
  }
  return new LngLatBounds([-5, 42], [8, 51]);
}

function extend(bounds, coordinates) {
  if (!coordinates) return;
  if (typeof coordinates[0] === "number") bounds.extend(coordinates);
  else coordinates.forEach((part) => extend(bounds, part));
}

function unchecked(figure) {
  return [...figure.querySelectorAll(".map-layers input:not(:checked)")].map((box) => box.value);
}

function listenToLayers(figure, map, hidden) {
  const controls = figure.querySelector(".map-layers");
  if (!controls) return;
  controls.hidden = false;
  controls.addEventListener("change", ({ target }) => {
    if (target.checked) hidden.delete(target.value);
    else hidden.add(target.value);
    for (const layer of layersOf(target.value)) {
      if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", target.checked ? "visible" : "none");
    }
  });
}

function listenToPicks(figure, map, sources) {
  // The last drawn is on top, and is said first.
  const pickable = sources.filter((name) => !name.startsWith("bands") && name !== figure.dataset.asked).map((name) => layersOf(name).at(POINTS.includes(name) ? 0 : 1));
  pickable.reverse();
  map.on("click", ({ point }) => {
    const near = [point.x - 5, point.y - 5];
    const far = [point.x + 5, point.y + 5];
    const found = map.queryRenderedFeatures([near, far], { layers: pickable });
    show(figure, pickable.map((layer) => found.find((feature) => feature.layer.id === layer)).filter(Boolean));
  });
  map.on("mousemove", ({ point }) => {
    const [hit] = map.queryRenderedFeatures(point, { layers: pickable });
    map.getCanvas().style.cursor = hit ? "pointer" : "";
  });
}

/** Writes what was picked, the smallest thing first, with a link to its page where it has one. */
function show(figure, features) {
  const panel = figure.querySelector(".map-picked");
  if (!features.length) return;
  const lines = features.map(({ properties }) => {
    const line = document.createElement("p");
    const name = document.createElement("strong");
    name.textContent = properties.name;
    line.append(name, properties.detail ? ` · ${properties.detail}` : "");
    if (properties.url) {
      const link = document.createElement("a");
      link.href = properties.url;
      link.textContent = figure.dataset.more;
      const context = document.createElement("span");
      context.className = "visually-hidden";
      context.textContent = ` (${properties.name})`;
      link.append(context);
      line.append(" · ", link);
    }
    return line;
  });
  panel.replaceChildren(...lines);
}

function paragraph(className, text) {
  const element = document.createElement("p");
  element.className = className;
  element.textContent = text;
  return element;
}
