/* The phase diagram: blue where gradients vanish, orange where they explode, grey without bound. */

import { Drawing, rgb } from "./canvas.js";
import { colour, power } from "./charts.js";

const LEFT = 44, BOTTOM = 40, TOP = 8, RIGHT = 12;

export class PhaseDiagram extends Drawing {
  draw(found) {
    this.found = found;
    this.redraw();
  }

  paint(context, width, height) {
    if (!this.found) return;
    const { x, y } = this.found;
    const box = { left: LEFT, top: TOP, width: width - LEFT - RIGHT, height: height - TOP - BOTTOM };
    const across = (value) => box.left + ((value - x[0]) / (x[1] - x[0])) * box.width;
    const up = (value) => box.top + box.height - ((value - y[0]) / (y[1] - y[0])) * box.height;
    if (this.found.cells) this.#cells(context, box);
    this.#edge(context, across, up);
    axes(context, box, x, y, across, up);
    this.#points(context, across, up);
  }

  #cells(context, box) {
    const [columns, rows] = this.found.size;
    const ends = [rgb(colour("--class-0")), rgb(colour("--class-1"))];
    const paper = rgb(colour("--card")), grey = rgb(colour("--line"));
    const image = new ImageData(columns, rows);
    this.found.cells.forEach((value, k) => {
      const at = 4 * ((rows - 1 - Math.floor(k / columns)) * columns + (k % columns));
      const end = value === null ? grey : ends[value < 0 ? 0 : 1];
      const part = value === null ? 1 : 0.14 + 0.66 * Math.min(1, Math.abs(value));
      for (let c = 0; c < 3; c += 1) image.data[at + c] = paper[c] + part * (end[c] - paper[c]);
      image.data[at + 3] = 255;
    });
    const small = document.createElement("canvas");
    [small.width, small.height] = [columns, rows];
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(small, box.left, box.top, box.width, box.height);
  }

  #edge(context, across, up) {
    const { edge } = this.found;
    if (!edge || edge.x.length < 2) return;
    context.strokeStyle = colour("--ink");
    context.lineWidth = 2;
    context.beginPath();
    edge.x.forEach((value, k) => {
      const far = k > 0 && Math.hypot(across(value) - across(edge.x[k - 1]), up(edge.y[k]) - up(edge.y[k - 1])) > 40;
      if (k === 0 || far) context.moveTo(across(value), up(edge.y[k]));
      else context.lineTo(across(value), up(edge.y[k]));
    });
    context.stroke();
  }

  #points(context, across, up) {
    for (const value of this.found.points) {
      context.beginPath();
      context.arc(across(value), up(0), 7, 0, 2 * Math.PI);
      context.fillStyle = colour("--now");
      context.strokeStyle = colour("--card");
      context.lineWidth = 2.5;
      context.fill();
      context.stroke();
    }
  }
}

function axes(context, box, x, y, across, up) {
  context.fillStyle = colour("--soft");
  context.strokeStyle = colour("--soft");
  context.lineWidth = 1;
  context.strokeRect(box.left, box.top, box.width, box.height);
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  for (let value = Math.ceil(x[0]); value <= x[1]; value += 1) {
    context.fillText(power(value), across(value), box.top + box.height + 20);
  }
  context.fillText("n Var(W)", box.left + box.width / 2, box.top + box.height + 36);
  context.textAlign = "right";
  for (let value = y[0]; value <= y[1]; value += 0.5) context.fillText(String(value), box.left - 10, up(value) + 4);
  context.textAlign = "left";
  context.fillText("Var(b)", box.left + 8, box.top + 18);
}

export function phaseText({ phase, points, note, unbounded }) {
  const grey = unbounded ? " Grey: lengths grow without bound." : "";
  const rest = `Line: the edge of chaos, χ₁ = 1, at the mean square q* to which lengths settle.${grey}`;
  const picture = note ? `No picture: ${note}.` : `Blue: gradients vanish with depth. Orange: they explode. ${rest}`;
  if (!phase) return `These weights are not random, so that they have no point here. ${picture}`;
  const sure = phase.certified ? "certified" : phase.reason;
  const many = points.length > 1 ? " (other layers have other points)" : "";
  const factor = phase.factor === null ? "" : ` χ₁ = ${Number(phase.factor.toPrecision(4))} a layer.`;
  const place = `Dot: n Var(W) = ${power(Math.log10(phase.scale), 3)}${many}`;
  return `${place} is ${phase.name} (${sure}).${factor}${depthText(phase)} ${picture}`;
}

function depthText({ name, depth }) {
  if (depth === null || !["ordered", "chaotic"].includes(name)) return "";
  const layers = power(Math.log10(depth), 2);
  return name === "ordered" ? ` Inputs forget their differences over about ${layers} layers.`
    : ` Correlations settle over about ${layers} layers.`;
}
