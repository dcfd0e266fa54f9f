"""Duty lists of posts: what a holder is asked this year, what is proved, and the sums by holder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import QuerySet

from linghang.org.models import Unit
from linghang.people.models import Appointment, Person, Post
from linghang.platform.access import Permission, Scope
from linghang.worklists.enums import FINISHED, WAITING, ListKind, ListState, TaskState, timeliness
from linghang.worklists.models import Assignment, Item
from linghang.worklists.queries.progress import Progress, count_progress, progress_by
from linghang.worklists.queries.proving import Standing, prove_tasks, window_of
from linghang.worklists.queries.tasks import list_tasks

CHUNK = 500


def list_duties(scope: Scope, year: int) -> QuerySet[Assignment]:
    """Return the tasks of running duty lists that fall due in the year and the reader may see."""
    found = list_tasks(scope).filter(
        worklist__kind=ListKind.DUTY,
        worklist__state=ListState.ISSUED,
        item__post__isnull=False,
        person__isnull=False,
        due_on__year=year,
    )
    return found.exclude(state=TaskState.WITHDRAWN).select_related("item__post")


def count_own_duties(scope: Scope, year: int) -> Progress:
    """Return how far the reader's own duties of the year have come; one query."""
    if scope.person_id is None:
        return Progress()
    return count_progress(list_duties(scope, year).filter(person=scope.person_id))


# -- one holder ------------------------------------------------------------------------------------


@dataclass
class DutyRow:
    """One item of a holder's duty list with its askings of the year, and what proves the running one."""

    item: Item
    unit: Unit
    tasks: list[Assignment] = field(default_factory=list)
    standing: Standing | None = None

    @property
    def running(self) -> Assignment | None:
        """Return the earliest asking that still waits."""
        return next((task for task in self.tasks if task.state in WAITING), None)

    @property
    def done(self) -> int:
        """Return how many askings are finished."""
        return sum(task.state in FINISHED for task in self.tasks)


def load_duties(tasks: QuerySet[Assignment], person: int) -> dict[Post, list[DutyRow]]:
    """Return the duties of a person by post, in the order of the lists; three queries."""
    rows: dict[tuple[int, int], DutyRow] = {}
    found = tasks.filter(person=person).select_related("item__post", "unit", "worklist", "person")
    for task in found.order_by("item__post__order", "worklist", "item__number", "due_on", "pk"):
        row = rows.setdefault((task.item_id, task.unit_id), DutyRow(task.item, task.unit))
        row.tasks.append(task)
    waiting = [row.running for row in rows.values() if row.running is not None]
    proved = prove_tasks(waiting)
    by_post: dict[Post, list[DutyRow]] = {}
    for row in rows.values():
        if row.running is not None:
            row.standing = proved.get(row.running.pk)
        if row.item.post is not None:
            by_post.setdefault(row.item.post, []).append(row)
    return by_post


# -- all holders -----------------------------------------------------------------------------------


@dataclass
class HolderRow:
    """What one person held a post for in a year, and what was asked of and done by them in it.

    `asked` may be a part of a task: what nobody has finished counts for each who held the post in its
    time, by their days. What is finished counts for who finished it. So the rows of a post add up to
    its tasks.
    """

    post: Post
    unit: Unit
    person: Person
    spans: list[tuple[date, date]] = field(default_factory=list)  # both ends inclusive
    done: int = 0
    late: int = 0
    open: Fraction = Fraction(0)
    overdue: Fraction = Fraction(0)

    @property
    def asked(self) -> Fraction:
        """Return how much was asked in all."""
        return self.done + self.open + self.overdue

    @property
    def days(self) -> int:
        """Return on how many days of the year the post was held."""
        return sum((last - first).days + 1 for first, last in self.spans)


def sum_holders(tasks: QuerySet[Assignment], year: int, on: date) -> list[HolderRow]:
    """Return the sums of duties by holder, in the order of the tree and the posts; two queries.

    `tasks` are those of list_duties; optional items are not counted.
    """
    counted = list(
        tasks.filter(item__required=True)
        .select_related("item__post", "unit", "person")
        .order_by("unit__path", "item__post__order", "pk")
    )
    held = _list_held(counted, year)
    rows: dict[tuple[str, int, int], HolderRow] = {}
    for task in counted:
        post, person = task.item.post, task.person
        if post is None or person is None:
            continue
        holders = held.get((post.pk, task.unit_id), [])
        if task.state in FINISHED:
            row = _row_of(rows, post, task.unit, person, holders)
            row.done += 1
            finished = timeliness(task.due_on, task.finished_on, on)
            row.late += finished == "late"
            continue
        for holder, part in _split(task, person, holders):
            row = _row_of(rows, post, task.unit, holder, holders)
            if task.due_on < on:
                row.overdue += part
            else:
                row.open += part
    return list(rows.values())


Held = tuple[Person, date, date]  # both ends inclusive


def _list_held(tasks: Sequence[Assignment], year: int) -> dict[tuple[str, int], list[Held]]:
    """Return who held the posts of the tasks on which days of the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    posts = {task.item.post_id for task in tasks}
    units = sorted({task.unit_id for task in tasks})
    found: dict[tuple[str, int], list[Held]] = {}
    for some in _chunks(units):
        held = Appointment.objects.filter(unit_id__in=some, post_id__in=posts, valid_from__lte=last)
        held = held.exclude(valid_to__lte=first).select_related("person")
        for row in held.order_by("valid_from", "pk"):
            until = last if row.valid_to is None else min(last, row.valid_to - timedelta(days=1))
            found.setdefault((row.post_id, row.unit_id), []).append(
                (row.person, max(first, row.valid_from), until)
            )
    return found


def _row_of(
    rows: dict[tuple[str, int, int], HolderRow],
    post: Post,
    unit: Unit,
    person: Person,
    holders: Sequence[Held],
) -> HolderRow:
    key = (post.pk, unit.pk, person.pk)
    if key not in rows:
        spans = [(first, last) for who, first, last in holders if who.pk == person.pk]
        rows[key] = HolderRow(post, unit, person, spans)
    return rows[key]


def _split(
    task: Assignment, person: Person, holders: Sequence[Held]
) -> list[tuple[Person, Fraction]]:
    """Return who a task that nobody has finished counts for: by the days each held the post in its time."""
    first, last = window_of(task)
    last = min(last, task.due_on)
    days: dict[int, int] = {}
    people: dict[int, Person] = {}
    for holder, since, until in holders:
        number = (min(last, until) - max(first, since)).days + 1
        if number > 0:
            days[holder.pk] = days.get(holder.pk, 0) + number
            people[holder.pk] = holder
    total = sum(days.values())
    if not total:  # asked in a vacancy: it stays with whom it was given to
        return [(person, Fraction(1))]
    return [(people[pk], Fraction(number, total)) for pk, number in days.items()]


def sum_items(tasks: QuerySet[Assignment]) -> list[tuple[Item, Progress]]:
    """Return how far each item has come, over all holders; two queries."""
    found = progress_by(tasks.filter(item__required=True), "item_id")
    items = Item.objects.filter(pk__in=found).select_related("post", "worklist")
    return [
        (item, found[item.pk]) for item in items.order_by("post__order", "worklist", "number", "pk")
    ]


def sees_holders(scope: Scope) -> bool:
    """Return whether the reader looks after people: then the duties of all posts are shown."""
    return bool(scope.can(Permission.VIEW_PEOPLE))


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
