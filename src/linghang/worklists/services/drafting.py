"""Lists being written: from a template, a file or nothing, until they are issued or given up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.tasks.progress import silent
from linghang.worklists.mapping import ItemDraft, fill_year, read_rows, write_row
from linghang.worklists.models import Draft, Template, Worklist
from linghang.worklists.queries.preview import Preview
from linghang.worklists.services.issuing import issue_list, preview_list
from linghang.worklists.services.rows import Progress
from linghang.worklists.services.values import user_of

AT_ONCE = 2000  # askings a request issues by itself; more go to a background job
HEAD = ("title", "kind", "basis", "valid_from", "valid_to")


def draft_from_template(*, template: Template, year: int, issuer: Unit, actor: Any) -> Draft:
    """Return a new draft with the items of the template, due in the year and valid through it."""
    title = f"{year}年{template.title_zh}"
    return start_draft(
        title=find_free_title(title, issuer),
        kind=template.kind,
        issuer=issuer,
        rows=fill_year(template.items, year),
        template=template.code,
        basis=template.basis,
        valid_from=date(year, 1, 1),
        valid_to=date(year, 12, 31),
        actor=actor,
    )


def find_free_title(title: str, issuer: Unit) -> str:
    """Return the title, with a number behind it where the bureau has a list of this title already."""
    taken = set(
        Worklist.objects.filter(
            root__path=issuer.root_path, title__startswith=title[:100]
        ).values_list("title", flat=True)
    )
    found, number = title, 2
    while found in taken:
        found, number = f"{title}（{number}）", number + 1
    return found


@transaction.atomic
def start_draft(
    *,
    title: str,
    kind: str,
    issuer: Unit,
    actor: Any,
    rows: Sequence[Mapping[str, Any]] = (),
    template: str = "",
    basis: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Draft:
    """Begin a list; nobody is asked yet. `rows` as mapping.write_row makes them."""
    return Draft.objects.create(
        title=title[:120],
        kind=kind,
        issuer=issuer,
        rows=list(rows),
        template=template,
        basis=basis[:200],
        valid_from=valid_from,
        valid_to=valid_to,
        author=user_of(actor),
    )


@transaction.atomic
def change_draft(*, draft: Draft, values: Mapping[str, Any], actor: Any, seen: int) -> Draft:
    """Change title, kind, basis or validity of a draft."""
    draft = _lock(draft, seen)
    for name in HEAD:
        if name in values:
            setattr(draft, name, values[name])
    return _save(draft, actor)


@transaction.atomic
def write_draft_item(
    *, draft: Draft, item: ItemDraft, number: int | None, actor: Any, seen: int
) -> Draft:
    """Write an item of a draft: the one of this number (from 1), or a new one behind the last."""
    draft = _lock(draft, seen)
    row = write_row(item)
    if number is None:
        draft.rows = [*draft.rows, row]
    else:
        if not 1 <= number <= len(draft.rows):
            raise ValidationError(_("The list has no item of this number any more."), code="number")
        draft.rows[number - 1] = row
    return _save(draft, actor)


@transaction.atomic
def drop_draft_items(*, draft: Draft, numbers: Collection[int], actor: Any, seen: int) -> Draft:
    """Take items out of a draft by their numbers (from 1)."""
    draft = _lock(draft, seen)
    draft.rows = [row for number, row in enumerate(draft.rows, 1) if number not in numbers]
    return _save(draft, actor)


@transaction.atomic
def discard_draft(*, draft: Draft, actor: Any) -> None:
    """Give a draft up; nobody was asked anything by it."""
    audit.record(actor=actor, verb="discard_draft", label=draft.title, unit_path=draft.issuer.path)
    draft.delete()


def preview_draft(draft: Draft) -> Preview:
    """Return who would get what if the draft were issued today."""
    return preview_list(
        issuer=draft.issuer,
        items=read_rows(draft.rows),
        on=clock.today(),
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
    )


@transaction.atomic
def issue_draft(
    *, draft: Draft, actor: Any, reason_over_cap: str = "", progress: Progress = silent
) -> Worklist:
    """Issue a draft and return its list. A draft that was issued already gives the list it became.

    All or nothing: a killed process leaves the draft as it was, and it can be issued again.
    """
    draft = Draft.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=draft.pk)
    if draft.worklist is not None:
        return draft.worklist
    worklist = issue_list(
        title=draft.title,
        kind=draft.kind,
        issuer=draft.issuer,
        items=read_rows(draft.rows),
        actor=actor,
        basis=draft.basis,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        template=draft.template,
        reason_over_cap=reason_over_cap,
        progress=progress,
    )
    draft.worklist = worklist
    draft.save(update_fields=["worklist"])
    return worklist


def note_job(*, draft: Draft, job: int) -> None:
    """Keep which background job issues the draft, so that its page shows how far it is."""
    Draft.objects.filter(pk=draft.pk).update(job=job)


def _lock(draft: Draft, seen: int) -> Draft:
    """Return the draft's row, locked; raises ValidationError when somebody else changed it meanwhile."""
    found = Draft.objects.select_for_update(of=("self",)).select_related("issuer", "author")
    draft = found.get(pk=draft.pk)
    if draft.worklist_id is not None:
        raise ValidationError(_("The list has been issued meanwhile."), code="issued")
    if draft.version != seen:
        raise ValidationError(
            _("%(who)s changed this list meanwhile. Look at it again; nothing was lost.")
            % {"who": draft.author or _("Somebody")},
            code="meanwhile",
        )
    return draft


def _save(draft: Draft, actor: Any) -> Draft:
    draft.version += 1
    draft.author = user_of(actor)
    draft.save()
    return draft
