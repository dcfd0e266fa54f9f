"""The columnar lake: the fact table as Parquet files, one a month, for computing over many units.

Layout under `settings.LAKE_DIR`:

    current.json                        which generation is current, up to which change sequence
    <generation>/month=2026-10/part-<seq>.parquet

A generation is never changed once it is current: a sync builds the next one in a hidden folder
(unchanged months are hard links), renames it into place, and replaces `current.json` in one step.
So a reader sees all of one generation or all of the next, never half a file or a month twice, and a
process killed at any moment leaves the generation before. Old generations stay an hour for whoever
reads them. Each file carries a random stamp that also stands in the database; where the two differ
(database restored, folder lost) the month is written again.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import ExtractMonth, ExtractYear

from linghang.ledger.models import Fact, LakeMonth
from linghang.ledger.services.recording import SEQUENCE
from linghang.platform.numbering import services as numbering
from linghang.platform.tasks.progress import silent
from linghang_core.lake import compress, describe_facts
from linghang_core.periods import Period

MANIFEST = "current.json"
KEEP_SECONDS = 3600
ROW_GROUP = 64_000
COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("seq", pa.int64()),
    ("withdrawn_seq", pa.int64()),
    ("kind", pa.string()),
    ("unit_id", pa.int64()),
    ("person_id", pa.int64()),
    ("occurred_on", pa.date32()),
    ("due_on", pa.date32()),
    ("counts_on", pa.date32()),
    ("quantity", pa.int64()),
    ("status", pa.string()),
    ("verified", pa.bool_()),
    ("late", pa.bool_()),
    ("entry_id", pa.int64()),
    ("recorded_at", pa.timestamp("us", tz="UTC")),
)
SCHEMA = describe_facts(COLUMNS)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class MonthPart:
    """The one file of a month in a generation."""

    seq: int  # the change sequence it has followed to when it was written
    stamp: str
    rows: int


@dataclass(frozen=True)
class Lake:
    """One generation: a hive-partitioned folder that holds the facts as of `seq` and before."""

    folder: Path
    seq: int
    months: dict[str, MonthPart] = field(default_factory=dict)

    def file(self, month: str) -> Path:
        """Return the path of a month's only file; `month` is "2026-10"."""
        return self.folder / f"month={month}" / f"part-{self.months[month].seq}.parquet"


def read_lake() -> Lake:
    """Return the current generation as it stands, without looking for newer facts.

    Before the first sync it is empty, with seq 0 and a folder that does not exist.
    """
    try:
        document = json.loads((_root() / MANIFEST).read_text())
    except FileNotFoundError:
        return Lake(_root() / "empty", 0)
    months = {month: MonthPart(**part) for month, part in document["months"].items()}
    return Lake(_root() / document["generation"], document["seq"], months)


def current_files(months: Iterable[str] | None = None) -> list[Path]:
    """Return the current files, of all months or of those named that have facts, oldest first."""
    lake = read_lake()
    wanted = set(lake.months) if months is None else set(months) & set(lake.months)
    return [lake.file(month) for month in sorted(wanted)]


def sync_lake(progress: Progress = silent) -> Lake:
    """Bring the lake up to the last committed fact and return it; nothing is written for nothing.

    Only months with facts written or withdrawn since the last sync are written again. Safe to run
    twice at once (the second waits) and to kill at any moment. Never call it inside a transaction
    that has uncommitted facts it must not publish: what the connection sees is what is copied.
    """
    _root().mkdir(parents=True, exist_ok=True)
    with _only_one():
        seq = numbering.last(SEQUENCE)
        before = read_lake()
        kept = _find_kept(before)
        stale = sorted(_find_stale(kept))
        if not stale and set(kept) == set(before.months):
            return _advance(before, seq)
        after = _write_generation(before, kept, stale, seq, progress)
        _note(after, stale, seq)
        _sweep({before.folder.name, after.folder.name})
        return after


def _find_kept(before: Lake) -> dict[str, LakeMonth]:
    """Return the months whose file is there and is the one this database wrote."""
    return {
        row.month: row
        for row in LakeMonth.objects.all()
        if row.month in before.months
        and before.months[row.month].stamp == row.stamp
        and before.file(row.month).exists()
    }


def _find_stale(kept: dict[str, LakeMonth]) -> set[str]:
    """Return the months to write: those changed since, and those whose file does not fit."""
    if kept and len(kept) == LakeMonth.objects.count():
        since = min(row.synced_seq for row in kept.values())
        return _months_of(Fact.objects.filter(Q(seq__gt=since) | Q(withdrawn_seq__gt=since)))
    # Something is new or lost: look at every month, keep the files that fit and are up to date.
    return {
        month
        for month in _months_of(Fact.objects.all())
        if month not in kept or _has_changed(month, kept[month].synced_seq)
    }


