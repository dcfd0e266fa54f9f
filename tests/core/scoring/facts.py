"""Facts to write scoring tests with: the columns of the ledger, and ways to store them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS = pa.schema(
    [
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
        ("source_type", pa.string()),
        ("source_id", pa.int64()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
    ]
)
RECORDED = datetime.fromisoformat("2026-11-01T00:00:00+00:00")


@dataclass(frozen=True)
class Fact:
    """One fact; what a test does not care about has a plain default."""

    seq: int
    kind: str
    unit_id: int = 1
    person_id: int | None = None
    counts_on: date = date(2026, 10, 15)
    quantity: int = 100
    status: str = ""
    verified: bool = False
    late: bool = False
    withdrawn_seq: int | None = None


def table(facts: Iterable[Fact]) -> pa.Table:
    """The facts as an Arrow table with the columns of the lake."""
    rows = [
        {
            **asdict(fact),
            "occurred_on": fact.counts_on,
            "due_on": None,
            "source_type": "test",
            "source_id": fact.seq,
            "recorded_at": RECORDED,
        }
        for fact in facts
    ]
    return pa.Table.from_pylist(rows, schema=COLUMNS)


def write_lake(facts: Sequence[Fact], folder: Path) -> Path:
    """The folder, with the facts as one Parquet file for each month."""
    months = sorted({f"{fact.counts_on:%Y-%m}" for fact in facts})
    for month in months:
        part = folder / f"month={month}"
        part.mkdir(parents=True)
        own = [fact for fact in facts if f"{fact.counts_on:%Y-%m}" == month]
        pq.write_table(table(own), part / "part-0.parquet")
    return folder
