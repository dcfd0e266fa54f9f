"""What facts prove finishes items by itself, and is open again when its proof is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from linghang.ledger import api as ledger
from linghang.ledger.models import Fact
from linghang.org.enums import UnitKind
from linghang.platform.audit import services as audit
from linghang.worklists.enums import FINISHED, ListState, ProofUse, TaskState, Verb
from linghang.worklists.models import Act, Assignment, Item, Worklist
from linghang.worklists.queries.proving import TASK_KINDS, Proof, prove_tasks
from linghang.worklists.services import notifying
from linghang.worklists.services.acting import move_tasks, take_tasks
from linghang.worklists.services.facts import write_task_facts
from linghang.worklists.services.finishing import state_after_finishing
from linghang.worklists.services.values import BATCH, values_of


def follow_facts(change: ledger.Change) -> None:
    """Finish what the new ledger lines prove, and open again what withdrawn ones had proved.

    Called inside the transaction that writes the lines. Lines of tasks themselves are passed over.
    """
    entries = [line for line in (*change.written, *change.withdrawn) if line.kind not in TASK_KINDS]
    if not entries:
        return
    items = dict(_finishing_items().values_list("pk", "proof_kind"))
    if not items:
        return
    touched = _list_touched([line.pk for line in entries], set(items.values()))
    if not touched:
        return
    kinds = {kind for kind, _unit, _person in touched}
    units = {unit for _kind, unit, _person in touched}
    persons = {person for _kind, _unit, person in touched} - {None}
    asked = Assignment.objects.filter(
        item_id__in=[pk for pk, kind in items.items() if kind in kinds]
    )
    concerned = asked.filter(Q(unit_id__in=units) | Q(person_id__in=persons))
    _settle(concerned, change.actor)


@transaction.atomic
def prove_open_tasks(*, worklist: Worklist | None = None, actor: Any = None) -> int:
    """Finish every open task the ledger proves already; return how many that were.

    For lists issued, or periods opened, after what they ask was done.
    """
    items = _finishing_items()
    if worklist is not None:
        items = items.filter(worklist=worklist)
    waiting = Assignment.objects.filter(item__in=list(items), state=TaskState.OPEN)
    return _settle(waiting, actor)


def _finishing_items() -> Any:
    return Item.objects.filter(
        proof_use=ProofUse.FINISH, withdrawn_on=None, worklist__state=ListState.ISSUED
    ).exclude(proof_kind__in=["", *TASK_KINDS])


def _list_touched(entry_ids: Sequence[int], kinds: set[str]) -> set[tuple[str, int, int | None]]:
    """Return kind, unit and person of the facts of the lines; a group stands for its branch."""
    found = set()
    for some in _chunks(entry_ids):
        facts = Fact.objects.filter(entry_id__in=some, kind__in=kinds)
        for kind, unit, unit_kind, parent, person in facts.values_list(
            "kind", "unit_id", "unit__kind", "unit__parent_id", "person_id"
        ):
            found.add((kind, parent if unit_kind == UnitKind.GROUP else unit, person))
    return found  # type: ignore[return-value]


def _settle(tasks: Any, actor: Any) -> int:
    """Finish what is proved, open what is proved no more; return how many rows moved."""
    told = Act.objects.filter(assignment=OuterRef("pk"), verb=Verb.PROVED)
    # What a person finished, or returned, a person answers for.
    own = Q(state__in=FINISHED, finished_by=None, accepted_on=None) & Exists(told)
    keys = list(tasks.filter(Q(state=TaskState.OPEN) | own).values_list("pk", flat=True))
    moved = 0
    for some in _chunks(sorted(keys)):
        moved += _settle_some(list(take_tasks(some)), actor)
    return moved


def _settle_some(tasks: Sequence[Assignment], actor: Any) -> int:
    standing = prove_tasks(tasks, strictly=True)
    finished: dict[TaskState, list[Assignment]] = {}
    again, opened, old = [], [], {}
    for task in tasks:
        proof = standing[task.pk].deciding if task.pk in standing else None
        if proof is not None and _says(task, proof):
            continue
        if proof is None and task.state == TaskState.OPEN:
            continue
        old[task.pk] = values_of(task)
        _fill(task, proof)
        if proof is None:
            opened.append(task)
        elif task.state == TaskState.OPEN:
            finished.setdefault(state_after_finishing(task), []).append(task)
        else:
            again.append(task)
    for became, some in finished.items():
        move_tasks(some, became, Verb.PROVED, actor=None)
    move_tasks(again, None, Verb.PROVED, actor=None, old=old)
    move_tasks(opened, TaskState.OPEN, Verb.UNPROVED, actor=None, old=old)
    moved = [*(task for some in finished.values() for task in some), *again, *opened]
    if moved:
        write_task_facts(tasks=moved, actor=actor)
        notifying.settle_tasks(task for task in moved if task.state in FINISHED)
        audit.record(
            actor=None,
            verb="prove_tasks",
            label=_("tasks"),
            unit_path=moved[0].worklist.root.path,
            new={"finished": len(moved) - len(opened), "opened": len(opened)},
        )
    return len(moved)


def _says(task: Assignment, proof: Proof) -> bool:
    """Return whether the task stands finished by this very record already."""
    return (task.proof_type, task.proof_id, task.finished_on) == (
        proof.source_type,
        proof.source_id,
        proof.occurred_on,
    )


def _fill(task: Assignment, proof: Proof | None) -> None:
    if proof is None:
        task.finished_on, task.result = None, ""
        task.proof_type, task.proof_id = "", None
        return
    task.finished_on, task.result = proof.occurred_on, describe_proof(proof)
    task.proof_type, task.proof_id = proof.source_type, proof.source_id


def describe_proof(proof: Proof) -> str:
    """Return the result of a task a record proves: its day, its kind and its title."""
    title = ledger.get_kind(proof.kind).title
    return f"{proof.occurred_on:%Y-%m-%d} {title}《{proof.title}》"[:400]


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