def _has_changed(month: str, since: int) -> bool:
    return bool(_facts_of(month).filter(Q(seq__gt=since) | Q(withdrawn_seq__gt=since)).exists())


def _months_of(facts: Any) -> set[str]:
    found = (
        facts.order_by()
        .annotate(y=ExtractYear("counts_on"), m=ExtractMonth("counts_on"))
        .values_list("y", "m")
        .distinct()
    )
    return {f"{year:04}-{month:02}" for year, month in found}


def _facts_of(month: str) -> Any:
    period = Period.parse(month)
    return Fact.objects.filter(counts_on__gte=period.first_day, counts_on__lt=period.end)


def _advance(lake: Lake, seq: int) -> Lake:
    """Let an unchanged lake say that it is up to date with a later change sequence."""
    if seq == lake.seq:
        return lake
    newer = Lake(lake.folder, seq, lake.months)
    _write_manifest(newer)
    LakeMonth.objects.update(synced_seq=seq)
    return newer


def _write_generation(
    before: Lake, kept: dict[str, LakeMonth], stale: list[str], seq: int, progress: Progress
) -> Lake:
    name = f"{seq}-{secrets.token_hex(4)}"
    hidden = _root() / f".{name}"
    hidden.mkdir()
    months = {month: before.months[month] for month in kept if month not in stale}
    building = Lake(hidden, seq, months)
    for month in months:
        _link(before.file(month), building.file(month))
    for done, month in enumerate(stale):
        progress(done, len(stale), month)
        months[month] = _write_month(building, month, seq)
    finished = Lake(_root() / name, seq, dict(sorted(months.items())))
    hidden.rename(finished.folder)
    _write_manifest(finished)
    progress(len(stale), len(stale), "")
    return finished


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir()
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _write_month(lake: Lake, month: str, seq: int) -> MonthPart:
    """Write the facts of a month as of `seq`, sorted for reading one unit or one person."""
    names = [name for name, _type in COLUMNS]
    rows = list(
        _facts_of(month)
        .filter(seq__lte=seq)
        .order_by("unit_id", "person_id", "seq")
        .values_list(*names)
        .iterator(chunk_size=20_000)
    )
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(names)
    # A withdrawal later than `seq` belongs to a later generation.
    columns[1] = tuple(w if w is not None and w <= seq else None for w in columns[1])
    table = pa.table(
        [pa.array(values, kind) for values, (_name, kind) in zip(columns, COLUMNS, strict=True)],
        schema=SCHEMA,
    )
    part = MonthPart(seq=seq, stamp=secrets.token_hex(8), rows=len(rows))
    lake.months[month] = part
    path = lake.file(month)
    path.parent.mkdir()
    pq.write_table(table, path, compression=compress(SCHEMA), row_group_size=ROW_GROUP)
    return part


def _write_manifest(lake: Lake) -> None:
    document = {
        "generation": lake.folder.name,
        "seq": lake.seq,
        "months": {month: vars(part) for month, part in lake.months.items()},
    }
    temporary = _root() / f".{MANIFEST}.{os.getpid()}"
    with temporary.open("w") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(_root() / MANIFEST)


def _note(lake: Lake, stale: list[str], seq: int) -> None:
    """Note in the database how far each month has followed; last, so that doubt means rewriting."""
    with transaction.atomic():
        LakeMonth.objects.exclude(month__in=lake.months).delete()
        LakeMonth.objects.exclude(month__in=stale).update(synced_seq=seq)
        LakeMonth.objects.bulk_create(
            [
                LakeMonth(
                    month=month,
                    synced_seq=seq,
                    rows=lake.months[month].rows,
                    stamp=lake.months[month].stamp,
                )
                for month in stale
            ],
            update_conflicts=True,
            unique_fields=["month"],
            update_fields=["synced_seq", "rows", "stamp"],
        )


def _sweep(used: set[str]) -> None:
    """Remove generations and leftovers of killed processes that nobody has needed for an hour."""
    limit = time.time() - KEEP_SECONDS
    for path in _root().iterdir():
        if path.is_dir() and path.name not in used and path.stat().st_mtime < limit:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold the lock of the lake; the system lets go of it when the process dies."""
    with (_root() / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _root() -> Path:
    return Path(settings.LAKE_DIR)
