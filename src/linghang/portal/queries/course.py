"""Numbers of the bureau by month: how much was done of what fell due, and how many hours were served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from linghang.activities.enums import ObligationState
from linghang.activities.models import Obligation
from linghang.ledger.models import Fact
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.portal.queries.posts import within
from linghang.rectification import api as rectification
from linghang.rectification.enums import SOLVED
from linghang.worklists import api as worklists
from linghang.worklists.enums import FINISHED
from linghang_core.periods import Period, PeriodKind

MONTHS = 12
HOURS = "service.hours"


@dataclass(frozen=True)
class Share:
    """What fell due in a month, and how much of it was done in time."""

    due: int = 0
    done: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Return the part done with one decimal, None where nothing fell due."""
        if not self.due:
            return None
        return (Decimal(self.done * 100) / self.due).quantize(Decimal("0.1"))

    @property
    def rest(self) -> int:
        """Return how much was not done in time."""
        return self.due - self.done


def last_months(count: int = MONTHS) -> list[Period]:
    """Return the months that are over, oldest first."""
    found = [Period.containing(clock.today(), PeriodKind.MONTH).previous()]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]


def count_cadence(scope: Scope, paths: Sequence[str], months: Sequence[Period]) -> list[Share]:
    """Return, by month, the duties that fell due and those done; waived ones are not due; one query."""
    rows = (
        Obligation.objects.filter(
            scope.restrict(Permission.VIEW_RECORDS, "unit__path"),
            within(paths, "unit__path"),
            due_on__gte=months[0].first_day,
            due_on__lt=months[-1].end,
        )
        .exclude(state=ObligationState.WAIVED)
        .order_by()
        .values_list("due_on")
        .annotate(due=Count("pk"), done=Count("pk", filter=Q(state=ObligationState.MET)))
    )
    return _by_month(rows, months)


def count_tasks(scope: Scope, paths: Sequence[str], months: Sequence[Period]) -> list[Share]:
    """Return, by month, the tasks that fell due and those finished in time; one query."""
    rows = (
        worklists.filter_unit_tasks(worklists.list_tasks(scope))
        .filter(
            within(paths, "unit__path"),
            due_on__gte=months[0].first_day,
            due_on__lt=months[-1].end,
        )
        .order_by()
        .values_list("due_on")
        .annotate(
            due=Count("pk"),
            done=Count("pk", filter=Q(state__in=FINISHED, finished_on__lte=F("due_on"))),
        )
    )
    return _by_month(rows, months)


def count_problems(scope: Scope, paths: Sequence[str], months: Sequence[Period]) -> list[Share]:
    """Return, by month, the problems whose closure fell due and those closed in time; one query."""
    rows = (
        rectification.list_problems(scope)
        .filter(
            within(paths, "unit__path"),
            due_on__gte=months[0].first_day,
            due_on__lt=months[-1].end,
        )
        .order_by()
        .values_list("due_on")
        .annotate(
            due=Count("pk"),
            done=Count("pk", filter=Q(state__in=SOLVED, closed_on__lte=F("due_on"))),
        )
    )
    return _by_month(rows, months)


def sum_service(scope: Scope, paths: Sequence[str], months: Sequence[Period]) -> list[Decimal]:
    """Return the hours of service the members gave, by month; one query."""
    rows = (
        Fact.objects.filter(
            scope.restrict(Permission.VIEW_RECORDS, "unit__path"),
            within(paths, "unit__path"),
            kind=HOURS,
            withdrawn_seq=None,
            counts_on__gte=months[0].first_day,
            counts_on__lt=months[-1].end,
        )
        .order_by()
        .values_list("counts_on")
        .annotate(Sum("quantity"))
    )
    sums: dict[str, int] = defaultdict(int)
    for day, hundredths in rows:
        sums[f"{day:%Y-%m}"] += hundredths
    return [Decimal(sums[str(month)]) / 100 for month in months]


def own_service(person_id: int, start: date) -> Decimal:
    """Return the hours of service a person gave from a day on; one query."""
    found = Fact.objects.filter(
        person_id=person_id, kind=HOURS, withdrawn_seq=None, counts_on__gte=start
    ).aggregate(sum=Sum("quantity"))
    return Decimal(found["sum"] or 0) / 100


def _by_month(rows: Iterable[tuple[date, int, int]], months: Sequence[Period]) -> list[Share]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for day, due, done in rows:
        sums[f"{day:%Y-%m}"][0] += due
        sums[f"{day:%Y-%m}"][1] += done
    return [Share(*sums[str(month)]) for month in months]
