"""Views of people: the pages, the acts on persons, the roster as a workbook, corrections asked for."""

from linghang.people.web.views.acts import (
    add_person,
    appoint,
    edit_person,
    end_appointment,
    transfer,
)
from linghang.people.web.views.corrections import ask_correction, list_requests, show_request
from linghang.people.web.views.pages import (
    list_people,
    reveal,
    search,
    show_me,
    show_person,
    show_unit_panel,
)
from linghang.people.web.views.roster import export_roster

__all__ = [
    "add_person",
    "appoint",
    "ask_correction",
    "edit_person",
    "end_appointment",
    "export_roster",
    "list_people",
    "list_requests",
    "reveal",
    "search",
    "show_me",
    "show_person",
    "show_request",
    "show_unit_panel",
    "transfer",
]
