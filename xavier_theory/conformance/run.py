"""``conformance``: the public function, from a framework's name or an initializer to a report."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Any

from xavier_theory.activations.plain_numbers import positive_integer
from xavier_theory.conformance.cases import LAYOUT, Case, cases
from xavier_theory.conformance.checks import Check, undocumented
from xavier_theory.conformance.distribution import PARTS, PRECISIONS
from xavier_theory.conformance.documented import (
    FANS,
    FRAMEWORKS,
    LAWS,
    Entry,
    aliases,
    chosen,
    entries,
    version,
)
from xavier_theory.conformance.drawing import Adapter, adapter
from xavier_theory.conformance.report import Conformance
from xavier_theory.conformance.trials import Trial
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks.layouts import Shape
from xavier_theory.statistics.rates import probability, split_alpha

ALPHA = 1e-6
DTYPES = (*PRECISIONS, *PARTS)


def conformance(
    initializer: Any,
    *names: str,
    dtype: str | Iterable[str] | None = None,
    shape: Shape | None = None,
    seed: int = 0,
    alpha: float = ALPHA,
    framework: str | None = None,
    law: str | None = None,
    variance: tuple[Any, str] | None = None,
    mean: float = 0.0,
    std: float | None = None,
    low: float | None = None,
    high: float | None = None,
    cut: float | None = None,
    gain: float = 1.0,
    complex_law: str = "",
    progress: Callable[[str], None] | None = None,
) -> Conformance:
    """Hold what initializers sample against what their documentation says.

    Parameters
    ----------
    initializer: a framework's name, ``torch``, ``keras``, ``jax`` or ``flax``, and then ``names``
        of its initializers, or none for all; or an initializer of your own, with the law that it
        should have: a function ``fill(tensor, generator=...)`` of torch, a Keras initializer, or
        a JAX function ``init(key, shape, dtype)``.
    dtype: a type, several, or None for all that the framework has.
    shape: one shape to try, in place of those of every kind of layer.
    seed: a whole number >= 0, on which all draws depend.
    alpha: the probability that anything that conforms is said to deviate, at most.
    framework: whose conventions an initializer of your own follows, where its signature does
        not tell.
    law: of such a one: ``normal``, ``uniform``, ``truncated-normal`` or ``orthogonal``.
        ``variance=(2, "fan_in")`` says Var W = 2/fan_in (after cutting, at ``cut`` deviations);
        or ``mean``, ``std`` (before cutting), or for a uniform law ``low`` and ``high``.
        ``gain`` is an orthogonal one's. ``complex_law``: ``normal``, ``disk`` or ``truncated``.

    Returns a ``Conformance``. Raises ``UnknownNameError`` and ``InvalidInputError`` for arguments
    that do not fit, ``MissingExtraError`` where the framework is not installed.
    """
    alpha = probability("alpha", alpha)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**31:
        raise InvalidInputError(f"a seed is a whole number from 0 to 2³¹ − 1, got {seed!r}")
    told = {"law": law, "variance": variance, "std": std, "low": low, "high": high, "cut": cut}
    if isinstance(initializer, str):
        given = [name for name, value in told.items() if value is not None]
        if given or framework is not None:
            what = given[0] if given else "framework"
            raise InvalidInputError(
                f"{what} is for an initializer of your own; what {initializer} documents is known"
            )
        framework, listed = initializer, chosen(initializer, names)
        found = adapter(framework)
        drawers = [found.drawer(framework, entry) for entry in listed]
        everything = not names
    else:
        if names:
            raise InvalidInputError(f"names such as {names[0]!r} follow a framework's name")
        framework = _framework_of(initializer, framework)
        found = adapter(framework)
        entry = _entry(initializer, told, mean, gain, complex_law)
        listed, drawers, everything = (entry,), [found.drawer_of(initializer)], False
    shapes = _cases(framework, shape)
    types = _types(dtype, found)
    trials = [
        Trial(framework, entry, name, drawer, shapes, seed)
        for entry, drawer in zip(listed, drawers, strict=True)
        for name in types
    ]
    checks: list[Check] = []
    share = split_alpha(alpha, len(trials))
    for number, trial in enumerate(trials):
        if progress is not None:
            progress(f"{trial.entry.title} in {trial.dtype}: {number + 1} of {len(trials)}")
        checks += trial.run(share)
    if everything:
        checks += _unlisted(framework, found)
    remarks = _remarks(framework) if isinstance(initializer, str) else ()
    return Conformance(
        framework, _backend(framework), _installed(framework), seed, alpha, tuple(checks), remarks
    )


def _framework_of(initializer: Any, framework: str | None) -> str:
    """Whose initializer it is, by its signature; ``InvalidInputError`` where that does not tell."""
    if framework is not None:
        if framework not in FRAMEWORKS:
            raise UnknownNameError("framework", str(framework), FRAMEWORKS)
        return framework
    for base in type(initializer).__mro__:
        if base.__module__.partition(".")[0] == "keras":
            return "keras"
    if not callable(initializer):
        raise InvalidInputError(
            f"an initializer is a framework's name or can be called; got {initializer!r:.60}"
        )
    try:
        names = list(inspect.signature(initializer).parameters)
    except (TypeError, ValueError):
        names = []
    if names[:2] == ["key", "shape"]:
        return "jax"
    if names[:1] == ["shape"]:
        return "keras"
    if names[:1] in (["tensor"], ["weight"]) or "generator" in names:
        return "torch"
    raise InvalidInputError(
        "an initializer is called as fill(tensor, generator=...) in torch, (shape, dtype) in "
        f"Keras, (key, shape, dtype) in JAX; this one takes ({', '.join(names)}): say framework="
    )


def _entry(
    initializer: Any, told: dict[str, Any], mean: float, gain: float, complex_law: str
) -> Entry:
    """What a user says that an initializer does."""
    law, variance = told["law"], told["variance"]
    known = (*LAWS, "orthogonal")
    if law not in known:
        if law is None:
            raise InvalidInputError(f"say which law it should have: law= one of {', '.join(known)}")
        raise UnknownNameError("law", str(law), known)
    name = getattr(initializer, "__name__", type(initializer).__name__)
    if law == "orthogonal":
        return Entry(name, kind="orthogonal", gain=gain, complex=complex_law)
    if variance is None and told["std"] is None and (told["low"] is None or told["high"] is None):
        raise InvalidInputError("say variance=(number, fan), or std, or low and high")
    if variance is not None:
        number, fan = variance
        if fan not in FANS:
            raise UnknownNameError("fan", str(fan), FANS)
        variance = (str(Fraction(number)), fan)
    cut = 2.0 if told["cut"] is None and law == "truncated-normal" else told["cut"]
    if complex_law not in ("", "normal", "disk", "truncated"):
        raise UnknownNameError("complex law", complex_law, ("normal", "disk", "truncated"))
    return Entry(
        name, law=law, variance=variance, mean=mean, std=told["std"], low=told["low"],
        high=told["high"], cut=cut, complex=complex_law,
    )  # fmt: skip


def _cases(framework: str, shape: Shape | None) -> tuple[Case, ...]:
    if shape is None:
        return tuple(cases(framework))
    sizes = tuple(positive_integer(size, "an axis of the shape") for size in shape)
    if math.prod(sizes) < 2:
        raise InvalidInputError(f"a weight of shape {sizes} has too few entries to sample")
    return (Case("as asked", {LAYOUT[framework]: sizes, framework: sizes}),)


def _types(dtype: str | Iterable[str] | None, found: Adapter) -> tuple[str, ...]:
    if dtype is None:
        return found.dtypes
    asked = (dtype,) if isinstance(dtype, str) else tuple(dtype)
    for name in asked:
        if name not in DTYPES:
            raise UnknownNameError("dtype", str(name), DTYPES)
    return asked


def _unlisted(framework: str, found: Adapter) -> list[Check]:
    """Public initializers that the table lacks: a newer version has more than was read."""
    known = {entry.name for entry in entries(framework)} | set(aliases(framework))
    nothing = undocumented("a law", math.nan, (-math.inf, math.inf), "not in the table here")
    return [
        Check(framework, name, "any", (), "any", 0, nothing)
        for name in found.public(framework)
        if name not in known
    ]


def _installed(framework: str) -> str:
    try:
        return installed_version(framework)
    except PackageNotFoundError:
        return "unknown"


def _backend(framework: str) -> str:
    if framework != "keras":
        return ""
    import keras

    found: str = keras.backend.backend()
    return found


def _remarks(framework: str) -> tuple[str, ...]:
    read = {"flax": ("flax", "jax")}.get(framework, (framework,))
    return tuple(
        f"{name} {_installed(name)} is installed; its documentation was read in {version(name)}"
        for name in read
        if _installed(name).partition("+")[0] != version(name)
    )
