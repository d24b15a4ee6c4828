// Copies the browser parts of our npm packages into the Python package, and builds our theme.
// Run `npm ci --ignore-scripts && npm run vendor`; nothing here is needed to install or run Varde.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = process.env.VARDE_NODE_MODULES ?? join(here, "node_modules");
const target = join(here, "../../src/varde/base/static/base/vendor");
const tests = join(here, "../../tests/browser/vendor");

const copies = {
  "designsystemet.css": "@digdir/designsystemet-css/dist/src/index.css",
  "designsystemet.LICENSE.txt": "@digdir/designsystemet-css/LICENSE",
  "designsystemet-web.js": "@digdir/designsystemet-web/dist/umd/index.js",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "htmx.LICENSE.txt": "htmx.org/LICENSE",
  "uplot.iife.min.js": "uplot/dist/uPlot.iife.min.js",
  "uplot.min.css": "uplot/dist/uPlot.min.css",
  "uplot.LICENSE.txt": "uplot/LICENSE",
  "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  "inter.LICENSE.txt": "@fontsource-variable/inter/LICENSE",
};

// One sprite: each icon is a <symbol> named as in our templates.
const icons = {
  alert: "Bell", answer: "PersonChat", arrow: "ArrowRight", case: "Folder", check: "Checkmark",
  chevron: "ChevronDown", clock: "Clock", close: "XMark", county: "Globe", dashboard: "House",
  down: "ChevronDown", filter: "Funnel", health: "Waveform", help: "QuestionmarkCircle",
  indicator: "MagnifyingGlass", info: "InformationSquare", language: "Language", leave: "Leave",
  left: "ChevronLeft", link: "Link", mail: "EnvelopeClosed", member: "Hospital",
  menu: "MenuHamburger", moon: "Moon", outbox: "InboxUp", person: "Person", phone: "PersonHeadset",
  plus: "Plus", right: "ChevronRight", search: "MagnifyingGlass", send: "TasklistSend",
  sensor: "Broadcast", shield: "Shield", sun: "Sun", suppression: "BellSlash",
  warning: "ExclamationmarkTriangle",
};

function sprite() {
  const symbols = Object.entries(icons).map(([name, file]) => {
    const svg = readFileSync(join(modules, "@navikt/aksel-icons/dist/svg", `${file}.svg`), "utf8");
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

function theme() {
  const cli = join(modules, "@digdir/designsystemet/dist/bin/designsystemet.js");
  const run = (...args) => execFileSync("node", [cli, "tokens", ...args], { cwd: here });
  run("create", "--config", "designsystemet.config.json");
  run("build", "--config", "designsystemet.config.json", "-t", "build/design-tokens", "-o", "build/css");
  return readFileSync(join(here, "build/css/varde.css"), "utf8");
}

function withoutMap(text) {
  return text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
}

mkdirSync(target, { recursive: true });
mkdirSync(tests, { recursive: true });
for (const [name, source] of Object.entries(copies)) {
  const from = join(modules, source);
  if (name.endsWith(".js")) writeFileSync(join(target, name), withoutMap(readFileSync(from, "utf8")));
  else cpSync(from, join(target, name));
}
writeFileSync(join(target, "icons.svg"), sprite());
writeFileSync(
  join(target, "icons.LICENSE.txt"),
  "icons.svg: from @navikt/aksel-icons 8.16.2, MIT licence, Copyright NAV (Arbeids- og velferdsdirektoratet).\n",
);
writeFileSync(join(target, "theme.css"), theme());
// axe-core (MPL-2.0, unchanged) serves the browser tests only; it is no part of the distribution.
cpSync(join(modules, "axe-core/axe.min.js"), join(tests, "axe.min.js"));
cpSync(join(modules, "axe-core/LICENSE"), join(tests, "axe.LICENSE.txt"));
rmSync(join(here, "build"), { recursive: true, force: true });
