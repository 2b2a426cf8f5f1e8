"""Masks of attention: how many keys each query may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

MASKED = -1e4  # what is added to scores that are not to count, or less


def rows(allowed: Any) -> dict[str, Any]:
    """How many keys each query may see, on average over all else; nothing where it is all."""
    if allowed.dim() < 2 or bool(allowed.all()):
        return {}
    counts = allowed.sum(-1).double()
    return {"rows": tuple(counts.reshape(-1, counts.shape[-1]).mean(0).tolist())}


def mask_of(a: Mapping[str, Any]) -> dict[str, Any]:
    """Of attention as one op: rows, and the variance of what else is added to scores."""
    q, k = a["query"], a["key"]
    mask = a.get("attn_mask", a.get("attn_bias"))
    if mask is None:
        if not a.get("is_causal"):
            return {}
        return {"rows": tuple(float(min(i + 1, k.shape[-2])) for i in range(q.shape[-2]))}
    if mask.dtype == torch.bool:
        return rows(mask)
    allowed = mask > MASKED
    found = rows(allowed)
    if bool(allowed.any()):
        biases = mask[allowed].double()
        found["bias"] = float(biases.var(correction=0))
    return found
