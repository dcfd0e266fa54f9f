"""Pages of study."""

from linghang.study.web.views.classes import list_classes, show_book, show_class, show_home
from linghang.study.web.views.hours import (
    claim_hours,
    export_hours,
    show_branch,
    show_branches,
    show_claim,
    show_own,
)
from linghang.study.web.views.planning import (
    call_off_class,
    call_roll,
    change_class,
    change_session,
    choose_people,
    drop_people,
    plan_class,
    plan_session,
    remove_session,
)

__all__ = [
    "call_off_class",
    "call_roll",
    "change_class",
    "change_session",
    "choose_people",
    "claim_hours",
    "drop_people",
    "export_hours",
    "list_classes",
    "plan_class",
    "plan_session",
    "remove_session",
    "show_book",
    "show_branch",
    "show_branches",
    "show_claim",
    "show_class",
    "show_home",
    "show_own",
]
