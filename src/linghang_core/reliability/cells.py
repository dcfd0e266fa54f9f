"""What the cells of a table say: names, numbers and times as people and programs write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pd.StringDtype()
THOUSANDS = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$"
DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})"
CLOCK = r"(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?)?"
OFFSET = r"\s*(Z|[+-]\d{2}(?::?\d{2})?)?"
# A moment that surely exists, whatever the month: those of the 29th and later are looked at one by one.
SURE = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
ZONE = r"(Z|[+-][01]\d:[0-5]\d)$"
# A single digit of a month, a day or an hour gets its nought.
PADDING = ((r"-(\d)-", r"-0\1-"), (r"-(\d)([ T])", r"-0\1\2"), (r"([ T])(\d):", r"\10\2:"))
COMPACT = r"^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})?)?$"
CHINESE = str.maketrans({"年": "-", "月": "-", "日": " ", "/": "-", "时": ":", "点": ":", "分": ":", "秒": ""})  # fmt: skip
FULL_HOUR = re.compile("[时点]$")
HOURS, MINUTES = 24, 60


@dataclass(frozen=True)
class Numbers:
    """Numbers of a column, NaN where there is none; `blank` says where the cell is empty."""

    found: np.ndarray
    blank: np.ndarray


@dataclass(frozen=True)
class Times:
    """Times of a column: `clock` as written (NaT where there is none); where `known` is true it is UTC
    already, because the cell gave an offset. `blank` says where the cell is empty.
    """

    clock: pd.Series
    known: np.ndarray
    blank: np.ndarray


def read_names(column: pd.Series) -> pd.Categorical:
    """Return the texts of a column without blanks around them, "" for an empty cell, as codes."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype(
            "Int64"
        )  # numbers beside an empty cell of a workbook: 7075, not 7075.0
    encoded = _as_arrow(column).fill_null("").dictionary_encode()
    words = pc.utf8_trim_whitespace(encoded.dictionary)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    if not words.equals(encoded.dictionary):
        again = words.dictionary_encode()
        words, codes = again.dictionary, again.indices.to_numpy(zero_copy_only=False)[codes]
    return pd.Categorical.from_codes(codes, categories=pd.Index(TEXT.__from_arrow__(words)))


