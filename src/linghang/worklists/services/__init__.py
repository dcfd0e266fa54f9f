"""Assigning and finishing tasks; the facts go with them."""

from linghang.worklists.services.overdue import refresh_overdue
from linghang.worklists.services.tasks import (
    TaskDraft,
    assign_tasks,
    correct_task,
    finish_task,
    save_tasks,
)

__all__ = [
    "TaskDraft",
    "assign_tasks",
    "correct_task",
    "finish_task",
    "refresh_overdue",
    "save_tasks",
]
