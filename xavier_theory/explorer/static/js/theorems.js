/* The theorem behind a panel: statement, assumptions, and the derivation, unfolding step by step. */

import { post } from "./api.js";
import { element, sentence, typeset } from "./formulas.js";

const $ = (id) => document.getElementById(id);
const sheet = $("theorem"), body = $("theorem-body"), title = $("theorem-title"), back = $("theorem-back");

const visited = [];
let known = [];

export async function loadTitles() {
  known = (await post("theorems")).theorems;
  return known;
}

export function wire() {
  $("theorem-close").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  sheet.addEventListener("close", () => { visited.length = 0; });
  back.addEventListener("click", () => {
    visited.pop();
    const before = visited.pop();
    if (before) openTheorem(before);
    else openList();
  });
  $("theorem-list").addEventListener("click", openList);
}

function show(name, heading) {
  title.textContent = heading;
  body.replaceChildren();
  back.hidden = !visited.length;
  if (!sheet.open) sheet.showModal();
  sheet.scrollTop = 0;
}

async function openList() {
  visited.length = 0;
  show(null, "Theorems");
  if (!known.length) await loadTitles();
  for (const theorem of known) {
    const button = element("button", { type: "button", className: "theorem-item" },
      element("strong", { text: theorem.title }), element("span", { text: theorem.summary }));
    button.addEventListener("click", () => { visited.push(null); openTheorem(theorem.name); });
    body.append(button);
  }
}

export async function openTheorem(name) {
  const heading = known.find((theorem) => theorem.name === name)?.title ?? name;
  visited.push(name);
  show(name, heading);
  body.append(element("p", { className: "soft", text: "Deriving …" }));
  try {
    const found = await post("theorem", { name });
    if (visited[visited.length - 1] === name) render(found);
  } catch (error) {
    body.replaceChildren(element("p", { className: "error", text: error.message }));
  }
}

function formula(tex, className = "display") {
  const made = element("div", { className });
  typeset(made, tex, true);
  return made;
}

function render(theorem) {
  title.textContent = theorem.title;
  const conclusion = element("div", { className: "conclusion" }, ...theorem.conclusion.map((tex) => formula(tex)));
  body.replaceChildren(
    element("p", { text: theorem.summary }), conclusion,
    ...section("Assumptions", assumptions(theorem)),
    ...section(`Derivation, ${theorem.steps.length} steps`, steps(theorem)),
    ...section("In practice", element("p", { text: theorem.practice })),
    ...(theorem.remarks.length ? section("Remarks", list(theorem.remarks)) : []),
    ...(theorem.lemmas.length
      ? section("Lemmas from the literature", list(theorem.lemmas.map((l) => `${l.title} (${l.source})`))) : []),
    ...section("Sources", list(theorem.sources)),
  );
}

const section = (heading, content) => [element("h3", { text: heading }), content];
const list = (texts) => element("ul", {}, ...texts.map((text) => element("li", { text })));

function assumptions(theorem) {
  if (!theorem.assumptions.length) return element("p", { text: "None." });
  return element("ul", { className: "plain" }, ...theorem.assumptions.map(({ label, sentence: words, formula: tex }) => {
    const item = element("li", {}, element("strong", { text: `${label} ` }), `${words}: `);
    const math = element("span");
    typeset(math, tex);
    item.append(math);
    item.className = "display";
    return item;
  }));
}

function steps(theorem) {
  const shown = element("ol", { className: "steps" });
  const count = element("p", { role: "status" });
  const next = element("button", { type: "button", className: "main", text: "Next step", id: "next-step" });
  const all = element("button", { type: "button", text: "All steps", id: "all-steps" });
  const unfold = (last) => {
    for (let k = shown.children.length; k < last; k += 1) shown.append(stepItem(theorem.steps[k]));
    const done = shown.children.length === theorem.steps.length;
    next.disabled = all.disabled = done;
    count.textContent = `${shown.children.length} of ${theorem.steps.length}`;
  };
  next.addEventListener("click", () => {
    unfold(shown.children.length + 1);
    shown.lastElementChild.scrollIntoView({ block: "nearest" });
  });
  all.addEventListener("click", () => unfold(theorem.steps.length));
  unfold(0);
  const wrapper = element("div", {});
  if (theorem.plan.length) {
    const items = theorem.plan.map((text) => element("li", { text }));
    wrapper.append(element("p", { className: "soft", text: "The plan:" }), element("ol", { className: "soft" }, ...items));
  }
  wrapper.append(shown, element("div", { className: "steps-bar" }, next, all, count));
  return wrapper;
}

function stepItem({ number, reason, formula: tex }) {
  const words = element("p", {}, element("span", { className: "number", text: `(${number}) ` }));
  sentence(words, `${reason}.`, openTheorem);
  return element("li", {}, words, formula(tex));
}
