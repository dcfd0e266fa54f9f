"""Free text and names."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells.parser import (
    INVISIBLE,
    NAME_DOTS,
    SPACE,
    Cell,
    Parser,
    folded,
    written,
)
from linghang.platform.sheets.faults import CellFault

_FULL_WIDTH = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FULL_WIDTH |= {0x3000: 0x20, 0x00A0: 0x20}
_HAN_GAP = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff·])\s+(?=[\u3400-\u9fff\U00020000-\U0003ffff·])"
)


def _text(raw: Cell) -> str:
    value = written(raw)
    if not value.isascii():
        # Chinese punctuation stays as typed: NFKC would turn ， and （ into half-width marks in official texts.
        value = unicodedata.normalize("NFC", value).translate(_FULL_WIDTH)
    value = INVISIBLE.sub("", value).replace("\r\n", "\n")
    return "\n".join(SPACE.sub(" ", line).strip() for line in value.split("\n")).strip()


def text(*, longest: int = 500) -> Parser[str]:
    """Return a parser of free text: letters, digits and spaces in one width, Chinese punctuation untouched."""

    def convert(raw: Cell) -> str:
        value = _text(raw)
        if len(value) > longest:
            raise CellFault(
                "too_long",
                _("The text has %(length)s characters; at most %(longest)s fit."),
                _("Shorten it."),
                length=len(value),
                longest=longest,
            )
        return value

    return Parser(convert)


def _name(raw: Cell) -> str:
    return _HAN_GAP.sub("", folded(written(raw)).translate(NAME_DOTS))


def name(*, longest: int = 100) -> Parser[str]:
    """Return a parser of names of units and persons: one width, spaces between Chinese characters removed."""

    def convert(raw: Cell) -> str:
        value = _name(raw)
        if len(value) > longest:
            raise CellFault(
                "too_long",
                _("The text has %(length)s characters; at most %(longest)s fit."),
                _("Shorten it."),
                length=len(value),
                longest=longest,
            )
        return value

    return Parser(convert)
