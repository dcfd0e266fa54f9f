"""Numbers of headings: 一、（一）1.（1）."""

from collections.abc import Iterable

from linghang_core.documents.model import DocumentError, Heading

DIGITS = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """Return 1 to 99 in Chinese: 一, 十, 十一, 二十, 二十一 …"""
    if not 1 <= number <= 99:
        raise DocumentError(f"no more than 99 headings can be numbered, got {number}")
    tens, units = divmod(number, 10)
    if not tens:
        return DIGITS[units]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[units] if units else "")


def heading_label(level: int, number: int) -> str:
    """Return the number as printed before a heading of that level."""
    return {
        1: lambda: f"{chinese_numeral(number)}、",
        2: lambda: f"（{chinese_numeral(number)}）",
        3: lambda: f"{number}.",
        4: lambda: f"（{number}）",
    }[level]()


def number_headings(headings: Iterable[Heading]) -> list[str]:
    """Return the label of each heading; a heading starts the count of the levels below anew."""
    counts = {1: 0, 2: 0, 3: 0, 4: 0}
    labels = []
    for heading in headings:
        counts[heading.level] += 1
        counts.update({level: 0 for level in counts if level > heading.level})
        labels.append(heading_label(heading.level, counts[heading.level]))
    return labels
