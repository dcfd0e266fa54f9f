"""Opening an appraisal, who takes part, the own words, opening the ballot, withdrawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.appraisal import queries
from linghang.appraisal.enums import Deed, Happened, Stage
from linghang.appraisal.models import Appraisal, Participant, Register, Urn
from linghang.appraisal.services.steps import (
    find_part,
    lock_appraisal,
    move_on,
    take_row,
)
from linghang.org.models import Unit
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.platform.acts import ReasonMissingError, ask_reason
from linghang.platform.calendar import clock

GONE = "已不在本支部"


@dataclass(frozen=True)
class PlanDraft:
    """What an appraisal is opened with; who takes part follows from the roster."""

    year: int
    self_until: date
    ballot_until: date
    mass_invited: int = 0
    with_life_meeting: bool = False


@transaction.atomic
def open_appraisal(*, unit: Unit, draft: PlanDraft, actor: Any) -> Appraisal:
    """Open the appraisal of a year and return it with everybody on the roster of the day.

    Raises ValidationError for a unit that does not appraise, a year that has one or is not this or
    the last, days that have passed or stand in the wrong order, and a branch without full members.
    """
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    today = clock.today()
    if locked.kind not in queries.APPRAISING or locked.closed_on:
        raise ValidationError(
            _("%(unit)s does not appraise its members: only open branches do.")
            % {"unit": locked.name},
            code="not_appraising",
        )
    if draft.year not in {today.year, today.year - 1}:
        raise ValidationError(
            {"year": _("The appraisal is of this year or of the last.")}, code="year"
        )
    held = Appraisal.objects.filter(unit=locked, year=draft.year)
    if known := held.exclude(stage=Stage.WITHDRAWN).first():
        raise ValidationError(
            {"year": _("The appraisal of %(year)s stands at “%(stage)s”.")
             % {"year": draft.year, "stage": known.standing.label}},
            code="under_way",
        )  # fmt: skip
    if draft.self_until < today:
        raise ValidationError({"self_until": _("This day has passed.")}, code="past")
    if draft.ballot_until < draft.self_until:
        raise ValidationError(
            {"ballot_until": _("The ballot ends after the self-appraisals.")}, code="order"
        )
    if draft.mass_invited < 0:
        raise ValidationError({"mass_invited": _("Counted from 0.")}, code="mass")
    appraisal = Appraisal.objects.create(
        unit=locked,
        year=draft.year,
        self_until=draft.self_until,
        ballot_until=draft.ballot_until,
        mass_invited=draft.mass_invited,
        with_life_meeting=draft.with_life_meeting,
    )
    _follow_roster(appraisal, today)
    if not queries.list_graded(queries.list_participants(appraisal)):
        raise ValidationError(
            _("The roster of %(unit)s has no full member.") % {"unit": locked.name}, code="nobody"
        )
    return move_on(appraisal, Happened.OPENED, actor=actor)


@transaction.atomic
def excuse_member(
    *, appraisal: Appraisal, person: Person, reason: str, actor: Any, seen: str | None = None
) -> Appraisal:
    """Excuse a member with the reason, or without one let the member take part again.

    The reason stays with the participant, encrypted; the history does not repeat it.
    """
    taken = lock_appraisal(appraisal, Deed.EXCUSE, seen)
    part = queries.find_own(taken, person.pk)
    if part is None:
        raise ValidationError(
            _("Not on the roll: %(names)s.") % {"names": person.name}, code="stranger"
        )
    part.excused, part.excuse = bool(reason.strip()), reason.strip()
    part.save(update_fields=["excused", "excuse"])
    note = person.name if part.excused else _("%(name)s takes part again") % {"name": person.name}
    return move_on(taken, Happened.EXCUSED, actor=actor, note=note)


@transaction.atomic
def write_self(
    *, appraisal: Appraisal, person_id: int | None, promised: str, done: str, short: str
) -> Participant:
    """Hand in the own words, once, and return the part; only its author calls this.

    Raises ValidationError for who takes no part, a second time, once the ballot is open, and gaps.
    """
    taken = take_row(appraisal)
    if taken.stage != Stage.SELF:
        raise ValidationError(
            _("Self-appraisals are handed in before the ballot; it stands at “%(stage)s”.")
            % {"stage": taken.standing.label},
            code="not_now",
        )
    part = find_part(taken, person_id)
    if part.self_on is not None:
        raise ValidationError(
            _("You handed in your self-appraisal on %(day)s.") % {"day": part.self_on}, code="twice"
        )
    words = {"promised": promised.strip(), "done": done.strip(), "short": short.strip()}
    if gaps := [name for name, text in words.items() if not text]:
        raise ValidationError(dict.fromkeys(gaps, _("Write a sentence or two.")), code="gap")
    for name, text in words.items():
        setattr(part, name, text)
    part.self_on = clock.today()
    part.save(update_fields=[*words, "self_on"])
    return part


@transaction.atomic
def begin_ballot(
    *, appraisal: Appraisal, actor: Any, reason: str = "", seen: str | None = None
) -> Appraisal:
    """Open the ballot to everybody who takes part by the roster of the day, and return it.

    Raises ReasonMissingError as long as somebody has not handed in the own words.
    """
    taken = lock_appraisal(appraisal, Deed.BEGIN, seen)
    _follow_roster(taken, clock.today())
    parts = [one for one in queries.list_participants(taken) if not one.excused]
    if len(parts) < 2 or not queries.list_graded(parts):
        raise ValidationError(
            _("A ballot needs two who take part, and a full member to appraise."), code="few"
        )
    missing = [one.person.name for one in parts if one.self_on is None]
    if missing and not reason.strip():
        raise ReasonMissingError(
            [_("No self-appraisal yet: %(names)s.") % {"names": "、".join(missing)}],
            code="no_reason",
        )
    Register.objects.bulk_create(Register(participant=one) for one in parts)
    Urn.objects.create(appraisal=taken)
    taken.begun_on = clock.today()
    return move_on(taken, Happened.BEGUN, actor=actor, stage=Stage.BALLOT, note=reason.strip())


@transaction.atomic
def withdraw_appraisal(
    *, appraisal: Appraisal, reason: str, actor: Any, seen: str | None = None
) -> Appraisal:
    """Withdraw an appraisal before its count, with the reason; slips given so far are destroyed."""
    taken = lock_appraisal(appraisal, Deed.WITHDRAW, seen)
    note = ask_reason(reason)
    Urn.objects.filter(appraisal=taken).delete()
    return move_on(taken, Happened.WITHDRAWN, actor=actor, stage=Stage.WITHDRAWN, note=note)


def _follow_roster(appraisal: Appraisal, today: date) -> None:
    """Bring the participants to the roster of the day: newcomers in, who left excused."""
    known = {one.person_id: one for one in queries.list_participants(appraisal)}
    roster = {person.pk: person for person in queries.list_roster(appraisal.unit, today)}
    kinds = {
        pk: MemberKind.FULL
        if person.member_kind == MemberKind.FULL and not (person.full_on and person.full_on > today)
        else MemberKind.PROBATIONARY
        for pk, person in roster.items()
    }
    Participant.objects.bulk_create(
        Participant(appraisal=appraisal, person=person, member_kind=kinds[pk])
        for pk, person in roster.items()
        if pk not in known
    )
    for pk, part in known.items():
        if pk in kinds:
            part.member_kind = kinds[pk]
        elif not part.excused:
            part.excused, part.excuse = True, GONE
    Participant.objects.bulk_update(known.values(), ["member_kind", "excused", "excuse"])
