"""P14: a branch's lecture of every Monday, and a show of micro-lectures the audience has rated."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.demo import world
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.study import api as study

WEEKS, HELD = 16, 9
TOPICS = (
    "从一次雪夜抢修讲为民服务",
    "习惯性违章背后的纪律意识",
    "把示范岗建到客户身边",
    "一张工作票的规矩",
    "我跟师傅学初心",
    "台区经理的一天",
    "清廉班组怎么建",
    "用好支部的每一次讨论",
    "迎峰度夏中的先锋故事",
    "营商环境里的小事情",
    "新规程新要求",
    "从数字看老旧台区改造",
    "青年党员的第一次带队",
)
SHOW = (
    "一根导线的温度",
    "红马甲走进老街区",
    "零点检修",
    "师带徒三十年",
    "变电站里的守夜人",
    "一封感谢信",
    "把光送到最后一户",
    "图纸上的较真",
)
STARS = (5, 5, 5, 4, 4, 4, 4, 3)


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Plan both rosters, hold what has passed, rate the show and close it."""
    random = Random(f"lectures-{bureau.size.code}")
    known = next(branch for branch in bureau.branches if branch.kind == "station")  # has log-ins
    officer = User.objects.filter(
        person__appointments__unit=units[bureau.committee], person__appointments__post="officer"
    ).order_by("pk")[0]
    weekly = _plan_weekly(units[known.name], today)
    _hold_weekly(weekly, today, random)
    branches = [units[branch.name] for branch in bureau.branches]
    _hold_show(units[bureau.committee], branches, today, officer, 8 if full else 5, random)


def _plan_weekly(branch: Unit, today: date) -> study.Roster:
    monday = today - timedelta(days=today.weekday())
    draft = study.RosterDraft(
        unit=branch,
        title=f"周一讲党课（{today.year}年下半年）",
        first_on=monday - timedelta(weeks=HELD),
        lectures=WEEKS,
        begins=time(8, 0),
        minutes=30,
        posts=["member"],
        place="供电所会议室",
    )
    with clock.stand_on(today - timedelta(weeks=HELD + 2)):
        return study.plan_roster(draft=draft, actor=None)


def _hold_weekly(roster: study.Roster, today: date, random: Random) -> None:
    members = people.list_members([roster.unit_id], today)[roster.unit_id]
    for number, (lecture, topic) in enumerate(zip(_list(roster), TOPICS, strict=False)):
        person = members[number % len(members)]
        begins = today - timedelta(weeks=HELD + 1)
        with clock.stand_on(begins):
            study.claim_lecture(lecture=lecture, person=person, topic=topic, actor=person.user)
        if lecture.on >= today - timedelta(days=7):
            continue
        away = [(m.pk, "值班") for m in members if m != person and random.random() < 0.08]
        with clock.stand_on(lecture.on):
            study.record_lecture(lecture=lecture, draft=study.RollDraft(away=away), actor=None)
        there = [m.pk for m in members if m != person and m.pk not in dict(away)]
        study.give_stars(lecture=lecture, stars={pk: random.choice(STARS) for pk in there})
    study.close_old_ratings()


def _hold_show(
    committee: Unit,
    branches: list[Unit],
    today: date,
    officer: User,
    number: int,
    random: Random,
) -> None:
    on = today - timedelta(days=24)
    draft = study.RosterDraft(
        unit=committee,
        title=f"“身边的先锋”微党课展示（{today.year}年）",
        first_on=on,
        lectures=number,
        begins=time(14, 30),
        minutes=10,
        posts=["secretary"],
        kind="show",
        place="培训中心报告厅",
    )
    with clock.stand_on(on - timedelta(days=20)):
        roster = study.plan_roster(draft=draft, actor=officer)
        members = people.list_members([branch.pk for branch in branches], on)
        for lecture, topic, branch in zip(_list(roster), SHOW, branches, strict=False):
            study.assign_lecture(
                lecture=lecture, on=on, person=members[branch.pk][-1], topic=topic, actor=officer
            )
    with clock.stand_on(on):
        first = _list(roster)[0]
        record = study.record_lecture(lecture=first, draft=study.RollDraft(), actor=officer)
        audience = sorted(study.list_audience(record))
        for place, lecture in enumerate(_list(roster)):
            raters = [pk for pk in audience if pk != lecture.person_id and random.random() < 0.8]
            few = raters[:3] if place == number - 1 and len(raters) > 3 else raters
            stars = {pk: min(5, random.choice(STARS) + (place == 2)) for pk in few}
            study.give_stars(lecture=lecture, stars=stars)
    with clock.stand_on(on + timedelta(days=1)):
        study.close_ratings(roster=roster, actor=officer)


def _list(roster: study.Roster) -> list[study.Lecture]:
    return list(roster.lectures.select_related("roster", "person"))
