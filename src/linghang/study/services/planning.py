"""Planning a class: stages, timetable and who takes part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities.enums import AttendanceState
from linghang.activities.models import Attendance
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.acts import ask_reason, fault, known
from linghang.platform.calendar import clock
from linghang.study import queries
from linghang.study.enums import Form, Happened
from linghang.study.models import Participant, Session, Stage, StudyClass
from linghang.study.services.steps import (
    lock_class,
    note,
)
from linghang_core.regulations import count_session_hours

STAGES_AT_MOST = 12


@dataclass(frozen=True)
class ClassDraft:
    """A class as planned: its stages by title, in order."""

    unit: Unit
    title: str
    stages: Sequence[str]
    purpose: str = ""
    also: str = ""


@dataclass(frozen=True)
class SessionDraft:
    """One session of the timetable; `stage` is the number of its stage, from 1."""

    stage: int
    on: date
    begins: time
    ends: time
    topic: str
    form: str = Form.LECTURE
    lecturer: str = ""
    place: str = ""


def compute_hours(on: date, begins: time, ends: time, form: str) -> int:
    """Return the hours of a session by the rule of its day, in hundredths; nobody types them."""
    minutes = int((datetime.combine(on, ends) - datetime.combine(on, begins)).total_seconds()) // 60
    if minutes <= 0:
        raise fault("ends", _("A session ends after it begins."), "length")
    return count_session_hours(minutes, lecture=Form(form).is_lecture, on=on)


@transaction.atomic
def plan_class(*, draft: ClassDraft, actor: Any) -> StudyClass:
    """Plan a class with its stages and return it; the timetable follows.

    Raises ValidationError without a title or stage, and where the unit has a class of that title.
    """
    titles = _clean_stages(draft.stages)
    if not draft.title.strip():
        raise fault("title", _("Give the class a title."), "title")
    _insist_new(draft.unit, draft.title, None)
    study_class = StudyClass(
        unit=draft.unit,
        title=draft.title.strip(),
        purpose=draft.purpose.strip(),
        also=draft.also,
        created_by=known(actor),
    )
    note(study_class, Happened.PLANNED, actor, {"stages": titles})
    _write_stages(study_class, titles)
    return study_class


@transaction.atomic
def change_class(
    *, study_class: StudyClass, draft: ClassDraft, actor: Any, seen: str | None = None
) -> StudyClass:
    """Change title, purpose and stages; a stage that has sessions cannot be left out."""
    taken = lock_class(study_class, seen)
    titles = _clean_stages(draft.stages)
    if not draft.title.strip():
        raise fault("title", _("Give the class a title."), "title")
    _insist_new(taken.unit, draft.title, taken.pk)
    used = taken.sessions.order_by("-stage__number").values_list("stage__number", flat=True).first()
    if used is not None and used > len(titles):
        raise fault(
            "stages",
            _("A stage that has sessions cannot be left out: move or remove them."),
            "stage_in_use",
        )
    taken.title, taken.purpose, taken.also = draft.title.strip(), draft.purpose, draft.also
    taken.stages.filter(number__gt=len(titles)).delete()
    _write_stages(taken, titles)
    note(taken, Happened.CHANGED, actor, {"title": taken.title, "stages": titles})
    return taken


def _clean_stages(stages: Iterable[str]) -> list[str]:
    titles = [title.strip()[:60] for title in stages if title.strip()]
    if not titles or len(titles) > STAGES_AT_MOST:
        raise fault(
            "stages", _("Name one to %(most)s stages.") % {"most": STAGES_AT_MOST}, "stages"
        )
    return titles


def _insist_new(unit: Unit, title: str, own: int | None) -> None:
    same = StudyClass.objects.filter(unit=unit, title=title.strip(), called_off_on=None)
    if same.exclude(pk=own or 0).exists():
        raise fault("title", _("%(unit)s has a class of this title.") % {"unit": unit.name}, "same")


def _write_stages(study_class: StudyClass, titles: Sequence[str]) -> None:
    Stage.objects.bulk_create(
        [Stage(study_class=study_class, number=n, title=t) for n, t in enumerate(titles, 1)],
        update_conflicts=True,
        unique_fields=["study_class", "number"],
        update_fields=["title"],
    )


# -- timetable -----------------------------------------------------------------------------------


@transaction.atomic
def plan_sessions(
    *,
    study_class: StudyClass,
    drafts: Sequence[SessionDraft],
    actor: Any,
    seen: str | None = None,
) -> list[Session]:
    """Add sessions to the timetable, all or none, and return them.

    Raises ValidationError where two sessions of the class overlap or share day and topic.
    """
    taken = lock_class(study_class, seen)
    made = [_fill(Session(study_class=taken), draft, taken) for draft in drafts]
    _insist_fitting([*taken.sessions.all(), *made])
    Session.objects.bulk_create(made)
    note(taken, Happened.SESSIONS_PLANNED, actor, {"sessions": [s.topic for s in made]})
    return made


@transaction.atomic
def change_session(
    *, session: Session, draft: SessionDraft, actor: Any, seen: str | None = None
) -> Session:
    """Change a session that was not held; a held one is corrected in its record."""
    taken = lock_class(session.study_class, seen)
    row = _insist_not_held(session)
    _fill(row, draft, taken)
    _insist_fitting([*taken.sessions.exclude(pk=row.pk), row])
    row.save()
    note(taken, Happened.SESSION_CHANGED, actor, {"topic": row.topic})
    return row


@transaction.atomic
def remove_session(*, session: Session, actor: Any, reason: str, seen: str | None = None) -> None:
    """Take a session that was not held out of the timetable; the trail keeps it and why."""
    taken = lock_class(session.study_class, seen)
    row = _insist_not_held(session)
    if row.activity_id is not None:
        raise ValidationError(
            _("This session has a withdrawn record: it stays in the timetable."), code="recorded"
        )
    why = ask_reason(reason)
    row.delete()
    note(taken, Happened.SESSION_REMOVED, actor, {"topic": session.topic}, why)


def _fill(row: Session, draft: SessionDraft, study_class: StudyClass) -> Session:
    stage = study_class.stages.filter(number=draft.stage).first()
    if stage is None:
        raise fault("stage", _("This class has no such stage."), "stage")
    if not draft.topic.strip():
        raise fault("topic", _("Say what the session is about."), "topic")
    row.stage, row.on, row.begins, row.ends = stage, draft.on, draft.begins, draft.ends
    row.topic, row.form = draft.topic.strip()[:100], draft.form
    row.lecturer, row.place = draft.lecturer.strip()[:60], draft.place.strip()[:120]
    row.hours = compute_hours(draft.on, draft.begins, draft.ends, draft.form)
    return row


def _insist_fitting(sessions: Sequence[Session]) -> None:
    ordered = sorted(sessions, key=lambda s: (s.on, s.begins))
    for one, other in pairwise(ordered):
        if one.on == other.on and other.begins < one.ends:
            raise fault(
                "begins",
                _("“%(one)s” and “%(other)s” would be at the same time.")
                % {"one": one.topic, "other": other.topic},
                "overlap",
            )
    named = {(s.on, s.topic) for s in sessions}
    if len(named) < len(sessions):
        raise fault(
            "topic", _("This topic stands on that day already: name its part."), "same_topic"
        )


def _insist_not_held(session: Session) -> Session:
    row = Session.objects.select_related("activity").get(pk=session.pk)
    if row.is_held:
        raise ValidationError(_("This session was held: correct its record instead."), code="held")
    return row


# -- who takes part ------------------------------------------------------------------------------


@transaction.atomic
def choose_people(
    *,
    study_class: StudyClass,
    actor: Any,
    units: Collection[Unit] = (),
    posts: Collection[str] = (),
    persons: Collection[Person] = (),
    seen: str | None = None,
) -> int:
    """Add who holds the posts in the units today and who is named; return how many are new."""
    taken = lock_class(study_class, seen)
    chosen = queries.list_chosen(units, posts, persons, clock.today())
    there = set(taken.participants.values_list("person_id", flat=True))
    new = [
        Participant(study_class=taken, person=person, unit=unit)
        for pk, (person, unit) in chosen.items()
        if pk not in there
    ]
    if not chosen:
        raise ValidationError(
            _("Nobody holds these posts in these units today: choose others."), code="nobody"
        )
    Participant.objects.bulk_create(new, batch_size=500)
    note(taken, Happened.PEOPLE_CHOSEN, actor, {"people": len(new)})
    return len(new)


@transaction.atomic
def drop_people(
    *, study_class: StudyClass, persons: Collection[int], actor: Any, seen: str | None = None
) -> int:
    """Take people out of a class; who was there once stays. Returns how many left."""
    taken = lock_class(study_class, seen)
    rows = taken.participants.filter(person_id__in=persons)
    attended = Attendance.objects.filter(
        activity__study_session__study_class=taken,
        activity__withdrawn_on=None,
        state=AttendanceState.PRESENT,
        person_id__in=persons,
    )
    stays = attended.values_list("person__name", flat=True).first()
    if stays:
        raise ValidationError(
            _("%(name)s was at a session of this class and stays in it.") % {"name": stays},
            code="attended",
        )
    number, _per_model = rows.delete()
    note(taken, Happened.PEOPLE_DROPPED, actor, {"people": number})
    return number


@transaction.atomic
def call_off_class(
    *, study_class: StudyClass, reason: str, actor: Any, seen: str | None = None
) -> StudyClass:
    """Call a class off with its reason; what was held stays recorded and counts."""
    taken = lock_class(study_class, seen)
    taken.called_off_reason = ask_reason(reason)
    taken.called_off_on = clock.today()
    note(taken, Happened.CALLED_OFF, actor, {"title": taken.title}, taken.called_off_reason)
    return taken
