"""Numbers and lists as documents print them. Chinese always."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from linghang.evaluation.enums import NOT_RATED_WORDS

GAP = "—"


def points(value: Decimal | None) -> str:
    """Return points with two decimals, a true minus sign, and a dash for none."""
    return GAP if value is None else f"{value:.2f}".replace("-", "−")


def amount(value: Decimal | None) -> str:
    """Return an amount without needless zeros, a dash for none."""
    if value is None:
        return GAP
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def signed_number(value: int) -> str:
    """Return a difference with its sign."""
    return f"+{value}" if value > 0 else str(value).replace("-", "−")


def join(parts: Iterable[str]) -> str:
    """Return the parts as a Chinese list."""
    return "、".join(parts)


def join_counts(counts: Sequence[tuple[str, int]], each: str) -> str:
    """Return what there is of each as a list, leaving out what there is none of."""
    return join(f"{name}{number}{each}" for name, number in counts if number)


def name_reason(code: str) -> str:
    """Return why somebody is not rated; Chinese only inside `override("zh-hans")`."""
    return str(NOT_RATED_WORDS.get(code, code))


def name_reasons(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the reasons why somebody is not rated with their counts."""
    return [(name_reason(code), counts[code]) for code in NOT_RATED_WORDS if counts.get(code)]
