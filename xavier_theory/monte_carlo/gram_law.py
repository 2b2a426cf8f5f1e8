"""The exact law of one sampled layer given the activations before it.

Given A = a^[l-1] of shape ``(n^[l-1], B)`` and Gaussian weights of variance v, the rows of
Z = W A are independent N(0, v·AᵀA). So Σ_b z_ib²/v is Σ_k λ_k χ²_1, with λ the eigenvalues of AᵀA,
independently for every unit i. Inputs that resemble each other make few large eigenvalues and a
wide law: that is the price of sharing W, accounted for exactly. Several networks of the same
widths are pooled by adding up their units with the same index: the eigenvalues join.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xavier_theory.monte_carlo.networks import ForwardPass


@dataclass(frozen=True, eq=False)
class GramLaw:
    """A layer's unit sums with their exact law.

    ``unit_sums[i]`` = Σ_b z_ib² (over all pooled networks), independent over i = 1..n^[l]; each is
    ``weight_variance``·Σ_k ``eigenvalues[k]``·χ²_1 if the weights are Gaussian of that variance.
    """

    weight_variance: float
    unit_sums: np.ndarray
    eigenvalues: np.ndarray

    @property
    def expected(self) -> float:
        """The mean of a unit sum: weight_variance·Σλ."""
        return self.weight_variance * float(np.sum(self.eigenvalues))

    @property
    def observed(self) -> float:
        """The average of the unit sums."""
        return float(np.mean(self.unit_sums))

    @property
    def deviation(self) -> float:
        """Standard deviation of ``observed``, relative to ``expected``: √(2Σλ²/n)/Σλ."""
        squares = 2.0 * float(np.sum(self.eigenvalues**2)) / len(self.unit_sums)
        return float(np.sqrt(squares)) / float(np.sum(self.eigenvalues))

    @property
    def largest_eigenvalue(self) -> float:
        """max λ, which sets how far a Chernoff bound reaches."""
        return float(np.max(self.eigenvalues))


def gram_law(passes: Sequence[ForwardPass], index: int, weight_variance: float) -> GramLaw:
    """The law of layer ``index`` + 1 of networks that share nothing, pooled."""
    sums = [np.sum(p.pre_activations[index] ** 2, axis=(0, 2)) for p in passes]
    eigenvalues = [gram_eigenvalues(network) for p in passes for network in p.activations[index]]
    return GramLaw(weight_variance, np.sum(sums, axis=0), np.concatenate(eigenvalues))


def gram_eigenvalues(activations: np.ndarray) -> np.ndarray:
    """The eigenvalues of AᵀA that can differ from 0, for A of shape ``(n, B)``: min(n, B) of them.

    Those that rounding makes negative are 0.
    """
    rows, columns = activations.shape
    gram = activations @ activations.T if rows <= columns else activations.T @ activations
    return np.maximum(np.linalg.eigvalsh(gram), 0.0)
