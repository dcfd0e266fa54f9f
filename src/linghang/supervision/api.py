"""What other apps may ask of supervision: little, by its nature."""

from linghang.supervision.queries import (
    filter_open_hints,
    filter_overdue_reviews,
    list_examinations,
    list_findings,
    list_hints,
    list_risks,
    waiting_for,
)
from linghang.supervision.services import (
    ExaminationDraft,
    RiskDraft,
    Said,
    add_risks,
    adopt_templates,
    compute_hints,
    decide_hint,
    hand_in_reply,
    look_at_hint,
    open_examination,
    review_risk,
    save_answers,
)

__all__ = [
    "ExaminationDraft",
    "RiskDraft",
    "Said",
    "add_risks",
    "adopt_templates",
    "compute_hints",
    "decide_hint",
    "filter_open_hints",
    "filter_overdue_reviews",
    "hand_in_reply",
    "list_examinations",
    "list_findings",
    "list_hints",
    "list_risks",
    "look_at_hint",
    "open_examination",
    "review_risk",
    "save_answers",
    "waiting_for",
]
