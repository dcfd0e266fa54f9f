"""Transfers at several places of the way, and who is away, for the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.transfers import services
from linghang.transfers.models import Transfer
from linghang.transfers.services import AwayDraft, LetterDraft, LostDraft, OutDraft
from tests.cast import make_person

OCTOBER = date(2026, 10, 1)
OUTSIDE = "中共示范丁市水务集团委员会"
NUMBER = "110101199003074434"


def objects(world: Any) -> dict[str, object]:
    """Return a transfer before its approval, one with its letter, one within, one in; two absences."""
    bureau = world.bureau
    approve = services.approve_transfer
    return {
        "opened_transfer": _open(world, "转甲"),
        "issued_transfer": approve(transfer=_open(world, "转乙"), actor=bureau.officer.user),
        "inner_transfer": approve(
            transfer=_open(world, "转丙", to_unit=bureau.other_branch), actor=bureau.officer.user
        ),
        "arriving_transfer": services.register_letter(
            draft=LetterDraft(
                unit=bureau.branch,
                name="转丁",
                identity_number=NUMBER,
                other=OUTSIDE,
                number="9号",
                issued_on=date(2026, 11, 18),
                days=10,
                paid_until=OCTOBER,
                joined_on=date(2015, 7, 1),
                full_on=date(2016, 7, 1),
            ),
            actor=bureau.officer.user,
        ),
        "floating_member": _leave(world, "流甲"),
        "lost_member": services.report_lost(
            unit=bureau.branch,
            draft=LostDraft(make_person("失甲", bureau.branch), date(2026, 3, 1), "work_away"),
            actor=bureau.secretary.user,
        ),
    }


def add_rows(world: Any, more: int) -> None:
    """Add transfers, letters of one that is issued anew, and absences."""
    for number in range(more):
        services.approve_transfer(
            transfer=_open(world, f"转行{number}"), actor=world.bureau.officer.user
        )
        _leave(world, f"流行{number}")
    transfer = world.objects["issued_transfer"]
    for _number in range(more):
        services.renew_letter(transfer=transfer, why="遗失", actor=world.bureau.officer.user)


def _open(world: Any, name: str, **values: Any) -> Transfer:
    unit = world.bureau.branch
    goal = values or {"other": OUTSIDE}
    draft = OutDraft(make_person(name, unit), "work", paid_until=OCTOBER, **goal)
    return services.open_transfer(unit=unit, draft=draft, actor=world.bureau.secretary.user)


def _leave(world: Any, name: str) -> Any:
    unit = world.bureau.branch
    draft = AwayDraft(make_person(name, unit), date(2026, 5, 4), "示范市", "工地办公室")
    return services.register_away(unit=unit, draft=draft, actor=world.bureau.secretary.user)
