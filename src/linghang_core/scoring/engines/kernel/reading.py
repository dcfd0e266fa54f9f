"""Facts as plain arrays: batches of a month's Parquet files, reading no column in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from linghang_core.scoring.engines.kernel import loops
from linghang_core.scoring.engines.parquet import find_bounds, list_files
from linghang_core.scoring.problems import EvaluationError

LUMP = 1_000_000
"""How many rows are held at once."""
WORDS = ("kind", "status")
FLAGS = ("verified", "late")
NOTHING = np.zeros(0, np.uint8)
NO_NUMBERS = np.zeros(0, np.int64)
NO_NUMBERS.setflags(write=False)


@dataclass(frozen=True)
class Rows:
    """A batch of facts: codes as `table.Table` has them, and the numbers beside them.

    `has_person` is empty when every fact names a person.
    """

    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    codes: NDArray[np.int32]
    units: NDArray[np.int64]
    persons: NDArray[np.int64]
    has_person: NDArray[np.uint8]
    days: NDArray[np.int32]
    quantities: NDArray[np.int64]


@dataclass(frozen=True)
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

    def read(self, as_of_seq: int, *, quantities: bool) -> Iterator[Rows]:
        """The facts in batches; quantities only when they are asked for."""
        for table, names in self._lumps(as_of_seq, quantities):
            for batch in table.to_batches():
                if batch.num_rows:
                    yield _write_rows(batch, names, as_of_seq)

    def _lumps(self, as_of_seq: int, quantities: bool) -> Iterator[tuple[pa.Table, set[str]]]:
        wanted = ["kind", "unit_id", "person_id", "counts_on", "status", "verified", "late"]
        wanted += ["quantity"] if quantities else []
        if isinstance(self.content, pa.Table):
            names = [*wanted, "seq", "withdrawn_seq"]
            table = self.content.select(names)
            for word in WORDS:
                place = table.schema.get_field_index(word)
                table = table.set_column(place, word, pc.dictionary_encode(table[word]))
            yield table.unify_dictionaries(), set(names)
            return
        with pq.ParquetFile(
            self.content, read_dictionary=list(WORDS), memory_map=True, pre_buffer=False
        ) as file:
            names = [*wanted, *_doubtful(file.metadata, as_of_seq)]
            for lump in _lump_groups(file.metadata):
                yield file.read_row_groups(lump, columns=names, use_threads=True), set(names)


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


def _doubtful(metadata: Any, as_of_seq: int) -> list[str]:
    """The columns that have to be looked at to know which facts stand at the sequence."""
    names = []
    seqs, withdrawn = find_bounds(metadata, "seq"), find_bounds(metadata, "withdrawn_seq")
    if seqs is None or any(high > as_of_seq for _, high in seqs):
        names.append("seq")
    if withdrawn is None or withdrawn:
        names.append("withdrawn_seq")
    return names


def _write_rows(batch: pa.RecordBatch, names: set[str], as_of_seq: int) -> Rows:
    kinds, statuses = batch["kind"], batch["status"]
    for name in (*WORDS, *FLAGS, "counts_on"):
        if batch[name].null_count:
            message = f"facts without {name}: the lake is not one this product wrote"
            raise EvaluationError(message)
    persons = batch["person_id"]
    codes = np.empty(batch.num_rows, np.int32)
    withdrawn = batch["withdrawn_seq"] if "withdrawn_seq" in names else None
    has_person = _valid(persons)
    loops.code_rows(
        _numbers(kinds.indices, np.int32), _numbers(statuses.indices, np.int32),
        len(statuses.dictionary), _bits(batch["verified"], 1), _bits(batch["late"], 1), has_person,
        _numbers(batch["seq"], np.int64) if "seq" in names else NO_NUMBERS,
        NO_NUMBERS if withdrawn is None else _numbers(withdrawn, np.int64),
        NOTHING if withdrawn is None else _bits(withdrawn, 0),
        as_of_seq, codes,
    )  # fmt: skip
    return Rows(
        kinds=tuple(kinds.dictionary.to_pylist()),
        statuses=tuple(statuses.dictionary.to_pylist()),
        codes=codes,
        units=_numbers(batch["unit_id"], np.int64),
        persons=_numbers(persons, np.int64),
        has_person=has_person,
        days=_numbers(batch["counts_on"], np.int32),
        quantities=_numbers(batch["quantity"], np.int64) if "quantity" in names else NO_NUMBERS,
    )


def _numbers(array: pa.Array, form: Any) -> Any:
    """The numbers themselves without a copy; where there is none, whatever stands there.

    Always read-only: numba would compile the loop once more for arrays that are not.
    """
    if array.type.bit_width != np.dtype(form).itemsize * 8:
        array = array.cast(pa.from_numpy_dtype(form))
    whole = np.frombuffer(array.buffers()[1], form)[array.offset : array.offset + len(array)]
    whole.setflags(write=False)
    return whole


def _valid(array: pa.Array) -> NDArray[np.uint8]:
    """Which values there are; empty when all."""
    return NOTHING if array.null_count == 0 else _bits(array, 0)


def _bits(array: pa.Array, buffer: int) -> NDArray[np.uint8]:
    """A buffer of bits as bytes of 0 and 1."""
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
