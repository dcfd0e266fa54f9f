"""Writing agendas, resolutions and make-up study."""

from linghang.meetings.services.following import follow_change
from linghang.meetings.services.making_up import make_up, withdraw_make_up
from linghang.meetings.services.writing import (
    ItemDraft,
    TaskDraft,
    VoteDraft,
    add_item,
    change_item,
    withdraw_item,
)

__all__ = [
    "ItemDraft",
    "TaskDraft",
    "VoteDraft",
    "add_item",
    "change_item",
    "follow_change",
    "make_up",
    "withdraw_item",
    "withdraw_make_up",
]
