"""Recording talks. What the audit trail, the ledger and everybody else are told is that one took place.

Audit rows name no partner, no talk and no theme: put beside each other, rows of the two would tell who
they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.org.api import in_force
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment, Person
from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.research import access
from linghang.research.models import Talk, TalkScene, TalkTheme
from linghang.research.services.acting import insist, scope_of

ONE = 100  # a quantity of one, in hundredths
TITLE = "谈心谈话"  # all that a ledger line says


@dataclass(frozen=True)
class TalkDraft:
    """A talk to be recorded; `scene` and `themes` are codes of the pack."""

    partner: Person
    on: date
    scene: str
    themes: Sequence[str] = ()
    note: str = ""
    agreed: str = ""


@transaction.atomic
def record_talks(*, talker: Person, drafts: Sequence[TalkDraft], actor: Any) -> list[Talk]:
    """Record talks that the talker sought, with a fact for each; return them.

    Raises ValidationError for oneself, a day that has not come, an occasion or theme no pack knows, and
    somebody who belongs to no unit.
    """
    if getattr(actor, "pk", None) and getattr(talker, "user_id", None) != actor.pk:
        raise ValidationError(_("Everybody records their own talks."), code="denied")
    _insist_sound(talker, drafts)
    homes = _find_homes([talker, *(draft.partner for draft in drafts)])
    missing = [p.name for p in (talker, *(d.partner for d in drafts)) if p.pk not in homes]
    if missing:
        raise ValidationError(
            _("%(who)s belongs to no unit.") % {"who": missing[0]}, code="homeless"
        )
    talks = Talk.objects.bulk_create(
        Talk(
            talker=talker,
            partner=draft.partner,
            unit=homes[draft.partner.pk],
            talker_unit=homes[talker.pk],
            on=draft.on,
            scene=draft.scene,
            themes=",".join(draft.themes),
            note=draft.note.strip(),
            agreed=draft.agreed.strip(),
        )
        for draft in drafts
    )
    write_entries([_entry(talk) for talk in talks], actor=actor)
    for talk in talks:
        _tell_audit("research.talk_recorded", talk, actor)
    return talks


@transaction.atomic
def save_agreed(
    *, talk: Talk, agreed: str, note: str | None = None, actor: Any, scope: Scope | None = None
) -> Talk:
    """Keep what was agreed, which both read, and the talker's own note where it is given."""
    if (who := scope_of(actor, scope)) is not None:
        insist(access.is_talker(who, talk))
    talk = Talk.objects.select_for_update(of=("self",)).get(pk=talk.pk)
    talk.agreed = agreed.strip()
    if note is not None:
        talk.note = note.strip()
    talk.save(update_fields=["agreed", "note"])
    _tell_audit("research.talk_followed_up", talk, actor)
    return talk


@transaction.atomic
def reveal_note(*, talk: Talk, actor: Any, scope: Scope | None = None) -> str:
    """Return the talker's note; the look is recorded. Raises ValidationError for anybody else."""
    if (who := scope_of(actor, scope)) is not None:
        insist(access.is_talker(who, talk))
    _tell_audit("research.talk_note_read", talk, actor)
    return talk.note


@transaction.atomic
def withdraw_talk(*, talk: Talk, actor: Any, scope: Scope | None = None) -> Talk:
    """Take back a talk recorded by mistake: it counts no longer, and its texts are gone."""
    if (who := scope_of(actor, scope)) is not None:
        insist(access.is_talker(who, talk))
    talk = Talk.objects.select_for_update(of=("self",)).get(pk=talk.pk)
    talk.withdrawn_at = clock.now()
    talk.note = talk.agreed = talk.themes = ""
    talk.save()
    withdraw_entries([talk], reason="")
    _tell_audit("research.talk_withdrawn", talk, actor)
    return talk


def _tell_audit(verb: str, talk: Talk, actor: Any) -> None:
    audit.record(actor=actor, verb=verb, label=TITLE, unit_path=talk.talker_unit.path)


def _entry(talk: Talk) -> EntryDraft:
    return EntryDraft(
        source=talk,
        kind="talk",
        unit_id=talk.talker_unit_id,
        title=TITLE,
        occurred_on=talk.on,
        judge_lateness=False,
        facts=[
            FactDraft(
                kind="talk",
                quantity=ONE,
                unit_id=talk.talker_unit_id,
                person_id=talk.talker_id,
                occurred_on=talk.on,
            )
        ],
    )


def _find_homes(persons: Sequence[Person]) -> dict[int, Unit]:
    """Return the unit of each person: of the membership, else of the first post held. One query."""
    held = Appointment.objects.filter(
        in_force(clock.today()), person__in={person.pk for person in persons}
    ).select_related("unit")
    homes: dict[int, Unit] = {}
    for row in held.order_by("-post__order", "pk"):
        if row.post_id == MEMBER_POST or row.person_id not in homes:
            homes[row.person_id] = row.unit
    return homes


def _insist_sound(talker: Person, drafts: Sequence[TalkDraft]) -> None:
    scenes = set(TalkScene.objects.values_list("code", flat=True))
    themes = set(TalkTheme.objects.values_list("code", flat=True))
    for draft in drafts:
        if draft.partner.pk == talker.pk:
            raise ValidationError({"partner": _("Choose somebody else.")}, code="self")
        if draft.on > clock.today():
            raise ValidationError({"on": _("This day has not come yet.")}, code="future")
        if draft.scene not in scenes or set(draft.themes) - themes:
            raise ValidationError(
                _("No pack knows this occasion or theme. Install the pack “research”."),
                code="unknown",
            )
