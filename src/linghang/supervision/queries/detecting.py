"""What the rules of hints count: pure reads of records, by bureau. Talks are never looked at.

Each detector returns signs: a subject with the records counted. A sign is no verdict and names no
guilt; whether anything is wrong is found out by people (access.can_decide).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from linghang.ledger.models import Entry
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.rectification.enums import ExtensionState, ProblemState, SourceKind
from linghang.rectification.enums import Verb as ProblemVerb
from linghang.rectification.models import Act, Extension, Problem, Review
from linghang.supervision.enums import Detector
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment
from linghang_core.periods import add_months

PROBLEM = "rectification.problem"
TASK = "worklists.assignment"
VISIT = "service.servicevisit"
Numbers = Mapping[str, int]
Record = tuple[str, int, str]  # type, id, day


@dataclass(frozen=True)
class Sign:
    """A subject a rule found: its key, the unit it concerns, the records counted, maybe a person."""

    key: str
    unit_id: int
    counted: tuple[Record, ...]
    person_id: int | None = None


def _problems(root: Unit) -> QuerySet[Problem]:
    """Return the bureau's problems; what came of talks stays out, whatever a rule asks."""
    found = Problem.objects.filter(unit__path__startswith=root.path)
    return found.exclude(state=ProblemState.WITHDRAWN).exclude(source_kind=SourceKind.TALK)


def find_repeated(root: Unit, numbers: Numbers, on: date) -> list[Sign]:
    """Return problems found again at least so often within so many months after the first (屡查屡犯)."""
    parents = dict(_problems(root).values_list("pk", "repeats_id"))
    since = add_months(on, -numbers["months"])
    again: dict[int, list[tuple[int, date]]] = {}
    rows = _problems(root).filter(repeats__isnull=False, stated_on__gt=since, stated_on__lte=on)
    for pk, day in rows.order_by("stated_on", "pk").values_list("pk", "stated_on"):
        if day is not None:
            again.setdefault(_first_of(pk, parents), []).append((pk, day))
    units = dict(Problem.objects.filter(pk__in=list(again)).values_list("pk", "unit_id"))
    days = dict(Problem.objects.filter(pk__in=list(again)).values_list("pk", "stated_on"))
    return [
        Sign(
            f"problem:{first}",
            units[first],
            (
                (PROBLEM, first, str(days[first] or "")),
                *((PROBLEM, pk, str(day)) for pk, day in found),
            ),
        )
        for first, found in sorted(again.items())
        if len(found) >= numbers["least"]
    ]


def _first_of(pk: int, parents: Mapping[int, int | None]) -> int:
    seen = {pk}
    while (above := parents.get(pk)) is not None and above not in seen:
        seen.add(above)
        pk = above
    return pk


def find_overdue_measures(root: Unit, numbers: Numbers, on: date) -> list[Sign]:
    """Return units with at least so many rectification measures overdue by more than so many days."""
    limit = on - timedelta(days=numbers["days"])
    rows = (
        Assignment.objects.filter(
            unit__path__startswith=root.path,
            item__problem_links__isnull=False,
            due_on__lt=limit,
        )
        .exclude(state__in=[TaskState.DONE, TaskState.HANDED_IN, TaskState.WITHDRAWN])
        .exclude(item__problem_links__problem__source_kind=SourceKind.TALK)
        .order_by("unit_id", "due_on", "pk")
        .values_list("unit_id", "pk", "due_on")
        .distinct()
    )
    by_unit: dict[int, list[Record]] = {}
    for unit, pk, day in rows:
        by_unit.setdefault(unit, []).append((TASK, pk, str(day)))
    return [
        Sign(f"unit:{unit}", unit, tuple(found))
        for unit, found in sorted(by_unit.items())
        if len(found) >= numbers["least"]
    ]


