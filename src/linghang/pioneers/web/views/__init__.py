"""Pages of posts, zones and squads, contacts, inductions and own projects."""

from linghang.pioneers.web.views.acts import act, choose_unit, propose
from linghang.pioneers.web.views.carriers import (
    go_to_review,
    go_to_tenure,
    list_carriers,
    show_board,
    show_card,
    show_carrier,
    show_own,
    show_unit,
)
from linghang.pioneers.web.views.contacts import (
    assign_contact,
    end_contact,
    list_contacts,
    list_inductions,
    record_visit,
    show_contact,
    show_induction,
)
from linghang.pioneers.web.views.pipelines import (
    list_mentored,
    list_pipelines,
    open_pipeline,
    prove_milestone,
    show_pipeline,
    step_pipeline,
)
from linghang.pioneers.web.views.projects import (
    add_measure,
    close_project,
    list_projects,
    open_project,
    send_report,
    show_project,
)

__all__ = [
    "act",
    "add_measure",
    "assign_contact",
    "choose_unit",
    "close_project",
    "end_contact",
    "go_to_review",
    "go_to_tenure",
    "list_carriers",
    "list_contacts",
    "list_inductions",
    "list_mentored",
    "list_pipelines",
    "list_projects",
    "open_pipeline",
    "open_project",
    "propose",
    "prove_milestone",
    "record_visit",
    "send_report",
    "show_board",
    "show_card",
    "show_carrier",
    "show_contact",
    "show_induction",
    "show_own",
    "show_pipeline",
    "show_project",
    "show_unit",
    "step_pipeline",
]
