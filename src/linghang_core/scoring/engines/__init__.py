"""Engines: counting the atoms of every subject in the lake. All give the same numbers.

`duckdb` is the default and the reference; `kernel` is a compiled loop that counts month by month
(extra `fast`), `spark` is for what outgrows one machine (extra `spark`). `columns` is the query that
Ibis compiles, `monthly` how months add up.
An engine is loaded when it is asked for, so that nobody needs what only another engine needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from pathlib import Path

from linghang_core.scoring.atoms import Atom, Plan
from linghang_core.scoring.engines.counts import Counts, Lake
from linghang_core.scoring.engines.monthly import MonthCounts
from linghang_core.scoring.problems import EngineMissingError, EvaluationError
from linghang_core.scoring.scheme import SubjectKind
from linghang_core.scoring.subjects import Subject

__all__ = ["Counts", "Engine", "Lake", "MonthCounts", "count_atoms", "count_month", "load_engine"]

CountAtoms = Callable[..., Counts]


class Engine(StrEnum):
    """What counts: a way to compute, never another number."""

    DUCKDB = "duckdb"
    KERNEL = "kernel"
    SPARK = "spark"


_MODULES = {
    Engine.DUCKDB: "linghang_core.scoring.engines.duckdb",
    Engine.KERNEL: "linghang_core.scoring.engines.kernel",
    Engine.SPARK: "linghang_core.scoring.engines.spark",
}
_BY_MONTH = {Engine.DUCKDB, Engine.KERNEL}
_EXTRAS = {Engine.KERNEL: "fast", Engine.SPARK: "spark"}


def load_engine(engine: Engine) -> CountAtoms:
    """Return the counting function of an engine; EngineMissingError says what is to be installed."""
    with _naming_what_is_missing(engine):
        return import_module(_MODULES[engine]).count_atoms  # type: ignore[no-any-return]


@contextmanager
def _naming_what_is_missing(engine: Engine) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        message = (
            f"the engine {engine} needs the Python package {error.name}: install it with "
            f"pip install 'linghang[{_EXTRAS.get(engine, '')}]', or use the engine duckdb"
        )
        raise EngineMissingError(message) from error


def count_atoms(
    plan: Plan,
    period: str,
    subjects: Sequence[Subject],
    lake: Lake,
    as_of_seq: int,
    engine: Engine = Engine.DUCKDB,
    *,
    master: str = "",
) -> Counts:
    """Return every atom of every subject, as the facts stood at a change sequence.

    Facts of nobody among the subjects are not read; a subject without facts has zeros. The order
    of facts and of files does not matter, for every atom is a count, a sum or a set of months or
    days. `master` is where Spark computes; other engines have none. Raises EngineMissingError when
    what the engine needs is not on this machine.
    """
    count = load_engine(engine)
    options = {"master": master} if engine is Engine.SPARK and master else {}
    with _naming_what_is_missing(engine):
        return count(plan, period, subjects, lake, as_of_seq, **options)


def count_month(
    lake: Path,
    month: str,
    wanted: Mapping[SubjectKind, Sequence[Atom]],
    as_of_seq: int,
    engine: Engine = Engine.KERNEL,
    workers: int = 1,
) -> dict[SubjectKind, MonthCounts]:
    """Return what a month ("2026-10") of the lake holds of each unit and each person.

    The kernel shares it out to `workers`; DuckDB takes all processors by itself. `wanted` are the columns of each kind of owner, as `monthly.list_columns` makes them. Raises
    EvaluationError for an engine that does not count by month.
    """
    if engine not in _BY_MONTH:
        raise EvaluationError(f"the engine {engine} does not count month by month")
    with _naming_what_is_missing(engine):
        found: dict[SubjectKind, MonthCounts] = import_module(_MODULES[engine]).count_month(
            lake, month, wanted, as_of_seq, workers
        )
    return found
