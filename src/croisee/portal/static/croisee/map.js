// Draws every <figure data-map> of the page from our own GeoJSON, with no third-party server.
// What a figure shows is in its data attributes (partials/map.html); what the layers look like is in map_style.js.

import { layersOf, styleOf } from "./map_style.js";

const POINTS = ["schools", "points"];

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
  map.once("idle", () => figure.setAttribute("data-drawn", ""));
}

async function fetchAll(figure, sources) {
  const collections = await Promise.all(
    sources.map(async (name) => {
      const answer = await fetch(figure.getAttribute(`data-source-${name}`));
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return [name, await answer.json()];
    }),
  );
  return Object.fromEntries(collections);
}

function boundsOf(figure, data, LngLatBounds) {
  if (figure.dataset.bounds) {
    const [west, south, east, north] = figure.dataset.bounds.split(",").map(Number);
    return new LngLatBounds([west, south], [east, north]);
  }
  const bounds = new LngLatBounds();
  for (const name of Object.keys(data)) {
    for (const feature of data[name].features) extend(bounds, feature.geometry?.coordinates);
    if (!bounds.isEmpty()) return bounds;
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
  const pickable = sources.filter((name) => !name.startsWith("bands")).map((name) => layersOf(name).at(POINTS.includes(name) ? 0 : 1));
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
