"""How branches stand with the handbook in a period: sheets by standard, a matrix by chapter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linghang.handbook.enums import Check, Concern, Verdict
from linghang.handbook.models import Chapter, Handbook, Standard, Version
from linghang.handbook.queries import versions
from linghang.handbook.queries.judging import Ask, Finding, Proof, find_next, judge
from linghang.handbook.queries.records import Records
from linghang.org.api import visible_units
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang_core.periods import Period, PeriodKind

LENGTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@dataclass(frozen=True)
class Window:
    """One span of a standard with its first day, the last one looked at, and whether it is over."""

    span: Period
    first: date
    on: date
    is_begun: bool
    is_over: bool


@dataclass(frozen=True)
class Part:
    """How a standard stands in one of its own spans; `ask` is None where nothing was asked."""

    span: Period
    finding: Finding
    check: Check
    ask: Ask | None = field(default=None, compare=False)

    @property
    def next(self) -> Proof | None:
        """Return what to do next, None where nothing is to be done."""
        return find_next(self.check, self.ask, self.finding) if self.ask else None


@dataclass(frozen=True)
class Line:
    """How a branch stands with a standard in the period looked at."""

    standard: Standard
    verdict: Verdict
    parts: tuple[Part, ...]

    @property
    def telling(self) -> Part:
        """Return the span that decides: the first that stands as the whole does."""
        same = (part for part in self.parts if part.finding.verdict is self.verdict)
        return next(same, self.parts[0])


@dataclass(frozen=True)
class Sheet:
    """A branch with every standard that concerns it, by chapter."""

    unit: Unit
    period: Period
    chapters: tuple[tuple[Chapter, tuple[Line, ...]], ...]

    def count(self, verdict: Verdict, chapter_id: int | None = None) -> int:
        """Return how many standards stand so, in all or in one chapter."""
        return sum(
            line.verdict is verdict
            for chapter, lines in self.chapters
            if chapter_id in {None, chapter.pk}
            for line in lines
        )


def list_units(scope: Scope, handbook: Handbook) -> QuerySet[Unit]:
    """Return the open units of the bureau whose records the reader sees, in the order of the tree."""
    seen = visible_units(scope, Permission.VIEW_RECORDS)
    found = seen.filter(path__startswith=handbook.unit.path, closed_on=None, line="party")
    return found.order_by("path")


def read_sheets(
    version: Version, units: Sequence[Unit], period: Period, today: date
) -> dict[int, Sheet]:
    """Return unit id → sheet by the version, for units with at least one standard that concerns them.

    The number of queries is the same for any number of units.
    """
    chapters = versions.read_chapters(version)
    standards = [one for chapter in chapters for one in chapter.standards.all()]
    kinds = {kind for one in standards for kind in one.kinds}
    wanted = [unit for unit in units if unit.kind in kinds]
    year = Period.containing(period.first_day, PeriodKind.YEAR)
    records = Records(wanted, standards, year.first_day, year.last_day, today)
    windows = {one.pk: _open_windows(one, period, today) for one in standards}
    on, sheets = min(period.last_day, today), {}
    for unit in wanted:
        made = tuple(
            (chapter, tuple(_read_lines(chapter, unit, on, windows, records)))
            for chapter in chapters
        )
        sheets[unit.pk] = Sheet(unit, period, tuple(pair for pair in made if pair[1]))
    return sheets


def _read_lines(
    chapter: Chapter, unit: Unit, on: date, windows: dict[int, list[Window]], records: Records
) -> Iterator[Line]:
    for one in chapter.standards.all():
        if unit.kind in one.kinds and _concerns(one, unit, on, records):
            parts = tuple(_read_part(one, unit, window, records) for window in windows[one.pk])
            yield Line(one, _sum_up([part.finding.verdict for part in parts]), parts)


def _concerns(one: Standard, unit: Unit, on: date, records: Records) -> bool:
    """Return whether the standard concerns the unit as it stood on the last day looked at."""
    match Concern(one.concern):
        case Concern.ANY:
            return True
        case Concern.GROUPS:
            return records.has_groups(unit.pk)
        case concern:
            return records.has_committee(unit.pk, on) == (concern is Concern.WITH)


def _open_windows(one: Standard, period: Period, today: date) -> list[Window]:
    """Return the standard's own spans that the period is made up of, or the one it lies in."""
    kind, last = PeriodKind(one.rhythm), period.last_day
    fits = LENGTHS[kind] <= LENGTHS[period.kind]
    spans = period.parts(kind) if fits else (Period.containing(period.first_day, kind),)
    return [
        Window(
            span=span,
            first=span.first_day,
            on=min(span.last_day, last, today),
            is_begun=span.first_day <= today,
            is_over=span.last_day <= last and span.last_day < today,
        )
        for span in spans
    ]


def _read_part(one: Standard, unit: Unit, window: Window, records: Records) -> Part:
    check, span = Check(one.check_code), window.span
    if not window.is_begun:
        return Part(span, Finding(Verdict.NOT_DUE, _("not begun yet")), check)
    if unit.established_on is not None and unit.established_on > window.first:
        return Part(span, Finding(Verdict.NOT_DUE, _("founded within the period")), check)
    ask = Ask(unit.pk, one.params, span, window.first, window.on, window.is_over, records)
    return Part(span, judge(check, ask), check, ask)


def _sum_up(verdicts: Iterable[Verdict]) -> Verdict:
    """Return how the whole stands: not met if any is not, met so far if some are and none is known worse."""
    found = set(verdicts)
    if found == {Verdict.MET, Verdict.NOT_DUE}:
        return Verdict.MET
    return min(found, key=list(Verdict).index)
