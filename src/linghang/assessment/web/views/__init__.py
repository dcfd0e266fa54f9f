"""Views of assessment: rounds, sheets of raters, subjects with slips and visits."""

from linghang.assessment.web.views.rounds import (
    list_rounds,
    move_round,
    open_round,
    show_form,
    show_round,
)
from linghang.assessment.web.views.sheets import confirm_mark, return_sheet, show_sheet
from linghang.assessment.web.views.subjects import (
    add_finding,
    confirm_slips,
    enter_slip,
    record_visit,
    show_subject,
    sign_visit,
    state_problem,
    withdraw_slip,
)

__all__ = [
    "add_finding",
    "confirm_mark",
    "confirm_slips",
    "enter_slip",
    "list_rounds",
    "move_round",
    "open_round",
    "record_visit",
    "return_sheet",
    "show_form",
    "show_round",
    "show_sheet",
    "show_subject",
    "sign_visit",
    "state_problem",
    "withdraw_slip",
]
