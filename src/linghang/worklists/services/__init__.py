"""Assigning and finishing tasks, stating and closing problems; the facts go with them."""

from linghang.worklists.services.overdue import refresh_overdue
from linghang.worklists.services.problems import (
    ProblemDraft,
    close_problem,
    correct_problem,
    create_problems,
    save_problems,
    update_problems,
)
from linghang.worklists.services.tasks import (
    TaskDraft,
    assign_tasks,
    correct_task,
    finish_task,
    save_tasks,
)

__all__ = [
    "ProblemDraft",
    "TaskDraft",
    "assign_tasks",
    "close_problem",
    "correct_problem",
    "correct_task",
    "create_problems",
    "finish_task",
    "refresh_overdue",
    "save_problems",
    "save_tasks",
    "update_problems",
]
