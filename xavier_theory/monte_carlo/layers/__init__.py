"""The samplers: random matrices that are drawn only as far as they are asked, exact in law.

    interface             what every layer offers: SciPy's `LinearOperator`, with seed and law
    dense                 drawn whole and kept: any law, memory fan_out × fan_in
    streamed              any law, never held: its tiles are drawn again for every query
    deferred_gaussian     the deferred decisions: answers of a Gaussian matrix, query by query
    deferred_orthogonal   the same for a scaled Haar-orthogonal one
      subspaces             orthonormal vectors found one after the other
    convolution           kernels drawn again for every query
    updated               a layer after steps of gradient descent: W₀ + L Rᵀ
    norm_chain            ‖a‖² alone, where φ is linear on either side of zero
      log_factors           the exact mean and variance of a step's logarithm
    one_pass              one input forward, one gradient back, in place: O(nL)
      kernels, row_sums     φ and φ' in place, sums over units
    layered               forward and backward through layers of any kind
    kinds                 the samplers by name: what each can, costs, and which to take
    runs, moments         many networks, interrupted or not, and what they leave behind

What is exact in law, and why, stands in the docstrings of the two deferred layers.
"""

from __future__ import annotations

from xavier_theory.monte_carlo.layers.convolution import ConvolutionLayer
from xavier_theory.monte_carlo.layers.deferred_gaussian import DeferredGaussianLayer
from xavier_theory.monte_carlo.layers.deferred_orthogonal import DeferredOrthogonalLayer
from xavier_theory.monte_carlo.layers.dense import DenseLayer
from xavier_theory.monte_carlo.layers.interface import SampledLayer, TransposedLayer
from xavier_theory.monte_carlo.layers.norm_chain import NormChain
from xavier_theory.monte_carlo.layers.streamed import StreamedDenseLayer
from xavier_theory.monte_carlo.layers.updated import UpdatedLayer

__all__ = [
    "ConvolutionLayer",
    "DeferredGaussianLayer",
    "DeferredOrthogonalLayer",
    "DenseLayer",
    "NormChain",
    "SampledLayer",
    "StreamedDenseLayer",
    "TransposedLayer",
    "UpdatedLayer",
]
