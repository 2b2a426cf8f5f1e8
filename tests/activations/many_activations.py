"""Every activation that the package knows by name, in every function that takes one.

The catalogue, all names of torch, Keras, JAX, Flax, timm and transformers, and those of DKS. The
test suite asks each of them for a few numbers; run this by hand for all, phases among them:
python -m tests.activations.many_activations
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.integrate import quad

import xavier_theory as xt
from xavier_theory.activations import (
    NotCertifiedError,
    activation_names,
    dual_kernel,
    get_activation,
    length_map_of,
)
from xavier_theory.activations.framework_names import OWN_RULES, RULES, Needed

# deepmind/dks, dks/base/activation_getter.py, where it has another name or formula
DKS = ("(sqrt(z**2 + 1) - 1)/2 + z", "arctan(z)", "arcsinh(z)")
GIVEN = {"threshold": Fraction(1, 2), "value": Fraction(0), "default_value": Fraction(0),
         "weight": Fraction(1, 4), "alpha": Fraction(1, 4), "negative_slope": Fraction(3, 10),
         "min": Fraction(-10), "max": Fraction(10)}  # fmt: skip


def every_activation() -> list[tuple[str, tuple[tuple[str, Any], ...]]]:
    """Names or texts with their parameters, each once."""
    found: dict[tuple[str, tuple[tuple[str, Any], ...]], None] = {}
    for name in activation_names():
        found[name, get_activation(name).parameters] = None
    for rule in [*RULES.values(), *(rule for own in OWN_RULES.values() for rule in own.values())]:
        told = {k: GIVEN[k] if v is Needed else v for k, v in rule.defaults.items()}
        name, parameters = rule.read(told)
        found[name, tuple(parameters.items())] = None
    return [*found, *((text, ()) for text in DKS)]


def second_moment(function: Callable[..., Any], kinks: tuple[Fraction, ...]) -> float:
    """E[φ(Z)²] by SciPy, between the kinks."""
    ends = [-12.0, *sorted(float(k) for k in kinks if abs(k) < 12), 12.0]

    def integrand(z: float) -> float:
        return float(function(np.array([z]))[0] ** 2 * np.exp(-z * z / 2) / np.sqrt(2 * np.pi))

    return float(sum(quad(integrand, a, b, epsabs=1e-13, limit=200)[0] for a, b in pairwise(ends)))


def hold(name: str, parameters: tuple[tuple[str, Any], ...]) -> str:
    """Ask all functions but ``phase``; what they say of E[φ²] must be one number.

    Returns what is known of the slopes: that φ jumps, or that E[φ'²] is not certified.
    """
    told = dict(parameters)
    known = get_activation(name, **told)
    truth = second_moment(known.function, known.kinks)
    gain = xt.gain(name, **told)
    layer = xt.sample(8, 1, name, 1, **told).predicted[1]
    numbers = {
        "gain": gain.value**-2,
        "variance": 1 / (7 * xt.variance(name, fan_in=7, **told)),
        "length_map_of": float(length_map_of(name, 1, **told).at(Fraction(1))),
        "dual_kernel": float(dual_kernel(known).at(1)),
        "sample": float(layer),
        "second_moment": float(gain.second_moment),
        "initialization": 1 / (5 * xt.initialization(name, (3, 5), **told).variance),
    }
    for what, number in numbers.items():
        if not abs(number - truth) <= 1e-9 * truth:
            raise AssertionError(f"{what} of {name}: E[φ²] = {number!r}, by SciPy {truth!r}")
    if not (gain.certified and gain.enclosure is not None):
        raise AssertionError(f"{name} is not certified: {gain.reason}")
    spread = xt.gain(name, convention="standard-deviation", **told)
    if not spread.value >= gain.value * (1 - 1e-12):
        raise AssertionError(f"{name}: Var φ is more than E[φ²]")
    try:
        factor = float(gain.backward_factor)
    except NotCertifiedError:
        return "no slopes"
    if factor == np.inf:
        return "jumps"
    backward = xt.gain(name, convention="backward", **told)
    if not abs(backward.value**-2 * gain.value**2 / factor - 1) < 1e-12:
        raise AssertionError(f"{name}: the backward gain contradicts χ₁")
    return "smooth enough"


def main() -> None:
    """The whole product, with phases; prints what each took."""
    failed = 0
    for name, parameters in every_activation():
        start = time.process_time()
        told = dict(parameters)
        try:
            said = hold(name, parameters)
            names = [xt.phase(name, s, b, **told).name for s, b in ((1, 0), ("gain", "1/20"))]
        except Exception as error:  # noqa: BLE001 (a list of all that fails is what is wanted)
            said, names = f"FAILED: {error}", []
            failed += 1
        seconds = time.process_time() - start
        sys.stdout.write(f"{name:60.60} {said:14} {', '.join(names)} ({seconds:.1f} s)\n")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
