"""Every act of study: planning a class (`planning`), its roll calls (`calling`), claims (`claiming`)."""

from linghang.study.services.calling import RollDraft, record_session
from linghang.study.services.claiming import ClaimDraft, claim_hours, decide_claim
from linghang.study.services.planning import (
    ClassDraft,
    SessionDraft,
    call_off_class,
    change_class,
    change_session,
    choose_people,
    compute_hours,
    drop_people,
    plan_class,
    plan_sessions,
    remove_session,
)

__all__ = [
    "ClaimDraft",
    "ClassDraft",
    "RollDraft",
    "SessionDraft",
    "call_off_class",
    "change_class",
    "change_session",
    "choose_people",
    "claim_hours",
    "compute_hours",
    "decide_claim",
    "drop_people",
    "plan_class",
    "plan_sessions",
    "record_session",
    "remove_session",
]
