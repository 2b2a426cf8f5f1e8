"""Numbers in, verdicts with proven error rates out. Knows no network and no theorem.

A test answers three questions: `run` it, how many samples it needs (`sample_size`), what error n
samples detect (`detectable`). `start` gives the streaming form: `update(block)`, `outcome()`.

    quantity                                     test                             guarantee
    variance of Gaussian scalars                 GaussianVarianceTest             exact (χ²)
    the same, stopping early                     SequentialGaussianVarianceTest   bound
    mean of pivots with a known cgf (log ‖z‖²)   ChernoffMeanTest                 bound
    probability                                  ProportionTest                   exact
    mean in known bounds, variance likewise      BoundedMeanTest                  bound
    mean with a moment bound only                HeavyTailedMeanTest              bound
    nothing random                               DeterministicCheck               deterministic

In reading order:

    decision             the four promises and their proof: what everything here rests on
    hypothesis, rates    a prediction with its tolerance; δ, α, β, and α split over a run
    outcome              the verdict, the limits, the guarantee
    samples, search      samples in blocks; the smallest that suffices
    base                 what every test offers
    pivot                tests whose estimate has a known law up to the truth: one proof for four
      squares, gaussian_variance    sums of squares, χ²
      cumulants, chernoff_mean      closed cumulant functions, Chernoff's bound
      bounded_mean                  Hoeffding and Bernstein
      moment_bound, heavy_tailed_mean   Catoni
    proportion           Clopper and Pearson
    sequential, sequential_variance   likelihood-ratio martingales, ended by a fixed-size test
    deterministic        rational arithmetic

Each test's law and proof stand in its own file. Methods that only comparisons use, and the
simulations that hold all of them to their promises, are in `benchmarks/calibration_suite`.
"""

from xavier_theory.statistics.base import Run, StatisticalTest
from xavier_theory.statistics.bounded_mean import BoundedMeanTest
from xavier_theory.statistics.chernoff_mean import ChernoffMeanTest
from xavier_theory.statistics.cumulants import (
    CumulantFunction,
    log_chi_square,
    rectified_chi_square,
    weighted_chi_square,
)
from xavier_theory.statistics.deterministic import DeterministicCheck
from xavier_theory.statistics.gaussian_variance import GaussianVarianceTest
from xavier_theory.statistics.heavy_tailed_mean import HeavyTailedMeanTest
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction, Tolerance
from xavier_theory.statistics.outcome import Guarantee, Outcome, Verdict
from xavier_theory.statistics.proportion import ProportionTest
from xavier_theory.statistics.rates import ErrorRates, split_alpha
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
    "Run",
    "SequentialGaussianVarianceTest",
    "SimulatedRuns",
    "StatisticalTest",
    "Tolerance",
    "Verdict",
    "log_chi_square",
    "rectified_chi_square",
    "split_alpha",
    "weighted_chi_square",
]
