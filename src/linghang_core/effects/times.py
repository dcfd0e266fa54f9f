"""Periods as tables write them: their order, and the place of a start among them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from linghang_core.effects.results import EffectsError

YEAR_LAST = re.compile(r"(?!\D*(?:19|20)\d\d(?!\d)).*(?<!\d)(?:19|20)\d\d")
MONTH_NAMED = re.compile(
    r"(?:.*[^a-z])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*\d.*|"
    r"\d.*[^a-z](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*",
    re.IGNORECASE,
)
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|月)?")


def order_times(values: pd.Series) -> tuple[str, ...]:
    """Return the different times as text, in order: as numbers where all are, else as text.

    Numbers within text count as numbers: 2026-9 comes before 2026-10. Raises EffectsError for times
    written with the year last or the month by its name, which would be put in a wrong order.
    """
    names = list(dict.fromkeys(values))
    numbers = pd.to_numeric(pd.Series(names, dtype=object), errors="coerce")
    if numbers.notna().all():
        return tuple(name for _, name in sorted(zip(numbers, names, strict=True)))
    wrong = next((name for name in names if _is_year_last(name)), None)
    if wrong is not None:
        raise EffectsError(
            f"time {wrong!r} has no order as text; write days as 2026-01-31, months as 2026-01, "
            "quarters as 2026Q1"
        )
    return tuple(sorted(names, key=split_numbers))


def place_start(start: str, times: tuple[str, ...]) -> int:
    """Return the place of the first period not before `start`."""
    if not start:
        return len(times)
    if _is_number(times[0]) and all(map(_is_number, times)) and not _is_number(start):
        raise EffectsError(f"first treated period {start!r} is no number, as the times are")
    if _is_number(start) and _is_number(times[0]):
        return sum(float(name) < float(start) for name in times)
    if not re.search(r"\d", start) and any(re.search(r"\d", name) for name in times):
        raise EffectsError(
            f"first treated period {start!r} is no period; write one such as {times[0]}, "
            "and leave units never treated empty"
        )
    if _is_year_last(start):
        raise EffectsError(
            f"first treated period {start!r} has no order as text; write it as the times are, "
            f"such as {times[0]}"
        )
    begun = _read_order(start)
    return sum(_read_order(name) < begun for name in times)


def _is_year_last(name: str) -> bool:
    return bool(YEAR_LAST.fullmatch(name) or MONTH_NAMED.fullmatch(name))


def _read_order(name: str) -> list[tuple[int, str]]:
    """Return what a period is ordered by: 2026/1/5 and 2026年1月5日 are where 2026-01-05 is."""
    day = DAY.fullmatch(name)
    return split_numbers("-".join(part for part in day.groups() if part) if day else name)[0]


def split_numbers(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return text cut into its words and numbers, so that 9 comes before 10."""
    parts = re.findall(r"\d+|\D+", name)
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in parts], name


def _is_number(name: str) -> bool:
    try:
        return bool(np.isfinite(float(name)))
    except ValueError:
        return False
