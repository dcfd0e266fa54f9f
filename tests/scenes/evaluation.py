"""A draft of a scheme, and one before the committee."""

from __future__ import annotations

from typing import Any

from linghang.evaluation import services
from linghang.evaluation.models import Scheme


def objects(world: Any) -> dict[str, object]:
    """Return a draft being written and a proposed one."""
    bureau = world.bureau
    flag = Scheme.objects.get(code="flag")
    drafts = [
        services.start_draft(root=bureau.committee, actor=bureau.officer.user, based_on=flag)
        for _place in range(2)
    ]
    proposed = services.propose_draft(draft=drafts[1], actor=bureau.officer.user)
    return {"scheme_draft": drafts[0], "proposed_scheme": proposed}


def add_rows(world: Any, more: int) -> None:
    """Add so many drafts."""
    bureau = world.bureau
    for _place in range(more):
        services.start_draft(root=bureau.committee, actor=bureau.officer.user)
