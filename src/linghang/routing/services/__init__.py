"""Raising problems and moving them on; every act is one transaction with its leg, audit and facts."""

from linghang.routing.services.answering import (
    answer_case,
    confirm_case,
    reject_answer,
    reopen_case,
)
from linghang.routing.services.escalating import note_escalations
from linghang.routing.services.hearing import hear
from linghang.routing.services.legs import tell_who_was_first
from linghang.routing.services.raising import CaseDraft, raise_case
from linghang.routing.services.routing import (
    accept_case,
    assign_case,
    decline_case,
    hand_over_case,
    merge_case,
    send_back_case,
    take_up_case,
)

__all__ = [
    "CaseDraft",
    "accept_case",
    "answer_case",
    "assign_case",
    "confirm_case",
    "decline_case",
    "hand_over_case",
    "hear",
    "merge_case",
    "note_escalations",
    "raise_case",
    "reject_answer",
    "reopen_case",
    "send_back_case",
    "take_up_case",
    "tell_who_was_first",
]
