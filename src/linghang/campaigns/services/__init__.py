"""Special actions and commitments: planned, run, reported once, closed; facts go with commitments."""

from linghang.campaigns.services.actions import (
    GoalDraft,
    begin_due,
    change_campaign,
    move_campaign,
    plan_campaign,
)
from linghang.campaigns.services.commitments import (
    CommitmentDraft,
    carry_over,
    keep_commitment,
    promise,
    refresh_overdue,
    report_step,
    withdraw_commitment,
)
from linghang.campaigns.services.feedback import (
    ANSWERS_OF_A_DEVICE,
    ANSWERS_OF_A_NETWORK,
    answer,
    raise_low_mark,
)

__all__ = [
    "ANSWERS_OF_A_DEVICE",
    "ANSWERS_OF_A_NETWORK",
    "CommitmentDraft",
    "GoalDraft",
    "answer",
    "begin_due",
    "carry_over",
    "change_campaign",
    "keep_commitment",
    "move_campaign",
    "plan_campaign",
    "promise",
    "raise_low_mark",
    "refresh_overdue",
    "report_step",
    "withdraw_commitment",
]
