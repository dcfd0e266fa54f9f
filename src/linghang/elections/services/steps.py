"""What every act does: take the record as it was seen, move it on, tell the history and the audit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linghang.elections.enums import STAGES_OF, Deed, Happened, Stage
from linghang.elections.models import Act, Election
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang_core.regulations import Rule


class ReasonMissingError(ValidationError):
    """A general rule is not kept: the act may be done, with the reason on record."""


def lock_election(election: Election, deed: Deed, seen: str | None) -> Election:
    """Return the election with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where the election stands.
    """
    found = Election.objects.select_for_update(of=("self",)).select_related("unit")
    taken = found.get(pk=election.pk)
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
            _("“%(deed)s” does not come now; the election stands at “%(stage)s”.")
            % {"deed": deed.label, "stage": taken.standing.label},
            code="not_now",
        )
    return taken


def check_decider(election: Election, actor: Any) -> None:
    """Refuse who decides on what they sent themselves, or on their own candidacy."""
    user_id = getattr(actor, "pk", None)
    if user_id is None:
        return
    if user_id == election.requested_by_id:
        raise ValidationError(
            _("Nobody decides on what they sent. Another Party-affairs officer does."), code="own"
        )
    if election.candidates.filter(person__user_id=user_id).exists():
        raise ValidationError(
            _("Nobody decides on their own candidacy. Another officer does."), code="own"
        )


def move_on(
    election: Election, kind: Happened, *, actor: Any, stage: Stage | None = None, note: str = ""
) -> Election:
    """Save the election at its stage with one more act in its history, and return it."""
    if stage is not None:
        election.stage = stage
    election.version += 1
    election.save()
    user = actor if getattr(actor, "pk", None) else None
    Act.objects.create(election=election, kind=kind, note=note[:400], by=user, at=clock.now())
    audit.record(
        actor=actor,
        verb=f"election.{kind.value}",
        target=election,
        label=election.unit.name,
        unit_path=election.unit.path,
        new={"stage": str(election.stage)},
        reason=note,
    )
    return election


def send(election: Election, actor: Any) -> None:
    """Remember who sent what the superior decides next."""
    election.requested_by = actor if getattr(actor, "pk", None) else None


def ask_reason(reason: str) -> str:
    """Return the reason without blanks; ValidationError where there is none."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    return reason.strip()


def name_basis(rule: Rule) -> str:
    """Return the words that name a rule's basis at the end of a refusal."""
    return _("Basis: %(basis)s.") % {"basis": rule.basis}


def explain(rule: Rule) -> str:
    """Return what the rule says in the reader's language, with its basis."""
    language = "en" if get_language() == "en" else "zh"
    return f"{rule.note.of(language)} {name_basis(rule)}"


def refuse_strangers(named: Collection[Person], known: Collection[Person], words: str) -> None:
    """Refuse persons who are not among the known ones, by name."""
    ids = {person.pk for person in known}
    strangers = [person.name for person in named if person.pk not in ids]
    if strangers:
        raise ValidationError(words % {"names": "、".join(strangers)}, code="stranger")
