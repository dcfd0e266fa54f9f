"""A process killed at any moment of import, evaluation or publication leaves a state that goes on or starts cleanly.

Each test makes a data folder once, does the work undisturbed in a copy, and then kills the work at many moments in
further copies. After each kill the database must be whole, show all of the work or none of it, and doing the work again
must end exactly where the undisturbed work ended. SQLite, because a folder can be copied; on PostgreSQL the same
transactions hold.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "tests" / "data").glob("*.xlsx"))
MOMENTS = 7
KILLED = -9
TODAY = "2026-11-21"


def environment(folder, **more):
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {
        **kept,
        "LINGHANG_DATA_DIR": str(folder),
        "LINGHANG_TODAY": TODAY,
        "DJANGO_SETTINGS_MODULE": "linghang.config.settings.dev",
        "PYTHONPATH": str(ROOT / "src"),
        **more,
    }


def run(folder, *words, **more):
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def prepare(folder, script, **more):
    done = run(folder, "-c", script, **more)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def work(folder, name, moment=0, **more):
    return run(folder, str(Path(__file__).with_name("victim.py")), name, str(moment), **more)


def picture(folder):
    """Return how many rows each table has and what the runs and publications say; fail if the file is broken."""
    with closing(sqlite3.connect(folder / "linghang.sqlite3")) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        assert database.execute("pragma foreign_key_check").fetchall() == []
        names = [
            name
            for (name,) in database.execute(
                "select name from sqlite_master where type = 'table' order by name"
            )
            if name.startswith(
                (
                    "org_",
                    "people_",
                    "ledger_",
                    "activities_",
                    "service_",
                    "worklists_",
                    "evaluation_",
                )
            )
        ]
        counts = {
            name: database.execute(f"select count(*) from {name}").fetchone()[0] for name in names
        }
        runs = database.execute(
            "select period, scheme_id, state, digest from evaluation_run order by 1, 2"
        ).fetchall()
        papers = database.execute("select digest from evaluation_publication order by 1").fetchall()
        jobs = database.execute("select kind, state from jobs_job order by id").fetchall()
    return {"counts": counts, "runs": runs, "papers": papers, "jobs": jobs}


def spread(total):
    """Return the moments to kill at: the first, one at the very end, and others evenly between.

    Two runs may differ by a statement or two (a worker that looks once more for work), so the last
    moment of one run need not come in another.
    """
    last = total - 3
    return sorted(
        {1, last, *(round(last * part / (MOMENTS - 1)) or 1 for part in range(1, MOMENTS - 1))}
    )


def kill_at_many_moments(template, tmp_path, name, is_whole, **more):
    """Kill the work at many moments of copies of `template`; return (picture at the end, moments, outcomes)."""
    calm = shutil.copytree(template, tmp_path / "calm")
    done = work(calm, name, **more)
    assert done.returncode == 0, done.stderr[-3000:]
    total, expected = int(done.stdout.split()[-1]), picture(calm)
    assert is_whole(expected)
    outcomes = []
    for moment in spread(total):
        folder = shutil.copytree(template, tmp_path / f"killed-{moment}")
        killed = work(folder, name, moment, **more)
        assert killed.returncode == KILLED, (moment, killed.returncode, killed.stderr[-2000:])
        between = picture(folder)
        outcomes.append(is_whole(between))
        again = work(folder, name, **more)
        assert again.returncode == 0, (moment, again.stderr[-3000:])
        assert picture(folder) == expected, f"killed at moment {moment} of {total}"
        shutil.rmtree(folder)
    print(
        f"{name}: killed at {len(outcomes)} of {total} moments; whole before the second try: {sum(outcomes)}"
    )
    return expected, total, outcomes


IMPORT = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from pathlib import Path
from linghang.accounts.models import User
from linghang.library import api as library
from linghang.platform.access import Grant, Permission, Scope
from linghang.platform.sheets import services as sheets
library.install_packs(None, actor=None)
user = User.objects.create_user("officer", "Linghang-2026")
scope = Scope(user_id=user.pk, grants=(Grant(Permission.IMPORT, "/"),))
files = [(Path(p).name, Path(p).read_bytes()) for p in {json.dumps([str(p) for p in SAMPLES])}]
batch = sheets.open_batch(files, actor=user, scope=scope)
sheets.check_batch(batch)
sheets.start_apply(batch, actor=user, scope=scope)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small demo whose last month is evaluated and not published, and one more month still to evaluate."""
    folder = tmp_path_factory.mktemp("kill")
    return prepare(
        folder,
        """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from linghang.demo import building
building.build(size="small", say=print)
""",
    )


