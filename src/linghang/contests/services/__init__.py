"""Writing contests: `preparing` before the first day, `counting` each day, `finishing` after the last."""

from linghang.contests.services.counting import state_all, state_days
from linghang.contests.services.finishing import (
    cancel_contest,
    close_contest,
    decide_objection,
    end_contest,
    object_to,
)
from linghang.contests.services.preparing import (
    ContestDraft,
    change_contest,
    prepare_contest,
    start_contest,
)

__all__ = [
    "ContestDraft",
    "cancel_contest",
    "change_contest",
    "close_contest",
    "decide_objection",
    "end_contest",
    "object_to",
    "prepare_contest",
    "start_contest",
    "state_all",
    "state_days",
]
