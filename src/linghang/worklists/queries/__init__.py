"""Reading lists and tasks."""

from linghang.worklists.queries.lists import (
    list_acts,
    list_drafts,
    list_items,
    list_lists,
    list_templates,
    list_waiting_extensions,
)
from linghang.worklists.queries.progress import (
    Progress,
    count_progress,
    filter_owed,
    progress_by,
    progress_of_items,
    progress_of_lists,
    roll_up,
)
from linghang.worklists.queries.tasks import (
    filter_overdue_tasks,
    filter_waiting,
    find_proof,
    list_proofs,
    list_tasks,
    list_titles,
    search_tasks,
)

__all__ = [
    "Progress",
    "count_progress",
    "filter_overdue_tasks",
    "filter_owed",
    "filter_waiting",
    "find_proof",
    "list_acts",
    "list_drafts",
    "list_items",
    "list_lists",
    "list_proofs",
    "list_tasks",
    "list_templates",
    "list_titles",
    "list_waiting_extensions",
    "progress_by",
    "progress_of_items",
    "progress_of_lists",
    "roll_up",
    "search_tasks",
]
