"""How sections show things: addresses of filtered lists, tiles, steps, texts in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linghang.platform.languages import choose, spoken
from linghang.platform.ui import charts
from linghang.platform.ui.templatetags import ui
from linghang.portal.queries.due import Due
from linghang.worklists.enums import Timeliness
from linghang_core.periods import Period


@dataclass(frozen=True)
class Tile:
    """One number of a section, as the component `lh.stat` shows it; all of it is a link."""

    label: str
    value: str
    href: str
    note: str = ""
    icon: str = ""
    unit: str = ""
    tone: str = ""
    delta: str = ""
    values: Sequence[Decimal | None] = ()


@dataclass(frozen=True)
class Shown:
    """A section of the home page: its template and what that needs."""

    name: str
    heading: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


def link(name: str, *args: Any, **query: Any) -> str:
    """Return an address with a query; parameters without a value are left out."""
    address = reverse(name, args=args)
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return f"{address}?{urlencode(given)}" if given else address


def link_list(name: str, state: str, unit_id: int | None = None, **query: Any) -> str:
    """Return the address of the list of tasks or problems in one state, of one unit if given."""
    return link(name, state=state, unit=unit_id, **query)


def link_month(name: str, period: Period, first: str, last: str, **query: Any) -> str:
    """Return the address of a list narrowed to the days of a period."""
    days = {first: period.first_day.isoformat(), last: period.last_day.isoformat()}
    return link(name, **query, **days)


def link_due(due: Due) -> str:
    """Return where a thing to do is done."""
    if due.kind == "task":
        return reverse("worklists:task", args=[due.pk])
    if due.kind == "problem":
        return reverse("rectification:problem", args=[due.pk])
    return due.url


def show_due(
    found: Sequence[Due], *, with_unit: bool, is_brief: bool = False
) -> list[dict[str, Any]]:
    """Return things to do for the template: title, link, what it belongs to, state, day.

    Briefly: with the unit alone, for narrow cards.
    """
    kinds = {"task": _("Task"), "problem": _("Problem"), "duty": _("Organisation life")}
    return [
        {
            "title": due.title,
            "href": link_due(due),
            "meta": due.unit
            if is_brief
            else join(due.unit if with_unit else "", kinds[due.kind], due.detail),
            "state": due.standing,
            "due": due.due_on,
            "is_late": due.standing == Timeliness.OVERDUE,
        }
        for due in found
    ]


def join(*parts: str) -> str:
    """Return the parts that are there, with a dot between them."""
    return " · ".join(part for part in parts if part)


def say(text: Any) -> str:
    """Return a bilingual text of a scheme in the reader's language; empty for None."""
    if text is None:
        return ""
    return choose(text.en, text.zh)


def name_period(code: str) -> str:
    """Return a period as people say it."""
    return Period.parse(code).label(spoken())


def name_day(day: date) -> str:
    """Return a short date without markup."""
    return ui.date_short(day)


def show_number(value: Decimal | float | None) -> str:
    """Return a number with separators; a dash for None."""
    return charts.format_number(value)


def show_change(values: Sequence[Decimal | None], *, unit: str = "", good: str = "up") -> str:
    """Return the step between the last two values with its sign; empty where one is missing."""
    if len(values) < 2 or values[-1] is None or values[-2] is None:
        return ""
    return ui.delta(values[-1] - values[-2], unit, good)
