/* Questions to the server. Of several questions to one channel only the latest is answered. */

export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? `the server answered ${status}`);
    this.status = status;
    this.field = body.field ?? null;
  }
}

export async function post(path, data = {}) {
  const response = await fetch(`/api/${path}`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(data),
  });
  const body = await response.json();
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

export function end(session) {
  return fetch(`/api/sessions/${session}`, { method: "DELETE", keepalive: true });
}

/** One question at a time: while one is under way only the newest waits, others are dropped. */
export class Channel {
  #busy = false;
  #next = null;

  ask(path, data, show, fail) {
    this.#next = { path, data, show, fail };
    if (!this.#busy) this.#run();
  }

  async #run() {
    this.#busy = true;
    while (this.#next) {
      const { path, data, show, fail } = this.#next;
      this.#next = null;
      try {
        const answer = await post(path, data);
        if (!this.#next) show(answer);
      } catch (error) {
        if (!this.#next) fail(error);
      }
    }
    this.#busy = false;
  }
}
