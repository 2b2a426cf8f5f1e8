/* Which theorems stand behind which panel, for the setup at hand. */

import { element } from "./formulas.js";
import { openTheorem } from "./theorems.js";

const SYMMETRIC = ["zeros", "constant"];

function reasons({ activation, scheme }) {
  const symmetric = SYMMETRIC.includes(scheme);
  const signal = symmetric ? ["symmetry"]
    : activation === "relu" ? ["he-variance", "layer-variance"]
      : activation === "linear" ? ["xavier-variance", "depth-product"]
        : activation === "tanh" ? ["layer-variance", "tanh-linearization"] : ["layer-variance"];
  const gradient = symmetric ? ["symmetry"]
    : activation === "sigmoid" ? ["sigmoid-gradient", "backward-variance"]
      : scheme === "glorot" ? ["glorot-variance", "backward-variance"] : ["backward-variance"];
  return {
    signal, gradient,
    activation: activation === "tanh" ? ["tanh-linearization"] : activation === "relu" ? ["he-variance"] : ["layer-variance"],
    cost: symmetric ? ["symmetry"] : ["identity-chain", "symmetry"],
    norms: activation === "sigmoid" ? ["sigmoid-gradient"] : ["backward-variance", "identity-chain"],
  };
}

const NAMES = {
  "layer-variance": "layer variance", "he-variance": "He", "xavier-variance": "Xavier",
  "depth-product": "depth product", "tanh-linearization": "tanh", symmetry: "symmetry",
  "sigmoid-gradient": "sigmoid", "backward-variance": "backward", "glorot-variance": "Glorot",
  "random-chain-growth": "typical growth", "identity-chain": "the c·I chain",
};

export function showReasons(setup) {
  for (const [panel, names] of Object.entries(reasons(setup))) {
    const place = document.getElementById(`${panel}-why`);
    place.replaceChildren(...names.map((name) => {
      const button = element("button", { type: "button", text: `Why: ${NAMES[name] ?? name}` });
      button.dataset.theorem = name;
      button.setAttribute("aria-haspopup", "dialog");
      button.addEventListener("click", () => openTheorem(name));
      return button;
    }));
  }
}
