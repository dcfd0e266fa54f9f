"""What other apps may ask of membership."""

from __future__ import annotations

from linghang.membership.models import Application
from linghang.membership.queries import (
    filter_due,
    filter_next_mine,
    filter_open,
    find_step,
    list_applications,
    list_full_members,
    name_step,
    read_files,
)
from linghang.membership.services import (
    ApplicantDraft,
    StepDraft,
    end_application,
    follow_transfer,
    open_application,
    take_over,
    take_step,
)
from linghang.platform.access import Scope
from linghang.platform.calendar import clock

__all__ = [
    "ApplicantDraft",
    "StepDraft",
    "end_application",
    "filter_due",
    "filter_open",
    "find_step",
    "follow_transfer",
    "list_applications",
    "list_full_members",
    "name_step",
    "open_application",
    "read_files",
    "take_over",
    "take_step",
    "waiting_for",
]


def waiting_for(scope: Scope) -> list[Application]:
    """Return the applications whose next day to keep has come and the reader acts; for home pages."""
    due = filter_due(list_applications(scope), clock.today()).order_by("next_due_on", "pk")[:50]
    return [
        file.application
        for file in read_files(list(due))
        if file.first_wait and file.first_wait.step in filter_next_mine(file, scope)
    ]
