"""What is asked of units beside lists: one grouped query a source, rows of (unit, month, numbers).

Each takes the units and the days from the first to the last; what a unit asked itself is left out.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When

from linghang.activities.enums import ObligationState
from linghang.activities.models import Obligation
from linghang.diagnosis import api as diagnosis
from linghang.diagnosis.enums import RoundState
from linghang.diagnosis.models import Sheet
from linghang.platform.access import Permission, Scope
from linghang.rectification import api as rectification
from linghang.research.models import Visit
from linghang.routing.models import Leg
from linghang.supervision.access import own_paths
from linghang.supervision.models import Reply
from linghang_core.periods import Period, PeriodKind

Days = tuple[date, date]


def month_of_day(field: str, days: Days) -> Case:
    """Return the month of a day between these days, as 2026-11.

    By comparing, because to cut a date (TruncMonth) SQLite calls Python for every row. A moment is
    given as its day, `started_at__date`.
    """
    month = Period.containing(days[0], PeriodKind.MONTH)
    cases = []
    while month.first_day <= days[1]:
        span = {f"{field}__range": (month.first_day, month.last_day)}
        cases.append(When(**span, then=Value(str(month))))
        month = month.next()
    return Case(*cases, default=Value(""), output_field=CharField())


def count_meetings(unit_ids: Collection[int], days: Days) -> Any:
    """Return (unit, month, duties of organisation life due)."""
    duties = Obligation.objects.filter(unit_id__in=unit_ids, due_on__range=days)
    duties = duties.exclude(state=ObligationState.WAIVED).order_by()
    return (
        duties.annotate(month=month_of_day("due_on", days))
        .values_list("unit_id", "month")
        .annotate(number=Sum("required"))
    )


def count_problems(scope: Scope, unit_ids: Collection[int], days: Days) -> Any:
    """Return (unit, month, problems stated for the unit to solve); one that is a routed case is that."""
    problems = rectification.list_problems(scope).filter(
        unit_id__in=unit_ids, stated_on__range=days, case__isnull=True
    )
    return (
        problems.order_by()
        .annotate(month=month_of_day("stated_on", days))
        .values_list("unit_id", "month")
        .annotate(number=Count("pk", distinct=True))
    )


def count_cases(unit_ids: Collection[int], days: Days) -> Any:
    """Return (unit, month, cases routed to the unit); its own question is no burden put on it."""
    legs = Leg.objects.filter(unit_id__in=unit_ids, started_at__date__range=days)
    legs = legs.exclude(case__front_id=F("unit_id"))
    return (
        legs.order_by()
        .annotate(month=month_of_day("started_at__date", days))
        .values_list("unit_id", "month")
        .annotate(number=Count("case_id", distinct=True))
    )


def count_visits(unit_ids: Collection[int], days: Days) -> Any:
    """Return (unit, month, visits of research the unit received)."""
    visits = Visit.objects.filter(
        branch_id__in=unit_ids, occurred_on__range=days, withdrawn_at__isnull=True
    )
    return (
        visits.order_by()
        .annotate(month=month_of_day("occurred_on", days))
        .values_list("branch_id", "month")
        .annotate(number=Count("pk"))
    )


def list_sheets(scope: Scope, unit_ids: Collection[int], days: Days) -> QuerySet[Sheet]:
    """Return the check sheets of diagnosis the units were asked to answer in these days."""
    found = diagnosis.list_sheets(scope).filter(unit_id__in=unit_ids, round__opened_on__range=days)
    return (
        found.exclude(round__state=RoundState.CANCELLED)
        .exclude(round__root_id=F("unit_id"))
        .order_by()
    )


def count_sheets(scope: Scope, unit_ids: Collection[int], days: Days) -> Any:
    """Return (unit, month, check sheets, standards on them)."""
    return (
        list_sheets(scope, unit_ids, days)
        .annotate(month=month_of_day("round__opened_on", days))
        .values_list("unit_id", "month")
        .annotate(sheets=Count("pk", distinct=True), lines=Count("round__standard_set__standards"))
    )


def list_replies(scope: Scope, unit_ids: Collection[int], days: Days) -> QuerySet[Reply]:
    """Return the self-examinations the units were asked for, as far as the reader may know of them.

    That a unit was asked is confidential: supervisors see it, and who answers for the unit.
    """
    known = scope.restrict(Permission.VIEW_SUPERVISION, "examination__root__path")
    found = Reply.objects.filter(known | Q(unit__path__in=own_paths(scope)))
    return found.filter(unit_id__in=unit_ids, examination__opened_on__range=days).order_by()


def count_replies(scope: Scope, unit_ids: Collection[int], days: Days) -> Any:
    """Return (unit, month, self-examinations, findings asked about)."""
    return (
        list_replies(scope, unit_ids, days)
        .annotate(month=month_of_day("examination__opened_on", days))
        .values_list("unit_id", "month")
        .annotate(sheets=Count("pk", distinct=True), lines=Count("examination__findings"))
    )
