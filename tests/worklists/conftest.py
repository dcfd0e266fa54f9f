"""Short ways to ask units for something."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from linghang.platform.calendar import clock
from linghang.worklists import services
from linghang.worklists.enums import Owner
from linghang.worklists.mapping import ItemDraft
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


@pytest.fixture
def issued(bureau):
    """issued(acceptance="issuer", owner="organisation", …): an item issued by the committee on
    1 November; returns the tasks by the name of their unit and person.
    """

    def make(
        text="组织书记讲党课",
        *,
        title="",
        issuer=None,
        kind="tasks",
        on=date(2026, 11, 2),
        **fields,
    ) -> dict[str, Assignment]:
        if not {"due_on", "due_in", "cadence"} & set(fields):
            fields["due_on"] = date(2026, 11, 30)
        draft = ItemDraft(text, **{"owner": Owner.ORGANISATION, **fields})
        with clock.stand_on(on):
            worklist = services.issue_list(
                title=title or f"{text}清单",
                kind=kind,
                issuer=issuer or bureau.committee,
                items=[draft],
                actor=bureau.officer.user,
            )
        rows = worklist.assignments.select_related("unit", "person", "item", "worklist")
        return {(row.person or row.unit).name: row for row in rows}

    return make
