/* Drawings of our own on canvases: the decision map and the histograms by layer. */

import { colour, power, redrawable } from "./charts.js";

/** A canvas that fills its frame, sharp on every screen; ``paint`` gets a context in CSS pixels. */
export class Drawing {
  constructor(frame) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "own";
    frame.append(this.canvas);
    this.frame = frame;
    new ResizeObserver(() => this.redraw()).observe(frame);
    redrawable(this);
  }

  redraw() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    if (!width || !height) return;
    const scale = devicePixelRatio;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    this.paint(context, width, height);
  }
}

export const rgb = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));

export class DecisionMap extends Drawing {
  begin(points) { this.points = points; }

  draw(map) {
    this.map = map;
    this.redraw();
  }

  paint(context, width, height) {
    if (!this.map) return;
    const { size, cells, x, y } = this.map;
    const classes = ["--class-0", "--class-1", "--class-2"].map((name) => rgb(colour(name)));
    const paper = rgb(colour("--card"));
    const image = new ImageData(size, size);
    cells.forEach((cell, k) => {
      const [kind, sure] = [Math.floor(cell / 100), (cell % 100) / 99];
      const part = 0.12 + 0.68 * Math.max(0, (sure - 0.4) / 0.6);
      const at = 4 * ((size - 1 - Math.floor(k / size)) * size + (k % size));
      for (let c = 0; c < 3; c += 1) image.data[at + c] = paper[c] + part * (classes[kind][c] - paper[c]);
      image.data[at + 3] = 255;
    });
    const small = document.createElement("canvas");
    small.width = small.height = size;
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(small, 0, 0, width, height);
    this.#points(context, (value) => ((value - x[0]) / (x[1] - x[0])) * width,
      (value) => height - ((value - y[0]) / (y[1] - y[0])) * height);
  }

  #points(context, across, up) {
    if (!this.points) return;
    context.lineWidth = 1;
    context.strokeStyle = colour("--card");
    this.points.labels.forEach((label, k) => {
      context.fillStyle = colour(`--class-${label}`);
      context.beginPath();
      context.arc(across(this.points.x[k]), up(this.points.y[k]), 3.2, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    });
  }
}

export class Histograms extends Drawing {
  draw(found) {
    this.found = found;
    this.redraw();
  }

  paint(context, width, height) {
    if (!this.found) return;
    const { activations, gradients } = this.found;
    const rows = activations.length, label = 22, told = 74, gap = 8;
    const column = (width - label - gap) / 2 - told, row = height / rows;
    const known = activations.filter((h) => h.std !== null);
    const reach = Math.max(...known.map((h) => Math.max(Math.abs(h.low), Math.abs(h.high))), 1e-12);
    context.font = "12px system-ui, sans-serif";
    activations.forEach((each, k) => {
      const base = (k + 1) * row - 4;
      context.fillStyle = colour("--soft");
      context.textAlign = "left";
      context.fillText(String(each.layer), 2, base - 3);
      bars(context, each, [-reach, reach], [label, base, column, row - 8], "--signal");
      const own = Math.max(Math.abs(gradients[k].low), Math.abs(gradients[k].high), 1e-300);
      bars(context, gradients[k], [-own, own], [label + column + told + gap, base, column, row - 8], "--gradient");
    });
  }
}

function bars(context, { low, high, counts, std }, [from, to], [left, base, width, height], name) {
  const most = Math.max(...counts, 1), bin = (high - low) / counts.length;
  const across = (value) => left + ((value - from) / (to - from)) * width;
  context.fillStyle = colour(name);
  counts.forEach((count, k) => {
    if (!count) return;
    const tall = Math.max(1, (count / most) * height), start = across(low + k * bin);
    context.fillRect(start, base - tall, Math.max(1, across(low + (k + 1) * bin) - start - 0.4), tall);
  });
  context.strokeStyle = colour("--line");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left, base + 0.5);
  context.lineTo(left + width, base + 0.5);
  context.stroke();
  context.fillStyle = colour("--soft");
  context.fillText(std === null ? "–" : `σ ${std > 0 ? power(Math.log10(std)) : 0}`, left + width + 6, base - 3);
}
