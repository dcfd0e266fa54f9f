"""Stating problems, deciding measures, recording results, reviewing, closing; the facts go with them."""

from linghang.rectification.services.acting import describe_seen
from linghang.rectification.services.closing import (
    hand_in,
    list_obstacles,
    look_back,
    pass_reviews,
    reopen_problem,
    review_problem,
    withdraw_problem,
)
from linghang.rectification.services.extending import (
    ask_extension,
    assign_problem,
    decide_extension,
    hand_over,
)
from linghang.rectification.services.measures import (
    MeasureDraft,
    add_measures,
    link_measure,
    record_result,
)
from linghang.rectification.services.overdue import refresh_overdue
from linghang.rectification.services.stating import (
    ProblemDraft,
    correct_problem,
    create_problems,
    link_repeat,
    save_problems,
    update_problems,
)

__all__ = [
    "MeasureDraft",
    "ProblemDraft",
    "add_measures",
    "ask_extension",
    "assign_problem",
    "correct_problem",
    "create_problems",
    "decide_extension",
    "describe_seen",
    "hand_in",
    "hand_over",
    "link_measure",
    "link_repeat",
    "list_obstacles",
    "look_back",
    "pass_reviews",
    "record_result",
    "refresh_overdue",
    "reopen_problem",
    "review_problem",
    "save_problems",
    "update_problems",
    "withdraw_problem",
]
