/* The panels at initialization: signal and gradient per layer, and the activation's card. */

import { Channel } from "./api.js";
import { Chart, colour, layerAxis, line, logAxis, logRange, plainAxis, power } from "./charts.js";
import { typeset } from "./formulas.js";
import { PhaseDiagram, phaseText } from "./phase.js";

const $ = (id) => document.getElementById(id);
const median = (values) => {
  const known = values.filter((v) => v !== null).sort((a, b) => a - b);
  return known.length ? known[Math.floor((known.length - 1) / 2)] : null;
};

/** A chart per layer: prediction as a line with its band, networks as dots, training as squares. */
class LayerChart {
  constructor(frame, name) {
    this.name = name;
    this.sampled = [];
    this.now = null;
    this.chart = new Chart(frame, this.#options(), [[1], [null], [null], [null]]);
  }

  #options() {
    return {
      scales: {
        x: { time: false, range: (_, low, high) => [low - 0.5, high + 0.5] },
        y: { range: () => this.#range() },
      },
      axes: [layerAxis(), logAxis()],
      series: [
        {}, line(this.name),
        line(this.name, { width: 0 }), line(this.name, { width: 0 }),
      ],
      bands: [{ series: [3, 2], fill: () => `${colour(this.name)}22` }],
      hooks: { draw: [(u) => this.#dots(u)] },
    };
  }

  #range() {
    const shown = [...(this.lines ?? []), ...this.sampled, ...(this.now ? [this.now] : [])];
    const values = shown.flat().filter((v) => v !== null && v !== undefined);
    return logRange(null, values.length ? Math.min(...values) : null, Math.max(...values));
  }

  #dots(u) {
    const context = u.ctx, scale = devicePixelRatio;
    const mark = (layer, value, draw) => {
      if (value !== null) draw(u.valToPos(layer, "x", true), u.valToPos(value, "y", true));
    };
    context.save();
    context.fillStyle = `${colour(this.name)}55`;
    this.sampled.forEach((row, network) => row.forEach((value, k) => {
      const jitter = this.sampled.length > 1 ? 0.24 * (network / (this.sampled.length - 1) - 0.5) : 0;
      mark(k + 1 + jitter, value, (x, y) => disc(context, x, y, 2 * scale));
    }));
    context.fillStyle = colour(this.name);
    context.strokeStyle = colour("--card");
    context.lineWidth = 1.5 * scale;
    (this.sampled[0] ?? []).forEach((_, k) => mark(
      k + 1, median(this.sampled.map((row) => row[k])),
      (x, y) => disc(context, x, y, 4.2 * scale, true),
    ));
    context.strokeStyle = colour("--now");
    context.lineWidth = 2 * scale;
    this.now?.forEach((value, k) => mark(k + 1, value, (x, y) => {
      context.strokeRect(x - 4 * scale, y - 4 * scale, 8 * scale, 8 * scale);
    }));
    context.restore();
  }

  draw(layers, found) {
    const none = layers.map(() => null);
    const rows = [found.predicted, found.low, found.high].map((row) => row ?? none);
    this.sampled = found.sampled;
    this.lines = rows;
    this.now = null;
    this.chart.draw([layers, ...rows]);
  }

  /** The network that is being trained, as squares; null takes them away. */
  overlay(now) {
    this.now = now;
    this.chart.rescale();
  }
}

/** Room around the curves; those that leave for infinity are cut. */
const curveRange = (_, low, high) => [Math.max(low ?? -1, -6) - 0.15, Math.min(high ?? 1, 6) + 0.15];

function disc(context, x, y, radius, ring = false) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  if (ring) context.stroke();
}

