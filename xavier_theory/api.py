"""The public functions: derive theorems, check them, ask what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xavier_theory.errors import InvalidInputError
from xavier_theory.files import read_regular
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems import theorems as registered

if TYPE_CHECKING:
    from xavier_theory.claims import ClaimVerdict
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


def check(certificate: Mapping[str, Any] | str | Path) -> Derivation:
    """Replay a certificate through the rules of the core, and return what it proves.

    Parameters
    ----------
    certificate: its data (``Derivation.certificate()``), its JSON text, or the path of a JSON file.
        A string that begins with ``{`` is JSON text.

    Raises ``CertificateError``, which names the first step that does not replay, and
    ``InvalidInputError`` if the file cannot be read. What a certificate proves need not be the
    theorem of that name in this package: ``proves_the_theorem(derivation)`` compares the two.
    """
    from xavier_theory.symbolic.certificates import check as replay

    if isinstance(certificate, Path) or (
        isinstance(certificate, str)
        and not certificate.lstrip().startswith(("{", "["))
        and certificate.strip()
    ):
        return replay(_text_of(Path(certificate)))
    return replay(dict(certificate) if isinstance(certificate, Mapping) else certificate)


def proves_the_theorem(derivation: Derivation) -> bool:
    """Whether ``derivation`` says what the package's theorem of its name says.

    Compares conclusion, Γ and definitions. Raises ``UnknownNameError`` if no theorem has that name.
    """
    return _content(derivation) == _content(derive(derivation.name))


def _content(derivation: Derivation) -> tuple[object, ...]:
    conclusions = [derivation.results[name] for name in derivation.main]
    return (
        [step.text for step in conclusions],
        [step.assumptions for step in conclusions],
        sorted(definition.text for definition in derivation.context.definitions),
    )


MOST_CERTIFICATE_BYTES = 2**24  # the largest of the package has half a million


def _text_of(path: Path) -> str:
    try:
        return read_regular(path, MOST_CERTIFICATE_BYTES).decode("utf-8")
    except OSError as error:
        reason = error.strerror or "an error"
    except ValueError as error:
        reason = str(error) if isinstance(error, InvalidInputError) else "it is no UTF-8 text"
    raise InvalidInputError(f"cannot read the certificate {path}: {reason}")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise InvalidInputError(f"a theorem is named by a string, got {name!r}")
    return name
