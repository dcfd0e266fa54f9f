"""Facts as plain arrays: batches of a month's Parquet files, reading no column in vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import Atom
from linghang_core.scoring.engines.kernel import loops
from linghang_core.scoring.engines.parquet import find_bounds, list_files
from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import Aggregate, Level, SubjectKind

LUMP = 131_072
"""How many rows are held at once: few enough to stay near the processor."""
WORDS = ("kind", "status")
FLAGS = ("verified", "late")
NO_BITS = np.zeros(0, np.uint8)
NO_NUMBERS = {form: np.zeros(0, form) for form in (np.int32, np.int64)}
for _empty in NO_NUMBERS.values():
    _empty.setflags(write=False)


@dataclass(frozen=True)
class Rows:
    """A batch of facts: codes as `table.Table` has them, and the numbers beside them.

    `has_person` is empty when every fact names a person, `days` when all are known to be days of
    the month and nobody asked which; any column that nobody asked for is empty.
    """

    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    codes: NDArray[np.int32]
    units: NDArray[np.int64]
    persons: NDArray[np.int64]
    has_person: NDArray[np.uint8]
    days: NDArray[np.int32]
    quantities: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Source:
    """One Parquet file of a month, or a table in memory."""

    content: Path | pa.Table

    def rows(self) -> int:
        """How many facts it holds."""
        if isinstance(self.content, pa.Table):
            return int(self.content.num_rows)
        return int(pq.read_metadata(self.content).num_rows)

    def bounds(self, column: str) -> tuple[int, int] | None:
        """The least and the greatest number of a column; None when nobody knows or there is none."""
        if isinstance(self.content, pa.Table):
            found = pc.min_max(self.content[column]).as_py()
            return None if found["min"] is None else (found["min"], found["max"])
        statistics = find_bounds(pq.read_metadata(self.content), column)
        if statistics is None or not statistics:
            return None
        return min(low for low, _ in statistics), max(high for _, high in statistics)

    def owners(self, column: str) -> NDArray[np.int64]:
        """The distinct numbers of a column, in no order."""
        if isinstance(self.content, pa.Table):
            distinct = pc.unique(self.content[column])
        else:
            distinct = pc.unique(pq.read_table(self.content, columns=[column])[column])
        found: NDArray[np.int64] = distinct.drop_null().to_numpy().astype(np.int64)
        return found

    def lumps(self) -> list[list[int]]:
        """Row groups that are read together; a table in memory is one lump."""
        if isinstance(self.content, pa.Table):
            return [[0]]
        return list(_lump_groups(pq.read_metadata(self.content)))

    def read(
        self, days: DateRange, as_of_seq: int, wanted: Sequence[str], lumps: Sequence[list[int]]
    ) -> Iterator[Rows]:
        """The facts of some lumps in batches, only the columns wanted (see `list_wanted`)."""
        for table, names in self._tables(days, as_of_seq, wanted, lumps):
            for batch in table.to_batches():
                if batch.num_rows:
                    yield _write_rows(batch, names, as_of_seq)

    def _tables(
        self, days: DateRange, as_of_seq: int, wanted: Sequence[str], lumps: Sequence[list[int]]
    ) -> Iterator[tuple[pa.Table, set[str]]]:
        if isinstance(self.content, pa.Table):
            names = sorted({*wanted, "counts_on", "seq", "withdrawn_seq"})
            table = self.content.select(names)
            for word in WORDS:
                if word in names:
                    place = table.schema.get_field_index(word)
                    table = table.set_column(place, word, pc.dictionary_encode(table[word]))
            yield table.unify_dictionaries(), set(names)
            return
        with pq.ParquetFile(
            self.content, read_dictionary=list(WORDS), memory_map=True, pre_buffer=False
        ) as file:
            names = sorted({*wanted, *_doubtful(file.metadata, days, as_of_seq)})
            for lump in lumps:
                yield file.read_row_groups(lump, columns=names, use_threads=False), set(names)


Share: TypeAlias = Sequence[tuple[Source, Sequence[list[int]]]]
"""What one worker reads: of each source some lumps."""


def list_wanted(wanted: Mapping[SubjectKind, Sequence[Atom]]) -> list[str]:
    """The columns of the lake without which the columns wanted cannot be counted."""
    atoms = [atom for columns in wanted.values() for atom in columns]
    asked = {
        "counts_on": any(atom.aggregate is Aggregate.DAYS for atom in atoms),
        "unit_id": SubjectKind.UNIT in wanted,
        "person_id": SubjectKind.PERSON in wanted
        or any(atom.level is not Level.ANY for atom in atoms),
        "status": any(atom.statuses is not None for atom in atoms),
        "verified": any(atom.verified is not None for atom in atoms),
        "late": any(atom.late is not None for atom in atoms),
        "quantity": any(atom.aggregate is Aggregate.SUM for atom in atoms),
    }
    return ["kind", *(name for name, needed in asked.items() if needed)]


def _lump_groups(metadata: Any) -> Iterator[list[int]]:
    """Row groups that together are about as large as a lump."""
    lump: list[int] = []
    rows = 0
    for group in range(metadata.num_row_groups):
        lump.append(group)
        rows += metadata.row_group(group).num_rows
        if rows >= LUMP:
            yield lump
            lump, rows = [], 0
    if lump:
        yield lump


def _doubtful(metadata: Any, days: DateRange, as_of_seq: int) -> list[str]:
    """The columns that have to be looked at to know which facts of the days stand."""
    names = []
    dates = find_bounds(metadata, "counts_on")
    if dates is None or any(low < days.first_day or high >= days.end for low, high in dates):
        names.append("counts_on")
    seqs, withdrawn = find_bounds(metadata, "seq"), find_bounds(metadata, "withdrawn_seq")
    if seqs is None or any(high > as_of_seq for _, high in seqs):
        names.append("seq")
    if withdrawn is None or withdrawn:
        names.append("withdrawn_seq")
    return names


def _write_rows(batch: pa.RecordBatch, names: set[str], as_of_seq: int) -> Rows:
    for name in names & {*WORDS, *FLAGS, "counts_on"}:
        if batch[name].null_count:
            message = f"facts without {name}: the lake is not one this product wrote"
            raise EvaluationError(message)
    column = {name: batch[name] for name in names}
    kinds, statuses = column["kind"], column.get("status")
    words = ("",) if statuses is None else tuple(statuses.dictionary.to_pylist())
    codes = np.empty(batch.num_rows, np.int32)
    has_person = _valid(column.get("person_id"))
    loops.code_rows(
        _numbers(kinds.indices, np.int32),
        _numbers(None if statuses is None else statuses.indices, np.int32),
        len(words), _bits(column.get("verified"), 1), _bits(column.get("late"), 1),
        has_person, _numbers(column.get("seq"), np.int64),
        _numbers(column.get("withdrawn_seq"), np.int64),
        _bits(column.get("withdrawn_seq"), 0),
        as_of_seq, len(kinds.dictionary) * len(words) * 8, codes,
    )  # fmt: skip
    return Rows(
        kinds=tuple(kinds.dictionary.to_pylist()),
        statuses=words,
        codes=codes,
        units=_numbers(column.get("unit_id"), np.int64),
        persons=_numbers(column.get("person_id"), np.int64),
        has_person=has_person,
        days=_numbers(column.get("counts_on"), np.int32),
        quantities=_numbers(column.get("quantity"), np.int64),
    )


def _numbers(array: pa.Array | None, form: Any) -> Any:
    """The numbers themselves without a copy; where there is none, whatever stands there.

    Always read-only: numba would compile the loop once more for arrays that are not.
    """
    if array is None:
        return NO_NUMBERS[form]
    if array.type.bit_width != np.dtype(form).itemsize * 8:
        array = array.cast(pa.from_numpy_dtype(form))
    whole = np.frombuffer(array.buffers()[1], form)[array.offset : array.offset + len(array)]
    whole.setflags(write=False)
    return whole


def _valid(array: pa.Array | None) -> NDArray[np.uint8]:
    """Which values there are; empty when all, or when nobody asked."""
    return NO_BITS if array is None or array.null_count == 0 else _bits(array, 0)


def _bits(array: pa.Array | None, buffer: int) -> NDArray[np.uint8]:
    """A buffer of bits as bytes of 0 and 1; empty when nobody asked for the column."""
    if array is None:
        return NO_BITS
    bits = array.buffers()[buffer]
    if bits is None:
        return np.ones(len(array), np.uint8)
    first = array.offset // 8
    packed = np.frombuffer(bits, np.uint8)[first : (array.offset + len(array) + 7) // 8]
    return np.unpackbits(packed, bitorder="little")[array.offset % 8 :][: len(array)]


def list_sources(lake: Path | pa.Table, month: str) -> Sequence[Source]:
    """The files of a month in a lake; a table in memory is its own only source."""
    if isinstance(lake, pa.Table):
        return [Source(lake)]
    return [Source(path) for path in list_files(lake, month)]


def share_out(sources: Sequence[Source], workers: int) -> list[Share]:
    """Return the lumps of all sources in at most so many shares of about the same size."""
    lumps = [(source, lump) for source in sources for lump in source.lumps()]
    shares: list[Share] = []
    for number in range(workers):
        first, end = (len(lumps) * place // workers for place in (number, number + 1))
        own: dict[Source, list[list[int]]] = {}
        for source, lump in lumps[first:end]:
            own.setdefault(source, []).append(lump)
        if own:
            shares.append(list(own.items()))
    return shares or [[]]
