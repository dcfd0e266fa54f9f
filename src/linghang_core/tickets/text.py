"""Chinese text as words: normalised, then cut by a local dictionary; segmented text is taken as it is."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import jieba

jieba.setLogLevel(logging.WARNING)
SPACES = re.compile(r"\s+")
WORD = re.compile(r"[\w一-鿿]+")
BLOCKS = re.compile(r"[一-鿕a-z0-9+#&._%\-]+|[^一-鿕a-z0-9+#&._%\-]+")  # as jieba splits
SEGMENTED = 0.15  # share of blanks from which text counts as cut into words already


def normalise(text: str) -> str:
    """Return the text in NFKC, lower case, with single blanks."""
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().lower()


def looks_segmented(texts: Sequence[str]) -> bool:
    """Return whether Chinese texts stand as words between blanks (most of the first thousand)."""
    found = [text for text in texts[:1000] if text.strip()]
    marked = sum(text.count(" ") / len(text) >= SEGMENTED for text in found)
    return bool(found) and marked * 2 > len(found)


def cut(text: str, *, segmented: bool = False) -> list[str]:
    """Return the words of a text without punctuation: cut by dictionary, or at its blanks."""
    clean = normalise(text)
    parts = clean.split() if segmented else _cut(clean)
    return [part for part in parts if WORD.fullmatch(part)]


def _cut(clean: str) -> list[str]:
    """Return the words as jieba cuts them: each run of Han, letters and digits by itself."""
    return [word for block in BLOCKS.findall(clean) for word in _cut_block(block)]


@lru_cache(maxsize=262_144)  # greetings, names and phrases come back in every other ticket
def _cut_block(block: str) -> tuple[str, ...]:
    return tuple(jieba.cut(block))
