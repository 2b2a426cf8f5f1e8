"""The shapes that initializers are tried on: of each kind of layer one, in each layout.

Shapes are (out, in/groups, *k) for torch, (*k, in/groups, out) for Keras and JAX. ``told`` is what
``fans`` has to know of the layer to count what is really summed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from xavier_theory.frameworks.counting import shape_fans
from xavier_theory.frameworks.layouts import Shape, jax_fans, keras_fans, torch_fans

LAYOUT = {"torch": "torch", "keras": "keras", "jax": "jax", "flax": "jax"}


@dataclass(frozen=True)
class Case:
    """A layer's weight: its shape by layout, and what is known of the layer."""

    name: str
    shapes: Mapping[str, Shape]
    told: Mapping[str, Any] = field(default_factory=dict)

    def theory(self, layout: str) -> tuple[Fraction, Fraction | None]:
        """What the framework takes for fan_in and fan_out, over what is really summed."""
        told = dict(self.told)
        if layout != "keras" and told.get("kind") == "depthwise":
            told = {"groups": self.shapes["torch"][0] // 4}
        found = shape_fans(self.shapes[layout], layout=layout, **told)
        return found.factor_in, found.factor_out


def _case(name: str, torch: Shape, **told: Any) -> Case:
    """A case whose shape in Keras and JAX is torch's with the channels last."""
    last = (*torch[2:], torch[1], torch[0])
    return Case(name, {"torch": torch, "keras": last, "jax": last}, told)


CASES = (
    _case("dense", (512, 256)),
    _case("dense, wide", (2048, 64)),
    _case("dense, narrow", (64, 2048)),
    _case("convolution, 1-d", (256, 128, 5)),
    _case("convolution, 2-d", (128, 96, 3, 3)),
    _case("convolution, 3-d", (64, 64, 3, 3, 3)),
    _case("convolution, 8 groups", (256, 64, 3, 3), groups=8),
    Case("convolution, depthwise",
         {"torch": (2048, 1, 7, 7), "keras": (7, 7, 512, 4), "jax": (7, 7, 1, 2048)},
         {"kind": "depthwise"}),
    Case("convolution, transposed, stride 2",
         {"torch": (128, 96, 4, 4), "keras": (4, 4, 96, 128), "jax": (4, 4, 128, 96)},
         {"transposed": True, "stride": 2}),
    _case("convolution, dilated", (128, 96, 3, 3), dilation=2),
    _case("recurrent, 4 gates", (1024, 256)),
    _case("query, key and value in one", (768, 256)),
    Case("heads, einsum btd,dhk->bthk",
         {"keras": (256, 8, 64), "jax": (256, 8, 64)}, {"equation": "btd,dhk->bthk"}),
    Case("heads joined, einsum bthk,hkd->btd",
         {"keras": (8, 64, 256), "jax": (8, 64, 256)}, {"equation": "bthk,hkd->btd"}),
    _case("fan_in 1", (2**17, 1)),
    _case("fan_in 2", (2**16, 2)),
    _case("fan_in 2^16", (2, 2**16)),
)  # fmt: skip

MAIN = "dense, many entries"
_MAIN = {"wide": (1024, 1024), "narrow": (4096, 2048)}  # types of 16 bits are quick to count


def main_case(dtype: str) -> Case:
    """The case that all checks are made on, with more entries of a narrow type."""
    return _case(MAIN, _MAIN["narrow" if dtype in ("float16", "bfloat16") else "wide"])


def cases(framework: str) -> list[Case]:
    """The cases that the framework has."""
    return [case for case in CASES if LAYOUT[framework] in case.shapes]


def taken(framework: str, shape: Shape) -> tuple[int, int]:
    """The fans of a shape as the framework documents them: (fan_in, fan_out)."""
    layout = LAYOUT[framework]
    if layout == "torch":
        return torch_fans(shape)
    return keras_fans(shape) if layout == "keras" else jax_fans(shape)


def matrix_of(framework: str, shape: Shape) -> tuple[int, int]:
    """The matrix that an orthogonal initializer makes of a shape, as documented."""
    if LAYOUT[framework] == "torch":
        return shape[0], math.prod(shape[1:])
    return math.prod(shape[:-1]), shape[-1]
