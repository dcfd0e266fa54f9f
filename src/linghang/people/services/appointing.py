"""Appointing to posts, ending appointments, and transferring members between branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment, Person, Post
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock

BATCH = 500


@dataclass(frozen=True)
class AppointmentDraft:
    """An appointment to be made; without `valid_to` it lasts."""

    person: Person
    unit: Unit
    post: str
    valid_from: date
    valid_to: date | None = None
    basis: str = ""
    document_number: str = ""


@transaction.atomic
def appoint_person(
    *,
    person: Person,
    unit: Unit,
    post: str,
    on: date,
    actor: Any,
    until: date | None = None,
    basis: str = "",
    document_number: str = "",
) -> Appointment:
    """Appoint the person to the post from the day on, and return the appointment.

    Raises ValidationError where it would overlap one of the same kind, and for a membership that
    is not
    in a branch.
    """
    draft = AppointmentDraft(person, unit, post, on, until, basis, document_number)
    return appoint_people([draft], actor=actor)[0]


@transaction.atomic
def appoint_people(drafts: Sequence[AppointmentDraft], *, actor: Any) -> list[Appointment]:
    """Make the appointments and return them in the order of the drafts; see `appoint_person`."""
    titles = _check(drafts)
    made = Appointment.objects.bulk_create(
        [
            Appointment(
                person=d.person,
                unit=d.unit,
                post_id=d.post,
                valid_from=d.valid_from,
                valid_to=d.valid_to,
                basis=d.basis,
                document_number=d.document_number,
            )
            for d in drafts
        ],
        batch_size=BATCH,
    )
    if made:
        first = drafts[0]
        audit.record(
            actor=actor,
            verb="appoint_people",
            target=first.person if len(drafts) == 1 else None,
            label="、".join(d.person.name for d in drafts[:5]) + ("…" if len(drafts) > 5 else ""),
            unit_path=first.unit.path if len(drafts) == 1 else first.unit.root_path,
            new={
                "appointments": [
                    [d.person.code, d.unit.code, titles[d.post], d.valid_from.isoformat()]
                    for d in drafts[:500]
                ]
            },
        )
    return made


@transaction.atomic
def end_appointment(
    *, appointment: Appointment, on: date, reason: str = "", actor: Any
) -> Appointment:
    """End the appointment; the day itself no longer belongs to it. Return it.

    Raises ValidationError for a day that would leave it empty and for one that has ended already.
    """
    if appointment.valid_to is not None and appointment.valid_to <= on:
        raise ValidationError(
            _("The appointment ended on %(day)s.") % {"day": appointment.valid_to.isoformat()},
            code="ended",
        )
    if on <= appointment.valid_from:
        raise ValidationError(
            _("The appointment began on %(day)s; it can end on a later day.")
            % {"day": appointment.valid_from.isoformat()},
            code="empty",
        )
    old = appointment.valid_to
    appointment.valid_to = on
    appointment.save(update_fields=["valid_to"])
    audit.record(
        actor=actor,
        verb="end_appointment",
        target=appointment.person,
        unit_path=appointment.unit.path,
        old={"post": appointment.post.title_zh, "valid_to": str(old or "")},
        new={"post": appointment.post.title_zh, "valid_to": on.isoformat()},
        reason=reason,
    )
    return appointment


@transaction.atomic
def correct_appointment(
    *, appointment: Appointment, changes: Mapping[str, Any], reason: str, actor: Any
) -> Appointment:
    """Change basis or document number of an appointment (not its days), and return it."""
    unknown = set(changes) - {"basis", "document_number"}
    if unknown:
        raise TypeError(f"not to be corrected: {sorted(unknown)}")
    new = {k: v for k, v in changes.items() if getattr(appointment, k) != v}
    if not new:
        return appointment
    old = {k: getattr(appointment, k) for k in new}
    for name, value in new.items():
        setattr(appointment, name, value)
    appointment.save(update_fields=list(new))
    audit.record(
        actor=actor,
        verb="correct_appointment",
        target=appointment.person,
        unit_path=appointment.unit.path,
        old=old,
        new=new,
        reason=reason,
    )
    return appointment


def transfer_member(
    *,
    person: Person,
    unit: Unit,
    on: date,
    actor: Any,
    basis: str = "",
    document_number: str = "",
) -> Appointment:
    """Move the person's membership to another branch from the day on, and return the new one."""
    return transfer_members(
        moves=[(person, unit)], on=on, actor=actor, basis=basis, document_number=document_number
    )[0]


