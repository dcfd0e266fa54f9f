"""A national run: equal to the reference, sealed by month, and complete whenever it was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from linghang_core import scoring
from linghang_core.scoring import Engine, EvaluationError, Subject
from linghang_core.scoring.national import Board, Roster, Run, find_overtaken, run_nation
from tests.core.scoring.cases import criterion, scheme
from tests.core.scoring.facts import Fact, write_lake
from tests.core.scoring.test_kernel import EVERYTHING, a_year_of_facts

PERIOD, AS_OF = "2026-10", 1_400
KNOWN = {"members": 4, "months_active": 12, "line_of_work": "station"}
UNITS = [
    Subject(2, "U2", KNOWN, (2, 3)),
    Subject(1, "U1", {**KNOWN, "members": 7}, (1,)),
    Subject(4, "U4", {**KNOWN, "line_of_work": "office"}, (4,)),
    Subject(9, "nobody", KNOWN, ()),
]
PERSONS = [Subject(number, f"P{number}", {"months_active": number}) for number in (3, 1, 2, 8)]


def schemes() -> tuple[scoring.Scheme, scoring.Scheme]:
    """One for units, with places, and one for persons; both read every window."""
    share = criterion("SHARE", "5", window="year")
    veto = criterion(
        "VETO", None, nature="veto", veto={"maximum": "30"}, score=None, missing=None,
        measure={"count": {"kinds": ["record.praise"], "statuses": ["missed"]}},
    )  # fmt: skip
    rules = [*EVERYTHING[1:], share, veto]
    units = scheme(*rules, code="units", ranks=True)
    persons = scheme(
        *rules, code="persons", subject="person", unit_kinds=[], minimum_sample={"months": 2},
        peer_groups=[{"code": "all", "title": {"en": "all", "zh": "全体"}, "otherwise": True}],
    )  # fmt: skip
    return scoring.load_scheme(units), scoring.load_scheme(persons)


def boards() -> list[Board]:
    units, persons = schemes()
    return [
        Board(units, Roster.of(units.subject, UNITS)),
        Board(persons, Roster.of(persons.subject, PERSONS)),
    ]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lake(a_year_of_facts(11), tmp_path_factory.mktemp("nation") / "lake")


@pytest.fixture(scope="module")
def unkilled(lake: Path) -> Run:
    return run_nation(boards(), PERIOD, lake, AS_OF, lake.parent / "unkilled")


def test_a_run_gives_what_the_reference_gives(lake: Path, unkilled: Run) -> None:
    for wanted, subjects in zip(schemes(), (UNITS, PERSONS), strict=True):
        results = scoring.evaluate(wanted, PERIOD, subjects, lake, AS_OF)
        table = pq.read_table(unkilled.folder / wanted.code / "wide.parquet").to_pylist()
        assert [row["subject"] for row in table] == sorted(item.id for item in subjects)
        for row in table:
            one = results.subject(row["code"])
            assert row["group"] == one.group
            assert row["total"] == (None if one.total is None else int(one.total * 100))
            assert (row["band"], row["not_rated"]) == (one.band, one.reason)
            assert row.get("rank") == results.rank(row["code"])
            lines = unkilled.read(wanted.code, row["subject"])
            assert [(line.criterion, line.full, line.points, line.state) for line in lines] == [
                (item.code, int(item.full * 100), int(item.points * 100), item.state)
                for item in one.criteria
            ]
            assert unkilled.explain(wanted, one.subject) == scoring.explain(wanted, one, PERIOD)
    assert unkilled.read("units", 3) == []
    assert "rank" not in pq.read_schema(unkilled.folder / "persons" / "wide.parquet").names


def test_duckdb_runs_to_the_same_digest(lake: Path, unkilled: Run, tmp_path: Path) -> None:
    run = run_nation(boards(), PERIOD, lake, AS_OF, tmp_path, engine=Engine.DUCKDB)
    assert run.digest == unkilled.digest


def test_a_changed_month_reopens_only_itself(lake: Path, tmp_path: Path) -> None:
    own, store = tmp_path / "lake", tmp_path / "store"
    shutil.copytree(lake, own)
    steps: list[str] = []

    def run(period: str, as_of_seq: int = 10**6) -> Run:
        steps.clear()
        return run_nation(boards(), period, own, as_of_seq, store, progress=steps.append)

    def counted() -> list[str]:
        return [step.removeprefix("count ") for step in steps if step.startswith("count ")]

    september = run("2026-09")
    assert len(counted()) == 12
    # The next month: eleven are sealed, only the new one is read.
    october = run("2026-10")
    assert counted() == ["2026-10"]
    assert find_overtaken(october, own, store, 10**6) == ()
    # A fact of March comes late.
    late = [Fact(5_000, "task", 2, 1, date(2026, 3, 9), 900, "met", verified=True)]
    pq.write_table(
        pq.read_table(write_lake(late, tmp_path / "late") / "month=2026-03" / "part-0.parquet"),
        own / "month=2026-03" / "part-1.parquet",
    )
    assert find_overtaken(october, own, store, 10**6) == ("2026-03",)
    corrected = run("2026-10")
    assert counted() == ["2026-03"]
    assert corrected.digest != october.digest
    fresh = run_nation(boards(), "2026-10", own, 10**6, tmp_path / "fresh")
    assert corrected.digest == fresh.digest
    # What was there before is still there, and asked again it is not computed again.
    assert run("2026-10").digest == corrected.digest
    assert steps == []
    assert (october.folder / "manifest.json").exists()
    assert september.folder != october.folder
    # As the facts stood earlier, a month that has changed since is counted for that moment.
    assert (
        run("2026-10", 4_999).digest
        == run_nation(boards(), "2026-10", lake, 4_999, tmp_path / "before").digest
    )


KILLED = """
import os, signal, sys
from pathlib import Path
from typing import Any
from linghang_core.scoring.national import run_nation
from tests.core.scoring.test_national import AS_OF, PERIOD, boards

