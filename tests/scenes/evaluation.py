"""A draft of a scheme and one before the committee, a rejected objection, a line of a publication."""

from __future__ import annotations

from typing import Any

from linghang.evaluation import services
from linghang.evaluation.models import Posting, Scheme
from linghang.people.api import compute_scope


def objects(world: Any) -> dict[str, object]:
    """Return two drafts, an objection the supervisor rejected, and what the ledger was written from."""
    bureau = world.bureau
    flag = Scheme.objects.get(code="flag")
    drafts = [
        services.start_draft(root=bureau.committee, actor=bureau.officer.user, based_on=flag)
        for _place in range(2)
    ]
    objection = _object(world, "十月的党课没有计入。")
    services.decide_objection(
        objection=objection,
        uphold=False,
        decision="经查，党课在十一月。",
        actor=bureau.supervisor.user,
        scope=compute_scope(bureau.supervisor.user),
    )
    return {
        "scheme_draft": drafts[0],
        "proposed_scheme": services.propose_draft(draft=drafts[1], actor=bureau.officer.user),
        "rejected_objection": objection,
        "posting": Posting.objects.get(
            publication=world.objects["publication"], unit=bureau.branch
        ),
    }


def add_rows(world: Any, more: int) -> None:
    """Add so many drafts, and objections to the branch's score, each to another point of it."""
    bureau = world.bureau
    for number in range(more):
        services.start_draft(root=bureau.committee, actor=bureau.officer.user)
        _object(world, f"第{number}条记录有误。", ("D2-1", "D3-1", "D3-2", "")[number])


def _object(world: Any, text: str, criterion: str = "D1-1") -> Any:
    secretary = world.bureau.secretary.user
    return services.object_to(
        score=world.objects["branch_score"],
        criterion=criterion,
        text=text,
        actor=secretary,
        scope=compute_scope(secretary),
    )
