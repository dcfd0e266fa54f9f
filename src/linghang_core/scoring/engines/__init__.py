"""Engines: counting the atoms of every subject in the lake. All give the same numbers.

`duckdb` is the default and the reference; `columns` is the query it compiles through Ibis; `kernel`
is a compiled loop that counts month by month; `monthly` is how months add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from linghang_core.scoring.atoms import Atom, Plan
from linghang_core.scoring.engines import duckdb, kernel
from linghang_core.scoring.engines.counts import Counts, Lake
from linghang_core.scoring.engines.monthly import MonthCounts
from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import SubjectKind
from linghang_core.scoring.subjects import Subject

__all__ = ["Counts", "Engine", "Lake", "MonthCounts", "count_atoms", "count_month"]


class Engine(StrEnum):
    """What counts: a way to compute, never another number."""

    DUCKDB = "duckdb"
    KERNEL = "kernel"


_ENGINES: dict[Engine, Callable[[Plan, str, Sequence[Subject], Lake, int], Counts]] = {
    Engine.DUCKDB: duckdb.count_atoms,
    Engine.KERNEL: kernel.count_atoms,
}
_MonthCounter = Callable[
    [Path, str, Mapping[SubjectKind, Sequence[Atom]], int], dict[SubjectKind, MonthCounts]
]
_BY_MONTH: dict[Engine, _MonthCounter] = {
    Engine.DUCKDB: duckdb.count_month,
    Engine.KERNEL: kernel.count_month,
}


def count_atoms(
    plan: Plan,
    period: str,
    subjects: Sequence[Subject],
    lake: Lake,
    as_of_seq: int,
    engine: Engine = Engine.DUCKDB,
) -> Counts:
    """Return every atom of every subject, as the facts stood at a change sequence.

    Facts of nobody among the subjects are not read; a subject without facts has zeros. The order
    of facts and of files does not matter, for every atom is a count, a sum or a set of months or
    days.
    """
    return _ENGINES[engine](plan, period, subjects, lake, as_of_seq)


def count_month(
    lake: Path,
    month: str,
    wanted: Mapping[SubjectKind, Sequence[Atom]],
    as_of_seq: int,
    engine: Engine = Engine.KERNEL,
) -> dict[SubjectKind, MonthCounts]:
    """Return what a month ("2026-10") of the lake holds of each unit and each person.

    `wanted` are the columns of each kind of owner, as `monthly.list_columns` makes them. Raises
    EvaluationError for an engine that does not count by month.
    """
    if engine not in _BY_MONTH:
        raise EvaluationError(f"the engine {engine} does not count month by month")
    return _BY_MONTH[engine](lake, month, wanted, as_of_seq)
