"""Certified gains against scipy's adaptive quadrature and Gauss–Hermite, side by side.

For each activation: the time for the certified second moment (20 digits, from a cold cache), that
of ``scipy.integrate.quad`` at its tightest tolerance, and the Gauss–Hermite rule with the fewest
nodes whose error is below 1e-14, if any up to 1000 has one. Then the whole catalogue, phases one by
one with proof, and a phase diagram in floating point.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy.integrate import quad

from xavier_theory.activations.catalogue import activation_names, get_activation
from xavier_theory.activations.expressions.dissection import dissect
from xavier_theory.activations.mean_field.fast import length_table, phase_grid
from xavier_theory.activations.mean_field.phases import phase
from xavier_theory.activations.moments import gaussian_moments

NAMES = ("tanh", "sigmoid", "silu", "gelu", "mish", "softplus", "softsign", "relu", "hardswish")
PHASES = (("tanh", 2.25, 0.01), ("relu", 2, 0), ("gelu", 2, 0.1), ("selu", 1, 0), ("step", 1, 0))
REPETITIONS = 5
SIZES = (5, 10, 20, 40, 80, 160, 320, 640, 1000)


def seconds(task: Callable[[], object]) -> float:
    """The least wall time of a few runs."""
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def certified(name: str) -> float:
    """E[φ(Z)²] with every cached step forgotten."""
    dissect.cache_clear()
    return gaussian_moments(name).second_moment.value


def adaptive(name: str) -> float:
    """The same by scipy, cut at ±40 and at the kinks, as a careful user would write it."""
    known = get_activation(name)
    points = [float(kink) for kink in known.kinks] or None

    def integrand(z: float) -> float:
        return float(known.function(np.array(z))) ** 2 * np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)

    return float(quad(integrand, -40, 40, points=points, limit=400, epsabs=0, epsrel=1.2e-14)[0])


def hermite(name: str, nodes: int) -> float:
    """The same by Gauss–Hermite."""
    places, weights = np.polynomial.hermite_e.hermegauss(nodes) if nodes < 200 else _large(nodes)
    return float(np.sum(weights * get_activation(name).function(places) ** 2) / np.sum(weights))


def _large(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import roots_hermitenorm

    places, weights = roots_hermitenorm(nodes)
    return places, weights


def _row(name: str) -> str:
    truth = certified(name)
    ours, theirs = seconds(lambda: certified(name)), seconds(lambda: adaptive(name))
    error = abs(adaptive(name) / truth - 1)
    errors = {nodes: abs(hermite(name, nodes) / truth - 1) for nodes in SIZES}
    enough = [nodes for nodes in SIZES if errors[nodes] < 1e-14]
    best = min(SIZES, key=lambda nodes: errors[nodes])
    reached = f"{enough[0]}" if enough else f"none; {best} reach {errors[best]:.0e}"
    times = f"{1e3 * ours:8.1f} ms {1e3 * theirs:8.1f} ms ({error:.0e}) {theirs / ours:8.2f}"
    return f"{name:<10} {times}   {reached}"


def main() -> None:
    """Print one line per activation, then the catalogue."""
    print("activation   certified      quad (its error)     ratio   Gauss-Hermite nodes for 1e-14")
    for name in NAMES:
        print(_row(name))
    start = time.perf_counter()
    dissect.cache_clear()
    for name in activation_names():
        found = gaussian_moments(name)
        _ = found.second_moment, found.derivative_second_moment, found.cross_moment
    print(f"three moments of all {len(activation_names())}: {time.perf_counter() - start:.2f} s")
    for name, weight, bias in PHASES:
        start = time.perf_counter()
        found = phase(name, weight, bias).name
        print(
            f"phase of {name} at ({weight}, {bias}): {time.perf_counter() - start:.2f} s, {found}"
        )
    sides = np.linspace(0.02, 3, 200) ** 2, np.linspace(0, 1, 200) ** 2
    for name in ("tanh", "gelu", "relu"):
        table = seconds(lambda name=name: length_table(name))
        grid = seconds(lambda name=name: phase_grid(name, *sides))
        print(f"phase diagram of {name}, 200 × 200: {grid:.2f} s, of which the table {table:.2f} s")


if __name__ == "__main__":
    main()
