"""Moments as people and Excel write them, read the same on every day and machine."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta, timezone

import pandas as pd

CHINA = timezone(timedelta(hours=8))
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d")
ZONE = re.compile(r":\d\d(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)$", re.IGNORECASE)
SERIAL = re.compile(r"[3-6]\d{4}(?:\.\d+)?")  # 1982 to 2091
HALF = re.compile(r"(上午|下午)\s*([\d:]+)")
WORDS = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "点": ":", "分": ":", "秒": " "})


def parse_moments(spelled: pd.Series) -> pd.Series:
    """Return texts as times without zone, NaT for what is none; a zone is turned to UTC+8.

    Read are ISO 8601, 2019/11/22 14:42:14, 2019年11月22日 下午2:42, and the day numbers of Excel.
    A text without a year of four digits is no time: 19-11-22 has three readings, 14:42 has no day.
    """
    clean = spelled.map(_clean)
    zoned = clean.map(lambda text: bool(ZONE.search(text))).astype(bool)
    serial = clean.map(lambda text: bool(SERIAL.fullmatch(text))).astype(bool)
    dated = clean.map(lambda text: bool(YEAR.search(text))).astype(bool)
    found = pd.to_datetime(
        clean.where(dated & ~zoned & ~serial, ""), errors="coerce", format="mixed"
    ).astype("datetime64[us]")
    if zoned.any():
        known = pd.to_datetime(clean[zoned & dated], errors="coerce", format="mixed", utc=True)
        found[known.index] = known.dt.tz_convert(CHINA).dt.tz_localize(None)
    if serial.any():
        days = pd.to_timedelta(clean[serial].astype(float), unit="D").dt.round("s")
        found[days.index] = pd.Timestamp("1899-12-30") + days
    return found


def _clean(text: str) -> str:
    """Return a text with Chinese words of date and time as separators."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isascii():
        return plain
    plain = HALF.sub(
        lambda found: f"{found[2]} {'AM' if found[1] == '上午' else 'PM'}",
        plain.translate(WORDS),
    )
    return " ".join(part.strip(":-") for part in plain.split())
