"""Reads of personal study lists (学思清单): the tasks of lists issued from the pack's template."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import Count, Min, Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.study.enums import STUDY_LIST
from linghang.worklists.enums import CellState, ListState, TaskState
from linghang.worklists.models import Assignment, Worklist

UNFINISHED = (TaskState.OPEN, TaskState.RETURNED)


@dataclass(frozen=True)
class ListLine:
    """Somebody's study list in numbers."""

    name: str
    unit: str
    total: int
    done: int
    overdue: int

    @property
    def percent(self) -> int:
        """Return the part finished in whole per cent, rounded down."""
        return 100 * self.done // self.total if self.total else 0


@dataclass
class Level:
    """The study lists of one level of leaders: the section their items stand under."""

    title: str
    lines: list[ListLine] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return what is asked of the level."""
        return sum(line.total for line in self.lines)

    @property
    def done(self) -> int:
        """Return what the level has finished."""
        return sum(line.done for line in self.lines)

    @property
    def percent(self) -> int:
        """Return the part finished in whole per cent, rounded down."""
        return 100 * self.done // self.total if self.total else 0


def _of_study_lists() -> QuerySet[Assignment]:
    """Return the tasks of study lists that run."""
    return Assignment.objects.filter(
        worklist__template=STUDY_LIST, worklist__state=ListState.ISSUED, person__isnull=False
    ).exclude(state=TaskState.WITHDRAWN)


def judge_task(task: Assignment, today: date) -> TaskState | CellState:
    """Return where a task stands on a day, with its colour and icon."""
    if task.state in UNFINISHED and task.item.required and task.due_on < today:
        return CellState.OVERDUE
    return TaskState(task.state)


def list_own_tasks(person_id: int) -> list[Assignment]:
    """Return what one's own study list asks, in its order; one query."""
    rows = _of_study_lists().filter(person_id=person_id)
    return list(
        rows.select_related("item", "worklist", "unit").order_by(
            "-worklist_id", "item__number", "due_on", "pk"
        )
    )


def list_study_lists(scope: Scope) -> QuerySet[Worklist]:
    """Return the running lists whose tasks the reader sees by name."""
    seen = _of_study_lists().filter(scope.restrict(Permission.VIEW_PEOPLE, "unit__path"))
    return Worklist.objects.filter(pk__in=seen.values("worklist_id"))


def read_levels(scope: Scope, today: date) -> list[Level]:
    """Return each level with its lists and how far they are, in the order of the tree; one query.

    A list is what one person is asked at one level. Names only where the reader sees people.
    """
    late = Q(state__in=UNFINISHED, due_on__lt=today, item__required=True)
    rows = (
        _of_study_lists()
        .filter(scope.restrict(Permission.VIEW_PEOPLE, "unit__path"))
        .order_by()
        .values("item__section", "person_id", "person__name", "unit__name", "unit__path")
        .annotate(
            first=Min("item__number"),
            total=Count("pk"),
            done=Count("pk", filter=Q(state=TaskState.DONE)),
            overdue=Count("pk", filter=late),
        )
    )
    found = sorted(rows, key=lambda row: (row["unit__path"], row["person__name"]))
    order: dict[str, int] = {}
    for row in found:
        section = row["item__section"]
        order[section] = min(row["first"], order.get(section, row["first"]))
    found.sort(key=lambda row: order[row["item__section"]])
    return [
        Level(
            section,
            [
                ListLine(
                    row["person__name"],
                    row["unit__name"],
                    row["total"],
                    row["done"],
                    row["overdue"],
                )
                for row in own
            ],
        )
        for section, own in groupby(found, key=lambda row: row["item__section"])
    ]
