"""Levels that are held: entered from before, reviewed by the system, taken away, appealed for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.distinctions.enums import Happened, ObjectionState, Standing
from linghang.distinctions.models import Act, Demotion, Holding, Objection, Programme
from linghang.distinctions.queries import conditions, standing
from linghang.distinctions.services.cases import close_objection, lock_open
from linghang.distinctions.services.steps import (
    add_working_days,
    begin,
    end,
    lock_holding,
    next_review,
    tell,
    write_awards,
    write_demotion,
)
from linghang.org.models import Unit
from linghang.platform.acts import ask_reason, fault, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


@dataclass(frozen=True)
class HeldBefore:
    """A level a unit was awarded before the programme came into the system."""

    unit: Unit
    level: str
    valid_from: date
    document_number: str


@transaction.atomic
def enter_held(*, programme: Programme, drafts: Sequence[HeldBefore], actor: Any) -> list[Holding]:
    """Enter levels awarded before the system, by their document, and return them.

    Only for units without any level in the programme: whatever comes later goes the whole way. They
    are reviewed like all others. Raises ValidationError without a document, for an unknown level, a
    day to come and a unit that has a history.
    """
    ids = [draft.unit.pk for draft in drafts]
    known_ids = set(
        Holding.objects.filter(programme=programme, unit_id__in=ids).values_list(
            "unit_id", flat=True
        )
    )
    rows = []
    for draft in drafts:
        level = programme.find_level(draft.level)
        if level is None or not draft.document_number.strip() or draft.valid_from > clock.today():
            raise ValidationError(
                _("%(unit)s: a level of the programme, its document and a day that has been.")
                % {"unit": draft.unit.name},
                code="draft",
            )
        if draft.unit.pk in known_ids:
            raise ValidationError(
                _("%(unit)s has a history in the programme: a new level goes the whole way.")
                % {"unit": draft.unit.name},
                code="history",
            )
        rows.append(
            Holding(
                programme=programme,
                unit=draft.unit,
                level=level.code,
                rank=level.rank,
                document_number=draft.document_number.strip()[:80],
                valid_from=draft.valid_from,
                next_review_on=next_review(programme, clock.today()),
            )
        )
    made = Holding.objects.bulk_create(rows)
    Act.objects.bulk_create(
        Act(
            holding=row,
            kind=Happened.ENTERED,
            note=row.document_number,
            by=known(actor),
            at=clock.now(),
        )
        for row in made
    )
    write_awards(made, actor)
    if made:
        audit.record(
            actor=actor,
            verb="distinction.entered",
            target=programme,
            unit_path=standing.find_root(made[0].unit).path,
            new={"count": len(made)},
        )
    return made


def review_holdings(on: date) -> dict[str, int]:
    """Review (复核) every level whose day has come, and every one that is warned; return what came of it.

    A condition that fails warns, with a period of grace of its own; all put right, the warning is
    lifted. Taking a level away is left to the committee. Done again on the same day it changes
    nothing.
    """
    due = Holding.objects.filter(
        Q(next_review_on__lte=on) | Q(standing=Standing.WARNED), valid_to=None
    ).select_related("programme", "unit")
    batches: dict[tuple[int, int], list[Holding]] = defaultdict(list)
    for row in due:
        batches[row.programme_id, int(row.unit.path.strip("/").split("/")[0])].append(row)
    counts: dict[str, int] = defaultdict(int)
    roots = Unit.objects.in_bulk([root for _programme, root in batches])
    for (_programme, root), rows in batches.items():
        programme = rows[0].programme
        evidence = conditions.read_evidence(programme, roots[root], on, [r.unit_id for r in rows])
        for row in rows:
            kind = _review(row, evidence, on)
            if kind is not None:
                counts[kind.value] += 1
    return dict(counts)


@transaction.atomic
def _review(holding: Holding, evidence: conditions.Evidence, on: date) -> Happened | None:
    taken = lock_holding(holding, None)
    level = taken.programme.find_level(taken.level)
    is_due = taken.next_review_on <= on
    if level is None or taken.valid_to is not None:
        return None
    checks = conditions.check_level(evidence, taken.unit_id, level, review=True)
    failing = [check for check in checks if not check.holds]
    warned = taken.standing == Standing.WARNED
    known_faults = _list_faults(taken)
    kind: Happened | None = None
    if any(_name(check) not in known_faults for check in failing):
        kind = Happened.WARNED
    if failing:
        taken.standing = Standing.WARNED
        taken.faults = [_time(check, known_faults, taken.programme, on) for check in failing]
        first = min(taken.faults, key=lambda row: str(row["until"]))
        taken.warned_on = date.fromisoformat(first["since"])
        taken.rectify_until = date.fromisoformat(first["until"])
    elif not failing and warned:
        kind = Happened.CLEARED
        taken.standing = Standing.HELD
        taken.faults = []
        taken.warned_on = taken.rectify_until = None
    elif not failing and is_due:
        kind = Happened.CONFIRMED
    if is_due:
        taken.next_review_on = next_review(taken.programme, on)
    if kind is None and not is_due and len(failing) == len(known_faults):
        return None
    taken.version += 1
    taken.save()
    if kind is not None:
        tell(taken, kind, actor=None)  # what fails stands in `faults`: not everybody reads it
    return kind


Fault = dict[str, Any]  # a check that failed, with the days `since` and `until` of its grace


def _name(check: conditions.Check) -> tuple[Any, ...]:
    """Return what tells one condition from another, whatever was found."""
    asked = sorted((key, str(value)) for key, value in check.asked.items() if key != "band_words")
    return (check.kind, *asked)


def _list_faults(holding: Holding) -> dict[tuple[Any, ...], Fault]:
    """Return what the holding is warned for, by condition, each with the days of its grace."""
    if holding.standing != Standing.WARNED:
        return {}
    found = {}
    for row, check in zip(holding.faults, conditions.restore(holding.faults), strict=True):
        days = {"since": str(holding.warned_on), "until": str(holding.rectify_until)}
        found[_name(check)] = {**days, **row}
    return found


def _time(
    check: conditions.Check,
    known_faults: Mapping[tuple[Any, ...], Fault],
    programme: Programme,
    on: date,
) -> Fault:
    """Return a failing check with its grace: what is warned of keeps its days, what is new begins."""
    days = {
        "since": str(on),
        "until": str(on + timedelta(days=int(programme.document["grace_days"]))),
    }
    before = known_faults.get(_name(check), days)
    return {**check.as_plain(), "since": before["since"], "until": before["until"]}


def _insist_overdue(taken: Holding, today: date) -> None:
    """Refuse unless a condition that was warned of still fails after its grace, read anew."""
    level = taken.programme.find_level(taken.level)
    root = standing.find_root(taken.unit)
    evidence = conditions.read_evidence(taken.programme, root, today, [taken.unit_id])
    checks = conditions.check_level(evidence, taken.unit_id, level, review=True) if level else []
    failing = {_name(check) for check in checks if not check.holds}
    if not failing:
        raise ValidationError(
            _("It has been put right: every condition holds. The next review lifts the warning."),
            code="mended",
        )
    known_faults = _list_faults(taken)
    if not any(row["until"] < str(today) for name, row in known_faults.items() if name in failing):
        raise ValidationError(
            _("What was warned of has been put right. What fails now has its own days of grace."),
            code="grace",
        )


@transaction.atomic
def demote(
    *,
    holding: Holding,
    reason: str,
    document_number: str,
    withdraw: bool = False,
    actor: Any,
    seen: str | None = None,
) -> Demotion:
    """Record the committee's decision to lower the level by one (降星), or to withdraw it (摘牌).

    The conditions are read again. Raises ValidationError without a warning, before the grace is over,
    where what was warned of has been put right, and without reason or number.
    """
    taken = lock_holding(holding, seen)
    today = clock.today()
    if taken.standing != Standing.WARNED or taken.rectify_until is None:
        raise ValidationError(
            _("Only a level whose conditions failed at the review can be taken away."),
            code="not_warned",
        )
    if today <= taken.rectify_until:
        raise ValidationError(
            _("The unit has until %(day)s to put it right; nothing is decided before.")
            % {"day": taken.rectify_until},
            code="grace",
        )
    _insist_overdue(taken, today)
    words = ask_reason(reason)
    if not document_number.strip():
        raise fault("document_number", _("Give the number of the decision."), "number")
    below = None
    if not withdraw:
        below = next((one for one in taken.programme.levels if one.rank == taken.rank - 1), None)
    end(taken, today)
    demotion = Demotion.objects.create(
        holding=taken,
        to_level=below.code if below else "",
        to_rank=below.rank if below else 0,
        on=today,
        reason=words[:400],
        document_number=document_number.strip()[:80],
        by=known(actor),
        appeal_until=add_working_days(today, int(taken.programme.document["appeal_days"])),
    )
    tell(taken, Happened.DEMOTED, actor=actor, note=words)
    if below is not None:
        lower = begin(
            taken.programme,
            taken.unit,
            below,
            today,
            document_number=demotion.document_number,
            actor=actor,
        )
        tell(lower, Happened.DEMOTED, actor=actor, note=words)
    write_demotion(demotion, actor)
    return demotion


@transaction.atomic
def appeal(*, holding: Holding, text: str, actor: Any) -> Objection:
    """Appeal (申诉) against a demotion within its days, once, and return the appeal."""
    taken = lock_holding(holding, None)
    demotion = Demotion.objects.filter(holding=taken).first()
    words = text.strip()
    if not words:
        raise fault("text", _("Say in one sentence what is wrong."), "text")
    if demotion is None or demotion.appeals.exists():
        raise ValidationError(_("There is nothing to appeal against, or an appeal already."))
    if clock.today() > demotion.appeal_until:
        raise ValidationError(
            _("Appeals were taken until %(day)s.") % {"day": demotion.appeal_until}, code="late"
        )
    made = Objection.objects.create(
        demotion=demotion, text=words[:500], raised_by=known(actor), raised_at=clock.now()
    )
    tell(taken, Happened.APPEALED, actor=actor, note=words)
    return made


@transaction.atomic
def settle_appeal(*, objection: Objection, uphold: bool, decision: str, actor: Any) -> Objection:
    """Decide an appeal; upheld, the level is held again from today, beside what was recorded.

    Raises ValidationError for who recorded the demotion or appealed, and where the unit has gone a
    new way since.
    """
    locked = lock_open(objection, actor)
    assert locked.demotion is not None
    holding = locked.demotion.holding
    words = close_objection(locked, uphold, decision, actor)
    if locked.state == ObjectionState.UPHELD:
        level = holding.programme.find_level(holding.level)
        now = standing.find_held(holding.programme, holding.unit)
        if level is None or (now is not None and now.rank >= level.rank):
            raise ValidationError(
                _("The unit holds this level or a higher one already."), code="regained"
            )
        again = begin(
            holding.programme,
            holding.unit,
            level,
            clock.today(),
            document_number=holding.document_number,
            actor=actor,
        )
        tell(again, Happened.RESTORED, actor=actor, note=words)
        tell(holding, Happened.RESTORED, actor=actor, note=words)
        write_awards([again], actor)
    else:
        tell(holding, Happened.SETTLED, actor=actor, note=f"{locked.standing.label}：{words}")
    return locked