left = int(sys.argv[2])

def step(name):
    global left
    left -= name.startswith(sys.argv[1])
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

run_nation(boards(), PERIOD, Path(sys.argv[3]), AS_OF, Path(sys.argv[4]), progress=step)
"""


@pytest.mark.slow
def test_a_run_killed_at_any_step_completes(lake: Path, unkilled: Run, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    store = tmp_path / "store"
    sealed = []
    # While counting, with some months sealed, while marking, while writing, and with everything
    # there but the last name.
    for step, times in (
        ("sealed", 1), ("count", 6), ("part units", 1), ("wide persons", 1), ("manifest", 1),
    ):  # fmt: skip
        command = [sys.executable, "-c", KILLED, step, str(times), str(lake), str(store)]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert not any((store / "runs").glob("2*"))
        sealed.append(len(list((store / "sealed").glob("*/[!.]*.arrow"))))
    assert 1 <= sealed[0] < sealed[1] < sealed[2] == sealed[3] == sealed[4] == 24
    run = run_nation(boards(), PERIOD, lake, AS_OF, store)
    assert run.digest == unkilled.digest
    # What the killed ones left is gone.
    assert [path.name for path in (store / "runs").iterdir()] == [unkilled.folder.name]


def test_a_scheme_is_refused_that_cannot_be_run(lake: Path, tmp_path: Path) -> None:
    units, persons = boards()
    with pytest.raises(EvaluationError, match="one board for a scheme"):
        run_nation([units, units], PERIOD, lake, AS_OF, tmp_path)
    with pytest.raises(EvaluationError, match="persons rates a person"):
        run_nation([Board(persons.scheme, units.roster)], PERIOD, lake, AS_OF, tmp_path)
    with pytest.raises(EvaluationError, match="counts for two subjects"):
        Roster.of(units.scheme.subject, [UNITS[0], Subject(7, "U7", KNOWN, (3,))])


RATERS = {
    "kinds": ["mark.work"],
    "weights": [{"status": "chief", "weight": "60"}, {"status": "peers", "weight": "40"}],
}
BONUS = {"nature": "bonus", "missing": None, "measure": {"count": {"kinds": ["record.praise"]}},
         "score": {"per_unit": {"points": "1", "cap": "5"}}, "once": "praise"}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({}, [criterion("ALL", score={"rank": {"best": "100"}})]),
        ({}, [criterion("ALL", score={"percentile": [{"top": "0.2", "points": "100"}]})]),
        ({}, [criterion("ALL", measure={"raters": RATERS})]),
        ({}, [criterion("ALL"), criterion("B1", "5", **BONUS), criterion("B2", "5", **BONUS)]),
        ({"dimensions": [{"cap": "105"}]}, [criterion("ALL")]),
        ({"dimensions": [{"floor": "-2"}]}, [criterion("ALL")]),
        ({"bands": [{"at_most": "0.25"}, {}, {}], "ties": "all_in"}, [criterion("ALL")]),
    ],
    ids=["rank", "percentile", "raters", "once", "cap", "floor", "shares"],
)
def test_what_columns_cannot_keep_is_refused_for_a_nation(
    lake: Path, tmp_path: Path, changed: dict[str, Any], rules: list[dict[str, Any]]
) -> None:
    document = scheme(*rules)
    for part, changes in changed.items():
        if isinstance(changes, str):
            document[part] = changes
            continue
        for item, change in zip(document[part], changes, strict=True):
            item.update(change)
    asked = scoring.load_scheme(document)
    with pytest.raises(EvaluationError, match="evaluate it bureau by bureau"):
        run_nation([Board(asked, Roster.of(asked.subject, UNITS))], PERIOD, lake, AS_OF, tmp_path)
    assert list(tmp_path.iterdir()) == []
