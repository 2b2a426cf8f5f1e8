"""What encloses the numbers that `tied-embedding` prints: c d σ² for d = 768."""

from __future__ import annotations

from flint import arb

NUMBERS = {
    "loss starts at 768": lambda: arb(768),
    "1/√d at 27.7": lambda: arb(768) / arb(768).sqrt(),
    "where it is 0.31": lambda: arb(768) * (arb(1) / 50) ** 2,
}
