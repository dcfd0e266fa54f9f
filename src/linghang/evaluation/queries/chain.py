"""月考核、季督导、年底总评 of one unit: its months, its quarters with visits and findings, its year."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from linghang.evaluation.enums import VISIT_KIND, RunState
from linghang.evaluation.models import Scheme, Score
from linghang.evaluation.queries.parts import list_indices
from linghang.evaluation.queries.rounding import round_points
from linghang.evaluation.queries.schemes import list_in_force
from linghang.evaluation.queries.visible import visible_scores
from linghang.ledger import api as ledger
from linghang.ledger.models import Fact
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind
from linghang.rectification.models import Problem
from linghang_core.periods import Period, PeriodKind


@dataclass
class Cell:
    """A result of the unit in a period; `total` is what holds now, a correction included."""

    period: Period
    score: Score | None = None
    total: Decimal | None = None
    band: str = ""

    @property
    def is_published(self) -> bool:
        """Return whether it is public."""
        return self.score is not None and self.score.run.state == RunState.PUBLISHED


@dataclass
class Visit:
    """A supervision visit that was signed off: the day, what it found, the page of its record."""

    fact: Fact
    url: str

    @property
    def findings(self) -> int:
        """Return how many findings there were."""
        return int(self.fact.quantity) // 100


@dataclass
class Quarter:
    """A quarter of the chain: its own result, visits, and the problems they stated."""

    cell: Cell
    visits: list[Visit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Chain:
    """A unit's year; schemes are None where none is in force for that kind of period."""

    unit: Unit
    year: Period
    month_scheme: Scheme | None
    quarter_scheme: Scheme | None
    year_scheme: Scheme | None
    months: list[Cell] = field(default_factory=list)
    quarters: list[Quarter] = field(default_factory=list)
    result: Cell | None = None

    @property
    def mean(self) -> Decimal | None:
        """Return the mean of the published months: what the year is built on."""
        known = [cell.total for cell in self.months if cell.is_published and cell.total is not None]
        if not known:
            return None
        return round_points(sum(known, Decimal(0)) / len(known))


def read_chain(scope: Scope, unit: Unit, year: Period) -> Chain:
    """Return the chain of a unit for a year; the number of queries does not grow with its records."""
    month, quarter, whole = _choose_schemes(unit)
    chain = Chain(unit, year, month, quarter, whole)
    cells = _read_cells(scope, unit, [one for one in (month, quarter, whole) if one], year)

    def cell(scheme: Scheme | None, period: Period) -> Cell:
        known = cells.get((scheme.code, str(period))) if scheme else None
        return known or Cell(period)

    chain.months = [cell(month, period) for period in year.parts()]
    chain.quarters = [Quarter(cell(quarter, period)) for period in year.parts(PeriodKind.QUARTER)]
    chain.result = cell(whole, year)
    for visit in _list_visits(scope, unit, year):
        _find(chain, visit.fact.counts_on.month).visits.append(visit)
    for problem in _list_problems(scope, unit, year):
        if problem.stated_on is not None:
            _find(chain, problem.stated_on.month).problems.append(problem)
    return chain


def _find(chain: Chain, month: int) -> Quarter:
    return chain.quarters[(month - 1) // 3]


def _choose_schemes(unit: Unit) -> tuple[Scheme | None, Scheme | None, Scheme | None]:
    """The year's scheme that is built on months, its month scheme, and the quarter's built on it."""
    adopted = list_in_force(int(unit.path.split("/")[1])).filter(subject="unit")
    by_kind: dict[str, list[Scheme]] = {}
    for scheme in adopted:
        by_kind.setdefault(scheme.document["period"], []).append(scheme)
    months = {scheme.code: scheme for scheme in by_kind.get("month", [])}
    built = [
        (scheme, months[code])
        for scheme in by_kind.get("year", [])
        for code in list_indices(scheme)
        if code in months
    ]
    whole = built[0][0] if built else None
    month = built[0][1] if built else next(iter(months.values()), None)
    quarters = by_kind.get("quarter", [])
    on_it = [one for one in quarters if month is not None and month.code in list_indices(one)]
    return month, next(iter(on_it), None), whole


def _read_cells(
    scope: Scope, unit: Unit, schemes: list[Scheme], year: Period
) -> dict[tuple[str, str], Cell]:
    rows = (
        visible_scores(scope)
        .filter(
            unit=unit,
            person=None,
            run__scheme__code__in=[scheme.code for scheme in schemes],
            run__period__startswith=str(year),
            run__state__in=[RunState.PUBLISHED, RunState.DONE],
        )
        .select_related("run__scheme")
        .prefetch_related("corrections")
        .defer("result")
        .order_by("run__state", "pk")  # "done" before "published": what is public counts
    )
    found = {}
    for score in rows:
        last = max(score.corrections.all(), key=lambda row: row.pk, default=None)
        total, band = (last.new_total, last.new_band) if last else (score.total, score.band)
        period = Period.parse(score.run.period)
        found[score.run.scheme.code, score.run.period] = Cell(period, score, total, band)
    return found


def _list_visits(scope: Scope, unit: Unit, year: Period) -> list[Visit]:
    facts = (
        Fact.objects.filter(
            kind=VISIT_KIND,
            withdrawn_seq=None,
            unit__path__startswith=unit.path,
            counts_on__gte=year.first_day,
            counts_on__lt=year.end,
            entry__in=ledger.list_entries(scope).filter(kind=VISIT_KIND),
        )
        .select_related("entry")
        .order_by("counts_on", "seq")
    )
    return [Visit(fact, ledger.find_page(fact.entry)) for fact in facts]


def _list_problems(scope: Scope, unit: Unit, year: Period) -> list[Problem]:
    return list(
        rectification.list_problems(scope)
        .filter(
            unit__path__startswith=unit.path,
            source_kind=SourceKind.SUPERVISION,
            stated_on__gte=year.first_day,
            stated_on__lt=year.end,
        )
        .order_by("stated_on", "pk")
    )
