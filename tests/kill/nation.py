"""Kills a run over all bureaus again and again, each time later, on one copy of the data, until it is done.

    python tests/kill/nation.py FOLDER

Every try is a child of its own, forked before anything is opened: what a process needs to start is paid
once. A moment is an SQL statement or a file put in place, as in `victim.py`. Prints JSON: the picture of an
undisturbed run, how many moments it had, the picture after each kill, and the picture in the end.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

SCHEME, PERIOD, KILLS = "flag", "2026-10", 8


def take_picture(folder: Path) -> dict:
    """The runs of the scheme, each with how many scores it has; the file must be whole."""
    with closing(sqlite3.connect(folder / "linghang.sqlite3")) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        rows = database.execute(
            "select r.id, r.root_id, r.state, r.digest, r.subjects,"
            " (select count(*) from evaluation_score s where s.run_id = r.id),"
            " (select count(*) from audit_entry a where a.object_id = r.id"
            "  and a.verb = 'run_evaluation')"
            " from evaluation_run r join evaluation_scheme s on s.id = r.scheme_id"
            " where s.code = ? order by r.root_id, r.id",
            [SCHEME],
        ).fetchall()
    return {str(pk): rest for pk, *rest in rows}


def try_once(folder: Path, fatal: int) -> tuple[int, int]:
    """Evaluate every bureau in a child that dies at a moment (0: never); return its status and moments."""
    out, into = os.pipe()
    child = os.fork()
    if child:
        os.close(into)
        with os.fdopen(out) as file:
            said = file.read()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(said or 0)
    from django.conf import settings
    from django.db import connection

    moments = 0

    def pass_moment() -> None:
        nonlocal moments
        moments += 1
        if moments == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def count_statement(execute, sql, params, many, context):
        pass_moment()
        return execute(sql, params, many, context)

    def hear_event(event: str, _arguments: tuple) -> None:
        if event == "os.rename":
            pass_moment()

    connection.settings_dict["NAME"] = str(folder / "linghang.sqlite3")
    settings.LAKE_DIR = folder / "lake"
    sys.addaudithook(hear_event)
    from linghang.evaluation import api as evaluation

    try:
        with connection.execute_wrapper(count_statement):
            runs = evaluation.evaluate(SCHEME, PERIOD)
        assert {run.state for run in runs} == {"done"}, [run.error for run in runs]
        os.write(into, str(moments).encode())
        os._exit(0)
    finally:
        os._exit(1)


def main(template: Path) -> None:
    import django

    django.setup()
    from linghang.ledger.models import Fact  # noqa: F401  loaded once, for all children
    from linghang_core.scoring.engines import Engine, load_engine

    load_engine(Engine.DUCKDB)
    calm = shutil.copytree(template, template.parent / "calm")
    status, total = try_once(calm, 0)
    assert status == 0, "the undisturbed run failed"
    folder = shutil.copytree(template, template.parent / "killed")
    between = []
    for number in range(KILLS):
        status, _moments = try_once(folder, 1 + total * number // KILLS)
        between.append([status, take_picture(folder)])
    status, _moments = try_once(folder, 0)
    print(json.dumps([take_picture(calm), total, between, [status, take_picture(folder)]]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.dev")
    main(Path(sys.argv[1]))
