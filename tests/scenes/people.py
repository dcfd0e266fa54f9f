"""A request to correct own data, for the tables."""

from __future__ import annotations

from typing import Any

from linghang.people import services
from linghang.people.models import CorrectionRequest


def objects(world: Any) -> dict[str, object]:
    """Return a request of the member that waits for the branch."""
    return {"correction_request": _ask(world, "technical_title")}


def add_rows(world: Any, more: int) -> None:
    """Ask for more corrections, each of another field."""
    for field, _number in zip(("job", "native_place", "frontline"), range(more), strict=False):
        _ask(world, field)


def _ask(world: Any, field: str) -> CorrectionRequest:
    member = world.bureau.member
    return services.request_correction(
        person=member, field=field, stated="正确的内容", reason="有误", actor=member.user
    )
