"""The terms of the theory, on sympy's expression classes.

Three kinds of leaf: a *scalar* (a sympy symbol with a declared domain), a member of an indexed
*family* (``W[i, j]``; random or not), and a *bound index*. Three operators of probability: ``E``,
``Var``, ``Cov``. Two binders: ``SumOver`` and ``ProductOver``, over ``1..upper``. An outcome of the
underlying probability space gives a number to every random member; a term without ``E``, ``Var`` or
``Cov`` around it stands for that number.

A binder stores its body with the bound index numbered by its distance to the binder (``Bound(0)``
is the nearest), so that terms that differ only in the names of bound indices are the same object,
and no substitution can capture. sympy's own ``Sum`` and ``Indexed`` do neither (see
``tests/symbolic/test_sympy_holes.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy import Expr
from sympy.core.basic import Atom, Basic

from xavier_theory.symbolic.errors import IllFormedTermError, hint
from xavier_theory.symbolic.functions import function as function
from xavier_theory.symbolic.functions import relu as relu
from xavier_theory.symbolic.functions import sigmoid as sigmoid
from xavier_theory.symbolic.functions import unit_step as unit_step
from xavier_theory.symbolic.notation import entry_latex, remember, remember_family, scalar_latex

DOMAINS: dict[str, dict[str, bool]] = {
    "real": {"real": True},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "natural": {"integer": True, "nonnegative": True},
    "width": {"integer": True, "positive": True},
}
"""What a scalar may range over; ``width`` is a whole number >= 1, ``natural`` one >= 0."""

INDEX_NAMES = ("j", "k", "m", "p", "q", "r", "s", "t", "u", "w")


class Symbol(sympy.Symbol):  # type: ignore[misc]  # sympy is not typed
    """A scalar: sympy's symbol, with the look that was said where it was made.

    It bears sympy's name because sympy sorts by the names of classes.
    """

    __slots__ = ()

    def _latex(self, printer: Any) -> str:
        told = printer._settings["symbol_names"].get(self)
        return str(told or scalar_latex(self.name, domain_of(self)))


def scalar(name: str, domain: str = "real", *, latex: str | None = None) -> Symbol:
    r"""A deterministic quantity called ``name`` that ranges over ``domain``, one of ``DOMAINS``.

    ``latex`` is its look, such as ``r"\sigma_W^2"``; by default that of its name. Raises
    ``IllFormedTermError`` for an unknown domain, and where the same symbol looks otherwise already.
    """
    facts = DOMAINS[_domain(domain)]
    remember(latex, "scalar", name, domain)
    return Symbol(name, **facts)


def _domain(domain: str) -> str:
    if domain in DOMAINS:
        return domain
    raise IllFormedTermError(f"unknown domain {domain!r}; {hint(domain, DOMAINS)}")


EVERY = scalar("every", "width", latex=r"{\cdot}")
"""As an index: all of 1, 2, 3, ..., jointly. No other scalar may be called ``every``."""


def domain_of(symbol: Basic) -> str | None:
    """The declared domain of ``symbol``, or None if it was not made by ``scalar``."""
    if not isinstance(symbol, Symbol):
        return None
    return next((domain for domain, facts in _FACTS.items() if symbol._assumptions0 == facts), None)


_FACTS = {domain: Symbol("_", **facts)._assumptions0 for domain, facts in DOMAINS.items()}


class Family(Atom):  # type: ignore[misc]  # sympy is not typed
    """An indexed family of real numbers, random or deterministic, with ``arity`` indices.

    ``domain`` says where its members live; a random family's domain is ``real``.
    """

    __slots__ = ("arity", "domain", "name", "random")
    arity: int
    domain: str
    name: str
    random: bool

    def __new__(cls, name: str, arity: int, random: bool, domain: str = "real") -> Family:
        """Families that agree in name, arity, kind and domain are equal."""
        self = super().__new__(cls)
        self.name, self.arity, self.random, self.domain = name, arity, random, domain
        return self

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.name, self.arity, self.random, self.domain)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name, self.arity, self.random, self.domain)

    def __getitem__(self, indices: Any) -> Entry:
        return Entry(self, *(indices if isinstance(indices, tuple) else (indices,)))

    __iter__ = None  # indexing does not make it a sequence: sympy asks when it simplifies

    def __call__(self) -> Entry:
        """The only member of a family without indices."""
        return Entry(self)

    def _sympystr(self, printer: Any) -> str:
        return str(self.name)


def random_family(
    name: str, arity: int, *, latex: str | None = None, by_layer: bool = False
) -> Family:
    """A family of random variables with ``arity`` indices, such as the weights ``W[i, j]``.

    ``latex`` is its look without indices, by default that of its name; with ``by_layer`` the first
    index is written as a layer's, ``W^{[l]}``. Raises like ``scalar``.
    """
    return _looking_so(Family(name, arity, True), latex, by_layer)


def random_variable(name: str, *, latex: str | None = None) -> Entry:
    """A single random variable; ``latex`` is its look."""
    return Entry(_looking_so(Family(name, 0, True), latex, False))


def constants(
    name: str,
    arity: int,
    domain: str = "real",
    *,
    latex: str | None = None,
    by_layer: bool = False,
) -> Family:
    """A family of deterministic numbers, such as the biases ``b[i]`` or the widths ``n[l]``.

    ``latex`` and ``by_layer`` are those of ``random_family``. Raises like ``scalar``.
    """
    return _looking_so(Family(name, arity, False, _domain(domain)), latex, by_layer)


def _looking_so(family: Family, latex: str | None, by_layer: bool) -> Family:
    if by_layer and not family.arity:
        raise IllFormedTermError(f"{family} has no index, so that none can be a layer")
    remember_family(family, latex, by_layer)
    return family


def _term(value: Any) -> Expr:
    """``value`` as a sympy object; a string is refused (``SympifyError``), never evaluated."""
    return sympy.sympify(value, strict=True)


class _Number(Expr):  # type: ignore[misc]
    """Base of our heads: a commutative number that sympy leaves alone."""

    is_commutative = True

    def _eval_is_finite(self) -> bool:
        return True


class _Real(_Number):
    """A leaf, which is real whatever it stands for."""

    is_real = True


class Entry(_Real):
    """The member of a family at given indices, ``W[i, j]``; ``X()`` if it has no indices."""

    def __new__(cls, family: Family, *indices: Any) -> Entry:
        """``TypeError`` unless there are as many indices as the family's arity."""
        if not isinstance(family, Family) or len(indices) != family.arity:
            raise TypeError(
                f"{family} takes {getattr(family, 'arity', '?')} indices, got {indices}"
            )
        return Expr.__new__(cls, family, *map(_term, indices))

    @property
    def family(self) -> Family:
        """The family that this is a member of."""
        return self.args[0]

    @property
    def indices(self) -> tuple[Expr, ...]:
        """The indices, as many as the family's arity."""
        return tuple(self.args[1:])

    def _eval_is_positive(self) -> bool | None:
        return True if self.family.domain in ("positive", "width") else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.family.domain != "real" else None

    def _eval_is_integer(self) -> bool | None:
        return True if self.family.domain in ("natural", "width") else None

    def _sympystr(self, printer: Any) -> str:
        inside = ", ".join(map(printer._print, self.indices))
        return f"{self.family.name}[{inside}]" if inside else str(self.family.name)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return _power(entry_latex(self, printer), exp)


