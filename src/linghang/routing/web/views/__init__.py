"""Pages of routing."""

from linghang.routing.web.views.acts import (
    accept_case,
    answer_case,
    assign_case,
    confirm_case,
    decline_case,
    hand_over_case,
    merge_case,
    raise_case,
    reject_answer,
    reopen_case,
    send_back_case,
    take_up_case,
)
from linghang.routing.web.views.pages import (
    export_cases,
    list_cases,
    show_board,
    show_case,
    show_numbers,
)

__all__ = [
    "accept_case",
    "answer_case",
    "assign_case",
    "confirm_case",
    "decline_case",
    "export_cases",
    "hand_over_case",
    "list_cases",
    "merge_case",
    "raise_case",
    "reject_answer",
    "reopen_case",
    "send_back_case",
    "show_board",
    "show_case",
    "show_numbers",
    "take_up_case",
]
