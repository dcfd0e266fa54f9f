"""Whose turn it is: what waits for a reader to rectify, review, decide or look back at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.rectification.enums import (
    TO_DO,
    ExtensionState,
    ProblemState,
    Step,
)
from linghang.rectification.models import Extension, Problem, Review
from linghang.rectification.queries.problems import count_tabs, is_among, list_problems

WEEK = 7


def filter_mine(problems: QuerySet[Problem], scope: Scope) -> QuerySet[Problem]:
    """Keep what is the reader's own turn: to be rectified, of their own units or answered for by them."""
    units = [pk for pk, _name, path in scope.home_units if scope.can(Permission.EDIT_RECORDS, path)]
    own = Q(unit__in=units)
    if scope.person_id is not None:
        own |= Q(responsible_id=scope.person_id)
    return problems.filter(own, state__in=TO_DO)


def filter_reviewable(problems: QuerySet[Problem], scope: Scope) -> QuerySet[Problem]:
    """Keep the problems handed in whose next step the reader's permissions may take.

    The same problems as those for which access.can_review says yes: not one's own, nor a second
    step of one round.
    """
    by_above = Q(lead_unit=None) | Q(lead_unit=F("unit"))
    at_the_top = by_above & Q(unit__parent=None)
    first = (
        (~by_above & scope.restrict(Permission.REVIEW_PROBLEMS, "lead_unit__path"))
        | (by_above & scope.restrict(Permission.REVIEW_PROBLEMS, "unit__parent__path"))
        | (at_the_top & scope.restrict(Permission.REVIEW_PROBLEMS, "unit__path"))
    )
    again, last = (
        _restrict_bureaus(scope, permission)
        for permission in (Permission.REVIEW_AGAIN, Permission.SIGN_OFF)
    )
    steps = (
        Q(step=Step.FIRST_REVIEW) & first,
        Q(step=Step.SECOND_REVIEW) & again,
        Q(step=Step.SIGN_OFF) & last,
    )
    found = problems.filter(steps[0] | steps[1] | steps[2], state=ProblemState.HANDED_IN)
    by_itself = Q(unit__parent=None) & (by_above | ~Q(step=Step.FIRST_REVIEW))
    return _exclude_own(found, scope, by_itself)


def _restrict_bureaus(scope: Scope, permission: Permission) -> Q:
    """Return the condition for problems of the bureaus over the whole of which a permission is held."""
    found = Q(pk__in=[])
    for prefix in scope.prefixes(permission):
        if prefix.count("/") == 1:
            return ~Q(pk__in=[])
        if prefix.count("/") == 2:  # "/1/": the root of a bureau
            found |= Q(unit__path__startswith=prefix)
    return found


def _exclude_own(problems: QuerySet[Problem], scope: Scope, by_itself: Q) -> QuerySet[Problem]:
    """Leave out what the reader handed in, answers for, keeps the records of, or has reviewed.

    `by_itself` are those that nobody but the unit itself can look at: there is none above it.
    """
    kept = {g.prefix for g in scope.grants if g.permission is Permission.EDIT_RECORDS}
    found = problems.exclude(Q(unit__path__in=kept) & ~by_itself)
    if scope.user_id is not None:
        mine = Review.objects.filter(
            problem=OuterRef("pk"), round=OuterRef("round"), by_id=scope.user_id
        )
        found = found.exclude(handed_in_by_id=scope.user_id).exclude(Exists(mine))
    if scope.person_id is not None:
        found = found.exclude(responsible_id=scope.person_id)
    return found


def filter_to_look_back(
    problems: QuerySet[Problem], scope: Scope, until: date
) -> QuerySet[Problem]:
    """Keep what is kept up and to be looked back at by the reader until a day."""
    found = _filter_decidable(problems, scope)
    found = found.filter(state=ProblemState.LONG_TERM, look_back_on__lte=until)
    return found.exclude(handed_in_by_id=scope.user_id) if scope.user_id is not None else found


def filter_later_days(problems: QuerySet[Problem], scope: Scope) -> QuerySet[Problem]:
    """Keep the problems for which a later day is asked that the reader may grant or refuse."""
    wishes = Extension.objects.filter(problem=OuterRef("pk"), state=ExtensionState.ASKED)
    if scope.user_id is not None:
        wishes = wishes.exclude(asked_by_id=scope.user_id)
    return _filter_decidable(problems, scope).filter(Exists(wishes))


def _filter_decidable(problems: QuerySet[Problem], scope: Scope) -> QuerySet[Problem]:
    """Keep those on which access.can_decide lets the reader decide."""
    by_above = Q(lead_unit=None) | Q(lead_unit=F("unit"))
    at_the_top = by_above & Q(unit__parent=None)
    decides = (
        scope.restrict(Permission.REVIEW_AGAIN, "unit__path")
        | (~by_above & scope.restrict(Permission.REVIEW_PROBLEMS, "lead_unit__path"))
        | (by_above & scope.restrict(Permission.REVIEW_PROBLEMS, "unit__parent__path"))
        | (at_the_top & scope.restrict(Permission.REVIEW_PROBLEMS, "unit__path"))
    )
    kept = {g.prefix for g in scope.grants if g.permission is Permission.EDIT_RECORDS}
    found = problems.filter(decides).exclude(Q(unit__path__in=kept) & ~at_the_top)
    if scope.person_id is not None:
        found = found.exclude(responsible_id=scope.person_id)
    return found


@dataclass(frozen=True)
class Turn:
    """What waits for a reader: problems to rectify, those returned among them, reviews to make, later
    days to decide on, and what is kept up and to be looked back at within a week.
    """

    to_do: int = 0
    returned: int = 0
    to_review: int = 0
    to_decide: int = 0
    to_look_back: int = 0


def waiting_for(scope: Scope, paths: Iterable[str] = ()) -> Turn:
    """Return what waits for the reader, in the units at or under the paths if given; one query."""
    problems = list_problems(scope)
    under = Q()
    for path in paths:
        under |= Q(unit__path__startswith=path)
    soon = clock.today() + timedelta(days=WEEK)
    turn = {
        "to_review": filter_reviewable(problems, scope),
        "to_decide": filter_later_days(problems, scope),
        "to_look_back": filter_to_look_back(problems, scope, soon),
    }
    conditions = {
        "to_do": Q(state__in=TO_DO),
        "returned": Q(state=ProblemState.RETURNED),
        **{name: is_among(found) for name, found in turn.items()},
    }
    return Turn(**count_tabs(problems.filter(under), conditions))
