"""A task that waits for acceptance, one with a later day asked for, one of a member's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.worklists import services
from linghang.worklists.enums import Owner
from linghang.worklists.mapping import ItemDraft
from linghang.worklists.models import Assignment, Extension

DUE = date(2026, 12, 18)


def objects(world: Any) -> dict[str, object]:
    """Return what the pages of tasks are asked about."""
    bureau = world.bureau
    tasks = _issue(
        world,
        "验收清单",
        ItemDraft("报送总结", owner=Owner.ORGANISATION, due_on=DUE, acceptance="issuer"),
    )
    own = _issue(world, "党员清单", ItemDraft("重温入党誓词", owner=Owner.MEMBER, due_on=DUE))
    duty = ItemDraft(
        "书记讲党课",
        owner=Owner.POST,
        post="secretary",
        cadence="quarter",
        proof_kind="activity.party_lecture",
    )
    _issue(world, "书记履责清单", duty, kind="duty")
    services.finish_task(
        task=tasks.get(unit=bureau.branch),
        finished_on=date(2026, 11, 20),
        result="已报送。",
        actor=bureau.secretary.user,
    )
    services.ask_extension(
        task=tasks.get(unit=bureau.other_branch),
        new_due_on=date(2026, 12, 25),
        reason="迎峰度冬保电",
        actor=world.other_secretary.user,
    )
    return {
        "handed_in_task": tasks.get(unit=bureau.branch),
        "extension": Extension.objects.get(assignment__in=tasks),
        "own_task": own.get(person=bureau.member),
    }


def _issue(world: Any, title: str, item: ItemDraft, kind: str = "tasks") -> Any:
    worklist = services.issue_list(
        title=title,
        kind=kind,
        issuer=world.bureau.committee,
        items=[item],
        actor=world.bureau.officer.user,
    )
    return Assignment.objects.filter(worklist=worklist)


def add_rows(world: Any, more: int) -> None:
    """Issue so many more lists to everybody, one handed in and one with a later day asked for in each."""
    bureau = world.bureau
    for number in range(more):
        item = ItemDraft(
            f"新增事项{number}", owner=Owner.ORGANISATION, due_on=DUE, acceptance="issuer"
        )
        tasks = _issue(world, f"新增清单{number}", item)
        services.finish_task(
            task=tasks.get(unit=bureau.branch),
            finished_on=date(2026, 11, 20),
            result="已报送。",
            actor=bureau.secretary.user,
        )
        services.ask_extension(
            task=tasks.get(unit=bureau.other_branch),
            new_due_on=date(2026, 12, 25),
            reason="迎峰度冬保电",
            actor=world.other_secretary.user,
        )
        own = ItemDraft(f"自学{number}", owner=Owner.MEMBER, due_on=DUE, acceptance="issuer")
        _issue(world, f"自学清单{number}", own)
