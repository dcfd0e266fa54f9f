"""Changing an issued list: items changed and withdrawn, the list closed. Everybody concerned is reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.ledger.api import withdraw_entries
from linghang.ledger.models import Entry
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists.enums import ListState, TaskState, Verb
from linghang.worklists.models import Act, Assignment, Item, Worklist
from linghang.worklists.services import notifying
from linghang.worklists.services.facts import write_task_facts
from linghang.worklists.services.rows import insert_rows
from linghang.worklists.services.values import BATCH, user_of

UNFINISHED = (TaskState.OPEN, TaskState.RETURNED, TaskState.HANDED_IN)
ACT_FIELDS = (
    "worklist",
    "item",
    "assignment",
    "verb",
    "was",
    "became",
    "reason",
    "old",
    "at",
    "actor",
)
SOURCE = "worklists.assignment"


@transaction.atomic
def withdraw_item(*, item: Item, reason: str, actor: Any) -> Item:
    """Withdraw an item: what is unfinished is withdrawn with it, what is done stays done.

    Raises ValidationError without a reason, and for an item that is withdrawn already.
    """
    item = _lock_item(item)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    item.withdrawn_on, item.withdrawn_reason = clock.today(), reason.strip()[:400]
    item.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    tasks = Assignment.objects.filter(item=item, state__in=UNFINISHED)
    count = _withdraw_tasks(tasks, reason, actor, keep_overdue=False)
    _note_item(item, Verb.WITHDRAWN, reason, {}, actor)
    _audit(item, "withdraw_item", actor, reason, {}, {"assignments": count})
    return item


@transaction.atomic
def change_item(
    *,
    item: Item,
    reason: str,
    actor: Any,
    text: str | None = None,
    standard: str | None = None,
    due_on: date | None = None,
) -> Item:
    """Change what an item says; a new due day reaches everybody who has not finished. Return it.

    Who has been granted a later day keeps it. Raises ValidationError without a reason, for an empty
    text, for a due day of an item with a cadence, and for an item that is withdrawn.
    """
    item = _lock_item(item)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if text is not None and not text.strip():
        raise ValidationError({"text": _("Say what is to be done.")}, code="text")
    if due_on is not None and item.cadence:
        raise ValidationError(
            {"due_on": _("It falls due by its cadence; withdraw it and add another.")},
            code="cadence",
        )
    wanted = {"text": text and text.strip(), "standard": standard, "due_on": due_on}
    old = {
        name: str(getattr(item, name) or "")
        for name, value in wanted.items()
        if value is not None and value != getattr(item, name)
    }
    if not old:
        return item
    before = item.due_on
    for name in old:
        setattr(item, name, wanted[name])
    item.save(update_fields=list(old))
    if "due_on" in old or "text" in old:
        _follow_item(item, before, actor, reason)
    _note_item(item, Verb.CHANGED, reason, old, actor)
    _audit(item, "change_item", actor, reason, old, {name: str(wanted[name]) for name in old})
    return item


def _follow_item(item: Item, before: date | None, actor: Any, reason: str) -> None:
    """Move the due day of what is unfinished, and let the facts that were written follow."""
    tasks = Assignment.objects.filter(item=item, state__in=UNFINISHED)
    if item.due_on is not None and item.due_on != before:
        moved = tasks.exclude(Q(due_on__gt=F("first_due_on")) & Q(due_on__gt=item.due_on))
        moved.update(due_on=item.due_on, provisional=False, version=F("version") + 1)
    every = Assignment.objects.filter(item=item).exclude(state=TaskState.WITHDRAWN)
    for some in _chunks(_list_written(list(every.values_list("pk", flat=True)))):
        found = Assignment.objects.filter(pk__in=some).select_related("worklist", "item", "unit")
        write_task_facts(tasks=list(found), actor=actor, reason=reason)


@transaction.atomic
def close_list(*, worklist: Worklist, actor: Any, reason: str = "") -> Worklist:
    """Close a list: nothing new falls due by it; what is unfinished is withdrawn with the reason.

    What was overdue stays overdue in the ledger: closing a list finishes nothing. Raises
    ValidationError while something waits for acceptance, and without a reason while something is open.
    """
    found = Worklist.objects.select_for_update(of=("self",)).select_related("issuer", "root")
    worklist = found.get(pk=worklist.pk)
    if worklist.state != ListState.ISSUED:
        raise ValidationError(_("The list is closed already."), code="closed")
    tasks = Assignment.objects.filter(worklist=worklist, state__in=UNFINISHED)
    waiting = tasks.filter(state=TaskState.HANDED_IN).count()
    if waiting:
        raise ValidationError(
            ngettext(
                "%(count)d task waits for acceptance; accept or return it first.",
                "%(count)d tasks wait for acceptance; accept or return them first.",
                waiting,
            )
            % {"count": waiting},
            code="waiting",
        )
    open_required = tasks.filter(item__required=True).count()
    if open_required and not reason.strip():
        raise ValidationError(
            {
                "reason": ngettext(
                    "%(count)d task is not finished. Say why the list is closed all the same.",
                    "%(count)d tasks are not finished. Say why the list is closed all the same.",
                    open_required,
                )
                % {"count": open_required}
            },
            code="reason",
        )
    count = _withdraw_tasks(tasks, reason, actor, keep_overdue=True)
    worklist.state = ListState.CLOSED
    worklist.save(update_fields=["state"])
    Act.objects.create(
        worklist=worklist,
        verb=Verb.CLOSED,
        reason=reason[:400],
        at=clock.now(),
        actor=user_of(actor),
    )
    audit.record(
        actor=actor,
        verb="close_list",
        target=worklist,
        unit_path=(worklist.issuer or worklist.root).path,
        new={"withdrawn": count},
        reason=reason,
    )
    return worklist


def _withdraw_tasks(
    tasks: QuerySet[Assignment], reason: str, actor: Any, *, keep_overdue: bool
) -> int:
    """Withdraw unfinished tasks with an act each; return how many. Facts of what is owed no more go."""
    rows = list(tasks.select_for_update().values_list("pk", "worklist", "item", "state", "due_on"))
    today, now, user = clock.today(), clock.now(), user_of(actor)
    insert_rows(
        Act,
        ACT_FIELDS,
        (
            (
                worklist,
                item,
                pk,
                Verb.WITHDRAWN.value,
                state,
                TaskState.WITHDRAWN.value,
                reason[:400],
                {},
                now,
                user.pk if user else None,
            )
            for pk, worklist, item, state, _due in rows
        ),
    )
    for some in _chunks([pk for pk, *_rest in rows]):
        Assignment.objects.filter(pk__in=some).update(
            state=TaskState.WITHDRAWN, version=F("version") + 1
        )
        notifying.settle_tasks(Assignment(pk=pk) for pk in some)
    owed_no_more = [row[0] for row in rows if not (keep_overdue and row[4] < today)]
    withdraw_entries([Assignment(pk=pk) for pk in _list_written(owed_no_more)], reason=reason)
    return len(rows)


def _list_written(keys: Sequence[int]) -> list[int]:
    """Return the keys of those tasks whose facts stand in the ledger."""
    found: list[int] = []
    for some in _chunks(keys):
        lines = Entry.objects.filter(source_type=SOURCE, source_id__in=some, withdrawn_at=None)
        found += lines.values_list("source_id", flat=True)
    return found


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _lock_item(item: Item) -> Item:
    found = Item.objects.select_for_update(of=("self",)).select_related(
        "worklist__issuer", "worklist__root"
    )
    item = found.get(pk=item.pk)
    if item.withdrawn_on is not None:
        raise ValidationError(_("The item is withdrawn already."), code="withdrawn")
    if item.worklist.state != ListState.ISSUED:
        raise ValidationError(_("The list is closed already."), code="closed")
    return item


def _note_item(item: Item, verb: Verb, reason: str, old: dict[str, str], actor: Any) -> None:
    Act.objects.create(
        worklist_id=item.worklist_id,
        item=item,
        verb=verb,
        reason=reason[:400],
        old=old,
        at=clock.now(),
        actor=user_of(actor),
    )


def _audit(
    item: Item, verb: str, actor: Any, reason: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    worklist = item.worklist
    audit.record(
        actor=actor,
        verb=verb,
        target=item,
        unit_path=(worklist.issuer or worklist.root).path,
        old=old,
        new=new,
        reason=reason,
    )
