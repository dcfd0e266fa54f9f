"""Sealed months: what a month holds of each owner, counted once and kept.

A seal stands for what was counted: the digest of the month's facts and the columns are in its
name. A corrected or late fact changes the digest, so its month, and no other, is counted again.

    <store>/sealed/2026-09/person-<facts>-<columns>.arrow
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linghang_core.scoring.atoms import Atom
from linghang_core.scoring.digest import digest_json
from linghang_core.scoring.engines.monthly import MonthCounts
from linghang_core.scoring.engines.parquet import find_last_change, list_files
from linghang_core.scoring.national.storing import read_json, sweep, write_json, written_whole
from linghang_core.scoring.scheme import SubjectKind

SHORT = 20
"""How much of a digest stands in a name; 80 bits."""
KEPT = 4
"""How many seals of a month and kind of owner stay: of other moments and other columns."""


@dataclass(frozen=True)
class Seals:
    """The sealed months under a folder."""

    store: Path

    def digest_months(
        self, lake: Path, months: Sequence[str], as_of_seq: int, workers: int | None = None
    ) -> dict[str, str]:
        """Return a digest of the facts of each month as they stood at the sequence.

        Facts that were all there then have the same digest at any later sequence. A file is read
        for it once, and again when its size or time has changed.
        """
        known = read_json(self.store / "digests.json") or {}
        files = {month: list_files(lake, month) for month in months}
        keys = {path: _name_content(path) for paths in files.values() for path in paths}
        unknown = [path for path, key in keys.items() if key not in known]
        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            looked_at = dict(zip(unknown, pool.map(_look_at, unknown), strict=True))
        found = {key: looked_at.get(path) or known[key] for path, key in keys.items()}
        if unknown:
            write_json(self.store / "digests.json", known | found)
        return {
            month: digest_json(
                sorted((_sum_up(found[keys[path]], as_of_seq) for path in files[month]), key=str)
            )
            for month in months
        }

    def read(
        self, month: str, kind: SubjectKind, facts: str, columns: Sequence[Atom]
    ) -> MonthCounts | None:
        """Return a sealed month that has these columns, or None; it is mapped, not read."""
        wanted = [describe_column(column) for column in columns]
        for path in sorted(self._folder(month).glob(f"{kind}-{facts[:SHORT]}-*.arrow")):
            try:
                table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
            except (OSError, pa.ArrowInvalid):
                continue
            if set(wanted) <= set(table.column_names):
                return MonthCounts(
                    _numbers(table, "owner").astype(np.int64, copy=False),
                    {
                        column: _numbers(table, name)
                        for column, name in zip(columns, wanted, strict=True)
                    },
                )
        return None

    def write(self, month: str, kind: SubjectKind, facts: str, counts: MonthCounts) -> Path:
        """Seal what was counted of a month, and return its file."""
        names = [describe_column(column) for column in counts.columns]
        table = pa.table(
            {"owner": counts.ids, **dict(zip(names, counts.columns.values(), strict=True))}
        )
        columns = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:SHORT]
        path = self._folder(month) / f"{kind}-{facts[:SHORT]}-{columns}.arrow"
        with written_whole(path) as hidden, pa.ipc.new_file(hidden, table.schema) as file:
            file.write_table(table)
        return path

    def tidy(self, month: str) -> None:
        """Remove leftovers, and of each kind of owner all seals of a month but the newest few."""
        folder = self._folder(month)
        if not folder.exists():
            return
        sweep(folder)
        for kind in SubjectKind:
            seals = sorted(folder.glob(f"{kind}-*.arrow"), key=lambda path: path.stat().st_mtime_ns)
            for path in seals[:-KEPT]:
                path.unlink(missing_ok=True)

    def _folder(self, month: str) -> Path:
        return self.store / "sealed" / month


def describe_column(column: Atom) -> str:
    """The column in one canonical line, by which a later scheme finds it again."""
    return json.dumps(
        [
            column.aggregate,
            column.kinds,
            column.statuses,
            column.verified,
            column.late,
            column.level,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _numbers(table: pa.Table, name: str) -> Any:
    """A column as it stands in the mapped file: nothing is read before it is used."""
    column = table[name]
    whole = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return whole.to_numpy(zero_copy_only=False)


def _name_content(path: Path) -> str:
    """What changes when a file does."""
    stat = path.stat()
    return f"{stat.st_dev}-{stat.st_ino}-{stat.st_size}-{stat.st_mtime_ns}"


def _sum_up(content: Mapping[str, Any], as_of_seq: int) -> list[Any]:
    """What a file adds to the digest of its month: settled facts are the same at any sequence."""
    last = content["last_change"]
    settled = last is not None and last <= as_of_seq
    return [content["sha256"], None if settled else as_of_seq]


def _look_at(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": sha256, "last_change": find_last_change(pq.read_metadata(path))}
