"""What other apps may ask of diagnosis."""

from linghang.diagnosis.queries import (
    count_leads,
    list_problems,
    list_rounds,
    list_sets,
    list_sheets,
    waiting_for,
)
from linghang.diagnosis.services import (
    Choice,
    ExpertDraft,
    RoundDraft,
    Said,
    finish_check,
    hand_in_sheet,
    move_round,
    open_round,
    save_expert_answers,
    save_self_answers,
    state_problems,
)

__all__ = [
    "Choice",
    "ExpertDraft",
    "RoundDraft",
    "Said",
    "count_leads",
    "finish_check",
    "hand_in_sheet",
    "list_problems",
    "list_rounds",
    "list_sets",
    "list_sheets",
    "move_round",
    "open_round",
    "save_expert_answers",
    "save_self_answers",
    "state_problems",
    "waiting_for",
]
