"""Views of diagnosis: rounds, sheets, the comparison of both sides."""

from linghang.diagnosis.web.views.comparing import (
    compare_round,
    export_comparison,
    state_problems,
)
from linghang.diagnosis.web.views.rounds import (
    add_expert,
    change_dates,
    list_rounds,
    move_round,
    open_round,
    show_round,
    show_standards,
)
from linghang.diagnosis.web.views.sheets import (
    answer_line,
    export_sheet,
    finish_check,
    hand_in_sheet,
    judge_line,
    show_sheet,
)

__all__ = [
    "add_expert",
    "answer_line",
    "change_dates",
    "compare_round",
    "export_comparison",
    "export_sheet",
    "finish_check",
    "hand_in_sheet",
    "judge_line",
    "list_rounds",
    "move_round",
    "open_round",
    "show_round",
    "show_sheet",
    "show_standards",
    "state_problems",
]
