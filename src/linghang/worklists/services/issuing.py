"""Issuing lists: one transaction, all or nothing, however many units and members they reach.

Issuing writes no facts: a task enters the ledger when it is finished, or when its due day passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.tasks.progress import silent
from linghang.worklists.enums import ListKind, ListState, TaskState, Verb
from linghang.worklists.mapping import ItemDraft, check_issue
from linghang.worklists.models import Act, Assignment, Item, Worklist
from linghang.worklists.queries.preview import Due, Preview, Reach, find_reach
from linghang.worklists.services.proving import prove_open_tasks
from linghang.worklists.services.rows import Progress, insert_rows
from linghang.worklists.services.values import BATCH, user_of

ASSIGNMENT_FIELDS = (
    "worklist",
    "item",
    "unit",
    "person",
    "period",
    "first_due_on",
    "due_on",
    "provisional",
    "state",
    "version",
    "result",
    "evidence",
    "proof_type",
    "asked_on",
    "created_by",
    "created_at",
)


def preview_list(
    *,
    issuer: Unit,
    items: Sequence[ItemDraft],
    on: date,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Preview:
    """Return who would get what if the items were issued by the unit on the day; writes nothing."""
    reach = find_reach(issuer=issuer, drafts=items, on=on, begins=valid_from, until=valid_to)
    return Preview(reach, tuple(check_issue(issuer, items, reach)))


@transaction.atomic
def issue_list(
    *,
    title: str,
    kind: str,
    issuer: Unit,
    items: Sequence[ItemDraft],
    actor: Any,
    basis: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    template: str = "",
    reason_over_cap: str = "",
    progress: Progress = silent,
) -> Worklist:
    """Issue a list to everybody its items mean and return it.

    Of an item with a cadence the running period is opened, or the first of a list that begins later.
    Raises ValidationError with every fault, for a title the bureau has already, and when a check
    warns and no reason is given.
    """
    today = clock.today()
    preview = preview_list(
        issuer=issuer, items=items, on=today, valid_from=valid_from, valid_to=valid_to
    )
    _insist(title, issuer, preview, valid_from, valid_to, reason_over_cap)
    root = Unit.objects.get(path=issuer.root_path)
    worklist = Worklist.objects.create(
        title=title.strip(),
        kind=ListKind(kind),
        state=ListState.ISSUED,
        root=root,
        issuer=issuer,
        template=template,
        basis=basis,
        valid_from=valid_from or today,
        valid_to=valid_to,
        reason_over_cap=reason_over_cap.strip(),
        issued_at=clock.now(),
        issued_by=user_of(actor),
    )
    made = _write_items(worklist, preview.reach, actor, progress)
    prove_open_tasks(worklist=worklist, actor=actor)  # nobody is asked for what is recorded already
    _note(worklist, None, Verb.ISSUED, reason_over_cap, actor)
    audit.record(
        actor=actor,
        verb="issue_list",
        target=worklist,
        unit_path=issuer.path,
        new={"items": len(items), "assignments": made, "units": preview.reach.units},
        reason=reason_over_cap,
    )
    return worklist


@transaction.atomic
def add_items(
    *,
    worklist: Worklist,
    items: Sequence[ItemDraft],
    actor: Any,
    reason: str = "",
    reason_over_cap: str = "",
    progress: Progress = silent,
) -> list[Item]:
    """Add items to an issued list; whoever they concern is asked at once. Return the new items.

    Raises ValidationError for a closed list, with every fault, and as `issue_list` for warnings.
    """
    found = Worklist.objects.select_for_update(of=("self",)).select_related("issuer", "root")
    worklist = found.get(pk=worklist.pk)
    if worklist.state != ListState.ISSUED:
        raise ValidationError(
            _("The list is closed; issue a new one for what is still to be done."), code="closed"
        )
    today = clock.today()
    preview = preview_list(
        issuer=worklist.issuer or worklist.root,
        items=items,
        on=today,
        valid_from=worklist.valid_from,
        valid_to=worklist.valid_to,
    )
    _insist_reach(preview, reason_over_cap)
    made = _write_items(worklist, preview.reach, actor, progress)
    prove_open_tasks(worklist=worklist, actor=actor)
    new = list(worklist.items.order_by("-number")[: len(items)])[::-1]
    if preview.warnings:  # as issuing does: an act of the list itself keeps why it was asked
        _note(worklist, None, Verb.ADDED, reason_over_cap, actor)
    for item in new:
        _note(worklist, item, Verb.ADDED, reason or reason_over_cap, actor)
    audit.record(
        actor=actor,
        verb="add_items",
        target=worklist,
        unit_path=(worklist.issuer or worklist.root).path,
        new={"items": [item.text for item in new], "assignments": made},
        reason=reason or reason_over_cap,
    )
    return new


def _insist(
    title: str,
    issuer: Unit,
    preview: Preview,
    valid_from: date | None,
    valid_to: date | None,
    reason_over_cap: str,
) -> None:
    if not title.strip():
        raise ValidationError({"title": _("The list needs a title.")}, code="title")
    if valid_from and valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The list ends before it begins.")}, code="validity")
    same = Worklist.objects.filter(root__path=issuer.root_path, title=title.strip())
    if same.exists():
        raise ValidationError(
            {"title": _("The bureau has a list of this title already. Give this one another.")},
            code="double",
        )
    if not preview.reach.lines:
        raise ValidationError(_("The list has no items. Add at least one."), code="empty")
    _insist_reach(preview, reason_over_cap)


def _insist_reach(preview: Preview, reason_over_cap: str) -> None:
    if preview.reach.faults:
        raise ValidationError(
            [
                _("Item %(number)d: %(fault)s") % {"number": number, "fault": fault}
                for number, fault in preview.reach.faults
            ],
            code="items",
        )
    if preview.warnings and not reason_over_cap.strip():
        raise ValidationError(
            [warning.text for warning in preview.warnings]
            + [_("Give a reason if it must be asked all the same.")],
            code="over_cap",
        )


def _write_items(worklist: Worklist, reach: Reach, actor: Any, progress: Progress) -> int:
    """Write the items of the lines and ask everybody; return how many were asked."""
    last = worklist.items.aggregate(last=Max("number"))["last"] or 0
    dues = [line.due for line in reach.lines if line.due is not None]  # _insist saw to all of them
    items = Item.objects.bulk_create(
        [
            _make_item(worklist, line.draft, due, last + place)
            for place, (line, due) in enumerate(zip(reach.lines, dues, strict=True), 1)
        ],
        batch_size=BATCH,
    )
    _tie(
        Item.units.through, "unit_id", [(i, u.pk) for i, d in _pairs(items, reach) for u in d.units]
    )
    _tie(
        Item.persons.through,
        "person_id",
        [(i, p.pk) for i, d in _pairs(items, reach) for p in d.persons],
    )
    return insert_rows(
        Assignment,
        ASSIGNMENT_FIELDS,
        (
            row
            for item, line, due in zip(items, reach.lines, dues, strict=True)
            for row in list_assignment_rows(item, line.targets, due, actor)
        ),
        total=reach.assignments,
        progress=progress,
        message=_("Asking"),
    )


def _pairs(items: Sequence[Item], reach: Reach) -> Iterator[tuple[Item, ItemDraft]]:
    return ((item, line.draft) for item, line in zip(items, reach.lines, strict=True))


def _tie(through: Any, column: str, pairs: Sequence[tuple[Item, int]]) -> None:
    rows = [through(item_id=item.pk, **{column: pk}) for item, pk in dict.fromkeys(pairs)]
    through.objects.bulk_create(rows, batch_size=BATCH)


def _make_item(worklist: Worklist, draft: ItemDraft, due: Due, number: int) -> Item:
    return Item(
        worklist=worklist,
        number=number,
        section=draft.section,
        text=draft.text.strip(),
        standard=draft.standard,
        owner=draft.owner,
        post_id=draft.post or None,
        due_on=None if draft.cadence else due.on,
        due_in=draft.due_in,
        cadence=draft.cadence,
        required=draft.required,
        needs_evidence=draft.needs_evidence,
        acceptance=draft.acceptance,
        accepter=draft.accepter,
        proof_kind=draft.proof_kind,
        proof_least=draft.proof_least,
        proof_use=draft.proof_use,
        repeats=draft.repeats,
        opened=due.period,
        added_on=clock.today(),
    )


def list_assignment_rows(
    item: Item, targets: Sequence[tuple[int, int | None]], due: Due, actor: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield the plain rows (ASSIGNMENT_FIELDS) by which the targets are asked today."""
    user = user_of(actor)
    by = user.pk if user else None
    today, now = clock.today(), clock.now()
    for unit, person in targets:
        yield (
            item.worklist_id,
            item.pk,
            unit,
            person,
            due.period,
            due.on,
            due.on,
            due.provisional,
            TaskState.OPEN.value,
            0,
            "",
            "",
            "",
            today,
            by,
            now,
        )


def _note(worklist: Worklist, item: Item | None, verb: Verb, reason: str, actor: Any) -> None:
    Act.objects.create(
        worklist=worklist,
        item=item,
        verb=verb,
        reason=reason[:400],
        at=clock.now(),
        actor=user_of(actor),
    )
