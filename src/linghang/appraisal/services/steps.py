"""What every act does: take the record as it was seen, move it on, tell the history and the audit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.appraisal import queries
from linghang.appraisal.enums import STAGES_OF, Deed, Happened, Stage
from linghang.appraisal.models import Act, Appraisal, Participant
from linghang.platform.acts import check_seen, check_sender, known, not_now
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def take_row(appraisal: Appraisal) -> Appraisal:
    """Return the appraisal with its row taken until the transaction ends."""
    found = Appraisal.objects.select_for_update(of=("self",)).select_related("unit")
    return found.get(pk=appraisal.pk)


def lock_appraisal(appraisal: Appraisal, deed: Deed, seen: str | None) -> Appraisal:
    """Return the appraisal with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where the appraisal stands.
    """
    taken = take_row(appraisal)
    check_seen(taken, seen)
    if taken.stage not in STAGES_OF[deed]:
        raise not_now(deed.label, taken.standing.label)
    return taken


def check_decider(appraisal: Appraisal, actor: Any) -> None:
    """Refuse who decides on what they sent themselves, or on an appraisal they are part of."""
    check_sender(appraisal.sent_by_id, actor)
    user_id = getattr(actor, "pk", None)
    if user_id is not None and appraisal.participants.filter(person__user_id=user_id).exists():
        raise ValidationError(
            _("Nobody decides on an appraisal they are part of. Another officer does."), code="own"
        )


def move_on(
    appraisal: Appraisal,
    kind: Happened,
    *,
    actor: Any,
    stage: Stage | None = None,
    note: str = "",
    unnamed: bool = False,
) -> Appraisal:
    """Save the appraisal at its stage with one more act in its history, and return it.

    Notes and audit never hold a grade, a vote or what a member wrote. `unnamed` leaves who it was
    out of the history, which the whole branch reads; the audit names them.
    """
    if stage is not None:
        appraisal.stage = stage
    appraisal.version += 1
    appraisal.save()
    user = None if unnamed else known(actor)
    Act.objects.create(appraisal=appraisal, kind=kind, note=note[:400], by=user, at=clock.now())
    audit.record(
        actor=actor,
        verb=f"appraisal.{kind.value}",
        target=appraisal,
        label=str(appraisal),
        unit_path=appraisal.unit.path,
        new={"stage": str(appraisal.stage)},
        reason=note,
    )
    return appraisal


@transaction.atomic
def note_look(*, appraisal: Appraisal, actor: Any) -> None:
    """Write into the audit that somebody looked at the grades of others."""
    audit.record(
        actor=actor,
        verb="appraisal.look",
        target=appraisal,
        label=str(appraisal),
        unit_path=appraisal.unit.path,
    )


def find_part(appraisal: Appraisal, person_id: int | None) -> Participant:
    """Return the person's part, if they take part; ValidationError for others and the excused."""
    own = queries.find_own(appraisal, person_id)
    if own is None or own.excused:
        raise ValidationError(_("Only who takes part in this appraisal does this."), code="no_part")
    return own
