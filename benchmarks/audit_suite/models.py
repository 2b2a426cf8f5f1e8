"""Small healthy models, and defects to plant in them: what ``audit.py`` measures audits on.

Each defect changes a model in place and names where it is; None says that the model has no place
for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from xavier_theory.activations import gain

Planted = tuple[str, ...]


def drawn(model: Any, name: str = "relu", mode: str = "fan_in", law: str = "normal") -> Any:
    """Linear maps and convolutions with Var(W) = g²/fan, biases 0; norms as torch leaves them."""
    g = float(gain(name))
    for one in model.modules():
        if isinstance(one, nn.Linear | nn.modules.conv._ConvNd):
            places = math.prod(one.weight.shape[2:])
            groups = getattr(one, "groups", 1)
            fan = (
                one.weight[0].numel()
                if mode == "fan_in"
                else one.weight.shape[0] * places // groups
            )
            std = g / math.sqrt(fan)
            if law == "normal":
                nn.init.normal_(one.weight, std=std)
            else:
                nn.init.uniform_(one.weight, -math.sqrt(3) * std, math.sqrt(3) * std)
            if one.bias is not None:
                nn.init.zeros_(one.bias)
    return model


def mlp(activation: Any, depth: int = 10, width: int = 128) -> Any:
    """Layers of one width, and a last one of 10."""
    parts = [part for _ in range(depth) for part in (nn.Linear(width, width), activation())]
    return nn.Sequential(*parts, nn.Linear(width, 10))


class Residual(nn.Module):
    """x + branch(x), and an activation behind it if there is one."""

    def __init__(self, branch: Any, shortcut: Any = None, behind: Any = None) -> None:
        super().__init__()
        self.branch, self.shortcut, self.behind = branch, shortcut, behind

    def forward(self, x: Any) -> Any:
        """Branch and shortcut."""
        y = self.branch(x) + (x if self.shortcut is None else self.shortcut(x))
        return y if self.behind is None else self.behind(y)


def basic_block(inputs: int, width: int, stride: int, groups: int = 1) -> Any:
    """Two convolutions with batch norm beside a shortcut (He et al. 2016)."""
    branch = nn.Sequential(
        nn.Conv2d(inputs, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
        nn.Conv2d(width, width, 3, 1, 1, groups=groups, bias=False), nn.BatchNorm2d(width),
    )  # fmt: skip
    same = stride == 1 and inputs == width
    short = None if same else nn.Sequential(
        nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width)
    )  # fmt: skip
    return Residual(branch, short, nn.ReLU())


def resnet(groups: int = 1, width: int = 16, blocks: int = 2) -> Any:
    """Three stages of ``blocks`` blocks."""
    parts = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    inputs = width
    for stage in range(3):
        for block in range(blocks):
            outputs = width * 2**stage
            parts.append(basic_block(inputs, outputs, 2 if block == 0 and stage else 1, groups))
            inputs = outputs
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))


def vgg(groups: int = 1, width: int = 32, depth: int = 8) -> Any:
    """Convolutions and relu, without norms."""
    parts: list[Any] = [nn.Conv2d(3, width, 3, padding=1), nn.ReLU()]
    for index in range(depth):
        parts += [nn.Conv2d(width, width, 3, padding=1, groups=groups), nn.ReLU()]
        if index % 3 == 2:
            parts.append(nn.MaxPool2d(2))
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))


class Attention(nn.Module):
    """Self-attention of several heads, written out."""

    def __init__(self, width: int, heads: int, causal: bool) -> None:
        super().__init__()
        self.heads, self.causal = heads, causal
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Any) -> Any:
        """Of (samples, positions, width)."""
        b, t, d = x.shape
        parts = self.qkv(x).split(d, dim=2)
        q, k, v = (one.view(b, t, self.heads, d // self.heads).transpose(1, 2) for one in parts)
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.proj(y.transpose(1, 2).reshape(b, t, d))


class Transformer(nn.Module):
    """As GPT-2 is initialized: 0.02, and branch ends by 1/√(2L); of tokens, or of vectors."""

    def __init__(
        self, tokens: int = 200, width: int = 64, depth: int = 6, std: float = 0.02
    ) -> None:
        super().__init__()
        self.tok = nn.Embedding(tokens, width) if tokens else nn.Linear(48, width)
        self.pos = nn.Parameter(torch.zeros(1, 32, width))
        causal = bool(tokens)
        self.blocks = nn.ModuleList(
            nn.ModuleList(
                [
                    nn.Sequential(nn.LayerNorm(width), Attention(width, 4, causal)),
                    nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(),
                                  nn.Linear(4 * width, width)),
                ]
            )
            for _ in range(depth)
        )  # fmt: skip
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, tokens or 10, bias=False)
        for name, parameter in self.named_parameters():
            end = name.endswith(("proj.weight", "1.3.weight"))
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=std / (math.sqrt(2 * depth) if end else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, x: Any) -> Any:
        """Of tokens, or of vectors."""
        x = self.tok(x)
        x = x + self.pos[:, : x.shape[1]]
        for attention, feed in self.blocks:
            x = x + attention(x)
            x = x + feed(x)
        return self.head(self.norm(x))


def encoder() -> Any:
    """torch's own encoder, drawn again layer by layer as its documentation does."""
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, 128, batch_first=True), 4)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            nn.init.xavier_uniform_(parameter)
    return model


