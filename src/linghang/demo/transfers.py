"""Transfers: one out whose receipt is late, one between branches, one in; two floating members, one lost."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.demo import names, world
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.transfers import api as transfers

OUTSIDE = "中共示范水务集团有限公司委员会"
CAME_FROM = "中共示范通信工程有限公司委员会"
NEWCOMER = "贺远来"


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,  # noqa: ARG001  as every practice is built
) -> None:
    """Send one member out and one to another branch, receive one, and register who is away."""
    random = Random(f"transfers-{bureau.size.code}")
    officer = User.objects.filter(
        person__appointments__unit=units[bureau.committee], person__appointments__post="officer"
    ).order_by("pk")[0]
    home, goal = (branch for branch in bureau.branches[:4][2:])
    unit, to_unit = units[home.name], units[goal.name]
    plain = [m for m in home.members if not m.posts and m.full_on]
    floating = [m for m in plain if m.is_floating]
    rest = [m for m in plain if not m.is_floating]
    away = [*floating, *rest[3:]][:2]
    leaves, moves, lost = (persons[m.name] for m in rest[:3])
    _send(unit, leaves, today - timedelta(days=30), officer, other=OUTSIDE)
    _send(unit, moves, today - timedelta(days=5), officer, to_unit=to_unit)
    with clock.stand_on(today - timedelta(days=3)):
        _receive(to_unit, random, officer)
    for number, member in enumerate(away):
        _leave(
            unit, persons[member.name], today, contact_on=today - timedelta(days=100 - 80 * number)
        )
    _lose(unit, lost, today)


def _send(
    unit: Unit,
    person: Person,
    on: date,
    officer: User,
    *,
    to_unit: Unit | None = None,
    other: str = "",
) -> None:
    with clock.stand_on(on):
        draft = transfers.OutDraft(
            person=person,
            purpose="work",
            to_unit=to_unit,
            other=other,
            paid_until=(on.replace(day=1) - timedelta(days=1)).replace(day=1),
            reason="当月随工资发放后补交",
        )
        transfer = transfers.open_transfer(unit=unit, draft=draft, actor=None)
        transfers.approve_transfer(transfer=transfer, actor=officer)


def _receive(unit: Unit, random: Random, officer: User) -> None:
    on = clock.today()
    born = date(1991, 4, 12)
    draft = transfers.LetterDraft(
        unit=unit,
        name=NEWCOMER,
        identity_number=names.invent_identity_number(random, born, male=True),
        other=CAME_FROM,
        number=f"〔{on.year}〕第0126号",
        issued_on=on - timedelta(days=4),
        days=10,
        paid_until=on.replace(day=1),
        joined_on=date(2014, 6, 20),
        full_on=date(2015, 6, 20),
    )
    transfers.register_letter(draft=draft, actor=officer)


def _leave(unit: Unit, person: Person, today: date, contact_on: date) -> None:
    since = today - timedelta(days=200)
    with clock.stand_on(since):
        draft = transfers.AwayDraft(
            person=person,
            since=since,
            place="示范省示范新区输变电工程工地",
            contact="工程项目部办公室",
            host="示范新区流动党员党支部",
            card_number=f"LD{since.year}{person.pk:05d}",
        )
        away = transfers.register_away(unit=unit, draft=draft, actor=None)
    with clock.stand_on(contact_on):
        transfers.record_contact(away=away, on=contact_on, note="视频参加主题党日", actor=None)


def _lose(unit: Unit, person: Person, today: date) -> None:
    last = today - timedelta(days=250)
    with clock.stand_on(today - timedelta(days=60)):
        draft = transfers.LostDraft(person, last, "work_away")
        away = transfers.report_lost(unit=unit, draft=draft, actor=None)
        transfers.record_search(
            away=away, on=clock.today(), note="联系亲属并向户籍地发函", actor=None
        )
