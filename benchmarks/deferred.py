"""Deferred sampling against dense matrices, and against the time to draw its normals alone.

Every comparison alternates between its two sides in one process, and takes the least of several
times. The dense side is torch (float32)
where it is installed, else NumPy (float32); both sides compute ‖z‖², ‖a‖² and ‖∂J/∂a‖² of every
layer. ``--plot FILE`` draws the chart, ``--quick`` leaves out width 4096 and the largest runs.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from xavier_theory.monte_carlo.layers import NormChain
from xavier_theory.monte_carlo.layers.runs import sample_moments

try:
    import torch
except ImportError:
    torch = None

DEPTH = 50
DENSE = "numpy" if torch is None else f"torch {torch.__version__.split('+')[0]}"


class Comparison(NamedTuple):
    """The least times of both sides, in seconds."""

    width: int
    activation: str
    dense: float
    dense_processor: float
    deferred: float
    deferred_processor: float


def measure(function: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds and processor seconds (of all threads) of one call."""
    wall, processor = time.perf_counter(), time.process_time()
    function()
    return time.perf_counter() - wall, time.process_time() - processor


def alternate(*functions: Callable[[], object], repetitions: int) -> list[np.ndarray]:
    """The least wall and processor seconds of each function, called in turn.

    One round before is not recorded. What else the machine does can only add to a time, so the
    least of several is the nearest to the truth; processor seconds suffer the least from it.
    """
    for function in functions:
        function()
    rounds = [[measure(function) for function in functions] for _ in range(repetitions)]
    return list(np.min(rounds, axis=0))


def deferred(width: int, depth: int, activation: str, seed: int = 0, inputs: int = 1) -> None:
    """One network forward and backward; more than one input goes through layers of their own."""
    x = None if inputs == 1 else np.random.default_rng(1).standard_normal((width, inputs))
    sample_moments(
        (width,) * (depth + 1), (2 / width,) * depth, activation,
        backward=True, seed=seed, sampler="deferred", x=x,
    )  # fmt: skip


def dense(width: int, depth: int, activation: str) -> None:
    """The same quantities from whole matrices, in float32."""
    (_numpy_network if torch is None else _torch_network)(width, depth, activation)


def _torch_network(width: int, depth: int, activation: str) -> None:
    with torch.no_grad():
        weights, signals, moments = [], [], []
        a = torch.ones(width)
        for _ in range(depth):
            weights.append(torch.empty(width, width).normal_(0, (2 / width) ** 0.5))
            z = weights[-1] @ a
            a = torch.tanh(z) if activation == "tanh" else torch.relu(z)
            signals.append((z, a))
            moments += [z @ z, a @ a]
        u = torch.randn(width)
        for matrix, (z, a) in zip(reversed(weights), reversed(signals), strict=True):
            u = matrix.T @ (u * (1 - a * a) if activation == "tanh" else u * (z > 0))
            moments.append(u @ u)
        [float(moment) for moment in moments]


def _numpy_network(width: int, depth: int, activation: str) -> None:
    rng = np.random.default_rng(0)
    weights, signals, moments = [], [], []
    a = np.ones(width, np.float32)
    for _ in range(depth):
        weights.append(rng.standard_normal((width, width), dtype=np.float32))
        weights[-1] *= np.float32((2 / width) ** 0.5)
        z = weights[-1] @ a
        a = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
        signals.append((z, a))
        moments += [z @ z, a @ a]
    u = rng.standard_normal(width, dtype=np.float32)
    for matrix, (z, a) in zip(reversed(weights), reversed(signals), strict=True):
        u = matrix.T @ (u * (1 - a * a) if activation == "tanh" else u * (z > 0))
        moments.append(u @ u)


def against_dense(widths: Sequence[int]) -> list[Comparison]:
    """Each dense run is followed by ten deferred ones; the least time of each side counts."""
    found = []
    for width in widths:
        for activation in ("tanh", "relu"):
            slow, fast = [], []
            for _ in range(6 if width <= 1024 else 2):
                slow.append(measure(lambda w=width, a=activation: dense(w, DEPTH, a)))
                fast += [
                    measure(lambda w=width, a=activation, s=s: deferred(w, DEPTH, a, s))
                    for s in range(10)
                ]
            found.append(
                Comparison(width, activation, *np.min(slow, axis=0), *np.min(fast, axis=0))
            )
    return found