export class InitialPanels {
  constructor(report) {
    this.report = report;
    this.channels = { signal: new Channel(), activation: new Channel(), phases: new Channel() };
    this.phases = new PhaseDiagram($("phase-chart"));
    this.signal = new LayerChart($("signal-chart"), "--signal");
    this.gradient = new LayerChart($("gradient-chart"), "--gradient");
    this.curves = new Chart($("activation-chart"), {
      scales: { x: { time: false }, y: { range: curveRange } },
      axes: [plainAxis({ size: 34 }), plainAxis()],
      series: [{}, line("--signal"), line("--gradient", { dash: [6, 4] })],
    }, [[0], [0], [0]]);
  }

  update(setup, activationChanged) {
    for (const id of ["signal-panel", "gradient-panel", "phase-panel"]) $(id).classList.add("waiting");
    this.channels.signal.ask("signal", setup, (found) => this.#showSignal(found), (e) => this.report(e));
    this.channels.phases.ask("phases", setup, (found) => this.#showPhases(found), (e) => this.report(e));
    if (activationChanged) {
      $("activation-panel").classList.add("waiting");
      this.channels.activation.ask(
        "activation", { activation: setup.activation },
        (found) => this.#showActivation(found), (e) => this.report(e),
      );
    }
  }

  overlay(now) {
    this.signal.overlay(now?.signal ?? null);
    this.gradient.overlay(now?.gradient ?? null);
  }

  #showSignal(found) {
    this.report(null);
    this.signal.draw(found.layers, found.signal);
    this.gradient.draw(found.layers, found.gradient);
    for (const id of ["signal-panel", "gradient-panel"]) $(id).classList.remove("waiting");
    $("signal-says").textContent = says(found, found.signal, found.layers.length - 1, "mean square of z");
    $("gradient-says").textContent = says(found, found.gradient, 0, "mean square of the gradient");
  }

  #showPhases(found) {
    $("phase-panel").classList.remove("waiting");
    this.phases.draw(found);
    $("phase-says").textContent = phaseText(found);
  }

  #showActivation(found) {
    this.report(null);
    $("activation-panel").classList.remove("waiting");
    this.curves.draw([found.points, found.values, found.slopes]);
    const { gain } = found;
    const formula = $("activation-formula");
    if (gain.error) {
      formula.textContent = "";
      $("activation-says").textContent = `${found.name} has no gain: ${gain.error}.`;
      return;
    }
    const value = gain.closed_form ? `${gain.closed_form} \\approx ${gain.value.toFixed(4)}` : gain.value.toFixed(4);
    typeset(formula, `g = \\frac{1}{\\sqrt{\\mathbb{E}\\,\\phi(Z)^2}} = ${value}`);
    $("activation-says").textContent = cardText(found.name, gain);
  }
}

function cardText(name, gain) {
  const certainty = gain.certified ? "certified" : "an estimate";
  const depth = gain.slope === null ? "" : ` There the length map has slope ${gain.slope.toPrecision(3)}` +
    (gain.slope > 1.0005 ? ": above 1, so deep signals drift away from it." : ".");
  const factor = gain.factor === null ? "" :
    ` Each layer multiplies the gradient's mean square by ${gain.factor.toPrecision(3)}.`;
  return `Solid: φ = ${name}. Dashed: its slope. Var(W) = ${gain.square.toPrecision(4)}/fan_in keeps E z² = 1 ` +
    `(${certainty}).${depth}${factor}`;
}

function says(found, part, at, what) {
  const layer = found.layers[at];
  const sampled = median(part.sampled.map((row) => row[at]));
  const measured = sampled === null ? "0" : power(sampled, 3);
  const networks = part.sampled.length;
  if (!part.predicted) return `${found.note ?? ""} Layer ${layer}: ${what}, median of ${networks} networks: ${measured}.`;
  const exact = found.exact ? "exact at any width" : "the limit of wide layers";
  return `Layer ${layer}: ${what} predicted ${power(part.predicted[at], 3)} (${exact}), ` +
    `median of ${networks} networks ${measured}.` +
    (part.low ? " Shaded: where one network lies, 95 %." : "");
}