@transaction.atomic
def transfer_members(
    *,
    moves: Sequence[tuple[Person, Unit]],
    on: date,
    actor: Any,
    basis: str = "",
    document_number: str = "",
) -> list[Appointment]:
    """Move memberships to other branches from the day on, and return the new ones.

    Posts of the branch that is left end with the membership: nobody sits on the committee of a
    branch
    they have left. Posts elsewhere stay.
    """
    people = {person.pk: person for person, _unit in moves}
    current: dict[int, Appointment] = {}
    ids = list(people)
    for start in range(0, len(ids), BATCH):
        rows = Appointment.objects.select_for_update().filter(
            person_id__in=ids[start : start + BATCH], valid_to=None, post_id=MEMBER_POST
        )
        current |= {row.person_id: row for row in rows.select_related("unit")}
    _check_transfers(moves, current, on)
    for left in current.values():
        held = Appointment.objects.filter(
            person_id=left.person_id, unit__path__startswith=left.unit.path, valid_to=None
        )
        held.filter(valid_from__gte=on).delete()  # empty: it never held for a day
        held.update(valid_to=on)
    made = Appointment.objects.bulk_create(
        [
            Appointment(
                person=person,
                unit=unit,
                post_id=MEMBER_POST,
                valid_from=on,
                basis=basis,
                document_number=document_number,
            )
            for person, unit in moves
        ],
        batch_size=BATCH,
    )
    for person, unit in moves:
        before = current.get(person.pk)
        audit.record(
            actor=actor,
            verb="transfer_member",
            target=person,
            unit_path=unit.path,
            old={"unit": before.unit.name if before else ""},
            new={"unit": unit.name, "on": on.isoformat(), "document_number": document_number},
        )
    return made


def _check_transfers(
    moves: Sequence[tuple[Person, Unit]], current: dict[int, Appointment], on: date
) -> None:
    if on > clock.today():
        raise ValidationError(
            _("The day lies in the future. Record the transfer when it takes effect."),
            code="future",
        )
    for person, unit in moves:
        _check_branch(unit)
        before = current.get(person.pk)
        if before is None:
            continue
        if before.unit_id == unit.pk:
            raise ValidationError(
                _("%(name)s is a member of %(unit)s already.")
                % {"name": person.name, "unit": unit.name},
                code="already_there",
            )
        if before.valid_from > on:
            raise ValidationError(
                _("%(name)s has been a member of %(unit)s since %(day)s; choose a later day.")
                % {
                    "name": person.name,
                    "unit": before.unit.name,
                    "day": before.valid_from.isoformat(),
                },
                code="before_membership",
            )


def _check_branch(unit: Unit) -> None:
    if not UnitKind(unit.kind).is_branch:
        raise ValidationError(
            _("Members belong to branches; %(unit)s is a %(kind)s.")
            % {"unit": unit.name, "kind": UnitKind(unit.kind).label},
            code="not_a_branch",
        )
    if unit.closed_on:
        raise ValidationError(
            _("%(unit)s was closed on %(day)s.")
            % {"unit": unit.name, "day": unit.closed_on.isoformat()},
            code="closed",
        )


def _check(drafts: Sequence[AppointmentDraft]) -> dict[str, str]:
    """Refuse what may not be; return the titles of the posts by code."""
    posts = dict(Post.objects.values_list("code", "title_zh"))
    held: dict[tuple[Any, ...], list[tuple[date, date | None]]] = {}
    ids = list({draft.person.pk for draft in drafts})
    for start in range(0, len(ids), BATCH):
        for row in Appointment.objects.filter(person_id__in=ids[start : start + BATCH]):
            held.setdefault(_key(row.person_id, row.unit_id, row.post_id), []).append(
                (row.valid_from, row.valid_to)
            )
    for draft in drafts:
        if draft.post not in posts:
            raise ValidationError(
                _("There is no post %(post)s.") % {"post": draft.post}, code="no_post"
            )
        if draft.post == MEMBER_POST:
            _check_branch(draft.unit)
        if draft.valid_to is not None and draft.valid_to <= draft.valid_from:
            raise ValidationError(_("The appointment ends before it begins."), code="empty")
        spans = held.setdefault(_key(draft.person.pk, draft.unit.pk, draft.post), [])
        if any(_overlap(span, (draft.valid_from, draft.valid_to)) for span in spans):
            raise ValidationError(
                _("%(name)s holds this post already at that time.") % {"name": draft.person.name},
                code="overlap",
            )
        spans.append((draft.valid_from, draft.valid_to))
    return posts


def _key(person_id: int, unit_id: int, post: str) -> tuple[Any, ...]:
    # One membership at a time, wherever; other posts are counted per unit.
    return (person_id, post) if post == MEMBER_POST else (person_id, unit_id, post)


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])
