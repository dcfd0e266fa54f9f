"""Translations between forms of the same thing: sheets, drafts of items, checks of an issue."""

from linghang.worklists.mapping.drafts import ItemDraft, fill_year, read_rows, write_row
from linghang.worklists.mapping.issue_checks import (
    IssueCheck,
    IssueWarning,
    check_issue,
    register_issue_check,
)
from linghang.worklists.mapping.plans import CHUNK, NONE, UNIT, DuePlan, list_of_units

__all__ = [
    "CHUNK",
    "NONE",
    "UNIT",
    "DuePlan",
    "IssueCheck",
    "IssueWarning",
    "ItemDraft",
    "check_issue",
    "fill_year",
    "list_of_units",
    "read_rows",
    "register_issue_check",
    "write_row",
]
