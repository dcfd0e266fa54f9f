"""Taking in an application, and ending one before its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.membership.enums import Stage
from linghang.membership.models import Application
from linghang.membership.services.stepping import StepDraft, lock_application, take_step
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import MemberKind, Sex
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


@dataclass(frozen=True)
class ApplicantDraft:
    """Who applies, to which branch, on which day; somebody known (`person`) is not typed again."""

    unit: Unit
    applied_on: date
    person: Person | None = None
    name: str = ""
    sex: str = Sex.UNKNOWN
    born_on: date | None = None
    job: str = ""
    education: str = ""
    identity_number: str = ""


@transaction.atomic
def open_application(*, draft: ApplicantDraft, actor: Any) -> Application:
    """Take in an application for membership, and return it with its first step taken.

    Raises ValidationError for somebody under 18 on the day, a member, somebody whose application is
    under way, and a unit that is no open branch (《中国共产党章程》第一条、第五条).
    """
    if not UnitKind(draft.unit.kind).is_branch or draft.unit.closed_on:
        raise ValidationError(
            _("%(unit)s is no open branch: applications are handed in to a branch.")
            % {"unit": draft.unit.name},
            code="not_a_branch",
        )
    person = draft.person or _register(draft, actor)
    if person.member_kind != MemberKind.NONE:
        raise ValidationError(
            _("%(name)s is a member already.") % {"name": person.name}, code="member"
        )
    if person.born_on is None:
        raise ValidationError(
            {"born_on": _("Without the date of birth nobody can tell who is 18 years old.")},
            code="born_on",
        )
    running = Application.objects.filter(person=person, ended_on=None).select_related("unit")
    if known := running.first():
        raise ValidationError(
            _("The application of %(name)s is under way in %(unit)s since %(day)s.")
            % {"name": person.name, "unit": known.unit.name, "day": known.applied_on},
            code="under_way",
        )
    application = Application.objects.create(
        person=person, unit=draft.unit, applied_on=draft.applied_on
    )
    take_step(
        application=application,
        draft=StepDraft(step="application", on=draft.applied_on),
        actor=actor,
    )
    application.refresh_from_db()
    return application


@transaction.atomic
def end_application(
    *, application: Application, on: date, reason: str, actor: Any, seen: str | None = None
) -> Application:
    """End a way before its time, with the reason: withdrawn, left the company, died.

    Probation ends otherwise: the branch meeting cancels it. Raises ValidationError for that, without a
    reason, for a day before the last step and for one that lies ahead.
    """
    taken = lock_application(application, seen)
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    if taken.joined_on is not None:
        raise ValidationError(
            _("A probation ends by the vote of the branch meeting: record its decision instead."),
            code="probation",
        )
    last = taken.taken.filter(withdrawn_at=None).order_by("-on").first()
    if last is not None and on < last.on:
        raise ValidationError(
            _("The last step was taken on %(day)s; the way ends on a later day.")
            % {"day": last.on},
            code="before_last",
        )
    if on > clock.today():
        raise ValidationError(_("The day lies in the future."), code="future")
    taken.stage, taken.ended_on, taken.end_reason = Stage.ENDED, on, reason.strip()
    taken.next_due_on = None
    taken.version += 1
    taken.save()
    audit.record(
        actor=actor,
        verb="application.ended",
        target=taken,
        label=taken.person.name,
        unit_path=taken.unit.path,
        new={"on": on.isoformat()},
        reason=taken.end_reason,
    )
    return taken


def _register(draft: ApplicantDraft, actor: Any) -> Person:
    return people.register_people(
        [
            people.PersonDraft(
                name="".join(draft.name.split()),
                sex=draft.sex,
                born_on=draft.born_on,
                job=draft.job,
                education=draft.education,
                identity_number=draft.identity_number,
                member_kind=MemberKind.NONE,
            )
        ],
        actor=actor,
    )[0]