def find_same_reviewer(root: Unit, numbers: Numbers, on: date) -> list[Sign]:
    """Return units whose closures were passed nearly all by one person, of at least so many."""
    since = add_months(on, -numbers["months"])
    rows = (
        Review.objects.filter(
            problem__unit__path__startswith=root.path, passed=True, on__gt=since, on__lte=on
        )
        .exclude(problem__source_kind=SourceKind.TALK)
        .exclude(by=None)
        .order_by("problem__unit_id", "on", "pk")
        .values_list("problem__unit_id", "problem_id", "on", "by_id")
    )
    by_unit: dict[int, list[tuple[int, date, int]]] = {}
    for unit, problem, day, user in rows:
        by_unit.setdefault(unit, []).append((problem, day, int(user)))
    found = []
    for unit, reviews in sorted(by_unit.items()):
        users = [user for _problem, _day, user in reviews]
        most = max(sorted(set(users)), key=users.count)
        if len(users) >= numbers["least"] and (
            users.count(most) * 100 >= numbers["per_cent"] * len(users)
        ):
            mine = {problem: str(day) for problem, day, user in reviews if user == most}
            counted = tuple((PROBLEM, problem, day) for problem, day in mine.items())
            found.append((unit, most, counted))
    persons = dict(
        Person.objects.filter(user__in=[user for _unit, user, _counted in found]).values_list(
            "user_id", "pk"
        )
    )
    return [
        Sign(f"unit:{unit}:user:{user}", unit, counted, persons.get(user))
        for unit, user, counted in found
    ]


def find_late_en_bloc(root: Unit, numbers: Numbers, on: date) -> list[Sign]:
    """Return days on which a unit recorded at least so many services late at once, of the last days."""
    since = on - timedelta(days=numbers["days"])
    rows = (
        Entry.objects.filter(
            unit__path__startswith=root.path,
            kind="service.visit",
            late=True,
            withdrawn_at=None,
            recorded_on__gt=since,
            recorded_on__lte=on,
        )
        .order_by("unit_id", "recorded_on", "occurred_on", "pk")
        .values_list("unit_id", "recorded_on", "source_id", "occurred_on")
    )
    groups: dict[tuple[int, date], list[Record]] = {}
    for unit, recorded, source, occurred in rows:
        groups.setdefault((unit, recorded), []).append((VISIT, source, str(occurred)))
    return [
        Sign(f"unit:{unit}:day:{day}", unit, tuple(found))
        for (unit, day), found in sorted(groups.items())
        if len(found) >= numbers["least"]
    ]


def find_extended_often(root: Unit, numbers: Numbers, on: date) -> list[Sign]:
    """Return problems whose day was put off at least so often within so many months."""
    since = add_months(on, -numbers["months"])
    rows = (
        Extension.objects.filter(
            problem__in=_problems(root),
            state=ExtensionState.GRANTED,
            decided_at__date__gt=since,
            decided_at__date__lte=on,
        )
        .order_by("problem_id", "pk")
        .values_list("problem_id", "problem__unit_id", "decided_at__date")
    )
    return _group_problems(rows, numbers["least"])


def find_reopened(root: Unit, numbers: Numbers, on: date) -> list[Sign]:
    """Return problems that were closed and opened again at least so often within so many months."""
    since = add_months(on, -numbers["months"])
    rows = (
        Act.objects.filter(
            problem__in=_problems(root),
            verb=ProblemVerb.REOPENED,
            at__date__gt=since,
            at__date__lte=on,
        )
        .order_by("problem_id", "at", "pk")
        .values_list("problem_id", "problem__unit_id", "at__date")
    )
    return _group_problems(rows, numbers["least"])


def _group_problems(rows: Iterable[tuple[int, int, date]], least: int) -> list[Sign]:
    """Return the problems that stand in at least so many rows (problem, unit, day)."""
    found: dict[tuple[int, int], list[str]] = {}
    for problem, unit, day in rows:
        found.setdefault((problem, unit), []).append(str(day))
    return [
        Sign(f"problem:{problem}", unit, tuple((PROBLEM, problem, day) for day in days))
        for (problem, unit), days in sorted(found.items())
        if len(days) >= least
    ]


Find = Callable[[Unit, Numbers, date], list[Sign]]
DETECTORS: dict[Detector, Find] = {
    Detector.REPEATED_PROBLEMS: find_repeated,
    Detector.OVERDUE_MEASURES: find_overdue_measures,
    Detector.SAME_REVIEWER: find_same_reviewer,
    Detector.LATE_EN_BLOC: find_late_en_bloc,
    Detector.EXTENDED_OFTEN: find_extended_often,
    Detector.REOPENED: find_reopened,
}
