"""What the ledger proves already: which records count for a task, and whether they are enough."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from linghang.ledger import api as ledger
from linghang.ledger.enums import Level
from linghang.ledger.models import Entry, Fact
from linghang.org.enums import UnitKind
from linghang.platform.access import Scope
from linghang.worklists.enums import DUTY, MEMBER_TASK, TASK
from linghang.worklists.models import Assignment
from linghang_core.periods import Period

# Words of tasks that say nothing about what is to be done.
EMPTY_WORDS = re.compile(r"开展|组织|落实|完成|召开|进行|举办|做好|推进|制度|工作|活动|专题|重点")
# A record is offered when it shares this part of its words with the task.
ENOUGH = 0.5
LOOKED_AT = 200
ONE = 100
CHUNK = 500
TASK_KINDS = frozenset({TASK.code, MEMBER_TASK.code, DUTY.code})
# A fact with one of these says that something was not done.
NOT_DONE = ("absent", "leave", "missed", "open", "overdue", "waived")


@dataclass(frozen=True)
class Proof:
    """One record that counts for a task: how much (hundredths), and whether it names the person."""

    entry_id: int
    source_type: str
    source_id: int
    title: str
    kind: str
    occurred_on: date
    quantity: int
    host: str


@dataclass(frozen=True)
class Standing:
    """What is proved of a task: the records that count, the oldest first, and how much is asked."""

    proofs: tuple[Proof, ...]
    least: int

    @property
    def sum(self) -> int:
        """Return how much is proved, in hundredths."""
        return sum(proof.quantity for proof in self.proofs)

    @property
    def deciding(self) -> Proof | None:
        """Return the record with which it became enough, None while it is not."""
        found = 0
        for proof in self.proofs:
            found += proof.quantity
            if found >= self.least:
                return proof
        return None


def window_of(task: Assignment) -> tuple[date, date]:
    """Return the first and last day in which a record counts for a task.

    Of a cadence its period; else from the asking on, without an end: what was done late is done. Of a
    task that was brought in after its day, whose asking nobody knows, from the month it was due in.
    """
    if task.period:
        period = Period.parse(task.period)
        return period.first_day, period.last_day
    asked = task.asked_on
    return (asked if asked <= task.due_on else task.due_on.replace(day=1)), date.max


def prove_tasks(tasks: Sequence[Assignment], *, strictly: bool = False) -> dict[int, Standing]:
    """Return what the ledger proves of each task whose item names a kind of fact; by key.

    A unit's records are its own and those of its groups. Of a person the records about them; where the
    kind is about units, those of their unit, and `strictly` only those the person hosted. Of meetings
    each counts as one, of everything else the quantity. One query for 500 units.
    """
    asked = [task for task in tasks if task.item.proof_kind not in TASK_KINDS | {""}]
    if not asked:
        return {}
    known = ledger.list_kinds()
    about_persons = {code for code, kind in known.items() if kind.level is Level.PERSON}
    by_owner: dict[tuple[str, str, int], list[Proof]] = {}
    for fact in _read_facts(asked):
        proof = _show(fact)
        unit = fact["unit_id"]
        if fact["unit__kind"] == UnitKind.GROUP:
            unit = fact["unit__parent_id"]
        by_owner.setdefault(("unit", fact["kind"], unit), []).append(proof)  # type: ignore[arg-type]
        if fact["person_id"] is not None:
            by_owner.setdefault(("person", fact["kind"], fact["person_id"]), []).append(proof)  # type: ignore[arg-type]
    found = {}
    for task in asked:
        kind = task.item.proof_kind
        is_own = task.person_id is not None and kind in about_persons
        owner = ("person", kind, task.person_id) if is_own else ("unit", kind, task.unit_id)
        first, last = window_of(task)
        proofs = [p for p in by_owner.get(owner, ()) if first <= p.occurred_on <= last]  # type: ignore[arg-type]
        if strictly and task.person is not None and not is_own:
            proofs = [p for p in proofs if p.host == task.person.name]
        found[task.pk] = Standing(tuple(proofs), task.item.proof_least)
    return found


def _read_facts(tasks: Sequence[Assignment]) -> Iterable[dict[str, object]]:
    kinds = {task.item.proof_kind for task in tasks}
    since = min(window_of(task)[0] for task in tasks)
    persons = sorted({task.person_id for task in tasks if task.person_id is not None})
    units = sorted({task.unit_id for task in tasks})
    conditions = [
        Q(unit_id__in=some) | Q(unit__kind=UnitKind.GROUP, unit__parent_id__in=some)
        for some in _chunks(units)
    ]
    # Of a person also what happened in another unit than the one that is asked.
    elsewhere = ~Q(unit_id__in=units) & ~Q(unit__kind=UnitKind.GROUP, unit__parent_id__in=units)
    conditions += [Q(person_id__in=some) & elsewhere for some in _chunks(persons)]
    for condition in conditions:
        facts = Fact.objects.filter(
            condition, kind__in=kinds, occurred_on__gte=since, withdrawn_seq=None
        ).exclude(status__in=NOT_DONE)
        yield from facts.order_by("occurred_on", "pk").values(  # type: ignore[misc]
            "kind",
            "unit_id",
            "unit__kind",
            "unit__parent_id",
            "person_id",
            "occurred_on",
            "quantity",
            "entry_id",
            "entry__source_type",
            "entry__source_id",
            "entry__title",
            "entry__detail",
        )


def _show(fact: dict[str, object]) -> Proof:
    kind = str(fact["kind"])
    detail = fact["entry__detail"]
    return Proof(
        entry_id=fact["entry_id"],  # type: ignore[arg-type]
        source_type=str(fact["entry__source_type"]),
        source_id=fact["entry__source_id"],  # type: ignore[arg-type]
        title=str(fact["entry__title"]),
        kind=kind,
        occurred_on=fact["occurred_on"],  # type: ignore[arg-type]
        quantity=ONE if kind.startswith("activity.") else fact["quantity"],  # type: ignore[arg-type]
        host=str(detail.get("host", "")) if isinstance(detail, dict) else "",
    )


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


# -- what is offered to a person who decides -------------------------------------------------------


def list_proofs(scope: Scope, task: Assignment, on: date, most: int = 3) -> list[Entry]:
    """Return the ledger lines that may prove an open task: those of the kind asked first, then others.

    Of the kind the item names, the newest first and those the person hosted before; then lines whose
    kind or title shares at least half its pairs of characters with the task, the likeliest first: a
    hint for a person who decides, so near misses do no harm.
    """
    lines = ledger.list_entries(scope).filter(occurred_on__lte=on)
    standing = prove_tasks([task]).get(task.pk)
    found: list[Entry] = []
    if standing is not None and standing.proofs:
        name = task.person.name if task.person else ""
        proofs = sorted(
            standing.proofs,
            key=lambda p: (p.host == name if name else True, p.occurred_on, p.entry_id),
        )
        wanted = list(dict.fromkeys(p.entry_id for p in reversed(proofs)))[:most]
        by_key = lines.in_bulk(wanted)
        found = [by_key[key] for key in wanted if key in by_key]
    if len(found) < most:
        found += _list_alike(lines, task, {line.pk for line in found})[: most - len(found)]
    return found


def _list_alike(lines: object, task: Assignment, known: set[int]) -> list[Entry]:
    first, last = window_of(task)
    if not task.period:
        asked = timezone.localdate(task.created_at)
        first = asked if asked <= task.due_on else task.due_on.replace(day=1)
    around = lines.filter(  # type: ignore[attr-defined]
        unit__path__startswith=task.unit.path, occurred_on__gte=first, occurred_on__lte=last
    )
    around = around.exclude(
        Q(kind__in=[*TASK_KINDS, "problem"]) | Q(kind__startswith="cadence.") | Q(pk__in=known)
    )
    titles = _kind_titles()
    rated = [
        (
            max(
                _likeness(titles.get(line.kind, ""), task.item.text),
                _likeness(line.title, task.item.text),
            ),
            line,
        )
        for line in around[:LOOKED_AT]
    ]
    likely = [pair for pair in rated if pair[0] >= ENOUGH]
    likely.sort(key=lambda pair: pair[0], reverse=True)  # stable: the newest stay first
    return [line for _rate, line in likely]


def find_proof(scope: Scope, task: Assignment) -> Entry | None:
    """Return the ledger line that proves a finished task as it stands now, None if withdrawn or none."""
    if task.proof_id is None:
        return None
    found = ledger.list_entries(scope)
    return found.filter(source_type=task.proof_type, source_id=task.proof_id).first()


def _kind_titles() -> dict[str, str]:
    """Return the Chinese titles of the kinds: tasks are written in Chinese whatever the reader reads."""
    with override("zh-hans"):
        return {code: str(kind.title) for code, kind in ledger.list_kinds().items()}


def _likeness(words: str, item: str) -> float:
    """Return which part of the pairs of characters of the shorter text stands in the other."""
    ours, theirs = _pairs(words), _pairs(item)
    if not ours or not theirs:
        return 0.0
    return len(ours & theirs) / min(len(ours), len(theirs))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    parts = EMPTY_WORDS.sub(" ", text).split()
    return frozenset(part[at : at + 2] for part in parts for at in range(len(part) - 1))
