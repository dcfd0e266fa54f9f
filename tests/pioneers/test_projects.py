"""A committee member's own project: measures asked of units, progress computed, report drafted."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from linghang.people.api import compute_scope
from linghang.pioneers import services
from linghang.pioneers.models import Project
from linghang.pioneers.queries import projects as queries
from linghang.pioneers.web.exports import write_report
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment, Worklist
from tests.conftest import TODAY

LAST = TODAY + timedelta(days=200)


def draft(house, **values) -> services.ProjectDraft:
    given = {
        "unit": house.bureau.committee,
        "owner": house.bureau.leader,
        "title": "配网党员攻坚",
        "goal": "故障停运率下降两成",
        "begins_on": TODAY,
        "ends_on": LAST,
        **values,
    }
    return services.ProjectDraft(**given)


def measure(house, **values) -> services.MeasureDraft:
    given = {
        "text": "排查重载台区",
        "units": [house.bureau.branch, house.bureau.other_branch],
        "due_on": TODAY + timedelta(days=60),
        **values,
    }
    return services.MeasureDraft(**given)


@pytest.fixture
def project(house) -> Project:
    return services.open_project(
        draft=draft(house), measures=[measure(house)], actor=house.bureau.leader.user
    )


def refuse(code: str, service, **values) -> None:
    before = (Project.objects.count(), Worklist.objects.count(), Assignment.objects.count())
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        service(**values)
    errors = getattr(refusal.value, "error_dict", {"": getattr(refusal.value, "error_list", [])})
    assert {one.code for rows in errors.values() for one in rows} == {code}
    after = (Project.objects.count(), Worklist.objects.count(), Assignment.objects.count())
    assert after == before


def finish(project, actor) -> None:
    for task in Assignment.objects.filter(worklist=project.worklist, state="open"):
        worklists.finish_task(task=task, finished_on=TODAY, result="已排查12个台区", actor=actor)


def test_a_project_asks_its_units_and_its_progress_follows(house, project):
    bureau = house.bureau
    assert {task.unit for task in queries.list_tasks(project)} == {
        bureau.branch,
        bureau.other_branch,
    }
    services.add_measures(
        project=project,
        measures=[measure(house, text="党员包片", units=[bureau.branch])],
        actor=bureau.leader.user,
    )
    refuse(
        "open", services.close_project, project=project, outcome="达到", actor=bureau.leader.user
    )
    finish(project, bureau.officer.user)
    line = queries.read_lines(Project.objects.all())[0]
    assert (line.progress.done, line.progress.total) == (3, 3)
    services.close_project(project=project, outcome="下降两成三", actor=bureau.leader.user)
    project.refresh_from_db()
    project.worklist.refresh_from_db()
    assert (project.state, project.closed_on, project.worklist.state) == (
        "closed",
        TODAY,
        "closed",
    )
    refuse("closed", services.add_measures, project=project, measures=[], actor=None)


def test_the_project_stands_in_the_plan_of_the_units_it_asks(house, project):
    with clock.stand_on(TODAY):
        secretary = compute_scope(house.bureau.secretary.user)
        seen = queries.list_projects(secretary)
        assert list(queries.list_of_unit(seen, house.bureau.branch)) == [project]
        assert not queries.list_projects(compute_scope(house.bureau.stranger.user)).exists()


def test_the_report_is_drafted_from_what_is_recorded(house, project):
    finish(project, house.bureau.officer.user)
    with zipfile.ZipFile(io.BytesIO(write_report(project, TODAY))) as file:
        text = re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())
    assert "共2项任务，已完成2项" in text
    assert "已排查12个台区" in text
    assert "【项目尚未结束，成效待总结】" in text


def test_a_project_is_refused(house, project):
    actor = house.bureau.leader.user
    one = [measure(house)]
    opened = services.open_project
    refuse(
        "owner", opened, draft=draft(house, owner=house.bureau.member), measures=one, actor=actor
    )
    refuse("title", opened, draft=draft(house, goal=" "), measures=one, actor=actor)
    early = TODAY - timedelta(days=1)
    refuse("order", opened, draft=draft(house, ends_on=early), measures=one, actor=actor)
    refuse("measures", opened, draft=draft(house), measures=[], actor=actor)
    refuse("units", opened, draft=draft(house), measures=[measure(house, units=[])], actor=actor)
    late = [measure(house, due_on=LAST + timedelta(days=1))]
    refuse("outside", opened, draft=draft(house), measures=late, actor=actor)
    refuse("outcome", services.close_project, project=project, outcome=" ", actor=actor)
    refuse(
        "moved",
        services.close_project,
        project=project,
        outcome="x",
        actor=actor,
        seen="running-7",
    )
