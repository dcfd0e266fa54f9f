"""What other apps may ask of worklists."""

from linghang.worklists.queries import (
    filter_overdue_problems,
    filter_overdue_tasks,
    filter_waiting,
    list_problems,
    list_tasks,
    search_tasks,
)
from linghang.worklists.services import (
    ProblemDraft,
    TaskDraft,
    refresh_overdue,
    save_problems,
    save_tasks,
)

__all__ = [
    "ProblemDraft",
    "TaskDraft",
    "filter_overdue_problems",
    "filter_overdue_tasks",
    "filter_waiting",
    "list_problems",
    "list_tasks",
    "refresh_overdue",
    "save_problems",
    "save_tasks",
    "search_tasks",
]
