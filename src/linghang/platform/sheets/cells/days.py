"""Calendar days in all the forms in which people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells.parser import BLANK_WORDS, DASHES, Cell, Parser, folded
from linghang.platform.sheets.faults import CellFault

_EPOCH = date(1899, 12, 30)
# Serial numbers outside are taken for something else; 7306 is 1920-01-01, 73050 is 2099-12-31.
_FIRST_SERIAL, _LAST_SERIAL = 7306, 73050
_YEARS = range(1900, 2101)
_TIME_TAIL = re.compile(
    r"(?:\s+|T)\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?|分)?(?:Z|[+]\d\d:?\d\d)?$"
)
_YMD = re.compile(r"(\d{4})([-./年、。,])(\d{1,2})([-./月、。,])(\d{1,2})[日号.]?")
_YM = re.compile(r"(\d{4})[-./年、。,](\d{1,2})月?份?")
_MDY = re.compile(r"\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_SHORT_YEAR = re.compile(r"\d{2}[-./年]\d{1,2}[-./月]\d{1,2}[日号]?")

_WRITE_MONTH = _("Write year and month, for example 2026-10.")
_WRITE_DAY = _("Write year, month and day, for example 2021-07-01.")


def _no_such_date() -> CellFault:
    return CellFault(
        "no_such_date", _("There is no such date."), _("Check month and day against the calendar.")
    )


def _made(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise CellFault(
            "no_such_date", _("The year %(year)s is out of range."), _("Check the year."), year=year
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise _no_such_date() from None


def _date_of_number(number: float) -> date:
    whole = int(number) if abs(number) < 10**9 else 0  # also infinities and "not a number"
    if number == whole and whole in _YEARS:
        raise CellFault(
            "date_without_month", _("Only a year stands here; the day is needed."), _WRITE_DAY
        )
    if number != whole and whole in _YEARS:  # 2021.07 typed as a number
        raise CellFault(
            "date_without_day", _("Only a month stands here; the day is needed."), _WRITE_DAY
        )
    if number == whole and 19000101 <= whole <= 21001231:
        return _made(whole // 10000, whole // 100 % 100, whole % 100)
    if number == whole and 190001 <= whole <= 210012 and 1 <= whole % 100 <= 12:
        raise CellFault(
            "date_without_day", _("Only a month stands here; the day is needed."), _WRITE_DAY
        )
    if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=whole)
    raise CellFault("not_a_date", _("This is not a date."), _WRITE_DAY)


def _date_of_text(raw: str) -> date:
    value = folded(raw).translate(DASHES)
    value = _TIME_TAIL.sub("", value).replace(" ", "")
    if found := _YMD.fullmatch(value):
        return _made(int(found[1]), int(found[3]), int(found[5]))
    if re.fullmatch(r"\d+(\.\d+)?", value) and len(value) <= 16 and not _YM.fullmatch(value):
        return _date_of_number(float(value))
    if _YM.fullmatch(value):
        raise CellFault(
            "date_without_day", _("Only a month stands here; the day is needed."), _WRITE_DAY
        )
    if re.fullmatch(r"\d{4}年?", value):
        raise CellFault(
            "date_without_month", _("Only a year stands here; the day is needed."), _WRITE_DAY
        )
    if _MDY.fullmatch(value) or _SHORT_YEAR.fullmatch(value):
        raise CellFault(
            "date_ambiguous", _("Day, month and year cannot be told apart here."), _WRITE_DAY
        )
    raise CellFault("not_a_date", _("This is not a date."), _WRITE_DAY)


def _date(raw: Cell) -> date:
    if isinstance(raw, datetime):
        return _made(raw.year, raw.month, raw.day)
    if isinstance(raw, date):
        return _made(raw.year, raw.month, raw.day)
    if isinstance(raw, str):
        return _date_of_text(raw)
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _date_of_number(float(raw))
    raise CellFault("not_a_date", _("This is not a date."), _WRITE_DAY)


def day(*, open_words: Iterable[str] = ()) -> Parser[date]:
    """Return a parser of calendar days; `open_words` (至今, 现任 …) count as blank.

    Accepted: Excel dates, serial numbers (also as text), 2026-08-21, 2026.8.21, 2026/8/21, 20260821,
    2026年8月21日, all of these in full width or with a time behind. Two-digit years and month-first dates
    are refused because guessing would write a wrong day into somebody's record.
    """
    return Parser(_date, kind="date", blanks=BLANK_WORDS | frozenset(open_words))


def _month(raw: Cell) -> date:
    if isinstance(raw, float) and raw != int(raw) and int(raw) in _YEARS:
        raise CellFault(  # 2026.10 and 2026.1 are one number: a guess would take the wrong month
            "month_ambiguous", _("October and January look alike in a number."), _WRITE_MONTH
        )
    if isinstance(raw, str):
        value = folded(raw).translate(DASHES).replace(" ", "")
        if found := _YM.fullmatch(value):
            return _made(int(found[1]), int(found[2]), 1)
    if isinstance(raw, (int, float, str)) and re.fullmatch(r"\d{6}(\.0)?", str(raw).strip()):
        whole = int(float(raw))
        return _made(whole // 100, whole % 100, 1)
    return _date(raw).replace(day=1)


def month() -> Parser[date]:
    """Return a parser of months, as their first day: 2026-10, 2026年10月, 202610, or any day in it."""
    return Parser(_month, kind="text", blanks=BLANK_WORDS)
