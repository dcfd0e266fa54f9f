"""Reading rounds: who sees which, whose turn it is, what the marks say."""

from linghang.assessment.queries.records import LINES_AT_MOST, Records, count_records, find_lines
from linghang.assessment.queries.results import Mean, Outcome, compute_outcome, round_half_up
from linghang.assessment.queries.rounds import (
    annotate_advance,
    filter_unconfirmed,
    find_turns,
    is_in_team,
    list_before,
    list_branches,
    list_forms,
    list_own_sheets,
    list_rounds,
    list_sheets,
    list_subjects,
    list_team_to_choose,
    list_unconfirmed,
    waiting_for,
)

__all__ = [
    "LINES_AT_MOST",
    "Mean",
    "Outcome",
    "Records",
    "annotate_advance",
    "compute_outcome",
    "count_records",
    "filter_unconfirmed",
    "find_lines",
    "find_turns",
    "is_in_team",
    "list_before",
    "list_branches",
    "list_forms",
    "list_own_sheets",
    "list_rounds",
    "list_sheets",
    "list_subjects",
    "list_team_to_choose",
    "list_unconfirmed",
    "round_half_up",
    "waiting_for",
]
