"""What a result without finite models and its mutant predict, at stated parameters.

Whoever has another way to the truth (sampling, a certified integral) tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.arithmetic import exact, is_exact
from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.evaluate import evaluate
from xavier_theory.finite_models.graph import Member
from xavier_theory.finite_models.model import Blocks, Model, Shape
from xavier_theory.finite_models.mutations import OTHER_WIDTH, Mutant
from xavier_theory.symbolic.terms import domain_of, entries

Prediction = tuple[tuple[tuple[str, str], ...], float, float | None, bool]
"""Parameters, and what the result and its mutant say there (None: the mutant has no value).

And whether the mutant, if it is an upper bound, is plainly the weaker one there.
"""

HALF = exact(1) / exact(2)
SETTINGS = ((3, 2, 5), (2, 3, 7), (5, 1, 3))


def predictions(mutant: Mutant, derivation: Any) -> Iterator[Prediction]:
    """The side that was changed, before and after, at several parameters.

    Random members that it speaks of are given two values each, with equal probability.
    """
    original = derivation.results[mutant.result]
    sides = (original.left, original.right), (mutant.claim.left, mutant.claim.right)
    place = 0 if sides[0][0] != sides[1][0] else 1
    for setting in SETTINGS:
        pair = [side[place] for side in sides]
        model, values, parameters = _model(pair, setting, mutant.claim.context)
        found = [_number(term, model, values, mutant.claim.context) for term in pair]
        if found[0] is not None:
            known = place == 1 and not any(e.family.random for t in pair for e in entries(t))
            safe = known and found[1] is not None and found[0] <= found[1]
            yield parameters, found[0], found[1], safe


def _number(term: Basic, model: Model, values: dict[Symbol, int], context: Any) -> float | None:
    try:
        value = evaluate(term, model, (), values)
    except FiniteModelError:
        return None
    number = value[0] if isinstance(value, tuple) else value
    return float(number.p) / float(number.q) if is_exact(number) else float(number.mid())


def _model(
    terms: list[Basic], setting: tuple[int, int, int], context: Any
) -> tuple[Model, dict[Symbol, int], tuple[tuple[str, str], ...]]:
    """One value for each scalar and constant, different ones; two for each random member."""
    symbols = sorted({s for term in terms for s in term.free_symbols}, key=str)
    width, layer, top = setting
    sizes = {
        s: (width if domain_of(s) == "width" else layer) + 2 * (s == OTHER_WIDTH)
        for s in symbols
        if domain_of(s) in ("width", "natural")
    }
    scalars = {
        s: exact(top + 2 * place) / exact(4) for place, s in enumerate(symbols) if s not in sizes
    }
    families = {entry.family for term in terms for entry in entries(term)}
    members: dict[Member, tuple[Blocks, tuple[Any, ...]]] = {}
    for family in families:
        for indices in _indices(family.arity, width + layer + 3):
            value = exact(1 + sum(indices) % 5) / exact(2)
            blocks = (0,) if family.random else ()
            members[family, indices] = (blocks, (value, value + 1) if blocks else (value,))
    shape = Shape(tuple(sizes.items()))
    model = Model(((HALF, HALF),), members, scalars, {}, shape)
    texts = tuple((str(s), str(v)) for s, v in {**sizes, **scalars}.items())
    return model, sizes, texts


def _indices(arity: int, most: int) -> list[tuple[int, ...]]:
    if not arity:
        return [()]
    return [(*rest, k) for rest in _indices(arity - 1, most) for k in range(most)]
