"""Issuing a list of 36 items to 3,000 units (108,000 askings) and opening its matrix, beside a bare INSERT and a bare COUNT.

    python benchmarks/lists.py [--units 3000] [--items 36] [--processor]

With --processor the seconds are those of the processor, which other work on the machine changes little;
of SQLite only, whose database is in the process itself.

Builds a bureau of its own in a database of its own: a file in memory's place, or the one DATABASE_URL
names with "_bench" behind its name. Nothing of the demo is touched.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.test")
django.setup()

from django.conf import settings  # noqa: E402  after setup
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import get_runner  # noqa: E402
from django.urls import reverse  # noqa: E402

from linghang.accounts.models import User  # noqa: E402
from linghang.org.enums import UnitKind  # noqa: E402
from linghang.org.models import Unit  # noqa: E402
from linghang.people.models import Appointment, Person  # noqa: E402
from linghang.worklists import api as worklists  # noqa: E402
from linghang.worklists.enums import Owner, TaskState  # noqa: E402
from linghang.worklists.models import Assignment, Worklist  # noqa: E402
from linghang.worklists.services.issuing import ASSIGNMENT_FIELDS  # noqa: E402
from linghang.worklists.services.rows import insert_rows  # noqa: E402

FOUNDED = date(2010, 1, 1)
A_GENERAL_BRANCH = 25  # branches under one


def found_bureau(units: int) -> tuple[Unit, User]:
    """Found a bureau of so many branches under general branches, with its officer."""
    committee = _make_units([("中共示范海岸供电公司委员会", UnitKind.COMMITTEE, None)])[0]
    generals = _make_units(
        [
            (f"示范第{n}党总支", UnitKind.GENERAL_BRANCH, committee)
            for n in range(1, units // A_GENERAL_BRANCH + 1)
        ]
    )
    _make_units(
        [
            (f"示范第{n}党支部", UnitKind.BRANCH, generals[n % len(generals)])
            for n in range(1, units - len(generals) + 1)
        ]
    )
    officer = User.objects.create_user("bench", "Bench-2026-x", name="高知远")
    person = Person.objects.create(code="M1", name="高知远", user=officer)
    Appointment.objects.create(person=person, unit=committee, post_id="officer", valid_from=FOUNDED)
    return committee, officer


def _make_units(wanted: list[tuple[str, UnitKind, Unit | None]]) -> list[Unit]:
    first = Unit.objects.count() + 1
    units = Unit.objects.bulk_create(
        [
            Unit(
                code=f"P{first + place:06d}",
                line="party",
                kind=kind,
                name=name,
                parent=parent,
                path="?",
                level=parent.level + 1 if parent else 1,
                established_on=FOUNDED,
            )
            for place, (name, kind, parent) in enumerate(wanted)
        ]
    )
    for unit in units:
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    Unit.objects.bulk_update(units, ["path"], batch_size=500)
    return units


def draft_items(count: int) -> list[worklists.ItemDraft]:
    """Return so many items, all of them for every branch."""
    return [
        worklists.ItemDraft(
            f"示范任务{number}",
            section=f"第{number // 6 + 1}部分",
            owner=Owner.ORGANISATION,
            due_on=date(2026, number % 12 + 1, 28),
        )
        for number in range(count)
    ]


read_clock = time.process_time if "--processor" in sys.argv else time.perf_counter


def clock_it(what: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds it took and what it returned."""
    began = read_clock()
    found = what()
    return read_clock() - began, found


def bare_insert(worklist: Worklist) -> float:
    """Return the seconds in which the same rows go in without anything else; they are taken back."""
    rows = list(Assignment.objects.filter(worklist=worklist).values_list(*ASSIGNMENT_FIELDS[:-1]))
    now = Assignment.objects.filter(worklist=worklist).first().created_at  # type: ignore[union-attr]
    Assignment.objects.filter(worklist=worklist)._raw_delete("default")  # noqa: SLF001
    spent, _count = clock_it(
        lambda: insert_rows(Assignment, ASSIGNMENT_FIELDS, [(*row, now) for row in rows])
    )
    return spent


def let_some_finish(worklist: Worklist) -> None:
    """Finish two of three tasks and hand in one of twenty, so that the matrix has every colour."""
    tasks = Assignment.objects.filter(worklist=worklist)
    finished = {"finished_on": F("due_on")}
    tasks.annotate(turn=F("pk") % 3).exclude(turn=0).update(state=TaskState.DONE, **finished)
    tasks.annotate(turn=F("pk") % 20).filter(turn=0).update(state=TaskState.HANDED_IN, **finished)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure_pages(client: Client, address: str, runs: int = 9) -> float:
    """Return the median seconds of a page."""
    client.get(address)
    times = []
    for _run in range(runs):
        spent, answer = clock_it(lambda: client.get(address))
        assert answer.status_code == 200, answer.status_code
        times.append(spent)
    return statistics.median(times)


def run(units: int, items: int) -> None:
    """Measure and print one line each, with its ratio."""
    with transaction.atomic():
        committee, officer = found_bureau(units)
    drafts = draft_items(items)
    spent, preview = clock_it(
        lambda: worklists.preview_list(issuer=committee, items=drafts, on=date(2026, 1, 5))
    )
    asked = preview.reach.assignments
    print(f"{connection.vendor}: {asked:,} askings, {preview.reach.units:,} units")
    print(f"{'preview':24} {spent:8.2f} s")
    issued, worklist = clock_it(
        lambda: worklists.issue_list(
            title="示范一览表", kind="tasks", issuer=committee, items=drafts, actor=officer
        )
    )
    with transaction.atomic():
        bare = bare_insert(worklist)
    print(f"{'bare INSERT':24} {bare:8.2f} s {1:8.1f}")
    print(f"{'issue':24} {issued:8.2f} s {issued / bare:8.1f}")
    let_some_finish(worklist)
    client = Client(HTTP_HOST="localhost")
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    log_in = measure_pages(Client(HTTP_HOST="localhost"), reverse("accounts:login"))
    print(f"{'log-in page':24} {log_in * 1000:8.0f} ms {1:7.1f}")
    address = reverse("worklists:matrix", args=[worklist.pk])
    for what, query in (
        ("matrix, 50 worst", ""),
        ("matrix, next page", "?page=2"),
        ("matrix, folded", "?fold=1"),
        ("matrix, only overdue", "?state=overdue"),
    ):
        page = measure_pages(client, address + query)
        print(f"{what:24} {page * 1000:8.0f} ms {page / log_in:7.1f}")


def main() -> None:
    """Measure in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--items", type=int, default=36)
    parser.add_argument("--processor", action="store_true")
    given = parser.parse_args()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    runner.setup_test_environment()
    before = runner.setup_databases()
    try:
        run(given.units, given.items)
    finally:
        runner.teardown_databases(before)
        runner.teardown_test_environment()


if __name__ == "__main__":
    main()
