"""The op rules: from the states of an op's inputs to the state of its result.

A rule takes an ``Op`` (shapes, attributes, facts of its weight) and states, never tensors. It
returns None where it cannot say anything; the caller then goes on from the measurement and counts
that. ``theorem`` names the theorem that the rule applies; None is said in reports as "measured, no
theorem": the rule is arithmetic of moments, or an approximation that no theorem of this package
covers yet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from xavier_theory.audit import attention, borders, laws, pooling
from xavier_theory.audit.elementwise import THEOREMS, function_of
from xavier_theory.audit.records import Op
from xavier_theory.audit.states import Array, State, applied, of_values

RuleFunction = Callable[[Op, Sequence[State]], State | None]


@dataclass(frozen=True)
class Rule:
    """How a kind of op changes states, and the theorem that says so."""

    function: RuleFunction
    theorem: str | None


def weighted(op: Op, inputs: Sequence[State]) -> State | None:
    """A linear map or convolution: q' = Σw² q + (Σ_c(Σ_t w)² − Σw²) p + ((Σw)² − …) mean² + b².

    The products of one channel at different taps have E[X X'] = p, those of different channels
    mean². With independent weights of mean zero only Σw² q is left: layer-variance. Σw² is counted
    with the borders, for an x that is spread evenly over positions; another one gives ``more``.
    """
    w, x = op.weight, inputs[0]
    if w is None:
        return None
    windows = op.attributes.get("windows")
    more, profile = (1.0, x.profile) if windows is None else borders.passed(x.profile, windows)
    base = more * (w.row - w.channel) * x.mean**2 / x.even + w.bias_q
    base += 2 * w.bias_mean * w.row_mean * x.mean
    products = more * (w.forward * x.q + (w.channel - w.forward) * x.p)
    found = State(
        op.shape,
        op.axes,
        q=max(products + base, 0.0),
        mean=w.row_mean * x.mean + w.bias_mean,
        p=more * w.channel * x.p + base,
        c=more * w.channel * x.c + base,
        uneven=w.uneven,
    )
    sums = replace(found, profile=borders.kept(profile, op.axes))
    return replace(found, profile=borders.mixed((sums, found), (max(products, 0.0), w.bias_q)))


def elementwise(op: Op, inputs: Sequence[State]) -> State | None:
    """h' = φ(h) at the nodes of the source."""
    function = function_of(op)
    found = None if function is None else applied(inputs[0], function)
    return None if found is None else _placed(op, found)


def added(op: Op, inputs: Sequence[State]) -> State | None:
    """x + alpha·y: node by node where they have one source, else as independent."""
    x, y = inputs[0], inputs[1].scaled(float(op.attributes.get("alpha", 1.0)))
    if _same(x, y):
        return _placed(op, of_values(x, _values(x) + _values(y)))
    x, y = _spread(x, op), _spread(y, op)
    cross = 2 * x.mean * y.mean
    total = State(
        op.shape, op.axes, q=x.q + y.q + cross, mean=x.mean + y.mean, p=x.p + y.p + cross,
        c=x.c + y.c + cross, profile=borders.mixed((x, y), (x.q, y.q)),
    )  # fmt: skip
    return laws.of_sum(x, y, total, op.index)


def multiplied(op: Op, inputs: Sequence[State]) -> State | None:
    """x·y: node by node where they have one source, else the products of independent factors."""
    x, y = inputs
    if _same(x, y):
        return _placed(op, of_values(x, _values(x) * _values(y)))
    x, y = _spread(x, op), _spread(y, op)
    square, paired, profile = borders.product(x.profile, y.profile)
    return State(
        op.shape, op.axes, q=square * x.q * y.q, mean=math.sqrt(paired) * x.mean * y.mean,
        p=paired * x.p * y.p, c=paired * x.c * y.c, profile=borders.kept(profile, op.axes),
    )  # fmt: skip


def affine(op: Op, inputs: Sequence[State]) -> State:
    """scale·X + shift with numbers."""
    scaled = inputs[0].scaled(float(op.attributes.get("scale", 1.0)))
    return _placed(op, scaled.shifted(float(op.attributes.get("shift", 0.0))))


def kept(op: Op, inputs: Sequence[State]) -> State:
    """Views, copies, parts: the same moments in another shape."""
    return _placed(op, inputs[0])


def batch_norm(op: Op, inputs: Sequence[State]) -> State | None:
    """Each feature loses what the batch shares, and is divided by what is left.

    Var over the batch is q − k, k = (q + (P−1)p + P(B−1)c)/(BP); so q' = 1, p' = (p−k)/(q−k). In
    evaluation the running statistics take their place: x ↦ slope·x + offset.
    """
    x, a = inputs[0], op.attributes
    if a.get("training"):
        # an instance norm is a batch norm whose features are those of one sample each
        alone = (x.q + (x.positions - 1) * x.p) / x.positions
        k = alone if a.get("alone") else x.shared
        spread = x.q - k
        if spread <= 1e-12 * x.q:
            return None  # a batch of equal samples: rounding decides what is left
        factor = a["scale_q"] / (spread + a["eps"])
        b = a["shift_q"]
        return State(
            op.shape, op.axes, q=factor * spread + b, mean=a["shift_mean"],
            p=factor * (x.p - k) + b, c=factor * (x.c - k) + b, profile=x.profile,
        )  # fmt: skip
    return _per_feature(op, x, a["slope_q"], a["slope_mean"], a["offset_q"], a["offset_mean"])


def _per_feature(op: Op, x: State, sq: float, sm: float, oq: float, om: float) -> State:
    cross = 2 * sm * om * x.mean
    return State(
        op.shape, op.axes, q=sq * x.q + oq + cross, mean=sm * x.mean + om,
        p=sq * x.p + oq + cross, c=sq * x.c + oq + cross, profile=x.profile,
    )  # fmt: skip


def layer_norm(op: Op, inputs: Sequence[State]) -> State | None:
    """Over features, and in groups also over positions: (q − k)/(q − k) = 1.

    k is the mean square of the mean over what is normalized together: with F features and P
    positions of them k = mean² + ((q − mean²) + (P−1)(p − mean²))/(PF); P = 1 for a layer norm.
    Two positions that are not normalized together share mean² + (p − mean²)/F of their means.
    """
    x, a = inputs[0], op.attributes
    features, positions = int(a["features"]), int(a["positions"])
    square = x.mean**2
    k = square + ((x.q - square) + (positions - 1) * (x.p - square)) / (positions * features)
    spread = x.q - k
    if spread <= 1e-12 * x.q:
        return None
    factor, b = a["scale_q"] / (spread + a["eps"]), a["shift_q"]
    apart = [square + (product - square) / features for product in (x.p, x.c)]
    return State(
        op.shape, op.axes, q=factor * spread + b, mean=a["shift_mean"],
        p=factor * (x.p - (k if positions > 1 else apart[0])) + b,
        c=factor * (x.c - apart[1]) + b, profile=None if positions == 1 else x.profile,
    )  # fmt: skip


def rms_norm(op: Op, inputs: Sequence[State]) -> State | None:
    """x/√(mean of x²): q' = 1."""
    x, a = inputs[0], op.attributes
    if x.q <= 0:
        return None
    factor = a["scale_q"] / (x.q + a["eps"])
    return State(
        op.shape, op.axes, q=factor * x.q, mean=math.sqrt(factor) * x.mean, p=factor * x.p,
        c=factor * x.c,
    )  # fmt: skip


def averaged(op: Op, inputs: Sequence[State]) -> State:
    """The mean over some axes: n positions leave (q + (n−1)p)/n, and likewise the others."""
    x = inputs[0]
    gone = op.attributes["gone"]
    n = {label: math.prod(size for name, size in gone if name == label) for label in "bpf"}
    square = x.mean**2 / x.even
    left = {"q": x.q, "p": x.p, "c": x.c}
    if n["p"] > 1:
        pooled = (x.q + (n["p"] - 1) * x.p) / n["p"]
        left = {"q": pooled, "p": pooled if n["p"] == x.positions else x.p, "c": x.c}
    if n["b"] > 1:
        pooled = (left["q"] + (n["b"] - 1) * left["c"]) / n["b"]
        left = {"q": pooled, "p": (left["p"] + (n["b"] - 1) * left["c"]) / n["b"], "c": pooled}
    left["q"] = square + (left["q"] - square) / n["f"]
    square = x.mean**2
    left |= {key: square + (left[key] - square) / n["f"] for key in "pc"}
    profile = None if n["p"] > 1 else borders.kept(x.profile, op.axes)
    found = State(op.shape, op.axes, left["q"], x.mean, left["p"], left["c"], profile=profile)
    if n["f"] > 1 and x.values is not None and float(x.values.min()) >= 0:
        found = laws.positive(found, op.index)
    return found.scaled(float(op.attributes.get("times", 1.0)))


def joined(op: Op, inputs: Sequence[State]) -> State:
    """A concatenation: the average of the parts, each by its share of the entries."""
    sizes = [math.prod(x.shape) for x in inputs]
    total = sum(sizes)
    shares = [size / total for size in sizes]

    def mixed(name: str) -> float:
        return sum(share * getattr(x, name) for share, x in zip(shares, inputs, strict=True))

    profile = borders.mixed(inputs, [share * x.q for share, x in zip(shares, inputs, strict=True)])
    found = State(
        op.shape, op.axes, mixed("q"), mixed("mean"), mixed("p"), mixed("c"),
        profile=borders.kept(profile, op.axes),
    )  # fmt: skip
    if sum(x.positions for x in inputs) == found.positions:
        return replace(found, profile=borders.kept(borders.end_to_end(inputs), op.axes))
    if all(x.features < found.features for x in inputs):
        return replace(found, uneven=max(inverse_of(inputs) * spread_of(found), 1.0))
    return found


def spread_of(x: State) -> float:
    """The variance that a batch shows of a feature."""
    return max(x.q - x.shared, 1e-12 * x.q, 1e-300)


def inverse_of(parts: Sequence[State]) -> float:
    """E[1/s] over the features of all parts."""
    sizes = [math.prod(x.shape) for x in parts]
    inverse = [n * x.uneven / spread_of(x) for n, x in zip(sizes, parts, strict=True)]
    return sum(inverse) / sum(sizes)


def _same(x: State, y: State) -> bool:
    return x.source is not None and x.source == y.source and x.shape == y.shape


def _values(x: State) -> Array:
    if x.values is None:
        raise ValueError("a state with a source has values")
    return x.values


def _spread(x: State, op: Op) -> State:
    """What an operand is after it is broadcast: along an axis that it lacks it is shared.

    Without positions p = q; without samples c is the average over pairs of positions.
    """
    if x.shape == op.shape:
        return x
    p = x.q if x.positions == 1 else x.p
    c = x.c
    if x.samples == 1:
        c = (x.q + (x.positions - 1) * p) / x.positions
    return x.plain(p=p, c=c)


def _placed(op: Op, state: State) -> State:
    profile = borders.kept(state.profile, op.axes)
    return replace(state, shape=op.shape, axes=op.axes, profile=profile)


RULES: dict[str, Rule] = {
    "linear": Rule(weighted, "layer-variance"),
    "convolution": Rule(weighted, "layer-variance"),
    "add": Rule(added, None),
    "multiply": Rule(multiplied, "product-variance"),
    "affine": Rule(affine, None),
    "view": Rule(kept, None),
    "masked": Rule(kept, None),
    "batch_norm": Rule(batch_norm, None),
    "layer_norm": Rule(layer_norm, None),
    "rms_norm": Rule(rms_norm, None),
    "mean": Rule(averaged, None),
    "join": Rule(joined, None),
    "embedding": Rule(kept, None),
    "max_pool": Rule(pooling.maximum, None),
    "average_pool": Rule(pooling.average, None),
    "scores": Rule(attention.scores, "attention-logits"),
    "softmax": Rule(attention.softmax, None),
    "mixture": Rule(attention.mixture, None),
    "attention": Rule(attention.whole, None),
    **{name: Rule(elementwise, theorem) for name, theorem in THEOREMS.items()},
}


def predicted(op: Op, inputs: Sequence[State]) -> State | None:
    """The rule of the op's kind applied; None where there is none, or it says nothing."""
    rule = RULES.get(op.kind)
    if rule is None:
        return None
    found = rule.function(op, inputs)
    if found is None:
        return None
    numbers = found.moments().values()
    return found if all(math.isfinite(x) for x in numbers) and found.q >= 0 else None
