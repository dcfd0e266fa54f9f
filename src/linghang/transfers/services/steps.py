"""What every act does: take the record as it was seen, move it on, tell the history and the audit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.people.enums import MemberKind, Standing
from linghang.people.models import Appointment, Person
from linghang.platform.acts import check_seen, check_sender, explain, known, not_now
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.transfers.enums import AWAY_COMES, COMES, AwayDeed, Deed, Happened
from linghang.transfers.models import Act, Away, Transfer
from linghang_core.regulations import load_rules


def lock_transfer(transfer: Transfer, deed: Deed, seen: str | None) -> Transfer:
    """Return the transfer with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where the transfer stands.
    """
    found = Transfer.objects.select_for_update(of=("self",))
    taken = found.select_related("unit", "to_unit", "person").get(pk=transfer.pk)
    check_seen(taken, seen)
    if (taken.way, taken.stage) not in COMES[deed]:
        raise not_now(deed.label, taken.standing.label)
    return taken


def lock_away(away: Away, deed: AwayDeed, seen: str | None) -> Away:
    """Return the absence with its row taken, as `lock_transfer` does."""
    found = Away.objects.select_for_update(of=("self",)).select_related("unit", "person")
    taken = found.get(pk=away.pk)
    check_seen(taken, seen)
    if taken.stage not in AWAY_COMES[deed]:
        raise not_now(deed.label, taken.standing.label)
    return taken


def lock_person(person: Person) -> Person:
    """Return the person with the row taken, so that two do not open something at once."""
    return Person.objects.select_for_update().get(pk=person.pk)


def move_on(
    moving: Transfer | Away,
    kind: Happened,
    *,
    actor: Any,
    stage: str | None = None,
    note: str = "",
    on: date | None = None,
) -> None:
    """Save the record at its stage with one more act in its history."""
    if stage is not None:
        moving.stage = stage
        if moving.standing.is_final:
            moving.due_on = None
    moving.version += 1
    moving.save()
    Act.objects.create(
        kind=kind,
        on=on or clock.today(),
        note=note[:400],
        by=known(actor),
        at=clock.now(),
        **{"transfer" if isinstance(moving, Transfer) else "away": moving},
    )
    audit.record(
        actor=actor,
        verb=f"transfer.{kind.value}",
        target=moving,
        label=moving.person.name,
        unit_path=moving.unit.path,
        new={"stage": str(moving.stage)},
        reason=note,
    )


def send(moving: Transfer | Away, actor: Any) -> None:
    """Remember who sent what somebody else decides."""
    moving.sent_by = known(actor)


def check_decider(moving: Transfer | Away, actor: Any) -> None:
    """Refuse who decides on what they sent themselves, or on themselves."""
    check_sender(moving.sent_by_id, actor)
    user_id = getattr(actor, "pk", None)
    if user_id is not None and user_id == moving.person.user_id:
        raise ValidationError(
            _("Nobody decides on their own membership. Another officer does."), code="own"
        )


def check_day(on: date, first: date | None) -> None:
    """Refuse a day that lies in the future or before the first possible one."""
    if on > clock.today():
        raise ValidationError({"on": _("The day lies in the future.")}, code="future")
    if first is not None and on < first:
        raise ValidationError(
            {"on": _("This comes after %(day)s.") % {"day": first}}, code="too_early"
        )


def check_standing(person: Person) -> None:
    """Refuse whose membership does not stand: suspended or ended, out of touch, or no member."""
    good = person.standing == Standing.NORMAL and person.member_kind != MemberKind.NONE
    if good and not person.is_lost:
        return
    raise ValidationError(
        _("%(name)s is not transferred as it stands (%(standing)s). %(rule)s")
        % {
            "name": person.name,
            "standing": _("contact is lost")
            if person.is_lost
            else person.get_standing_display()
            if person.member_kind != MemberKind.NONE
            else person.get_member_kind_display(),
            "rule": explain(load_rules().find("transfer.standing", clock.today())),
        },
        code="standing",
    )


def find_membership(person: Person) -> Appointment | None:
    """Return the membership that is open, with its branch."""
    held = Appointment.objects.filter(person=person, post_id="member", valid_to=None)
    return held.select_related("unit").first()
