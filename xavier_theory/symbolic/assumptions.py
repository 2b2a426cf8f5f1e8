"""Named assumptions: what a theorem may rest on.

An assumption is a closed sentence, universally quantified over ``variables``; in its parts
``Bound(k)`` stands for the k-th variable. Its ``kind`` says what the parts mean and which rules may
use it:

===============  ==================================  ============================================
kind             parts                               meaning, for all values of the variables
===============  ==================================  ============================================
``equation``     left, right                         left = right
``at_most``      left, right                         left <= right
``independent``  left members; right members         the two joint families are independent
``symmetric``    X                                   X and -X have the same law
``moment``       X, order                            E|X|**order is finite
``positive``     term                                term > 0
``distinct``     first, second                       the two indices differ
``minimises``    objective, v                        v > 0, objective(v) <= objective(w), all w > 0
``density``      X, density, lower, upper            P(X in dx) = density(x) dx on [lower, upper]
``law``          members; parameters (and a label)   the members are iid with the law ``label``
``derivative``   term, slope                         slope is the derivative of term in the variable
``primitive``    term, slope                         term is an indefinite integral of slope
===============  ==================================  ============================================

The variable of a ``derivative`` ranges over the real, positive or nonnegative numbers, and the
derivative exists at each of them (at 0, the end of the nonnegative ones, from the right). That of a
``primitive`` is real; slope is integrable over every bounded interval, and its integral from a to b
is term(b) - term(a), for all a <= b. So term has no jump, may have kinks, and slope is its
derivative almost everywhere (and any number at the kinks).
``EVERY`` as an index of a member means "for all values of this index, jointly". Two assumptions are
equal when they say the same; the name, a sentence for readers, does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic.binding import abstract, instantiate, is_closed
from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.language import (
    decode_open,
    encode,
    require_free_names,
    to_text,
    well_formed,
)
from xavier_theory.symbolic.names import require_shown
from xavier_theory.symbolic.signs import in_domain
from xavier_theory.symbolic.terms import (
    DOMAINS,
    Cov,
    E,
    Entry,
    Family,
    Var,
    domain_of,
    is_random,
    scalar,
)

EVERY = scalar("every", "width")
"""As an index: all values of this index, jointly. No other scalar may be called ``every``."""

KINDS = {
    "equation": 2,
    "at_most": 2,
    "symmetric": 1,
    "moment": 2,
    "positive": 1,
    "distinct": 2,
    "minimises": 2,
    "density": 4,
    "derivative": 2,
    "primitive": 2,
    "independent": None,
    "law": None,
}
LAWS = {"gaussian": ("real", "nonnegative"), "chi-square": ("width",)}
"""The laws that the core knows, with the domains of their parameters.

