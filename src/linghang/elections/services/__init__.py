"""Every act of a re-election: request, candidates, ballots, report and reply."""

from linghang.elections.services.finishing import (
    decide_result,
    list_posts,
    propose_posts,
    report_result,
)
from linghang.elections.services.opening import (
    RequestDraft,
    decide_request,
    is_beyond_shift,
    judge_timing,
    open_election,
    send_request,
    withdraw_election,
)
from linghang.elections.services.proposing import decide_candidates, nominate, submit_candidates
from linghang.elections.services.voting import (
    BallotDraft,
    describe_rule,
    fail_election,
    leave_out,
    leave_seats_open,
    record_ballot,
)

__all__ = [
    "BallotDraft",
    "RequestDraft",
    "decide_candidates",
    "decide_request",
    "decide_result",
    "describe_rule",
    "fail_election",
    "is_beyond_shift",
    "judge_timing",
    "leave_out",
    "leave_seats_open",
    "list_posts",
    "nominate",
    "open_election",
    "propose_posts",
    "record_ballot",
    "report_result",
    "send_request",
    "submit_candidates",
    "withdraw_election",
]