def _vectors() -> Any:
    return torch.randn(32, 128)


def _images() -> Any:
    return torch.randn(8, 3, 16, 16)


def _tokens() -> Any:
    return torch.randint(0, 200, (4, 32))


HEALTHY: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "relu MLP": (lambda: drawn(mlp(nn.ReLU)), _vectors),
    "tanh MLP": (lambda: drawn(mlp(nn.Tanh), "tanh"), _vectors),
    "selu MLP, uniform": (lambda: drawn(mlp(nn.SELU), "linear", law="uniform"), _vectors),
    "plain convolutions": (lambda: drawn(vgg()), _images),
    "grouped convolutions": (lambda: drawn(vgg(groups=4)), _images),
    "ResNet": (lambda: drawn(resnet(), mode="fan_out"), _images),
    "ResNeXt": (lambda: drawn(resnet(groups=4)), _images),
    "GPT": (Transformer, _tokens),
    "ViT": (lambda: Transformer(tokens=0, std=0.05), lambda: torch.randn(4, 16, 48)),
    "torch's encoder": (encoder, lambda: torch.randn(4, 16, 64)),
}


DEFAULTS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "relu MLP of 30": (lambda: mlp(nn.ReLU, 30, 256), lambda: torch.randn(64, 256)),
    "GELU MLP of 30": (lambda: mlp(nn.GELU, 30, 256), lambda: torch.randn(64, 256)),
    "tanh MLP of 30": (lambda: mlp(nn.Tanh, 30, 256), lambda: torch.randn(64, 256)),
    "plain convolutions": (vgg, _images),
    "ResNet": (lambda: resnet(width=32), _images),
    "GPT, width 192": (lambda: Transformer(width=192), lambda: torch.randint(0, 200, (16, 32))),
    "ViT, width 192": (lambda: Transformer(tokens=0, width=192), lambda: torch.randn(32, 16, 48)),
    "torch's encoder": (
        lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(192, 4, 384, batch_first=True), 4),
        lambda: torch.randn(32, 16, 192),
    ),
}


def inner_weights(model: Any) -> list[str]:
    """Weights of linear maps and convolutions but the first and last."""
    names = [
        name for name, p in model.named_parameters()
        if p.dim() > 1 and name.endswith("weight") and "tok" not in name and "pos" not in name
    ]  # fmt: skip
    return names[1:-1]


def _pick(names: list[str], generator: Any) -> str:
    return names[int(torch.randint(len(names), (1,), generator=generator))]


def scaled(times: float) -> Callable[[Any, Any], Planted | None]:
    """One inner layer's weight multiplied."""

    def plant(model: Any, generator: Any) -> Planted | None:
        name = _pick(inner_weights(model), generator)
        with torch.no_grad():
            model.get_parameter(name).mul_(times)
        return (name,)

    return plant


def constant(model: Any, generator: Any) -> Planted | None:
    """All entries of one layer equal."""
    name = _pick(inner_weights(model), generator)
    nn.init.constant_(model.get_parameter(name), 0.05)
    return (name,)


