"""What a month holds of one kind of owner, while it is being counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import Atom
from linghang_core.scoring.engines.kernel import loops
from linghang_core.scoring.engines.kernel.reading import Rows, Source
from linghang_core.scoring.engines.kernel.table import Table, build_table, place_columns
from linghang_core.scoring.engines.monthly import MonthCounts, Numbers, Whole, narrow
from linghang_core.scoring.scheme import SubjectKind

SPARSE = 4
"""Numbers of owners may leave out three of four before they are counted by place instead."""
RUNS = 2048
"""Runs counted together: what they change fits the processor's cache."""
FORMS = (np.uint8, np.uint16, np.uint32)


@dataclass(frozen=True)
class Known:
    """The owners that may occur, rising; dense when none is left out between them."""

    ids: Whole
    is_dense: bool


def find_owners(kind: SubjectKind, columns: Sequence[Atom], sources: Sequence[Source]) -> Known:
    """Return the owners of a kind in a month's files; none when no column asks for them."""
    name = "person_id" if kind is SubjectKind.PERSON else "unit_id"
    bounds = [found for source in sources if (found := source.bounds(name)) is not None]
    if not bounds or not columns:
        return Known(np.zeros(0, np.int64), is_dense=False)
    low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
    if high - low < SPARSE * max(sum(source.rows() for source in sources), 250_000):
        return Known(np.arange(low, high + 1, dtype=np.int64), is_dense=True)
    ids = np.unique(np.concatenate([source.owners(name) for source in sources]))
    return Known(ids, is_dense=False)


class Counter:
    """What a month holds so far of one kind of owner: a row for each column, owners side by side."""

    def __init__(
        self, kind: SubjectKind, columns: Sequence[Atom], days: DateRange, known: Known
    ) -> None:
        self.columns, self.days, self.known = tuple(columns), days, known
        self.by_person = kind is SubjectKind.PERSON
        self.scratches: dict[Any, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}
        self.first_day = (days.first_day - np.datetime64(0, "D").astype(object)).days
        self.of_form = place_columns(self.columns)
        counts, masks, sums = (len(self.of_form[form]) for form in self.of_form)
        owners = len(known.ids)
        # The system gives memory when it is written to: owners without facts cost nothing here.
        self.facts = np.zeros(owners, np.uint32)
        self.counts: Numbers = np.zeros((counts, owners), FORMS[0])
        self.masks = np.zeros((masks, owners), np.uint32)
        self.sums = np.zeros((sums, owners), np.int64)

    def add(self, rows: Rows) -> None:
        """Add a batch of facts."""
        if not len(self.known.ids):
            return
        words = (rows.kinds, rows.statuses)
        if words not in self.scratches:
            found = build_table(self.columns, *words)
            self.scratches[words] = _make_scratch(found), found.arrays()
        scratch, table = self.scratches[words]
        owners = rows.persons if self.by_person else rows.units
        first = int(self.known.ids[0])
        if not self.known.is_dense:
            owners, first = np.searchsorted(self.known.ids, owners), 0
            owners.setflags(write=False)
        has_owner = rows.has_person if self.by_person else rows.has_person[:0]
        place, runs = 0, 0
        while True:
            place, runs = loops.add_rows(
                place, runs, owners, has_owner, rows.codes, rows.days, rows.quantities,
                first, self.first_day, self.days.length, table, scratch,
                self.facts, self.counts, self.masks, self.sums, np.iinfo(self.counts.dtype).max,
            )  # fmt: skip
            if not runs:
                break
            self._make_room()

    def _make_room(self) -> None:
        """Have counts in a form that holds the most facts an owner has so far.

        No count of an owner can be greater, so that none ever overflows.
        """
        top = int(self.facts.max(initial=0))
        form = next(form for form in FORMS if top <= np.iinfo(form).max)
        if np.dtype(form).itemsize > self.counts.dtype.itemsize:
            self.counts = self.counts.astype(form)

    def join(self, other: Counter) -> None:
        """Add what another has counted of the same month, columns and owners."""
        self.facts += other.facts
        self._make_room()
        self.counts += other.counts
        self.masks |= other.masks
        self.sums += other.sums

    def finish(self) -> MonthCounts:
        """What the month holds, each column as narrow as its numbers allow."""
        matrices: tuple[Numbers, ...] = (self.counts, self.masks, self.sums)
        found = {
            column: narrow(numbers, int(numbers.max(initial=0)))
            for columns, matrix in zip(self.of_form.values(), matrices, strict=True)
            for column, numbers in zip(columns, matrix, strict=True)
        }
        return MonthCounts(self.known.ids, {column: found[column] for column in self.columns})


def _make_scratch(table: Table) -> tuple[NDArray[Any], ...]:
    """Room for what some runs count: owners, lengths, and a row for each class of each form."""
    rows = (
        np.zeros((source.count, RUNS), form)
        for source, form in (
            (table.counts, np.uint32), (table.masks, np.uint32), (table.sums, np.int64),
        )
    )  # fmt: skip
    return (
        np.zeros(RUNS, np.int64), np.zeros(RUNS, np.uint32), *rows,
        np.zeros(RUNS, np.uint32), np.zeros(RUNS, np.int64),
    )  # fmt: skip