class Bound(Atom, _Real):  # type: ignore[misc]
    """The index bound by the binder that is ``depth`` binders further out (0: the nearest).

    In an assumption it may stand for any real number: sympy must not take it for a positive one.
    """

    __slots__ = ("depth",)
    depth: int

    def __new__(cls, depth: int) -> Bound:
        """``depth`` is a whole number >= 0."""
        self = Expr.__new__(cls)
        self.depth = depth
        return self

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.depth,)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.depth,)

    def _sympystr(self, printer: Any) -> str:
        return f"#{self.depth}"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return _power(rf"\#{self.depth}", exp)


def _power(text: str, exp: str | None) -> str:
    return text if exp is None else rf"{{{text}}}^{{{exp}}}"


class _Operator(_Number):
    """An operator of probability; prints as its name and its arguments."""

    latex_name = ""

    def __new__(cls, *arguments: Any) -> _Operator:
        return Expr.__new__(cls, *map(_term, arguments))

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        inside = r",\, ".join(map(printer._print, self.args))
        return rf"{self.latex_name}{power}\left[{inside}\right]"


class E(_Operator):
    """The expectation of a random term."""

    latex_name = r"\mathbb{E}"

    def __new__(cls, term: Any) -> E:
        """E[``term``], unevaluated."""
        return super().__new__(cls, term)


