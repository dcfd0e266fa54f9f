"""What every act does: take the record as it was seen, move it on, tell history and audit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.pioneers.enums import STATES_OF, Deed, Happened
from linghang.pioneers.models import Act, Carrier
from linghang.platform.acts import check_seen, known, not_now
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def lock_carrier(carrier: Carrier, deed: Deed, seen: str | None) -> Carrier:
    """Return it with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where it stands.
    """
    found = Carrier.objects.select_for_update(of=("self",)).select_related("unit", "holder")
    taken = found.get(pk=carrier.pk)
    check_seen(taken, seen)
    if taken.state not in STATES_OF[deed]:
        raise not_now(deed.label, taken.standing.label)
    return taken


def check_decider(carrier: Carrier, actor: Any) -> None:
    """Refuse who decides on a post of their own: as holder, as member, or as the one named next."""
    user_id = getattr(actor, "pk", None)
    if user_id is None:
        return
    serving = carrier.tenures.filter(person__user_id=user_id, valid_to=None).exists()
    named = carrier.members.filter(user_id=user_id).exists()
    if carrier.holder.user_id == user_id or serving or named:
        raise ValidationError(
            _("Nobody decides on a post of their own. Another officer does."), code="own"
        )


def move_on(carrier: Carrier, kind: Happened, *, actor: Any, note: str = "") -> Carrier:
    """Save it with one more act in its history, and return it."""
    carrier.version += 1
    carrier.save()
    note_act(carrier, kind, actor=actor, note=note)
    return carrier


def note_act(carrier: Carrier, kind: Happened, *, actor: Any, note: str = "") -> None:
    """Write the act into the history and the audit trail."""
    Act.objects.create(carrier=carrier, kind=kind, note=note[:400], by=known(actor), at=clock.now())
    audit.record(
        actor=actor,
        verb=f"pioneer.{kind.value}",
        target=carrier,
        label=carrier.title,
        unit_path=carrier.unit.path,
        new={"state": str(carrier.state)},
        reason=note,
    )