def read_numbers(column: pd.Series) -> Numbers:
    """Return the numbers of a column. "1,200" and full-width digits are read, "1,5" is no number."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return Numbers(_finite(values), np.isnan(values))
    texts = _as_arrow(column)
    blank = pc.equal(pc.utf8_trim_whitespace(texts.fill_null("")), "").to_numpy(
        zero_copy_only=False
    )
    try:
        values = texts.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        plain = pd.Series(texts.to_pylist(), dtype=object).map(_plain, na_action="ignore")
        thousands = plain.str.match(THOUSANDS, na=False).to_numpy(dtype=bool)
        plain = plain.where(~thousands, plain.str.replace(",", "", regex=False))
        values = pd.to_numeric(plain, errors="coerce").to_numpy(dtype=float)
    return Numbers(_finite(values), blank)


def read_times(column: pd.Series) -> Times:
    """Return the times of a column.

    Read are 2026-03-05, 2026-3-5 8:30, 2026/03/05 08:30:15.5, 2026-03-05T08:30+08:00 (or Z),
    20260305 083000, 2026年3月5日8时30分, cells of a workbook, and 24:00 as the end of the day. A day
    alone is its midnight.
    """
    column = column.reset_index(drop=True)
    if pd.api.types.is_datetime64_any_dtype(column):
        return _read_typed(column)
    texts = _as_arrow(column)
    blank = pc.equal(pc.utf8_trim_whitespace(texts.fill_null("")), "").to_numpy(
        zero_copy_only=False
    )
    for zone in (None, "UTC"):  # all of them without an offset, all of them with one
        try:
            values = texts.cast(pa.timestamp("ns", zone)).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            continue
        return Times(pd.Series(values), ~blank if zone else np.zeros(len(column), bool), blank)
    return _read_mixed(texts, blank)


def _read_typed(column: pd.Series) -> Times:
    blank = column.isna().to_numpy()
    known = np.zeros(len(column), bool)
    if column.dt.tz is not None:
        column, known = column.dt.tz_convert("UTC").dt.tz_localize(None), ~blank
    # A workbook keeps days as fractions: 08:20 comes back as 08:19:59.999999.
    return Times(column.astype("datetime64[ns]").dt.round("ms"), known, blank)


def _read_mixed(texts: pa.StringArray, blank: np.ndarray) -> Times:
    """Return the times of a column that is not all of one form: most are, and are read at once."""
    texts = pc.replace_substring(texts.fill_null(""), "/", "-")
    for pattern, padded in PADDING:
        texts = pc.replace_substring_regex(texts, pattern, padded)
    clock = np.full(len(texts), np.datetime64("NaT", "ns"))
    known, rest = np.zeros(len(texts), bool), np.ones(len(texts), bool)
    for pattern, zone in ((SURE + "$", None), (SURE + ZONE, "UTC")):
        sure = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        values = texts.filter(pa.array(sure)).cast(pa.timestamp("ns", zone))
        clock[sure], known[sure] = values.to_numpy(zero_copy_only=False), zone is not None
        rest &= ~sure
    others = pd.Series(texts.filter(pa.array(rest)).to_pylist(), dtype=object)
    clock[rest], known[rest] = _read_carefully(others)
    return Times(pd.Series(clock), known, blank)


def _read_carefully(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return times written in any of the ways, and which are UTC; distinct texts are read once."""
    codes, distinct = pd.factorize(texts)
    plain = pd.Series([_spell(text) for text in distinct], dtype=object)
    parts = plain.str.extract(f"^{DAY}{CLOCK}{OFFSET}$").to_numpy(dtype=object)
    compact = plain.str.extract(COMPACT).to_numpy(dtype=object)
    fields = np.array(
        [
            _field(part[:6] if isinstance(part[0], str) else short)
            for part, short in zip(parts, compact, strict=True)
        ],
        dtype="datetime64[ns]",
    )
    offsets = np.array([_minutes(part[6]) for part in parts], dtype=float)
    known = ~np.isnan(offsets)
    shift = np.where(known, offsets, 0).astype("int64").astype("timedelta64[m]")
    # factorize gives -1 for an empty cell: the last place is kept for it.
    clock = np.append(fields - shift, np.datetime64("NaT", "ns"))
    return pd.Series(clock[codes]).dt.round("ms").to_numpy(), np.append(known, [False])[codes]


def _spell(text: Any) -> str:
    """Return 2026年1月5日9时 as 2026-1-5 9:00, and a time written with signs as it stands."""
    plain = FULL_HOUR.sub(":00", _plain(text))
    return plain.translate(CHINESE).rstrip(": ")


def _field(parts: Any) -> np.datetime64:
    """Return the moment of year, month, day, hour, minute, second as text; NaT for one that is none."""
    year, month, day, *clock = parts
    nothing = np.datetime64("NaT", "ns")
    if not isinstance(year, str):
        return nothing
    hour, minute, second = (float(part) if isinstance(part, str) else 0.0 for part in clock)
    late = hour > HOURS or (hour == HOURS and minute + second > 0)
    if late or minute >= MINUTES or second >= MINUTES:
        return nothing
    try:
        midnight = np.datetime64(f"{year}-{month:0>2}-{day:0>2}", "ns")
    except ValueError:
        return nothing
    nanoseconds = round(((hour * MINUTES + minute) * MINUTES + second) * 1e9)
    return midnight + np.timedelta64(nanoseconds, "ns")


def _minutes(offset: Any) -> float:
    """Return the minutes ahead of UTC of +08:00, +0800, +08 or Z; NaN where there is no offset."""
    if not isinstance(offset, str):
        return float("nan")
    if offset == "Z":
        return 0.0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return (1 if offset[0] == "+" else -1) * float(int(digits[:2]) * MINUTES + int(digits[2:]))


def _plain(text: Any) -> str:
    """Return the text with full-width digits and signs as plain ones, without blanks around it."""
    return unicodedata.normalize("NFKC", str(text)).strip().upper()


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def _as_arrow(column: pd.Series) -> pa.StringArray:
    found = pa.array(column.reset_index(drop=True).astype(TEXT), type=pa.large_string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
