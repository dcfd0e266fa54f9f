"""Pages of dues."""

from linghang.dues.web.views.acts import (
    correct_payment,
    grant_relief,
    record_extra,
    record_month,
    set_bases,
    withdraw_extra,
    withdraw_relief,
)
from linghang.dues.web.views.pages import (
    export_year,
    go_home,
    go_to_book,
    show_branches,
    show_own,
    show_year,
)

__all__ = [
    "correct_payment",
    "export_year",
    "go_home",
    "go_to_book",
    "grant_relief",
    "record_extra",
    "record_month",
    "set_bases",
    "show_branches",
    "show_own",
    "show_year",
    "withdraw_extra",
    "withdraw_relief",
]
