"""Reading documents, results of a month, a member's file, and a branch's year."""

from linghang.reports.queries.months import (
    Month,
    Strand,
    filter_documents,
    find_last_options,
    list_periods,
    read_month,
    visible_documents,
)
from linghang.reports.queries.persons import MemberFile, read_member
from linghang.reports.queries.years import Year, list_book_units, read_year

__all__ = [
    "MemberFile",
    "Month",
    "Strand",
    "Year",
    "filter_documents",
    "find_last_options",
    "list_book_units",
    "list_periods",
    "read_member",
    "read_month",
    "read_year",
    "visible_documents",
]
