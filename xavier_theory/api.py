"""The public functions: derive theorems, check them, ask what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xavier_theory.errors import CertificateError, InvalidInputError
from xavier_theory.files import read_regular
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems import theorems as registered

if TYPE_CHECKING:
    from xavier_theory.claims import ClaimVerdict
    from xavier_theory.kernel import Theorem
    from xavier_theory.symbolic.derivations import Derivation
    from xavier_theory.verification import Report


@dataclass(frozen=True)
class Axiom:
    """A lemma from the literature that a theorem rests on.

    ``statement`` is it in words and plain symbols, ``source`` where it is proved, and ``check`` the
    way in which the package tests it independently (``pointwise``, ``certified-integral`` or
    ``monte-carlo``).
    """

    name: str
    statement: str
    source: str
    check: str


def theorems() -> list[str]:
    """The names of all theorems, in reading order."""
    return registered()


def derive(name: str) -> Derivation:
    """Derive a theorem: its steps, each made by a rule of the core, and its conclusion.

    Parameters
    ----------
    name: one of ``theorems()``.

    Returns the ``Derivation``: ``.conclusion`` (a sympy relation), ``.assumptions`` (those that the
    conclusion rests on), ``.steps``, ``.parameters``, ``.predict(**parameters)``,
    ``.certificate()``. Derived once per process. Raises ``UnknownNameError``, which suggests the
    nearest name.
    """
    return derived(_name(name))


def derive_layer_variance() -> Derivation:
    """Var(z) = n Var(W) Var(a), for one layer: Glorot & Bengio (2010), section 4.2.1."""
    return derive("layer-variance")


def derive_xavier_variance() -> Derivation:
    """Var(W) = 1/fan_in keeps a linear layer's variance, and no other variance does."""
    return derive("xavier-variance")


def derive_he_variance() -> Derivation:
    """Var(W) = 2/fan_in keeps the second moment under relu: He et al. (2015), section 2.2."""
    return derive("he-variance")


def derive_identity_chain() -> Derivation:
    """A chain of L - 1 layers c·I multiplies its input by c^(L-1); its gradients likewise."""
    return derive("identity-chain")


def verify(
    names: str | Iterable[str] | None = None,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    workers: int = 1,
) -> Report:
    """Check theorems: every step in finite models, every conclusion on samples.

    The experiments on training are checked alike, by name, and with all theorems.

    Parameters
    ----------
    names: a theorem or an experiment on training, several, or None for all of them.
    seed: a whole number >= 0; the report depends on it and on ``names`` alone.
    progress: called with a line of text now and then.
    workers: how many processes, >= 1; the report does not depend on it. With more than one, a
        script needs the usual ``if __name__ == "__main__":``.

    Returns the ``Report``: ``.passed``, ``.checks``, ``.false_alarm_probability``, ``.to_json()``.
    Raises ``UnknownNameError`` and ``InvalidInputError``.
    """
    from xavier_theory.verification import verify as run

    return run(names, seed=seed, progress=progress, workers=workers)


def claims(report: Report | None = None) -> tuple[ClaimVerdict, ...]:
    """The verdicts on the textbook claims C1 to C21.

    A verdict stands only if the theorems it rests on pass in ``report``. Without one, those
    theorems are verified here with seed 0, which takes about as long as ``verify()``.
    """
    from xavier_theory.claims import judge, theorems_needed

    return judge(verify(theorems_needed()) if report is None else report)


def axioms(name: str) -> tuple[Axiom, ...]:
    """The lemmas from the literature under a theorem and under those it cites; ``()`` if none.

    Raises ``UnknownNameError`` for an unknown theorem.
    """
    from xavier_theory.symbolic.lemmas import LEMMAS

    found = (LEMMAS[lemma] for lemma in derive(name).axioms())
    return tuple(Axiom(lemma.name, lemma.title, lemma.source, lemma.check) for lemma in found)


def check(certificate: Mapping[str, Any] | str | Path) -> Theorem:
    """Replay a certificate by the rules of the kernel, and return what it proves.

    Parameters
    ----------
    certificate: its data (``Derivation.certificate()``), its JSON text, or the path of a JSON file.
        A string that begins with ``{`` is JSON text. What it cites is carried by a bundle, lies
        beside the file, or else is this package's theorem of that name.

    Returns the kernel's ``Theorem``: ``.results`` (judgements by name), ``.conclusion``, …
    Raises ``CertificateError``, which names the first line that does not follow, and
    ``InvalidInputError`` if the file cannot be read. What a certificate proves need not be the
    theorem of that name in this package: ``proves_the_theorem(theorem)`` compares the two.
    """
    from xavier_theory import kernel

    folder = None
    if isinstance(certificate, Path) or (
        isinstance(certificate, str)
        and not certificate.lstrip().startswith(("{", "["))
        and certificate.strip()
    ):
        folder = Path(certificate).parent
        certificate = _text_of(Path(certificate))
    try:
        return [*kernel.check(certificate, _cited(certificate, folder)).values()][-1]
    except (kernel.Refused, TypeError) as error:
        raise CertificateError(f"the certificate is refused: {error}") from None


def _cited(certificate: Mapping[str, Any] | str, folder: Path | None) -> list[Any]:
    """What a certificate cites, and what that cites: from beside it, or this package's own."""
    from xavier_theory.kernel.__main__ import cited_by

    found: dict[str, Any] = {}
    waiting = list(cited_by(certificate))
    while waiting:
        name = waiting.pop()
        beside = folder / f"{name}.json" if folder and "/" not in name else None
        if name in found:
            continue
        if beside is not None and beside.is_file():
            found[name] = _text_of(beside)
            waiting += cited_by(found[name])
        elif name in theorems():
            derivation = derive(name)
            found |= {n: d.theorem for n, d in (*derivation.below().items(), (name, derivation))}
    return _in_order(found)


def _in_order(found: Mapping[str, Any]) -> list[Any]:
    from xavier_theory.kernel.__main__ import in_order

    texts = [one for one in found.values() if isinstance(one, str)]
    return [*(one for one in found.values() if not isinstance(one, str)), *in_order(texts)]


def proves_the_theorem(theorem: Theorem) -> bool:
    """Whether ``theorem`` says what the package's theorem of its name says.

    Compares conclusion, Γ and definitions. Raises ``UnknownNameError`` if no theorem has that name.
    """
    own = derive(theorem.name).theorem
    return own is not None and _content(theorem) == _content(own)


def _content(theorem: Theorem) -> tuple[object, ...]:
    conclusions = [theorem.results[name] for name in theorem.conclusion]
    return conclusions, set(theorem.definitions.values())


def _text_of(path: Path) -> str:
    from xavier_theory.kernel.check import MOST_CHARACTERS

    try:
        return read_regular(path, MOST_CHARACTERS).decode("utf-8")
    except OSError as error:
        reason = error.strerror or "an error"
    except ValueError as error:
        reason = str(error) if isinstance(error, InvalidInputError) else "it is no UTF-8 text"
    raise InvalidInputError(f"cannot read the certificate {path}: {reason}")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise InvalidInputError(f"a theorem is named by a string, got {name!r}")
    return name
