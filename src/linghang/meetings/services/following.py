"""What follows when the record of a meeting is corrected or withdrawn."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.activities.api import RecordRefused
from linghang.activities.models import Activity
from linghang.meetings import queries
from linghang.meetings.models import AgendaItem, MakeUp
from linghang.meetings.services.making_up import drop_make_up
from linghang.meetings.services.writing import (
    VoteDraft,
    count_vote,
    drop_item,
    picture,
    save_change,
)


def follow_change(activity: Activity, actor: Any, reason: str) -> None:
    """Count the votes of a corrected meeting again; of a withdrawn one take everything back.

    Raises RecordRefused where the votes recorded do not fit the corrected attendance.
    """
    items = AgendaItem.objects.filter(activity=activity, withdrawn_on=None)
    items = items.select_related("activity__unit", "activity__kind", "task")
    make_ups = MakeUp.objects.filter(activity=activity, withdrawn_on=None)
    if activity.withdrawn_on is not None:
        for item in items:
            drop_item(item, reason, actor)
        for row in make_ups.select_related("activity__unit"):
            drop_make_up(row, reason, actor)
        return
    for item in items.exclude(vote=""):
        _count_again(item, reason, actor)
    absent = [seat.person_id for seat in queries.list_absent(activity) if seat.person_id]
    for row in make_ups.exclude(person_id__in=absent).select_related("activity__unit"):
        drop_make_up(row, reason, actor)


def _count_again(item: AgendaItem, reason: str, actor: Any) -> None:
    old = picture(item)
    left_out = {int(pk): why for pk, why in item.left_out.items()}
    try:
        count_vote(item, VoteDraft(item.against, item.abstained, left_out))
    except ValidationError as refusal:
        raise RecordRefused(
            "present",
            _("The vote on “%(topic)s” does not fit this attendance: %(why)s")
            % {"topic": item.topic, "why": " ".join(refusal.messages)},
        ) from refusal
    if picture(item) != old:
        save_change(item, old, reason, actor)
