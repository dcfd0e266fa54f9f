"""Cadences: what falls due again is asked again when its period begins, of whoever it concerns then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.tasks.progress import silent
from linghang.worklists.enums import WAITING, ListState, Owner, Verb
from linghang.worklists.mapping import ItemDraft
from linghang.worklists.models import Act, Assignment, Item
from linghang.worklists.queries.preview import Ground, Target, due_of, find_targets
from linghang.worklists.services.issuing import ASSIGNMENT_FIELDS, list_assignment_rows
from linghang.worklists.services.rows import Progress, insert_rows, update_rows
from linghang.worklists.services.values import BATCH, user_of


@transaction.atomic
def open_periods(*, actor: Any = None, progress: Progress = silent) -> int:
    """Ask what today's periods ask, once a period; return how many askings that made.

    An item whose running period is open already is left alone, so that a second run changes nothing.
    """
    today = clock.today()
    items = [
        item
        for item in _running_items(today).exclude(cadence="")
        if due_of(_draft_of(item), today, item.worklist.valid_to).period != item.opened
    ]
    grounds: dict[int, Ground] = {}
    made = 0
    for done, item in enumerate(items):
        made += _open_item(item, _ground_of(item, grounds, today), actor)
        progress(done, len(items), _("Asking"))
    if made:
        audit.record(
            actor=actor,
            verb="open_periods",
            label=_("tasks"),
            new={"items": len(items), "assignments": made},
        )
    return made


@transaction.atomic
def hand_over_posts(*, actor: Any = None) -> int:
    """Hand what a post still owes to whoever holds it today; return how many tasks changed hands.

    The clock goes on; what is done or handed in stays with who did it. A vacant post owes on until
    somebody is appointed. Of several new holders each task goes to one who does not have it yet.
    """
    today = clock.today()
    grounds: dict[int, Ground] = {}
    moved: list[tuple[Assignment, int]] = []
    for item in _running_items(today).filter(owner=Owner.POST):
        holders = _ground_of(item, grounds, today).holders(item.post_id or "")
        moved += _find_handovers(item, holders)
    now = clock.now()
    Act.objects.bulk_create(
        [
            Act(
                worklist_id=task.worklist_id,
                item_id=task.item_id,
                assignment=task,
                verb=Verb.HANDED_OVER,
                was=task.state,
                became=task.state,
                reason=_("The post changed hands."),
                old={
                    "person": str(task.person_id),
                    "name": task.person.name if task.person else "",
                },
                at=now,
                actor=user_of(actor),
            )
            for task, _person in moved
        ],
        batch_size=BATCH,
    )
    for task, person in moved:
        task.person_id = person
        task.version += 1
    update_rows([task for task, _person in moved], ["person", "version"])
    if moved:
        audit.record(
            actor=actor, verb="hand_over_posts", label=_("tasks"), new={"assignments": len(moved)}
        )
    return len(moved)


def _find_handovers(item: Item, holders: Sequence[Target]) -> list[tuple[Assignment, int]]:
    """Return the open tasks of persons who hold the post no more, each with who holds it now."""
    held: dict[int, list[int]] = {}
    for unit, person in holders:
        if person is not None:
            held.setdefault(unit, []).append(person)
    tasks = list(
        Assignment.objects.select_for_update(of=("self",))
        .filter(item=item, person__isnull=False)
        .filter(Q(state__in=WAITING) | Q(first_due_on__gte=clock.today()))
        .select_related("person")
        .order_by("pk")
    )
    taken = {(task.unit_id, task.first_due_on, task.person_id) for task in tasks}
    moved = []
    for task in tasks:
        present = held.get(task.unit_id, [])
        if task.state not in WAITING or task.person_id in present:
            continue
        free = [p for p in present if (task.unit_id, task.first_due_on, p) not in taken]
        if free:
            taken.add((task.unit_id, task.first_due_on, free[0]))
            moved.append((task, free[0]))
    return moved


def _running_items(today: date) -> Any:
    """Return the items of running lists that may ask today."""
    return (
        Item.objects.filter(worklist__state=ListState.ISSUED, withdrawn_on=None)
        .filter(Q(worklist__valid_from=None) | Q(worklist__valid_from__lte=today))
        .filter(Q(worklist__valid_to=None) | Q(worklist__valid_to__gte=today))
        .filter(~Q(worklist__issued_at=None))
        .select_related("worklist__issuer", "worklist__root")
        .prefetch_related("units", "persons")
        .order_by("worklist", F("number"))
    )


def _ground_of(item: Item, grounds: dict[int, Ground], today: date) -> Ground:
    issuer: Unit = item.worklist.issuer or item.worklist.root
    return grounds.setdefault(issuer.pk, Ground(issuer, today))


def _open_item(item: Item, ground: Ground, actor: Any) -> int:
    draft = _draft_of(item)
    targets, _missed = find_targets(ground, draft)
    due = due_of(draft, ground.on, item.worklist.valid_to)
    asked = set(
        Assignment.objects.filter(item=item, period=due.period).values_list("unit", "person")
    )
    new = [target for target in targets if target not in asked]
    insert_rows(Assignment, ASSIGNMENT_FIELDS, list_assignment_rows(item, new, due, actor))
    item.opened = due.period
    item.save(update_fields=["opened"])
    return len(new)


def _draft_of(item: Item) -> ItemDraft:
    """Return what the item says, in the form in which it was drafted."""
    return ItemDraft(
        text=item.text,
        owner=item.owner,
        post=item.post_id or "",
        units=tuple(item.units.all()),
        persons=tuple(item.persons.all()),
        cadence=item.cadence,
        due_on=item.due_on,
    )
