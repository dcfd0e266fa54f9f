"""What other apps may ask of worklists."""

from linghang.worklists.mapping import CHUNK, NONE, UNIT, DuePlan, list_of_units
from linghang.worklists.queries import (
    filter_overdue_tasks,
    filter_waiting,
    list_tasks,
    search_tasks,
)
from linghang.worklists.services import TaskDraft, refresh_overdue, save_tasks

__all__ = [
    "CHUNK",
    "NONE",
    "UNIT",
    "DuePlan",
    "TaskDraft",
    "filter_overdue_tasks",
    "filter_waiting",
    "list_of_units",
    "list_tasks",
    "refresh_overdue",
    "save_tasks",
    "search_tasks",
]