def against_normals(widths: Sequence[int]) -> list[tuple[int, str, float]]:
    """(width, activation, ratio of processor time to that of as many float32 normals)."""
    found = []
    for width in widths:
        depth = max(4, min(DEPTH, 2_000_000 // width))
        room = np.empty(width, np.float32)
        rng = np.random.Generator(np.random.SFC64(0))  # as the sampler has

        def normals(depth=depth, room=room, rng=rng) -> None:
            for _ in range(2 * depth + 1):
                rng.standard_normal(out=room, dtype=np.float32)

        for activation in ("tanh", "relu"):
            ours, limit = alternate(
                lambda w=width, d=depth, a=activation: deferred(w, d, a), normals, repetitions=15
            )
            found.append((width, activation, ours[1] / limit[1]))
    return found


def peak_memory(width: int, depth: int) -> tuple[float, float]:
    """Seconds and peak resident MiB of a process of its own that runs one network."""
    code = f"import sys; sys.argv = ['{__file__}', '--one', '{width}', '{depth}']; "
    code += f"import runpy; runpy.run_path({__file__!r}, run_name='__main__')"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    duration, kilobytes = out.stdout.split()
    return float(duration), float(kilobytes) / 1024


def peak_kilobytes() -> int:
    """This process's own peak: on Linux ``ru_maxrss`` would include the parent it came from."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def exponent(sizes: Sequence[int], run: Callable[[int], object]) -> float:
    """The slope of log time against log size, by least squares on processor seconds."""
    times = [alternate(lambda s=s: run(s), repetitions=5)[0][1] for s in sizes]
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def chains(width: int, networks: int, depth: int) -> float:
    """Processor seconds for chains of norms of relu networks, the norms of the last layer."""
    chain = NormChain((width,) * (depth + 1), (2 / width,) * depth, "relu")
    return measure(lambda: chain.final(np.random.default_rng(0), networks))[1]


def report(quick: bool, plot: Path | None) -> None:
    """Run everything and print it as Markdown."""
    compared = against_dense((256, 1024) if quick else (256, 1024, 4096))
    print(f"Depth {DEPTH}, forward and backward, one network; dense: {DENSE}, float32.\n")
    print("| width | activation | dense | deferred | ratio | ratio of processor time |")
    print("|---|---|---|---|---|---|")
    for row in compared:
        processor = row.dense_processor / row.deferred_processor
        print(
            f"| {row.width} | {row.activation} | {row.dense:.3f} s | {1e3 * row.deferred:.2f} ms "
            f"| {row.dense / row.deferred:,.0f} | {processor:,.0f} |"
        )
    print("\n| width | activation | time over that of its normals alone |\n|---|---|---|")
    for width, name, ratio in against_normals((10**4, 10**5) if quick else (10**4, 10**5, 10**6)):
        print(f"| {width:,} | {name} | {ratio:.2f} |")
    width = 10**5 if quick else 10**6
    duration, size = peak_memory(width, 100)
    print(f"\nWidth {width:,}, depth 100: {duration:.1f} s, peak memory {size:.0f} MiB.")
    networks = 10_000 if quick else 100_000
    print("\nProcessor time of chains of norms (relu):")
    for width in (64, 10**6, 10**12):
        took = chains(width, networks, 100)
        print(f"{networks:,} chains of norms, width {width:,}, depth 100: {took:.2f} s.")
    print(f"One chain of norms, width 1,000, depth 1,000,000: {chains(1000, 1, 10**6):.2f} s.\n")
    by_width = exponent((25_000, 50_000, 100_000, 200_000), lambda n: deferred(n, 8, "tanh"))
    by_depth = exponent((10, 20, 40, 80), lambda d: deferred(20_000, d, "tanh"))
    by_inputs = exponent((4, 8, 16, 32), lambda b: deferred(4000, 2, "tanh", inputs=b))
    print(f"Time grows like n^{by_width:.2f}, L^{by_depth:.2f}, B^{by_inputs:.2f} (B inputs).")
    if plot is not None:
        draw(compared, plot)


def draw(compared: Sequence[Comparison], path: Path) -> None:
    """Time against width for both, on logarithmic axes, with the ratios written in."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style = {"svg.hashsalt": "xavier_theory", "svg.fonttype": "none", "font.size": 9,
             "axes.spines.top": False, "axes.spines.right": False}  # fmt: skip
    with mpl.rc_context(style):
        figure = Figure(figsize=(6, 3.6), layout="constrained")
        axis = figure.subplots()
        for name, line in (("tanh", "-"), ("relu", "--")):
            rows = [row for row in compared if row.activation == name]
            widths = [row.width for row in rows]
            for label, colour, times in (
                (f"{DENSE}, dense", "#d55e00", [row.dense for row in rows]),
                ("deferred", "#0072b2", [row.deferred for row in rows]),
            ):
                axis.plot(widths, times, "o" + line, color=colour, label=f"{label}: {name}")
            for row in rows if name == "tanh" else ():
                middle = (row.dense * row.deferred) ** 0.5
                axis.annotate(f"{row.dense / row.deferred:,.0f}×", (row.width, middle), ha="center")
        axis.set(xscale="log", yscale="log", xlabel="width", ylabel="seconds")
        axis.set_xticks(widths, [str(width) for width in widths])
        axis.minorticks_off()
        axis.set_title(f"One network of depth {DEPTH}, forward and backward", fontsize=9)
        axis.legend(fontsize=8, frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--plot", type=Path, help="draw the chart into this SVG file")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, a few seconds")
    parser.add_argument("--one", type=int, nargs=2, metavar=("WIDTH", "DEPTH"),
                        help="run one network; print seconds and peak kilobytes")  # fmt: skip
    options = parser.parse_args()
    if options.one:
        took, _ = measure(lambda: deferred(*options.one, "tanh"))
        print(took, peak_kilobytes())
    else:
        report(options.quick, options.plot)


if __name__ == "__main__":
    main()
