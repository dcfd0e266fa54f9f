"""Every act on posts, zones and squads, contacts, inductions and own projects."""

from linghang.pioneers.services.carriers import (
    CarrierDraft,
    appoint_carrier,
    change_members,
    hand_over,
    propose_carrier,
    return_proposal,
    review_carrier,
    withdraw_carrier,
    write_pledge,
)
from linghang.pioneers.services.contacts import (
    VisitDraft,
    assign_contact,
    end_contact,
    record_visit,
)
from linghang.pioneers.services.inductions import issue_inductions
from linghang.pioneers.services.pipelines import (
    MilestoneDraft,
    PipelineDraft,
    add_milestone,
    answer_mentor,
    end_pipeline,
    name_mentor,
    open_pipeline,
    prove_milestone,
    review_pipeline,
)
from linghang.pioneers.services.projects import (
    MeasureDraft,
    ProjectDraft,
    add_measures,
    close_project,
    open_project,
)

__all__ = [
    "CarrierDraft",
    "MeasureDraft",
    "MilestoneDraft",
    "PipelineDraft",
    "ProjectDraft",
    "VisitDraft",
    "add_measures",
    "add_milestone",
    "answer_mentor",
    "appoint_carrier",
    "assign_contact",
    "change_members",
    "close_project",
    "end_contact",
    "end_pipeline",
    "hand_over",
    "issue_inductions",
    "name_mentor",
    "open_pipeline",
    "open_project",
    "propose_carrier",
    "prove_milestone",
    "record_visit",
    "return_proposal",
    "review_carrier",
    "review_pipeline",
    "withdraw_carrier",
    "write_pledge",
]
