"""What encloses the numbers that `random-chain-growth` prints."""

from __future__ import annotations

from flint import arb, fmpq


def _psi(n: int) -> arb:
    return arb(fmpq(n, 2)).digamma()


def _typical(n: int) -> arb:
    """e^(2λ) at Var(W) = 1/n: what a layer multiplies the typical |a|² by."""
    return 2 * _psi(n).exp() / n


def _threshold(n: int) -> arb:
    """The n Var(W) at which λ is 0."""
    return n * (-_psi(n)).exp() / 2


NUMBERS = {
    "by 0.561": lambda: _typical(2),
    "by 0.878": lambda: _typical(8),
    "by 0.9844": lambda: _typical(64),
    "that is 1.781": lambda: _threshold(2),
    "it is 1.0158": lambda: _threshold(64),
    "which is 0.749": lambda: _typical(2).sqrt(),
    "at n = 64 it is 0.992": lambda: _typical(64).sqrt(),
}
