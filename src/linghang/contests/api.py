"""What other apps may ask of contests."""

from linghang.contests.services import (
    ContestDraft,
    close_contest,
    decide_objection,
    end_contest,
    object_to,
    prepare_contest,
    start_contest,
    state_days,
)

__all__ = [
    "ContestDraft",
    "close_contest",
    "decide_objection",
    "end_contest",
    "object_to",
    "prepare_contest",
    "start_contest",
    "state_days",
]
