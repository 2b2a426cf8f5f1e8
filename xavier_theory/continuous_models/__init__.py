"""Models with continuous laws and functions of all numbers: each term has an enclosed value.

What finite spaces cannot be: a density, a standard normal, a derivative. A model has independent
variables, each with a law on the line, whose means are closed forms or certified integrals.
Reading order:

- ``values``: what a model is, and the value of a term in one, as a ball.
- ``laws``: the one-dimensional laws. ``chi_square``: the moments of the logarithm of one.
- ``model``: numbers, functions, and independent variables: the means of terms in them.
  ``kinks`` has the closed means of functions with kinks.
- ``building``: the models of assumptions. ``slopes``: what a function means that is a derivative.

What one theorem alone needs, such as a chain of Gaussian matrices, is ``models.py`` in its folder.
"""

from xavier_theory.continuous_models.building import model_of, models
from xavier_theory.continuous_models.laws import Atoms, Density, LogChiSquare, StandardNormal
from xavier_theory.continuous_models.model import Model
from xavier_theory.continuous_models.values import (
    ContinuousModel,
    NoValueError,
    Numbers,
    holds,
    value,
)

__all__ = [
    "Atoms",
    "ContinuousModel",
    "Density",
    "LogChiSquare",
    "Model",
    "NoValueError",
    "Numbers",
    "StandardNormal",
    "holds",
    "model_of",
    "models",
    "value",
]
