"""The roll call of a session, which is the one record of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities import api as activities
from linghang.activities.models import Activity, ActivityKind
from linghang.study import queries
from linghang.study.enums import TRAINING_KIND, Form, Happened
from linghang.study.models import Session
from linghang.study.services.steps import lock_class, note


@dataclass(frozen=True)
class RollDraft:
    """Who was not there, with the reason as customers write it; everybody else was."""

    away: Sequence[tuple[int, str]] = ()  # person id, reason
    minutes: str = ""


@transaction.atomic
def record_session(
    *, session: Session, draft: RollDraft, actor: Any, seen: str | None = None
) -> Activity:
    """Record that a session was held, with its roll call, and return the record.

    One entry: minutes, hours, ledger and duties follow from the record of organisation life.
    Raises ValidationError for a day to come, a session held already, a class without participants,
    and where somebody would get hours twice for the same time.
    """
    taken = lock_class(session.study_class, seen)
    row = Session.objects.select_related("activity").get(pk=session.pk)
    if row.is_held:
        raise ValidationError(_("The roll call of this session is recorded."), code="held")
    people = set(taken.participants.values_list("person_id", flat=True))
    if not people:
        raise ValidationError(_("Nobody takes part yet: choose the participants."), code="nobody")
    away = dict(draft.away)
    if strangers := away.keys() - people:
        raise ValidationError(
            _("%(n)s persons do not take part in this class.") % {"n": len(strangers)},
            code="stranger",
        )
    present = sorted(people - away.keys())
    _insist_no_doubles(row, present)
    kind = _find_kind()
    also = (taken.also,) if taken.also and row.form == Form.SEMINAR else ()
    record = activities.ActivityDraft(
        kind=kind,
        unit=taken.unit,
        occurred_on=row.on,
        topic=f"{taken.title}：{row.topic}",
        host_name=row.lecturer,
        hours=row.hours,
        place=row.place,
        note=draft.minutes.strip(),
        also=also,
        present_ids=present,
        absences=[
            activities.Absence(person_id=pk, reason=reason, state=activities.judge_absence(reason))
            for pk, reason in sorted(away.items())
        ],
    )
    try:
        row.activity = activities.record_activity(draft=record, actor=actor)
    except activities.RecordRefused as refusal:
        raise ValidationError(str(refusal), code=refusal.field) from refusal
    row.save(update_fields=["activity"])
    note(taken, Happened.SESSION_HELD, actor, {"topic": row.topic, "present_count": len(present)})
    return row.activity


def _find_kind() -> ActivityKind:
    kind = ActivityKind.objects.filter(code=TRAINING_KIND, retired=False).first()
    if kind is None:
        raise ValidationError(
            _("Install the practice pack “study-classes” first: it brings the kind of record."),
            code="no_pack",
        )
    return kind


def _insist_no_doubles(session: Session, present: Collection[int]) -> None:
    doubles = queries.find_doubles(session, present)
    if doubles:
        name, what = doubles[0]
        raise ValidationError(
            _(
                "%(name)s was at “%(what)s” at that time by the records: no hour counts twice."
                " Mark the absence here, or correct the other record."
            )
            % {"name": name, "what": what},
            code="double",
        )
