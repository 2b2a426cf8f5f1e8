"""Initializations that differ on purpose, from the literature: nothing is accused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

import xavier_theory as xt
from tests.frameworks.with_extras.torch_models import Block, ResNet, Transformer, he, mlp


def noise(*shape: int) -> Any:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3))


class Sine(nn.Module):
    def forward(self, x: Any) -> Any:
        return torch.sin(30 * x)


def siren() -> Any:
    """Sitzmann et al. (2020): the first layer ±1/n, the others ±√(6/n)/30."""
    model = nn.Sequential(
        *[p for _ in range(5) for p in (nn.Linear(64, 64), Sine())], nn.Linear(64, 3)
    )
    for index, one in enumerate(model):
        if isinstance(one, nn.Linear):
            bound = 1 / 64 if index == 0 else math.sqrt(6 / 64) / 30
            nn.init.uniform_(one.weight, -bound, bound)
    return model


def policy() -> Any:
    """Orthogonal with gain √2, the last with 0.01 (Andrychowicz et al. 2021)."""
    model = nn.Sequential(
        *[p for _ in range(4) for p in (nn.Linear(64, 64), nn.Tanh())], nn.Linear(64, 4)
    )
    for one in model[:-1:2]:
        nn.init.orthogonal_(one.weight, math.sqrt(2))
        nn.init.zeros_(one.bias)
    nn.init.orthogonal_(model[-1].weight, 0.01)
    return model


def zero_gamma() -> Any:
    """The last scale of each block at 0 (Goyal et al. 2017), here of all blocks."""
    model = ResNet(16)
    for one in model.modules():
        if isinstance(one, Block):
            nn.init.zeros_(one.bn2.weight)
    return model


def zero_gamma_of_some() -> Any:
    """As where blocks that change the width keep theirs."""
    model = zero_gamma()
    for one in model.modules():
        if isinstance(one, Block) and not isinstance(one.shortcut, nn.Identity):
            nn.init.ones_(one.bn2.weight)
    return model


def by_depth() -> Any:
    """Branch ends by 1/√(2 l), each block its own (BEiT, fix_init_weight)."""
    model = Transformer()
    for index, block in enumerate(model.blocks):
        for one in (block.proj, block.down):
            nn.init.normal_(one.weight, std=0.02 / math.sqrt(2 * (index + 1)))
    return model


def tied() -> Any:
    model = Transformer()
    model.head.weight = model.tok.weight
    return model


def normal_everywhere() -> Any:
    """DCGAN (Radford et al. 2016): std 0.02, scales N(1, 0.02)."""
    layers: list[Any] = [nn.Conv2d(3, 16, 4, 2, 1), nn.LeakyReLU(0.2)]
    for i in range(3):
        layers += [
            nn.Conv2d(16 * 2**i, 32 * 2**i, 4, 2, 1),
            nn.BatchNorm2d(32 * 2**i),
            nn.LeakyReLU(0.2),
        ]
    model = nn.Sequential(*layers, nn.Conv2d(128, 1, 1))
    for one in model.modules():
        if isinstance(one, nn.Conv2d):
            nn.init.normal_(one.weight, 0, 0.02)
        if isinstance(one, nn.BatchNorm2d):
            nn.init.normal_(one.weight, 1, 0.02)
    return model


class Gated(nn.Module):
    """Squeeze and excitation in each block, and a gated linear unit."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Conv2d(16, 16, 3, padding=1) for _ in range(4))
        self.squeeze = nn.ModuleList(nn.Linear(16, 4) for _ in range(4))
        self.excite = nn.ModuleList(nn.Linear(4, 16) for _ in range(4))
        self.up, self.gate, self.down = nn.Linear(16, 32), nn.Linear(16, 32), nn.Linear(32, 5)
        he(self)

    def forward(self, x: Any) -> Any:
        for block, squeeze, excite in zip(self.blocks, self.squeeze, self.excite, strict=True):
            y = functional.relu(block(x))
            s = torch.sigmoid(excite(functional.relu(squeeze(y.mean((2, 3))))))
            x = x + y * s[:, :, None, None]
        z = x.mean((2, 3))
        return self.down(functional.silu(self.gate(z)) * self.up(z))


