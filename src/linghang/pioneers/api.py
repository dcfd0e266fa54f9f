"""What other apps may ask of posts, zones and squads, contacts and own projects."""

from __future__ import annotations

from linghang.pioneers.queries.carriers import filter_review_due, list_carriers, read_work
from linghang.pioneers.queries.contacts import list_contacts, list_inductions
from linghang.pioneers.queries.projects import list_projects
from linghang.pioneers.services import (
    CarrierDraft,
    MeasureDraft,
    ProjectDraft,
    VisitDraft,
    appoint_carrier,
    assign_contact,
    hand_over,
    issue_inductions,
    open_project,
    propose_carrier,
    record_visit,
    review_carrier,
    withdraw_carrier,
)

__all__ = [
    "CarrierDraft",
    "MeasureDraft",
    "ProjectDraft",
    "VisitDraft",
    "appoint_carrier",
    "assign_contact",
    "filter_review_due",
    "hand_over",
    "issue_inductions",
    "list_carriers",
    "list_contacts",
    "list_inductions",
    "list_projects",
    "open_project",
    "propose_carrier",
    "read_work",
    "record_visit",
    "review_carrier",
    "withdraw_carrier",
]
