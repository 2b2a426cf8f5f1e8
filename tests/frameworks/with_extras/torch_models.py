"""Small models of torch, initialized well: what audits are tried on."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional


def he(model: Any) -> Any:
    """Linear maps and convolutions by He's normal law, biases 0."""
    for one in model.modules():
        if isinstance(one, nn.Linear | nn.modules.conv._ConvNd):
            nn.init.kaiming_normal_(one.weight)
            if one.bias is not None:
                nn.init.zeros_(one.bias)
    return model


def mlp(depth: int = 8, width: int = 128, activation: Any = nn.ReLU) -> Any:
    layers = [part for _ in range(depth) for part in (nn.Linear(width, width), activation())]
    return he(nn.Sequential(*layers, nn.Linear(width, 10)))


class Block(nn.Module):
    """A residual block of two convolutions with batch norm (He et al. 2016)."""

    def __init__(self, inputs: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        same = stride == 1 and inputs == width
        short = nn.Sequential(
            nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width)
        )
        self.shortcut = nn.Identity() if same else short

    def forward(self, x: Any) -> Any:
        made = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(made + self.shortcut(x))


class ResNet(nn.Module):
    """Six blocks in three stages."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        stages = [
            (width, 1),
            (width, 1),
            (2 * width, 2),
            (2 * width, 1),
            (4 * width, 2),
            (4 * width, 1),
        ]
        blocks, inputs = [], width
        for outputs, stride in stages:
            blocks.append(Block(inputs, outputs, stride))
            inputs = outputs
        self.layers = nn.Sequential(*blocks)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs, 10)
        he(self)

    def forward(self, x: Any) -> Any:
        x = functional.relu(self.bn1(self.conv1(x)))
        return self.fc(self.pool(self.layers(x)).flatten(1))


class TransformerBlock(nn.Module):
    """Attention and two linear maps, each behind its norm and beside a shortcut."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Any) -> Any:
        b, t, d = x.shape
        parts = self.qkv(self.ln1(x)).split(d, dim=2)
        q, k, v = (one.view(b, t, self.heads, d // self.heads).transpose(1, 2) for one in parts)
        made = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(made.transpose(1, 2).reshape(b, t, d))
        return x + self.down(functional.gelu(self.up(self.ln2(x))))


class Transformer(nn.Module):
    """As GPT-2 is initialized (Radford et al. 2019, section 2.3): 0.02, branch ends by 1/√(2L)."""

    def __init__(
        self, tokens: int = 200, width: int = 64, depth: int = 6, length: int = 32
    ) -> None:
        super().__init__()
        self.tok, self.pos = nn.Embedding(tokens, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(TransformerBlock(width, 4) for _ in range(depth))
        self.ln = nn.LayerNorm(width)
        self.head = nn.Linear(width, tokens, bias=False)
        for name, parameter in self.named_parameters():
            end = name.endswith(("proj.weight", "down.weight"))
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02 / (math.sqrt(2 * depth) if end else 1))
            elif "ln" not in name:
                nn.init.zeros_(parameter)

    def forward(self, tokens: Any) -> Any:
        x = self.tok(tokens) + self.pos(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln(x))
