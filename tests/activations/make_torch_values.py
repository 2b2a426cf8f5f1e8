"""Writes torch_values.json: values of torch's own activations, for machines without torch.

Run it by hand where torch is installed: python tests/activations/make_torch_values.py
The values are torch's, in double precision, at the points listed; the file says which torch.
"""

from __future__ import annotations

import json
from pathlib import Path

POINTS = [-25.0, -6.5, -3.0, -2.75, -1.25, -0.5, -0.125, 0.0, 0.25, 0.5, 0.75, 1.5, 3.0]
POINTS += [4.5, 6.0, 7.25, 19.0, 30.0]
RANGE = {"min_val": -2.0, "max_val": 3.0}
BEND = {"beta": 1.0, "threshold": 2.0}
STEPS = ({"threshold": 1.0, "value": 0.0}, {"threshold": 0.5, "value": -2.0})
OUT = Path(__file__).with_name("torch_values.json")

# our name -> (torch.nn's name, torch's arguments, our parameters)
MODULES = {
    "celu": ("CELU", {}, {}),
    "celu, alpha 0.5": ("CELU", {"alpha": 0.5}, {"alpha": 0.5}),
    "elu": ("ELU", {}, {}),
    "elu, alpha 1.5": ("ELU", {"alpha": 1.5}, {"alpha": 1.5}),
    "gelu": ("GELU", {}, {}),
    "gelu_tanh": ("GELU", {"approximate": "tanh"}, {}),
    "hardshrink": ("Hardshrink", {}, {}),
    "hardsigmoid": ("Hardsigmoid", {}, {}),
    "hardswish": ("Hardswish", {}, {}),
    "hardtanh": ("Hardtanh", {}, {}),
    "hardtanh, -2 to 3": ("Hardtanh", RANGE, RANGE),
    "leaky_relu": ("LeakyReLU", {}, {}),
    "linear": ("Identity", {}, {}),
    "log_sigmoid": ("LogSigmoid", {}, {}),
    "mish": ("Mish", {}, {}),
    "prelu": ("PReLU", {"dtype": "double"}, {}),
    "relu": ("ReLU", {}, {}),
    "relu6": ("ReLU6", {}, {}),
    "rrelu": ("RReLU", {}, {}),
    "selu": ("SELU", {}, {}),
    "sigmoid": ("Sigmoid", {}, {}),
    "silu": ("SiLU", {}, {}),
    "softplus": ("Softplus", {}, {}),
    "softplus, beta 2": ("Softplus", {"beta": 2.0}, {"beta": 2.0}),
    "softplus_threshold": ("Softplus", {}, {}),
    "softplus_threshold, 1 and 2": ("Softplus", BEND, BEND),
    "softshrink": ("Softshrink", {}, {}),
    "softsign": ("Softsign", {}, {}),
    "tanh": ("Tanh", {}, {}),
    "tanhshrink": ("Tanhshrink", {}, {}),
    "threshold": ("Threshold", STEPS[0], STEPS[0]),
    "threshold, 0.5 and -2": ("Threshold", STEPS[1], STEPS[1]),
}  # fmt: skip


def torch_values(module: str, arguments: dict[str, object]) -> list[float]:
    """torch.nn's module in evaluation mode, at the points."""
    import torch

    options = {k: torch.double if v == "double" else v for k, v in arguments.items()}
    made = getattr(torch.nn, module)(**options).eval()
    with torch.no_grad():
        return made(torch.tensor(POINTS, dtype=torch.double)).tolist()


def main() -> None:
    """Write the table beside this script."""
    import torch

    rows = [
        {"name": label.split(",")[0], "torch": module, "arguments": arguments, "parameters": ours,
         "values": torch_values(module, arguments)}
        for label, (module, arguments, ours) in MODULES.items()
    ]  # fmt: skip
    data = {
        "source": f"torch {torch.__version__.split('+')[0]}, double precision",
        "points": POINTS,
        "rows": rows,
    }
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
