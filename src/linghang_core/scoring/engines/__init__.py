"""Engines: counting the atoms of every subject in the lake. All give the same numbers.

`duckdb` is the default and the reference; `columns` is the query it compiles through Ibis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from linghang_core.scoring.atoms import Plan
from linghang_core.scoring.engines import duckdb
from linghang_core.scoring.engines.counts import Counts, Lake
from linghang_core.scoring.subjects import Subject

__all__ = ["Counts", "Engine", "Lake", "count_atoms"]


class Engine(StrEnum):
    """What counts: a way to compute, never another number."""

    DUCKDB = "duckdb"


_ENGINES: dict[Engine, Callable[[Plan, str, Sequence[Subject], Lake, int], Counts]] = {
    Engine.DUCKDB: duckdb.count_atoms,
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
