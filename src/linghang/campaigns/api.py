"""What other apps may ask of campaigns."""

from linghang.campaigns.queries import list_campaigns, list_commitments, read_board, waiting_for
from linghang.campaigns.services import (
    CommitmentDraft,
    GoalDraft,
    answer,
    carry_over,
    keep_commitment,
    plan_campaign,
    promise,
    report_step,
)

__all__ = [
    "CommitmentDraft",
    "GoalDraft",
    "answer",
    "carry_over",
    "keep_commitment",
    "list_campaigns",
    "list_commitments",
    "plan_campaign",
    "promise",
    "read_board",
    "report_step",
    "waiting_for",
]
