"""Short ways to ask units for something and to state a problem."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from linghang.worklists import services
from linghang.worklists.models import Assignment, Problem
from tests.activities.conftest import packs, record  # noqa: F401  fixtures

ASSIGNED = datetime(2026, 11, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def ask(bureau):
    """ask(item=…, unit=…, due_on=…, finished_on=…): a task assigned on 1 November."""

    def make(**fields) -> Assignment:
        values = {
            "worklist": "年度一览表",
            "item": "组织书记讲党课",
            "unit": bureau.branch,
            "due_on": date(2026, 11, 30),
        }
        draft = services.TaskDraft(**{**values, **fields})
        services.save_tasks(drafts=[draft], actor=bureau.officer.user)
        found = Assignment.objects.filter(item=draft.item, unit=draft.unit, due_on=draft.due_on)
        found.update(created_at=ASSIGNED)
        return found.get()

    return make


@pytest.fixture
def state(bureau):
    """state(text=…, unit=…, due_on=…, closed_on=…): a problem."""

    def make(**fields) -> Problem:
        values = {
            "source": "专业自检",
            "text": "工作票填写不规范",
            "unit": bureau.branch,
            "due_on": date(2026, 11, 30),
            "responsible_name": "林晓禾",
            "measure": "开展专项培训",
        }
        draft = services.ProblemDraft(**{**values, **fields})
        return services.create_problems(drafts=[draft], actor=bureau.officer.user)[0]

    return make
