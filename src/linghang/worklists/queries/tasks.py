"""Reading tasks: which the reader sees, which wait for the reader, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from linghang.org.enums import UnitKind
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.calendar import clock
from linghang.worklists import access
from linghang.worklists.enums import WAITING, Acceptance, ExtensionState, TaskState
from linghang.worklists.models import Act, Assignment, Extension, Worklist


def list_tasks(scope: Scope) -> QuerySet[Assignment]:
    """Return the tasks the reader may see, earliest due first.

    Tasks of units whose records the reader may see, and the reader's own. What is asked of another
    person only who looks after the people of the unit sees: nobody reads what the neighbour has read.
    """
    return Assignment.objects.filter(_visible(scope)).select_related(
        "unit", "worklist", "item", "person"
    )


def _visible(scope: Scope) -> Q:
    records = scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    seen = scope.prefixes(Permission.VIEW_RECORDS)
    cared = scope.prefixes(Permission.VIEW_PEOPLE)
    if all(any(path.startswith(wide) for wide in cared) for path in seen):
        mine = [path for _pk, _name, path in scope.home_units]
        if all(any(path.startswith(wide) for wide in seen) for path in mine):
            return records  # the plain condition keeps the matrix of a long list quick
        return records | Q(person_id=scope.person_id, person_id__isnull=False)
    people = scope.restrict(Permission.VIEW_PEOPLE, "unit__path")
    found = records & (Q(person_id__isnull=True) | people)
    return found if scope.person_id is None else found | Q(person_id=scope.person_id)


def filter_waiting(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep the tasks that are not finished."""
    return tasks.filter(state__in=WAITING)


def filter_overdue_tasks(tasks: QuerySet[Assignment], on: date) -> QuerySet[Assignment]:
    """Keep the unfinished tasks whose due day has passed."""
    return tasks.filter(state__in=WAITING, due_on__lt=on)


