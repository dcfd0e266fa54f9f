"""A bureau with the pack of routing, a solving branch with its secretary, and a clock to stand at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from linghang.library.api import install_packs
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.routing import services
from linghang.routing.models import Case, Category
from tests.conftest import Bureau

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str):
    """Stand at a moment of Chinese wall-clock time."""
    return clock.stand_at(datetime.fromisoformat(text).replace(tzinfo=CHINA))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@dataclass
class Way:
    """The people on the way: 前台 the member, 中台 the officer, two units, 后台 the leader."""

    bureau: Bureau
    front: object
    solver: object
    member: object
    officer: object
    leader: object
    own_secretary: object
    solver_secretary: object

    def category(self, code: str = "outage") -> Category:
        return Category.objects.get(code=code)

    def raise_(self, text: str = "东岭村三组夜间电压低", when: str = "", **values) -> Case:
        draft = services.CaseDraft(
            text=text,
            category=values.pop("category", None) or self.category(),
            front=values.pop("front", self.front),
            urgency=values.pop("urgency", "ordinary"),
            person=self.bureau.member,
            **values,
        )
        with at(when or "2026-11-16 09:00"):
            return services.raise_case(draft=draft, actor=self.member)


@pytest.fixture
def way(bureau) -> Way:
    install_packs(("problem-routing",), actor=None)
    other = Person.objects.get(name="方艳一")
    return Way(
        bureau=bureau,
        front=bureau.branch,
        solver=bureau.other_branch,
        member=bureau.member.user,
        officer=bureau.officer.user,
        leader=bureau.leader.user,
        own_secretary=bureau.secretary.user,
        solver_secretary=other.user,
    )
