"""A branch whose dues are kept: bases, a month paid, a relief, special dues."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from linghang.dues import services
from linghang.dues.services import BaseDraft, ExtraDraft, PaidDraft, ReliefDraft
from linghang.people.api import list_members
from tests.cast import make_person

OCTOBER = date(2026, 10, 1)


def objects(world: Any) -> dict[str, object]:
    """Return a payment, a relief, special dues and the book of October."""
    bureau = world.bureau
    unit, actor = bureau.branch, bureau.secretary.user
    _rate(world, [bureau.member, bureau.colleague])
    (payment,) = services.record_month(
        unit=unit,
        month=OCTOBER,
        paid=[PaidDraft(bureau.member, date(2026, 10, 9))],
        actor=actor,
    )
    relief = ReliefDraft(
        person=bureau.colleague,
        kind="reduced",
        first=OCTOBER,
        last=OCTOBER,
        decided_by="公司党委",
        decided_on=date(2026, 9, 20),
        reason="家庭困难",
        cents=500,
    )
    extra = ExtraDraft(bureau.member, "special", 100_000, date(2026, 10, 9))
    return {
        "dues_payment": payment,
        "dues_book": payment.book,
        "dues_relief": services.grant_relief(unit=unit, draft=relief, actor=actor),
        "dues_extra": services.record_extra(unit=unit, draft=extra, actor=actor),
    }


def add_rows(world: Any, more: int) -> None:
    """Let more members pay."""
    unit = world.bureau.branch
    people = [make_person(f"缴费{number}", unit) for number in range(more)]
    _rate(world, people)
    services.record_month(
        unit=unit,
        month=OCTOBER,
        paid=[PaidDraft(person, date(2026, 10, 9)) for person in people],
        actor=world.bureau.secretary.user,
    )
    assert len(list_members([unit.pk], OCTOBER)[unit.pk]) > more


def _rate(world: Any, people: list[Any]) -> None:
    services.set_bases(
        unit=world.bureau.branch,
        month=date(2026, 1, 1),
        drafts=[BaseDraft(person, "employed", Decimal(6000)) for person in people],
        actor=world.bureau.secretary.user,
    )