def filter_unit_tasks(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what units owe themselves: neither what persons are asked, nor optional or withdrawn items."""
    return tasks.filter(person__isnull=True, item__required=True).exclude(state=TaskState.WITHDRAWN)


def returned_first(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Order by what was returned, then by the due day."""
    rank = Case(
        When(state=TaskState.RETURNED, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return tasks.annotate(rank=rank).order_by("rank", "due_on", "pk")


def search_tasks(tasks: QuerySet[Assignment], words: str) -> QuerySet[Assignment]:
    """Keep the tasks in whose item, list, unit or person the words stand."""
    return tasks.filter(
        Q(item__text__icontains=words)
        | Q(worklist__title__icontains=words)
        | Q(unit__name__icontains=words)
        | Q(person__name__icontains=words)
    )


def list_titles(scope: Scope) -> list[str]:
    """Return the titles of the lists of the reader's bureaus, the newest first."""
    roots = {"/" + path.split("/")[1] + "/" for path in scope.prefixes(Permission.EDIT_RECORDS)}
    found = (
        Worklist.objects.all() if "//" in roots else Worklist.objects.filter(root__path__in=roots)
    )
    return list(dict.fromkeys(found.order_by("-pk").values_list("title", flat=True)[:50]))


# -- what waits for the reader ---------------------------------------------------------------------


@dataclass(frozen=True)
class WaitingFor:
    """How many things wait for the reader in lists: to do, returned, to accept, to decide."""

    to_do: int = 0
    overdue: int = 0
    returned: int = 0
    handed_in: int = 0
    to_accept: int = 0
    to_decide: int = 0


def filter_mine(tasks: QuerySet[Assignment], scope: Scope) -> QuerySet[Assignment]:
    """Keep what the reader is to do: the reader's own tasks, and those of units the reader records for."""
    paths = access.list_kept_paths(scope)
    own = Q(unit__path__in=paths) | Q(unit__kind=UnitKind.GROUP, unit__parent__path__in=paths)
    return tasks.filter(
        Q(person_id__isnull=True) & own | Q(person_id=scope.person_id, person_id__isnull=False)
    )


def filter_acceptable(tasks: QuerySet[Assignment], scope: Scope) -> QuerySet[Assignment]:
    """Keep what is handed in and the reader may accept: `access.can_accept` as one condition."""
    found = tasks.filter(_decides(scope, ""), state=TaskState.HANDED_IN)
    return found.exclude(finished_by_id=scope.user_id) if scope.user_id else found


def list_decidable(scope: Scope) -> QuerySet[Extension]:
    """Return the later days asked for on which the reader may decide, the earliest due day first."""
    found = Extension.objects.filter(
        _decides(scope, "assignment__"), state=ExtensionState.ASKED
    ).exclude(assignment__state=TaskState.WITHDRAWN)
    if scope.user_id:
        found = found.exclude(asked_by_id=scope.user_id)
    return found.select_related(
        "assignment__unit", "assignment__person", "assignment__item", "assignment__worklist"
    ).order_by("old_due_on", "pk")


def _decides(scope: Scope, to: str) -> Q:
    """Return the condition that keeps tasks on which the reader decides: access.find_accepter.

    `to` leads from the rows to the task.
    """

    def over(field: str) -> Q:
        return scope.restrict(Permission.ACCEPT_TASKS, f"{to}{field}__path")

    def task(**conditions: Any) -> Q:
        return Q(**{f"{to}{name}": value for name, value in conditions.items()})

    unit = F(f"{to}unit_id")
    above = over("unit__parent") | task(unit__parent__isnull=True) & over("unit")
    by_list = over("worklist__issuer") | task(worklist__issuer__isnull=True) & over(
        "worklist__root"
    )
    own_list = task(worklist__issuer_id=unit) | task(
        worklist__issuer__isnull=True, worklist__root_id=unit
    )
    is_issuer = task(item__acceptance__in=[Acceptance.NONE, Acceptance.ISSUER])
    is_superior = task(item__acceptance=Acceptance.SUPERIOR)
    is_named = task(item__acceptance=Acceptance.UNIT)
    of_person = (is_issuer & by_list) | (is_superior & over("unit"))
    of_person |= is_named & over("item__accepter")
    own = (is_issuer & own_list) | is_superior | (is_named & task(item__accepter_id=unit))
    of_unit = (own & above) | (is_issuer & ~own_list & by_list)
    of_unit |= is_named & ~task(item__accepter_id=unit) & over("item__accepter")
    kept = task(unit__path__in=access.list_kept_paths(scope), unit__parent__isnull=False)
    me = task(person_id=scope.person_id or 0)
    return (task(person_id__isnull=False) & of_person & ~me) | (
        task(person_id__isnull=True) & of_unit & ~kept
    )


def count_waiting_for(scope: Scope) -> WaitingFor:
    """Return how much waits for the reader in lists; three queries, fewer for who accepts nothing."""
    today = clock.today()
    mine = filter_mine(list_tasks(scope), scope).order_by()
    late = Q(state__in=WAITING, due_on__lt=today, item__required=True)
    counts = mine.aggregate(
        to_do=Count("pk", filter=Q(state__in=WAITING)),
        overdue=Count("pk", filter=late),
        returned=Count("pk", filter=Q(state=TaskState.RETURNED)),
        handed_in=Count("pk", filter=Q(state=TaskState.HANDED_IN)),
    )
    to_accept, to_decide = count_to_decide(scope)
    return WaitingFor(**counts, to_accept=to_accept, to_decide=to_decide)


def count_to_decide(scope: Scope) -> tuple[int, int]:
    """Return how many tasks the reader has to accept, and on how many later days to decide."""
    if not scope.can(Permission.ACCEPT_TASKS):
        return (0, 0)
    acceptable = filter_acceptable(list_tasks(scope), scope)
    return (acceptable.count(), list_decidable(scope).count())


def list_acts_of(task: Assignment) -> QuerySet[Act]:
    """Return what was done to the task, the newest first."""
    return task.acts.select_related("actor")


# -- the files of a task ---------------------------------------------------------------------------


def sees_task(scope: Scope, pk: int) -> bool:
    """Return whether the reader sees the task."""
    return list_tasks(scope).filter(pk=pk).exists()


def may_add_files(scope: Scope, pk: int) -> Allowed | Denied | bool:
    """Return whether the reader may attach files: who may record the result, until it is accepted."""
    task = list_tasks(scope).filter(pk=pk).first()
    if task is None or task.accepted_on is not None or task.state == TaskState.WITHDRAWN:
        return False
    return access.can_edit(scope, task)


def find_unit_path(pk: int) -> str:
    """Return the path of the unit the task is asked of."""
    return Assignment.objects.values_list("unit__path", flat=True).get(pk=pk)
