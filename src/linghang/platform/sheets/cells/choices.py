"""One of several words, and yes or no."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells.parser import ONLY_EMPTY, Cell, Parser, match_key, written
from linghang.platform.sheets.faults import CellFault

Choices = Mapping[Any, Sequence[str]]


def choice(options: Choices | Callable[[], Choices]) -> Parser[Any]:
    """Return a parser of one of `options`: value → names, the first name being the one shown.

    A callable is asked once per run, for choices that depend on installed packs. Names compare in one
    width without spaces.
    """

    def current() -> Choices:
        return options() if callable(options) else options

    def names() -> list[str]:
        return [spellings[0] for spellings in current().values()]

    def prepare() -> Callable[[Cell], Any]:
        known = {match_key(n): value for value, spellings in current().items() for n in spellings}
        shown = names()

        def convert(raw: Cell) -> Any:
            key = match_key(written(raw))
            if key in known:
                return known[key]
            raise unknown_choice(written(raw), shown)

        return convert

    def convert_once(raw: Cell) -> Any:
        return prepare()(raw)

    return Parser(convert_once, kind="choice", options=names, prepare=prepare)


def unknown_choice(value: str, shown: Sequence[str]) -> CellFault:
    """Return the fault for a word that is none of `shown`, naming the nearest or all of them."""
    if not shown:
        return CellFault(
            "unknown_choice",
            _("This is not one of the words known here."),
            _("No choices exist yet: ask your administrator to install the practice pack."),
        )
    near = difflib.get_close_matches(value.strip(), shown, 1, 0.6)
    if near:
        return CellFault(
            "unknown_choice",
            _("This is not one of the words known here."),
            _("Did you mean %(near)s?"),
            near=near[0],
        )
    return CellFault(
        "unknown_choice",
        _("This is not one of the words known here."),
        _("Write one of: %(options)s."),
        options="、".join(shown[:20]) + ("…" if len(shown) > 20 else ""),
    )


_YES = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓", "✔", "☑", "对", "已"})
_NO = frozenset(
    {"否", "无", "没有", "不是", "n", "no", "false", "0", "×", "x", "✗", "✘", "☐", "错", "未"}
)


def _yes_no(raw: Cell) -> bool:
    key = match_key(written(raw))
    if key in _YES:
        return True
    if key in _NO:
        return False
    raise CellFault("not_yes_no", _("Yes or no is expected here."), _("Write 是 or 否."))


def yes_no() -> Parser[bool]:
    """Return a parser of yes and no (是/否, √/×, 1/0 …); "无" means no here, not blank."""
    return Parser(_yes_no, kind="choice", blanks=ONLY_EMPTY, options=lambda: ["是", "否"])
