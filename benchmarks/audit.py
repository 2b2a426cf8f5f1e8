"""Audits measured: planted defects named first, false findings over seeds, accuracy, cost.

    python benchmarks/audit.py [PART…] [--seeds 8] [--healthy-seeds 60] [--json FILE]

PART is cost, accuracy, initialize, planted or healthy; without one all are measured. Needs torch.
Each model is made anew for each seed; the batch is noise.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

if importlib.util.find_spec("torch") is None:
    print("torch is not installed here; .venv-frameworks has it after make test-frameworks")
    sys.exit(0)

import torch
from audit_suite import modern
from audit_suite.models import DEFAULTS, DEFECTS, HEALTHY, drawn, resnet

from xavier_theory.audit.auditing import Audit, audit
from xavier_theory.audit.findings import BY_DESIGN
from xavier_theory.audit.initializing import initialize


def made(name: str, seed: int) -> tuple[Any, Any]:
    """A healthy model and its batch."""
    torch.manual_seed(seed)
    make, batch = HEALTHY[name]
    return make(), batch()


def planted(seeds: int) -> dict[str, Any]:
    """For each defect: runs, how often it is named first, how often at all, and what came first."""
    found: dict[str, Any] = {}
    for defect, plant in DEFECTS.items():
        runs = first = among = 0
        missed: Counter[str] = Counter()
        for name in HEALTHY:
            for seed in range(seeds):
                model, batch = made(name, seed)
                where = plant(model, torch.Generator().manual_seed(seed))
                if where is None:
                    continue
                runs += 1
                accused = [f.where for f in audit(model, batch).findings if f.kind != BY_DESIGN]
                first += bool(accused) and accused[0] in where
                among += any(one in where for one in accused)
                if not accused or accused[0] not in where:
                    missed[name] += 1
        found[defect] = {"runs": runs, "first": first, "among": among, "missed": dict(missed)}
        print(
            f"{defect:42} first {first}/{runs}, at all {among}/{runs}  {dict(missed)}", flush=True
        )
    return found


def healthy(seeds: int) -> dict[str, Any]:
    """Accusations of models that have no defect."""
    found: dict[str, Any] = {}
    for name in HEALTHY:
        texts = []
        for seed in range(10_000, 10_000 + seeds):
            model, batch = made(name, seed)
            texts += [
                f"{f.where}: {f.what}" for f in audit(model, batch).findings if f.kind != BY_DESIGN
            ]
        found[name] = {"runs": seeds, "false": len(texts), "texts": texts[:3]}
        print(f"{name:24} false findings {len(texts)} in {seeds} runs {texts[:1]}", flush=True)
    return found


def accuracy() -> dict[str, Any]:
    """How near predictions are, model by model."""
    found = {}
    for name in HEALTHY:
        model, batch = made(name, 0)
        result = audit(model, batch)
        found[name] = {
            which: vars(a)
            for which in ("forward", "local", "backward", "local_backward")
            if (a := result.accuracy(which)) is not None
        }
        shown = "; ".join(
            f"{which} {a['within_ten_percent']:.0%} within 10 %, median {a['median']:.2%}, "
            f"p95 {a['p95']:.1%}"
            for which, a in found[name].items()
        )
        print(f"{name:24} {shown}", flush=True)
    return found


def cost() -> dict[str, Any]:
    """Processor time of an audit over that of a forward and backward pass of the same model."""
    torch.manual_seed(0)
    model, batch = drawn(resnet(width=64, blocks=4)), torch.randn(8, 3, 64, 64)
    audit(model, batch)
    times: dict[str, list[float]] = {"pass": [], "audit": []}
    for _ in range(5):
        start = time.process_time()
        model(batch).sum().backward()
        times["pass"].append(time.process_time() - start)
        start = time.process_time()
        audit(model, batch)
        times["audit"].append(time.process_time() - start)
    ratio = min(times["audit"]) / min(times["pass"])
    print(f"an audit, its own pass included, costs {ratio:.2f} × a forward and backward pass")
    return {"ratio": ratio, "seconds": {key: min(value) for key, value in times.items()}}


def initialized() -> dict[str, Any]:
    """Models as torch leaves them, before and after ``xt.initialize``, on a fresh batch.

    ``within`` is the share of weights behind which q is within 5 % of its target, ``spread`` its
    least and largest ratio; ``gradient`` the sum of squares at the first layer over the last's.
    """
    found = {}
    models = DEFAULTS | modern.DEFAULTS
    both = [(name, correct) for name in models for correct in (False, True)]
    for name, correct in both:
        make, batch = models[name]
        torch.manual_seed(0)
        model = make()
        before = _gradient(audit(model, batch()))
        done = initialize(model, batch(), correct=correct)
        targets = {c.name: c.predicted for c in done.changes if c.predicted}
        result = audit(model, batch())
        ratios = sorted(
            op.state.q / targets[op.weight.weight]
            for op in result.ops
            if op.weight and op.state and op.weight.weight in targets
        )
        key = f"{name}, corrected" if correct else name
        found[key] = {
            "within": sum(0.95 <= r <= 1.05 for r in ratios) / len(ratios),
            "spread": [ratios[0], ratios[-1]],
            "gradient": [before, _gradient(result)],
        }
        spread, (old, new) = found[key]["spread"], found[key]["gradient"]
        print(
            f"{key:32} q/target {spread[0]:.2f} to {spread[1]:.2f}, {found[key]['within']:.0%} "
            f"within 5 %; gradient first/last {old:.2g} → {new:.2g}",
            flush=True,
        )
    return found


def _gradient(result: Audit) -> float:
    sizes = [
        op.gradient.q * math.prod(op.shape)
        for op in result.ops
        if op.weight and op.weight.weight and op.gradient
    ]
    return sizes[0] / sizes[-1]


def main() -> None:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--healthy-seeds", type=int, default=60)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    torch.set_num_threads(1)
    parts: dict[str, Callable[[], Any]] = {
        "cost": cost, "accuracy": accuracy, "initialize": initialized,
        "planted": lambda: planted(told.seeds), "healthy": lambda: healthy(told.healthy_seeds),
    }  # fmt: skip
    unknown = set(told.parts) - parts.keys()
    if unknown:
        parser.error(f"unknown part {sorted(unknown)[0]!r}; known: {', '.join(parts)}")
    result = {name: parts[name]() for name in told.parts or parts}
    if told.json is not None:
        text = json.dumps(result | {"torch": torch.__version__}, indent=1)
        told.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
