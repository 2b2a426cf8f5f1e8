"""Parameters held against their siblings: the same place in other blocks, by name.

What the siblings follow is the scheme that most of them are consistent with; where no documented
one fits, one variance, or one variance times a fan, that they have in common. Only one that
differs from them is accused, and only where
- its siblings are at least two, and three in four of all agree;
- its own test refutes their scheme at the level;
- it differs from them whatever they have in common: one variance, or one variance times a fan;
- its mean square is off by more than a fifth: smaller differences have no consequence;
- it is neither the first nor the last weight that signals meet: those are often chosen apart, and
  are told by design instead.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from xavier_theory.audit.findings import BY_DESIGN, DEVIATION, HAZARD, Finding, factor
from xavier_theory.audit.parameters import WEIGHTS, Parameter
from xavier_theory.audit.schemes import candidates, consistent, fixed_scheme, ratio_is_chance

_SHARE, _FEWEST, _NOTICED = 0.75, 3, 1.2
Number = Callable[[Parameter], float]


@dataclass(frozen=True)
class Intended:
    """What siblings follow: its name, and the mean square that it means for one of them."""

    name: str
    followers: int
    of: int
    square: float


@dataclass(frozen=True)
class Statistics:
    """A parameter with the schemes that it is consistent with, at the level of the audit."""

    parameter: Parameter
    schemes: tuple[str, ...]
    intended: Intended | None = None


def compared(
    parameters: Sequence[Parameter], level: float, ends: frozenset[str]
) -> tuple[list[Statistics], list[Finding]]:
    """The schemes of all parameters, and findings. ``ends`` are the first and last weights.

    A parameter that was drawn like its siblings is accused with probability at most ``level``
    over all parameters together.
    """
    each = level / max(len(parameters), 1)
    schemes: dict[str, tuple[str, ...]] = {}
    for one in parameters:
        fixed = fixed_scheme(one)
        found = (fixed,) if fixed else tuple(s.name for s in consistent(one, each / 2))
        schemes[one.name] = found
    findings: list[Finding] = []
    intended: dict[str, Intended] = {}
    for alike, group, asking in sibling_groups(parameters):
        for one, meant in _outliers(group, schemes, each / 2):
            if one.name in asking:
                intended[one.name] = meant
                findings.append(_finding(one, meant, alike, one.name in ends))
    rows = [Statistics(one, schemes[one.name], intended.get(one.name)) for one in parameters]
    return rows, findings


def sibling_groups(
    parameters: Sequence[Parameter],
) -> list[tuple[str, list[Parameter], set[str]]]:
    """Patterns with their members, and which of these have no better siblings elsewhere.

    The best siblings differ in one part of the name that is a number, in that part where most do
    (blocks.*.mlp.0.weight); where that makes fewer than three, in all such parts; and else in any
    digit (fc*.weight).
    """
    members: defaultdict[tuple[str, str], list[Parameter]] = defaultdict(list)
    known = [one for one in parameters if one.tied is None and not one.nonfinite]
    for one in known:
        for pattern in dict.fromkeys([*one.places, one.block_pattern, one.pattern]):
            members[pattern, one.role].append(one)
    asking: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in known:
        keys = [(pattern, one.role) for pattern in one.places]
        best = max(keys, key=lambda key: len(members[key]), default=(one.block_pattern, one.role))
        wider = (best, (one.block_pattern, one.role), (one.pattern, one.role))
        key = next((key for key in wider if len(members[key]) >= _FEWEST), wider[-1])
        asking[key].add(one.name)
    return [(key[0], members[key], names) for key, names in asking.items()]


def _outliers(
    group: list[Parameter], schemes: dict[str, tuple[str, ...]], level: float
) -> Iterator[tuple[Parameter, Intended]]:
    if len(group) < _FEWEST:
        return
    counts = Counter(name for one in group for name in schemes[one.name])
    best = max(counts.values(), default=0)
    if best < _SHARE * len(group):
        yield from _by_common_number(group, level)
        return
    names = [name for name, count in counts.items() if count == best]
    drawn = [one for one in group if one.drawn and one.square > 0]
    for one in group:
        if set(names) & set(schemes[one.name]):
            continue
        meant = _square_of(names[0], one)
        # few entries fit many schemes, and what most fit need not be theirs: so one that was
        # drawn must also differ from those that were
        apart = one not in drawn or len(drawn) < _FEWEST or _is_apart(one, drawn, level)
        if apart and factor_of(one, meant) > _NOTICED:
            yield one, Intended(names[0], best, len(group), meant)


def _square_of(name: str, one: Parameter) -> float:
    for scheme in candidates(one):
        if scheme.name == name:
            return scheme.variance
    fixed = {"zeros": 0.0, "ones": 1.0}
    if name in fixed:
        return fixed[name]
    if name.startswith("constant "):
        return float(name.removeprefix("constant ")) ** 2
    return math.nan  # such as orthogonal: no one mean square


def factor_of(one: Parameter, meant: float) -> float:
    """By how much the mean square is off, at least 1; 1 where it is not known what was meant."""
    if math.isnan(meant):
        return 1.0
    if meant == 0 or one.square == 0:
        return math.inf if meant != one.square else 1.0
    return factor(one.square / meant)


def _fan_in(one: Parameter) -> float:
    return float(one.fans.fan_in) if one.fans else 1.0


def _fan_out(one: Parameter) -> float:
    return float(one.fans.fan_out) if one.fans else 1.0


_COMMON: dict[str, Number] = {
    "one variance": lambda one: 1.0,
    "one fan_in·Var(W)": _fan_in,
    "one fan_out·Var(W)": _fan_out,
    "one (fan_in + fan_out)·Var(W)": lambda one: _fan_in(one) + _fan_out(one),
}


def _by_common_number(group: list[Parameter], level: float) -> Iterator[tuple[Parameter, Intended]]:
    """Those that do not share what the others share."""
    drawn = [one for one in group if one.drawn and one.scale is None and one.square > 0]
    if len(drawn) < _FEWEST + 1 or len(drawn) < _SHARE * len(group):
        return
    apart = [one for one in drawn if _is_apart(one, drawn, level)]
    rest = [one for one in drawn if one not in apart]
    for name, number in _COMMON.items():
        middle = _middle(drawn, number)
        agree = sum(_agrees(one, middle, number, level) for one in rest)
        if agree == len(rest) and agree >= max(_SHARE * len(group), _FEWEST):
            for one in apart:
                meant = middle.square * number(middle) / number(one)
                yield one, Intended(name, agree, len(group), meant)
            return


def _is_apart(one: Parameter, group: list[Parameter], level: float) -> bool:
    """Whether it differs from its siblings whatever it is that they have in common.

    With one variance as with one fan_in·Var(W), …: a layer of other fans is then not accused for
    what its siblings' rule may be. Each is an F test against the one in the middle.
    """
    for number in _COMMON.values():
        middle = _middle(group, number)
        ratio = one.square * number(one) / (middle.square * number(middle))
        if factor(ratio) <= _NOTICED or _agrees(one, middle, number, level):
            return False
    return True


def _agrees(one: Parameter, middle: Parameter, number: Number, level: float) -> bool:
    return ratio_is_chance(one, middle, number(middle) / number(one), level)


def _middle(group: list[Parameter], number: Number) -> Parameter:
    ordered = sorted(group, key=lambda one: one.square * number(one))
    return ordered[(len(ordered) - 1) // 2]


def _finding(one: Parameter, meant: Intended, alike: str, is_end: bool) -> Finding:
    size = factor_of(one, meant.square)
    siblings = f"{meant.followers} of the {meant.of} parameters {alike} follow: {meant.name}"
    if (
        one.role in (*WEIGHTS, "embedding", "scale", "other")
        and meant.square > 0
        and one.square > 0
    ):
        ratio = one.square / meant.square
        what = f"mean square {ratio:.3g} times what its siblings' scheme gives ({siblings})"
        fix = f"with torch.no_grad(): model.get_parameter({one.name!r}).mul_({ratio**-0.5:.6g})"
    else:
        value = "zeros" if one.square == 0 else f"root mean square {math.sqrt(one.square):.3g}"
        what = f"{value}, where {siblings}"
        fix = f"torch.nn.init.constant_(model.get_parameter({one.name!r}), {_constant(meant)})"
    theorem = "layer-variance" if one.role in (*WEIGHTS, "bias") else None
    if is_end or one.square == 0 or (meant.square == 0 and one.role != "bias"):
        # the first and last layers, and what was set to zero on purpose
        return Finding(BY_DESIGN, one.name, what, size, theorem)
    return Finding(DEVIATION, one.name, what, size, theorem, fix if _constant(meant) else "")


def _constant(meant: Intended) -> str:
    return f"{math.sqrt(meant.square):.6g}" if math.isfinite(meant.square) else ""


def suspicious(parameters: Sequence[Parameter], shuffled: frozenset[str]) -> Iterator[Finding]:
    """What one parameter shows alone, or two that are equal.

    ``shuffled`` are the weights before a pixel shuffle, where equal rows are ICNR (Aitken et al.
    2017, section 2.4).
    """
    for one in parameters:
        if one.nonfinite:
            yield Finding(
                DEVIATION, one.name, f"{one.nonfinite} of {one.count} entries are not finite",
                math.inf, fix=f"initialize {one.name} again, and look for what wrote it",
            )  # fmt: skip
        elif one.drawn and (one.largest > 1e10 or 0 < one.least < 1e-30):
            yield Finding(
                DEVIATION, one.name,
                f"entries from {one.least:.2g} to {one.largest:.2g} in size: no scheme draws such, "
                "memory that was never written has them",
                math.inf, fix=f"initialize {one.name}",
            )  # fmt: skip
        elif one.tied is None:
            yield from _equal_units(one, shuffled)
        multiplies = one.role in WEIGHTS or (one.role == "scale" and "Norm" in one.module_kind)
        frozen = not one.trained and one.used
        if frozen and multiplies and one.constant and one.square == 0 and not one.nonfinite:
            yield Finding(
                HAZARD, one.name, "frozen at zero: neither signal nor gradient ever passes",
                math.inf, "zero-initialization",
                f"model.get_parameter({one.name!r}).requires_grad_(True), or another value",
            )  # fmt: skip
    yield from _clones(parameters)


def _equal_units(one: Parameter, shuffled: frozenset[str]) -> Iterator[Finding]:
    if one.role not in (*WEIGHTS, "other") or len(one.shape) < 2 or min(one.shape[:2]) < 2:
        return
    drawn_again = f"draw {one.name} again, such as by xt.initialize"
    if one.constant and one.square > 0:
        yield Finding(
            DEVIATION, one.name, f"all {one.count} entries are {one.mean:.4g}: its units are equal",
            float(one.shape[0]), "symmetry", drawn_again,
        )  # fmt: skip
    elif one.twins and one.role != "other":
        units = one.shape[0]
        kind = BY_DESIGN if one.name in shuffled else HAZARD
        yield Finding(
            kind, one.name, f"{one.twins} of its {units} units are copies of others",
            units / (units - one.twins), "symmetry", "" if kind == BY_DESIGN else drawn_again,
        )  # fmt: skip


def _clones(parameters: Sequence[Parameter]) -> Iterator[Finding]:
    """Weights of equal entries; whole blocks that are copies are one finding."""
    named = {one.name: one for one in parameters}
    counts = Counter(one.block_pattern for one in parameters)
    copies: defaultdict[str, list[Parameter]] = defaultdict(list)
    for one in parameters:
        if one.equals is not None and one.role != "bias":
            copies[one.equals].append(one)
    blocks: list[tuple[str, list[Parameter]]] = []
    for first, others in copies.items():
        like = [one for one in others if one.pattern == named[first].pattern]
        if not like or not all(one.trained for one in others):
            what = f"equals {first}, as copies of a network do"
            yield Finding(BY_DESIGN, others[0].name, what, 1.0)
        elif len(like) > 1 and len(like) + 1 == counts[like[0].block_pattern]:
            blocks.append((first, like))
        else:
            shown = ", ".join(one.name for one in like)
            yield _copied(DEVIATION, like, f"{shown} equal {first} at the start")
    if blocks:
        first, like = blocks[0]
        more = f", and so do {len(blocks) - 1} other kinds of weight" if len(blocks) > 1 else ""
        yield _copied(
            HAZARD, like, f"all {len(like) + 1} {like[0].block_pattern} start equal{more}"
        )


def _copied(kind: str, like: list[Parameter], what: str) -> Finding:
    return Finding(
        kind, like[0].name, f"{what}: no independent draws, which predictions over depth assume",
        float(len(like) + 1), "depth-product", "draw each layer by itself after it is copied",
    )  # fmt: skip
