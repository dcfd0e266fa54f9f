"""What other apps may ask of meetings."""

from __future__ import annotations

from linghang.meetings.queries import (
    annotate_book,
    annotate_resolutions,
    judge_standing,
    list_held,
    list_resolutions,
)
from linghang.meetings.services import (
    ItemDraft,
    TaskDraft,
    VoteDraft,
    add_item,
    change_item,
    make_up,
)

__all__ = [
    "ItemDraft",
    "TaskDraft",
    "VoteDraft",
    "add_item",
    "annotate_book",
    "annotate_resolutions",
    "change_item",
    "judge_standing",
    "list_held",
    "list_resolutions",
    "make_up",
]
