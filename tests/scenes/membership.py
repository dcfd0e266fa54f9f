"""People on their way into the Party, at several places of it, for the tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.membership import services
from linghang.membership.models import Application, StepTaken
from linghang.membership.services import ApplicantDraft, StepDraft


def objects(world: Any) -> dict[str, object]:
    """Return an application at its beginning, one that waits for the superior, and one that ended."""
    applied = _apply(world, "陆新苗")
    talked = _talk(world, _apply(world, "方小禾"))
    named = _talk(world, _apply(world, "卫青禾"))
    _take(world, named, "activist", date(2026, 7, 1))
    ended = services.end_application(
        application=_apply(world, "束远行"),
        on=date(2026, 8, 1),
        reason="调离本单位",
        actor=world.bureau.secretary.user,
    )
    return {
        "application": applied,
        "talked_application": talked,
        "named_application": named,
        "ended_application": ended,
        "step_taken": StepTaken.objects.filter(application=talked).last(),
    }


def add_rows(world: Any, more: int) -> None:
    """Take in more applications."""
    for number in range(more):
        _talk(world, _apply(world, f"新苗{number}"))


def _apply(world: Any, name: str) -> Application:
    draft = ApplicantDraft(
        unit=world.bureau.branch,
        applied_on=date(2026, 5, 6),
        name=name,
        sex="2",
        born_on=date(1999, 4, 1),
    )
    return services.open_application(draft=draft, actor=world.bureau.secretary.user)


def _talk(world: Any, application: Application) -> Application:
    _take(world, application, "first_talk", date(2026, 5, 20))
    return application


def _take(world: Any, application: Application, step: str, on: date) -> None:
    services.take_step(
        application=application,
        draft=StepDraft(step=step, on=on),
        actor=world.bureau.secretary.user,
    )
