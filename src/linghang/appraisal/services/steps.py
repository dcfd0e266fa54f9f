"""What every act does: take the record as it was seen, move it on, tell the history and the audit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linghang.appraisal import queries
from linghang.appraisal.enums import STAGES_OF, Deed, Happened, Stage
from linghang.appraisal.models import Act, Appraisal, Participant
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang_core.regulations import Rule


class ReasonMissingError(ValidationError):
    """A general rule is not kept: the act may be done, with the reason on record."""


def take_row(appraisal: Appraisal) -> Appraisal:
    """Return the appraisal with its row taken until the transaction ends."""
    found = Appraisal.objects.select_for_update(of=("self",)).select_related("unit")
    return found.get(pk=appraisal.pk)


def lock_appraisal(appraisal: Appraisal, deed: Deed, seen: str | None) -> Appraisal:
    """Return the appraisal with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where the appraisal stands.
    """
    taken = take_row(appraisal)
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
    if taken.stage not in STAGES_OF[deed]:
        raise ValidationError(
            _("“%(deed)s” does not come now; the appraisal stands at “%(stage)s”.")
            % {"deed": deed.label, "stage": taken.standing.label},
            code="not_now",
        )
    return taken


def check_decider(appraisal: Appraisal, actor: Any) -> None:
    """Refuse who decides on what they sent themselves, or on an appraisal they are part of."""
    user_id = getattr(actor, "pk", None)
    if user_id is None:
        return
    if user_id == appraisal.sent_by_id:
        raise ValidationError(
            _("Nobody decides on what they sent. Another Party-affairs officer does."), code="own"
        )
    if appraisal.participants.filter(person__user_id=user_id).exists():
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
    user = actor if getattr(actor, "pk", None) and not unnamed else None
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


def ask_reason(reason: str) -> str:
    """Return the reason without blanks; ValidationError where there is none."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    return reason.strip()


def explain(rule: Rule) -> str:
    """Return what the rule says in the reader's language, with its basis."""
    language = "en" if get_language() == "en" else "zh"
    basis = _("Basis: %(basis)s.") % {"basis": rule.basis}
    return f"{rule.note.of(language)} {basis}"


def find_part(appraisal: Appraisal, person_id: int | None) -> Participant:
    """Return the person's part, if they take part; ValidationError for others and the excused."""
    own = queries.find_own(appraisal, person_id)
    if own is None or own.excused:
        raise ValidationError(_("Only who takes part in this appraisal does this."), code="no_part")
    return own
