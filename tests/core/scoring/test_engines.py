"""Every engine gives the numbers of the reference, on every scheme shipped and on any other.

Schemes of one subject and period are counted together, in one plan that holds the atoms of all of
them: an engine that is slow to start then costs the same however many packs there are.
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang_core import scoring
from linghang_core.scoring import Engine, Plan, count_atoms, engines
from linghang_core.scoring.engines import Lake
from linghang_core.scoring.problems import EngineMissingError
from linghang_core.scoring.scheme import SubjectKind
from tests.core.scoring.facts import Fact, table, write_lake
from tests.core.scoring.strategies import facts, schemes

PACKS = Path(__file__).parents[3] / "src/linghang/library/packs"
PERIODS = {"month": "2026-10", "quarter": "2026Q3", "year": "2026"}
AS_OF = 3000
REQUIRED = os.environ.get("LINGHANG_REQUIRE_ALL") == "1"
HAS_JAVA = bool(shutil.which("java")) and importlib.util.find_spec("pyspark") is not None
needs_java = pytest.mark.skipif(
    not HAS_JAVA and not REQUIRED, reason="Java or PySpark is not on this machine"
)
needs_kernel = pytest.mark.skipif(
    importlib.util.find_spec("linghang_core.scoring.engines.kernel") is None,
    reason="there is no compiled kernel yet",
)
OTHERS = [
    pytest.param(Engine.KERNEL, marks=needs_kernel, id="kernel"),
    pytest.param(Engine.SPARK, marks=needs_java, id="spark"),
]


@pytest.fixture(scope="module", autouse=True)
def _spark_ends() -> Iterator[None]:
    """One Spark for all tests here, ended with them."""
    yield
    if HAS_JAVA:
        from linghang_core.scoring.engines import spark

        spark.close_session()


def join(documents: Sequence[dict[str, Any]]) -> list[Plan]:
    """One plan for each kind of subject and period, with the atoms of all the schemes."""
    plans = [scoring.compile_scheme(scoring.load_scheme(document)) for document in documents]
    groups: dict[tuple[Any, Any], list[Plan]] = {}
    for plan in plans:
        groups.setdefault((plan.subject, plan.period), []).append(plan)
    return [
        Plan(subject, period, tuple(dict.fromkeys(a for plan in own for a in plan.atoms)), ())
        for (subject, period), own in groups.items()
    ]


def subjects(kind: SubjectKind) -> list[scoring.Subject]:
    """Some who have facts, one of several units, one without any; units 5 and 6 are nobody's."""
    if kind is SubjectKind.PERSON:
        return [scoring.Subject(pk, f"P{pk}") for pk in (1, 2, 3, 99)]
    return [
        scoring.Subject(1, "U1", units=(1,)),
        scoring.Subject(2, "U2", units=(2, 3, 4)),
        scoring.Subject(99, "U99", units=(99,)),
    ]


def assert_equal(engine: Engine, plans: Sequence[Plan], lake: Lake, as_of: int, **more: Any) -> int:
    """Compare with the reference; return how many numbers other than zero were compared."""
    seen = 0
    for plan in plans:
        given = (plan, PERIODS[plan.period.value], subjects(plan.subject), lake, as_of)
        reference = count_atoms(*given)
        assert count_atoms(*given, engine, **more) == reference
        seen += sum(number != 0 for numbers in reference.values() for number in numbers)
    return seen


def shipped() -> list[dict[str, Any]]:
    packs = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(PACKS.rglob("*.yaml"))
    ]
    return [found for pack in packs for found in pack["contents"].get("schemes", [])]


def make_facts(plans: Sequence[Plan], count: int, seed: int) -> list[Fact]:
    """Facts of just those kinds and statuses, on all days of 15 months, first and last ones too."""
    chance = random.Random(seed)
    atoms = [atom for plan in plans for atom in plan.atoms]
    found = []
    for seq in range(1, count + 1):
        atom = chance.choice(atoms)
        month = date(2025, 9, 1) + timedelta(days=31 * chance.randrange(15))
        found.append(
            Fact(
                seq,
                chance.choice(atom.kinds).replace(".*", ".some"),
                chance.randint(1, 6),
                chance.choice([None, 1, 2, 3, 4]),
                month.replace(day=chance.choice([1, chance.randint(1, 28), 28])),
                chance.randint(0, 9999),
                chance.choice([*(atom.statuses or ("",)), "", "other"]),
                chance.random() < 0.5,
                chance.random() < 0.3,
                chance.choice([None, None, None, seq + chance.randint(1, 2000)]),
            )
        )
    return found


@pytest.fixture(scope="module")
def shipped_plans() -> list[Plan]:
    return join(shipped())


