"""A contest being prepared, one that runs, one that is open for objections, for the tables."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from linghang.contests import services
from linghang.contests.models import Contest, Template
from linghang.people.api import compute_scope
from linghang.platform.calendar import clock
from tests.conftest import TODAY
from tests.core.scoring.test_daily import RULES, rule, text

DOCUMENT = RULES | {
    "deduction_floor": "-10",
    "dimensions": [
        {
            "code": "A",
            "title": text("服务"),
            "criteria": [
                rule(
                    "A1",
                    "100",
                    {"days": {"kinds": ["service.visit"]}},
                    {"proportional": {"target": "10"}},
                )
            ],
        }
    ],
}


def objects(world: Any) -> dict[str, object]:
    """Return contests at three stages, the branch's teams, and an objection of the branch."""
    Template.objects.create(
        code="probe",
        title="示范竞赛",
        pack="probe",
        values={
            "title": "示范竞赛",
            "days": 100,
            "daily_limit": "5",
            "prizes": "",
            "rules": DOCUMENT,
        },
    )
    draft = _prepare(world, "筹备中的竞赛", 0)
    running = _start(world, _prepare(world, "进行中的竞赛", 19))
    ended = _start(world, _prepare(world, "待归档的竞赛", 31))
    with clock.stand_on(TODAY):
        services.end_contest(contest=ended, actor=world.bureau.officer.user)
        team = ended.teams.get(unit=world.bureau.branch)
        secretary = world.bureau.secretary.user
        objection = services.object_to(
            team=team,
            criterion="A1",
            text="还有一次服务没有录入。",
            actor=secretary,
            scope=compute_scope(secretary),
        )
    return {
        "draft_contest": draft,
        "contest": running,
        "ended_contest": ended,
        "contest_team": running.teams.get(unit=world.bureau.branch),
        "ended_team": team,
        "team_objection": objection,
    }


def add_rows(world: Any, more: int) -> None:
    """Run more contests."""
    for number in range(more):
        _start(world, _prepare(world, f"竞赛{number}", 19))


def _prepare(world: Any, title: str, ago: int) -> Contest:
    bureau = world.bureau
    first = TODAY - timedelta(days=ago)
    with clock.stand_on(first):
        return services.prepare_contest(
            draft=services.ContestDraft(
                root=bureau.committee,
                title=title,
                document=DOCUMENT,
                first_day=first,
                days=30,
                daily_limit=Decimal(5),
                units=[bureau.branch, bureau.other_branch],
            ),
            actor=bureau.officer.user,
        )


def _start(world: Any, contest: Contest) -> Contest:
    with clock.stand_on(contest.first_day):
        return services.start_contest(contest=contest, actor=world.bureau.officer.user)
