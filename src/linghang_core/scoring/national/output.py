"""Results as Parquet: a long table to find one subject in, a wide one to rank and compare by.

    <run>/<scheme>/long-00000.parquet   subject, criterion, of, to, full, points, state
    <run>/<scheme>/wide.parquet         a row for each subject, points a column for each criterion

Points are whole hundredths. The long table stands in parts by number of the subject, and in row
groups of 1,024 subjects: one group is read to find a subject. Within a group it stands criterion by
criterion, as the points are made, because numbers of one criterion are alike and so written in half
the time. The wide table is sorted by unit. Words (codes of criteria, states) stand once in the
schema, numbers in the rows.
"""

from __future__ import annotations

import bisect
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from linghang_core.scoring.atoms import Plan, compile_scheme
from linghang_core.scoring.evaluation import assess
from linghang_core.scoring.explanation import Explanation, explain
from linghang_core.scoring.national.marking import STATES, Marks
from linghang_core.scoring.national.roster import Roster
from linghang_core.scoring.results import NotRated
from linghang_core.scoring.scheme import Scheme
from linghang_core.scoring.subjects import Subject

GROUP = 1024
"""Subjects in a row group: what is read to find one."""
SMALL = 2**31
SMALL_STEPS = ("of", "to", "points", "state")
"""Columns written as differences packed into bits: as small as compressed, in half the time."""


def write_long(path: Path, scheme: Scheme, ids: NDArray[np.int64], marks: Marks) -> str:
    """Write the long table of a part of the subjects; return the digest of its numbers."""
    width = len(scheme.criteria)
    nothing = np.broadcast_to(np.int8(0), len(ids))
    numbers = {
        "of": _stack(marks.of),
        "to": _stack([nothing if item is None else item for item in marks.to]),
        "full": _stack(marks.full),
        "points": _stack(marks.points),
        "state": _stack(marks.states),
    }
    words = {"criteria": [item.code for item in scheme.criteria], "states": list(STATES)}
    criteria = [np.broadcast_to(np.int16(place), len(ids)) for place in range(width)]
    columns = {
        "subject": _arrange([ids] * width, np.int64),
        "criterion": _arrange(criteria, np.int16),
        **numbers,
    }
    table = _complete(columns).replace_schema_metadata({"linghang": json.dumps(words)})
    pq.write_table(
        table,
        path,
        row_group_size=GROUP * width,
        write_batch_size=GROUP * 16,
        use_dictionary=False,
        column_encoding=dict.fromkeys(SMALL_STEPS, "DELTA_BINARY_PACKED"),
        compression={name: "none" if name in SMALL_STEPS else "lz4" for name in table.column_names},
        write_statistics=["subject"],
    )
    return _digest(ids, numbers, marks)


def _complete(columns: Mapping[str, Any]) -> pa.Table:
    """A table that says which of its columns are complete: it is written faster by a quarter."""
    arrays = {
        name: column if isinstance(column, pa.Array) else pa.array(column)
        for name, column in columns.items()
    }
    fields = [
        pa.field(name, array.type, nullable=array.null_count > 0) for name, array in arrays.items()
    ]
    return pa.Table.from_arrays(list(arrays.values()), schema=pa.schema(fields))


def _digest(ids: NDArray[np.int64], numbers: Mapping[str, NDArray[Any]], marks: Marks) -> str:
    """The digest of every number of a part; the forms of the columns follow from the numbers."""
    content = hashlib.sha256(ids.tobytes())
    for name, column in numbers.items():
        content.update(f"|{name} {column.dtype}|".encode())
        content.update(column.data)
    rated = marks.rated
    content.update(np.where(rated, marks.totals, 0).astype(np.int64).tobytes())
    content.update(np.where(rated, marks.bands, 0).astype(np.int16).tobytes())
    content.update(marks.groups.tobytes() + marks.reasons.tobytes())
    return content.hexdigest()


