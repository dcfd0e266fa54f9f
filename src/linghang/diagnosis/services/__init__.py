"""Writes of diagnosis: opening and moving a round, answering, checking, stating problems."""

from linghang.diagnosis.services.problems import Choice, state_problems
from linghang.diagnosis.services.rounds import (
    ExpertDraft,
    RoundDraft,
    add_expert,
    change_dates,
    move_round,
    open_round,
)
from linghang.diagnosis.services.sheets import (
    Said,
    finish_check,
    hand_in_sheet,
    save_expert_answers,
    save_self_answers,
)

__all__ = [
    "Choice",
    "ExpertDraft",
    "RoundDraft",
    "Said",
    "add_expert",
    "change_dates",
    "finish_check",
    "hand_in_sheet",
    "move_round",
    "open_round",
    "save_expert_answers",
    "save_self_answers",
    "state_problems",
]
