// What each layer of a map looks like, in the colours of the page (light or dark).

const CLASSES = ["far-below", "below", "about", "above", "far-above"];

/** The identifiers of the drawn layers that show `source`. */
export function layersOf(source) {
  return [source, `${source}-fill`, `${source}-line`, `${source}-name`];
}

/** Of several generations of priority neighbourhoods, the source of the newest: the others are drawn lightly. */
function newestOf(names) {
  return names.filter((name) => name.startsWith("qpv-")).sort().at(-1);
}

/** A MapLibre style for the GeoJSON `data` by source; `marks` has `point` ("lon,lat") and `code` to set off. */
export function styleOf(data, marks, hidden) {
  const colour = colours();
  const sources = {};
  const layers = [{ id: "ground", type: "background", paint: { "background-color": colour.sunken } }];
  const newest = newestOf(Object.keys(data));
  const covered = "squares" in data || "areas" in data;
  for (const name of Object.keys(data)) {
    sources[name] = { type: "geojson", data: data[name] };
    const kind = name === newest ? "newest" : name.replace(/-[0-9]+$/, "");
    for (const layer of LAYERS[kind](name, colour, marks.code ?? "", covered)) {
      layers.push({
        ...layer,
        source: name,
        layout: { ...layer.layout, visibility: hidden.has(name) ? "none" : "visible" },
      });
    }
  }
  layers.sort((a, b) => Number(a.id.endsWith("-name")) - Number(b.id.endsWith("-name")));
  if (marks.point) addPoint(sources, layers, marks.point.split(",").map(Number), colour);
  return { version: 8, sources, layers };
}

const LAYERS = {
  communes: (id, c, _code, covered) => [
    { id: `${id}-fill`, type: "fill", paint: { "fill-color": c.surface } },
    { id: `${id}-line`, type: "line", paint: { "line-color": c["line-strong"], "line-width": 0.8 } },
    // What covers communes would leave a soft name unread.
    nameLayer(id, covered ? c.ink : c.soft, 11, 9),
  ],
  neighbourhoods: dashed,
  subneighbourhoods: dashed,
  bands: band,
  qpv: (id, c, code) => [
    { id: `${id}-fill`, type: "fill", paint: { "fill-color": c.brick, "fill-opacity": 0.06 } },
    {
      id: `${id}-line`,
      type: "line",
      paint: { "line-color": c.brick, "line-width": set(code, 3, 1.4), "line-dasharray": [2, 1.5] },
    },
  ],
  newest: (id, c, code) => [
    { id: `${id}-fill`, type: "fill", paint: { "fill-color": c["brick-vivid"], "fill-opacity": set(code, 0.5, 0.32) } },
    { id: `${id}-line`, type: "line", paint: { "line-color": c.brick, "line-width": set(code, 3, 1.4) } },
    nameLayer(id, c.brick, 12, 11.5),
  ],
  schools: (id, c) => [
    {
      id,
      type: "circle",
      paint: {
        "circle-color": ["match", ["get", "priority"], ["REP", "REP+"], c.road, c.soft],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, ["match", ["get", "priority"], ["REP", "REP+"], 4, 2], 14, 7],
        "circle-stroke-color": c.surface,
        "circle-stroke-width": 1.2,
      },
    },
    nameLayer(id, c.ink, 11, 13.5),
  ],
};

LAYERS.stops = (id, c) => [
  {
    id,
    type: "circle",
    paint: {
      "circle-color": c.surface,
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 1, 14, 4.5],
      "circle-stroke-color": c.ink,
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 14, 1.6],
    },
  },
  nameLayer(id, c.ink, 11, 14.5),
];

// Points that a page brings: the larger the heavier, in colour when they are `strong`.
LAYERS.points = (id, c) => [
  {
    id,
    type: "circle",
    paint: {
      "circle-color": ["case", ["to-boolean", ["get", "strong"]], c.road, c.soft],
      "circle-opacity": ["case", ["to-boolean", ["get", "strong"]], 0.9, 0.45],
      "circle-radius": [
        "interpolate",
        ["linear"],
        ["zoom"],
        9,
        ["+", 2, ["sqrt", ["coalesce", ["get", "weight"], 1]]],
        14,
        ["+", 5, ["*", 2.5, ["sqrt", ["coalesce", ["get", "weight"], 1]]]],
      ],
      "circle-stroke-color": c.surface,
      "circle-stroke-width": 1,
    },
  },
];

