"""Pages of meetings and every act on them."""

from linghang.meetings.web.views.acts import (
    add_item,
    change_item,
    make_up,
    withdraw_item,
    withdraw_make_up,
)
from linghang.meetings.web.views.pages import (
    list_resolutions,
    send_book,
    send_minutes,
    show_book,
    show_item,
    show_make_up,
    show_panel,
    show_unit_panel,
)

__all__ = [
    "add_item",
    "change_item",
    "list_resolutions",
    "make_up",
    "send_book",
    "send_minutes",
    "show_book",
    "show_item",
    "show_make_up",
    "show_panel",
    "show_unit_panel",
    "withdraw_item",
    "withdraw_make_up",
]
