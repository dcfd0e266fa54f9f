"""Every act on the way into the Party: taking in an application, a step, taking one back, ending."""

from linghang.membership.services.applying import (
    ApplicantDraft,
    end_application,
    open_application,
)
from linghang.membership.services.judging import (
    describe_notices,
    judge_step,
)
from linghang.membership.services.moving import follow_transfer, move_application, take_over
from linghang.membership.services.stepping import StepDraft, take_step, withdraw_last_step

__all__ = [
    "ApplicantDraft",
    "StepDraft",
    "describe_notices",
    "end_application",
    "follow_transfer",
    "judge_step",
    "move_application",
    "open_application",
    "take_over",
    "take_step",
    "withdraw_last_step",
]
