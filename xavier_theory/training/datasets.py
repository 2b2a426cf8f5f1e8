"""The data that networks are trained on: every feature centred and scaled.

``digits`` are the 1,797 images that come with scikit-learn; ``blobs``, ``circles`` and ``moons``
are made by it, ``spirals`` here. Nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError, MissingExtraError, UnknownNameError
from xavier_theory.monte_carlo.digits_images import standardize

__all__ = ["DATASETS", "Dataset", "dataset_from_arrays", "load_dataset"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their classes.

    ``inputs`` has shape ``(features, examples)``, each feature with mean 0 and variance 1 (one
    that is constant is 0); ``labels`` is ``(examples,)``, whole numbers from 0 to ``classes`` − 1.
    """

    name: str
    inputs: np.ndarray
    labels: np.ndarray
    classes: int

    @property
    def targets(self) -> np.ndarray:
        """One-hot columns, ``(classes, examples)``."""
        return (np.arange(self.classes)[:, None] == self.labels).astype(float)

    @property
    def features(self) -> int:
        """The number of features."""
        return int(self.inputs.shape[0])

    @property
    def examples(self) -> int:
        """The number of examples."""
        return int(self.inputs.shape[1])


def dataset_from_arrays(inputs: ArrayLike, labels: ArrayLike, name: str = "given") -> Dataset:
    """A data set from a table ``(examples, features)`` and one label per row.

    Labels may be of any sortable kind; they are numbered in increasing order. Raises
    ``InvalidInputError`` for values that are no finite numbers, labels that do not match the rows,
    or fewer than two classes.
    """
    table, named = _table(inputs), np.asarray(labels)
    if named.shape != (len(table),):
        raise InvalidInputError(
            f"{len(table)} rows need as many labels, got labels of shape {named.shape}"
        )
    if named.dtype.kind == "f" and not np.all(np.isfinite(named)):
        raise InvalidInputError("the labels must be finite")
    values, numbered = np.unique(named, return_inverse=True)
    if len(values) < 2:
        raise InvalidInputError(
            f"a network needs at least two classes to tell apart, got {len(values)}"
        )
    standard = standardize(table, numbered)
    return Dataset(name, standard.pixels, numbered.astype(int), len(values))


def _table(inputs: ArrayLike) -> np.ndarray:
    try:
        table = np.asarray(inputs, dtype=float)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"the inputs must be a table of numbers: {error}") from None
    if table.ndim != 2 or 0 in table.shape:
        raise InvalidInputError(f"the inputs must be (examples, features), got {table.shape}")
    if not np.all(np.isfinite(table)):
        row = int(np.argwhere(~np.isfinite(table))[0][0])
        raise InvalidInputError(f"the inputs must be finite, row {row} is not")
    return table


def load_dataset(
    name: str, examples: int | None = None, *, noise: float | None = None, seed: int = 0
) -> Dataset:
    """One of ``DATASETS``.

    ``examples`` (at least 10) takes so many of the digits, chosen at random, or makes as many
    points; by default all digits, or 300 points. ``noise`` (>= 0) is the points' standard
    deviation around their curve, before scaling; digits take none. Raises ``UnknownNameError``,
    ``InvalidInputError``, and ``MissingExtraError`` where scikit-learn is not installed.
    """
    if name not in DATASETS:
        raise UnknownNameError("data set", name, DATASETS)
    if examples is not None:
        integer_at_least(10, examples, "examples")
    integer_at_least(0, seed, "the seed")
    if noise is not None:
        if name == "digits":
            raise InvalidInputError("the digits take no noise")
        if real_number(noise, "the noise") < 0:
            raise InvalidInputError(f"the noise must not be negative, got {noise!r}")
    made, labels = DATASETS[name](examples, noise, seed)
    return dataset_from_arrays(made, labels, name)


def _sklearn() -> Any:
    try:
        return import_module("sklearn.datasets")
    except ImportError as error:
        raise MissingExtraError("the data sets", "data") from error


Made = tuple[np.ndarray, np.ndarray]


def _digits(examples: int | None, noise: float | None, seed: int) -> Made:
    images, labels = _sklearn().load_digits(return_X_y=True)
    if examples is None:
        return images, labels
    if examples > len(images):
        raise InvalidInputError(f"there are {len(images)} digits, fewer than {examples}")
    chosen = np.random.default_rng(seed).permutation(len(images))[:examples]
    return images[chosen], labels[chosen]


def _blobs(examples: int | None, noise: float | None, seed: int) -> Made:
    return _sklearn().make_blobs(
        examples or 300,
        centers=[(-4.0, -2.0), (4.0, -2.0), (0.0, 4.0)],
        cluster_std=1.5 if noise is None else float(noise),
        random_state=seed,
    )


def _circles(examples: int | None, noise: float | None, seed: int) -> Made:
    spread = 0.1 if noise is None else float(noise)
    return _sklearn().make_circles(examples or 300, noise=spread, factor=0.5, random_state=seed)


def _moons(examples: int | None, noise: float | None, seed: int) -> Made:
    spread = 0.15 if noise is None else float(noise)
    return _sklearn().make_moons(examples or 300, noise=spread, random_state=seed)


def _spirals(examples: int | None, noise: float | None, seed: int) -> Made:
    """Two arms r = θ of one and a half turns, the second turned by π."""
    rng = np.random.default_rng(seed)
    count = examples or 300
    labels = np.arange(count) % 2
    angle = 3.0 * np.pi * np.sqrt(rng.uniform(0.02, 1.0, count))
    turned = angle + np.pi * labels
    arms = (angle * np.stack([np.cos(turned), np.sin(turned)])).T
    return arms + (0.3 if noise is None else float(noise)) * rng.standard_normal((count, 2)), labels


DATASETS: dict[str, Callable[[int | None, float | None, int], Made]] = {
    "blobs": _blobs,
    "circles": _circles,
    "digits": _digits,
    "moons": _moons,
    "spirals": _spirals,
}
"""How each data set is made, by name."""
