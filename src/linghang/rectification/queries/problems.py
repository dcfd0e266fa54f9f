"""Reading problems: the visible ones, how they stand, their measures, books and origins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.files import api as files
from linghang.rectification.enums import (
    SOLVED,
    TO_DO,
    UNSOLVED,
    ProblemState,
    Verb,
)
from linghang.rectification.models import Problem, ProblemBook, Procedure
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment

CHUNK = 500


def list_problems(scope: Scope) -> QuerySet[Problem]:
    """Return the problems of the units whose records the reader may see, and those they answer for."""
    mine = Q(responsible_id=scope.person_id) if scope.person_id is not None else Q(pk__in=[])
    return Problem.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
        | scope.restrict(Permission.REVIEW_PROBLEMS, "lead_unit__path")
        | mine
    ).select_related("unit", "lead_unit", "responsible", "book")


def list_books(scope: Scope) -> QuerySet[ProblemBook]:
    """Return the books of the bureaus in which the reader may see records, the newest first."""
    roots = {"/" + path.split("/")[1] + "/" for path in scope.prefixes(Permission.VIEW_RECORDS)}
    every = "//" in roots
    return ProblemBook.objects.filter(Q() if every else Q(root__path__in=roots)).select_related(
        "root"
    )


def filter_unsolved(problems: QuerySet[Problem]) -> QuerySet[Problem]:
    """Keep the problems that are not closed, kept up or withdrawn."""
    return problems.filter(state__in=UNSOLVED)


def filter_to_do(problems: QuerySet[Problem]) -> QuerySet[Problem]:
    """Keep the problems whose unit has something to do: they are not handed in."""
    return problems.filter(state__in=TO_DO)


def filter_overdue_problems(problems: QuerySet[Problem], on: date) -> QuerySet[Problem]:
    """Keep the unsolved problems whose due day has passed."""
    return problems.filter(state__in=UNSOLVED, due_on__lt=on)


def search_problems(problems: QuerySet[Problem], words: str) -> QuerySet[Problem]:
    """Keep the problems in whose text, source, aspect or unit the words stand."""
    return problems.filter(
        Q(text__icontains=words)
        | Q(source__icontains=words)
        | Q(aspect__icontains=words)
        | Q(unit__name__icontains=words)
    )


def list_sources(scope: Scope) -> list[str]:
    """Return where problems came from so far, most frequent first."""
    found = list_problems(scope).exclude(source="").order_by().values("source")
    counted = found.annotate(count=Count("pk")).order_by("-count", "source")
    return [row["source"] for row in counted[:20]]


def problems_of(origins: Iterable[models.Model]) -> dict[int, list[Problem]]:
    """Return the problems that came from records of one model, by the record's key; one query."""
    records = list(origins)
    found: dict[int, list[Problem]] = {record.pk: [] for record in records}
    if not records:
        return found
    label = records[0]._meta.label_lower  # noqa: SLF001  Django's own public-by-use name
    rows = Problem.objects.filter(origin_type=label, origin_id__in=list(found))
    for problem in rows.select_related("unit", "book"):
        found[int(problem.origin_id or 0)].append(problem)
    return found


def open_measures(problem: Problem) -> QuerySet[Assignment]:
    """Return what of the problem's measures is not finished yet."""
    left = Assignment.objects.filter(item__problem_links__problem=problem)
    return left.exclude(state__in=[TaskState.DONE, TaskState.WITHDRAWN]).select_related(
        "item", "unit"
    )


def find_earliest_done_day(problem: Problem) -> date | None:
    """Return the day before which the problem cannot have been solved: when its last measure was
    finished, or when it was opened again; None without either.
    """
    tasks = Assignment.objects.filter(item__problem_links__problem=problem, state=TaskState.DONE)
    last = tasks.aggregate(day=Max("finished_on"))["day"]
    again = problem.acts.filter(verb=Verb.REOPENED).first()
    days = [last, timezone.localdate(again.at) if again is not None else None]
    return max((day for day in days if day is not None), default=None)


def has_evidence(problem: Problem) -> bool:
    """Return whether something to look at was left: in words, as a file, or with a measure."""
    if problem.evidence or files.count_files("rectification.problem", [problem.pk]):
        return True
    tasks = Assignment.objects.filter(item__problem_links__problem=problem)
    keys = list(tasks.exclude(state=TaskState.WITHDRAWN).values_list("pk", "evidence"))
    if any(words for _pk, words in keys):
        return True
    return bool(files.count_files("worklists.assignment", [pk for pk, _words in keys]))


def list_rectified_here(problem_ids: Iterable[int]) -> set[int]:
    """Return those of the problems with measures decided here, or handed in here; a file closes none."""
    wanted = sorted(problem_ids)
    found: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        some = Problem.objects.filter(pk__in=wanted[start : start + CHUNK])
        found.update(some.filter(Q(round__gt=0) | Q(links__gt=0)).values_list("pk", flat=True))
    return found


