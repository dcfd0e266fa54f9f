"""What other apps may ask of organisation life: how units stand with their duties, and recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from linghang.activities import queries
from linghang.activities.enums import ObligationState
from linghang.activities.mapping import declare_change_listener, register_record_panel
from linghang.activities.models import ActivityKind, Obligation
from linghang.activities.queries import list_offered_kinds, visible_activities
from linghang.activities.services import (
    Absence,
    ActivityDraft,
    RecordRefused,
    correct_activity,
    ensure_obligations,
    judge_absence,
    open_obligations,
    record_activities,
    record_activity,
    refresh_obligations,
    waive_obligation,
    withdraw_activity,
)
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodKind

__all__ = [
    "Absence",
    "ActivityDraft",
    "CadenceTick",
    "RecordRefused",
    "cadence_row",
    "cadence_rows",
    "cadence_states",
    "correct_activity",
    "declare_change_listener",
    "ensure_obligations",
    "judge_absence",
    "list_offered_kinds",
    "open_obligations",
    "record_activities",
    "record_activity",
    "refresh_obligations",
    "register_record_panel",
    "this_month",
    "visible_activities",
    "waive_obligation",
    "withdraw_activity",
]


@dataclass(frozen=True)
class CadenceTick:
    """One tick of a unit's row: which duty, how it stands (icon, word, tone), where it leads.

    `url` leads to the form that records what is missing when the duty is not done, to the duty's
    page otherwise; `page` always to the latter.
    """

    kind: ActivityKind
    state: ObligationState
    done: int
    required: int
    due_on: date
    url: str
    page: str


def this_month() -> Period:
    """Return the month today lies in."""
    return Period.containing(clock.today(), PeriodKind.MONTH)


def cadence_row(unit: Unit, period: Period | str, *, may_record: bool = True) -> list[CadenceTick]:
    """Return the ticks of one unit for a period: month, its quarter and year, weeks ending in it."""
    return cadence_rows([unit], period, may_record=may_record)[unit.pk]


def cadence_rows(
    units: Iterable[Unit], period: Period | str, *, may_record: bool = True
) -> dict[int, list[CadenceTick]]:
    """Return unit id → ticks for several units; one query, every unit is there."""
    wanted = {unit.pk: unit for unit in units}
    span = Period.parse(period) if isinstance(period, str) else period
    duties = Obligation.objects.filter(unit_id__in=list(wanted)).select_related("rule__kind")
    ticks = queries.list_ticks(duties, span, clock.today())
    return {
        pk: [_show(unit, tick, span, may_record) for tick in ticks.get(pk, {}).values()]
        for pk, unit in wanted.items()
    }


def cadence_states(units: Iterable[Unit], period: Period | str) -> dict[int, list[ObligationState]]:
    """Return unit id → the states of its ticks for a period, for hundreds of units; one query."""
    ids = [unit.pk for unit in units]
    span = Period.parse(period) if isinstance(period, str) else period
    duties = Obligation.objects.filter(unit_id__in=ids)
    found = queries.list_standings(duties, span, clock.today())
    return {pk: found.get(pk, []) for pk in ids}


def _show(unit: Unit, tick: queries.Tick, period: Period, may_record: bool) -> CadenceTick:
    page = reverse("activities:duty", args=[unit.pk, tick.kind.code, str(period)])
    missing = tick.state in {ObligationState.OPEN, ObligationState.MISSED}
    day = min(tick.due_on, clock.today())
    record = f"{reverse('activities:record')}?" + urlencode(
        {"unit": str(unit.pk), "kind": tick.kind.code, "on": day.isoformat()}
    )
    return CadenceTick(
        kind=tick.kind,
        state=tick.state,
        done=tick.done,
        required=tick.required,
        due_on=tick.due_on,
        url=record if missing and may_record else page,
        page=page,
    )
