"""Opening a round in one step, moving it on, changing its dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.diagnosis import access, queries
from linghang.diagnosis.enums import CHECKING, RoundState, SheetState, Side, Verb
from linghang.diagnosis.models import Answer, Expert, Round, Sheet, Standard, StandardSet
from linghang.diagnosis.services import telling
from linghang.diagnosis.services.acting import insist, move, note, scope_of, take_round, user_of
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang_core.periods import load_calendar

BATCH = 500


@dataclass(frozen=True)
class ExpertDraft:
    """A person who is to check; without fields all standards."""

    person: Person
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class RoundDraft:
    """A round to be opened; the days are working days after the opening."""

    title: str
    standard_set: StandardSet
    root: Unit
    units: Sequence[Unit]
    experts: Sequence[ExpertDraft] = ()
    self_days: int = 5
    expert_days: int = 10  # after the end of the self-check


@transaction.atomic
def open_round(*, draft: RoundDraft, actor: Any) -> Round:
    """Open a round: units are told at once, answers of their last round are filled in.

    Raises ValidationError without units, for a unit of another bureau, and for a title used before.
    """
    if (scope := scope_of(actor)) is not None:
        insist(access.can_lead(scope, draft.root))
    _check(draft)
    today, days = clock.today(), load_calendar()
    self_until = days.add_working_days(today, draft.self_days)
    expert_until = days.add_working_days(self_until.date, draft.expert_days)
    round_ = Round.objects.create(
        title=draft.title.strip(),
        standard_set=draft.standard_set,
        root=draft.root,
        opened_on=today,
        self_until=self_until.date,
        expert_until=expert_until.date,
        provisional=expert_until.provisional,
        created_by=user_of(actor),
    )
    Expert.objects.bulk_create(
        [
            Expert(round=round_, person=each.person, fields=list(each.fields))
            for each in draft.experts
        ]
    )
    sheets = Sheet.objects.bulk_create(
        [Sheet(round=round_, unit=unit) for unit in draft.units], batch_size=BATCH
    )
    _carry_over(round_, sheets)
    note(
        round_,
        Verb.OPENED,
        actor=actor,
        became=round_.state,
        new={"units": len(sheets), "experts": len(draft.experts)},
    )
    telling.tell_opened(round_, sheets, actor=actor)
    return round_


def _check(draft: RoundDraft) -> None:
    if not draft.title.strip():
        raise ValidationError({"title": _("Give the round a title.")}, code="title")
    if Round.objects.filter(root=draft.root, title=draft.title.strip()).exists():
        raise ValidationError(
            {"title": _("There is a round of this title already; say the year or the number.")},
            code="title",
        )
    if not draft.units:
        raise ValidationError({"units": _("Choose at least one unit.")}, code="units")
    foreign = [u.name for u in draft.units if not u.path.startswith(draft.root.path)]
    if foreign:
        raise ValidationError(
            {"units": _("Not of this bureau: %(names)s.") % {"names": "、".join(foreign)}},
            code="foreign",
        )


def _carry_over(round_: Round, sheets: Sequence[Sheet]) -> None:
    """Fill in what each unit said of itself last time, marked as not looked at yet; three queries."""
    former = _find_former_sheets(round_, [sheet.unit_id for sheet in sheets])
    by_unit = {sheet.unit_id: sheet for sheet in sheets}
    standards = dict(
        Standard.objects.filter(standard_set=round_.standard_set).values_list("number", "pk")
    )
    rows = Answer.objects.filter(sheet__in=former, side=Side.SELF)
    now = clock.now()
    Answer.objects.bulk_create(
        [
            Answer(
                sheet=by_unit[unit],
                standard_id=standards[number],
                side=Side.SELF,
                verdict=verdict,
                note=said,
                carried=True,
                at=now,
            )
            for unit, number, verdict, said in rows.values_list(
                "sheet__unit_id", "standard__number", "verdict", "note"
            )
            if number in standards
        ],
        batch_size=BATCH,
    )


def _find_former_sheets(round_: Round, units: Sequence[int]) -> list[int]:
    rows = (
        Sheet.objects.filter(unit__in=units, round__standard_set__code=round_.standard_set.code)
        .exclude(round=round_)
        .exclude(handed_in_on=None)
    )
    found: dict[int, int] = {}
    for pk, unit in rows.order_by("-round__opened_on", "-pk").values_list("pk", "unit_id"):
        found.setdefault(unit, pk)
    return list(found.values())


@transaction.atomic
def add_expert(
    *,
    round: Round,  # noqa: A002
    person: Person,
    fields: Sequence[str] = (),
    actor: Any,
) -> Expert:
    """Add an expert to a round whose checks have not ended."""
    round_ = take_round(round)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_lead(scope, round_.root))
    if round_.state not in CHECKING:
        raise ValidationError(_("The checks of this round have ended."), code="state")
    if round_.experts.filter(person=person).exists():
        raise ValidationError(
            _("%(name)s checks in this round already.") % {"name": person.name}, code="double"
        )
    expert: Expert = Expert.objects.create(round=round_, person=person, fields=list(fields))
    note(round_, Verb.EXPERTS_ADDED, actor=actor, reason=person.name)
    if round_.state == RoundState.EXPERT_CHECK:
        telling.tell_experts(round_, actor=actor)
    return expert


@transaction.atomic
def change_dates(
    *,
    round: Round,  # noqa: A002
    self_until: date,
    expert_until: date,
    reason: str,
    actor: Any,
    seen: str = "",
) -> Round:
    """Change until when units and experts answer; the days before stay in the history."""
    round_ = take_round(round, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_lead(scope, round_.root))
    if round_.state not in CHECKING:
        raise ValidationError(_("The checks of this round have ended."), code="state")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if expert_until <= self_until:
        raise ValidationError(
            {"expert_until": _("The expert check ends after the self-check.")}, code="order"
        )
    if expert_until < clock.today():
        raise ValidationError({"expert_until": _("This day has passed.")}, code="past")
    was = f"{round_.self_until} · {round_.expert_until}"
    round_.self_until, round_.expert_until = self_until, expert_until
    round_.provisional = not load_calendar().is_announced(expert_until)
    round_.version += 1
    round_.save()
    note(
        round_,
        Verb.DATES,
        actor=actor,
        reason=f"{was} → {self_until} · {expert_until}: {reason.strip()}",
    )
    return round_


VERBS = {
    RoundState.EXPERT_CHECK: Verb.EXPERT_CHECK,
    RoundState.RECTIFYING: Verb.RECTIFYING,
    RoundState.CLOSED: Verb.CLOSED,
    RoundState.CANCELLED: Verb.CANCELLED,
}


@transaction.atomic
def move_round(
    *,
    round: Round,  # noqa: A002
    to: RoundState,
    actor: Any,
    reason: str = "",
    seen: str = "",
) -> Round:
    """Move a round on; return it. Raises ValidationError where something stands against it.

    Experts begin before the units are ready only with a reason; the checks end when every unit is
    checked; a round ends when every problem of it is solved, and with a reason for what was found
    and not stated.
    """
    round_ = take_round(round, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_lead(scope, round_.root))
    move(round_, to, VERBS[to], actor=actor, reason=reason)
    obstacle, needs_reason = find_obstacle(round_, to)
    if obstacle and (not needs_reason or not reason.strip()):
        raise ValidationError(obstacle, code="obstacle" if not needs_reason else "reason")
    if to is RoundState.EXPERT_CHECK:
        telling.tell_experts(round_, actor=actor)
    telling.settle_round(round_)
    return round_


def find_obstacle(round_: Round, to: RoundState) -> tuple[str, bool]:
    """Return what stands against the move ("" if nothing), and whether a reason overcomes it."""
    if to is RoundState.CANCELLED:
        return _("Say why the round is called off."), True
    if to is RoundState.EXPERT_CHECK:
        return _against_experts(round_)
    if to is RoundState.RECTIFYING:
        open_ = round_.sheets.exclude(state=SheetState.CHECKED).select_related("unit")
        names = [sheet.unit.name for sheet in open_]
        return (_("Not checked yet: %(names)s.") % {"names": _join(names)} if names else ""), False
    unsolved = rectification.filter_unsolved(queries.list_problems(round_)).count()
    if unsolved:
        return (
            _("%(count)d problems of the round are not solved yet; it ends with the last one.")
            % {"count": unsolved},
            False,
        )
    left = sum(failure.finding is None for failure in queries.list_failures(round_))
    if left:
        return (
            _("%(count)d findings were not stated as problems. Say why, or state them.")
            % {"count": left},
            True,
        )
    return "", False


def _against_experts(round_: Round) -> tuple[str, bool]:
    if not round_.experts.exists():
        return _("No expert was named yet. Add one."), False
    filling = round_.sheets.filter(state=SheetState.FILLING).select_related("unit")
    names = [sheet.unit.name for sheet in filling]
    if names and clock.today() <= round_.self_until:
        return (
            _("Self-check not handed in, and there is time until %(day)s: %(names)s. Say why now.")
            % {"day": round_.self_until, "names": _join(names)},
            True,
        )
    return "", False


def _join(names: Sequence[str], most: int = 5) -> str:
    shown = "、".join(names[:most])
    return (
        shown
        if len(names) <= most
        else _("%(names)s and %(count)d more")
        % {
            "names": shown,
            "count": len(names) - most,
        }
    )
