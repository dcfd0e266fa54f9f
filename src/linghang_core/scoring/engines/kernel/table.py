"""From columns to a table: for what a fact is, the few numbers it changes.

Kinds, statuses, verified, late and level have few values, so each combination gets a code, and a
row of facts costs one look-up and one or two additions however many criteria there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import Atom, Predicate
from linghang_core.scoring.scheme import Aggregate, Level

COUNT, SUM, DAY = 0, 1, 2
FORMS = {Aggregate.COUNT: COUNT, Aggregate.SUM: SUM, Aggregate.DAYS: DAY}


@dataclass(frozen=True)
class Table:
    """The updates of each code: those from `starts[code]` to `starts[code + 1]`.

    A code is made of the places of kind and status in their dictionaries, and of verified, late
    and whether a person is named. `forms` says how a number changes, `places` which one: counts
    and masks stand in one matrix, sums in another.
    """

    starts: NDArray[np.int32]
    forms: NDArray[np.uint8]
    places: NDArray[np.int32]


def place_columns(columns: Sequence[Atom]) -> tuple[NDArray[np.int32], int, int]:
    """Each column's place in its matrix, and how wide the two matrices are."""
    sums = [column.aggregate is Aggregate.SUM for column in columns]
    places = np.where(sums, np.cumsum(sums) - 1, np.cumsum(np.logical_not(sums)) - 1)
    return places.astype(np.int32), len(sums) - sum(sums), sum(sums)


def build_table(
    columns: Sequence[Atom], days: DateRange, kinds: Sequence[str], statuses: Sequence[str]
) -> Table:
    """Return the table of the columns for the words of one dictionary."""
    codes = len(kinds) * len(statuses) * 8
    meant = np.zeros((len(columns), codes), np.bool_)
    for place, column in enumerate(columns):
        meant[place] = _meant(column.predicate(days), kinds, statuses).ravel()
    of_code, of_column = np.nonzero(meant.T)
    starts = np.zeros(codes + 1, np.int32)
    starts[1:] = np.cumsum(np.bincount(of_code, minlength=codes))
    forms = np.array([FORMS[column.aggregate] for column in columns], np.uint8)
    return Table(starts, forms[of_column], place_columns(columns)[0][of_column])


def _meant(
    predicate: Predicate, kinds: Sequence[str], statuses: Sequence[str]
) -> NDArray[np.bool_]:
    """Which combinations the predicate means: kinds × statuses × verified × late × named."""
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
