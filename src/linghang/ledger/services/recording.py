"""Writing facts. Every app that records something calls `write_entries` in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from linghang.ledger import mapping
from linghang.ledger.enums import DatedBy, FactKind
from linghang.ledger.models import Entry, Fact
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering

SEQUENCE = "ledger.fact"
# A record counts as late when it was entered more than this many days after the event.
LATE_AFTER_DAYS = 7
BATCH = 500
FACT_FIELDS = (
    "seq",
    "withdrawn_seq",
    "kind",
    "unit",
    "person",
    "occurred_on",
    "due_on",
    "counts_on",
    "quantity",
    "status",
    "verified",
    "late",
    "entry",
    "recorded_at",
)


@dataclass(frozen=True)
class FactDraft:
    """A fact to be written. `quantity` is in hundredths."""

    kind: str
    quantity: int
    unit_id: int
    occurred_on: date
    person_id: int | None = None
    due_on: date | None = None
    status: str = ""
    verified: bool = False


@dataclass(frozen=True)
class EntryDraft:
    """A ledger line to be written, with its facts."""

    source: models.Model
    kind: str
    unit_id: int
    title: str
    occurred_on: date
    facts: Sequence[FactDraft]
    detail: dict[str, Any] = field(default_factory=dict)
    recorded_on: date | None = None  # stated by the customer; today if not
    judge_lateness: bool = True  # computed obligations are never "late records"


def write_entries(drafts: Iterable[EntryDraft], *, actor: Any, reason: str = "") -> tuple[int, int]:
    """Write ledger lines with their facts; return (written, unchanged).

    A record that has an open line already gets it withdrawn with the reason, unless nothing
    differs: writing the same twice changes nothing. Raises UndeclaredKind for a fact nobody
    declared, and TransactionManagementError outside the transaction of the record itself.
    """
    wanted = list(drafts)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "facts are written in their record's transaction"
        )
    if not wanted:
        return (0, 0)
    open_entries = _open_entries(wanted)
    changed = []
    for draft in wanted:
        current = open_entries.get(_source_key(draft.source))
        if current is None or _picture(current) != _picture_of_draft(draft, current):
            changed.append((draft, current))
    if changed:
        former = [entry for _draft, entry in changed if entry is not None]
        _withdraw(former, reason=reason)
        written = _insert([draft for draft, _entry in changed], actor=actor)
        mapping.tell_followers(mapping.Change(written, former, actor))
    return (len(changed), len(wanted) - len(changed))


def withdraw_entries(sources: Iterable[models.Model], *, reason: str) -> int:
    """Withdraw the open lines of records that turned out wrong; return how many there were."""
    keys = [_source_key(source) for source in sources]
    found: list[Entry] = []
    for start in range(0, len(keys), BATCH):
        condition = _any_source(keys[start : start + BATCH])
        found += Entry.objects.filter(condition, withdrawn_at=None)
    _withdraw(found, reason=reason)
    mapping.tell_followers(mapping.Change((), found, None))
    return len(found)


def _source_key(source: models.Model) -> tuple[str, int]:
    return (source._meta.label_lower, source.pk)  # noqa: SLF001  Django's own public-by-use name


def _any_source(keys: Sequence[tuple[str, int]]) -> Q:
    by_type: dict[str, list[int]] = {}
    for source_type, source_id in keys:
        by_type.setdefault(source_type, []).append(source_id)
    condition = Q(pk__in=[])
    for source_type, ids in by_type.items():
        condition |= Q(source_type=source_type, source_id__in=ids)
    return condition


def _open_entries(drafts: Sequence[EntryDraft]) -> dict[tuple[str, int], Entry]:
    found: dict[tuple[str, int], Entry] = {}
    keys = [_source_key(draft.source) for draft in drafts]
    for start in range(0, len(keys), BATCH):
        rows = Entry.objects.filter(
            _any_source(keys[start : start + BATCH]), withdrawn_at=None
        ).prefetch_related(models.Prefetch("facts", Fact.objects.filter(withdrawn_seq=None)))
        found.update({(row.source_type, row.source_id): row for row in rows})
    return found


def _picture(entry: Entry) -> tuple[Any, ...]:
    facts = sorted(
        (
            f.kind,
            f.unit_id,
            f.person_id or 0,
            f.occurred_on,
            f.due_on or date.min,
            f.quantity,
            f.status,
            f.verified,
        )
        for f in entry.facts.all()
    )
    return (entry.kind, entry.unit_id, entry.title, entry.detail, entry.occurred_on, facts)


def _picture_of_draft(draft: EntryDraft, _current: Entry) -> tuple[Any, ...]:
    facts = sorted(
        (
            f.kind,
            f.unit_id,
            f.person_id or 0,
            f.occurred_on,
            f.due_on or date.min,
            f.quantity,
            f.status,
            f.verified,
        )
        for f in draft.facts
    )
    return (draft.kind, draft.unit_id, draft.title[:200], draft.detail, draft.occurred_on, facts)


def _withdraw(entries: Sequence[Entry], *, reason: str) -> None:
    if not entries:
        return
    ids = [entry.pk for entry in entries]
    number = numbering.take(SEQUENCE)[0]
    for start in range(0, len(ids), BATCH):
        chunk = ids[start : start + BATCH]
        Fact.objects.filter(entry_id__in=chunk, withdrawn_seq=None).update(withdrawn_seq=number)
        Entry.objects.filter(pk__in=chunk).update(withdrawn_at=clock.now(), reason=reason[:400])


def _insert(drafts: Sequence[EntryDraft], *, actor: Any) -> list[Entry]:
    today = clock.today()
    entries = Entry.objects.bulk_create(
        [
            Entry(
                source_type=_source_key(draft.source)[0],
                source_id=draft.source.pk,
                kind=draft.kind,
                unit_id=draft.unit_id,
                title=draft.title[:200],
                detail=draft.detail,
                occurred_on=draft.occurred_on,
                recorded_on=draft.recorded_on or today,
                recorded_by=str(actor or "")[:80],
                late=_is_late(draft, today),
            )
            for draft in drafts
        ],
        batch_size=BATCH,
    )
    _insert_facts([(f, entry) for d, entry in zip(drafts, entries, strict=True) for f in d.facts])
    return entries


def _insert_facts(facts: Sequence[tuple[FactDraft, Entry]]) -> None:
    """Insert facts as plain rows: a year of attendance is 200,000 of them, too many for objects."""
    if not facts:
        return
    connection = transaction.get_connection()
    day, quote = connection.ops.adapt_datefield_value, connection.ops.quote_name
    now = connection.ops.adapt_datetimefield_value(clock.now())
    kinds = {code: mapping.get_kind(code) for code in {fact.kind for fact, _entry in facts}}
    known = {f.name: f.column for f in Fact._meta.concrete_fields}  # noqa: SLF001  public by use
    columns = ", ".join(quote(known[name]) for name in FACT_FIELDS)
    places = ", ".join(["%s"] * len(FACT_FIELDS))
    numbers = numbering.take(SEQUENCE, len(facts))
    rows = [
        (
            number,
            None,
            fact.kind,
            fact.unit_id,
            fact.person_id,
            day(fact.occurred_on),
            fact.due_on and day(fact.due_on),
            day(_counts_on(fact, kinds[fact.kind])),
            fact.quantity,
            fact.status,
            fact.verified,
            entry.late,
            entry.pk,
            now,
        )
        for number, (fact, entry) in zip(numbers, facts, strict=True)
    ]
    table = quote(Fact._meta.db_table)  # noqa: SLF001  public by use
    with connection.cursor() as cursor:
        # Only names of our own model stand in the statement; the values are parameters.
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608


def _is_late(draft: EntryDraft, today: date) -> bool:
    recorded = draft.recorded_on or today
    return draft.judge_lateness and (recorded - draft.occurred_on).days > LATE_AFTER_DAYS


def _counts_on(fact: FactDraft, kind: FactKind) -> date:
    if kind.dated_by is DatedBy.DUE:
        if fact.due_on is None:
            raise ValueError(f"a fact of kind {fact.kind} needs its due date")
        return fact.due_on
    return fact.occurred_on
