"""An issued list, a reading list and one being written."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.worklists import services
from linghang.worklists.api import ItemDraft
from linghang.worklists.enums import Owner
from linghang.worklists.mapping import write_row
from linghang.worklists.models import Assignment
from linghang.worklists.services import drafting

DUE = date(2026, 12, 18)


def objects(world: Any) -> dict[str, object]:
    """Issue one list to everybody and one to read; begin a third."""
    bureau, officer = world.bureau, world.bureau.officer.user
    worklist = services.issue_list(
        title="党建工作任务一览表",
        kind="tasks",
        issuer=bureau.committee,
        items=[
            ItemDraft("讲党课", section="组织", owner=Owner.ORGANISATION, due_on=DUE),
            ItemDraft("岗位承诺", section="党员", owner=Owner.MEMBER, due_on=DUE),
        ],
        actor=officer,
    )
    reading = services.issue_list(
        title="年度书目",
        kind="reading",
        issuer=bureau.committee,
        items=[ItemDraft("《中国共产党章程》", owner=Owner.MEMBER, due_on=DUE)],
        actor=officer,
    )
    draft = drafting.start_draft(
        title="四季度清单",
        kind="tasks",
        issuer=bureau.committee,
        rows=[write_row(ItemDraft("报送", owner=Owner.ORGANISATION, due_on=DUE))],
        actor=officer,
    )
    return {
        "worklist": worklist,
        "list_item": worklist.items.get(number=1),
        "reading": reading,
        "reading_task": Assignment.objects.get(worklist=reading, person=bureau.member),
        "list_draft": draft,
    }


def add_rows(world: Any, more: int) -> None:
    """Add lists, items, acts, later days asked for, and items of the list being written."""
    bureau, officer = world.bureau, world.bureau.officer.user
    worklist, draft = world.objects["worklist"], world.objects["list_draft"]
    for number in range(more):
        services.issue_list(
            title=f"新清单{number}",
            kind="tasks",
            issuer=bureau.committee,
            items=[ItemDraft("新事项", owner=Owner.ORGANISATION, due_on=DUE)],
            actor=officer,
        )
        item = services.add_items(
            worklist=worklist,
            items=[
                ItemDraft(f"补充{number}", owner=Owner.ORGANISATION, due_on=DUE),
                ItemDraft(f"补充党员{number}", owner=Owner.MEMBER, due_on=DUE),
            ],
            actor=officer,
        )[0]
        services.add_items(
            worklist=world.objects["reading"],
            items=[ItemDraft(f"《书目{number}》", owner=Owner.MEMBER, due_on=DUE)],
            actor=officer,
        )
        services.ask_extension(
            task=Assignment.objects.get(item=item, unit=bureau.branch),
            new_due_on=date(2027, 1, 8),
            reason="人员抢修未归",
            actor=bureau.secretary.user,
        )
        draft = drafting.write_draft_item(
            draft=draft,
            item=ItemDraft(f"报送{number}", owner=Owner.POST, post="secretary", due_on=DUE),
            number=None,
            actor=officer,
            seen=draft.version,
        )
        drafting.start_draft(
            title=f"草稿{number}", kind="tasks", issuer=bureau.committee, actor=officer
        )
