"""What it costs to know: scalars needed, by test and method, all from the package's own planners.

Prints the tables of docs/error-rates.md; ``--write`` puts them there.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from calibration_suite.methods.bounded_mean import Method, bounded_mean_test
from calibration_suite.methods.median_of_means import MedianOfMeansTest

from xavier_theory.documents.generated_parts import with_parts
from xavier_theory.statistics import (
    ErrorRates,
    GaussianVarianceTest,
    HeavyTailedMeanTest,
    SequentialGaussianVarianceTest,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "error-rates.md"
BOUNDED: Sequence[tuple[Method, float | None]] = (
    ("dkwm", None),
    ("hoeffding", None),
    ("betting", None),
    ("empirical-bernstein", None),
    ("bernstein", 0.05),
    ("betting", 0.05),
    ("empirical-bernstein", 0.05),
)
RATES = [ErrorRates(delta, level, level) for delta in (0.01, 0.1) for level in (1e-3, 1e-6)]


def sequential_table(runs: int = 1000, seed: int = 0) -> str:
    """Return scalars used by the sequential form over those of the fixed-size test."""
    test, fixed = SequentialGaussianVarianceTest(), GaussianVarianceTest()
    sequences = iter(np.random.SeedSequence(seed).spawn(7 * len(RATES)))
    rows: list[list[str]] = []
    for rates in RATES:
        size, planned = fixed.sample_size(rates), test.sample_size(rates)
        row = [f"{rates.delta:g}", f"{rates.alpha:g}", f"{size:,}", f"{planned / size:.2f}"]
        for offset in (0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0):
            generator = np.random.default_rng(next(sequences))
            used = test.simulate(generator, 1.0 + offset * rates.delta, rates, runs).samples
            row.append(f"{used.mean() / size:.2f}")
        rows.append(row)
    head = [
        "δ",
        "α = β",
        "fixed size",
        "at most",
        "truth",
        "+δ/2",
        "−δ/2",
        "+δ",
        "−δ",
        "+2δ",
        "−2δ",
    ]
    return table(head, rows)


def bounded_table() -> str:
    """Return sizes for a mean of ½ in [0, 1], and their ratio to the DKWM baseline."""
    rows: list[list[str]] = []
    baseline: list[int] = []
    for method, bound in BOUNDED:
        test = bounded_mean_test(0.0, 1.0, bound, method)
        sizes = [test.sample_size(rates, 0.5) for rates in RATES]
        baseline = baseline or sizes
        known = "nothing" if bound is None else f"Var X ≤ {bound:g}"
        cells = (f"{n:,} ({n / base:.2f})" for n, base in zip(sizes, baseline, strict=True))
        rows.append([method, known, *cells])
    return table(["method", "known beside the range", *heads()], rows)


def heavy_table() -> str:
    """Return sizes for a mean of which only Var X ≤ v(E X)² is known."""
    rows: list[list[str]] = []
    for bound, example in ((2.0, "z², Gaussian z"), (8.0, "z², z a Student t with 5 degrees")):
        catoni = HeavyTailedMeanTest(relative_variance_bound=bound)
        blocks = MedianOfMeansTest(relative_variance_bound=bound)
        for name, test in (("catoni", catoni), ("median-of-means", blocks)):
            sizes = [f"{test.sample_size(rates):,}" for rates in RATES]
            rows.append([name, f"{bound:g} ({example})", *sizes])
    exact = [f"{GaussianVarianceTest().sample_size(rates):,}" for rates in RATES]
    rows.append(["exact χ²", "Gaussian z", *exact])
    return table(["method", "v", *heads()], rows)


def heads() -> list[str]:
    """Return one column head for each pair of rates."""
    return [f"δ = {rates.delta:g}, α = β = {rates.alpha:g}" for rates in RATES]


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table with its numbers to the right."""
    rule = [
        "---" if not name or name in ("method", "v", "known beside the range") else "---:"
        for name in head
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rows))


def render(page: str) -> str:
    """Return the page with the three tables replaced; raises as `with_part` does."""
    made = {"sequential": sequential_table(), "bounded": bounded_table(), "heavy": heavy_table()}
    return with_parts(page, made)


def main() -> None:
    """Print the tables, or write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write the tables to the page")
    if parser.parse_args().write:
        PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n\n".join((sequential_table(), bounded_table(), heavy_table())))


if __name__ == "__main__":
    main()
