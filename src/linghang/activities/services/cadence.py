"""Duties: opening what is due, and keeping each one's state and its fact up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities import queries
from linghang.activities.enums import AppliesTo, ObligationState
from linghang.activities.mapping import draft_obligation
from linghang.activities.models import CadenceRule, Obligation
from linghang.ledger.api import write_entries
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.tasks.progress import silent
from linghang_core.periods import Period

CHUNK = 500
OWING_BRANCHES = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH)
CLOSED_UNIT = "党组织已撤销"  # stored data, read in the ledger like any other reason


@transaction.atomic
def open_obligations(
    *, units: Iterable[Unit], period: Period | str, actor: Any = None
) -> list[Obligation]:
    """Open the duties of the weeks, months, quarters and years that touch `period`.

    Returns the new ones. A duty belongs to a unit that stood, under a rule that was in force, when
    its period began. Opening again adds nothing; what was recorded before counts at once.
    """
    wanted = Period.parse(period) if isinstance(period, str) else period
    return ensure_obligations(units=list(units), periods=[wanted], actor=actor)


@transaction.atomic
def ensure_obligations(
    *, units: Sequence[Unit], periods: Iterable[Period], actor: Any = None
) -> list[Obligation]:
    """Open what is due in any of the periods; one pass however many units and periods there are."""
    spans = list(dict.fromkeys(p for one in periods for p in queries.list_overlapping(one)))
    owing = [unit for unit in units if unit.kind in (*OWING_BRANCHES, UnitKind.COMMITTEE)]
    if not spans or not owing:
        return []
    # The lock on the rules keeps two openings of the same duties apart.
    rules = list(CadenceRule.objects.select_for_update(of=("self",)).select_related("kind"))
    roster = queries.load_roster(unit.pk for unit in owing)
    wanted = [
        Obligation(
            unit=unit,
            rule=rule,
            period=str(span),
            due_on=span.last_day,
            required=rule.required,
        )
        for rule in rules
        for span in spans
        if span.kind == rule.period and _in_force(rule, span.first_day)
        for unit in owing
        if queries.stands_on(unit, span.first_day) and _owes(rule, unit, span, roster)
    ]
    known = _find_known(wanted)
    fresh = [o for o in wanted if (o.unit_id, o.rule_id, o.period) not in known]
    made = Obligation.objects.bulk_create(fresh, batch_size=CHUNK)
    _settle(made, clock.today(), actor=actor, reason="", all_entries=True)
    return made


def _in_force(rule: CadenceRule, on: date) -> bool:
    ended = rule.in_force_to is not None and rule.in_force_to <= on
    return rule.in_force_from <= on and not ended and not rule.kind.retired


def _owes(rule: CadenceRule, unit: Unit, span: Period, roster: queries.Roster) -> bool:
    """Return whether the unit is one the rule asks; as it stood at the end, or stands today."""
    day = min(span.last_day, clock.today())
    if rule.applies_to == AppliesTo.COMMITTEE:
        return unit.kind == UnitKind.COMMITTEE
    if unit.kind not in OWING_BRANCHES:
        return False
    if rule.applies_to == AppliesTo.BRANCH_WITH_COMMITTEE:
        return roster.has_committee(unit.pk, day)
    if rule.applies_to == AppliesTo.BRANCH_WITH_GROUPS:
        return roster.has_groups(unit.pk, day)
    return True


def _find_known(wanted: Sequence[Obligation]) -> set[tuple[int, int, str]]:
    periods = sorted({o.period for o in wanted})
    units = sorted({o.unit_id for o in wanted})
    known: set[tuple[int, int, str]] = set()
    for start in range(0, len(units), CHUNK):
        known.update(
            Obligation.objects.filter(
                unit_id__in=units[start : start + CHUNK], period__in=periods
            ).values_list("unit_id", "rule_id", "period")
        )
    return known


@transaction.atomic
def refresh_obligations(
    *,
    on: date | None = None,
    unit_ids: Iterable[int] | None = None,
    days: Iterable[date] | None = None,
    actor: Any = None,
    reason: str = "",
    progress: Callable[[int, int, str], None] = silent,
) -> int:
    """Bring duties and their facts up to date; return how many changed. Repeatable.

    Without units and days: every duty that is still open and whose day has passed, or whose unit
    closed. With them: the duties of these units in the periods that hold these days.
    """
    today = on or clock.today()
    found = Obligation.objects.select_related("rule__kind", "unit")
    if unit_ids is None:
        found = found.filter(state=ObligationState.OPEN, due_on__lt=today)
    else:
        found = found.filter(unit_id__in=list(unit_ids))
    if days is not None:
        found = found.filter(period__in=_codes_of(days))
    rows = list(found.select_for_update(of=("self",)))
    changed = 0
    for start in range(0, len(rows), 20 * CHUNK):
        progress(start, len(rows), "")
        changed += _settle(rows[start : start + 20 * CHUNK], today, actor=actor, reason=reason)
    return changed


def _codes_of(days: Iterable[date]) -> list[str]:
    months = {Period.parse(f"{day.year:04}-{day.month:02}") for day in days}
    return sorted({str(p) for month in months for p in queries.list_overlapping(month)})


def _settle(
    rows: Sequence[Obligation], today: date, *, actor: Any, reason: str, all_entries: bool = False
) -> int:
    """Count what was done for each duty, store its state, write the facts of those that changed."""
    if not rows:
        return 0
    periods = {code: Period.parse(code) for code in {row.period for row in rows}}
    doings = queries.load_doings(
        sorted({row.unit_id for row in rows}),
        min(period.first_day for period in periods.values()),
        max(period.end for period in periods.values()),
    )
    changed: dict[tuple[int, str, str], list[Obligation]] = defaultdict(list)
    for row in rows:
        before = (row.done, row.state, row.waiver_reason)
        row.done = doings.count(row.unit_id, row.rule.kind.code, periods[row.period])
        _judge(row, today)
        if (row.done, row.state, row.waiver_reason) != before:
            changed[row.done, row.state, row.waiver_reason].append(row)
    for (done, state, waiver), same in changed.items():
        for start in range(0, len(same), CHUNK):
            Obligation.objects.filter(pk__in=[o.pk for o in same[start : start + CHUNK]]).update(
                done=done, state=state, waiver_reason=waiver
            )
    touched = [row for same in changed.values() for row in same]
    write_entries(
        [draft_obligation(row) for row in (rows if all_entries else touched)],
        actor=actor,
        reason=reason,
    )
    return len(touched)


def _judge(row: Obligation, today: date) -> None:
    """Set the state: done beats waived beats missed."""
    closed = row.unit.closed_on is not None and row.unit.closed_on <= row.due_on
    if row.done >= row.required:
        row.state = ObligationState.MET
    elif row.waiver_reason:
        row.state = ObligationState.WAIVED
    elif closed:
        row.state, row.waiver_reason = ObligationState.WAIVED, CLOSED_UNIT
    else:
        row.state = ObligationState.MISSED if row.due_on < today else ObligationState.OPEN


@transaction.atomic
def waive_obligation(*, obligation: Obligation, reason: str, actor: Any) -> Obligation:
    """Waive a duty with a reason, such as an emergency repair all month; return it.

    Raises ValueError without a reason, or when the duty is done already.
    """
    row = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("rule__kind", "unit")
        .get(pk=obligation.pk)
    )
    if not reason.strip():
        raise ValueError(_("Say why the duty is waived."))
    if row.state == ObligationState.MET:
        raise ValueError(_("The duty is done already; there is nothing to waive."))
    old = row.state
    row.state, row.waiver_reason = ObligationState.WAIVED, reason.strip()[:400]
    row.waived_by = actor if getattr(actor, "pk", None) else None
    row.save(update_fields=["state", "waiver_reason", "waived_by"])
    write_entries([draft_obligation(row)], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="activities.waive_obligation",
        target=row,
        unit_path=row.unit.path,
        old={"state": old},
        new={"state": row.state},
        reason=reason,
    )
    return row
