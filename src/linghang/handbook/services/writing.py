"""Every act on a handbook; a published generation is never touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from linghang.handbook import mapping
from linghang.handbook.enums import Check, Concern, Happened, Rhythm, VersionState
from linghang.handbook.models import Chapter, Handbook, Standard, Template, Version
from linghang.handbook.queries import versions as queries
from linghang.ledger import api as ledger
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.acts import fault, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


@dataclass(frozen=True)
class StandardDraft:
    """What a standard says, whom it concerns and what proves it (enums.PARAMS)."""

    text: str
    check: str
    rhythm: str
    kinds: Sequence[str]
    params: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    concern: str = Concern.ANY


@transaction.atomic
def adopt_handbook(*, unit: Unit, template: Template, actor: Any) -> Handbook:
    """Give a bureau a copy of a pack's handbook with all its generations, each from its own day.

    Raises ValidationError for a unit that is no committee at the top of a bureau, and one that has a handbook.
    """
    if unit.parent_id is not None or unit.kind != UnitKind.COMMITTEE:
        raise ValidationError(
            _("The Party committee at the top of a bureau keeps the handbook."), code="unit"
        )
    if Handbook.objects.filter(unit=unit).exists():
        raise ValidationError(_("%(unit)s has a handbook.") % {"unit": unit.name}, code="exists")
    handbook = Handbook.objects.create(unit=unit, title=template.title_zh, template=template.code)
    for row in template.versions:
        version = Version.objects.create(
            handbook=handbook,
            number=row["number"],
            state=VersionState.PUBLISHED,
            valid_from=date.fromisoformat(row["valid_from"]),
            note=row.get("note", ""),
            published_by=known(actor),
            published_at=clock.now(),
        )
        for number, chapter in enumerate(row["chapters"], 1):
            made = Chapter.objects.create(version=version, number=number, title=chapter["title"])
            Standard.objects.bulk_create(
                [_copy_row(made, place, one) for place, one in enumerate(chapter["standards"], 1)]
            )
    _record(handbook, Happened.ADOPTED, actor)
    return handbook


def _copy_row(chapter: Chapter, number: int, row: Mapping[str, Any]) -> Standard:
    return Standard(
        chapter=chapter,
        number=number,
        code=row["code"],
        text=row["text"],
        basis=row["basis"],
        kinds=row["kinds"],
        concern=row["concern"],
        check_code=row["check"],
        params=row["params"],
        rhythm=row["rhythm"],
    )


@transaction.atomic
def begin_draft(*, handbook: Handbook, actor: Any) -> Version:
    """Begin the next generation as a copy of the last one. Raises ValidationError while one is written."""
    rows = Version.objects.select_for_update(of=("self",)).filter(handbook=handbook)
    known = list(rows.order_by("number"))
    if any(row.state == VersionState.DRAFT for row in known):
        raise ValidationError(_("The next generation is being written already."), code="draft")
    version = Version.objects.create(handbook=handbook, number=known[-1].number + 1)
    for chapter in queries.read_chapters(known[-1]):
        standards = list(chapter.standards.all())
        made = Chapter.objects.create(version=version, number=chapter.number, title=chapter.title)
        for one in standards:
            one.pk, one.chapter = None, made
        Standard.objects.bulk_create(standards)
    _record(handbook, Happened.DRAFTED, actor, number=version.number)
    return version


@transaction.atomic
def add_standard(
    *, version: Version, chapter: str, draft: StandardDraft, actor: Any, seen: str | None = None
) -> Standard:
    """Add a standard at the end of a chapter of the draft; a chapter that is not there is begun."""
    taken = _lock(version, seen)
    if not chapter.strip():
        raise fault("chapter", _("Name the chapter."), "chapter")
    values = _clean(draft)
    known = taken.chapters.filter(title=chapter.strip()).first()
    if known is None:
        last = taken.chapters.aggregate(last=Max("number"))["last"] or 0
        known = Chapter.objects.create(version=taken, number=last + 1, title=chapter.strip())
    place = (known.standards.aggregate(last=Max("number"))["last"] or 0) + 1
    made = Standard.objects.create(
        chapter=known, number=place, code=f"{taken.number}-{taken.edits + 1}", **values
    )
    _move_on(taken, Happened.ADDED, actor, made)
    return made


@transaction.atomic
def change_standard(
    *, standard: Standard, draft: StandardDraft, actor: Any, seen: str | None = None
) -> Standard:
    """Change a standard of the draft; its check stays what it is, for another check add another."""
    taken = _lock(standard.chapter.version, seen)
    values = _clean(draft)
    found = Standard.objects.select_related("chapter").get(pk=standard.pk)
    for name, value in values.items():
        setattr(found, name, value)
    found.save()
    _move_on(taken, Happened.CHANGED, actor, found)
    return found


@transaction.atomic
def drop_standard(*, standard: Standard, actor: Any, seen: str | None = None) -> None:
    """Leave a standard out of the draft; an empty chapter goes with it. Earlier generations keep it."""
    taken = _lock(standard.chapter.version, seen)
    chapter = Chapter.objects.get(pk=standard.chapter_id)
    _move_on(taken, Happened.DROPPED, actor, standard)
    Standard.objects.filter(pk=standard.pk).delete()
    if not chapter.standards.exists():
        chapter.delete()


@transaction.atomic
def publish_version(
    *, version: Version, valid_from: date, note: str = "", actor: Any, seen: str | None = None
) -> Version:
    """Let the draft hold from a day on. Raises ValidationError for a day that is past or before the last.

    Pages of periods that began before the day stay as they are: they keep the version that held then.
    """
    taken = _lock(version, seen)
    if not Standard.objects.filter(chapter__version=taken).exists():
        raise ValidationError(_("A handbook has at least one standard."), code="empty")
    last = taken.handbook.versions.aggregate(last=Max("valid_from"))["last"]
    if valid_from < clock.today():
        raise fault("valid_from", _("A generation holds from today or a later day on."), "past")
    if last is not None and valid_from <= last:
        words = _("The generation before holds from %(day)s; this one begins later.")
        raise fault("valid_from", words % {"day": last}, "order")
    taken.state, taken.valid_from, taken.note = VersionState.PUBLISHED, valid_from, note.strip()
    taken.published_by, taken.published_at = known(actor), clock.now()
    taken.edits += 1
    taken.save()
    _record(taken.handbook, Happened.PUBLISHED, actor, number=taken.number)
    return taken


@transaction.atomic
def discard_draft(*, version: Version, actor: Any, seen: str | None = None) -> None:
    """Throw the draft away; a published generation cannot be."""
    taken = _lock(version, seen)
    _record(taken.handbook, Happened.DISCARDED, actor, number=taken.number)
    taken.delete()


def _clean(draft: StandardDraft) -> dict[str, Any]:
    """Return the values of a standard. Raises ValidationError beside the field that is wrong."""
    if not draft.text.strip():
        raise fault("text", _("Say what the standard asks."), "text")
    if not draft.kinds:
        raise fault("kinds", _("Choose whom it concerns."), "kinds")
    if draft.check not in Check.values:
        raise fault("check", _("Choose what proves it."), "check")
    try:
        params = mapping.clean_params(Check(draft.check), draft.params, ledger.list_kinds())
    except mapping.BadParamsError as bad:
        raise fault(bad.field, str(bad), "params") from bad
    return {
        "text": draft.text.strip(),
        "basis": draft.basis.strip(),
        "kinds": sorted(str(UnitKind(kind)) for kind in draft.kinds),
        "concern": Concern(draft.concern),
        "check_code": Check(draft.check),
        "params": params,
        "rhythm": Rhythm(draft.rhythm),
    }


def _lock(version: Version, seen: str | None) -> Version:
    found = Version.objects.select_for_update(of=("self",)).select_related("handbook__unit")
    taken = found.filter(pk=version.pk).first()
    if taken is None or (seen and seen != taken.seen):
        raise ValidationError(
            _("Somebody changed the draft in the meantime. Look at it again."), code="moved"
        )
    if taken.state != VersionState.DRAFT:
        raise ValidationError(
            _("A published generation is not changed. Begin the next one from it instead."),
            code="published",
        )
    return taken


def _move_on(version: Version, kind: Happened, actor: Any, standard: Standard) -> None:
    version.edits += 1
    version.save()
    _record(version.handbook, kind, actor, number=version.number, text=standard.text)


def _record(handbook: Handbook, kind: Happened, actor: Any, **new: Any) -> None:
    audit.record(
        actor=actor,
        verb=f"handbook.{kind.value}",
        target=handbook,
        label=handbook.title,
        unit_path=handbook.unit.path,
        new=new,
    )
