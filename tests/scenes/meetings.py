"""A meeting with an agenda, a resolution and somebody absent, for the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.activities import api as activities
from linghang.activities.models import Activity, ActivityKind
from linghang.meetings import services
from linghang.meetings.models import AgendaItem
from linghang.meetings.services import ItemDraft, TaskDraft, VoteDraft

HELD = date(2026, 11, 3)
DUE = date(2026, 12, 11)


def objects(world: Any) -> dict[str, object]:
    """Return a meeting of the branch, the item it resolved, and a make-up."""
    meeting = _meet(world, "研究年度工作")
    return {
        "meeting": meeting,
        "agenda_item": _resolve(world, meeting, "更新责任区公示"),
        "make_up": services.make_up(
            activity=meeting,
            people=[world.bureau.member],
            on=HELD,
            way="自学材料",
            actor=world.bureau.secretary.user,
        )[0],
    }


def add_rows(world: Any, more: int) -> None:
    """Add meetings with resolutions, and items to the agenda there is."""
    first = Activity.objects.get(topic="研究年度工作")
    for number in range(more):
        meeting = _meet(world, f"研究工作{number}")
        _resolve(world, meeting, f"议题{number}")
        item = _resolve(world, first, f"追加议题{number}")
        services.change_item(
            item=item,
            draft=ItemDraft(topic=item.topic, decided="改由支部负责。"),
            reason="笔误",
            actor=world.bureau.secretary.user,
        )


def _meet(world: Any, topic: str) -> Activity:
    kind = ActivityKind.objects.get(code="members_meeting")
    draft = activities.ActivityDraft(
        kind,
        world.bureau.branch,
        HELD,
        topic,
        absences=[activities.Absence(person_id=world.bureau.member.pk, reason="出差")],
    )
    return activities.record_activity(draft=draft, actor=world.bureau.secretary.user)


def _resolve(world: Any, meeting: Activity, topic: str) -> AgendaItem:
    draft = ItemDraft(
        topic=topic,
        decided="同意。",
        vote=VoteDraft(),
        task=TaskDraft("落实", DUE, world.bureau.colleague),
    )
    return services.add_item(activity=meeting, draft=draft, actor=world.bureau.secretary.user)
