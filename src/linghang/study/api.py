"""What other apps may ask of study."""

from __future__ import annotations

from linghang.study.models import Claim, Session, StudyClass
from linghang.study.queries import list_classes, read_hours, read_people
from linghang.study.services import (
    ClaimDraft,
    ClassDraft,
    RollDraft,
    SessionDraft,
    choose_people,
    claim_hours,
    decide_claim,
    plan_class,
    plan_sessions,
    record_session,
)

__all__ = [
    "Claim",
    "ClaimDraft",
    "ClassDraft",
    "RollDraft",
    "Session",
    "SessionDraft",
    "StudyClass",
    "choose_people",
    "claim_hours",
    "decide_claim",
    "list_classes",
    "plan_class",
    "plan_sessions",
    "read_hours",
    "read_people",
    "record_session",
]
