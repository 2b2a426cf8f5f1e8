"""Tests with proven error rates: numbers in, verdicts out.

A test answers three questions: `run` it, how many samples it needs (`sample_size`), what error n
samples detect (`detectable`). `start` gives the streaming form: `update(block)`, `outcome()`.
The four promises and their proof are in `decision`; each test's law and proof in its own module.

    quantity                                     test                             guarantee
    variance of Gaussian scalars                 GaussianVarianceTest             exact (χ²)
    the same, stopping early                     SequentialGaussianVarianceTest   bound
    second moment after relu                     RectifiedVarianceTest            exact
    mean of pivots with a known cgf (log ‖z‖²)   ChernoffMeanTest                 bound
    probability                                  ProportionTest                   exact
    mean in known bounds, variance likewise      BoundedMeanTest                  bound
    mean with a moment bound only                HeavyTailedMeanTest              bound
    nothing random                               DeterministicCheck               deterministic
"""

from xavier_theory.statistics.base import Run, StatisticalTest
from xavier_theory.statistics.bounded_mean import BoundedMeanTest, paired_half_squares
from xavier_theory.statistics.chernoff_mean import ChernoffMeanTest
from xavier_theory.statistics.cumulants import (
    CumulantFunction,
    log_alive_chi_square,
    log_chi_square,
    rectified_chi_square,
    weighted_chi_square,
)
from xavier_theory.statistics.deterministic import DeterministicCheck
from xavier_theory.statistics.gaussian_variance import GaussianVarianceTest
from xavier_theory.statistics.heavy_tailed_mean import HeavyTailedMeanTest
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction, Tolerance
from xavier_theory.statistics.multiple import RunRates, combine, split_alpha
from xavier_theory.statistics.outcome import Guarantee, Outcome, Verdict
from xavier_theory.statistics.proportion import ProportionTest
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.rectified_variance import RectifiedVarianceTest
from xavier_theory.statistics.samples import require_memory
from xavier_theory.statistics.sampling import run_streamed, run_whole
from xavier_theory.statistics.sequential_variance import (
    SequentialGaussianVarianceTest,
    SimulatedRuns,
)

__all__ = [
    "BoundedMeanTest",
    "ChernoffMeanTest",
    "CumulantFunction",
    "DeterministicCheck",
    "ErrorRates",
    "GaussianVarianceTest",
    "Guarantee",
    "HeavyTailedMeanTest",
    "Hypothesis",
    "Outcome",
    "Prediction",
    "ProportionTest",
    "RectifiedVarianceTest",
    "Run",
    "RunRates",
    "SequentialGaussianVarianceTest",
    "SimulatedRuns",
    "StatisticalTest",
    "Tolerance",
    "Verdict",
    "combine",
    "log_alive_chi_square",
    "log_chi_square",
    "paired_half_squares",
    "rectified_chi_square",
    "require_memory",
    "run_streamed",
    "run_whole",
    "split_alpha",
    "weighted_chi_square",
]
