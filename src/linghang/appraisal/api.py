"""What other apps may ask of appraisals."""

from __future__ import annotations

from linghang.appraisal import access
from linghang.appraisal.models import Appraisal
from linghang.appraisal.queries import (
    list_graded,
    list_participants,
)
from linghang.appraisal.queries import (
    list_waiting as waiting_for,
)
from linghang.appraisal.services import (
    Decision,
    PlanDraft,
    begin_ballot,
    cast_ballot,
    close_ballot,
    confirm_grades,
    decide_grades,
    open_appraisal,
    report_grades,
    tell_members,
    write_self,
)

__all__ = [
    "Appraisal",
    "Decision",
    "PlanDraft",
    "access",
    "begin_ballot",
    "cast_ballot",
    "close_ballot",
    "confirm_grades",
    "decide_grades",
    "list_graded",
    "list_participants",
    "open_appraisal",
    "report_grades",
    "tell_members",
    "waiting_for",
    "write_self",
]
