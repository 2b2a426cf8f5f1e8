"""Slips that are no mistakes, proved by the kernel: the same result in another form, or a weaker.

A step that proves the slip is returned, so that the reader need not believe this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any

import sympy
from sympy import Integer, Rational
from sympy.core.basic import Basic

from tools.slips.changes import Slip
from tools.slips.expansions import by_writing_out
from tools.slips.means import zero_mean
from tools.slips.shifts import shifts
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.encoding import same
from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.signs import is_nonnegative
from xavier_theory.symbolic.terms import E, Entry, Var, domain_of, entries
from xavier_theory.theorems import derive
from xavier_theory.theorems.symbols import i

Proved = tuple[str, Step]


def proof_of(slip: Slip, derivation: Any, thorough: bool = True) -> Proved | None:
    """``equivalent`` or ``weaker``, and a step that proves the slip; None if none was found.

    It rests on the assumptions of the result alone (and on moments being finite).
    Equivalent: the same formula by algebra, or by facts that the theorem proves. Weaker: implied by
    the result, and does not imply it back. If ``thorough``, both are written out and compared.
    """
    proof = Proof.after(derivation)
    original = derivation.results[slip.result]
    for kind, attempts in (
        ("equivalent", (_by_algebra, _at_a_square, _by_zero_mean, _by_sign_cases)),
        ("weaker", (_by_nothing, _as_instance, _by_slack)),
    ):
        for attempt in attempts:
            for make in attempt(proof, original, slip, derivation):
                step = _tried(make)
                if step is not None and _says(step, slip):
                    return kind, step
    for kind, step in by_writing_out(proof, original, slip, derivation) if thorough else ():
        if _says(step, slip):
            return kind, step
    return None


def _tried(make: Callable[[], Step]) -> Step | None:
    try:
        return make()
    except XavierTheoryError:
        return None


def _says(step: Step, slip: Slip) -> bool:
    claim = slip.claim
    return (
        step.relation == claim.relation
        and same(step.left, claim.left)
        and same(step.right, claim.right)
        and all(a.kind == "moment" for a in step.assumptions - claim.assumptions)
    )


def _combined(
    proof: Proof, slip: Slip, premises: Sequence[Step], multipliers: Sequence[Any]
) -> Callable[[], Step]:
    claim = slip.claim
    return lambda: proof.linear_combination(
        claim.relation, claim.left, claim.right, list(premises), list(multipliers)
    )


Makers = Iterator[Callable[[], Step]]


def _by_algebra(proof: Proof, original: Step, slip: Slip, derivation: Any) -> Makers:
    """The result times 1 or 2; an equation times -1 or its left side (x = 0 gives x² = 0)."""
    for factor in (1, 2):
        yield _combined(proof, slip, [original], [factor])
    if original.relation == "=":
        yield _combined(proof, slip, [original], [-1])
        yield _combined(proof, slip, [original], [original.left])


def _at_a_square(proof: Proof, original: Step, slip: Slip, derivation: Any) -> Makers:
    """The result at the square of a positive scalar, which may be any positive number."""
    for symbol in sorted(original.left.free_symbols | original.right.free_symbols, key=str):
        if domain_of(symbol) == "positive" and "squared" in slip.change:
            yield partial(proof.specialize, original, {str(symbol): symbol**2})


def _by_zero_mean(proof: Proof, original: Step, slip: Slip, derivation: Any) -> Makers:
    """Var(X) = E[X²], where E[X] = 0 is known, or where X is the output of a centred layer."""
    factors = (1, -1, Rational(1, 2), -Rational(1, 2))
    for inside in _varied(slip):
        definition = _tried(partial(proof.variance_definition, Var(inside)))
        for mean, sign, back in product(_zero_means(proof, inside, derivation), factors, (1, -1)):
            if definition is not None:
                premises = [original, definition, mean]
                yield _combined(proof, slip, premises, [1, sign, sign * back * E(inside)])
    both = [_tried(partial(_of_layer, proof, name)) for name in _SQUARES if _varied(slip)]
    for sign in (1, -1):
        if both and None not in both:
            yield _combined(proof, slip, [original, *both], [1, sign, -sign])  # type: ignore[list-item]  # no None


_SQUARES = ("general", "second_moment")
"""The results of `layer-variance` that give Var(z) and E[z²] by the same sum.