// Where one gets in a quarter of an hour, half an hour…: the nearer the denser.
LAYERS.areas = (id, c) => [
  {
    id: `${id}-fill`,
    type: "fill",
    paint: {
      "fill-color": c.road,
      "fill-opacity": ["match", ["get", "minutes"], 15, 0.62, 30, 0.44, 45, 0.28, 0.14],
    },
  },
  { id: `${id}-line`, type: "line", paint: { "line-color": c.road, "line-width": 0.8, "line-opacity": 0.7 } },
];

// Squares in five classes, from far below what is usual to far above.
LAYERS.squares = (id, c) => [
  {
    id: `${id}-fill`,
    type: "fill",
    paint: {
      "fill-color": ["to-color", ["at", ["-", ["get", "class"], 1], ["literal", CLASSES.map((name) => c[name])]]],
      "fill-opacity": 0.85,
      "fill-antialias": false,
    },
  },
];

// Outlines alone, for what lies below them to be seen.
LAYERS.limits = (id, c, code) => [
  { id: `${id}-fill`, type: "fill", paint: { "fill-color": c.brick, "fill-opacity": 0 } },
  { id: `${id}-halo`, type: "line", paint: { "line-color": c.surface, "line-width": set(code, 6, 4), "line-opacity": 0.8 } },
  { id: `${id}-line`, type: "line", paint: { "line-color": c.brick, "line-width": set(code, 3, 1.8) } },
  nameLayer(id, c.ink, 12, 11.5),
];

function dashed(id, c, code) {
  return [
    { id: `${id}-fill`, type: "fill", paint: { "fill-color": c.road, "fill-opacity": set(code, 0.3, 0.03) } },
    {
      id: `${id}-line`,
      type: "line",
      paint: { "line-color": c.road, "line-width": set(code, 3, 1), "line-dasharray": [3, 2] },
    },
    nameLayer(id, c.road, 11, id === "neighbourhoods" ? 11 : 13),
  ];
}

function band(id, c) {
  return [
    { id: `${id}-fill`, type: "fill", paint: { "fill-color": c.warn, "fill-opacity": 0.1 } },
    { id: `${id}-line`, type: "line", paint: { "line-color": c.warn, "line-width": 1, "line-dasharray": [1, 2] } },
  ];
}

/** A paint value for the feature of `code`, another for the rest. */
function set(code, own, others) {
  return code ? ["case", ["==", ["get", "code"], code], own, others] : others;
}

/** Names drawn with the device's own fonts: a style without `glyphs` asks no server for them. */
function nameLayer(source, colour, size, from) {
  const halo = colours().surface;
  return {
    id: `${source}-name`,
    type: "symbol",
    minzoom: from,
    layout: {
      "text-field": ["get", "name"],
      "text-font": ["system-ui, sans-serif"],
      "text-size": size,
      "text-max-width": 8,
      "text-padding": 6,
      ...(["schools", "stops"].includes(source) ? { "text-offset": [0, 1], "text-anchor": "top" } : {}),
    },
    paint: { "text-color": colour, "text-halo-color": halo, "text-halo-width": 1.6 },
  };
}

function addPoint(sources, layers, coordinates, c) {
  sources.point = { type: "geojson", data: { type: "Point", coordinates } };
  layers.push({
    id: "point",
    type: "circle",
    source: "point",
    paint: {
      "circle-radius": 9,
      "circle-color": c.ink,
      "circle-stroke-color": c.surface,
      "circle-stroke-width": 3,
    },
  });
}

function colours() {
  const computed = getComputedStyle(document.documentElement);
  const names = ["surface", "sunken", "line-strong", "ink", "soft", "road", "brick", "brick-vivid", "warn", ...CLASSES];
  return Object.fromEntries(names.map((name) => [name, computed.getPropertyValue(`--${name}`).trim()]));
}
