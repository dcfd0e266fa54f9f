"""What every act does: take the record as it was seen, move it on, tell the history and the audit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.elections.enums import STAGES_OF, Deed, Happened, Stage
from linghang.elections.models import Act, Election
from linghang.people.models import Person
from linghang.platform.acts import check_seen, check_sender, known, not_now
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def lock_election(election: Election, deed: Deed, seen: str | None) -> Election:
    """Return the election with its row taken, if it stands as it was seen and the deed may come.

    Raises ValidationError that says who did what in between, or where the election stands.
    """
    found = Election.objects.select_for_update(of=("self",)).select_related("unit")
    taken = found.get(pk=election.pk)
    check_seen(taken, seen)
    if taken.stage not in STAGES_OF[deed]:
        raise not_now(deed.label, taken.standing.label)
    return taken


def check_decider(election: Election, actor: Any) -> None:
    """Refuse who decides on what they sent themselves, or on their own candidacy."""
    check_sender(election.requested_by_id, actor)
    user_id = getattr(actor, "pk", None)
    if user_id is not None and election.candidates.filter(person__user_id=user_id).exists():
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
    Act.objects.create(
        election=election, kind=kind, note=note[:400], by=known(actor), at=clock.now()
    )
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
    election.requested_by = known(actor)


def refuse_strangers(named: Collection[Person], listed: Collection[Person], words: str) -> None:
    """Refuse persons who are not among those listed, by name."""
    ids = {person.pk for person in listed}
    strangers = [person.name for person in named if person.pk not in ids]
    if strangers:
        raise ValidationError(words % {"names": "、".join(strangers)}, code="stranger")