@pytest.fixture(scope="module")
def shipped_lake(shipped_plans: list[Plan], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lake(make_facts(shipped_plans, 4000, 7), tmp_path_factory.mktemp("lake"))


@pytest.mark.parametrize("engine", OTHERS)
def test_engine_equals_the_reference_on_every_scheme_shipped(
    engine: Engine, shipped_plans: list[Plan], shipped_lake: Path
) -> None:
    assert assert_equal(engine, shipped_plans, shipped_lake, AS_OF) > 100


@pytest.mark.parametrize("engine", OTHERS)
def test_engine_equals_the_reference_on_random_schemes(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    slow = engine is Engine.SPARK

    @settings(
        max_examples=3 if slow else 25,
        deadline=None,
        database=None,
        derandomize=slow,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(schemes(), min_size=1, max_size=8 if slow else 3), facts())
    def equal(documents: list[dict[str, Any]], rows: list[Fact]) -> None:
        assert_equal(
            engine, join(documents), write_lake(rows, tmp_path_factory.mktemp("lake")), as_of=35
        )

    equal()


@pytest.mark.parametrize("engine", OTHERS)
def test_lake_may_be_a_table_in_memory(engine: Engine, shipped_plans: list[Plan]) -> None:
    lake = ibis.memtable(table(make_facts(shipped_plans, 500, 8)))
    assert assert_equal(engine, shipped_plans[:1], lake, AS_OF) > 10


@pytest.mark.parametrize("engine", OTHERS)
def test_no_facts_and_no_subjects_give_zeros_and_nothing(engine: Engine, tmp_path: Path) -> None:
    plan = join(shipped())[0]
    period = PERIODS[plan.period.value]
    whom = subjects(plan.subject)
    zeros = {subject.id: (0,) * len(plan.atoms) for subject in whom}
    assert dict(count_atoms(plan, period, whom, tmp_path, AS_OF, engine)) == zeros
    assert dict(count_atoms(plan, period, [], tmp_path, AS_OF, engine)) == {}


def test_engine_whose_package_is_missing_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(engines._MODULES, Engine.SPARK, "no_such_package.spark")
    with pytest.raises(EngineMissingError, match=r"no_such_package.*linghang\[spark\].*duckdb"):
        engines.load_engine(Engine.SPARK)


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="PySpark is not installed")
def test_spark_without_java_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from linghang_core.scoring.engines import spark

    monkeypatch.setattr(spark, "_session", None)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineMissingError, match=r"Java 17.*default-jre-headless"):
        spark.open_session()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A standalone master with two workers on this machine, as the package brings them."""
    import pyspark

    start = Path(pyspark.__file__).parent / "bin" / "spark-class"
    environment = {
        **os.environ,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOG_DIR": str(tmp_path),
        "SPARK_DAEMON_MEMORY": "256m",
    }
    started = []

    def run(name: str, *words: str) -> Path:
        log = tmp_path / f"{name}.log"
        with log.open("w") as file:
            started.append(
                subprocess.Popen(
                    [start, *words, "--host", "127.0.0.1", "--webui-port", "0"],
                    stdout=file, stderr=subprocess.STDOUT, env=environment, cwd=tmp_path,
                )
            )  # fmt: skip
        return log

    def wait_for(log: Path, words: str) -> str:
        for _ in range(300):
            found = re.search(words, log.read_text())
            if found:
                return found[0]
            time.sleep(0.2)
        raise AssertionError(log.read_text()[-2000:])

    try:
        log = run("master", "org.apache.spark.deploy.master.Master", "--port", "0")
        master = wait_for(log, r"spark://127\.0\.0\.1:\d+")
        wait_for(log, "I have been elected leader")
        for name in ("one", "two"):
            folder = tmp_path / name
            run(name, "org.apache.spark.deploy.worker.Worker", "-c", "1", "-m", "1100M",
                "-d", str(folder), master)  # fmt: skip
        for name in ("one", "two"):
            wait_for(tmp_path / f"{name}.log", "Successfully registered with master")
        yield master
    finally:
        if HAS_JAVA:
            from linghang_core.scoring.engines import spark

            spark.close_session()
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)


@pytest.mark.slow
@needs_java
def test_cluster_of_two_workers_equals_the_reference(
    cluster: str, shipped_plans: list[Plan], shipped_lake: Path
) -> None:
    from linghang_core.scoring.engines import spark

    context = spark.open_session(cluster).sparkContext
    for _ in range(100):
        if context._jsc.sc().getExecutorMemoryStatus().size() == 3:  # the driver and both workers
            break
        time.sleep(0.2)
    assert context._jsc.sc().getExecutorMemoryStatus().size() == 3
    assert assert_equal(Engine.SPARK, shipped_plans, shipped_lake, AS_OF, master=cluster) > 100