def _stack(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns of subjects as one column of the long table, as narrow as the numbers allow."""
    if columns[0].dtype == np.uint8:
        return _arrange(columns, np.uint8)
    highest = max(int(column.max(initial=0)) for column in columns)
    lowest = min(int(column.min(initial=0)) for column in columns)
    fits = lowest > -SMALL and highest < SMALL
    return _arrange(columns, np.int32 if fits else np.int64)


def _arrange(columns: Sequence[NDArray[Any]], form: Any) -> NDArray[Any]:
    """Columns one after the other, row group by row group."""
    width, length = len(columns), len(columns[0])
    whole = np.empty(width * length, form)
    full = length - length % GROUP
    groups = whole[: full * width].reshape(-1, width, GROUP)
    rest = whole[full * width :].reshape(width, length - full)
    for place, column in enumerate(columns):
        groups[:, place] = column[:full].reshape(-1, GROUP)
        rest[place] = column[full:]
    return whole


@dataclass(frozen=True)
class Wide:
    """What the wide table says of all subjects, in the order of the roster."""

    points: Sequence[NDArray[Any]]
    totals: NDArray[Any]
    bands: NDArray[Any]
    groups: NDArray[Any]
    reasons: NDArray[Any]
    ranks: NDArray[Any] | None


def write_wide(path: Path, scheme: Scheme, roster: Roster, wide: Wide) -> None:
    """Write the wide table, sorted by unit and then by subject."""
    homes = roster.ids if roster.homes is None else roster.homes
    rated = wide.reasons == 0
    columns: dict[str, Any] = {
        "unit": homes,
        "subject": roster.ids,
        "code": roster.codes,
        "group": _words([item.code for item in scheme.peer_groups], wide.groups),
        "total": pa.array(wide.totals.astype(np.int64), mask=~rated),
        "band": _words([item.code for item in scheme.bands], wide.bands, ~rated),
        "not_rated": _words(list(NotRated), wide.reasons.astype(np.int16) - 1, rated),
    }
    if wide.ranks is not None:
        columns["rank"] = pa.array(wide.ranks, mask=~rated)
    points = [f"points.{rule.code}" for rule in scheme.criteria]
    columns |= dict(zip(points, wide.points, strict=True))
    table = _complete(columns)
    if (np.diff(homes) < 0).any():
        table = table.take(pa.array(np.argsort(homes, kind="stable")))
    pq.write_table(
        table,
        path,
        compression={name: "none" if name in points else "lz4" for name in table.column_names},
        row_group_size=65_536,
        write_batch_size=GROUP * 16,
        use_dictionary=["unit", "group", "band", "not_rated", "total"],
        column_encoding=dict.fromkeys(points, "DELTA_BINARY_PACKED"),
        write_statistics=["unit", "subject", "total"],
    )


def _words(
    words: Sequence[str], places: NDArray[Any], mask: NDArray[np.bool_] | None = None
) -> Any:
    indices = pa.array(places.astype(np.int16), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array([str(word) for word in words]))


@dataclass(frozen=True)
class Line:
    """One criterion of one subject, as the long table has it; points in hundredths."""

    criterion: str
    of: int
    to: int
    full: int
    points: int
    state: str


def read_lines(folder: Path, parts: Sequence[Mapping[str, Any]], subject: int) -> list[Line]:
    """Return the criteria of one subject from the long table; empty when it is not there.

    `parts` are the manifest's: file, first and last subject. One row group is read.
    """
    place = bisect.bisect_right([part["first"] for part in parts], subject) - 1
    if place < 0 or subject > parts[place]["last"]:
        return []
    with pq.ParquetFile(folder / parts[place]["file"], memory_map=True) as file:
        words = json.loads(file.schema_arrow.metadata[b"linghang"])
        for group in range(file.num_row_groups):
            bounds = file.metadata.row_group(group).column(0).statistics
            if bounds.min <= subject <= bounds.max:
                return _find_lines(file.read_row_group(group, use_threads=False), words, subject)
    return []


def _find_lines(table: pa.Table, words: Mapping[str, Any], subject: int) -> list[Line]:
    places = np.flatnonzero(table["subject"].to_numpy() == subject)
    columns = table.take(pa.array(places)).to_pydict()
    return [
        Line(words["criteria"][criterion], of, to, full, points, words["states"][state])
        for criterion, of, to, full, points, state in zip(
            *(columns[name] for name in ("criterion", "of", "to", "full", "points", "state")),
            strict=True,
        )
    ]


def explain_lines(
    scheme: Scheme, period: str, subject: Subject, lines: Sequence[Line], as_of_seq: int
) -> Explanation:
    """Return why a subject has its score, from its lines: the same tree as `explain` gives."""
    counts = {subject.id: _read_atoms(compile_scheme(scheme), lines)}
    results = assess(scheme, period, [subject], counts, as_of_seq)
    return explain(scheme, results.subjects[0], period)


def _read_atoms(plan: Plan, lines: Sequence[Line]) -> tuple[int, ...]:
    atoms = [0] * len(plan.atoms)
    for reading, line in zip(plan.readings, lines, strict=True):
        atoms[reading.of] = line.of
        if reading.to is not None:
            atoms[reading.to] = line.to
    return tuple(atoms)
