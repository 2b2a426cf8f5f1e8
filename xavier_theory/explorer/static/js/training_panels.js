/* The panels while training: cost, decision map, gradient norms, histograms. */

import { DecisionMap, Histograms } from "./canvas.js";
import { Chart, colour, line, logAxis, logRange, plainAxis, power } from "./charts.js";

const $ = (id) => document.getElementById(id);
const FLOOR = 1e-16;
const log = (value) => (value === null ? null : Math.log10(Math.max(value, FLOOR)));

export class TrainingPanels {
  constructor() {
    this.schemes = [];
    this.seeds = 1;
    this.shown = [];
    const empty = [[0], [null]];
    this.costs = new Chart($("cost-chart"), options([line("--signal")], costRange), empty);
    this.norms = new Chart($("norms-chart"), options([line("--gradient")], logRange), empty);
    this.map = new DecisionMap($("map-chart"));
    this.histograms = new Histograms($("histograms-chart"));
  }

  /** What stays the same during a run: schemes, layers shown, the points of the data. */
  begin(frame) {
    this.schemes = frame.schemes;
    this.seeds = frame.seeds;
    this.shown = frame.shown;
    this.map.begin(frame.points);
    this.costs.draw([[0], ...frame.costs.rows], options(this.#costLines(), costRange));
    const last = Math.max(1, this.shown.length - 1);
    const lines = this.shown.map((_, k) => line("--gradient", {
      stroke: () => shade(k / last), width: k === 0 || k === last ? 2.5 : 1.5,
    }));
    this.norms.draw([[0], ...frame.norms.rows], options(lines, logRange));
  }

  #costLines() {
    return this.schemes.flatMap((_, scheme) => Array.from({ length: this.seeds }, (_, seed) => line(
      "--signal",
      {
        stroke: () => `${colour(scheme ? "--gradient" : "--signal")}${seed ? "66" : ""}`,
        width: seed ? 1.2 : 2.5, dash: scheme ? [7, 4] : undefined,
      },
    )));
  }

  draw(frame) {
    const curves = ({ steps, rows }) => [steps, ...rows.map((row) => row.map(log))];
    this.costs.draw(curves(frame.costs));
    this.norms.draw(curves(frame.norms));
    this.map.draw(frame.map);
    this.histograms.draw(frame.histograms);
    $("cost-says").textContent = this.#costText(frame);
    $("norms-says").textContent = this.#normsText(frame);
    $("map-says").textContent = frame.map
      ? `What the first ${this.schemes[0]} network decides; stronger where it is surer.`
      : "A map needs data with two features. The accuracy is told beside the cost.";
    $("histograms-says").textContent =
      "Left: activations, all on one scale. Right: their gradients, each on its own; σ tells the size.";
  }

  #costText(frame) {
    return this.schemes.map((label, scheme) => {
      const range = (values) => values.slice(scheme * this.seeds, (scheme + 1) * this.seeds);
      const costs = range(frame.cost).filter((c) => c !== null);
      const right = range(frame.accuracy).filter((a) => a !== null);
      const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
      const mark = scheme ? "Dashed" : "Solid";
      if (!costs.length) return `${mark}: ${label}, diverged.`;
      return `${mark}: ${label}, mean cost ${power(Math.log10(mean(costs)), 3)}, ${Math.round(100 * mean(right))} % right.`;
    }).join(" ");
  }

  #normsText(frame) {
    const now = frame.norms.rows.map((row) => row[row.length - 1]);
    const told = (value) => (value === null ? "diverged" : power(log(value), 2));
    const last = this.shown.length - 1;
    return `Frobenius norm of ∂J/∂W of the first network. Layer ${this.shown[0]} (darkest): ${told(now[0])}; ` +
      `layer ${this.shown[last]} (lightest): ${told(now[last])}.`;
  }

  redraw() {
    this.map.redraw();
    this.histograms.redraw();
  }
}

/** A cost that explodes leaves at the top, or nothing else could be seen. */
function costRange(plot, low, high) {
  return logRange(plot, low === null ? null : Math.max(low, -8), high === null ? null : Math.min(high, 3));
}

function options(lines, range) {
  return {
    scales: { x: { time: false, range: (_, low, high) => [low ?? 0, Math.max(high ?? 0, 10)] }, y: { range } },
    axes: [plainAxis({ size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] }), logAxis()],
    series: [{}, ...lines],
  };
}

/** From the darkest to the lightest of one hue, for layers in order. */
function shade(part) {
  const dark = document.documentElement.dataset.theme === "dark";
  const lightness = dark ? 45 + 40 * part : 22 + 48 * part;
  return `hsl(${18 + 22 * part} 80% ${lightness}%)`;
}
