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

function color(name, part = "base-default") {
  return token(`--ds-color-${name}-${part}`) || "currentColor";
}

// As much room as the longest number needs.
const room = (_, labels) => 20 + 7 * Math.max(1, ...(labels ?? []).map((label) => label.length));

function axes() {
  const stroke = color("neutral", "text-subtle");
  const grid = { stroke: color("neutral", "border-subtle"), width: 0.5 };
  const font = '12px "Inter Variable", sans-serif';
  const short = (self, ticks) => {
    const span = self.scales.x.max - self.scales.x.min;
    return ticks.map((tick) => (span > 3 * 86400 ? day : clock).format(tick * 1000));
  };
  return [
    { stroke, grid: { show: false }, ticks: { ...grid, size: 4 }, font, values: short, space: 56, size: 32, incrs },
    { stroke, grid, ticks: { show: false }, font, space: 26, values: (_, ticks) => ticks.map((t) => (Number.isInteger(t) ? count.format(t) : "")), size: room },
  ];
}

// Whole hours on a short axis, whole days on a long one: a date must not stand there twice.
const HOUR = 3600;
const incrs = (self) => {
  const isLong = self.scales.x.max - self.scales.x.min > 72 * HOUR;
  return isLong ? [24, 48, 168, 336].map((h) => h * HOUR) : [1, 2, 3, 6, 12, 24].map((h) => h * HOUR);
};

function seriesOf(entry, kind) {
  const stroke = color(entry.color ?? "fjord");
  const common = { label: entry.label, stroke, value: (_, v) => (v == null ? "–" : count.format(v)) };
  if (kind === "bars") {
    return { ...common, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 40], align: 1, radius: 0.15 }) };
  }
  return { ...common, fill: `color-mix(in srgb, ${stroke} 14%, transparent)`, width: 1.75, points: { show: false } };
}

// uPlot puts its legend below the height it is given.
const LEGEND_HEIGHT = 30;

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const last = data.x.length > 1 ? data.x.at(-1) + (data.x[1] - data.x[0]) : undefined;
  const options = {
    width: place.clientWidth,
    height: parseFloat(getComputedStyle(place).minBlockSize) - (data.series.length > 1 ? LEGEND_HEIGHT : 0),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    axes: axes(),
    legend: { show: data.series.length > 1 },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      // Bars stand right of their hour: the last one needs its room.
      x: { time: true, ...(data.kind === "bars" && last ? { range: () => [data.x[0], last] } : {}) },
      y: { range: (_, low, high) => [0, Math.max(high * 1.08, 4)] },
    },
    series: [{ label: place.dataset.time, value: (_, v) => (v == null ? "–" : whole.format(v * 1000)) }, ...data.series.map((s) => seriesOf(s, data.kind))],
  };
  place.replaceChildren();
  const plot = new uPlot(options, [data.x, ...data.series.map((s) => s.values)], place);
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
