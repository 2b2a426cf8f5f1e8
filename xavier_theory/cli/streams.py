"""Standard output and error that take any text, whatever the terminal's encoding is.

A sign that the encoding has not is spelled in ASCII: φ as phi, χ₁ as chi_1, ≤ as <=. A stream that
was closed before the start goes nowhere.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import unicodedata
from typing import TextIO

__all__ = ["is_unicode", "prepare_streams", "printable", "spelled"]

_SPELLED = "xavier_theory.spelled"  # an error handler: the name under which Python finds it
_ASCII = "ascii_spelled"  # a codec: as ASCII, but click does not put UTF-8 into its place
_SIGNS = {
    "·": "*", "×": "x", "÷": "/", "−": "-", "–": "-", "—": "-", "‑": "-", "…": "...", "±": "+-",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∼": "~", "≡": "==", "∝": "~", "→": "->",
    "←": "<-", "↦": "|->", "⇒": "=>", "∞": "infinity", "√": "sqrt", "∂": "d", "∑": "Sum",
    "∏": "Prod", "∫": "Integral", "∈": "in", "∉": "not in", "∀": "for all", "∃": "there is",
    "⊢": "|-", "‖": "||", "∘": "o", "⊙": "*", "ℓ": "l", "′": "'", "″": "''", "‘": "'", "’": "'",
    "“": '"', "”": '"', "«": '"', "»": '"', "°": "deg", "§": "section ", "µ": "mu",
    "⟨": "<", "⟩": ">", "⌈": "ceil(", "⌉": ")", "⌊": "floor(", "⌋": ")", "∪": "or", "∩": "and",
}  # fmt: skip
_GREEK = re.compile(r"GREEK (?:(SMALL|CAPITAL) LETTER )?(?:FINAL )?(\w+)")


def prepare_streams() -> None:
    """Make ``sys.stdout`` and ``sys.stderr`` able to print anything."""
    codecs.register_error(_SPELLED, _handler)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed, as by >&-; it takes the lowest free descriptor
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if codecs.lookup(stream.encoding).name == "ascii":
                stream.reconfigure(encoding=_ASCII)
            stream.reconfigure(errors=_SPELLED)


def is_unicode(stream: TextIO) -> bool:
    """Whether ``stream`` takes every sign as it is."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def printable(text: str, stream: TextIO) -> str:
    """``text`` as ``stream`` will show it, so that its width is known before."""
    if is_unicode(stream):
        return text
    return text.encode(stream.encoding, _SPELLED).decode(stream.encoding)


def spelled(text: str) -> str:
    """``text`` in ASCII: signs by their names or their likes."""
    parts: list[str] = []
    shift = ""  # a run of raised or lowered signs has one ^ or _
    for sign in text:
        tag, _, rest = unicodedata.decomposition(sign).partition("> ")
        now = {"<super": "^", "<sub": "_"}.get(tag, "")
        plain = chr(int(rest, 16)) if now else sign
        parts.append((now if now != shift else "") + _plain(plain))
        shift = now
    return "".join(parts)


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in _SIGNS:
        return _SIGNS[sign]
    name = unicodedata.name(sign, f"U+{ord(sign):04X}")
    greek = _GREEK.match(name)
    if greek:
        return greek[2].capitalize() if greek[1] == "CAPITAL" else greek[2].lower()
    folded = unicodedata.normalize("NFKD", sign).replace("⁄", "/")  # ½ is 1⁄2, é is e and a mark
    kept = "".join(part for part in folded if not unicodedata.combining(part))
    if kept.isascii():
        return kept
    return f"<{name.lower()}>"


def _handler(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spelled(error.object[error.start : error.end]), error.end


def _codec(name: str) -> codecs.CodecInfo | None:
    if name != _ASCII:
        return None
    known = codecs.lookup("ascii")
    return codecs.CodecInfo(
        known.encode, known.decode, known.streamreader, known.streamwriter,
        known.incrementalencoder, known.incrementaldecoder, name=_ASCII,
    )  # fmt: skip


codecs.register(_codec)