def clone(model: Any, generator: Any) -> Planted | None:
    """One layer's weight copied to the next of its shape."""
    names = inner_weights(model)
    shapes: dict[Any, list[str]] = {}
    for name in names:
        shapes.setdefault(tuple(model.get_parameter(name).shape), []).append(name)
    pairs = [pair for same in shapes.values() for pair in pairwise(same)]
    if not pairs:
        return None
    first, second = pairs[int(torch.randint(len(pairs), (1,), generator=generator))]
    with torch.no_grad():
        model.get_parameter(second).copy_(model.get_parameter(first))
    return (second,)


def missing_residual_scale(model: Any, generator: Any) -> Planted | None:
    """One branch end of a transformer as its other weights."""
    if not isinstance(model, Transformer):
        return None
    ends = [n for n, _ in model.named_parameters() if n.endswith(("proj.weight", "1.3.weight"))]
    name = _pick(ends, generator)
    with torch.no_grad():
        model.get_parameter(name).mul_(math.sqrt(2 * len(model.blocks)))
    return (name,)


def sigmoid(model: Any, generator: Any) -> Planted | None:
    """One activation between layers replaced."""
    places = [
        (parent, key, name)
        for path, parent in model.named_modules()
        for key, child in parent.named_children()
        if isinstance(child, nn.ReLU | nn.Tanh | nn.SELU | nn.GELU)
        for name in [f"{path}.{key}" if path else key]
    ]
    if len(places) < 4:
        return None
    parent, key, name = places[int(torch.randint(len(places), (1,), generator=generator))]
    setattr(parent, key, nn.Sigmoid())
    return (name,)


def wrong_fan(model: Any, generator: Any) -> Planted | None:
    """One grouped convolution drawn by the fan of all groups."""
    places = [
        (name, one) for name, one in model.named_modules()
        if isinstance(one, nn.Conv2d) and one.groups > 1
    ]  # fmt: skip
    if not places:
        return None
    name, one = places[int(torch.randint(len(places), (1,), generator=generator))]
    nn.init.normal_(one.weight, std=math.sqrt(2 / (one.in_channels * one.weight[0, 0].numel())))
    return (f"{name}.weight",)


def every_wrong_fan(model: Any, generator: Any) -> Planted | None:
    """All grouped convolutions, so that none differs from its siblings."""
    names = []
    for name, one in model.named_modules():
        if isinstance(one, nn.Conv2d) and one.groups > 1:
            nn.init.normal_(
                one.weight, std=math.sqrt(2 / (one.in_channels * one.weight[0, 0].numel()))
            )
            names.append(f"{name}.weight")
    normed = any(isinstance(one, nn.BatchNorm2d) for one in model.modules())
    return tuple(names) if names and not normed else None


def bias(model: Any, generator: Any) -> Planted | None:
    """One inner bias at 0.5."""
    names = [name.replace("weight", "bias") for name in inner_weights(model)]
    there = dict(model.named_parameters())
    names = [name for name in names if name in there]
    if not names:
        return None
    name = _pick(names, generator)
    nn.init.constant_(there[name], 0.5)
    return (name,)


def frozen_zero_scale(model: Any, generator: Any) -> Planted | None:
    """One norm's scale at 0, frozen."""
    names = [
        f"{path}.weight" for path, one in model.named_modules()
        if isinstance(one, nn.BatchNorm2d | nn.LayerNorm)
    ]  # fmt: skip
    if not names:
        return None
    name = _pick(names, generator)
    nn.init.zeros_(model.get_parameter(name))
    model.get_parameter(name).requires_grad_(False)
    return (name,)


DEFECTS: dict[str, Callable[[Any, Any], Planted | None]] = {
    "one layer ×3": scaled(3.0),
    "one layer ×0.3": scaled(0.3),
    "one layer ×1.5": scaled(1.5),
    "a constant layer": constant,
    "a clone": clone,
    "a missing residual scale": missing_residual_scale,
    "a sigmoid in the middle": sigmoid,
    "a wrong fan in one grouped convolution": wrong_fan,
    "a wrong fan in all of them": every_wrong_fan,
    "a bias that is not zero": bias,
    "a frozen zero scale": frozen_zero_scale,
}
