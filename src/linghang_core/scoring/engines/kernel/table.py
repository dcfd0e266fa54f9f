"""From columns to a table: for what a fact is, where it counts; for a column, what it adds up.

Kinds, statuses, verified, late and level have few values, so each combination gets a code. Codes
that every column means alike are one class. A row of facts costs one look-up and one addition in
the row of its class however many criteria there are; columns are added up from classes later, run
by run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import Atom
from linghang_core.scoring.scheme import Aggregate, Level

FORMS = (Aggregate.COUNT, Aggregate.DAYS, Aggregate.SUM)
"""The three forms of a column: how many, on which days, how much."""
ANY_DAYS = DateRange(date.min, date.max)
"""A table says what facts are, not when."""


@dataclass(frozen=True)
class Sources:
    """Which rows a column of one form is made of: `parts` from `starts[column]` on.

    `rows` is the row of each class, 0 where no column of this form asks for it; `count` is how
    many rows there are, row 0 being one.
    """

    rows: NDArray[np.int32]
    count: int
    starts: NDArray[np.int32]
    parts: NDArray[np.int32]


@dataclass(frozen=True)
class Table:
    """The class of each code, and of each form the columns in terms of the classes.

    A code is made of the places of kind and status in their dictionaries, and of verified, late
    and whether a person is named. Class 0 is what no column means; the last code has it.
    """

    classes: NDArray[np.int32]
    counts: Sources
    masks: Sources
    sums: Sources

    def arrays(self) -> tuple[Any, ...]:
        """The same as `loops.add_rows` takes it."""
        forms = (self.counts, self.masks, self.sums)
        return (self.classes, *((form.rows, form.starts, form.parts) for form in forms))


def place_columns(columns: Sequence[Atom]) -> dict[Aggregate, list[Atom]]:
    """The columns of each form, in order."""
    return {form: [column for column in columns if column.aggregate is form] for form in FORMS}


@lru_cache(maxsize=64)
def build_table(
    columns: tuple[Atom, ...], kinds: tuple[str, ...], statuses: tuple[str, ...]
) -> Table:
    """Return the table of the columns for the words of one dictionary; most months share one."""
    codes = len(kinds) * len(statuses) * 8
    meant = np.zeros((codes + 1, len(columns)), np.bool_)
    for place, column in enumerate(columns):
        meant[:codes, place] = _meant(column, kinds, statuses).ravel()
    numbers: dict[bytes, int] = {meant[codes].tobytes(): 0}
    classes = [numbers.setdefault(code.tobytes(), len(numbers)) for code in meant]
    alike = np.frombuffer(b"".join(numbers), np.bool_).reshape(len(numbers), len(columns)).T
    forms = (np.array([column.aggregate is form for column in columns], np.bool_) for form in FORMS)
    counts, masks, sums = (_find_sources(alike[own]) for own in forms)
    return Table(np.array(classes, np.int32), counts, masks, sums)


def _find_sources(asked: NDArray[np.bool_]) -> Sources:
    """The rows of columns of one form; `asked` says which classes each of them means."""
    used = asked.any(axis=0)
    rows = np.where(used, np.cumsum(used), 0).astype(np.int32)
    of_column, of_class = np.nonzero(asked)
    starts = np.zeros(len(asked) + 1, np.int32)
    starts[1:] = np.cumsum(np.bincount(of_column, minlength=len(asked)))
    return Sources(rows, int(used.sum()) + 1, starts, rows[of_class])


def _meant(column: Atom, kinds: Sequence[str], statuses: Sequence[str]) -> NDArray[np.bool_]:
    """Which combinations a column means: kinds × statuses × verified × late × named."""
    predicate = column.predicate(ANY_DAYS)
    exact, prefixes = set(predicate.exact_kinds), predicate.prefixes
    of_kind = [kind in exact or kind.startswith(prefixes) for kind in kinds]
    of_status = [
        (predicate.statuses is None or status in predicate.statuses)
        and (predicate.except_statuses is None or status not in predicate.except_statuses)
        for status in statuses
    ]
    of_verified = [predicate.verified in {None, flag} for flag in (False, True)]
    of_late = [predicate.late in {None, flag} for flag in (False, True)]
    of_person = [predicate.level is not Level.PERSON, predicate.level is not Level.UNIT]
    parts = (of_kind, of_status, of_verified, of_late, of_person)
    axes = (
        np.array(part, np.bool_).reshape([-1 if axis == place else 1 for axis in range(5)])
        for place, part in enumerate(parts)
    )
    return reduce(np.logical_and, axes)