class LanguageModel(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(50, 32, padding_idx=0)
        self.lstm = nn.LSTM(32, 32, num_layers=3, batch_first=True)
        self.head = nn.Linear(32, 50)
        for name, bias in self.lstm.named_parameters():
            if "bias_ih" in name:
                nn.init.zeros_(bias)
                nn.init.ones_(bias[32:64])  # the forget gate (Jozefowicz et al. 2015)

    def forward(self, tokens: Any) -> Any:
        return self.head(self.lstm(self.table(tokens))[0])


class Twins(nn.Module):
    """A frozen teacher that equals its student (He et al. 2020, MoCo), and an unused head."""

    def __init__(self) -> None:
        super().__init__()
        self.student, self.teacher, self.unused = mlp(4, 32), mlp(4, 32), nn.Linear(3, 3)
        self.teacher.load_state_dict(self.student.state_dict())
        self.teacher.requires_grad_(False)

    def forward(self, x: Any) -> Any:
        with torch.no_grad():
            y = self.teacher(x)
        return self.student(x), y


class Scaled(nn.Module):
    """LayerScale at 1e-4 (Touvron et al. 2021), and register tokens at 0, frozen positions."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(he(nn.Linear(32, 32)) for _ in range(6))
        self.norms = nn.ModuleList(nn.LayerNorm(32) for _ in range(6))
        self.gammas = nn.ParameterList(torch.full((32,), 1e-4) for _ in range(6))
        self.positions = nn.Parameter(torch.zeros(1, 5, 32), requires_grad=False)

    def forward(self, x: Any) -> Any:
        x = x + self.positions
        for layer, norm, gamma in zip(self.layers, self.norms, self.gammas, strict=True):
            x = x + gamma * functional.gelu(layer(norm(x)))
        return x


class Depthwise(nn.Module):
    """As MobileNetV2: He by fan_out, depthwise as well, a norm behind each; relu6."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[Any] = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6()]
        for _ in range(4):
            layers += [
                nn.Conv2d(16, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU6(),
                nn.Conv2d(64, 64, 3, 1, 1, groups=64, bias=False), nn.BatchNorm2d(64), nn.ReLU6(),
                nn.Conv2d(64, 16, 1, bias=False), nn.BatchNorm2d(16),
            ]  # fmt: skip
        self.layers, self.head = nn.Sequential(*layers), nn.Linear(16, 5)
        for one in self.modules():
            if isinstance(one, nn.Conv2d):
                nn.init.kaiming_normal_(one.weight, mode="fan_out")
        nn.init.normal_(self.head.weight, 0, 0.01)

    def forward(self, x: Any) -> Any:
        return self.head(self.layers(x).mean((2, 3)))


class Upscaler(nn.Module):
    """ICNR before a pixel shuffle (Aitken et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.up = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        with torch.no_grad():
            self.up.weight.copy_(self.up.weight[::4].repeat_interleave(4, 0))
        self.shuffle, self.last = nn.PixelShuffle(2), nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, x: Any) -> Any:
        return self.last(self.shuffle(self.up(functional.relu(self.first(x)))))


def tower() -> Any:
    layers = [part for _ in range(3) for part in (nn.Conv2d(32, 32, 3, padding=1), nn.ReLU())]
    return nn.Sequential(*layers)


class Detector(nn.Module):
    """Two heads; the bias of one at −log 99 (Lin et al. 2017, section 4.1), drawn at 0.01."""

    def __init__(self) -> None:
        super().__init__()
        self.body = ResNet(8).layers
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.towers = nn.ModuleList(
            nn.Sequential(
                *[p for _ in range(3) for p in (nn.Conv2d(32, 32, 3, padding=1), nn.ReLU())]
            )
            for _ in range(2)
        )
        self.classes, self.boxes = nn.Conv2d(32, 9, 3, padding=1), nn.Conv2d(32, 4, 3, padding=1)
        for one in [*self.towers.modules(), self.classes, self.boxes]:
            if isinstance(one, nn.Conv2d):
                nn.init.normal_(one.weight, std=0.01)
                nn.init.zeros_(one.bias)
        nn.init.constant_(self.classes.bias, -math.log(99))

    def forward(self, x: Any) -> Any:
        y = self.body(self.stem(x))
        return self.classes(self.towers[0](y)), self.boxes(self.towers[1](y))


TOKENS = torch.randint(50, (4, 12), generator=torch.Generator().manual_seed(3))
IMAGES = noise(4, 3, 16, 16)
MODELS: dict[str, tuple[Callable[[], Any], Any]] = {
    "SIREN": (siren, noise(32, 64)),
    "policy": (policy, noise(32, 64)),
    "zero scales": (zero_gamma, IMAGES),
    "some zero scales": (zero_gamma_of_some, IMAGES),
    "by depth": (by_depth, TOKENS),
    "tied": (tied, TOKENS),
    "DCGAN": (normal_everywhere, noise(4, 3, 32, 32)),
    "gates": (Gated, noise(4, 16, 8, 8)),
    "LSTM": (LanguageModel, TOKENS),
    "teacher": (Twins, noise(8, 32)),
    "layer scale": (Scaled, noise(4, 5, 32)),
    "depthwise": (Depthwise, IMAGES),
    "ICNR": (Upscaler, IMAGES),
    "detector": (Detector, IMAGES),
    "dropout": (lambda: nn.Sequential(mlp(4, 32), nn.Dropout(0.5)), noise(8, 32)),
    "evaluation": (lambda: ResNet(16).eval(), IMAGES),
    "torch's defaults, three layers": (
        lambda: nn.Sequential(
            nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 5)
        ),
        noise(8, 32),
    ),
    "checked in half": (lambda: mlp(6, 64).half().bfloat16(), noise(16, 64).bfloat16()),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_accused(name: str, seed: int) -> None:
    torch.manual_seed(seed)
    make, batch = MODELS[name]
    xt.assert_healthy(make(), batch)