class Var(_Operator):
    """The variance of a random term: the mean of its square less the square of its mean."""

    latex_name = r"\operatorname{Var}"

    def __new__(cls, term: Any) -> Var:
        """Var(``term``), unevaluated."""
        return super().__new__(cls, term)


class Cov(_Operator):
    """The covariance of two random terms."""

    latex_name = r"\operatorname{Cov}"

    def __new__(cls, left: Any, right: Any) -> Cov:
        """Cov(``left``, ``right``), unevaluated."""
        return super().__new__(cls, left, right)


class Binder(_Number):
    """Base of the binders.

    ``args``: the upper limit, what is left out (``SumExcept`` only), the body with ``Bound(0)``.
    """

    symbol = ""
    latex_symbol = ""

    @property
    def upper(self) -> Expr:
        """The last value of the bound index; the first is 1."""
        return self.args[0]

    @property
    def body(self) -> Expr:
        """What is summed or multiplied, with ``Bound(0)`` for the bound index."""
        return self.args[-1]

    @property
    def excluded(self) -> Expr | None:
        """The value of the bound index that is left out, if there is one."""
        return self.args[1] if len(self.args) == 3 else None

    def opened(self) -> tuple[Symbol, Expr]:
        """A name for the bound index, free nowhere in the term, and the body with that name."""
        from xavier_theory.symbolic.binding import fresh_index, instantiate

        index = fresh_index(self)
        return index, instantiate(self.body, index)

    def _sympystr(self, printer: Any) -> str:
        index, body = self.opened()
        skip = "" if self.excluded is None else f", {index} != {printer._print(self.excluded)}"
        span = f"{index} = 1..{printer._print(self.upper)}{skip}"
        return f"{self.symbol}({printer._print(body)}, {span})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        index, body = self.opened()
        name = printer._print(index)
        under = f"{name}=1"
        if self.excluded is not None:
            under = rf"\substack{{{name}=1 \\ {name} \neq {printer._print(self.excluded)}}}"
        inside = printer._print(body)
        if isinstance(body, sympy.Add):
            inside = rf"\left({inside}\right)"
        text = rf"{self.latex_symbol}_{{{under}}}^{{{printer._print(self.upper)}}} {inside}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class SumOver(Binder):
    """``SumOver(n, body)``: the sum of ``body`` over its bound index from 1 to ``n``."""

    symbol = "Sum"
    latex_symbol = r"\sum"
    precedence = 30

    def __new__(cls, upper: Any, body: Any) -> SumOver:
        """``body`` has ``Bound(0)`` for the index: see ``binding.sum_over``."""
        return Expr.__new__(cls, _term(upper), _term(body))


class SumExcept(Binder):
    """``SumExcept(n, skip, body)``: the sum of ``body`` over 1..n without ``skip``."""

    symbol = "Sum"
    latex_symbol = r"\sum"

    def __new__(cls, upper: Any, excluded: Any, body: Any) -> SumExcept:
        """``body`` has ``Bound(0)`` for the index; nothing is left out beyond 1..``upper``."""
        return Expr.__new__(cls, *map(_term, (upper, excluded, body)))


class ProductOver(Binder):
    """``ProductOver(n, body)``: the product over the bound index from 1 to ``n``; 1 if n = 0."""

    symbol = "Product"
    latex_symbol = r"\prod"

    def __new__(cls, upper: Any, body: Any) -> ProductOver:
        """``body`` has ``Bound(0)`` for the index: see ``binding.product_over``."""
        return Expr.__new__(cls, _term(upper), _term(body))

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.body.is_nonnegative else None


def entries(term: Basic) -> Iterator[Entry]:
    """Every family member that occurs in ``term``, under binders too (with ``Bound`` indices)."""
    return (node for node in sympy.preorder_traversal(term) if isinstance(node, Entry))


def is_random(term: Basic) -> bool:
    """Whether ``term`` depends on the outcome: a random member occurs outside of E, Var and Cov."""
    if isinstance(term, _Operator):
        return False
    if isinstance(term, Entry) and term.family.random:
        return True
    return any(is_random(child) for child in term.args)
