"""What other apps may ask of assessment."""

from linghang.assessment.mapping import fact_kinds
from linghang.assessment.queries import compute_outcome, list_forms, list_rounds, waiting_for
from linghang.assessment.services import (
    RoundDraft,
    Said,
    add_finding,
    confirm_mark,
    confirm_slips,
    enter_slip,
    move_round,
    open_round,
    record_visit,
    return_sheet,
    save_marks,
    sign_visit,
    state_problem,
    withdraw_slip,
)

__all__ = [
    "RoundDraft",
    "Said",
    "add_finding",
    "compute_outcome",
    "confirm_mark",
    "confirm_slips",
    "enter_slip",
    "fact_kinds",
    "list_forms",
    "list_rounds",
    "move_round",
    "open_round",
    "record_visit",
    "return_sheet",
    "save_marks",
    "sign_visit",
    "state_problem",
    "waiting_for",
    "withdraw_slip",
]
