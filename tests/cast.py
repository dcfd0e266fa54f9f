"""Builds the cast of tests/conftest.py with models directly: the services under test are not its tools."""

from __future__ import annotations

from datetime import date

from linghang.accounts.models import User
from linghang.org.enums import UnitKind
from linghang.org.models import Coverage, Unit, UnitVersion
from linghang.people.models import Appointment, Person
from tests.conftest import Bureau

FOUNDED = date(2010, 1, 1)
PASSWORD = "Lh-demo-2026"


def make_unit(
    name: str, kind: UnitKind, parent: Unit | None = None, code: str | None = None
) -> Unit:
    number = Unit.objects.count() + 1
    prefix = "B" if kind.line == "business" else "P"
    unit = Unit.objects.create(
        code=code or f"{prefix}{number:05d}",
        line=kind.line,
        kind=kind,
        name=name,
        parent=parent,
        path="?",
        level=parent.level + 1 if parent else 1,
        established_on=FOUNDED,
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save()
    UnitVersion.objects.create(
        unit=unit,
        valid_from=FOUNDED,
        name=name,
        kind=kind,
        parent=parent,
        path=unit.path,
        level=unit.level,
    )
    return unit


def make_person(
    name: str,
    unit: Unit | None = None,
    posts: tuple[str, ...] = ("member",),
    *,
    username: str = "",
    **fields,
) -> Person:
    person = Person.objects.create(
        code=f"M{Person.objects.count() + 1:06d}",
        name=name,
        joined_on=date(2010, 7, 1),
        full_on=date(2011, 7, 1),
        **fields,
    )
    if username:
        person.user = User.objects.create_user(username, PASSWORD, name=name)
        person.save()
    for post in posts if unit else ():
        Appointment.objects.create(
            person=person,
            unit=unit,
            post_id=post,
            valid_from=date(2020, 1, 1),
            basis="选举结果批复",
        )
    return person


def build_bureau() -> Bureau:
    committee = make_unit("中共示范甲供电公司委员会", UnitKind.COMMITTEE)
    general = make_unit("生产党总支", UnitKind.GENERAL_BRANCH, committee)
    branch = make_unit("变电运维党支部", UnitKind.BRANCH, general)
    other = make_unit("输电运检党支部", UnitKind.BRANCH, general)
    group = make_unit("变电一班党小组", UnitKind.GROUP, branch)
    company = make_unit("示范甲供电公司", UnitKind.COMPANY)
    station = make_unit("东岭供电所", UnitKind.STATION, company)
    Coverage.objects.create(party_unit=branch, business_unit=station, valid_from=FOUNDED)
    away = make_unit("中共示范乙供电公司委员会", UnitKind.COMMITTEE)
    officer = make_person("高知远", committee, ("officer",), username="officer")
    leader = make_person("温海平", committee, ("committee_secretary",), username="leader")
    supervisor = make_person("严守正", committee, ("supervisor",), username="supervisor")
    secretary = make_person("韩帆", branch, ("member", "secretary"), username="secretary")
    member = make_person("林晓禾", branch, username="member")
    colleague = make_person("许怡书", branch)
    make_person("孟宇行", branch)
    make_person("方艳一", other, ("member", "secretary"), username="other-secretary")
    stranger = make_person("岑外人", away, ("officer",), username="stranger")
    administrator = User.objects.create_user(
        "admin", PASSWORD, name="系统管理员", is_system_administrator=True
    )
    return Bureau(
        committee,
        general,
        branch,
        other,
        group,
        company,
        station,
        officer,
        leader,
        supervisor,
        secretary,
        member,
        colleague,
        stranger,
        away,
        administrator,
    )
