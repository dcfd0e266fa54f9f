"""What apps remind of and which days they know: registered in their `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation

from linghang.platform.access import Scope
from linghang.platform.notices.enums import NoticeKind


@dataclass(frozen=True)
class NoticeDraft:
    """A notice to send to one person.

    `recipient_id` is a user. `key` makes it once ("task-due:123:T-7": what, which, which occasion).
    `url` is a path of the product, "/worklists/tasks/123/". `unit_path` is the unit it is about: groups
    are told counts by unit, never titles.
    """

    recipient_id: int
    key: str
    kind: NoticeKind
    title: str
    body: str = ""
    url: str = ""
    unit_path: str = ""


@dataclass(frozen=True)
class DatedThing:
    """A day of somebody's calendar.

    `uid` is the same for the same thing for ever ("task-123"). `title` and `note` leave the product in a
    calendar that others may look into: no names of other persons, no text of a problem, only what is to be
    done and where. With `unit_path` given, the feed itself drops what lies outside the reader's units.
    """

    uid: str
    day: date
    title: str
    url: str = ""
    note: str = ""
    done: bool = False
    unit_path: str = ""


Reminder = Callable[[date], Iterable[NoticeDraft]]
Dates = Callable[[Scope, date, date], Iterable[DatedThing]]

reminders: dict[str, Reminder] = {}
dates: dict[str, Dates] = {}


def register_reminder(name: str, function: Reminder) -> None:
    """Have the function asked once a day, as `function(today)`, for the notices of that day.

    It yields what holds today, also if that began while nobody was running (7 days left *or less*): the key
    makes each notice go out once. One query for all, no loop of single ones.
    """
    _register(reminders, name, function)


def register_dates(name: str, function: Dates) -> None:
    """Have the function asked, as `function(scope, start, end)`, for the days in [start, end) of a calendar.

    It yields only what the scope may see, and the reader's own duties rather than everybody's.
    """
    _register(dates, name, function)


def in_product_language() -> AbstractContextManager[None]:
    """Return a context in which texts are written in the product's first language.

    A notice is kept as text and read by somebody else: what an officer with an English interface sends is
    written in it. Reminders are asked inside it.
    """
    return translation.override(settings.LANGUAGE_CODE)


def _register(known: dict[str, Any], name: str, function: Callable[..., Any]) -> None:
    if known.get(name, function) is not function:
        raise ValueError(f"registered twice: {name}")
    known[name] = function
