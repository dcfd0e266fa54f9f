"""What units were asked for by month: one grouped query a source, however many units.

docs/algorithms/burden.md says in prose what counts as what, with a worked table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from linghang.burden.queries import sources
from linghang.org import api as org
from linghang.org.enums import BRANCH_KINDS, UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.enums import ProofUse, TaskState, Verb
from linghang.worklists.models import Act, Assignment, Worklist
from linghang_core.periods import Period, PeriodKind

# What a person has to type, by form; the day and everything known is filled in already. A test
# compares these numbers with the forms themselves.
FIELDS_OF_A_TASK = 1
FIELDS_OF_EVIDENCE = 1
FIELDS_OF_A_PROBLEM = 1
FIELDS_OF_A_CASE = 1
FIELDS_OF_A_LINE = 1
REPORTED = ~Q(item__proof_use=ProofUse.FINISH) | Q(item__proof_kind="")
EVIDENCED = REPORTED & Q(item__needs_evidence=True)

NO_TASKS = (0, 0, 0, 0)
Key = tuple[int, str]  # unit, month as 2026-11


@dataclass(frozen=True)
class Load:
    """What a unit was asked for in a month.

    `items` are different items; `reports` the times something had to be reported for them;
    `evidence` those with a proof asked for; `meetings` duties of organisation life due;
    `visits` of research received; `problems` and `cases` what was put to the unit to solve; `sheets`
    check sheets to be answered (diagnosis, self-examination) and `lines` the questions on them;
    `personal` what its members were asked.
    """

    items: int = 0
    reports: int = 0
    evidence: int = 0
    meetings: int = 0
    visits: int = 0
    problems: int = 0
    cases: int = 0
    sheets: int = 0
    lines: int = 0
    personal: int = 0

    @property
    def forms(self) -> int:
        """Return how many forms had to be filled: one a report, a problem, a case, a check sheet."""
        return self.reports + self.problems + self.cases + self.sheets

    @property
    def fields(self) -> int:
        """Return how many fields had to be typed in these forms."""
        return (
            FIELDS_OF_A_TASK * self.reports
            + FIELDS_OF_EVIDENCE * self.evidence
            + FIELDS_OF_A_PROBLEM * self.problems
            + FIELDS_OF_A_CASE * self.cases
            + FIELDS_OF_A_LINE * self.lines
        )

    def __add__(self, other: Self) -> Self:
        """Return both together: of different units or months, so that nothing counts twice."""
        return type(self)(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )


@dataclass(frozen=True)
class IssuerLoad:
    """What one unit asked of others in a month: items, askings, units reached, with evidence, sheets."""

    issuer: Unit
    items: int = 0
    reports: int = 0
    units: int = 0  # asked by lists
    evidence: int = 0
    sheets: int = 0


@dataclass(frozen=True)
class Reasoned:
    """What went down above the cap, a list or items added to one, with the reason its issuer gave."""

    worklist: Worklist
    reason: str


def list_units(scope: Scope) -> QuerySet[Unit]:
    """Return the open branches and general branches whose records the reader may see."""
    found = Unit.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "path"),
        kind__in=[*BRANCH_KINDS, UnitKind.GENERAL_BRANCH],
    )
    return org.open_units(found, clock.today()).order_by("path")


def asked(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what others asked: what a unit asks of itself is its own plan, and what was withdrawn or
    is optional burdens nobody.
    """
    own = Q(worklist__issuer_id=F("unit_id"), worklist__issuer__isnull=False)
    return tasks.filter(item__required=True).exclude(state=TaskState.WITHDRAWN).filter(~own)


