"""Architectures of torchvision, timm and transformers, at random initialization.

*torchvision*: all that classify images. *timm*: of each of its modules the one with the
fewest parameters. *transformers*: all language models whose configuration can be made small by the
names of its numbers alone (``SMALL``); nothing is fitted to a model by hand.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch

OF_EACH_MODULE = 1
MOST_PARAMETERS = 30_000_000
IMAGES, SENTENCES, LENGTH, VOCABULARY = 4, 4, 32, 512
_SIZES = (96, 224, 256, 299)  # of images: the first that a model takes
# timm's names of variants that are never among the smallest of their module
_LARGE = ("large", "huge", "giant", "gigantic", "enormous", "xlarge", "xxl", "so400m", "so150m",
          "1b", "3b", "7b", "10b", "_448", "_512", "_384", "_336")  # fmt: skip

# What configurations call their numbers, and what they become.
SMALL: Mapping[str, int] = {
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "dim", "embed_dim", "emb_dim",
                     "embedding_size", "word_embed_proj_dim"), 128),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers",
                     "decoder_layers", "num_decoder_layers", "num_encoder_layers"), 4),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads",
                     "encoder_attention_heads", "decoder_attention_heads",
                     "num_encoder_attention_heads", "num_decoder_attention_heads"), 4),
    **dict.fromkeys(("num_key_value_heads", "num_kv_heads"), 2),
    **dict.fromkeys(("head_dim", "d_kv", "attention_head_size"), 32),
    **dict.fromkeys(("intermediate_size", "n_inner", "ffn_dim", "d_ff", "encoder_ffn_dim",
                     "decoder_ffn_dim", "ffn_hidden_size", "d_inner"), 256),
    **dict.fromkeys(("num_experts", "num_local_experts", "n_routed_experts"), 4),
    **dict.fromkeys(("num_experts_per_tok", "moe_topk"), 2),
    "moe_intermediate_size": 128, "shared_expert_intermediate_size": 128,
    "vocab_size": VOCABULARY, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
    "decoder_start_token_id": 1,
}  # fmt: skip


class TooLargeError(Exception):
    """More parameters than are measured."""


class Architecture(NamedTuple):
    """A library and the name that it gives an architecture; for transformers also the head."""

    library: str
    name: str
    head: str = ""

    @property
    def key(self) -> str:
        """A name for a file."""
        return f"{self.library}.{self.name}".replace("/", "-")


def listed() -> Iterator[Architecture]:
    """All of them, by library and name."""
    yield from _of_torchvision()
    yield from _of_timm()
    yield from _of_transformers()


def _of_torchvision() -> Iterator[Architecture]:
    models = importlib.import_module("torchvision.models")
    for name in sorted(models.list_models(module=models)):
        yield Architecture("torchvision", name)


def _of_timm() -> Iterator[Architecture]:
    timm = importlib.import_module("timm")
    by_module: defaultdict[str, list[str]] = defaultdict(list)
    registry = importlib.import_module("timm.models._registry")
    for name in timm.list_models():
        if not any(part in name for part in _LARGE):
            by_module[registry._model_to_module[name]].append(name)
    for names in by_module.values():
        sizes = {name: _parameters(timm, name) for name in names}
        for name in sorted(names, key=lambda one: (sizes[one], one))[:OF_EACH_MODULE]:
            yield Architecture("timm", name)


def _parameters(timm: Any, name: str) -> int:
    with torch.device("meta"):
        return sum(p.numel() for p in timm.create_model(name).parameters())


def _of_transformers() -> Iterator[Architecture]:
    auto = importlib.import_module("transformers.models.auto.modeling_auto")
    seen = set()
    for head, kind in (
        ("AutoModelForSeq2SeqLM", "SEQ_TO_SEQ_CAUSAL_LM"),
        ("AutoModelForMaskedLM", "MASKED_LM"),
        ("AutoModelForCausalLM", "CAUSAL_LM"),
    ):
        for name in sorted(getattr(auto, f"MODEL_FOR_{kind}_MAPPING_NAMES")):
            if name not in seen:
                seen.add(name)
                yield Architecture("transformers", name, head)


def made(one: Architecture, seed: int = 0) -> tuple[Any, list[Any]]:
    """The model in training mode, and batches of which it takes the first that it runs on."""
    make = {"torchvision": _torchvision, "timm": _timm, "transformers": _transformers}[one.library]
    with torch.device("meta"):
        count = sum(p.numel() for p in make(one).parameters())
    if count > MOST_PARAMETERS:
        raise TooLargeError(f"{count / 1e6:.0f} million parameters")
    torch.manual_seed(seed)
    model = make(one)
    generator = torch.Generator().manual_seed(seed)
    if one.library == "transformers":
        return model.train(), [_sentences(one, generator)]
    return model.train(), [
        torch.randn(IMAGES, 3, size, size, generator=generator) for size in _image_sizes(model)
    ]


def _torchvision(one: Architecture) -> Any:
    models = importlib.import_module("torchvision.models")
    options: dict[str, Any] = {"weights": None}
    if one.name in ("inception_v3", "googlenet"):  # they are told that they are drawn twice
        options["init_weights"] = True
    return models.get_model(one.name, **options)


def _timm(one: Architecture) -> Any:
    return importlib.import_module("timm").create_model(one.name)


def _image_sizes(model: Any) -> list[int]:
    told = getattr(model, "default_cfg", {}) or {}
    usual = int(told.get("input_size", (3, 224, 224))[-1])
    if told.get("fixed_input_size"):
        return [usual]
    return list(dict.fromkeys((_SIZES[0], usual, *_SIZES[1:])))


def _transformers(one: Architecture) -> Any:
    library = importlib.import_module("transformers")
    kind = library.CONFIG_MAPPING[one.name]
    known = kind().to_dict()
    small = {name: value for name, value in SMALL.items() if name in known}
    if "hidden_size" not in small and "d_model" not in small and len(small) < 6:
        raise ValueError("its configuration has none of the usual names")
    return getattr(library, one.head).from_config(kind(**small))


def _sentences(one: Architecture, generator: torch.Generator) -> dict[str, Any]:
    def drawn() -> Any:
        return torch.randint(3, VOCABULARY, (SENTENCES, LENGTH), generator=generator)

    batch = {"input_ids": drawn()}
    if one.head == "AutoModelForSeq2SeqLM":
        batch["decoder_input_ids"] = drawn()
    return batch
