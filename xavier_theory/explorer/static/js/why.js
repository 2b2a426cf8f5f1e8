/* Which theorems stand behind which panel, for the setup at hand. */

import { element } from "./formulas.js";
import { openTheorem } from "./theorems.js";

const SYMMETRIC = ["zeros", "constant"];

const SIGNAL = {
  relu: ["he-variance", "layer-variance"], linear: ["xavier-variance", "depth-product"],
  tanh: ["layer-variance", "tanh-linearization"], leaky_relu: ["leaky-relu-variance", "layer-variance"],
};

function reasons({ activation, scheme }) {
  const symmetric = SYMMETRIC.includes(scheme);
  const gradient = activation === "sigmoid" ? ["sigmoid-gradient", "backward-variance"]
    : scheme === "glorot" ? ["glorot-variance", "backward-variance"] : ["backward-variance"];
  const cost = {
    zeros: ["zero-initialization", "symmetry"], constant: ["symmetry"], "too-small": ["chain-plateau"],
    "too-large": ["chain-sharpness", "two-layer-cycle"],
  }[scheme] ?? ["chain-plateau", "chain-sharpness"];
  return {
    signal: symmetric ? ["symmetry"] : SIGNAL[activation] ?? ["general-gain", "layer-variance"],
    gradient: symmetric ? ["symmetry"] : gradient,
    activation: ["general-gain", ...(activation === "tanh" ? ["tanh-linearization"] : [])],
    phase: ["depth-product", "random-chain-growth"],
    cost,
    norms: activation === "sigmoid" ? ["sigmoid-gradient"] : ["identity-chain", "chain-descent"],
  };
}

const NAMES = {
  "layer-variance": "layer variance", "he-variance": "He", "xavier-variance": "Xavier",
  "depth-product": "depth product", "tanh-linearization": "tanh", symmetry: "symmetry",
  "sigmoid-gradient": "sigmoid", "backward-variance": "backward", "glorot-variance": "Glorot",
  "random-chain-growth": "typical growth", "identity-chain": "the c·I chain", "general-gain": "gain",
  "leaky-relu-variance": "leaky relu", "chain-plateau": "the plateau", "chain-sharpness": "curvature",
  "two-layer-cycle": "a cycle", "chain-descent": "descent", "zero-initialization": "zeros",
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
