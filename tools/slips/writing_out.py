"""Writing terms out by the rules of the kernel, so that two can be compared by algebra.

Variances by their definition; expectations by linearity; E[f(X)] of a symmetric X as E[f(-X)], if
that comes first or shows that it is 0; a mean of what holds relu(t) relu(-t), or such steps, as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import sympy
from sympy import Integer, Rational
from sympy.core.basic import Basic

from xavier_theory.symbolic.derivations import Chain, Proof
from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.terms import Binder, Cov, E, Var, entries, relu, unit_step

__all__ = ["written_out"]

MOST_REWRITES = 60
Maker = Callable[[Proof, Basic], Step]


def written_out(proof: Proof, term: Basic) -> Step:
    """``term`` = what it is, written out."""
    return _rewritten(proof, term, (_by_definition, _by_linearity, _by_sign, _by_symmetry))


def _rewritten(proof: Proof, term: Basic, makers: Sequence[Maker]) -> Step:
    chain = proof.chain(proof.linear_combination("=", term, term))
    for _ in range(MOST_REWRITES):
        further = next(_once(chain, makers), None)
        if further is None:
            break
        chain = further
    return chain.step


def _once(chain: Chain, makers: Sequence[Maker]) -> Iterator[Chain]:
    for operator in _operators(chain.right):
        for make in makers:
            try:
                yield chain.by(make(chain.proof, operator))
            except XavierTheoryError:
                continue


def _operators(term: Basic) -> Iterator[Basic]:
    """The means, variances, covariances and sums in a term; an index of a sum has its name."""
    if isinstance(term, E | Var | Cov):
        yield term
    elif isinstance(term, Binder):
        yield from _operators(term.opened()[1])
        yield term
    else:
        for part in term.args:
            yield from _operators(part)


class _DoesNotApplyError(XavierTheoryError):
    """Another way of writing out may."""


def _by_definition(proof: Proof, term: Basic) -> Step:
    if isinstance(term, Var):
        return proof.variance_definition(term)
    return proof.covariance_definition(term)


def _by_linearity(proof: Proof, term: Basic) -> Step:
    return proof.expectation_is_linear(term)


def _by_sign(proof: Proof, term: Basic) -> Step:
    """E of a product with relu(t) relu(-t) is 0; likewise with steps."""
    (inside,) = term.args if isinstance(term, E) else (Integer(0),)
    factors = {factor.as_base_exp()[0] for factor in sympy.Mul.make_args(inside)}
    for factor in factors:
        if isinstance(factor, relu | unit_step) and factor.func(-factor.args[0]) in factors:
            nothing = proof.congruence(term, proof.sign_cases(inside, 0, factor.args[0]))
            return proof.chain(nothing).by(proof.expectation_is_linear(nothing.right)).step
    raise _DoesNotApplyError(f"{term} is of no product of a head and its mirror image")


def _by_symmetry(proof: Proof, term: Basic) -> Step:
    """E[f(X)] = E[f(-X)] if that comes first; = 0 if f is odd."""
    members = {entry for entry in entries(term) if entry.family.random}
    if not isinstance(term, E) or len(members) != 1:
        raise _DoesNotApplyError(f"{term} is no mean of one variable")
    mirrored = _spread(proof, proof.symmetry(term, members.pop()))
    if mirrored.right == -term:
        return proof.linear_combination("=", term, 0, [mirrored], [Rational(1, 2)])
    means = sorted(str(mean) for mean in mirrored.right.atoms(E))
    if not means or means[-1] >= str(term):
        raise _DoesNotApplyError(f"{term} comes first")
    return mirrored


def _spread(proof: Proof, step: Step) -> Step:
    try:
        return proof.chain(step).by(proof.expectation_is_linear(step.right)).step
    except XavierTheoryError:
        return step
