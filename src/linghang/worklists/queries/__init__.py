"""Reading lists and tasks."""

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
    "filter_overdue_tasks",
    "filter_waiting",
    "find_proof",
    "list_proofs",
    "list_tasks",
    "list_titles",
    "search_tasks",
]
