"""Gradient descent in wide networks on digits: the coordinate check, and deferred against dense.

The coordinate check looks at how far hidden units and outputs move in the first steps, over widths
2^7 … 2^17: under the standard parametrization with one step size for all widths, with a step size
that falls like 1/n, and under the maximal-update parametrization. ``--plot FILE`` draws it,
``--quick`` stops at width 2^12 and leaves out the largest run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

from xavier_theory.monte_carlo.digits_images import load_digits_images
from xavier_theory.monte_carlo.wide_training import BASE, WideTraining, train_wide

EXAMPLES, STEP = 8, 0.1
KINDS = {
    "standard": ("standard", 0),
    "standard, steps like 1/n": ("standard", 1),
    "maximal update": ("maximal-update", 0),
}
COLOURS = {
    "standard": "#d55e00",
    "standard, steps like 1/n": "#009e73",
    "maximal update": "#0072b2",
}


def train(width: int, kind: str, seed: int, steps: int = 3, sampler: str = "auto") -> WideTraining:
    """One network on the first images of the digits."""
    images = load_digits_images()
    x, y = images.pixels[:, :EXAMPLES], np.eye(10)[images.labels[:EXAMPLES]].T
    name, power = KINDS[kind]
    return train_wide(
        width, x, y, parametrization=name, step_size=STEP * (BASE / width) ** power,
        steps=steps, sampler=sampler, seed=seed,
    )  # fmt: skip


def coordinate_check(widths: list[int], seeds: int) -> dict[str, np.ndarray]:
    """For each kind the root mean square movements ``(widths, 3 steps, 3 layers)``; NaN: diverged.

    The median over ``seeds`` networks.
    """
    found = {}
    for kind in KINDS:
        rows = []
        for width in widths:
            moved = np.full((seeds, 3, 3), np.nan)
            for seed in range(seeds):
                run = train(width, kind, seed)
                moved[seed, : run.steps] = run.moved
            rows.append(np.median(moved, axis=0))
        found[kind] = np.array(rows)
    return found


def slope(widths: list[int], values: np.ndarray) -> float:
    """The exponent of growth with the width, over the upper half of the widths."""
    half = len(widths) // 2
    return float(np.polyfit(np.log(widths[half:]), np.log(values[half:]), 1)[0])


def against_dense(width: int, networks: int) -> None:
    """Costs and movements of deferred and dense networks: times, and Kolmogorov–Smirnov's p."""
    times, values = {}, {}
    for number, sampler in enumerate(("dense", "deferred")):
        start = time.process_time()
        runs = [
            train(width, "maximal update", number * networks + k, 2, sampler)
            for k in range(networks)
        ]
        times[sampler] = (time.process_time() - start) / networks
        values[sampler] = np.array([np.r_[run.costs, run.moved[-1]] for run in runs])
    pairs = zip(values["dense"].T, values["deferred"].T, strict=True)
    p = [float(stats.ks_2samp(*pair).pvalue) for pair in pairs]
    print(
        f"\nWidth {width:,}, two steps, {networks} networks of each kind: dense "
        f"{times['dense']:.2f} s, deferred {times['deferred']:.2f} s of processor time a network; "
        f"Kolmogorov–Smirnov p of {len(p)} figures: {min(p):.2f} at least."
    )


def largest(width: int) -> None:
    """A process of its own, for its peak memory."""
    code = f"import runpy, sys; sys.argv = ['x', '--one', '{width}']; "
    code += f"runpy.run_path({__file__!r}, run_name='__main__')"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    print(out.stdout.strip())


def one(width: int) -> None:
    """Train one network and say what it took."""
    start = time.perf_counter()
    run = train(width, "maximal update", 0)
    took = time.perf_counter() - start
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    costs = ", ".join(f"{cost:.4f}" for cost in run.costs)
    print(
        f"Width {width:,}, three steps, {run.sampler}: {took:.1f} s, peak memory {peak:.0f} MiB, "
        f"costs {costs}."
    )


def report(quick: bool, plot: Path | None) -> None:
    """Run everything and print it as Markdown."""
    widths = [2**k for k in range(7, 13 if quick else 18)]
    found = coordinate_check(widths, 3)
    print("| parametrization | layer | growth of the first update | at width "
          f"{widths[0]:,} | at width {widths[-1]:,} |")  # fmt: skip
    print("|---|---|---|---|---|")
    for kind, moved in found.items():
        for layer, name in ((1, "second hidden"), (2, "output")):
            first = moved[:, 0, layer]
            print(f"| {kind} | {name} | n^{slope(widths, first):.2f} | {first[0]:.3g} | "
                  f"{first[-1]:.3g} |")  # fmt: skip
    against_dense(*((500, 10) if quick else (2000, 60)))
    if not quick:
        largest(200_000)
    if plot is not None:
        draw(widths, found, plot)


def draw(widths: list[int], found: dict[str, np.ndarray], path: Path) -> None:
    """Movements after one and three steps against the width, for a hidden layer and the output."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style = {"svg.hashsalt": "xavier_theory", "svg.fonttype": "none", "font.size": 9,
             "axes.spines.top": False, "axes.spines.right": False}  # fmt: skip
    with mpl.rc_context(style):
        figure = Figure(figsize=(7.4, 3.5), layout="constrained")
        axes = figure.subplots(1, 2)
        for axis, layer, title in zip(axes, (1, 2), ("second hidden layer", "output"), strict=True):
            for kind, moved in found.items():
                colour = COLOURS[kind]
                axis.plot(widths, moved[:, 0, layer], "o-", ms=3, color=colour, label=kind)
                if kind != "standard":
                    axis.plot(widths, moved[:, 2, layer], "s--", ms=3, color=colour, alpha=0.6)
            axis.set(xscale="log", yscale="log", xlabel="width", title=title)
            axis.set_xscale("log", base=2)
        axes[0].set_ylabel("root mean square movement")
        axes[0].legend(fontsize=8, frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plot", type=Path, help="draw the coordinate check into this SVG file")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, a few seconds")
    parser.add_argument("--one", type=int, metavar="WIDTH", help="train one network")
    options = parser.parse_args()
    if options.one:
        one(options.one)
    else:
        report(options.quick, options.plot)


if __name__ == "__main__":
    main()
