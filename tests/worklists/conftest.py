"""Short ways to ask units for something."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from linghang.worklists import services
from linghang.worklists.models import Assignment
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
        found = Assignment.objects.filter(
            item__text=draft.item, unit=draft.unit, due_on=draft.due_on
        )
        found.update(created_at=ASSIGNED, asked_on=ASSIGNED.date())
        return found.get()

    return make
