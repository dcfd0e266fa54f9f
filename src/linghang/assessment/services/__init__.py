"""What is done in assessment: rounds opened and closed, marks given and confirmed, visits recorded."""

from linghang.assessment.services.closing import Obstacle, find_obstacle, move_round
from linghang.assessment.services.marking import (
    Said,
    confirm_mark,
    confirm_slips,
    enter_slip,
    find_former_marks,
    list_open_slips,
    return_sheet,
    save_marks,
    withdraw_slip,
)
from linghang.assessment.services.opening import (
    RoundDraft,
    find_homes,
    find_without_login,
    open_round,
)
from linghang.assessment.services.visiting import (
    add_finding,
    record_visit,
    sign_visit,
    state_problem,
)

__all__ = [
    "Obstacle",
    "RoundDraft",
    "Said",
    "add_finding",
    "confirm_mark",
    "confirm_slips",
    "enter_slip",
    "find_former_marks",
    "find_homes",
    "find_obstacle",
    "find_without_login",
    "list_open_slips",
    "move_round",
    "open_round",
    "record_visit",
    "return_sheet",
    "save_marks",
    "sign_visit",
    "state_problem",
    "withdraw_slip",
]
