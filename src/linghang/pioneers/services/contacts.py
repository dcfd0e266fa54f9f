"""Contact persons and their visits: assigned from a day, a visit recorded once with what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities import api as activities
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.pioneers.models import Contact, Visit
from linghang.pioneers.queries import contacts as queries
from linghang.platform.acts import ask_reason, fault, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification

SOURCE = "包保走访"  # what the problems of a visit are filed under


@dataclass(frozen=True)
class VisitDraft:
    """A visit: when, what it was about, what it saw; with a problem, the day it is to be solved by."""

    on: date
    topic: str
    note: str = ""
    problem: str = ""
    due_on: date | None = None


@transaction.atomic
def assign_contact(
    *, person: Person, units: Sequence[Unit], valid_from: date, actor: Any, reason: str = ""
) -> list[Contact]:
    """Have the person look after the branches from a day; a former contact person ends that day.

    Raises ValidationError for a day to come, the contact that stands already, a change of a contact without
    its reason, and a day not after the former one began.
    """
    if valid_from > clock.today():
        raise fault("valid_from", _("The day lies in the future."), "future")
    if not units:
        raise fault("units", _("Choose at least one branch."), "units")
    found = Contact.objects.select_for_update(of=("self",)).select_related("person", "unit")
    for former in found.filter(unit__in=units, valid_to=None):
        if former.person_id == person.pk:
            raise ValidationError(
                _("%(name)s looks after %(unit)s already.")
                % {"name": person.name, "unit": former.unit.name},
                code="same",
            )
        _end(former, valid_from, ask_reason(reason), actor)
    made = Contact.objects.bulk_create(
        Contact(person=person, unit=unit, valid_from=valid_from, assigned_by=known(actor))
        for unit in units
    )
    for contact in made:
        _record(contact, "contact.assigned", actor)
    return made


@transaction.atomic
def end_contact(*, contact: Contact, on: date, reason: str, actor: Any) -> Contact:
    """End the contact on a day, which no longer belongs to it; its visits stay."""
    found = Contact.objects.select_for_update(of=("self",)).select_related("person", "unit")
    taken = found.get(pk=contact.pk)
    if taken.valid_to is not None:
        raise ValidationError(
            _("This contact ended on %(day)s.") % {"day": taken.valid_to}, code="ended"
        )
    if on > clock.today():
        raise fault("on", _("The day lies in the future."), "future")
    return _end(taken, on, ask_reason(reason), actor)


@transaction.atomic
def record_visit(*, contact: Contact, draft: VisitDraft, actor: Any) -> Visit:
    """Record a visit as an activity of the branch, and state the problem it found, if any.

    Raises ValidationError for a day outside the contact, somebody else's contact, a problem without the day
    it is to be solved by, and what the record itself refuses.
    """
    found = Contact.objects.select_for_update(of=("self",)).select_related("person", "unit")
    taken = found.get(pk=contact.pk)
    user_id = getattr(actor, "pk", None)
    if user_id is not None and taken.person.user_id != user_id:
        raise ValidationError(
            _("%(name)s records their own visits.") % {"name": taken.person.name}, code="stranger"
        )
    if draft.on < taken.valid_from or (taken.valid_to is not None and draft.on >= taken.valid_to):
        raise fault("on", _("The contact does not hold on that day."), "outside")
    if draft.problem.strip() and draft.due_on is None:
        raise fault("due_on", _("Say by when the problem is to be solved."), "due")
    visit = Visit.objects.create(contact=taken, activity=_record_activity(taken, draft, actor))
    if draft.problem.strip():
        rectification.create_problems(
            drafts=[
                rectification.ProblemDraft(
                    source=SOURCE,
                    text=draft.problem.strip(),
                    unit=taken.unit,
                    due_on=draft.due_on,
                    source_kind="research",
                    origin=visit.activity,
                )
            ],
            actor=actor,
        )
    return visit


def _record_activity(contact: Contact, draft: VisitDraft, actor: Any) -> Any:
    kind = queries.find_visit_kind()
    if kind is None:
        raise ValidationError(
            _("No installed pack offers visits of contact persons. Install “contact-persons”."),
            code="pack",
        )
    try:
        return activities.record_activity(
            draft=activities.ActivityDraft(
                kind=kind,
                unit=contact.unit,
                occurred_on=draft.on,
                topic=draft.topic,
                host_id=contact.person_id,
                note=draft.note.strip(),
            ),
            actor=actor,
        )
    except activities.RecordRefused as refusal:
        names = {"occurred_on": "on", "topic": "topic"}
        field = names.get(refusal.field, "topic")
        raise fault(field, str(refusal), "record") from refusal


def _end(contact: Contact, on: date, reason: str, actor: Any) -> Contact:
    if on <= contact.valid_from:
        raise ValidationError(
            _("%(name)s began on %(day)s; choose a later day.")
            % {"name": contact.person.name, "day": contact.valid_from},
            code="empty",
        )
    contact.valid_to, contact.reason = on, reason
    contact.save(update_fields=["valid_to", "reason"])
    _record(contact, "contact.ended", actor, reason)
    return contact


def _record(contact: Contact, verb: str, actor: Any, reason: str = "") -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=contact,
        label=f"{contact.person.name} – {contact.unit.name}",
        unit_path=contact.unit.path,
        new={"valid_from": contact.valid_from.isoformat()},
        reason=reason,
    )
