"""What other apps may ask of routing."""

from __future__ import annotations

from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.routing.models import Case
from linghang.routing.queries import (
    filter_late,
    filter_running,
    filter_waiting,
    list_cases,
    suggest_units,
)
from linghang.routing.queries.clocks import CLOCK
from linghang.routing.services import (
    CaseDraft,
    accept_case,
    answer_case,
    assign_case,
    confirm_case,
    decline_case,
    hand_over_case,
    merge_case,
    raise_case,
    reject_answer,
    reopen_case,
    send_back_case,
    take_up_case,
)

__all__ = [
    "CLOCK",
    "CaseDraft",
    "accept_case",
    "answer_case",
    "assign_case",
    "confirm_case",
    "decline_case",
    "filter_late",
    "filter_running",
    "hand_over_case",
    "list_cases",
    "merge_case",
    "raise_case",
    "reject_answer",
    "reopen_case",
    "send_back_case",
    "suggest_units",
    "take_up_case",
    "waiting_for",
]


def waiting_for(scope: Scope) -> list[Case]:
    """Return the cases that wait for the reader to act, the first due first; for home pages."""
    cases = filter_waiting(list_cases(scope), scope, clock.now())
    return list(cases.order_by("stage_due_at", "pk")[:50])
