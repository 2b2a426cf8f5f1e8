/* The page: options, controls, link, colours, and which panel is told of what. */

import { post } from "./api.js";
import { redrawAll } from "./charts.js";
import { Controls } from "./controls.js";
import { typesetAll } from "./formulas.js";
import { InitialPanels } from "./initial.js";
import { fromFragment, toFragment } from "./setup.js";
import { loadTitles, wire } from "./theorems.js";
import { wireTheme } from "./theme.js";
import { Training } from "./training.js";
import { showReasons } from "./why.js";

const $ = (id) => document.getElementById(id);
const status = $("status");

typesetAll(document);
wire();
wireTheme(redrawAll);

const controls = new Controls((setup, changed) => update(setup, changed));
const initial = new InitialPanels(report);
const training = new Training((now) => initial.overlay(now), report);

/** Show an error beside its field, or above the panels; null takes the latter away. */
function report(error) {
  if (error === null) status.textContent = "";
  else if (!controls.complain(error.field, error.message)) {
    status.textContent = error instanceof TypeError
      ? "The server cannot be reached. Is xavier-theory explore still running?" : error.message;
  }
}

function update(setup, changed) {
  history.replaceState(null, "", `#${toFragment(setup)}`);
  showReasons(setup);
  initial.update(setup, changed.includes("activation"));
  training.change(setup);
}

addEventListener("hashchange", () => controls.set(fromFragment(location.hash)));
$("share").addEventListener("click", async () => {
  const button = $("share");
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copied";
  } catch {
    status.textContent = `The link is this page's address: ${location.href}`;
  }
  setTimeout(() => { button.textContent = "Copy link"; }, 1500);
});

try {
  controls.fill(await post("options"));
  controls.set(fromFragment(location.hash));
  document.documentElement.dataset.ready = "true";
  await loadTitles();
} catch (error) {
  report(error);
}
