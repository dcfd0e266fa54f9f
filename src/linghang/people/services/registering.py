"""Registering and correcting persons, one or a whole roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST, MemberKind, Sex, Standing
from linghang.people.models import Appointment, Person
from linghang.people.services.detailing import (
    DETAIL_FIELDS,
    begin_details,
    read_value,
    write_details,
)
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.crypto import fields as crypto
from linghang.platform.languages import spoken
from linghang.platform.numbering import services as numbering
from linghang_core.periods import add_months
from linghang_core.regulations import (
    MemberDates,
    Notice,
    Severity,
    check_member_dates,
    read_identity_number,
)

BATCH = 500
# Of the year of probation; see `judge_dates`.
MONTHS_AT_LEAST = 11
FIELDS = (
    "name",
    "identity_number",
    "sex",
    "ethnic_group",
    "born_on",
    "education",
    "job",
    "phone",
    "address",
    "member_kind",
    "joined_on",
    "full_on",
    "standing",
    "is_lost",
    "is_floating",
)
MASKS = {
    "identity_number": crypto.mask_identity,
    "phone": crypto.mask_phone,
    "address": crypto.mask_address,
    "household_police": crypto.mask_address,
    "email": crypto.mask_email,
}


@dataclass(frozen=True)
class PersonDraft:
    """A person to be registered; with a unit, a member of it from `member_from` on.

    Without `member_from` the membership begins when the person had joined and the unit was there:
    where
    somebody was before is not known from a roster.
    """

    name: str
    unit: Unit | None = None
    identity_number: str = ""
    sex: str = Sex.UNKNOWN
    ethnic_group: str = ""
    born_on: date | None = None
    education: str = ""
    job: str = ""
    phone: str = ""
    address: str = ""
    member_kind: str = MemberKind.FULL
    joined_on: date | None = None
    full_on: date | None = None
    standing: str = Standing.NORMAL
    is_lost: bool = False
    is_floating: bool = False
    member_from: date | None = None
    basis: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def register_people(drafts: Sequence[PersonDraft], *, actor: Any) -> list[Person]:
    """Register the persons with their memberships, and return them in the order of the drafts.

    Raises ValidationError for dates that contradict the rules and for an identity number that is
    registered already. The number of statements does not grow with the drafts.
    """
    people = [Person(**{name: getattr(draft, name) for name in FIELDS}) for draft in drafts]
    for person in people:
        check_person(person)
        person.identity_index = crypto.index(person.identity_number)
    _refuse_known(people)
    _give_codes(people)
    Person.objects.bulk_create(people, batch_size=BATCH)
    begin_details([(p, draft.details) for p, draft in zip(people, drafts, strict=True)])
    Appointment.objects.bulk_create(
        [
            Appointment(
                person=person,
                unit=draft.unit,
                post_id=MEMBER_POST,
                valid_from=first_day(draft.unit, draft.joined_on, draft.member_from),
                basis=draft.basis,
            )
            for person, draft in zip(people, drafts, strict=True)
            if draft.unit is not None
        ],
        batch_size=BATCH,
    )
    if people:
        audit.record(
            actor=actor,
            verb="register_people",
            target=people[0] if len(people) == 1 else None,
            label="、".join(p.name for p in people[:5]) + ("…" if len(people) > 5 else ""),
            unit_path=drafts[0].unit.root_path if drafts[0].unit else "",
            new={"count": len(people), "codes": [person.code for person in people][:1000]},
        )
    return people


@transaction.atomic
def correct_person(
    *, person: Person, changes: Mapping[str, Any], reason: str, actor: Any
) -> Person:
    """Change what is known of the person (`FIELDS`, `DETAIL_FIELDS`), with a reason; return the person."""
    if not reason.strip():
        raise ValidationError(_("A correction needs a reason."), code="no_reason")
    correct_people(corrections=[(person, changes)], reason=reason, actor=actor)
    return person


@transaction.atomic
def correct_people(
    *, corrections: Sequence[tuple[Person, Mapping[str, Any]]], reason: str, actor: Any
) -> int:
    """Change what is known of several persons; return how many differ from before.

    Each gets an audit row with old and new, sensitive values masked. Nothing is written where
    nothing
    differs. Raises ValidationError as `register_people` does.
    """
    differing: list[tuple[Person, dict[str, Any], dict[str, Any]]] = []
    for person, changes in corrections:
        unknown = set(changes) - set(FIELDS) - set(DETAIL_FIELDS)
        if unknown:
            raise TypeError(f"not fields of a person: {sorted(unknown)}")
        new = {k: v for k, v in changes.items() if read_value(person, k) != v}
        if new:
            differing.append((person, {k: read_value(person, k) for k in new}, new))
    for person, _old, new in differing:
        for name in set(FIELDS).intersection(new):
            setattr(person, name, new[name])
        check_person(person)
        person.identity_index = crypto.index(person.identity_number)
    _refuse_known([p for p, _old, new in differing if "identity_number" in new])
    if differing:
        written = sorted({name for _p, _old, new in differing for name in new} & set(FIELDS))
        if "identity_number" in written:
            written.append("identity_index")
        if written:
            Person.objects.bulk_update([p for p, _old, _new in differing], written, batch_size=100)
        write_details(
            [
                (p, {name: new[name] for name in DETAIL_FIELDS if name in new})
                for p, _old, new in differing
            ]
        )
    paths = find_paths([person for person, _old, _new in differing])
    for person, old, new in differing:
        audit.record(
            actor=actor,
            verb="correct_person",
            target=person,
            unit_path=paths.get(person.pk, ""),
            old=masked(old),
            new=masked(new),
            reason=reason,
        )
    return len(differing)


@transaction.atomic
def reveal_identity(*, person: Person, reason: str, actor: Any) -> dict[str, str]:
    """Return what is sensitive in full; who looked, when and why is recorded.

    Raises ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say what you need the data for.")}, code="no_reason")
    audit.record(
        actor=actor,
        verb="view_identity",
        target=person,
        unit_path=find_paths([person]).get(person.pk, ""),
        reason=reason.strip(),
    )
    return {name: read_value(person, name) for name in MASKS}


