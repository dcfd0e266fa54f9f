"""The compiled engine counts what the reference counts."""

from __future__ import annotations

import importlib
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from linghang_core import scoring
from linghang_core.scoring import Engine, SubjectKind
from linghang_core.scoring.engines import count_month
from linghang_core.scoring.engines.monthly import list_columns
from tests.core.scoring.cases import criterion, scheme
from tests.core.scoring.facts import Fact, table, write_lake
from tests.core.scoring.strategies import KINDS, STATUSES, facts, schemes
from tests.core.scoring.test_laws import subjects

SOME = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def count(document: dict[str, Any], lake: Any, engine: Engine, as_of_seq: int = 35) -> Any:
    found = scoring.load_scheme(document)
    plan = scoring.compile_scheme(found)
    return scoring.count_atoms(plan, "2026-10", subjects(found), lake, as_of_seq, engine)


@SOME
@given(schemes(), facts())
def test_kernel_counts_what_duckdb_counts(document: dict[str, Any], rows: list[Fact]) -> None:
    lake = ibis.memtable(table(rows))
    assert count(document, lake, Engine.KERNEL) == count(document, lake, Engine.DUCKDB)


def a_year_of_facts(seed: int, scale: int = 1) -> list[Fact]:
    """Facts of 1,500 days and owners, some withdrawn, some recorded after the sequence asked."""
    chance = random.Random(seed)
    return [
        Fact(
            seq,
            chance.choice(KINDS),
            chance.randint(1, 4) * scale,
            chance.choice([None, 1, 2, 3 * scale]),
            date(2025, 9, 1) + timedelta(days=chance.randrange(470)),
            chance.randrange(-200, 900),
            chance.choice(STATUSES),
            chance.random() < 0.5,
            chance.random() < 0.2,
            chance.choice([None, None, None, seq + chance.randrange(900)]),
        )
        for seq in range(1, 1501)
    ]


EVERYTHING = [
    criterion(
        f"C{place}",
        "5",
        window=window,
        measure={aggregate: {"kinds": kinds, **more}},
        score={"proportional": {"target": "9"}},
        missing=None,
    )
    for place, (window, aggregate, kinds, more) in enumerate(
        (window, aggregate, kinds, more)
        for window in ("month", "quarter", "last_3_months", "last_12_months", "year")
        for aggregate, kinds, more in (
            ("count", ["cadence.*"], {"statuses": ["met", ""]}),
            ("sum", ["service.hours", "record.praise"], {"late": False}),
            ("days", ["task", "cadence.lecture"], {"verified": True}),
            ("months", ["task", "cadence.lecture"], {"verified": True, "level": "person"}),
        )
    )
]


@pytest.mark.parametrize("scale", [1, 10**12], ids=["dense numbers", "sparse numbers"])
def test_kernel_reads_files_with_corrections_as_they_stood(tmp_path: Path, scale: int) -> None:
    rows = a_year_of_facts(7, scale)
    lake = write_lake(rows, tmp_path / "lake")
    wanted = scoring.load_scheme(scheme(*EVERYTHING))
    plan = scoring.compile_scheme(wanted)
    known = [
        scoring.Subject(1, "U1", units=(scale,)),
        scoring.Subject(2, "U2", units=(2 * scale, 3 * scale)),
        scoring.Subject(3, "none"),
    ]
    for as_of_seq in (0, 400, 1500, 10**6):
        kernel, duckdb = (
            scoring.count_atoms(plan, "2026-10", known, lake, as_of_seq, engine)
            for engine in (Engine.KERNEL, Engine.DUCKDB)
        )
        assert kernel == duckdb
        assert sum(kernel[3]) == 0
        assert (sum(map(abs, kernel[2])) > 0) is (as_of_seq > 0)


@pytest.mark.parametrize("workers", [1, 3])
def test_many_facts_of_one_owner_are_counted_by_any_number_of_workers(
    tmp_path: Path, workers: int
) -> None:
    month, kinds = "2026-10", (SubjectKind.UNIT, SubjectKind.PERSON)
    some = table(fact for fact in a_year_of_facts(3) if f"{fact.counts_on:%Y-%m}" == month)
    # More than 65,535 of one unit, more than 255 of one person, in no order, in several row groups.
    places = np.random.default_rng(3).integers(0, some.num_rows, 400_000)
    places[100_000:300_000] = 0
    path = tmp_path / f"month={month}" / "part-0.parquet"
    path.parent.mkdir()
    pq.write_table(some.take(pa.array(places)), path, row_group_size=70_000)
    plan = scoring.compile_scheme(scoring.load_scheme(scheme(*EVERYTHING)))
    wanted = dict.fromkeys(kinds, list_columns(plan, month)[month])

    def counted(engine: Engine) -> dict[Any, dict[int, list[int]]]:
        found = count_month(tmp_path, month, wanted, 10**6, engine, workers)
        numbers = {
            kind: np.stack([own.astype(np.int64) for own in counts.columns.values()], axis=1)
            for kind, counts in found.items()
        }
        return {
            kind: {
                owner: row
                for owner, row in zip(found[kind].ids.tolist(), rows.tolist(), strict=True)
                if any(row)
            }
            for kind, rows in numbers.items()
        }

    kernel = counted(Engine.KERNEL)
    assert kernel == counted(Engine.DUCKDB)
    assert max(map(max, kernel[SubjectKind.UNIT].values())) > 2**16


def test_without_numba_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    loops = "linghang_core.scoring.engines.kernel.loops"
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, loops, raising=False)
    with pytest.raises(ImportError, match=r"extra `fast`.*engine `duckdb`"):
        importlib.import_module(loops)
