"""Issuing lists, opening their periods, assigning and finishing tasks; the facts go with them."""

from linghang.worklists.services.accepting import accept_tasks, return_task
from linghang.worklists.services.acting import TASK_RELATED, Outcome, Refused, describe_seen
from linghang.worklists.services.changing import change_item, close_list, withdraw_item
from linghang.worklists.services.extending import ask_extension, decide_extension
from linghang.worklists.services.finishing import (
    TaskResult,
    correct_task,
    finish_task,
    finish_tasks,
    hand_over,
)
from linghang.worklists.services.issuing import add_items, issue_list, preview_list
from linghang.worklists.services.opening import hand_over_posts, open_periods
from linghang.worklists.services.overdue import refresh_overdue
from linghang.worklists.services.proving import (
    describe_proof,
    follow_facts,
    prove_open_tasks,
)
from linghang.worklists.services.tasks import TaskDraft, assign_tasks, save_tasks
from linghang.worklists.services.urging import urge_tasks

__all__ = [
    "TASK_RELATED",
    "Outcome",
    "Refused",
    "TaskDraft",
    "TaskResult",
    "accept_tasks",
    "add_items",
    "ask_extension",
    "assign_tasks",
    "change_item",
    "close_list",
    "correct_task",
    "decide_extension",
    "describe_proof",
    "describe_seen",
    "finish_task",
    "finish_tasks",
    "follow_facts",
    "hand_over",
    "hand_over_posts",
    "issue_list",
    "open_periods",
    "preview_list",
    "prove_open_tasks",
    "refresh_overdue",
    "return_task",
    "save_tasks",
    "urge_tasks",
    "withdraw_item",
]