They ask for no fourth moments of the products W[i, j] a[j], as the definition of Var(z) does.
"""


def _of_layer(proof: Proof, result: str) -> Step:
    """A result of `layer-variance`, specialized without biases."""
    return proof.theorem(derive("layer-variance"), result, {}, {"b": (i, 0)})


def _varied(slip: Slip) -> list[Basic]:
    """The X of every Var(X) and E[X²] of a slip that took one for the other."""
    if "variance" not in slip.change:
        return []
    terms = (slip.claim.left, slip.claim.right)
    found = {v.args[0] for term in terms for v in term.atoms(Var)}
    found |= {
        e.args[0].base
        for term in terms
        for e in term.atoms(E)
        if isinstance(e.args[0], sympy.Pow) and e.args[0].exp == 2
    }
    return sorted(found, key=str)


def _zero_means(proof: Proof, inside: Basic, derivation: Any) -> Iterator[Step]:
    """Steps that say E[X] = 0, by the assumptions or by a result."""
    found = zero_mean(proof, inside)
    if found is not None:
        yield found
    if isinstance(inside, Entry):
        for step in (*derivation.results.values(), *derivation.steps):
            if step.right == 0 and isinstance(step.left, E):
                for make in _instances(proof, step, inside):
                    instance = _tried(make)
                    if instance is not None and instance.left == E(inside):
                        yield instance


def _instances(proof: Proof, step: Step, member: Entry) -> list[Callable[[], Step]]:
    """The instance of E[X] = 0 for ``member`` of the same family."""
    pattern = step.left.args[0]
    if not isinstance(pattern, Entry) or pattern.family != member.family:
        return []
    pairs = zip(pattern.indices, member.indices, strict=True)
    values = {str(index): value for index, value in pairs if index.is_Symbol and index != value}
    return [lambda: proof.specialize(step, values)]


def _by_sign_cases(proof: Proof, original: Step, slip: Slip, derivation: Any) -> Makers:
    """E[B] = E[A], Var(B) = Var(A) where A and B are equal for y >= 0 and for y <= 0."""
    before, after = (side.atoms(E, Var) for side in (original.left, slip.claim.left))
    if len(before - after) == len(after - before) == 1:
        (old,), (new,) = before - after, after - before
        for entry in sorted(set(entries(old)), key=str):
            if entry.family.random and old.func == new.func:
                yield partial(_with_cases, proof, slip, original, old, new, entry)


def _with_cases(
    proof: Proof, slip: Slip, original: Step, old: Basic, new: Basic, entry: Entry
) -> Step:
    inside = proof.sign_cases(new.args[0], old.args[0], entry)
    whole = proof.congruence(slip.claim.left, inside)
    return _combined(proof, slip, [original, whole], [1, 1])()


def _by_nothing(proof: Proof, original: Step, slip: Slip, derivation: Any) -> Makers:
    """What holds whatever is assumed: x = x."""
    yield _combined(proof, slip, [], [])


def _as_instance(proof: Proof, original: Step, slip: Slip, derivation: Any) -> Makers:
    """The result at the next value of one of its indices, or about the next members of a family."""
    yield from _at_next(proof, original).values()
    if "at the next index" in slip.change:
        for families in shifts(original):
            yield partial(proof.specialize, original, {}, families)


def _at_next(proof: Proof, original: Step) -> dict[str, Callable[[], Step]]:
    """The result at the next value of one of its scalars, by that value."""
    symbols = sorted(original.left.free_symbols | original.right.free_symbols, key=str)
    return {
        f"{symbol} + 1": partial(proof.specialize, original, {str(symbol): symbol + 1})
        for symbol in symbols
    }


def next_instances(derivation: Any, original: Step) -> dict[str, Step]:
    """The instances of a result at the next value of a width, depth or layer, by that value."""
    proof = Proof.after(derivation)
    whole = [s for s in original.left.free_symbols | original.right.free_symbols
             if domain_of(s) in ("natural", "width")]  # fmt: skip
    wanted = {f"{symbol} + 1" for symbol in whole}
    made = {at: _tried(make) for at, make in _at_next(proof, original).items() if at in wanted}
    return {at: step for at, step in made.items() if step is not None}


def _by_slack(proof: Proof, original: Step, slip: Slip, derivation: Any) -> Makers:
    """m L <= m R and 0 <= D give L' <= R', where D = (R' - L') - m (R - L) is plainly >= 0."""
    claim = slip.claim
    if claim.relation != "<=":
        return
    for times in (1, 0, 2):
        slack = (claim.right - claim.left) - times * (original.right - original.left)
        for form in (sympy.expand(slack), sympy.factor(slack)):
            yield partial(_with_slack, proof, slip, original, form, times)
        for step in derivation.steps:
            if step.relation == "<=" and step.left == Integer(0) != step.right:
                ratio = sympy.cancel(slack / step.right)
                if is_nonnegative(ratio):
                    yield _combined(proof, slip, [original, step], [times, ratio])


def _with_slack(proof: Proof, slip: Slip, original: Step, slack: Basic, times: int) -> Step:
    return _combined(proof, slip, [original, proof.nonnegative(slack)], [times, 1])()
