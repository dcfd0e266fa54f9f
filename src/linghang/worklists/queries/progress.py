"""Counting what is owed: optional items and withdrawn tasks are never owed, nothing counts twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db.models import Count, Q, QuerySet

from linghang.platform.calendar import clock
from linghang.worklists.enums import WAITING, CellState, TaskState
from linghang.worklists.models import Assignment, Worklist

OWED = ~Q(state=TaskState.WITHDRAWN)


@dataclass(frozen=True)
class Progress:
    """How far something asked has come.

    `total` = done + handed_in + returned + open: what is owed. `overdue` are those of returned and
    open whose due day has passed; `withdrawn` are owed no more and stand outside the total.
    """

    total: int = 0
    done: int = 0
    handed_in: int = 0
    returned: int = 0
    open: int = 0
    overdue: int = 0
    withdrawn: int = 0

    @property
    def share(self) -> Decimal | None:
        """Return the part finished, 0 to 1; None where nothing is owed."""
        return Decimal(self.done) / self.total if self.total else None

    @property
    def percent(self) -> int:
        """Return the part finished in whole per cent, rounded down: 100 means everything."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def state(self) -> CellState | None:
        """Return the worst of what is asked here, None where nothing is owed."""
        for name in ("overdue", "returned", "handed_in", "open", "done"):
            if getattr(self, name):
                return CellState(name)
        return None

    def __add__(self, other: Self) -> Self:
        """Return both together; of different tasks only, so that nothing counts twice."""
        return type(self)(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )


NAMES = tuple(field.name for field in fields(Progress))


def owe_all_but(optional: Collection[int]) -> Q:
    """Return the condition of what is owed where these items are optional.

    Naming the few that are optional, mostly none, spares the database a look into a long list for
    every number of every row.
    """
    return ~Q(item_id__in=list(optional)) if optional else Q()


def count_expressions(on: date, owed: Q | None = None) -> dict[str, Count]:
    """Return the aggregates that make a Progress, for `values(…).annotate(**…)`.

    `owed` narrows to what is required; by default the item says so (one join more).
    """
    required = Q(item__required=True) if owed is None else owed
    conditions = {
        "total": OWED,
        "done": Q(state=TaskState.DONE),
        "handed_in": Q(state=TaskState.HANDED_IN),
        "returned": Q(state=TaskState.RETURNED),
        "open": Q(state=TaskState.OPEN),
        "overdue": Q(state__in=WAITING, due_on__lt=on),
        "withdrawn": Q(state=TaskState.WITHDRAWN),
    }
    return {f"n_{name}": Count("pk", filter=cond & required) for name, cond in conditions.items()}


def read_progress(row: dict[str, Any]) -> Progress:
    """Return the Progress of a row of `count_expressions`."""
    return Progress(**{name: row[f"n_{name}"] for name in NAMES})


def count_progress(tasks: QuerySet[Assignment], on: date | None = None) -> Progress:
    """Return how far the tasks have come on the day, today if not given; one query."""
    day = on or clock.today()
    return read_progress(tasks.order_by().aggregate(**count_expressions(day)))


def count_list(worklist: Worklist, tasks: QuerySet[Assignment], on: date | None = None) -> Progress:
    """Return how far the tasks of one list have come; its few items are read first, which spares a join."""
    day = on or clock.today()
    optional = worklist.items.filter(required=False).values_list("pk", flat=True)
    owed = owe_all_but(list(optional))
    return read_progress(tasks.order_by().aggregate(**count_expressions(day, owed)))


def progress_by(
    tasks: QuerySet[Assignment], field: str, on: date | None = None, owed: Q | None = None
) -> dict[int, Progress]:
    """Return the progress of the tasks by a field of theirs ("item_id", "unit_id" …); one query."""
    day = on or clock.today()
    rows = tasks.order_by().values(field).annotate(**count_expressions(day, owed))
    return {row[field]: read_progress(row) for row in rows}


def progress_of_items(item_ids: Iterable[int]) -> dict[int, Progress]:
    """Return the progress of each item, every id is there; one query."""
    wanted = list(item_ids)
    found = progress_by(Assignment.objects.filter(item_id__in=wanted), "item_id")
    return {pk: found.get(pk, Progress()) for pk in wanted}


def progress_of_lists(
    list_ids: Iterable[int], tasks: QuerySet[Assignment] | None = None
) -> dict[int, Progress]:
    """Return the progress of each list over the tasks (all if not given), every id is there."""
    wanted = list(list_ids)
    given = Assignment.objects.all() if tasks is None else tasks
    found = progress_by(given.filter(worklist_id__in=wanted), "worklist_id")
    return {pk: found.get(pk, Progress()) for pk in wanted}


def roll_up(by_unit: dict[int, Progress], paths: dict[int, str]) -> dict[int, Progress]:
    """Return the progress of each unit with everything under it, each task counted once.

    `paths` are the paths of all units that matter, those above included, by id. Linear: every unit's
    own sum is added to those of its path.
    """
    found = dict.fromkeys(paths, Progress())
    for unit, own in by_unit.items():
        for part in paths[unit].strip("/").split("/"):
            above = int(part)
            if above in found:
                found[above] = found[above] + own
    return found


def filter_owed(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what is owed: neither withdrawn nor optional."""
    return tasks.filter(OWED, item__required=True)
