"""Small models in the manner of ConvNeXt and Llama, as torch leaves them."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional


class Channels(nn.LayerNorm):
    """A layer norm over the channels of images."""

    def forward(self, x: Any) -> Any:
        """Of (samples, channels, height, width)."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    """A depthwise convolution, a norm, and two pointwise maps (Liu et al. 2022)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Any) -> Any:
        """x + branch(x)."""
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        return x + self.down(functional.gelu(self.up(y))).permute(0, 3, 1, 2)


def convnext(width: int = 64, blocks: int = 3) -> Any:
    """Two stages, the second of twice the width and half the size."""
    parts: list[Any] = [nn.Conv2d(3, width, 4, 4), Channels(width)]
    parts += [ConvNeXtBlock(width) for _ in range(blocks)]
    parts += [Channels(width), nn.Conv2d(width, 2 * width, 2, 2)]
    parts += [ConvNeXtBlock(2 * width) for _ in range(blocks)]
    return nn.Sequential(
        *parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(2 * width),
        nn.Linear(2 * width, 10),
    )  # fmt: skip


class LlamaBlock(nn.Module):
    """Root mean square norms, causal attention, and a gated map (Touvron et al. 2023)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.RMSNorm(width), nn.RMSNorm(width)
        self.q, self.k, self.v, self.o = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(width, 2 * width, bias=False) for _ in range(2))
        self.down = nn.Linear(2 * width, width, bias=False)

    def forward(self, x: Any) -> Any:
        """Two branches, one after the other."""
        b, t, d = x.shape
        y = self.first(x)
        q, k, v = (
            one(y).view(b, t, self.heads, d // self.heads).transpose(1, 2)
            for one in (self.q, self.k, self.v)
        )
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(y.transpose(1, 2).reshape(b, t, d))
        y = self.second(x)
        return x + self.down(functional.silu(self.gate(y)) * self.up(y))


def llama(tokens: int = 512, width: int = 256, depth: int = 6) -> Any:
    """Tokens in, logits out."""
    return nn.Sequential(
        nn.Embedding(tokens, width), *(LlamaBlock(width, 4) for _ in range(depth)),
        nn.RMSNorm(width), nn.Linear(width, tokens, bias=False),
    )  # fmt: skip


DEFAULTS: dict[str, tuple[Any, Any]] = {
    "ConvNeXt-like, from 64 channels": (convnext, lambda: torch.randn(16, 3, 64, 64)),
    "Llama-like, width 256": (llama, lambda: torch.randint(0, 512, (16, 32))),
}
