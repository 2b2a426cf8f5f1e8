"""Does it matter? What a deviation makes of one layer's E z², and of twelve relu layers'.

Weights of mean μ_W and variance v_W, given the activations a before them: z is normal with mean
μ_W Σ aⱼ and variance v_W Σ aⱼ² for n large, independent from unit to unit. So over n units

    μ' = n μ_W E a,    v' = n v_W E a²,    z ~ N(μ', v')

and for a = relu(z), z ~ N(μ, s²), with t = μ/s:

    E a = μΦ(t) + sφ(t),    E a² = (μ² + s²)Φ(t) + μsφ(t).

With μ_W = 0 this is the length map of ``layer-variance`` and ``he-variance``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LAYERS = 12
WIDTH = 1024


@dataclass(frozen=True)
class Consequence:
    """What a deviation does to E z²: after one layer, and after ``LAYERS`` of ``WIDTH`` units.

    Both over what the documented weights of He's variance give.
    """

    one_layer: float
    many_layers: float

    def __str__(self) -> str:
        return (
            f"one relu layer's E z² ×{self.one_layer:.4g}, "
            f"after {LAYERS} layers of {WIDTH} units ×{self.many_layers:.4g}"
        )


def consequence(
    ratio: float = 1.0, shift: float = 0.0, layers: int = LAYERS, width: int = WIDTH
) -> Consequence:
    """Of weights whose variance is ``ratio`` of He's, and whose mean is ``shift`` deviations."""
    found = [_after(depth, width, ratio, shift) for depth in (1, layers)]
    right = [_after(depth, width, 1.0, 0.0) for depth in (1, layers)]
    return Consequence(found[0] / right[0], found[1] / right[1])


def _after(layers: int, width: int, ratio: float, shift: float) -> float:
    """E z² after so many layers 2/n·ratio, of a first pre-activation N(0, 1)."""
    mean, variance = 0.0, 1.0
    weight_variance = 2.0 * ratio / width
    weight_mean = shift * math.sqrt(2.0 / width)
    for _ in range(layers):
        first, second = rectified_moments(mean, variance)
        mean, variance = width * weight_mean * first, width * weight_variance * second
    return mean**2 + variance


def rectified_moments(mean: float, variance: float) -> tuple[float, float]:
    """E relu(z) and E relu(z)² for z ~ N(mean, variance), variance > 0."""
    std = math.sqrt(variance)
    t = mean / std
    mass = math.erfc(-t / math.sqrt(2)) / 2
    density = math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
    return mean * mass + std * density, (mean**2 + variance) * mass + mean * std * density
