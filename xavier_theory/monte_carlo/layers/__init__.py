"""Sampled layers: matrices that are drawn only as far as they are asked.

Every layer has the interface of SciPy's ``LinearOperator`` (``interface.py``). What is exact in
law, and why, is in the docstrings of ``deferred_gaussian.py`` and ``deferred_orthogonal.py``.
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
