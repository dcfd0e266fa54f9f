"""Pages of appraisals."""

from linghang.appraisal.web.views.acts import act, open_appraisal
from linghang.appraisal.web.views.own import show_mine, vote, write_self
from linghang.appraisal.web.views.pages import (
    list_units,
    send_report,
    send_slips,
    show_appraisal,
    show_slips,
)

__all__ = [
    "act",
    "list_units",
    "open_appraisal",
    "send_report",
    "send_slips",
    "show_appraisal",
    "show_mine",
    "show_slips",
    "vote",
    "write_self",
]
