"""Stating and closing problems; the facts go with them."""

from linghang.rectification.services.overdue import refresh_overdue
from linghang.rectification.services.problems import (
    ProblemDraft,
    close_problem,
    correct_problem,
    create_problems,
    save_problems,
    update_problems,
)

__all__ = [
    "ProblemDraft",
    "close_problem",
    "correct_problem",
    "create_problems",
    "refresh_overdue",
    "save_problems",
    "update_problems",
]
