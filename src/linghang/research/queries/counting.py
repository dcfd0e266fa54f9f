"""Counting talks so that nobody can be guessed.

What is shown stands for at least three persons talked with. Months of a branch that hold fewer are
joined with those after them, branches that hold fewer in the whole year are joined with others, and
the month that runs is not counted yet: its changes from one look to the next would name a day. The
parts of a line add up to its total and the lines to that of the bureau; because every part holds
three persons, no difference of shown numbers does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from linghang.org.models import Unit
from linghang.research.models import Talk

LEAST = 3


@dataclass(frozen=True)
class Span:
    """Months of the year, first to last, with how many talks there were in them together."""

    first: int
    last: int
    talks: int


@dataclass(frozen=True)
class Line:
    """A branch, or branches joined (`unit` is None, `joined` how many), with the year's talks in spans."""

    unit: Unit | None
    joined: int
    talks: int
    spans: tuple[Span, ...]


def count_talks(root: Unit, year: int, on: date) -> tuple[list[Line], int | None]:
    """Return the lines of a bureau's year up to the last full month, and the total; one query.

    The total is None when it stands for fewer than three persons: then there is no line either.
    """
    rows = Talk.objects.filter(
        unit__path__startswith=root.path, on__year=year, withdrawn_at=None
    ).select_related("unit")
    if year == on.year:
        rows = rows.filter(on__lt=on.replace(day=1))
    if year > on.year:
        rows = rows.none()
    by_unit: dict[Unit, list[tuple[int, int, int]]] = defaultdict(list)
    for talk in rows.order_by("unit__path", "pk"):
        by_unit[talk.unit].append((talk.on.month, talk.partner_id, talk.pk))
    return join_lines(by_unit)


def join_lines(
    by_unit: dict[Unit, list[tuple[int, int, int]]],
) -> tuple[list[Line], int | None]:
    """Return the lines and the total of (month, partner, talk) by unit; pure."""
    small = [unit for unit, talks in by_unit.items() if not _enough(talks)]
    large = [unit for unit in by_unit if unit not in small]
    rest = [talk for unit in small for talk in by_unit[unit]]
    while small and not _enough(rest) and large:
        # The smallest of the others joins them, or else its line would give theirs away.
        least = min(large, key=lambda unit: (len(by_unit[unit]), unit.path))
        large.remove(least)
        small.append(least)
        rest += by_unit[least]
    lines = [
        Line(unit, 1, len(by_unit[unit]), join_months(by_unit[unit]))
        for unit in sorted(large, key=lambda unit: unit.path)
    ]
    if small and _enough(rest):
        lines.append(Line(None, len(small), len(rest), join_months(rest)))
    return lines, sum(line.talks for line in lines) if lines else None


def join_months(talks: Sequence[tuple[int, int, int]]) -> tuple[Span, ...]:
    """Return the spans of months, each with at least three persons; pure.

    Months are joined forwards; what is left at the end joins the span before it.
    """
    spans: list[tuple[int, int, list[tuple[int, int, int]]]] = []
    waiting: list[tuple[int, int, int]] = []
    first = 0
    for month in sorted({month for month, _partner, _talk in talks}):
        first = first or month
        waiting += [talk for talk in talks if talk[0] == month]
        if _enough(waiting):
            spans.append((first, month, waiting))
            first, waiting = 0, []
    if waiting and spans:
        begun, _last, held = spans.pop()
        spans.append((begun, max(month for month, _p, _t in waiting), held + waiting))
    return tuple(Span(begun, last, len(held)) for begun, last, held in spans)


def _enough(talks: Sequence[tuple[int, int, int]]) -> bool:
    return len({partner for _month, partner, _talk in talks}) >= LEAST