@dataclass(frozen=True)
class Standing:
    """How many problems stand where; `overdue` are those of the unsolved whose day has passed."""

    total: int = 0
    unsolved: int = 0
    handed_in: int = 0
    solved: int = 0
    overdue: int = 0


def count_problems(problems: QuerySet[Problem], on: date) -> Standing:
    """Return how the problems stand; each counts once, withdrawn ones not at all; one query."""
    counts: dict[str, Any] = problems.order_by().aggregate(
        total=Count("pk", filter=~Q(state=ProblemState.WITHDRAWN), distinct=True),
        unsolved=Count("pk", filter=Q(state__in=UNSOLVED), distinct=True),
        handed_in=Count("pk", filter=Q(state=ProblemState.HANDED_IN), distinct=True),
        solved=Count("pk", filter=Q(state__in=SOLVED), distinct=True),
        overdue=Count("pk", filter=Q(state__in=UNSOLVED, due_on__lt=on), distinct=True),
    )
    return Standing(**counts)


COUNTED = ("total", "unsolved", "handed_in", "solved", "overdue")


def is_among(found: QuerySet[Problem]) -> Q:
    """Return the condition of standing among the problems found, to be counted with others."""
    return Q(pk__in=found.order_by().values("pk"))


def list_leaders(root: Unit, on: date) -> QuerySet[Person]:
    """Return the leaders of a bureau: who sits in its committee on the day."""
    held = people.committee_of([root.pk], on).order_by()
    return Person.objects.filter(pk__in=held.values("person")).order_by("name", "pk")


def count_tabs(problems: QuerySet[Problem], conditions: dict[str, Q]) -> dict[str, int]:
    """Return how many problems meet each condition; one query."""
    return problems.order_by().aggregate(
        **{
            name: Count("pk", filter=cond or None, distinct=True)
            for name, cond in conditions.items()
        }
    )


def list_procedures() -> list[Procedure]:
    """Return the procedures there are, the shortest first."""
    found = Procedure.objects.filter(retired=False).order_by("code")
    return sorted(found, key=lambda procedure: len(procedure.steps))


def list_aspects(scope: Scope) -> list[str]:
    """Return the aspects problems were sorted under so far, most frequent first."""
    found = list_problems(scope).exclude(aspect="").order_by().values("aspect")
    counted = found.annotate(count=Count("pk")).order_by("-count", "aspect")
    return [row["aspect"] for row in counted[:20]]


def list_measure_tasks(problem: Problem) -> QuerySet[Assignment]:
    """Return what of the problem's measures was asked of whom, in the order of the measures."""
    found = Assignment.objects.filter(item__problem_links__problem=problem)
    return found.select_related("item", "unit").order_by("item__number", "unit__path")


def prefetch_lists(problems: QuerySet[Problem]) -> QuerySet[Problem]:
    """Return the problems with everything the four lists print; a fixed number of queries."""
    tasks = models.Prefetch(
        "items__assignments", Assignment.objects.select_related("unit").order_by("unit__path")
    )
    found = problems.exclude(state=ProblemState.WITHDRAWN).order_by("number", "pk")
    return found.select_related("unit", "lead_unit", "leader", "book__root").prefetch_related(
        "cooperating", "items", tasks, "results__unit"
    )


def annotate_books(books: QuerySet[ProblemBook], scope: Scope, on: date) -> QuerySet[ProblemBook]:
    """Add to each book how many of the problems the reader may see stand how."""
    seen = scope.restrict(Permission.VIEW_RECORDS, "problems__unit__path")
    alive = seen & ~Q(problems__state=ProblemState.WITHDRAWN)
    return books.annotate(
        n_total=Count("problems", filter=alive, distinct=True),
        n_unsolved=Count("problems", filter=seen & Q(problems__state__in=UNSOLVED), distinct=True),
        n_overdue=Count(
            "problems",
            filter=seen & Q(problems__state__in=UNSOLVED, problems__due_on__lt=on),
            distinct=True,
        ),
    )


def count_aspects(problems: QuerySet[Problem], on: date) -> list[tuple[str, Standing]]:
    """Return how the problems of each aspect stand, the aspect with most problems first; one query."""
    rows = (
        problems.order_by()
        .values("aspect")
        .annotate(
            total=Count("pk", filter=~Q(state=ProblemState.WITHDRAWN), distinct=True),
            unsolved=Count("pk", filter=Q(state__in=UNSOLVED), distinct=True),
            handed_in=Count("pk", filter=Q(state=ProblemState.HANDED_IN), distinct=True),
            solved=Count("pk", filter=Q(state__in=SOLVED), distinct=True),
            overdue=Count("pk", filter=Q(state__in=UNSOLVED, due_on__lt=on), distinct=True),
        )
    )
    found = [(row["aspect"], Standing(**{n: row[n] for n in COUNTED})) for row in rows]  # type: ignore[literal-required]
    return sorted(found, key=lambda pair: (-pair[1].total, pair[0]))
