"""Counting month by month: what a month holds of each owner, and how months add up to atoms.

An owner is a unit or a person. A month keeps three things of a selection of facts: how many, how
much, and on which days, as a mask of 32 bits. Distinct days and months of a longer window are
sums over its months, so that a month once counted need never be read again. Everything is whole
numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linghang_core.scoring.atoms import Atom, Plan
from linghang_core.scoring.engines.counts import Counts
from linghang_core.scoring.scheme import Aggregate, SubjectKind, Window
from linghang_core.scoring.subjects import Subject
from linghang_core.scoring.windows import list_months

Whole = NDArray[np.int64]
Numbers = NDArray[np.integer[Any]]
KNOWN = frozenset({Aggregate.COUNT, Aggregate.SUM, Aggregate.MONTHS, Aggregate.DAYS})
"""The aggregates that can be counted month by month."""


@dataclass(frozen=True)
class Owners:
    """Whose facts belong to which subject: `ids` stand subject by subject from `starts` on.

    For persons each subject is its own owner. `starts` has one number more than there are
    subjects; None says that there is exactly one owner for each subject.
    """

    ids: Whole
    starts: Whole | None = None

    @classmethod
    def of(cls, kind: SubjectKind, subjects: Sequence[Subject]) -> Owners:
        """The owners of subjects, in their order."""
        if kind is SubjectKind.PERSON:
            return cls(np.array([item.id for item in subjects], np.int64))
        starts = np.cumsum([0, *(len(item.units) for item in subjects)], dtype=np.int64)
        ids = np.array([unit for item in subjects for unit in item.units], np.int64)
        return cls(ids, None if (np.diff(starts) == 1).all() else starts)

    def __len__(self) -> int:
        """How many subjects there are."""
        return len(self.ids) if self.starts is None else len(self.starts) - 1

    def part(self, first: int, end: int) -> Owners:
        """The owners of the subjects from `first` up to, not including, `end`."""
        if self.starts is None:
            return Owners(self.ids[first:end])
        starts = self.starts[first : end + 1]
        return Owners(self.ids[starts[0] : starts[-1]], starts - starts[0])


@dataclass(frozen=True)
class MonthCounts:
    """What one month holds: for each column a number per owner; owners rise strictly.

    The number of a column is a count, a sum of hundredths, or a mask with a bit for each day.
    """

    ids: Whole
    columns: Mapping[Atom, Numbers]

    @cached_property
    def is_dense(self) -> bool:
        """Whether no number between the first and the last owner is left out."""
        return len(self.ids) > 0 and int(self.ids[-1] - self.ids[0]) + 1 == len(self.ids)

    def find(self, owners: Whole) -> tuple[NDArray[np.intp] | slice, NDArray[np.bool_] | None]:
        """Where the owners stand, and which of them are here at all (None: all of them)."""
        if self.is_dense:
            places = owners - self.ids[0]
            here = (places >= 0) & (places < len(self.ids))
            if here.all():
                if len(places) and (np.diff(places) == 1).all():
                    return slice(int(places[0]), int(places[-1]) + 1), None
                return places.astype(np.intp), None
            return np.where(here, places, 0).astype(np.intp), here
        places = np.searchsorted(self.ids, owners)
        places[places == len(self.ids)] = 0
        here = self.ids[places] == owners
        return places, None if here.all() else here


def column_of(atom: Atom) -> Atom:
    """The column of a month that an atom is made of: days and months share their mask."""
    masked = atom.aggregate in {Aggregate.DAYS, Aggregate.MONTHS}
    return replace(
        atom, window=Window.MONTH, aggregate=Aggregate.DAYS if masked else atom.aggregate
    )


def list_columns(plan: Plan, period: str) -> dict[str, tuple[Atom, ...]]:
    """Return what each month has to be counted for, the months in order."""
    wanted: dict[str, dict[Atom, None]] = {}
    for atom, days in zip(plan.atoms, plan.spans(period), strict=True):
        for month in list_months(days):
            wanted.setdefault(month, {})[column_of(atom)] = None
    return {month: tuple(wanted[month]) for month in sorted(wanted)}


def narrow(column: Numbers, top: int) -> Numbers:
    """Return the column in a small form that holds its numbers, `top` being the greatest."""
    if column.dtype == np.int64:
        fits = top < 2**31 and (not len(column) or int(column.min()) >= -(2**31))
        return column.astype(np.int32) if fits else column
    form = np.uint8 if top < 2**8 else np.uint16 if top < 2**16 else np.uint32
    return column.astype(form, copy=False)


def is_countable(plan: Plan) -> bool:
    """Whether every aggregate of the plan can be counted month by month."""
    return all(atom.aggregate in KNOWN for atom in plan.atoms)


def add_up(
    plan: Plan, period: str, months: Mapping[str, MonthCounts], owners: Owners
) -> list[Whole]:
    """Return each atom as an array over the subjects, from the counts of the months.

    A month that is not there held no facts.
    """
    months = {month: counts for month, counts in months.items() if len(counts.ids)}
    places = {month: counts.find(owners.ids) for month, counts in months.items()}
    atoms = []
    for atom, days in zip(plan.atoms, plan.spans(period), strict=True):
        total = np.zeros(len(owners), np.int64)
        column = column_of(atom)
        for month in list_months(days):
            if month in months:
                where, here = places[month]
                numbers = months[month].columns[column][where]
                if here is not None:
                    numbers = np.where(here, numbers, 0)
                total += _of_subjects(atom.aggregate, numbers, owners.starts)
        atoms.append(total)
    return atoms


def _of_subjects(aggregate: Aggregate, numbers: Numbers, starts: Whole | None) -> Numbers:
    """The month's number of each subject: days of two units on one date are one day."""
    if aggregate in {Aggregate.COUNT, Aggregate.SUM}:
        return numbers if starts is None else _fold(np.add, numbers.astype(np.int64), starts)
    masks = numbers if starts is None else _fold(np.bitwise_or, numbers, starts)
    if aggregate is Aggregate.DAYS:
        days: Numbers = np.bitwise_count(masks)
        return days
    some: Numbers = np.not_equal(masks, 0).astype(np.uint8)
    return some


def _fold(how: np.ufunc, numbers: Numbers, starts: Whole) -> Numbers:
    """The numbers of each subject's owners made one; a subject without owners has 0."""
    folded = np.zeros(len(starts) - 1, numbers.dtype)
    some = starts[1:] > starts[:-1]
    if some.any():
        folded[some] = how.reduceat(numbers, starts[:-1][some])
    return folded


def write_counts(subjects: Sequence[Subject], atoms: Sequence[Whole]) -> Counts:
    """Return the atoms by subject, as `count_atoms` gives them."""
    rows = zip(*(atom.tolist() for atom in atoms), strict=True) if atoms else iter(())
    return {item.id: tuple(row) for item, row in zip(subjects, rows, strict=True)}
