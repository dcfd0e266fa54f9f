"""Pages of membership."""

from linghang.membership.web.views.acts import (
    end_application,
    move_application,
    open_application,
    take_step,
    withdraw_step,
)
from linghang.membership.web.views.pages import (
    export_applications,
    go_to_step,
    list_applications,
    show_application,
)

__all__ = [
    "end_application",
    "export_applications",
    "go_to_step",
    "list_applications",
    "move_application",
    "open_application",
    "show_application",
    "take_step",
    "withdraw_step",
]
