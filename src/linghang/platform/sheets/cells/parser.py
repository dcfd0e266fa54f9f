"""What a parser is, and the forms in which texts are read and compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

Cell = str | int | float | bool | date | datetime | time | timedelta | None
T = TypeVar("T")

# Filling rules of the field forbid empty cells and ask for "无" or "—" instead.
BLANK_WORDS = frozenset(
    {
        "",
        "无",
        "没有",
        "暂无",
        "暂缺",
        "不详",
        "空",
        "-",
        "--",
        "---",
        "/",
        "\\",
        "n/a",
        "na",
        "none",
        "null",
    }
)
ONLY_EMPTY = frozenset({""})

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─━ー"), "-")
INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
SPACE = re.compile(r"\s+")
NAME_DOTS = dict.fromkeys(map(ord, "•・‧∙⋅･"), "·")


@dataclass(frozen=True)
class Parser(Generic[T]):
    """A way to read one column's cells; `kind` and `options` also shape the template's validation."""

    convert: Callable[[Cell], T]
    kind: str = "text"
    blanks: frozenset[str] = BLANK_WORDS
    # Names offered in the template's drop-down; computed late because packs may add to them.
    options: Callable[[], Sequence[str]] | None = None
    # Returns the convert function for one run, for parsers that look at installed data (see `choice`).
    prepare: Callable[[], Callable[[Cell], T]] | None = None

    def __call__(self, raw: Cell) -> T | None:
        """Return the value, None for a blank cell, or raises CellFault."""
        if self.is_blank(raw):
            return None
        return self.started()(raw)

    def started(self) -> Callable[[Cell], T]:
        """Return the function to call for each cell of one run."""
        return self.prepare() if self.prepare else self.convert

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(word[0] for word in self.blanks if word)

    def is_blank(self, raw: Cell) -> bool:
        """Return True for an empty cell and for the words that stand for one."""
        if raw is None:
            return True
        if not isinstance(raw, str):
            return False
        if raw in self.blanks:
            return True
        beginning = _blank_form(raw[0])
        if beginning and beginning not in self._beginnings:
            return False  # nearly all cells are settled by their first character
        if len(raw) > 12:
            return not raw.strip()
        return _blank_form(raw) in self.blanks


@lru_cache(maxsize=65536)
def _blank_form(raw: str) -> str:
    return folded(raw).translate(DASHES).replace(" ", "").lower()


def written(raw: Cell) -> str:  # noqa: PLR0911  a line for each kind of cell
    """Return what stands in the cell as a person would read it aloud: whole numbers without ".0"."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e18 else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time(0) else raw.isoformat(" ", "seconds")
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw)


def folded(value: str) -> str:
    """Return the text in one width (NFKC), without invisible characters, spaces folded and trimmed."""
    if value.isascii():
        return SPACE.sub(" ", INVISIBLE.sub("", value)).strip() if not value.isalnum() else value
    return SPACE.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFKC", value))).strip()


@lru_cache(maxsize=65536)
def match_key(value: str) -> str:
    """Return the form in which two spellings of one name compare equal: one width, no spaces, lower case."""
    return folded(value).replace(" ", "").translate(NAME_DOTS).casefold()


def key_of(value: Any) -> Hashable:
    """Return a key in which every text compares by `match_key`; tuples part by part."""
    if type(value) is str:
        return match_key(value)
    if type(value) is tuple:
        return tuple(key_of(part) for part in value)
    return value  # type: ignore[no-any-return]


def masked(value: str) -> str:
    """Return a sensitive value with most of it hidden, enough to find the cell but not to use it."""
    if len(value) <= 6:
        return value[:1] + "*" * (len(value) - 1)
    return value[:2] + "*" * (len(value) - 4) + value[-2:]
