"""Rules applied in a context, one proof for each: what tests of single rules need."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from xavier_theory.kernel import assumptions as kernel
from xavier_theory.kernel import check
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.tactics import RULES as NAMES

_proofs: dict[int, tuple[Context, Proof]] = {}
_lemmas: dict[int, tuple[Step, Derivation]] = {}


def proof_in(context: Context) -> Proof:
    """The proof of the tests in ``context``."""
    return _proofs.setdefault(id(context), (context, Proof("test", context)))[1]


def lemma_of(step: Step) -> Derivation:
    """The derivation whose conclusion is ``step``, under a name of its own."""
    proof = proof_in(step.context)
    if id(step) not in _lemmas:
        proof.name = f"lemma {len(_lemmas)}"
        _lemmas[id(step)] = (step, proof.conclude(step))
    return _lemmas[id(step)][1]


def _apply(name: str, context: Context, *arguments: Any, **named: Any) -> Step:
    proof = proof_in(context)
    first = arguments[0] if arguments else None
    if name == "specialize" and isinstance(first, Step) and first.context is not context:
        arguments = (proof.book.cited(lemma_of(first), "conclusion"), *arguments[1:])
    step: Step = getattr(proof, name)(*arguments, **named)
    return step


RULES: Mapping[str, Callable[..., Step]] = MappingProxyType(
    {name: partial(_apply, name) for name in NAMES}
)


def read_again(assumption: Assumption) -> kernel.Assumption:
    """What the kernel reads where a certificate declares ``assumption``."""
    proof = Proof("declares it", Context((assumption,)))
    derivation = proof.conclude(proof.linear_combination("=", 0, 0))
    (theorem,) = check(json.dumps(derivation.certificate())).values()
    return theorem.assumptions[assumption.name]
