"""Reading raised problems: who sees which, what waits for whom, what is alike, who solves such ones."""

from linghang.routing.queries.cases import (
    annotate_board,
    filter_escalated,
    filter_late,
    filter_running,
    filter_waiting,
    find_like,
    list_cases,
    list_places,
    list_targets,
    search_cases,
)
from linghang.routing.queries.dates import list_dates
from linghang.routing.queries.recipients import (
    list_back_office,
    list_front,
    list_holders,
    list_middle_office,
)
from linghang.routing.queries.statistics import (
    LEAST,
    Line,
    Numbers,
    measure_cases,
)
from linghang.routing.queries.suggestions import Suggestion, suggest_units

__all__ = [
    "LEAST",
    "Line",
    "Numbers",
    "Suggestion",
    "annotate_board",
    "filter_escalated",
    "filter_late",
    "filter_running",
    "filter_waiting",
    "find_like",
    "list_back_office",
    "list_cases",
    "list_dates",
    "list_front",
    "list_holders",
    "list_middle_office",
    "list_places",
    "list_targets",
    "measure_cases",
    "search_cases",
    "suggest_units",
]
