"""Which frameworks are installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

NAMES = ("torch", "keras", "jax", "flax")


def frameworks() -> dict[str, str | None]:
    """The versions of torch, Keras, JAX and Flax that are installed; None for one that is not.

    Nothing is imported for it.
    """
    found: dict[str, str | None] = {}
    for name in NAMES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found
