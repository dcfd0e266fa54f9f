"""Reflections: written for oneself, published by their author alone, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.acts import fault
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.study.enums import Audience, Happened, ReflectionState
from linghang.study.models import Reflection

TITLE_AT_MOST, TEXT_AT_MOST = 80, 5000
CHUNK = 500


@dataclass(frozen=True)
class ReflectionDraft:
    """A reflection as somebody wrote it; `audience` and `on` only where it is published at once."""

    author: Person
    unit: Unit
    title: str
    text: str
    audience: str = Audience.BRANCH
    on: date | None = None


@transaction.atomic
def write_reflection(*, draft: ReflectionDraft) -> Reflection:
    """Keep a draft nobody but its author reads, and return it.

    Deliberately without an audit row, like every change of a draft: that somebody is writing is
    nobody's business either.
    """
    return Reflection.objects.create(
        author=draft.author,
        unit=draft.unit,
        title=_clean_title(draft.title),
        text=_clean_text(draft.text),
        changed_on=clock.today(),
    )


@transaction.atomic
def change_reflection(
    *, reflection: Reflection, title: str, text: str, person: Person, seen: str | None = None
) -> Reflection:
    """Change one's own draft; what is published is taken back first."""
    taken = _lock(reflection, person, seen)
    _insist(taken, ReflectionState.DRAFT, _("Take it back first: what others read stays as it is."))
    taken.title, taken.text = _clean_title(title), _clean_text(text)
    return _save(taken)


@transaction.atomic
def drop_reflection(*, reflection: Reflection, person: Person, seen: str | None = None) -> None:
    """Delete one's own draft; nothing of it stays."""
    taken = _lock(reflection, person, seen)
    _insist(taken, ReflectionState.DRAFT, _("Take it back first: what others read stays as it is."))
    taken.delete()


@transaction.atomic
def publish_reflection(
    *,
    reflection: Reflection,
    audience: str,
    person: Person,
    actor: Any,
    seen: str | None = None,
) -> Reflection:
    """Publish one's own draft to the branch or the bureau; near copies are no hindrance.

    What looked alike was shown to the author beforehand (queries.find_near_copies) and is kept
    nowhere.
    """
    taken = _lock(reflection, person, seen)
    _insist(taken, ReflectionState.DRAFT, _("It is published already."))
    taken.state, taken.audience = ReflectionState.PUBLISHED, Audience(audience)
    taken.published_on = clock.today()
    _save(taken)
    _tell(taken, Happened.REFLECTION_PUBLISHED, actor)
    return taken


@transaction.atomic
def take_back_reflection(
    *, reflection: Reflection, person: Person, actor: Any, seen: str | None = None
) -> Reflection:
    """Take one's own published reflection back: it is a draft again, and nobody else reads it."""
    taken = _lock(reflection, person, seen)
    _insist(taken, ReflectionState.PUBLISHED, _("It is not published."))
    taken.state, taken.audience, taken.published_on = ReflectionState.DRAFT, "", None
    _save(taken)
    _tell(taken, Happened.REFLECTION_TAKEN_BACK, actor)
    return taken


@transaction.atomic
def bring_in_reflections(*, drafts: Sequence[ReflectionDraft], actor: Any) -> list[Reflection]:
    """Bring in reflections that were published elsewhere before, all or none, with one audit row."""
    today = clock.today()
    rows = [
        Reflection(
            author=draft.author,
            unit=draft.unit,
            title=_clean_title(draft.title),
            text=_clean_text(draft.text),
            state=ReflectionState.PUBLISHED,
            audience=Audience(draft.audience),
            published_on=draft.on or today,
            changed_on=draft.on or today,
        )
        for draft in drafts
    ]
    Reflection.objects.bulk_create(rows, batch_size=CHUNK)
    audit.record(
        actor=actor,
        verb=f"study.{Happened.REFLECTION_PUBLISHED.value}",
        label=str(_("Reflections")),
        new={"number": len(rows)},
    )
    return rows


def _clean_title(title: str) -> str:
    if not title.strip():
        raise fault("title", _("Give it a title."), "title")
    return title.strip()[:TITLE_AT_MOST]


def _clean_text(text: str) -> str:
    if not text.strip():
        raise fault("text", _("Write what you think; a few lines are enough."), "text")
    if len(text) > TEXT_AT_MOST:
        raise fault("text", _("At most %(most)s characters.") % {"most": TEXT_AT_MOST}, "long")
    return text.strip()


def _lock(reflection: Reflection, person: Person, seen: str | None) -> Reflection:
    rows = Reflection.objects.select_for_update(of=("self",)).select_related("unit", "author")
    taken: Reflection = rows.get(pk=reflection.pk)
    if taken.author_id != person.pk:
        raise ValidationError(_("Only its author does this."), code="stranger")
    if seen and seen != taken.seen:
        raise ValidationError(
            _("You changed this in another window. Look at it again."), code="moved"
        )
    return taken


def _insist(reflection: Reflection, state: ReflectionState, words: str) -> None:
    if reflection.state != state:
        raise ValidationError(words, code="not_now")


def _save(reflection: Reflection) -> Reflection:
    reflection.version += 1
    reflection.changed_on = clock.today()
    reflection.save()
    return reflection


def _tell(reflection: Reflection, act: Happened, actor: Any) -> None:
    """Write into the trail that it was published or taken back, without title and text."""
    audit.record(
        actor=actor,
        verb=f"study.{act.value}",
        target=reflection,
        label=str(reflection),
        unit_path=reflection.unit.path,
        new={"state": str(reflection.state)},
    )
