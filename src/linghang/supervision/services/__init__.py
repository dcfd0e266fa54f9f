"""Writes of supervision: self-examinations, risk points, hints; every look is recorded."""

from linghang.supervision.services.acting import record_list_look, record_look
from linghang.supervision.services.answering import Said, hand_in_reply, save_answers
from linghang.supervision.services.examining import (
    ExaminationDraft,
    change_due,
    close_examination,
    open_examination,
    return_reply,
    urge_replies,
)
from linghang.supervision.services.hints import compute_hints, decide_hint, look_at_hint
from linghang.supervision.services.risks import (
    RiskDraft,
    add_risks,
    adopt_templates,
    change_risk,
    retire_risk,
    review_risk,
)

__all__ = [
    "ExaminationDraft",
    "RiskDraft",
    "Said",
    "add_risks",
    "adopt_templates",
    "change_due",
    "change_risk",
    "close_examination",
    "compute_hints",
    "decide_hint",
    "hand_in_reply",
    "look_at_hint",
    "open_examination",
    "record_list_look",
    "record_look",
    "retire_risk",
    "return_reply",
    "review_risk",
    "save_answers",
    "urge_replies",
]