def check_person(person: Person) -> None:
    """Raise ValidationError for an empty name, a wrong identity number and impossible dates."""
    if not person.name.strip():
        raise ValidationError({"name": _("The person needs a name.")}, code="no_name")
    if person.identity_number:
        for notice in read_identity_number(person.identity_number).notices:
            _refuse(notice, "identity_number")
    dates = MemberDates(
        born_on=person.born_on,
        joined_on=person.joined_on,
        full_on=person.full_on,
        probationary=person.member_kind == MemberKind.PROBATIONARY,
    )
    for notice in judge_dates(dates):
        _refuse(notice, "joined_on" if notice.code == "member.too_young" else "full_on")


def _refuse(notice: Notice, column: str) -> None:
    if notice.severity is Severity.BLOCK:
        text = notice.text(spoken())
        raise ValidationError({column: text}, code=notice.code)


def judge_dates(dates: MemberDates) -> list[Notice]:
    """Return what contradicts the rules; a probation a few days short of its year only warns.

    The meeting that grants full membership is held once a month, often some days before the year is
    over, and many rosters carry the day of the meeting. A year that lacks more is a mistake.
    """
    return [
        replace(notice, severity=Severity.WARN)
        if notice.code == "member.probation_too_short" and _is_nearly_a_year(dates)
        else notice
        for notice in check_member_dates(dates)
    ]


def _is_nearly_a_year(dates: MemberDates) -> bool:
    if dates.joined_on is None or dates.full_on is None:
        return False
    return add_months(dates.joined_on, MONTHS_AT_LEAST) <= dates.full_on


def first_day(unit: Unit, joined_on: date | None, stated: date | None = None) -> date:
    """Return the day a membership begins when only the roster tells of it."""
    known = [day for day in (joined_on, unit.established_on) if day]
    return stated or (max(known) if known else clock.today())


def masked(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values as text for the audit trail, the sensitive ones masked."""
    return {
        name: MASKS[name](value) if name in MASKS else str("" if value is None else value)
        for name, value in values.items()
    }


def _refuse_known(people: Sequence[Person]) -> None:
    seen: dict[str, Person] = {}
    for person in people:
        if person.identity_index and seen.setdefault(person.identity_index, person) is not person:
            raise _known(person)
    indices = list(seen)
    for start in range(0, len(indices), BATCH):
        taken = Person.objects.filter(identity_index__in=indices[start : start + BATCH])
        for other in taken:
            if seen[other.identity_index].pk != other.pk:
                raise _known(seen[other.identity_index])


def _known(person: Person) -> ValidationError:
    return ValidationError(
        {
            "identity_number": _("The identity number of %(name)s is registered already.")
            % {"name": person.name}
        },
        code="identity_known",
    )


def _give_codes(people: Sequence[Person]) -> None:
    wanting = list(people)
    while wanting:
        codes = [f"M{number:06d}" for number in numbering.take("person", len(wanting))]
        used: set[str] = set()
        for start in range(0, len(codes), BATCH):
            chunk = codes[start : start + BATCH]
            used |= set(Person.objects.filter(code__in=chunk).values_list("code", flat=True))
        # An installation may have brought codes of its own: those are passed over.
        free = [code for code in codes if code not in used]
        for person, code in zip(wanting, free, strict=False):
            person.code = code
        wanting = wanting[len(free) :]


def find_paths(people: Sequence[Person]) -> dict[int, str]:
    """Return the path of each person's unit, by person: of the membership before other posts."""
    found: dict[int, str] = {}
    ids = [person.pk for person in people]
    for start in range(0, len(ids), BATCH):
        rows = Appointment.objects.filter(
            person_id__in=ids[start : start + BATCH], valid_to=None
        ).order_by("-post__order")
        found |= dict(rows.values_list("person_id", "unit__path"))
    return found
