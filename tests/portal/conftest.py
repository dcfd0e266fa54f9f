"""The cast with a few weeks of work: tasks, problems, duties, hours of service."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.activities.enums import AppliesTo, AttendanceRule, ObligationState, Shape
from linghang.activities.models import ActivityKind, CadenceRule, Obligation
from linghang.rectification import api as rectification
from linghang.service import api as service
from linghang.worklists import api as worklists
from tests.evaluation import cases


@pytest.fixture(autouse=True)
def _own_lake(settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"


@pytest.fixture
def kinds(db):
    """Three kinds of activity with a monthly rule each; the last for committees alone."""
    found = {}
    for order, (code, zh, who) in enumerate(
        [
            ("theme_day", "主题党日", AttendanceRule.ALL_MEMBERS),
            ("group_meeting", "党小组会", AttendanceRule.GROUP),
            ("committee_meeting", "支委会", AttendanceRule.COMMITTEE),
        ]
    ):
        kind = ActivityKind.objects.create(
            code=code, shape=Shape.ACTIVITY, title_en=code, title_zh=zh, attendance=who, order=order
        )
        CadenceRule.objects.create(
            code=f"{code}.monthly",
            kind=kind,
            applies_to=AppliesTo.BRANCH,
            period="month",
            in_force_from=date(2019, 1, 1),
        )
        found[code] = kind
    return found


def owe(unit, kind, period, due_on, state=ObligationState.OPEN):
    return Obligation.objects.create(
        unit=unit,
        rule=kind.cadences.get(),
        period=period,
        due_on=due_on,
        required=1,
        done=state == ObligationState.MET,
        state=state,
    )


def ask(unit, item, due_on, finished_on=None):
    draft = worklists.TaskDraft(
        worklist="年度一览表", item=item, unit=unit, due_on=due_on, finished_on=finished_on
    )
    worklists.save_tasks(drafts=[draft], actor=None)


def find_fault(unit, text, due_on, closed_on=None, responsible=None):
    draft = rectification.ProblemDraft(
        source="专业自检",
        text=text,
        unit=unit,
        due_on=due_on,
        closed_on=closed_on,
        measure="已整改" if closed_on else "",
        responsible=responsible,
        responsible_name=responsible.name if responsible else "",
    )
    rectification.save_problems(drafts=[draft], actor=None)


def serve(unit, people, on, hours=200):
    draft = service.VisitDraft(
        team="党员服务队",
        unit=unit,
        occurred_on=on,
        content="入户检查线路",
        hours=hours,
        people=tuple(people),
        people_served=5,
    )
    service.save_visits(drafts=[draft], actor=None)


@pytest.fixture
def month(bureau, kinds):
    """What the numbers of the tests are counted from; today is Saturday, 2026-11-21."""
    branch, other = bureau.branch, bureau.other_branch
    ask(branch, "讲党课", date(2026, 11, 10))  # late
    ask(branch, "报送总结", date(2026, 11, 22))  # this week
    ask(branch, "换届准备", date(2026, 12, 10))
    ask(branch, "结对共建", date(2026, 10, 20), date(2026, 10, 19))  # in time
    ask(branch, "隐患排查", date(2026, 10, 21), date(2026, 10, 25))  # late
    ask(other, "讲党课", date(2026, 11, 1))  # late
    find_fault(branch, "工作票填写不规范", date(2026, 11, 1), responsible=bureau.member)
    find_fault(branch, "记录补签", date(2026, 10, 15), date(2026, 10, 14))  # in time
    find_fault(branch, "台账缺页", date(2026, 10, 16), date(2026, 10, 30))  # late
    theme, group, committee = kinds.values()
    owe(branch, theme, "2026-11", date(2026, 11, 30))
    owe(branch, group, "2026-11", date(2026, 11, 30))
    owe(branch, committee, "2026-11", date(2026, 11, 30), ObligationState.MET)
    owe(branch, theme, "2026-10", date(2026, 10, 31), ObligationState.MET)
    owe(branch, committee, "2026-10", date(2026, 10, 31), ObligationState.MET)
    owe(other, theme, "2026-10", date(2026, 10, 31), ObligationState.MISSED)
    serve(branch, [bureau.member, bureau.colleague], date(2026, 10, 8))
    return bureau


@pytest.fixture
def published(bureau):
    """The unit scheme's October, published; the worked example of tests/evaluation/cases.py."""
    from linghang.evaluation import api as evaluation

    flag = cases.install(cases.unit_scheme())
    cases.write_example(bureau)
    run = evaluation.run_evaluation(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    return evaluation.publish_run(run=run, actor=bureau.officer.user)


@pytest.fixture
def starred(bureau):
    """The member scheme's October, published."""
    from linghang.evaluation import api as evaluation

    star = cases.install(cases.person_scheme())
    cases.write_example(bureau)
    run = evaluation.run_evaluation(
        scheme=star, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    return evaluation.publish_run(run=run, actor=bureau.officer.user)
