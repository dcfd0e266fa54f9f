"""Rosters of lectures: planned by week or for a show, taken, given back, assigned and swapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.acts import ask_reason, fault, known
from linghang.platform.calendar import clock
from linghang.study.enums import Happened, RosterKind, SwapState
from linghang.study.models import Lecture, Roster, Swap
from linghang.study.services.steps import tell
from linghang_core.periods import load_calendar

LECTURES_AT_MOST = 60
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class RosterDraft:
    """A roster as planned: from which day, how many weeks (or lectures of a show), whom it invites."""

    unit: Unit
    title: str
    first_on: date
    lectures: int
    begins: time
    minutes: int
    posts: Sequence[str]
    kind: str = RosterKind.WEEKLY
    place: str = ""


@transaction.atomic
def plan_roster(*, draft: RosterDraft, actor: Any) -> Roster:
    """Plan a roster with its free places and return it.

    Of a weekly one each falls on the weekday of the first; where that is no working day, on the next
    one of the same week if there is one. Raises ValidationError for what is missing.
    """
    if not draft.title.strip():
        raise fault("title", _("Give the roster a title."), "title")
    if not 1 <= draft.lectures <= LECTURES_AT_MOST:
        raise fault(
            "lectures", _("One to %(most)s lectures.") % {"most": LECTURES_AT_MOST}, "lectures"
        )
    if not draft.posts:
        raise fault("posts", _("Say who is invited."), "posts")
    if Roster.objects.filter(unit=draft.unit, title=draft.title.strip()).exists():
        raise fault(
            "title", _("%(unit)s has a roster of this title.") % {"unit": draft.unit.name}, "same"
        )
    roster = Roster.objects.create(
        unit=draft.unit,
        kind=draft.kind,
        title=draft.title.strip(),
        begins=draft.begins,
        minutes=draft.minutes,
        place=draft.place.strip(),
        posts=list(draft.posts),
        created_by=known(actor),
    )
    days = list_days(draft)
    Lecture.objects.bulk_create([Lecture(roster=roster, on=on) for on in days])
    _tell(roster, Happened.ROSTER_PLANNED, actor, {"number": len(days), "from": str(days[0])})
    return roster


def list_days(draft: RosterDraft) -> list[date]:
    """Return the days of a roster's lectures, in order."""
    if draft.kind == RosterKind.SHOW:
        return [draft.first_on] * draft.lectures
    weeks = [draft.first_on + timedelta(days=DAYS_A_WEEK * n) for n in range(draft.lectures)]
    return [_find_working_day(on) for on in weeks]


def _find_working_day(on: date) -> date:
    calendar = load_calendar()
    rest = [on + timedelta(days=n) for n in range(DAYS_A_WEEK - on.weekday())]
    return next((day for day in rest if calendar.is_working_day(day)), on)


@transaction.atomic
def add_lecture(*, roster: Roster, on: date, actor: Any) -> Lecture:
    """Add a free place on a day to a roster and return it."""
    taken = lock_roster(roster)
    lecture = Lecture.objects.create(roster=taken, on=on)
    _tell(taken, Happened.LECTURE_ADDED, actor, {"on": str(on)})
    return lecture


@transaction.atomic
def assign_lecture(
    *,
    lecture: Lecture,
    on: date,
    person: Person | None,
    topic: str,
    actor: Any,
    seen: str | None = None,
) -> Lecture:
    """Say when a lecture is, who gives it and about what; what waits of swaps falls away."""
    taken = lock_lecture(lecture, seen)
    if person is None and topic.strip():
        raise fault("person", _("Say who gives this lecture, or leave the topic open."), "person")
    taken.on, taken.person, taken.topic = on, person, topic.strip()[:100]
    _drop_swaps([taken])
    _save(taken)
    new = {"on": str(on), "person": person.name if person else "", "topic": taken.topic}
    _tell(taken.roster, Happened.LECTURE_ASSIGNED, actor, new)
    return taken


@transaction.atomic
def remove_lecture(*, lecture: Lecture, reason: str, actor: Any, seen: str | None = None) -> None:
    """Take a place out of a roster, with the reason; what has a record stays."""
    taken = lock_lecture(lecture, seen)
    if taken.activity_id is not None:
        raise ValidationError(
            _("This lecture has a withdrawn record: it stays in the roster."), code="recorded"
        )
    why = ask_reason(reason)
    new = {"on": str(taken.on), "topic": taken.topic}
    taken.delete()
    _tell(taken.roster, Happened.LECTURE_REMOVED, actor, new, why)


@transaction.atomic
def claim_lecture(
    *, lecture: Lecture, person: Person, topic: str, actor: Any, seen: str | None = None
) -> Lecture:
    """Take a free place, or write the topic of one's own; the first of two gets it."""
    taken = lock_lecture(lecture, seen)
    if taken.person_id not in {None, person.pk}:
        raise ValidationError(explain_taken(taken), code="taken")
    taken.person, taken.topic = person, topic.strip()[:100]
    _save(taken)
    new = {"on": str(taken.on), "topic": taken.topic}
    _tell(taken.roster, Happened.LECTURE_CLAIMED, actor, new)
    return taken


