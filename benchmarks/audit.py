"""Audits measured: planted defects named first, false findings over seeds, accuracy, cost.

    python benchmarks/audit.py [--seeds 20] [--healthy-seeds 100] [--json FILE]

Needs torch. Each model is made anew for each seed; the batch is noise.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from audit_models import DEFECTS, HEALTHY

from xavier_theory.audit.auditing import audit
from xavier_theory.audit.findings import BY_DESIGN


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
    from audit_models import drawn, resnet

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


def main() -> None:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--healthy-seeds", type=int, default=100)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args(sys.argv[1:])
    torch.set_num_threads(1)
    result = {
        "cost": cost(), "accuracy": accuracy(), "planted": planted(told.seeds),
        "healthy": healthy(told.healthy_seeds), "torch": torch.__version__,
    }  # fmt: skip
    if told.json is not None:
        told.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
