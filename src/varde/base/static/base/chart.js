// Draws every [data-chart]: its data is the JSON it names, its table stands beside it.
// {x: [seconds], series: [{label, color, values, fill}], kind: "line" | "bars"}
const zone = document.documentElement.dataset.timeZone;
const language = document.documentElement.lang;

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: zone });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: zone });
const count = new Intl.NumberFormat(language);

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Two steps: Chromium resolves light-dark() and var() only on a property that is used.
function color(name, part = "base-default") {
  return token(`--ds-color-${name}-${part}`) || "currentColor";
}

function axes() {
  const stroke = color("neutral", "text-subtle");
  const grid = { stroke: color("neutral", "border-subtle"), width: 0.5 };
  const font = '12px "Inter Variable", sans-serif';
  const short = (self, ticks) => {
    const span = self.scales.x.max - self.scales.x.min;
    return ticks.map((tick) => (span > 3 * 86400 ? day : clock).format(tick * 1000));
  };
  return [
    { stroke, grid: { show: false }, ticks: { ...grid, size: 4 }, font, values: short, space: 56 },
    { stroke, grid, ticks: { show: false }, font, values: (_, ticks) => ticks.map((t) => (Number.isInteger(t) ? count.format(t) : "")), size: 44 },
  ];
}

function seriesOf(entry, kind) {
  const stroke = color(entry.color ?? "fjord");
  const common = { label: entry.label, stroke, value: (_, v) => (v == null ? "–" : count.format(v)) };
  if (kind === "bars") {
    return { ...common, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 40], align: 1, radius: 0.15 }) };
  }
  return { ...common, fill: `color-mix(in srgb, ${stroke} 14%, transparent)`, width: 1.75, points: { show: false } };
}

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const last = data.x.length > 1 ? data.x.at(-1) + (data.x[1] - data.x[0]) : undefined;
  const options = {
    width: place.clientWidth,
    height: place.clientHeight,
    axes: axes(),
    legend: { show: data.series.length > 1 },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: true, range: data.kind === "bars" && last ? () => [data.x[0], last] : undefined },
      y: { range: (_, low, high) => [0, Math.max(high * 1.08, 4)] },
    },
    series: [{ label: "", value: (_, v) => (v == null ? "–" : whole.format(v * 1000)) }, ...data.series.map((s) => seriesOf(s, data.kind))],
  };
  place.replaceChildren();
  const plot = new uPlot(options, [data.x, ...data.series.map((s) => s.values)], place);
  const legend = place.querySelector(".u-legend");
  if (legend) plot.setSize({ width: place.clientWidth, height: place.clientHeight - legend.offsetHeight });
  plot.root.setAttribute("aria-hidden", "true");
  return plot;
}

function keepFitting(place) {
  let plot = draw(place);
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(place.clientWidth - width) < 2) return;
    width = place.clientWidth;
    plot.destroy();
    plot = draw(place);
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plot.destroy();
    plot = draw(place);
  });
}

export function drawAll(root = document) {
  for (const place of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    place.dataset.drawn = "";
    keepFitting(place);
  }
}

drawAll();
