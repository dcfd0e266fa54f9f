"""Awards and a member in hardship, for the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.care import services
from linghang.care.services import AwardDraft, HardshipDraft, VisitDraft


def objects(world: Any) -> dict[str, object]:
    """Return an award of the branch, one of a member, a member in hardship, and a visit."""
    bureau = world.bureau
    of_unit = _award(world, "先进基层党组织")
    of_person = _award(world, "优秀共产党员", person=bureau.member)
    hardship = _register(world, bureau.member)
    visit = services.record_visit(
        hardship=hardship,
        draft=VisitDraft(on=date(2026, 9, 20), visitor=bureau.secretary, help="talk"),
        actor=bureau.secretary.user,
    )
    return {
        "unit_award": of_unit,
        "person_award": of_person,
        "hardship": hardship,
        "hardship_visit": visit,
    }


def add_rows(world: Any, more: int) -> None:
    """Record more awards, and a member in hardship for the first of them."""
    for number in range(more):
        _award(world, f"表彰{number}")
    if more:
        _register(world, world.bureau.colleague)


def _award(world: Any, title: str, **fields: Any) -> Any:
    draft = AwardDraft(
        unit=world.bureau.branch,
        title=title,
        level="bureau",
        body="中共示范甲供电公司委员会",
        awarded_on=date(2026, 7, 1),
        **fields,
    )
    return services.record_awards([draft], actor=world.bureau.secretary.user)[0]


def _register(world: Any, person: Any) -> Any:
    draft = HardshipDraft(
        person=person,
        kind="illness",
        situation="秘而不宣的病情",
        since=date(2026, 9, 1),
        review_on=date(2027, 3, 1),
    )
    return services.register_hardship(
        unit=world.bureau.branch, draft=draft, actor=world.bureau.secretary.user
    )
