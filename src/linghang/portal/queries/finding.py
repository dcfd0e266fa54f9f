"""Finding by words over units, people, tasks and records, each as far as the reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from linghang.ledger import api as ledger
from linghang.org import api as org
from linghang.people import api as people
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists

SHOWN = 10


@dataclass(frozen=True)
class Found:
    """What was found of one sort: the first ones, and whether there are more."""

    rows: Sequence[Any]
    more: bool

    def __len__(self) -> int:
        return len(self.rows)


def find_units(scope: Scope, words: str) -> Found:
    """Return the units whose present or former name has the words; one query."""
    units = org.search_units(org.visible_units(scope), words).select_related("parent")
    return _first(units.order_by("closed_on", "path"))


def find_people(scope: Scope, words: str) -> Found:
    """Return the persons by name, with the posts they hold today as `present`; two queries."""
    rows = people.appointments_as_of(clock.today())
    found = people.search_people(people.visible_people(scope), words).order_by("name", "pk")
    return _first(found.prefetch_related(Prefetch("appointments", rows, to_attr="present")))


def find_tasks(scope: Scope, words: str) -> Found:
    """Return the tasks in which the words stand, latest due first; one query."""
    found = worklists.search_tasks(worklists.list_tasks(scope), words)
    return _first(found.order_by("-due_on", "pk"))


def find_entries(scope: Scope, words: str) -> Found:
    """Return the lines of the ledger in which the words stand, newest first; one query.

    Tasks are found by themselves; duties are computed, not recorded: they are found by their unit.
    """
    lines = ledger.list_entries(scope).exclude(kind="task").exclude(kind__startswith="cadence.")
    return _first(ledger.filter_text(lines, words).order_by("-occurred_on", "-pk"))


def _first(rows: QuerySet[Any]) -> Found:
    found = list(rows[: SHOWN + 1])
    return Found(found[:SHOWN], len(found) > SHOWN)
