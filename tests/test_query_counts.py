"""How many questions each list asks the database: a number that stands here, whatever the rows.

Every list is asked with one and with three more of everything it shows. A number may fall; one that
grows with the rows is an error of the page, not of this table.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.evaluation import services as evaluation
from linghang.evaluation.models import Scheme
from linghang.org.enums import UnitKind
from linghang.org.models import Coverage
from linghang.people.api import compute_scope
from linghang.platform.sheets import services as sheets
from linghang.platform.tasks.models import Job
from linghang.rectification import api as rectification
from linghang.reports import services as reports
from linghang.service import api as service
from linghang.worklists import api as worklists
from linghang_core.periods import Period
from tests import scenes
from tests.cast import make_person, make_unit
from tests.evaluation import cases
from tests.world import World, build_world

TABLES = Path(__file__).parent / "tables" / "queries"  # one file an app


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.LAKE_DIR = tmp_path / "lake"
    return build_world()


def read_table() -> list[tuple[str, str, str, int]]:
    found = []
    for file in sorted(TABLES.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                reader, address, given, number = line.split()
                found.append((reader, address, given, int(number)))
    return found


@pytest.mark.parametrize("more", [1, 3])
def test_no_list_asks_more_for_more_rows(client, world, more, monkeypatch):
    # What a process keeps for some seconds must not run out between two requests that are compared.
    monkeypatch.setattr("linghang.ledger.mapping.KINDS_LAST_SECONDS", float("inf"))
    monkeypatch.setattr("linghang.platform.notices.queries.UNREAD_LASTS_SECONDS", 3600)
    add_rows(world, more)
    asked = {}
    for reader, address, given, _number in read_table():
        client.force_login(world.users()[reader])
        asked[reader, address, given] = count_queries(client, find_address(world, address, given))
    expected = {tuple(row): number for *row, number in read_table()}
    assert asked == expected


def find_address(world: World, address: str, given: str) -> str:
    name, _, query = address.partition("?")
    keys = [] if given == "-" else [world.objects[given].pk]
    return f"{reverse(name, args=keys)}?{query}"


def count_queries(client, address: str) -> int:
    client.get(address)  # fills what a process keeps, and the clock of the session
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


def add_rows(world: World, more: int) -> None:
    """Add so many of everything a list shows: units, people, records, results, imports, jobs."""
    bureau = world.bureau
    officer = bureau.officer.user
    theme_day = ActivityKind.objects.get(code="theme_day")
    for number in range(more):
        unit = make_unit(f"新设第{number + 1}党支部", UnitKind.BRANCH, bureau.general_branch)
        make_unit(f"新设第{number + 1}党小组", UnitKind.GROUP, bureau.branch)
        place = make_unit(f"新设第{number + 1}供电所", UnitKind.STATION, bureau.company)
        Coverage.objects.create(
            party_unit=unit, business_unit=place, valid_from=unit.established_on
        )
        Coverage.objects.create(
            party_unit=bureau.branch, business_unit=place, valid_from=unit.established_on
        )
        newcomer = make_person(f"新人{number}", bureau.branch, ("member", "publicity_member"))
        make_person(f"书记{number}", unit, ("member", "secretary"), username=f"new-{number}")
        days = [date(2026, 11, 3 + number), date(2026, 11, 10 + number)]
        for owner, on in ((unit, days[0]), (bureau.branch, days[1])):
            _record(owner, on, theme_day, newcomer, officer)
    period = Period.parse("2026-11")
    activities.ensure_obligations(units=_party_units(bureau), periods=[period])
    scenes.add_rows(world, more)
    for number in range(more):
        _evaluate(world, f"2026-{8 - number:02d}")
        _import(world, number)
        Job.objects.create(
            kind="evaluation.run",
            params={"root": bureau.committee.pk, "period": "2026-10", "schemes": ["flag"]},
            actor=officer,
            unit_path=bureau.committee.path,
        )


def _party_units(bureau) -> list:
    return [bureau.committee, bureau.general_branch, bureau.branch, bureau.other_branch]


def _record(unit, on: date, kind: ActivityKind, person, actor) -> None:
    text = f"{unit.name}{on}"
    activities.record_activities(
        drafts=[activities.ActivityDraft(kind, unit, on, f"学习{text}")], actor=actor
    )
    worklists.save_tasks(
        drafts=[
            worklists.TaskDraft(worklist="年度一览表", item=f"事项{text}", unit=unit, due_on=on)
        ],
        actor=actor,
    )
    rectification.save_problems(
        drafts=[
            rectification.ProblemDraft(source="专业自检", text=f"问题{text}", unit=unit, due_on=on)
        ],
        actor=actor,
    )
    service.save_visits(
        drafts=[
            service.VisitDraft(
                team=f"{unit.name}服务队",
                unit=unit,
                occurred_on=on,
                content=f"服务{text}",
                hours=200,
                people=(person,),
                place="石桥村",
                people_served=10,
            )
        ],
        actor=actor,
    )
    cases.record(unit, "probe.duty", status="met", on=date(2026, 9, 1))


def _evaluate(world: World, period: str) -> None:
    bureau = world.bureau
    for scheme in Scheme.objects.filter(code__in=("flag", "star")):
        run = evaluation.run_evaluation(
            scheme=scheme, period=period, root=bureau.committee, actor=bureau.officer.user
        )
        evaluation.publish_run(run=run, actor=bureau.officer.user)
        reports.make_bulletin(run=run, actor=bureau.officer.user)
    # three at once: above as many as a home page shows it asks how many there are in all
    for person in (bureau.member, bureau.colleague, world.other_secretary):
        evaluation.object_to(
            score=run.scores.get(person=person),
            criterion="D1-1",
            text="请复核。",
            actor=person.user,
            scope=compute_scope(person.user),
        )


def _import(world: World, number: int) -> None:
    officer = world.bureau.officer.user
    stored = world.objects["batch"].files.get(kind="upload")
    batch = sheets.open_batch(
        [(f"{number}.xlsx", stored.open())], actor=officer, scope=compute_scope(officer)
    )
    sheets.check_batch(batch)
