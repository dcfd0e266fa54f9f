"""What other apps may ask of meetings."""

from __future__ import annotations

from linghang.meetings.services import (
    ItemDraft,
    TaskDraft,
    VoteDraft,
    add_item,
    change_item,
    make_up,
)

__all__ = ["ItemDraft", "TaskDraft", "VoteDraft", "add_item", "change_item", "make_up"]
