"""What every act does: take the record as it was seen, move it on, tell history and audit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.pioneers.enums import STATES_OF, Deed, Happened
from linghang.pioneers.models import Act, Carrier
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def lock_carrier(carrier: Carrier, deed: Deed, seen: str | None) -> Carrier:
    """Return it with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where it stands.
    """
    found = Carrier.objects.select_for_update(of=("self",)).select_related("unit", "holder")
    taken = found.get(pk=carrier.pk)
    if seen and seen != taken.seen:
        last = taken.acts.select_related("by").order_by("-pk").first()
        raise ValidationError(
            _("%(who)s recorded “%(what)s” in the meantime. Look at it again.")
            % {
                "who": (last and last.by) or _("The system"),
                "what": Happened(last.kind).label if last else "",
            },
            code="moved",
        )
    if taken.state not in STATES_OF[deed]:
        raise ValidationError(
            _("“%(deed)s” does not come now; it stands at “%(state)s”.")
            % {"deed": deed.label, "state": taken.standing.label},
            code="not_now",
        )
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


def fault(field: str, words: str, code: str) -> ValidationError:
    """Return a refusal that stands beside a field of the form, and keeps its code."""
    return ValidationError({field: ValidationError(words, code=code)})


def ask_reason(reason: str) -> str:
    """Return the reason without blanks; ValidationError where there is none."""
    if not reason.strip():
        raise fault("reason", _("Say why."), "reason")
    return reason.strip()


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


def known(actor: Any) -> Any:
    """Return the actor where it is somebody with a log-in."""
    return actor if getattr(actor, "pk", None) else None
