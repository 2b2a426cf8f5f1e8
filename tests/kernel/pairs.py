"""The normal form by itself: what it makes equal, and the signs it reads off, against values."""

from __future__ import annotations

import random
from collections import Counter

from tests.kernel.drawing import Terms, scalar
from tests.kernel.evaluation import Model, Unknown, differ, sign
from xavier_theory.kernel import algebra
from xavier_theory.kernel import signs as plain
from xavier_theory.kernel.signs import well_formed
from xavier_theory.kernel.terms import Budget, Refused, Term, loose

MODELS = 2


def _values(model: Model, *terms: Term) -> list[object] | None:
    try:
        outcome = model.rng.choice([*model.chances])
        return [model.value(term, outcome) for term in terms]
    except (Unknown, OverflowError, ValueError):
        return None


def one_pair(rng: random.Random, counts: Counter[str]) -> str:
    """What is wrong about a random term and a change of it; "" if nothing is."""
    draw = Terms(rng)
    term = draw.term(rng.randint(2, 14))
    other = term
    for _ in range(rng.randint(1, 3)):
        other = draw.changed(other)
    positive = rng.choice([scalar("x"), scalar("q"), draw.term(3, False)])
    marked = rng.random() < 0.5 and not loose(positive)
    Budget.left = 300_000
    try:
        known = frozenset(algebra.positive_terms(positive) if marked else ())
        well_formed(term), well_formed(other)
        same = algebra.equal(term, other, known)
        short = algebra.canonical(term, known)
        level, natural = algebra.plain(term, known), plain.is_natural(term)
        level_too = plain.sign(other, known)
    except Refused:
        counts["refused"] += 1
        return ""
    finally:
        Budget.left = 10**18
    counts["equal" if same else "not equal"] += 1
    for _ in range(MODELS):
        model = Model(rng)
        if known:
            try:
                if sign(model.value(positive)) <= 0:
                    counts["vacuous"] += 1
                    continue
            except Unknown:
                continue
        values = _values(model, term, other, short)
        if values is None:
            counts["not evaluated"] += 1
            continue
        one, two, three = values
        counts["evaluated"] += 1
        about = f"{term}\n{other}\nknown {known}\n{values}"
        if same and differ(one, two):
            return f"equal terms differ: {about}"
        if differ(one, three):
            return f"a term is not its normal form {short}: {about}"
        try:
            if level and sign(one) < (level == 2):
                return f"a sign of {level} is wrong: {about}"
            if level_too and sign(two) < (level_too == 2):
                return f"a sign of {level_too} is wrong of the second: {about}"
        except Unknown:
            pass
        if natural and (getattr(one, "denominator", 1) != 1 or one < 0):
            return f"no natural number: {about}"
    return ""


def many_pairs(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """How ``count`` pairs came out, and what was wrong."""
    counts: Counter[str] = Counter()
    wrong = []
    for k in range(count):
        rng = random.Random(f"{seed} {k}")
        found = one_pair(rng, counts)
        if found:
            wrong.append(f"pair {seed} {k}: {found}")
    return counts, wrong
