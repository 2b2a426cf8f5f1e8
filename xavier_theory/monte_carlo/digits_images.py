"""The 1,797 handwritten digits of scikit-learn, each pixel centred and scaled.

Three of the 64 pixels are the same in every image. They become 0, so the mean square over all
pixels and images is 61/64, not 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xavier_theory.errors import MissingExtraError


@dataclass(frozen=True, eq=False)
class DigitsImages:
    """``pixels`` has shape ``(64, 1797)``: one standardized image a column.

    ``labels`` is ``(1797,)``, the digits; ``constant_pixels`` are the rows that are all zero.
    """

    pixels: np.ndarray
    labels: np.ndarray
    constant_pixels: tuple[int, ...]

    @property
    def second_moment(self) -> float:
        """The mean square over all pixels and images: (64 − constant pixels)/64."""
        return float(np.mean(np.square(self.pixels)))


def load_digits_images() -> DigitsImages:
    """Read the images that come with scikit-learn (no download).

    Raises ``MissingExtraError`` when scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingExtraError("the digits images", "data") from error
    raw, labels = load_digits(return_X_y=True)
    return standardize(np.asarray(raw, dtype=float), np.asarray(labels))


def standardize(raw: np.ndarray, labels: np.ndarray) -> DigitsImages:
    """Give each pixel mean 0 and variance 1 over the images; constant pixels become 0.

    ``raw`` has shape ``(images, pixels)``, ``labels`` ``(images,)``.
    """
    centred = raw - raw.mean(axis=0)
    constant = np.ptp(raw, axis=0) == 0
    deviation = np.where(constant, 1.0, np.sqrt(np.mean(centred**2, axis=0)))
    pixels = np.where(constant, 0.0, centred / deviation)
    return DigitsImages(
        np.ascontiguousarray(pixels.T), labels, tuple(int(k) for k in np.flatnonzero(constant))
    )
