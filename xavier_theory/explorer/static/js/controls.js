/* The form: its values are the setup; each field shows its own mistakes. */

import { DEFAULTS, parseWidths, widthsText } from "./setup.js";
import { power } from "./charts.js";

const $ = (id) => document.getElementById(id);
const FIELDS = Object.keys(DEFAULTS);
const SCALES = { "too-small": 0.01, xavier: 1, glorot: 1, lecun: 1, he: 2, orthogonal: 1, "too-large": 100 };
const fill = (select, names, label = (name) => name) => {
  select.replaceChildren(...names.map((name) => new Option(label(name), name)));
};

export class Controls {
  constructor(changed) {
    this.changed = changed;
    this.setup = { ...DEFAULTS };
    this.labels = {};
    for (const name of ["data", "scheme", "compare", "optimizer"]) {
      $(name).addEventListener("change", () => this.#take({ [name]: $(name).value }));
    }
    $("activation").addEventListener("change", () => this.#take({ activation: $("activation").value.trim() }));
    $("scale").addEventListener("input", () => {
      this.#take({ scheme: "scale", scale: Number((10 ** Number($("scale").value)).toPrecision(3)) });
    });
    for (const name of ["depth", "width"]) $(name).addEventListener("input", () => this.#shape());
    $("widths").addEventListener("change", () => this.#widths());
    for (const name of ["rate", "seed"]) $(name).addEventListener("change", () => this.#number(name));
    $("new-seed").addEventListener("click", () => this.#take({ seed: Math.floor(Math.random() * 1e6) }));
    $("defaults").addEventListener("click", () => this.set({ ...DEFAULTS }));
    $("controls").addEventListener("submit", (event) => event.preventDefault());
  }

  /** The names that the server offers. */
  fill(options) {
    this.labels = Object.fromEntries(options.schemes.map(({ name, label }) => [name, label]));
    fill($("data"), options.datasets);
    fill($("scheme"), Object.keys(this.labels), (name) => this.labels[name]);
    fill($("compare"), options.compared, (name) => (name === "none" ? "nothing" : this.labels[name]));
    fill($("optimizer"), options.optimizers, (name) => (name === "gd" ? "descent" : name));
    fill($("activations"), options.activations);
    $("depth").max = options.limits.layers;
  }

  /** Show a setup in every control, and tell of it. */
  set(setup) {
    this.setup = setup;
    this.#show();
    this.clear();
    this.changed({ ...this.setup }, FIELDS);
  }

  #take(change) {
    const names = Object.keys(change).filter((name) => String(this.setup[name]) !== String(change[name]));
    const wrong = FIELDS.filter((name) => $(`${name}-error`)?.textContent);
    if (!names.length && !wrong.length) return;
    this.setup = { ...this.setup, ...change };
    this.#show();
    this.clear();
    this.changed({ ...this.setup }, [...names, ...wrong]);
  }

  #shape() {
    const [depth, width] = [Number($("depth").value), Number($("width").value)];
    const given = this.setup.widths;
    const kept = given.every((each) => each === given[0]) || width !== this.shownWidth ? [] : given;
    this.#take({ widths: Array.from({ length: depth }, (_, k) => kept[k] ?? width) });
  }

  #widths() {
    const widths = parseWidths($("widths").value);
    if (widths === null) this.complain("widths", "Write the widths as 64, 32, 16 or 16x8.");
    else this.#take({ widths });
  }

  #number(name) {
    const text = $(name).value.trim().replace(",", ".");
    const value = text === "" ? NaN : Number(text);
    if (Number.isNaN(value)) this.complain(name, `${text || "Nothing"} is not a number.`);
    else if (!Number.isFinite(value)) this.complain(name, "A finite number is needed.");
    else this.#take({ [name]: value });
  }

  #show() {
    const { setup } = this;
    for (const name of ["data", "scheme", "compare", "optimizer", "activation", "rate", "seed"]) {
      $(name).value = setup[name];
    }
    const widest = Math.max(...setup.widths);
    this.shownWidth = Math.min(widest, Number($("width").max));
    $("depth").value = setup.widths.length;
    $("width").value = this.shownWidth;
    $("depth-out").value = setup.widths.length;
    $("width-out").value = setup.widths.every((each) => each === widest) ? widest : `up to ${widest}`;
    $("widths").value = widthsText(setup.widths).replaceAll(",", ", ");
    const scale = setup.scheme === "scale" ? setup.scale : SCALES[setup.scheme];
    $("scale-out").value = scale === undefined ? "–" : power(Math.log10(scale), 3);
    if (scale !== undefined) $("scale").value = Math.log10(scale);
  }

  /** Show a mistake beside its field; whether there is such a field. */
  complain(field, text) {
    const place = field && $(`${field}-error`);
    if (!place) return false;
    place.textContent = text;
    $(field)?.setAttribute("aria-invalid", "true");
    return true;
  }

  /** Take every mistake away: the answers to the change that follows bring back those that stay. */
  clear() {
    for (const name of FIELDS) {
      const place = $(`${name}-error`);
      if (place) place.textContent = "";
      $(name)?.removeAttribute("aria-invalid");
    }
  }
}
