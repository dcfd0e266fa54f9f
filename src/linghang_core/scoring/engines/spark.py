"""Counting with Spark through Ibis, for what outgrows one machine: extra `spark`, and Java.

One job for all windows: a first step groups by subject and month, a second adds up the months of
each window. Distinct days are a mask of one bit each within the month, so no step keeps a set of
days: `count(distinct …) filter (…)` multiplies every row on Spark.

Days and months are those written in the facts, civil dates of China; no clock and no time zone of
any machine comes in. Nothing is asked of the network but the master, which is this very process
unless another is named; then the lake must lie where its workers see it under the same path.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from pyspark.sql import SparkSession

from linghang_core.periods import DateRange
from linghang_core.scoring.atoms import Atom, Plan, Predicate
from linghang_core.scoring.engines import columns
from linghang_core.scoring.engines.counts import Counts, Lake
from linghang_core.scoring.problems import EngineMissingError
from linghang_core.scoring.scheme import Aggregate, SubjectKind, Window
from linghang_core.scoring.subjects import Subject
from linghang_core.scoring.windows import list_months

# Spark says so of every pandas since 3.0; only Arrow tables go in and out here.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)

LOCAL = "local[2]"
HERE = ("local", "spark://localhost", "spark://127.0.0.1")
# Named, so that Spark need not open a file to learn it.
READ = {
    "seq": "bigint",
    "withdrawn_seq": "bigint",
    "kind": "string",
    "unit_id": "bigint",
    "person_id": "bigint",
    "counts_on": "date",
    "quantity": "bigint",
    "status": "string",
    "verified": "boolean",
    "late": "boolean",
}


def count_atoms(
    plan: Plan,
    period: str,
    subjects: Sequence[Subject],
    lake: Lake,
    as_of_seq: int,
    *,
    master: str = LOCAL,
) -> Counts:
    """Return every atom of every subject, in one Spark job; see `engines.count_atoms`.

    `master` is a Spark master: local[N], or spark://host:port of a cluster. Raises
    EngineMissingError without Java.
    """
    spans = plan.spans(period)
    counts = {subject.id: (0,) * len(plan.atoms) for subject in subjects}
    if not spans or not counts:
        return counts
    session = open_session(master)
    names: list[str] = []

    def name_view(frame: Any) -> str:
        names.append(f"linghang_{secrets.token_hex(6)}")
        frame.createOrReplaceTempView(names[-1])
        return names[-1]

    days = DateRange(min(one.first_day for one in spans), max(one.end for one in spans))
    connection = ibis.pyspark.connect(session)
    try:
        facts = _open(lake, days, session, connection, name_view)
        if facts is None:
            return counts
        owners = session.createDataFrame(columns.list_owners(plan.subject, subjects))
        key = "person_id" if plan.subject is SubjectKind.PERSON else "unit_id"
        own_facts = columns.standing(facts, days, as_of_seq).inner_join(
            connection.table(name_view(owners)), [(key, "owner")]
        )
        # Not by way of Ibis, which goes through pandas and its floats.
        sql = connection.compile(build_query(own_facts, plan.atoms, spans, days))
        found = session.sql(str(sql)).toArrow()
    finally:
        for name in names:
            session.catalog.dropTempView(name)
    numbers = zip(*(found[f"a{place}"].to_pylist() for place in range(len(spans))), strict=True)
    return counts | dict(zip(found["subject"].to_pylist(), numbers, strict=True))


def build_query(
    facts: ir.Table, atoms: Sequence[Atom], spans: Sequence[DateRange], days: DateRange
) -> ir.Table:
    """Both steps: a row for each subject with facts, a column for each atom."""
    # Atoms that differ in their window only are one number a month.
    shapes = [replace(atom, window=Window.MONTH) for atom in atoms]
    places = {shape: place for place, shape in enumerate(dict.fromkeys(shapes))}
    kinds = tuple(sorted({kind for atom in atoms for kind in atom.kinds}))
    asked = facts.filter(columns.kind_is(facts, Predicate(kinds, days.first_day, days.last_day)))
    month = asked.counts_on.year().cast("int32") * 12 + asked.counts_on.month().cast("int32")
    monthly = asked.group_by([asked.subject, month.name("month")]).aggregate(
        **{f"m{place}": _of_month(asked, shape, days) for shape, place in places.items()}
    )
    return monthly.group_by("subject").aggregate(
        **{
            f"a{number}": _of_window(monthly, f"m{places[shape]}", span)
            for number, (shape, span) in enumerate(zip(shapes, spans, strict=True))
        }
    )


def open_session(master: str = LOCAL) -> SparkSession:
    """Return the session of this process with a master, new where there is none or another."""
    global _session  # noqa: PLW0603  Java keeps one Spark context a process, and so do we
    if _session is not None and _session[0] == master:
        return _session[1]
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        message = (
            "the engine spark needs Java 17 or later: install it (Debian: default-jre-headless), "
            "or use the engine duckdb"
        )
        raise EngineMissingError(message)
    close_session()
    if master.startswith(HERE):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.appName("linghang").master(master)
    for name, value in _configure(master).items():
        builder = builder.config(name, value)
    _session = (master, builder.getOrCreate())
    return _session[1]


def close_session() -> None:
    """End the session of this process, if there is one, and let go of its workers."""
    global _session  # noqa: PLW0603
    if _session is not None:
        _session[1].stop()
        _session = None


_session: tuple[str, SparkSession] | None = None


def _configure(master: str) -> Mapping[str, str]:
    here = {
        # Nobody else is to reach a driver that needs nobody else.
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "8",
    }
    return (here if master.startswith(HERE) else {}) | {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir(), "linghang-spark")),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }


def _open(
    lake: Lake, days: DateRange, session: SparkSession, connection: Any, name_view: Any
) -> ir.Table | None:
    """The facts of the months meant, no other being opened; None when there are none."""
    if isinstance(lake, ir.Table):
        arrow = lake.select(*READ).to_pyarrow()
        return connection.table(name_view(session.createDataFrame(arrow)))  # type: ignore[no-any-return]
    files = [
        str(path)
        for month in list_months(days)
        for path in sorted(Path(lake, f"month={month}").glob("*.parquet"))
    ]
    if not files:
        return None
    schema = ", ".join(f"{name} {kind}" for name, kind in READ.items())
    frame = session.read.schema(schema).parquet(*files)
    table: ir.Table = connection.table(name_view(frame))
    return table


def _of_month(facts: ir.Table, shape: Atom, days: DateRange) -> ir.Scalar:
    """What one month adds to an atom: a number, or for days a mask of one bit each."""
    where = columns.condition(facts, shape.predicate(days))
    if shape.aggregate is Aggregate.COUNT:
        return facts.count(where=where)
    if shape.aggregate is Aggregate.SUM:
        return facts.quantity.sum(where=where)
    if shape.aggregate is Aggregate.MONTHS:
        return ibis.cases((where, 1), else_=0).cast("int64").max()
    day = facts.counts_on.day().cast("int32")
    bit = ibis.literal(1, type="int64") << (day - 1)
    return _bit_count(_bit_or(ibis.cases((where, bit), else_=0)))


def _of_window(monthly: ir.Table, column: str, span: DateRange) -> ir.Scalar:
    first = span.first_day.year * 12 + span.first_day.month
    last = span.last_day.year * 12 + span.last_day.month
    total = monthly[column].sum(where=(monthly.month >= first) & (monthly.month <= last))
    return total.fill_null(0).cast("int64")


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]
def _bit_or(_mask: int) -> int:  # type: ignore[empty-body]
    """All bits of all masks; Spark has it, Ibis does not write it for Spark."""


@ibis.udf.scalar.builtin(name="bit_count")  # type: ignore[untyped-decorator]
def _bit_count(_mask: int) -> int:  # type: ignore[empty-body]
    """How many bits are set; Spark has it, Ibis does not name it."""
