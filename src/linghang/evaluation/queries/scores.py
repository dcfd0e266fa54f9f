"""Scores for pages: the table of a run, the course of one subject, what is latest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q, QuerySet

from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Score
from linghang.evaluation.queries.visible import ENCRYPTED, visible_scores
from linghang.platform.access import Scope
from linghang_core.periods import Period

COURSE_LENGTH = 12


def list_results(scope: Scope, run_id: int) -> QuerySet[Score]:
    """Return the visible scores of a run with their subjects, without the stored results."""
    return (
        visible_scores(scope)
        .filter(run_id=run_id)
        .select_related("unit", "person")
        .defer("result", *ENCRYPTED)
        .order_by("group", "unit__path", "person__code")
    )


def filter_results(
    scores: QuerySet[Score], *, group: str = "", band: str = "", text: str = ""
) -> QuerySet[Score]:
    """Keep a peer group, a band ("none" for not rated), and names that contain the text."""
    if group:
        scores = scores.filter(group=group)
    if band:
        scores = scores.filter(band="" if band == "none" else band)
    if text:
        scores = scores.filter(Q(unit__name__icontains=text) | Q(person__name__icontains=text))
    return scores


def list_course(scope: Scope, score: Score) -> list[Score | None]:
    """Return the subject's visible scores of the last twelve periods, oldest first; None for a gap.

    A published score stands before an unpublished one of the same period.
    """
    periods = course_periods(score.run.period)
    subject = {"person_id": score.person_id}
    if score.person_id is None:
        subject["unit_id"] = score.unit_id
    found = (
        visible_scores(scope)
        .filter(**subject, run__scheme__code=score.run.scheme.code, run__period__in=periods)
        .select_related("run")
        .defer("result")
    )
    return _by_period(periods, found)


def course_periods(last: str, length: int = COURSE_LENGTH) -> list[str]:
    """Return the codes of the periods up to and including the last, oldest first."""
    period = Period.parse(last)
    found = [period]
    while len(found) < length:
        found.append(found[-1].previous())
    return [str(one) for one in reversed(found)]


def latest_of_units(scope: Scope, unit_ids: Collection[int]) -> dict[int, Score]:
    """Return the latest visible score of each unit, the published one of a period first; one query."""
    rows = (
        visible_scores(scope)
        .filter(person=None, unit_id__in=unit_ids)
        .exclude(run__state=RunState.SUPERSEDED)
        .select_related("run__scheme", "run__root", "unit")
        .defer("result", "run__root__contact_phone", "unit__contact_phone")
        .order_by("-run__state", "-pk")  # "published" before "done"
    )
    found: dict[int, Score] = {}
    for score in sorted(rows, key=_recency):
        found.setdefault(score.unit_id, score)
    return found


def latest_of_person(scope: Scope, person_id: int) -> Score | None:
    """Return the latest visible score of a person, without the stored result."""
    rows = (
        visible_scores(scope)
        .filter(person_id=person_id)
        .exclude(run__state=RunState.SUPERSEDED)
        .select_related("run__scheme", "run__root", "unit", "person")
        .defer("result")
        .order_by("-run__state", "-pk")
    )
    return min(rows, key=_recency, default=None)


def list_published_of_person(person_id: int, limit: int = COURSE_LENGTH) -> list[Score]:
    """Return a person's published scores, latest first, with run and publication."""
    rows = (
        Score.objects.filter(person_id=person_id, run__state=RunState.PUBLISHED)
        .select_related("run__scheme", "run__publication", "unit", "person")
        .defer("result", "run__publication__snapshot")
        .order_by("run__scheme__code")
    )
    return sorted(rows, key=_recency)[:limit]


def _recency(score: Score) -> tuple[int, int]:
    """The latest first, and of two that begin together the shorter: a month before its quarter.

    The codes of periods of different kinds have no order as text.
    """
    period = Period.parse(score.run.period)
    return (-period.first_day.toordinal(), period.end.toordinal())


def _by_period(periods: Sequence[str], scores: Iterable[Score]) -> list[Score | None]:
    best: dict[str, Score] = {}
    rank = {RunState.PUBLISHED: 2, RunState.DONE: 1}
    for score in scores:
        now = best.get(score.run.period)
        worth = rank.get(RunState(score.run.state), 0)
        if worth and (now is None or worth > rank[RunState(now.run.state)]):
            best[score.run.period] = score
    return [best.get(period) for period in periods]
