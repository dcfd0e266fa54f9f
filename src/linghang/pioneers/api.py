"""What other apps may ask of posts, zones and squads, contacts, own projects and pipelines."""

from __future__ import annotations

from linghang.pioneers.queries.carriers import filter_review_due, list_carriers, read_work
from linghang.pioneers.queries.contacts import list_contacts, list_inductions
from linghang.pioneers.queries.pipelines import (
    list_mentored,
    list_pipelines,
    list_proofs,
    read_ways,
)
from linghang.pioneers.queries.projects import list_projects
from linghang.pioneers.queries.waiting import Waiting, read_waiting
from linghang.pioneers.services import (
    CarrierDraft,
    MeasureDraft,
    MilestoneDraft,
    PipelineDraft,
    ProjectDraft,
    VisitDraft,
    add_milestone,
    answer_mentor,
    appoint_carrier,
    assign_contact,
    end_pipeline,
    hand_over,
    issue_inductions,
    open_pipeline,
    open_project,
    propose_carrier,
    prove_milestone,
    record_visit,
    review_carrier,
    review_pipeline,
    withdraw_carrier,
)
from linghang.platform.access import Scope
from linghang.platform.calendar import clock

__all__ = [
    "CarrierDraft",
    "MeasureDraft",
    "MilestoneDraft",
    "PipelineDraft",
    "ProjectDraft",
    "VisitDraft",
    "Waiting",
    "add_milestone",
    "answer_mentor",
    "appoint_carrier",
    "assign_contact",
    "end_pipeline",
    "filter_review_due",
    "hand_over",
    "issue_inductions",
    "list_carriers",
    "list_contacts",
    "list_inductions",
    "list_mentored",
    "list_pipelines",
    "list_projects",
    "list_proofs",
    "open_pipeline",
    "open_project",
    "propose_carrier",
    "prove_milestone",
    "read_ways",
    "read_work",
    "record_visit",
    "review_carrier",
    "review_pipeline",
    "waiting_for",
    "withdraw_carrier",
]


def waiting_for(scope: Scope) -> Waiting:
    """Return what waits for the reader; one query, for home pages."""
    return read_waiting(scope, clock.today())
