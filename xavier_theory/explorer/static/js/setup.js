/* The setup: what the controls say, as plain data, and as the fragment of a link. */

export const DEFAULTS = Object.freeze({
  data: "moons", widths: Object.freeze([16, 16, 16, 16, 16, 16, 16, 16]), activation: "tanh",
  scheme: "xavier", scale: 1, compare: "too-small", rate: 0.05, optimizer: "gd", seed: 0,
});

const NUMBERS = ["scale", "rate", "seed"];

/** Equal neighbours are gathered: 16x8 means eight layers of 16. */
export function widthsText(widths) {
  const parts = [];
  for (const width of widths) {
    const last = parts[parts.length - 1];
    if (last && last[0] === width) last[1] += 1;
    else parts.push([width, 1]);
  }
  return parts.map(([width, count]) => (count > 1 ? `${width}x${count}` : `${width}`)).join(",");
}

/** The widths of a text such as "16x8" or "64, 32, 16"; null where it cannot be read. */
export function parseWidths(text) {
  const widths = [];
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const found = /^(\d{1,4})(?:[x×*](\d{1,3}))?$/.exec(part);
    if (!found) return null;
    for (let k = 0; k < Number(found[2] ?? 1); k += 1) widths.push(Number(found[1]));
  }
  return widths.length ? widths : null;
}

export function toFragment(setup) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(setup)) {
    parameters.set(name, name === "widths" ? widthsText(value) : String(value));
  }
  return parameters.toString();
}

/** A link restores what it names; what it does not name, or misspells, keeps its default. */
export function fromFragment(fragment) {
  const setup = { ...DEFAULTS, widths: [...DEFAULTS.widths] };
  for (const [name, text] of new URLSearchParams(fragment.replace(/^#/, ""))) {
    if (!(name in DEFAULTS)) continue;
    if (name === "widths") setup.widths = parseWidths(text) ?? setup.widths;
    else if (!NUMBERS.includes(name)) setup[name] = text.slice(0, 400);
    else if (text.trim() !== "" && Number.isFinite(Number(text))) setup[name] = Number(text);
  }
  return setup;
}
