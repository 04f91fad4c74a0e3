// Copies what the site serves, and what its tests need, from node_modules into the repository, byte for byte,
// each with its licence, in a folder named for its version. Older versions are removed.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

const SERVED = "src/croisee/portal/static/vendor";
const TESTS = "tests/portal/vendor";

const PACKAGES = [
  { name: "htmx.org", as: "htmx", into: SERVED, files: ["dist/htmx.min.js", "LICENSE"] },
  {
    name: "maplibre-gl",
    as: "maplibre-gl",
    into: SERVED,
    files: ["dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css", "LICENSE.txt"],
  },
  {
    name: "@fontsource-variable/bricolage-grotesque",
    as: "bricolage-grotesque",
    into: SERVED,
    files: ["files/bricolage-grotesque-latin-wght-normal.woff2", "LICENSE"],
  },
  { name: "sortablejs", as: "sortablejs", into: SERVED, files: ["Sortable.min.js", "LICENSE"] },
  { name: "axe-core", as: "axe-core", into: TESTS, files: ["axe.min.js", "LICENSE"] },
];

for (const { name, as, into, files } of PACKAGES) {
  const source = join("node_modules", name);
  const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const folder = `${as}-${version}`;
  mkdirSync(join(into, folder), { recursive: true });
  for (const file of files) cpSync(join(source, file), join(into, folder, basename(file)));
  for (const other of readdirSync(into)) {
    if (other.startsWith(`${as}-`) && other !== folder) rmSync(join(into, other), { recursive: true });
  }
  console.log(join(into, folder));
}
