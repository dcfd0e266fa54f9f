"""From installed kinds to fact kinds, from a record to its ledger line; what apps above add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from linghang.activities.enums import AttendanceState, ObligationState, Shape, SubjectRule
from linghang.activities.models import Activity, ActivityKind, Attendance, Obligation
from linghang.ledger import api as ledger
from linghang.ledger.api import LATE_AFTER_DAYS, EntryDraft, FactDraft
from linghang.ledger.enums import DatedBy, FactKind, Level
from linghang.org.api import Panel
from linghang.platform.languages import either
from linghang_core.periods import Period

HUNDRED = 100
ATTENDANCE_KINDS = (
    FactKind(
        "attendance",
        _("attendance of a member"),
        _("hours"),
        _("A member was expected at an activity of the branch; its hours."),
        level=Level.PERSON,
        statuses=tuple(AttendanceState.values),
    ),
    FactKind(
        "attendance.due",
        _("members expected"),
        _("heads"),
        _("How many were expected at an activity."),
    ),
    FactKind(
        "attendance.present",
        _("members present"),
        _("heads"),
        _("How many came to an activity."),
    ),
)


def _read_fact_kinds() -> Iterable[FactKind]:
    for kind in ActivityKind.objects.all():
        if kind.shape == Shape.RECORD:
            yield _record_kind(kind)
            continue
        title = either(kind.title_en, kind.title_zh)
        yield FactKind(
            f"activity.{kind.code}",
            title,
            _("hours"),
            _("An activity took place; its hours."),
            statuses=("timely", "late"),
            status_titles=(("timely", _("recorded in time")), ("late", _("recorded late"))),
        )
        yield FactKind(
            f"cadence.{kind.code}",
            title,
            _("duties"),
            _("A duty of the unit in a period, counted at the end of the period."),
            statuses=tuple(ObligationState.values),
            dated_by=DatedBy.DUE,
        )


fact_kinds = ledger.KindSource(_read_fact_kinds)
"""The kinds of facts that the installed kinds of activity and record declare."""


def _record_kind(kind: ActivityKind) -> FactKind:
    return FactKind(
        f"record.{kind.code}",
        either(kind.title_en, kind.title_zh),
        either(kind.quantity_en, kind.quantity_zh),
        either(kind.verified_by_en, kind.verified_by_zh),
        level=Level.PERSON if kind.subject == SubjectRule.PERSON else Level.UNIT,
        statuses=tuple(status["code"] for status in kind.statuses),
        sensitive=kind.sensitive,
        status_titles=tuple((s["code"], either(s["en"], s["zh"])) for s in kind.statuses),
    )


def draft_activity(
    activity: Activity, branch_id: int, attendance: Sequence[Attendance]
) -> EntryDraft:
    """Return the ledger line of a record with all its facts.

    Facts about persons carry the branch (`branch_id`) as their unit, also when a group met.
    """
    kind = activity.kind
    facts = (
        [_record_fact(activity)]
        if kind.shape == Shape.RECORD
        else [
            _activity_fact(activity),
            *_head_facts(activity),
            *_person_facts(activity, branch_id, attendance),
        ]
    )
    return EntryDraft(
        source=activity,
        kind=kind.fact_kind,
        unit_id=activity.unit_id,
        title=activity.topic,
        occurred_on=activity.occurred_on,
        facts=facts,
        detail=_detail(activity),
        recorded_on=activity.recorded_on,
    )


def is_late(activity: Activity) -> bool:
    """Return whether the record was made more than the allowed days after the event."""
    return (activity.recorded_on - activity.occurred_on).days > LATE_AFTER_DAYS


def _activity_fact(activity: Activity) -> FactDraft:
    return FactDraft(
        kind=activity.kind.fact_kind,
        quantity=activity.hours,
        unit_id=activity.unit_id,
        occurred_on=activity.occurred_on,
        status="late" if is_late(activity) else "timely",
        verified=activity.verified,
    )


def _record_fact(activity: Activity) -> FactDraft:
    return FactDraft(
        kind=activity.kind.fact_kind,
        quantity=activity.quantity,
        unit_id=activity.unit_id,
        occurred_on=activity.occurred_on,
        person_id=activity.person_id,
        status=activity.status,
        verified=activity.verified,
    )


def _head_facts(activity: Activity) -> list[FactDraft]:
    heads = {"attendance.due": activity.due_count, "attendance.present": activity.present_count}
    return [
        FactDraft(kind, count * HUNDRED, activity.unit_id, activity.occurred_on)
        for kind, count in heads.items()
        if count is not None
    ]


def _person_facts(
    activity: Activity, branch_id: int, attendance: Sequence[Attendance]
) -> list[FactDraft]:
    return [
        FactDraft(
            kind="attendance",
            quantity=activity.hours,
            unit_id=branch_id,
            occurred_on=activity.occurred_on,
            person_id=one.person_id,
            status=one.state,
        )
        for one in attendance
        if one.person_id is not None
    ]


def _detail(activity: Activity) -> dict[str, str | int]:
    known = {
        "due": activity.due_count,
        "present": activity.present_count,
        "hours": activity.hours,
        "host": activity.host_name,
    }
    return {name: value for name, value in known.items() if value}


def draft_obligation(obligation: Obligation) -> EntryDraft:
    """Return the ledger line of a duty: one fact that says how it stands."""
    kind = f"cadence.{obligation.rule.kind.code}"
    period = Period.parse(obligation.period)
    fact = FactDraft(
        kind=kind,
        quantity=HUNDRED,
        unit_id=obligation.unit_id,
        occurred_on=obligation.due_on,
        due_on=obligation.due_on,
        status=obligation.state,
    )
    return EntryDraft(
        source=obligation,
        kind=kind,
        unit_id=obligation.unit_id,
        title=f"{period.label()} {obligation.rule.kind.title_zh}",
        occurred_on=obligation.due_on,
        facts=[fact],
        judge_lateness=False,
    )


# -- what apps above add ---------------------------------------------------------------------------

Listener = Callable[[Activity, Any, str], None]
_panels: dict[str, Panel] = {}
_listeners: list[Listener] = []


def register_record_panel(
    name: str, label: Any, url_name: str, visible: Callable[[Any, Any], bool]
) -> None:
    """Add a card to the page of a record; the address takes its pk and answers with a partial.

    `visible(scope, activity)` decides whether the reader gets the card; the view behind it decides
    again.
    """
    _panels[name] = Panel(name, label, url_name, visible=visible)


def list_record_panels() -> list[Panel]:
    """Return the cards apps have added, by name."""
    return [_panels[name] for name in sorted(_panels)]


def declare_change_listener(listener: Listener) -> None:
    """Have a function called with (record, actor, reason) once it is corrected or withdrawn.

    It runs in the same transaction, after attendance and facts are written, and may refuse the change
    with RecordRefused.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def tell_changed(activity: Activity, actor: Any, reason: str) -> None:
    """Tell every listener that a record was corrected or withdrawn."""
    for listener in _listeners:
        listener(activity, actor, reason)
