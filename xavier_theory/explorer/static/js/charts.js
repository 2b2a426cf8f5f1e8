/* Line charts by uPlot: colours from the page's own, sizes from their frames, axes in powers of ten. */

const uPlot = globalThis.uPlot;
const charts = new Set();

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** 10^log as people write it: 0.5, 1, 30, 10⁻⁷. */
export function power(log, digits = 2) {
  if (log === null || log === undefined) return "–";
  if (Math.abs(log) < 4) return String(Number((10 ** log).toPrecision(digits)));
  const exponent = Math.floor(log + 1e-9);
  const mantissa = Number((10 ** (log - exponent)).toPrecision(digits));
  const raised = `10${[...String(exponent)].map((c) => SUPERSCRIPTS[c]).join("")}`;
  return mantissa === 1 ? raised : `${mantissa}·${raised}`;
}

function axis(options) {
  return {
    stroke: () => colour("--soft"), grid: { stroke: () => colour("--grid"), width: 1 },
    ticks: { show: false }, font: "12px system-ui, sans-serif", ...options,
  };
}

/** Where a logarithmic axis has its lines: 1, 2, 5, or 1, 3, or powers of ten alone. */
function logSplits(_, __, low, high) {
  const span = high - low;
  const within = span < 0.5 ? [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] : span < 1.6 ? [1, 2, 5] : span < 3 ? [1, 3] : [1];
  const every = span < 6 ? 1 : Math.ceil(span / 6);
  const found = [];
  for (let k = Math.floor(low); k <= Math.ceil(high); k += 1) {
    if (((k % every) + every) % every) continue;
    for (const digit of within) {
      const at = k + Math.log10(digit);
      if (at >= low && at <= high) found.push(at);
    }
  }
  return found;
}

export const logAxis = () => axis({
  size: 56, splits: logSplits, values: (_, splits) => splits.map((v) => power(v)),
});
export const plainAxis = (options = {}) => axis({ size: 40, ...options });
export const layerAxis = () => axis({ incrs: [1, 2, 5, 10], size: 34 });

/** Room above and below, and at least a factor of two in all. */
export function logRange(_, low, high) {
  if (low === null || high === null) return [-1, 1];
  const spare = Math.max(0.08 * (high - low), 0.15 - (high - low) / 2, 0.02);
  return [low - spare, high + spare];
}

/** Short lines instead of an empty legend: the names of the series with their marks. */
export class Chart {
  constructor(frame, options, data) {
    this.frame = frame;
    this.options = options;
    this.plot = null;
    this.data = data;
    this.#make(data);
    new ResizeObserver(() => this.#fit()).observe(frame);
    charts.add(this);
  }

  #make(data) {
    this.plot?.destroy();
    const { width, height } = this.#size();
    this.plot = new uPlot({
      legend: { show: false }, cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      padding: [8, 10, 0, 0], ...this.options, width, height,
    }, data, this.frame);
  }

  #size() {
    return { width: Math.max(180, this.frame.clientWidth), height: Math.max(120, this.frame.clientHeight) };
  }

  #fit() {
    this.plot.setSize(this.#size());
  }

  /** New data; with other series than before the chart is made anew. */
  draw(data, options = null) {
    this.data = data;
    if (options) {
      this.options = options;
      this.#make(data);
    } else this.plot.setData(data);
  }

  redraw() { this.plot.redraw(false, true); }

  /** Draw again with ranges found anew: something besides the data has changed. */
  rescale() { this.plot.setData(this.data); }
}

export function redrawAll() {
  for (const chart of charts) chart.redraw();
}

export const redrawable = (drawn) => charts.add(drawn);
export const line = (name, extra = {}) => ({
  stroke: () => colour(name), width: 2, points: { show: false }, spanGaps: false, ...extra,
});
export const dots = (name, extra = {}) => ({
  stroke: () => colour(name), paths: () => null, width: 0,
  points: { show: true, size: 4.5, width: 0, fill: () => `${colour(name)}88`, space: 0 }, ...extra,
});