def test_an_import_killed_at_any_moment_is_done_wholly_in_the_end(tmp_path):
    template = tmp_path / "template"
    template.mkdir()
    prepare(template, IMPORT)

    def is_whole(seen):
        people = seen["counts"]["people_person"]
        assert people in {0, 618}, "half an import"
        return people == 618

    expected, total, outcomes = kill_at_many_moments(template, tmp_path, "jobs", is_whole)
    assert expected["jobs"] == [("sheets.apply", "done")]
    assert not outcomes[0]
    assert total > 50


def test_an_evaluation_killed_at_any_moment_ends_with_the_same_digest(built, tmp_path):
    template = shutil.copytree(built, tmp_path / "template")
    prepare(
        template,
        """
import django; django.setup()
from linghang.accounts.models import User
from linghang.evaluation.models import Publication, Run
from linghang.ledger.models import Fact
from linghang.org.models import Unit
from linghang.platform.tasks import services as jobs
import linghang.evaluation.tasks
run = Run.objects.order_by("-period").first()
schemes = sorted(set(Run.objects.values_list("scheme__code", flat=True)))
period, root = run.period, run.root_id
Run.objects.filter(period=period).delete()
jobs.start_job(kind="evaluation.run", params={"root": root, "period": period, "schemes": schemes},
               actor=User.objects.get(username="officer"))
""",
    )
    runs = len(picture(built)["runs"])

    def is_whole(seen):
        done = [row for row in seen["runs"] if row[3]]
        assert all(row[2] != "done" or row[3] for row in seen["runs"]), (
            "a run called done has no digest"
        )
        return len(done) == runs

    expected, _total, outcomes = kill_at_many_moments(template, tmp_path, "jobs", is_whole)
    assert expected["runs"] == picture(built)["runs"]
    assert not outcomes[0]


def test_a_publication_killed_at_any_moment_is_there_wholly_or_not_at_all(built, tmp_path):
    runs = picture(built)["runs"]
    period = max(row[0] for row in runs)
    wanted = len(picture(built)["papers"]) + sum(row[0] == period for row in runs)

    def is_whole(seen):
        assert all(digest for (digest,) in seen["papers"]), "a publication without its digest"
        return len(seen["papers"]) == wanted

    expected, _total, outcomes = kill_at_many_moments(
        built, tmp_path, "publish", is_whole, KILL_PERIOD=period
    )
    assert len(expected["papers"]) == wanted
    assert not outcomes[0]


def test_a_run_over_all_bureaus_killed_again_and_again_loses_nothing_and_completes(built, tmp_path):
    """Six bureaus; eight kills on one copy, each later than the one before."""
    template = shutil.copytree(built, tmp_path / "template")
    prepare(
        template,
        """
import django; django.setup()
from django.db import transaction
from linghang.org.enums import UnitKind
from tests.cast import make_person, make_unit
from tests.evaluation import cases
with transaction.atomic():
    cases.install(cases.unit_scheme())
    for number in range(4):
        committee = make_unit(f"中共示范{number}供电公司委员会", UnitKind.COMMITTEE, code=f"PX{number}")
        for place in range(2):
            branch = make_unit(f"示范{number}-{place}党支部", UnitKind.BRANCH, committee, code=f"PX{number}{place}")
            for member in range(3):
                make_person("石一川", branch)
            cases.record(branch, "probe.duty", n=number + place + 1, status="met")
            cases.record(branch, "probe.duty", status="missed")
""",
        PYTHONPATH=os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    )
    done = run(
        template,
        str(Path(__file__).with_name("nation.py")),
        str(template),
        PYTHONPATH=os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    calm, total, between, (status, last) = json.loads(done.stdout.splitlines()[-1])
    print(
        f"killed at {len(between)} of {total} moments; finished bureaus: {[len(seen) for _, seen in between]}"
    )
    assert len(calm) == 6
    assert total > 60
    kept = {}
    for code, seen in between:
        assert code == KILLED
        assert seen.items() >= kept.items(), "a finished bureau was lost or done again"
        for _root, state, digest, subjects, scores, entries in seen.values():
            assert (state, bool(digest), scores, entries) == ("done", True, subjects, 1)
        kept = seen
    assert len(between[0][1]) == 0
    assert 0 < len(between[5][1]) < 6
    assert status == 0
    assert last.items() >= kept.items()
    assert sorted(last.values()) == sorted(calm.values())
