"""What other apps may ask of rectification."""

from linghang.rectification.queries import (
    filter_overdue_problems,
    filter_unsolved,
    list_problems,
    search_problems,
)
from linghang.rectification.services import ProblemDraft, refresh_overdue, save_problems

__all__ = [
    "ProblemDraft",
    "filter_overdue_problems",
    "filter_unsolved",
    "list_problems",
    "refresh_overdue",
    "save_problems",
    "search_problems",
]
