"""What every act on a contest does: take the row, move on, tell the trail."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.contests.enums import Happened, State
from linghang.contests.models import Act, Contest
from linghang.platform.acts import check_seen, known, not_now
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def take(contest: Contest, seen: str | None, happened: Happened, *states: State) -> Contest:
    """Return the contest locked; refuse what somebody else moved on, or what does not come now."""
    held = Contest.objects.select_for_update(of=("self",)).select_related("root").get(pk=contest.pk)
    check_seen(held, seen)
    if State(held.state) not in states:
        raise not_now(happened.label, State(held.state).label)
    return held


def tell(contest: Contest, happened: Happened, actor: Any, reason: str = "", **new: Any) -> None:
    """Write the act into the contest's history and the audit trail, and raise its version."""
    contest.version += 1
    contest.save(update_fields=["version"])
    Act.objects.create(
        contest=contest, kind=happened, by=known(actor), at=clock.now(), reason=reason[:400]
    )
    audit.record(
        actor=actor,
        verb=f"contest.{happened.value}",
        target=contest,
        label=contest.title,
        unit_path=contest.root.path,
        new=new,
        reason=reason,
    )


def refuse(words: str, code: str) -> ValidationError:
    """Return a refusal of the whole act."""
    return ValidationError(words, code=code)


def name_shared(names: list[str]) -> str:
    """Return why stations cannot be teams."""
    return _(
        "The records of %(teams)s cannot be told from those of other units: each needs a branch that covers it alone."
    ) % {"teams": "、".join(names)}
