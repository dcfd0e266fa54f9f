"""Views of awards and of members in hardship."""

from linghang.care.web.views.awards import (
    add_award,
    export_awards,
    list_awards,
    show_award,
    show_person_awards,
    withdraw_award,
)
from linghang.care.web.views.hardship import (
    add_hardship,
    change_hardship,
    go_to_visit,
    list_hardships,
    show_hardship,
)

__all__ = [
    "add_award",
    "add_hardship",
    "change_hardship",
    "export_awards",
    "go_to_visit",
    "list_awards",
    "list_hardships",
    "show_award",
    "show_hardship",
    "show_person_awards",
    "withdraw_award",
]
