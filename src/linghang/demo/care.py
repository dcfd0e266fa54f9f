"""What the roster form asks beyond lists; awards of a year; members in hardship and visits to them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from linghang.accounts.models import User
from linghang.care import api as care
from linghang.demo import world
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock

SCHOOLS = ("示范电力大学", "示范理工大学", "示范电力高等专科学校", "示范工业学校")
MAJORS = ("电气工程及其自动化", "继电保护", "供用电技术", "会计学")
TITLES = ("助理工程师", "工程师", "高级工程师", "技师", "高级技师")
UNIT_AWARDS = ("先进基层党组织", "党建工作示范点", "安全生产先进集体", "优质服务先进集体")
MEMBER_AWARDS = ("优秀共产党员", "优秀党务工作者", "安全生产先进个人", "技术能手")
LEVELS = ("bureau", "bureau", "bureau", "city", "corporate", "provincial")
BODIES = {
    "city": "中共示范市委国资委",
    "corporate": "中共示范省电力公司委员会",
    "provincial": "中共示范省委国资委",
}
SITUATIONS = (
    ("illness", "术后长期服药，家庭医疗支出较大。"),
    ("family", "父母长期卧床，需要专人照料。"),
    ("disaster", "家中房屋受台风损坏，正在修缮。"),
    ("age", "退休后独居，行动不便。"),
    ("income", "配偶失业，两个子女在读。"),
    ("disability", "工伤后行动受限。"),
)


def describe(member: world.Member) -> dict[str, Any]:
    """Return what the roster form asks of a member beyond the usual columns; the same every time."""
    random = Random(f"details-{member.identity_number}")
    began = date(member.born_on.year + random.randint(18, 23), 7, random.randint(1, 28))
    school, major = random.choice(SCHOOLS), random.choice(MAJORS)
    return {
        "native_place": "示范省示范市",
        "birth_place": random.choice(("示范省示范市", "示范省示范县")),
        "started_work_on": began,
        "full_time_education": member.education,
        "full_time_school": school,
        "full_time_major": major,
        "technical_title": random.choice(TITLES),
        "frontline": random.choice(("生产一线", "营销一线", "")),
        "file_place": "示范海湾供电公司",
        "household_police": "示范市公安局城南派出所",
    }


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Record the awards of the year, look after members in hardship, and ask for a correction."""
    random = Random(f"care-{bureau.size.code}")
    officer = User.objects.filter(
        person__appointments__unit=units[bureau.committee], person__appointments__post="officer"
    ).order_by("pk")[0]
    with clock.stand_on(today - timedelta(days=3)):
        care.record_awards(
            _invent_awards(units, persons, bureau, today, random, 40 if full else 10),
            actor=officer,
        )
    _look_after(units, persons, bureau, today, officer)
    _ask_correction(persons, bureau, today)


def _invent_awards(
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    random: Random,
    number: int,
) -> list[care.AwardDraft]:
    drafts = []
    for place in range(number):
        branch = bureau.branches[place % len(bureau.branches)]
        level = random.choice(LEVELS)
        of_unit = place % 3 == 0
        member = branch.members[place % len(branch.members)]
        titles = UNIT_AWARDS if of_unit else MEMBER_AWARDS
        on = today - timedelta(days=10 + 8 * place)
        drafts.append(
            care.AwardDraft(
                unit=units[branch.name],
                person=None if of_unit else persons[member.name],
                title=titles[place // 3 % len(titles)],
                level=level,
                body=BODIES.get(level, bureau.committee),
                awarded_on=on,
                document_number=f"示党〔{on.year}〕{place + 3}号",
            )
        )
    return drafts


def _look_after(
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    officer: User,
) -> None:
    taken: set[str] = set()
    for place, (kind, situation) in enumerate(SITUATIONS):
        branch = bureau.branches[-1 - place % len(bureau.branches)]
        secretary = next(m for m in branch.members if "secretary" in m.posts)
        since = today - timedelta(days=200 + 20 * place)
        told_on = since + timedelta(days=5)
        unit = units[branch.name]
        there = people.list_members([unit.pk], told_on)[unit.pk]  # some were transferred since
        plain = [m for m in branch.members if not m.posts and persons[m.name] in there]
        free = [m for m in plain if m.name not in taken]
        if not free:
            continue  # a small branch may have nobody left without a post
        member = free[-1]
        taken.add(member.name)
        with clock.stand_on(told_on):
            record = care.register_hardship(
                unit=unit,
                draft=care.HardshipDraft(
                    persons[member.name],
                    kind,
                    situation,
                    since,
                    today + timedelta(days=25 * place - 15),
                ),
                actor=officer,
            )
        for visit in range(1 + place % 3):
            on = since + timedelta(days=30 + 50 * visit)
            money = visit == 0
            with clock.stand_on(on):
                care.record_visit(
                    hardship=record,
                    draft=care.VisitDraft(
                        on,
                        persons[secretary.name],
                        "money" if money else "talk",
                        Decimal(500 + 100 * place) if money else None,
                    ),
                    actor=officer,
                )


def _ask_correction(persons: dict[str, Person], bureau: world.Bureau, today: date) -> None:
    member = bureau.branches[-1].members[-2]
    with clock.stand_on(today - timedelta(days=1)):
        people.request_correction(
            person=persons[member.name],
            field="technical_title",
            stated="首席技师",
            reason="今年9月已聘任，附聘书。",
            actor=None,
        )
