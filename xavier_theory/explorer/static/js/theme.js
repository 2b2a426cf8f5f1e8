/* Light, dark, or as the system: the choice is kept; the drawings follow it. */

const KEY = "xavier-theory-colours";
const MARKS = { system: "◐", light: "☀", dark: "☾" };
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function stored() {
  try { return localStorage.getItem(KEY) ?? "system"; } catch { return "system"; }
}

export function wireTheme(redraw) {
  const button = document.getElementById("theme");
  let choice = stored() in MARKS ? stored() : "system";
  const apply = () => {
    const dark = choice === "dark" || (choice === "system" && prefersDark.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.textContent = MARKS[choice];
    button.setAttribute("aria-label", `Colours: ${choice === "system" ? "as the system" : choice}`);
    redraw();
  };
  button.addEventListener("click", () => {
    const names = Object.keys(MARKS);
    choice = names[(names.indexOf(choice) + 1) % names.length];
    try { localStorage.setItem(KEY, choice); } catch { /* a private window keeps nothing */ }
    apply();
  });
  prefersDark.addEventListener("change", apply);
  apply();
}