def explain_taken(lecture: Lecture) -> str:
    """Return who has the day, and what can be done."""
    words = _("%(name)s has taken this day. Ask to swap, or choose another.")
    return words % {"name": lecture.person}


@transaction.atomic
def release_lecture(
    *, lecture: Lecture, person: Person, actor: Any, seen: str | None = None
) -> Lecture:
    """Give one's own place back before its day; afterwards who plans the roster decides."""
    taken = lock_lecture(lecture, seen)
    _insist_own(taken, person)
    if taken.on < clock.today():
        raise ValidationError(
            _("The day has passed: who plans the roster changes it."), code="past"
        )
    taken.person, taken.topic = None, ""
    _drop_swaps([taken])
    _save(taken)
    _tell(taken.roster, Happened.LECTURE_RELEASED, actor, {"on": str(taken.on)})
    return taken


@transaction.atomic
def ask_swap(*, lecture: Lecture, other: Lecture, person: Person, actor: Any) -> Swap:
    """Ask the lecturer of another day to change with one's own; nothing moves yet."""
    own = lock_lecture(lecture, None)
    _insist_own(own, person)
    wanted = lock_lecture(other, None)
    asked = wanted.person
    if wanted.roster_id != own.roster_id or asked is None or asked == person:
        raise fault("other", _("Choose a day somebody else of this roster has."), "other")
    if own.swaps.filter(state=SwapState.ASKED).exists():
        raise ValidationError(_("You have asked already; wait for the answer."), code="waits")
    swap = Swap.objects.create(
        lecture=own,
        other=wanted,
        asked_by=person,
        asked_of=asked,
        asked_at=clock.now(),
    )
    _tell(own.roster, Happened.SWAP_ASKED, actor, {"from": str(own.on), "into": str(wanted.on)})
    return swap


@transaction.atomic
def answer_swap(*, swap: Swap, agree: bool, person: Person, actor: Any) -> Swap:
    """Agree to change days, which moves both lecturers with their topics, or refuse."""
    taken = Swap.objects.select_for_update(of=("self",)).get(pk=swap.pk)
    if taken.state != SwapState.ASKED:
        raise ValidationError(
            _("This was answered already, or is no longer possible."), code="answered"
        )
    if taken.asked_of_id != person.pk:
        raise ValidationError(_("Only who was asked answers."), code="stranger")
    rows = {row.pk: row for row in _lock([taken.lecture_id, taken.other_id])}
    own, other = rows[taken.lecture_id], rows[taken.other_id]
    if own.is_held or other.is_held:
        raise ValidationError(_("This lecture was held: nothing is swapped."), code="held")
    taken.answered_on = clock.today()
    taken.state = SwapState.AGREED if agree else SwapState.REFUSED
    taken.save()
    act = Happened.SWAP_REFUSED
    if agree:
        act = Happened.LECTURES_SWAPPED
        own.person, other.person = other.person, own.person
        own.topic, other.topic = other.topic, own.topic
        _drop_swaps([own, other])
        _save(own)
        _save(other)
    _tell(own.roster, act, actor, {"from": str(own.on), "into": str(other.on)})
    return taken


# -- what every act shares -----------------------------------------------------------------------


def lock_roster(roster: Roster) -> Roster:
    """Return the roster with its row taken, if it was not closed."""
    taken = Roster.objects.select_for_update(of=("self",)).select_related("unit").get(pk=roster.pk)
    if taken.closed_on is not None:
        raise ValidationError(
            _("This roster was closed on %(day)s.") % {"day": taken.closed_on}, code="closed"
        )
    return taken


def lock_lecture(lecture: Lecture, seen: str | None) -> Lecture:
    """Return the lecture with its row taken, if it stands as it was seen and was not held."""
    (taken,) = _lock([lecture.pk])
    if taken.is_held:
        raise ValidationError(_("This lecture was held: correct its record instead."), code="held")
    if seen and seen != taken.seen:
        raise ValidationError(
            _("Somebody changed this lecture in the meantime. Look at it again."), code="moved"
        )
    return taken


def _lock(keys: Sequence[int]) -> list[Lecture]:
    rows = Lecture.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    return list(rows.select_related("roster__unit", "person", "activity").order_by("pk"))


def _insist_own(lecture: Lecture, person: Person) -> None:
    if lecture.person_id != person.pk:
        raise ValidationError(_("This is not your lecture."), code="stranger")


def _drop_swaps(lectures: Sequence[Lecture]) -> None:
    """Let what was asked about a changed lecture fall away, so that nobody agrees to something else."""
    waiting = Swap.objects.filter(
        Q(lecture__in=lectures) | Q(other__in=lectures), state=SwapState.ASKED
    )
    waiting.update(state=SwapState.VOID, answered_on=clock.today())


def _save(lecture: Lecture) -> None:
    lecture.version += 1
    lecture.save()


def _tell(roster: Roster, act: Happened, actor: Any, new: dict[str, Any], why: str = "") -> None:
    tell(roster, roster.title, roster.unit, act, actor, new, why)
