"""Translations between forms of the same thing: sheets, drafts of items, checks of an issue."""

from linghang.worklists.mapping.drafts import ItemDraft, fill_year, read_rows, write_row
from linghang.worklists.mapping.issue_checks import (
    DoneListener,
    IssueCheck,
    IssueWarning,
    ReopeningCheck,
    check_issue,
    check_reopening,
    register_done_listener,
    register_issue_check,
    register_reopening_check,
    tell_done,
)
from linghang.worklists.mapping.plans import CHUNK, NONE, UNIT, DuePlan, list_of_units

__all__ = [
    "CHUNK",
    "NONE",
    "UNIT",
    "DoneListener",
    "DuePlan",
    "IssueCheck",
    "IssueWarning",
    "ItemDraft",
    "ReopeningCheck",
    "check_issue",
    "check_reopening",
    "fill_year",
    "list_of_units",
    "read_rows",
    "register_done_listener",
    "register_issue_check",
    "register_reopening_check",
    "tell_done",
    "write_row",
]
