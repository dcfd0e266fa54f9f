"""Pages of transfers and of members who are away."""

from linghang.transfers.web.views.acts import (
    act,
    care,
    open_transfer,
    register_away,
    register_letter,
    report_lost,
)
from linghang.transfers.web.views.pages import (
    export_away,
    export_transfers,
    list_away,
    list_transfers,
    send_paper,
    show_away,
    show_transfer,
)

__all__ = [
    "act",
    "care",
    "export_away",
    "export_transfers",
    "list_away",
    "list_transfers",
    "open_transfer",
    "register_away",
    "register_letter",
    "report_lost",
    "send_paper",
    "show_away",
    "show_transfer",
]