They are mean and variance; degrees of freedom.
"""

CONTINUOUS = ("law", "density", "derivative", "primitive")
"""Kinds that say nothing about finite models: their meaning needs all real numbers."""
_ARGUMENTS = {"derivative": ("real", "positive", "nonnegative"), "primitive": ("real",)}
"""Where the variable of a function and its slope may range, by kind."""


def _has_stray_every(term: Basic) -> bool:
    """Whether ``EVERY`` is anything but the whole index of a member."""
    if isinstance(term, Entry):
        return any(index != EVERY and index.has(EVERY) for index in term.indices)
    return term == EVERY or any(map(_has_stray_every, term.args))


@dataclass(frozen=True)
class Assumption:
    """A named assumption; make it with the functions of this module.

    ``groups`` holds the parts (terms, ``Bound(k)`` for the k-th variable); for ``independent`` the
    two groups of members, for ``law`` the members and the parameters. ``text`` is the canonical
    content: equality looks only at it.
    """

    name: str = field(compare=False)
    kind: str
    domains: tuple[str, ...]
    groups: tuple[tuple[Basic, ...], ...] = field(compare=False)
    label: str = ""
    conditions: tuple[tuple[int, int], ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        require_shown(self.name)
        if self.kind not in KINDS:
            raise IllFormedTermError(f"no assumption is of the kind {self.kind!r}")
        wanted = KINDS[self.kind]
        if len(self.groups) != (2 if wanted is None else 1) or (
            wanted is not None and len(self.groups[0]) != wanted
        ):
            raise IllFormedTermError(f"the assumption {self.name} has the wrong number of parts")
        self._require_sound_parts()
        object.__setattr__(self, "text", to_text([[encode(t) for t in g] for g in self.groups]))

    def _require_sound_parts(self) -> None:
        """Refuse variables and conditions that would not mean what the kind says."""
        count = len(self.domains)
        require_free_names(*(term for group in self.groups for term in group))
        if any(domain not in DOMAINS for domain in self.domains):
            raise IllFormedTermError(f"{self.name} quantifies over something that is no scalar")
        if self.conditions and self.kind not in ("equation", "at_most"):
            raise IllFormedTermError(f"{self.name}: only a relation may ask for distinct indices")
        if any(not 0 <= place < count for pair in self.conditions for place in pair):
            raise IllFormedTermError(f"{self.name} asks for distinct indices that it has not")
        loose = count + (self.kind == "density")
        for group in self.groups:
            for term in group:
                if not is_closed(term, loose):
                    raise IllFormedTermError(f"{self.name} has more indices than variables")
        if self.kind == "moment":
            order = self.parts[1]
            if not (isinstance(order, Integer) and order > 0):
                raise IllFormedTermError(f"{self.name}: {order} is no whole number >= 1")
        if self.kind == "minimises" and domain_of(self.parts[1]) != "positive":
            raise IllFormedTermError(f"{self.name}: a minimum is in a scalar that is positive")
        if self.kind == "density" and any(is_random(term) for term in self.parts[1:]):
            raise IllFormedTermError(f"{self.name}: a density and its interval are not random")
        if self.kind in _ARGUMENTS and (
            any(is_random(term) for term in self.parts)
            or self.domains not in [(domain,) for domain in _ARGUMENTS[self.kind]]
        ):
            raise IllFormedTermError(
                f"{self.name}: what is differentiated is a number, in one continuous variable"
            )
        if self.kind == "law":
            self._require_law()
        values = [scalar(f"_v{place}", domain) for place, domain in enumerate(self.domains)]
        values += [scalar("_v_at")] * (loose - count)
        for group in self.groups:
            for term in group:
                well_formed(instantiate(term, *values))
                if _has_stray_every(term):
                    raise IllFormedTermError(f"{self.name}: all values are meant of an index only")

    def _require_law(self) -> None:
        """Refuse parameters that the law cannot have; nothing follows from another law."""
        domains = LAWS.get(self.label, ("real",) * len(self.groups[1]))
        if len(self.groups[1]) != len(domains):
            raise IllFormedTermError(
                f"{self.name}: a {self.label} law has {len(domains)} parameters"
            )
        values = [scalar(f"_v{place}", domain) for place, domain in enumerate(self.domains)]
        for term, domain in zip(self.groups[1], domains, strict=True):
            parameter = instantiate(term, *values)
            if is_random(parameter) or not in_domain(parameter, domain):
                raise IllFormedTermError(
                    f"{self.name}: the parameter {term} of a {self.label} law is not plainly a "
                    f"{domain} number"
                )

    def __repr__(self) -> str:
        names = [Symbol(f"v{place}") for place in range(len(self.domains) + 1)]
        said = (", ".join(str(instantiate(t, *names)) for t in group) for group in self.groups)
        return f"<Assumption {self.name} ({self.kind}: {'; '.join(said)})>"

    @property
    def free_symbols(self) -> set[Symbol]:
        """The scalars that the assumption leaves free (not those it quantifies over)."""
        return {s for group in self.groups for term in group for s in term.free_symbols} - {EVERY}

    @property
    def parts(self) -> tuple[Basic, ...]:
        """The parts of an assumption with a single group."""
        return self.groups[0]

    def at(self, *values: Expr) -> tuple[Basic, ...]:
        """The parts for given values of the variables."""
        return tuple(instantiate(part, *values) for part in self.parts)

    def variables(self, avoid: Sequence[str] = ()) -> tuple[Symbol, ...]:
        """Names for the variables, in order, that are not in ``avoid``; l, t, … for layers."""
        names = {
            "width": ["i", "j", "k", "m", "p", "q", "r", "s"],
            "natural": ["l", "t", "u", "v"],
            "real": ["x", "y", "w"],
            "positive": ["q", "p", "v"],
            "nonnegative": ["h", "s", "u"],
        }
        left = {domain: [n for n in these if n not in avoid] for domain, these in names.items()}
        return tuple(scalar(left[domain].pop(0), domain) for domain in self.domains)

    def encode(self) -> list[Any]:
        """The assumption as JSON."""
        groups = [[encode(term) for term in group] for group in self.groups]
        conditions = [list(pair) for pair in self.conditions]
        return [self.name, self.kind, list(self.domains), groups, self.label, conditions]


def decode_assumption(code: Any) -> Assumption:
    """The assumption that ``Assumption.encode`` wrote."""
    match code:
        case [str(name), str(kind), list(domains), list(groups), str(label), list(conditions)]:
            terms = tuple(tuple(decode_open(term) for term in group) for group in groups)
            pairs = tuple((int(first), int(second)) for first, second in conditions)
            return Assumption(name, kind, tuple(map(str, domains)), terms, label, pairs)
    raise IllFormedTermError(f"{str(code)[:80]} is no assumption")


def _closed(variables: Sequence[Symbol], *parts: Any) -> tuple[Basic, ...]:
    return tuple(abstract(well_formed(part), *variables) for part in parts)


def _make(
    name: str, kind: str, variables: Sequence[Symbol], *groups: Sequence[Any], **more: Any
) -> Assumption:
    domains = tuple(domain_of(variable) or "" for variable in variables)
    return Assumption(
        name, kind, domains, tuple(_closed(variables, *group) for group in groups), **more
    )


def equation(
    name: str,
    left: Any,
    right: Any,
    *variables: Symbol,
    distinct: Sequence[tuple[Symbol, Symbol]] = (),
) -> Assumption:
    """``left = right`` for all ``variables``, the pairs in ``distinct`` being different indices."""
    place = {variable: position for position, variable in enumerate(variables)}
    conditions = tuple((place[first], place[second]) for first, second in distinct)
    return _make(name, "equation", variables, (left, right), conditions=conditions)


def at_most(name: str, left: Any, right: Any, *variables: Symbol) -> Assumption:
    """``left <= right`` for all ``variables``."""
    return _make(name, "at_most", variables, (left, right))


def zero_mean(name: str, member: Entry, *variables: Symbol) -> Assumption:
    """E of ``member`` is 0, for all ``variables``."""
    return equation(name, E(member), 0, *variables)


def common_variance(name: str, member: Entry, value: Any, *variables: Symbol) -> Assumption:
    """Var of ``member`` is ``value``, for all ``variables``."""
    return equation(name, Var(member), value, *variables)


def uncorrelated(
    name: str,
    first: Entry,
    second: Entry,
    *variables: Symbol,
    distinct: Sequence[tuple[Symbol, Symbol]],
) -> Assumption:
    """Cov of two members is 0 whenever the indices in ``distinct`` differ."""
    return equation(name, Cov(first, second), 0, *variables, distinct=distinct)


def independent(
    name: str, left: Sequence[Entry], right: Sequence[Entry], *variables: Symbol
) -> Assumption:
    """The joint family ``left`` is independent of the joint family ``right``.

    ``EVERY`` spans all values of an index.
    """
    return _make(name, "independent", variables, left, right)


def symmetric(name: str, member: Entry, *variables: Symbol) -> Assumption:
    """``member`` and its negative have the same law."""
    return _make(name, "symmetric", variables, (member,))


def finite_moment(name: str, member: Any, order: int, *variables: Symbol) -> Assumption:
    """E of |``member``| ** ``order`` is finite."""
    return _make(name, "moment", variables, (member, order))


def positive(name: str, term: Any, *variables: Symbol) -> Assumption:
    """``term`` > 0."""
    return _make(name, "positive", variables, (term,))


def distinct(first: Symbol, second: Symbol) -> Assumption:
    """Two indices differ; it arises under a sum that leaves one of them out."""
    left, right = sorted((first, second), key=str)
    return _make(f"{left} and {right} differ", "distinct", (), (left, right))


def minimises(name: str, objective: Any, point: Symbol) -> Assumption:
    """``point`` > 0 minimises ``objective``, an expression in it, over all positive numbers."""
    return _make(name, "minimises", (), (objective, point))


def density(name: str, member: Entry, at: Symbol, value: Any, lower: Any, upper: Any) -> Assumption:
    """``member`` has the density ``value`` on [``lower``, ``upper``], and 0 elsewhere.

    ``value`` is an expression in ``at``.
    """
    body = abstract(well_formed(value), at)
    return Assumption(
        name, "density", (), ((member, body, well_formed(lower), well_formed(upper)),)
    )


def derivative(name: str, term: Any, slope: Any, variable: Symbol) -> Assumption:
    """``slope`` is the derivative of ``term`` in ``variable``, wherever that ranges."""
    return _make(name, "derivative", (variable,), (term, slope))


def primitive(name: str, term: Any, slope: Any, variable: Symbol) -> Assumption:
    """``term`` is an indefinite integral of ``slope`` in a real ``variable``: it may have kinks."""
    return _make(name, "primitive", (variable,), (term, slope))


def law(
    name: str, label: str, members: Sequence[Entry], parameters: Sequence[Any], *variables: Symbol
) -> Assumption:
    """``members`` are independent and identically distributed with the law called ``label``."""
    return _make(name, "law", variables, members, parameters, label=label)


def families(assumption: Assumption) -> set[Family]:
    """The families that an assumption speaks of."""
    from xavier_theory.symbolic.terms import entries

    return {
        entry.family for group in assumption.groups for term in group for entry in entries(term)
    }
