/* Training: steps are asked for one frame at a time, so that nothing runs while nobody watches. */

import { Refused, end, post } from "./api.js";
import { TrainingPanels } from "./training_panels.js";

const $ = (id) => document.getElementById(id);
const PING_SECONDS = 25;
const SETTLE_MILLISECONDS = 250;
const painted = () => new Promise((resolve) => requestAnimationFrame(resolve));

export class Training {
  constructor(overlay, report) {
    this.overlay = overlay;
    this.report = report;
    this.panels = new TrainingPanels();
    this.setup = null;
    this.session = null;
    this.playing = false;
    this.frame = null;
    this.generation = 0;  // of the session: answers to an older one are dropped
    this.pending = Promise.resolve();
    this.waiting = null;
    $("train").addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    $("step").addEventListener("click", () => this.step());
    $("reset").addEventListener("click", () => this.restart());
    addEventListener("pagehide", () => { if (this.session) end(this.session); this.session = null; });
    addEventListener("pageshow", (event) => { if (event.persisted) this.restart(); });
    setInterval(() => this.#ping(), PING_SECONDS * 1000);
  }

  /** Another setup: a new run begins when no other change follows at once. */
  change(setup) {
    this.setup = setup;
    this.pause();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.restart(), SETTLE_MILLISECONDS);
  }

  /** A new run from the setup, shown before its first step. */
  restart() {
    clearTimeout(this.waiting);
    this.waiting = null;
    this.pause();
    this.generation += 1;
    const generation = this.generation;
    this.#queue(() => (generation === this.generation ? this.#start() : null));
  }

  pause() {
    this.playing = false;
    $("train").textContent = "Train";
    $("train").setAttribute("aria-pressed", "false");
  }

  step() {
    if (this.waiting) this.restart();
    this.pause();
    this.#queue(() => this.#advance(1));
  }

  async play() {
    if (this.waiting) this.restart();
    this.playing = true;
    $("train").textContent = "Pause";
    $("train").setAttribute("aria-pressed", "true");
    while (this.playing) {
      await this.#queue(() => (this.playing ? this.#advance(Number($("speed").value)) : null));
      await painted();
    }
  }

  /** One thing after the other: a session answers one question at a time. */
  #queue(action) {
    this.pending = this.pending.then(action).catch((error) => { this.pause(); this.report(error); });
    return this.pending;
  }

  async #start() {
    const found = await (this.session
      ? post(`sessions/${this.session}/restart`, this.setup).catch((error) => {
        if (!(error instanceof Refused) || error.status !== 404) throw error;
        return post("sessions", this.setup);
      })
      : post("sessions", this.setup));
    this.session = found.id;
    this.panels.begin(found.frame);
    this.#show(found.frame);
  }

  async #advance(steps) {
    const generation = this.generation;
    if (!this.session) await this.#start();
    try {
      const frame = await post(`sessions/${this.session}/advance`, { steps });
      if (generation === this.generation) this.#show(frame);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      this.session = null;
      this.pause();
      this.report(new Error("The training session had ended; Reset begins a new one."));
    }
  }

  #show(frame) {
    this.frame = frame;
    this.report(null);
    this.panels.draw(frame);
    this.overlay(frame.step > 0 ? frame.now : null);
    if (frame.over) this.pause();
    $("train").disabled = frame.over;
    $("step").disabled = frame.over;
    $("progress").textContent = progress(frame, this.panels.schemes, this.panels.seeds);
  }

  #ping() {
    if (this.session && !this.playing && document.visibilityState === "visible") {
      post(`sessions/${this.session}/ping`).catch(() => { this.session = null; });
    }
  }
}

function progress(frame, schemes, seeds) {
  const gone = frame.diverged.filter((step) => step !== null);
  const text = `Step ${frame.step.toLocaleString("en")}`;
  if (!gone.length) return text + (frame.over ? ", the last one here" : "");
  const first = Math.min(...gone);
  const all = gone.length === schemes.length * seeds ? "all" : gone.length;
  return `${text} · ${all} diverged, the first at step ${first}`;
}
