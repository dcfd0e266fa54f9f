"""Every act of an appraisal: opening, own words, ballot, count, grades, reply, objection."""

from linghang.appraisal.services.finishing import (
    Decision,
    answer_objection,
    confirm_grades,
    decide_grades,
    describe_cap,
    follow_measure,
    object_to_grade,
    report_grades,
    tell_members,
)
from linghang.appraisal.services.opening import (
    PlanDraft,
    begin_ballot,
    excuse_member,
    open_appraisal,
    withdraw_appraisal,
    write_self,
)
from linghang.appraisal.services.steps import note_look
from linghang.appraisal.services.voting import (
    PaperDraft,
    cast_ballot,
    close_ballot,
    count_papers,
    name_paper_voters,
)

__all__ = [
    "Decision",
    "PaperDraft",
    "PlanDraft",
    "answer_objection",
    "begin_ballot",
    "cast_ballot",
    "close_ballot",
    "confirm_grades",
    "count_papers",
    "decide_grades",
    "describe_cap",
    "excuse_member",
    "follow_measure",
    "name_paper_voters",
    "note_look",
    "object_to_grade",
    "open_appraisal",
    "report_grades",
    "tell_members",
    "withdraw_appraisal",
    "write_self",
]
