"""The moments of a tensor by the meaning of its axes, and what a rule needs to know of a weight."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import torch

from xavier_theory.audit import axes as ax
from xavier_theory.audit.records import WeightFacts
from xavier_theory.audit.states import Profile, State
from xavier_theory.frameworks.counting import shape_fans

_SMALL = 2**16


def measured(tensor: Any, axes: ax.Axes) -> State | None:
    """The moments; None for what holds no real floating-point numbers, or none, or not finite ones.

    Two passes over the data: squares over features, and sums over positions. Both are in the
    tensor's own precision along these, and in double precision from there.
    """
    if not tensor.is_floating_point() or tensor.numel() == 0 or tensor.layout != torch.strided:
        return None
    x = tensor.detach()
    if x.dtype in (torch.float16, torch.bfloat16):
        x = x.float()
    shape = tuple(x.shape)
    factors = [factor for one in axes for factor in one]
    x = x.reshape([size for _, size in factors]) if factors else x.reshape(1)
    where = {label: [i for i, (name, _) in enumerate(factors) if name == label] for label in "bpf"}
    n = {label: ax.count(axes, label) for label in "bpf"}
    along = where["f"] or where["p"] or ([len(factors) - 1] if factors else [0])
    if where["f"] or tensor.numel() > _SMALL:
        squares = torch.linalg.vector_norm(x, dim=along, keepdim=True).double().square()
    else:
        squares = x.double().square()
    q = float(squares.sum()) / tensor.numel()
    sums = (x.sum(where["p"], keepdim=True) if where["p"] else x).double()
    mean = float(sums.sum()) / tensor.numel()
    if not (math.isfinite(q) and math.isfinite(mean)):
        return None
    within = float(sums.square().mean()) / n["p"] ** 2
    over = sums.sum(where["b"]) if where["b"] else sums
    shared = float(over.square().mean()) / (n["p"] * n["b"]) ** 2
    p = (n["p"] * within - q) / (n["p"] - 1) if n["p"] > 1 else q
    c = p
    if n["b"] > 1:
        pairs = n["p"] * (n["b"] - 1)
        c = (shared * n["b"] * n["p"] - q - (n["p"] - 1) * p) / pairs
    scatter = _uneven(squares) if where["f"] else 1.0
    return State(shape, axes, q, mean, p, c, profile=_profile(squares, axes), scatter=scatter)


def _profile(squares: Any, axes: ax.Axes) -> Profile:
    """Along each factor of positions; None where there is none, or all is 0, or it is summed."""
    found = []
    labels = [label for one in axes for label, _ in one]
    for place, label in enumerate(labels):
        if label == ax.POSITION and squares.shape[place] > 1:
            others = [i for i in range(squares.dim()) if i != place]
            here = (squares.mean(others) if others else squares).cpu().numpy()
            if not here.any():
                return None
            found.append(here / here.mean())
    return tuple(found) if found and len(found) == labels.count(ax.POSITION) else None


def matrix_facts(weight: Any, bias: Any, name: str | None, bias_name: str | None) -> WeightFacts:
    """Of a weight ``(outputs, inputs)`` that is applied to the last axis."""
    w = weight.detach()
    rows = w.sum(1).double()
    squares = _squares(w, 1)
    total = float(squares.sum())
    return WeightFacts(
        forward=total / w.shape[0],
        channel=total / w.shape[0],
        row=float(rows.square().mean()),
        row_mean=float(rows.mean()),
        backward=total / w.shape[1],
        uneven=_uneven(squares),
        weight=name,
        bias=bias_name,
        **_bias(bias),
    )


def convolution_facts(
    weight: Any, bias: Any, name: str | None, bias_name: str | None, told: Any
) -> WeightFacts:
    """Of a convolution's weight, with borders counted: ``told`` as in ``frameworks.fans``."""
    w = weight.detach()
    inward, outward = convolution_fans(tuple(w.shape), **told)
    squares = _squares(w, list(range(1, w.dim())))
    square = float(squares.mean()) / math.prod(w.shape[1:])
    forward = inward * square
    if told["transposed"]:
        sums = (forward, forward, 0.0)
    else:
        inside = inward / math.prod(w.shape[1:])  # how many of the taps are not in the border
        channels = w.sum(list(range(2, w.dim()))).double()
        rows = channels.sum(1)
        sums = (
            inside * float(channels.square().sum(1).mean()),
            inside * float(rows.square().mean()),
            inside * float(rows.mean()),
        )
    return WeightFacts(
        forward=forward, channel=sums[0], row=sums[1], row_mean=sums[2],
        backward=outward * square, uneven=1.0 if told["transposed"] else _uneven(squares),
        weight=name, bias=bias_name, **_bias(bias),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def convolution_fans(shape: tuple[int, ...], **told: Any) -> tuple[float, float]:
    """How many products an output and a gradient entry sum, on average over positions."""
    found = shape_fans(shape, layout="torch", **told)
    return float(found.effective_in), float(found.effective_out or 0)


def _squares(w: Any, dims: Any) -> Any:
    return torch.linalg.vector_norm(w, dim=dims).double().square()


def _uneven(squares: Any) -> float:
    """E[s]·E[1/s]; 1 where an output has no weight at all."""
    if not bool((squares > 0).all()):
        return 1.0
    return float(squares.mean() * squares.reciprocal().mean())


def _bias(bias: Any) -> dict[str, float]:
    if bias is None:
        return {}
    b = bias.detach().double()
    return {"bias_q": float(b.square().mean()), "bias_mean": float(b.mean())}
