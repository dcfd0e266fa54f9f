"""Issuing lists, opening their periods, assigning and finishing tasks; the facts go with them."""

from linghang.worklists.services.changing import change_item, close_list, withdraw_item
from linghang.worklists.services.issuing import add_items, issue_list, preview_list
from linghang.worklists.services.opening import hand_over_posts, open_periods
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
    "add_items",
    "assign_tasks",
    "change_item",
    "close_list",
    "correct_task",
    "finish_task",
    "hand_over_posts",
    "issue_list",
    "open_periods",
    "preview_list",
    "refresh_overdue",
    "save_tasks",
    "withdraw_item",
]
