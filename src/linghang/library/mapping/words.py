"""Words for the codes that stand in packs: kinds of facts, statuses, windows, who owes what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from linghang.ledger import api as ledger
from linghang.platform.languages import choose, spoken
from linghang.platform.packs.envelope import Text

Words = Mapping[str, str | Promise]

STATUSES: Words = {
    "met": pgettext_lazy("status of a fact", "done"),
    "missed": pgettext_lazy("status of a fact", "missed"),
    "open": pgettext_lazy("status of a fact", "not yet done"),
    "waived": pgettext_lazy("status of a fact", "waived"),
    "on_time": pgettext_lazy("status of a fact", "on time"),
    "late": pgettext_lazy("status of a fact", "late"),
    "overdue": pgettext_lazy("status of a fact", "overdue"),
    "timely": pgettext_lazy("status of a fact", "recorded in time"),
    "present": pgettext_lazy("status of a fact", "present"),
    "leave": pgettext_lazy("status of a fact", "on leave"),
    "absent": pgettext_lazy("status of a fact", "absent without leave"),
    "severe": pgettext_lazy("status of a fact", "severe"),
    "general": pgettext_lazy("status of a fact", "general"),
}
WINDOWS: Words = {
    "month": gettext_lazy("this month"),
    "quarter": gettext_lazy("this quarter so far"),
    "year": gettext_lazy("this year so far"),
    "last_3_months": gettext_lazy("last 3 months"),
    "last_12_months": gettext_lazy("last 12 months"),
}
MISSING: Words = {
    "full": gettext_lazy("nothing due: full points"),
    "zero": gettext_lazy("nothing due: 0 points"),
    "leave_out": gettext_lazy("nothing due: left out, points shared among the others"),
    "not_rated": gettext_lazy("nothing due: not rated"),
}
NATURES: Words = {
    "basic": gettext_lazy("basic"),
    "bonus": gettext_lazy("bonus"),
    "deduction": gettext_lazy("deduction"),
    "veto": gettext_lazy("veto"),
}
PERIODS: Words = {
    "week": gettext_lazy("each week"),
    "month": gettext_lazy("each month"),
    "quarter": gettext_lazy("each quarter"),
    "year": gettext_lazy("each year"),
}
CYCLES: Words = {
    "month": gettext_lazy("every month"),
    "quarter": gettext_lazy("every quarter"),
    "year": gettext_lazy("every year"),
}
APPLIES_TO: Words = {
    "branch": gettext_lazy("every branch"),
    "branch_with_committee": gettext_lazy("branches with a committee"),
    "branch_with_groups": gettext_lazy("branches with groups"),
    "committee": gettext_lazy("Party committees"),
}
ATTENDANCE: Words = {
    "all_members": gettext_lazy("all members of the branch"),
    "committee": gettext_lazy("the committee"),
    "group": gettext_lazy("the members of the group"),
    "named": gettext_lazy("those named"),
    "none": gettext_lazy("nobody in particular"),
}
SUBJECTS: Words = {
    "unit": gettext_lazy("unit"),
    "person": gettext_lazy("member"),
    "both": gettext_lazy("unit or member"),
}
ATTRIBUTES: Words = {
    "members": gettext_lazy("number of members"),
    "months_active": gettext_lazy("months since founding"),
    "months_member": gettext_lazy("months of membership"),
    "line_of_work": gettext_lazy("line of work"),
    "branch_line_of_work": gettext_lazy("line of work of the branch"),
    "size": gettext_lazy("size"),
    "is_probationary": gettext_lazy("probationary"),
    "holds_post": gettext_lazy("holds a post"),
}
VALUES: Words = {
    "station": gettext_lazy("station"),
    "crew": gettext_lazy("crew"),
    "department": gettext_lazy("department"),
    "company": gettext_lazy("company"),
    "mixed": gettext_lazy("several lines"),
    "small": gettext_lazy("small"),
    "medium": gettext_lazy("medium"),
    "large": gettext_lazy("large"),
    "branch": gettext_lazy("branch"),
    "joint_branch": gettext_lazy("joint branch"),
    "temporary_branch": gettext_lazy("temporary branch"),
}
KINDS: Words = {
    "activity.*": gettext_lazy("activities of any kind"),
    "attendance": gettext_lazy("attendance of members"),
    "attendance.due": gettext_lazy("members expected"),
    "attendance.present": gettext_lazy("members present"),
    "task": gettext_lazy("tasks"),
    "problem": gettext_lazy("problems"),
    "service.visit": gettext_lazy("service to people"),
    "service.hours": gettext_lazy("hours of service"),
}
PREFIXES = {"activity_kinds": ("activity", "cadence"), "record_kinds": ("record",)}


def say(words: Words, code: Any) -> str:
    """Return the word for a code; the code itself where nobody gave it a word."""
    return str(words.get(str(code), code))


def pick(text: Mapping[str, str] | None) -> str:
    """Return a text of a pack in the reader's language."""
    return Text(**text).of(spoken()) if text else ""


def join(words: Iterable[str]) -> str:
    """Return the words as a list in the reader's manner: with 、 in Chinese."""
    return choose(", ", "、").join(words)


def collect_titles(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what fact kinds are called: by the ledger where installed, else by the packs."""
    titles = {kind.code: str(kind.title) for kind in ledger.list_kinds().values()}
    for document in documents:
        for section, prefixes in PREFIXES.items():
            for row in document["contents"].get(section, ()):
                for prefix in prefixes:
                    titles.setdefault(f"{prefix}.{row['code']}", pick(row["title"]))
    return titles | {code: str(title) for code, title in KINDS.items()}