def count_loads(
    scope: Scope, unit_ids: Collection[int], months: Sequence[Period]
) -> dict[Key, Load]:
    """Return the load of each unit and month where there is one; seven queries in all.

    `months` follow each other; the reader sees `unit_ids` (list_units).
    """
    days = (months[0].first_day, months[-1].last_day)
    found: dict[Key, dict[str, int]] = {}

    def note(unit: int, month: str, **numbers: int) -> None:
        row = found.setdefault((unit, month), {})
        for name, number in numbers.items():
            row[name] = row.get(name, 0) + number

    rows = (
        asked(worklists.list_tasks(scope))
        .filter(unit_id__in=unit_ids, asked_on__range=days)
        .order_by()
        .annotate(month=sources.month_of_day("asked_on", days))
        .values_list("unit_id", "month")
        .annotate(
            items=Count("item_id", distinct=True, filter=Q(person__isnull=True)),
            reports=Count("pk", filter=REPORTED & Q(person__isnull=True)),
            evidence=Count("pk", filter=EVIDENCED & Q(person__isnull=True)),
            personal=Count("pk", filter=Q(person__isnull=False)),
        )
    )
    for unit, month, items, reports, evidence, personal in rows:
        note(unit, month, items=items, reports=reports, evidence=evidence, personal=personal)
    for unit, month, number in sources.count_meetings(unit_ids, days):
        note(unit, month, meetings=number)
    for unit, month, number in sources.count_visits(unit_ids, days):
        note(unit, month, visits=number)
    for unit, month, number in sources.count_problems(scope, unit_ids, days):
        note(unit, month, problems=number)
    for unit, month, number in sources.count_cases(unit_ids, days):
        note(unit, month, cases=number)
    for count in (sources.count_sheets, sources.count_replies):
        for unit, month, sheets, lines in count(scope, unit_ids, days):
            note(unit, month, sheets=sheets, lines=lines)
    return {key: Load(**numbers) for key, numbers in found.items()}


def count_by_issuer(scope: Scope, unit_ids: Collection[int], month: Period) -> list[IssuerLoad]:
    """Return who asked how much of the units in the month, who asked most first; four queries."""
    rows = (
        _unit_tasks(worklists.list_tasks(scope), unit_ids, month)
        .order_by()
        .annotate(asker=Coalesce("worklist__issuer_id", "worklist__root_id"))
        .values_list("asker")
        .annotate(
            items=Count("item_id", distinct=True),
            reports=Count("pk", filter=REPORTED),
            units=Count("unit_id", distinct=True),
            evidence=Count("pk", filter=EVIDENCED),
        )
    )
    numbers = {
        asker: (items, reports, units, proofs) for asker, items, reports, units, proofs in rows
    }
    sheets = _count_sheets_by_issuer(scope, unit_ids, month)
    issuers = Unit.objects.in_bulk([*numbers, *sheets])
    found = [
        IssuerLoad(issuer, *numbers.get(pk, NO_TASKS), sheets=sheets[pk])
        for pk, issuer in issuers.items()
    ]
    return sorted(
        found, key=lambda load: (-load.reports - load.sheets, -load.items, load.issuer.path)
    )


def _count_sheets_by_issuer(scope: Scope, unit_ids: Collection[int], month: Period) -> Counter[int]:
    days = (month.first_day, month.last_day)
    found: Counter[int] = Counter()
    for rows in (
        sources.list_sheets(scope, unit_ids, days).values_list("round__root_id"),
        sources.list_replies(scope, unit_ids, days).values_list("examination__root_id"),
    ):
        for issuer, number in rows.annotate(number=Count("pk")):
            found[issuer] += number
    return found


def _unit_tasks(
    tasks: QuerySet[Assignment], unit_ids: Collection[int], month: Period
) -> QuerySet[Assignment]:
    days = (month.first_day, month.last_day)
    return asked(tasks).filter(unit_id__in=unit_ids, person__isnull=True, asked_on__range=days)


def count_items(unit_ids: Collection[int], month: Period) -> dict[int, int]:
    """Return how many different items each unit was asked in the month, whoever reads; one query."""
    rows = _unit_tasks(Assignment.objects.all(), unit_ids, month).order_by().values_list("unit_id")
    return dict(rows.annotate(items=Count("item_id", distinct=True)))


def list_reasons(scope: Scope, month: Period) -> list[Reasoned]:
    """Return what was asked in the month above the cap on lists the reader sees; one query."""
    found = Act.objects.filter(
        worklist__in=worklists.list_lists(scope),
        item=None,
        assignment=None,
        verb__in=[Verb.ISSUED, Verb.ADDED],
        at__date__range=(month.first_day, month.last_day),
    ).exclude(reason="")
    rows = found.select_related("worklist__issuer", "worklist__root").order_by("at", "pk")
    return [Reasoned(act.worklist, act.reason) for act in rows]


def last_months(until: Period, number: int) -> list[Period]:
    """Return so many months up to and with the last, the earliest first."""
    found = [until]
    while len(found) < number:
        found.append(found[-1].previous())
    return found[::-1]


def month_of(day: date) -> Period:
    """Return the month a day lies in."""
    return Period.containing(day, PeriodKind.MONTH)
