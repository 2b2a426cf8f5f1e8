"""What a conformance run found: as data, as a table, and what the theory says beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xavier_theory.conformance.cases import CASES, LAYOUT
from xavier_theory.conformance.checks import Check, Verdict
from xavier_theory.conformance.consequences import Consequence, consequence

_ORDER: tuple[Verdict, ...] = ("deviates", "refuses", "conforms", "undocumented")


@dataclass(frozen=True)
class Conformance:
    """All checks of a run, with the probability ``alpha`` that any of them accuses wrongly."""

    framework: str
    backend: str
    version: str
    seed: int
    alpha: float
    checks: tuple[Check, ...]
    remarks: tuple[str, ...] = ()

    @property
    def deviations(self) -> tuple[Check, ...]:
        """The checks that deviate."""
        return tuple(check for check in self.checks if check.verdict == "deviates")

    @property
    def passed(self) -> bool:
        """Whether nothing deviates."""
        return not self.deviations

    def groups(self) -> dict[tuple[str, str], list[Check]]:
        """The checks by initializer and type, in their order."""
        found: dict[tuple[str, str], list[Check]] = {}
        for check in self.checks:
            found.setdefault((check.initializer, check.dtype), []).append(check)
        return found

    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """The verdict on each initializer in each type."""
        return {key: worst(checks) for key, checks in self.groups().items()}

    def consequence(self, initializer: str, dtype: str) -> Consequence | None:
        """What the deviation does to a network.

        None where neither variance nor mean deviates, and of a law that is not about 0.
        """
        ratio, shift = 1.0, 0.0
        if not centred(check.to_dict() for check in self.groups().get((initializer, dtype), ())):
            return None
        for check in self.groups().get((initializer, dtype), ()):
            if check.verdict == "deviates" and check.quantity == "variance":
                ratio = check.sampled if ratio == 1.0 else ratio
            if check.verdict == "deviates" and check.quantity == "mean":
                shift = check.sampled if shift == 0.0 else shift
        return None if (ratio, shift) == (1.0, 0.0) else consequence(ratio, shift)

    def to_json(self) -> dict[str, Any]:
        """The run as data for JSON."""
        return {
            "framework": self.framework, "backend": self.backend or None, "version": self.version,
            "seed": self.seed, "alpha": self.alpha, "passed": self.passed,
            "remarks": list(self.remarks),
            "verdicts": [
                {"initializer": name, "dtype": dtype, "verdict": verdict}
                for (name, dtype), verdict in self.verdicts().items()
            ],
            "checks": [check.to_dict() for check in self.checks],
            "theory": theory(self.framework),
        }  # fmt: skip

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """The table's rows: initializer, type, verdict, what there is to say."""
        for (name, dtype), checks in self.groups().items():
            verdict = worst(checks)
            yield name, dtype, verdict, _said(checks, verdict)

    def __str__(self) -> str:
        rows = list(self.rows())
        widths = [max((len(row[k]) for row in rows), default=0) for k in range(3)]
        lines = [self.heading, *(f"  {remark}" for remark in self.remarks)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True))
            lines.append(("  " + "  ".join(cells) + "  " + row[3]).rstrip())
        return "\n".join(lines)

    @property
    def heading(self) -> str:
        """What was tried, in a line."""
        backend = f" on {self.backend}" if self.backend else ""
        return (
            f"{self.framework} {self.version}{backend}: {len(self.checks)} checks, seed "
            f"{self.seed}, any false accusation has probability {self.alpha:g} at most"
        )


def centred(checks: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the documented mean is 0, by the checks of one initializer as data."""
    means = [check["documented"] for check in checks if check["quantity"].startswith("mean")]
    return bool(means) and all(list(ends) == [0.0, 0.0] for ends in means)


def worst(checks: list[Check]) -> Verdict:
    """The verdict of several checks: undocumented only where nothing is documented."""
    found = {check.verdict for check in checks}
    return next(verdict for verdict in _ORDER if verdict in found)


def _said(checks: list[Check], verdict: Verdict) -> str:
    if verdict == "conforms":
        beside = first_of_each([check for check in checks if check.verdict == "undocumented"])
        held = sum(check.verdict == "conforms" for check in checks)
        return "; ".join([f"{held} checks", *(sentence(check) for check in beside)])
    told = first_of_each([check for check in checks if check.verdict == verdict])
    return "; ".join(sentence(check) for check in told)


def first_of_each(checks: list[Check]) -> list[Check]:
    """Of each quantity the first check."""
    found: dict[str, Check] = {}
    for check in checks:
        found.setdefault(check.quantity, check)
    return list(found.values())


def sentence(check: Check) -> str:
    """A check in words: the number and its interval, or what was said."""
    finding = check.finding
    if finding.verdict == "refuses":
        return finding.what.splitlines()[0][:100]
    if finding.verdict == "undocumented":
        number = "" if math.isnan(finding.sampled) else f" {finding.sampled:.4g}"
        return f"{finding.quantity}{number}: {finding.what}"
    if finding.quantity in ("type", "finite entries"):
        return f"{finding.quantity}: {finding.what}"
    low, high = finding.interval
    spread = "" if low == high else f" ({low:.4g} to {high:.4g})"
    least, most = finding.documented
    asked = f"{least:.4g}" if least == most else f"{least:.4g} to {most:.4g}"
    return f"{finding.quantity} {finding.sampled:.4g}{spread}, documented {asked}"


def theory(framework: str) -> list[dict[str, Any]]:
    """Where the fans that the framework takes are not what is summed: by layer.

    ``fan_in`` and ``fan_out`` are the framework's over the effective ones, 1 where it is right.
    Initializers that conform to their documentation divide by them all the same.
    """
    layout = LAYOUT[framework]
    found = []
    for case in CASES:
        if layout not in case.shapes:
            continue
        inward, outward = case.theory(layout)
        if inward != 1 or outward not in (1, None):
            found.append({"layer": case.name, "shape": list(case.shapes[layout]),
                          "fan_in": float(inward),
                          "fan_out": None if outward is None else float(outward)})  # fmt: skip
    return found
