"""The table of a contest as it stands: points by day and dimension, places, what came late.

Reading changes nothing: a running contest is counted from the facts of this moment, and what past
days were stated to be is set beside it. An ended one is read as it was frozen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from linghang.contests.enums import State
from linghang.contests.models import Contest, Team, TeamDay
from linghang.evaluation import api as evaluation
from linghang.ledger.api import filter_as_of
from linghang.ledger.models import Fact
from linghang_core import scoring
from linghang_core.scoring import Course, Day

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Late:
    """A past day that is worth other than was stated first."""

    on: date
    first: Decimal
    now: Decimal

    @property
    def change(self) -> Decimal:
        """Return by how much."""
        return self.now - self.first


@dataclass
class Standing:
    """One team in the table."""

    team: Team
    course: Course
    place: int = 0
    late: list[Late] = field(default_factory=list)

    @property
    def points(self) -> Decimal:
        """Return the points of all days."""
        return self.course.points

    @property
    def today(self) -> Decimal:
        """Return the points of the last day counted."""
        return self.course.days[-1].points

    @property
    def late_sum(self) -> Decimal:
        """Return what late records changed, over all past days."""
        return sum((one.change for one in self.late), ZERO)


def load_rules(contest: Contest) -> scoring.Scheme:
    """Return the rules of a contest as the engine reads them."""
    return scoring.load_scheme(contest.document)


def read_standing(contest: Contest, today: date) -> list[Standing]:
    """Return the teams with their points up to today, the first place first; four queries.

    Empty before the start, before the first day, and of a contest that was called off.
    """
    if contest.state == State.CANCELLED:
        return []  # nothing of it counts
    teams = list(contest.teams.select_related("unit"))
    for team in teams:
        team.contest = contest
    if contest.stands.is_frozen:
        found = [Standing(team, restore_course(load_rules(contest), team)) for team in teams]
    elif today < contest.first_day or not all(team.owned for team in teams):
        return []  # what a team owns is fixed at the start
    else:
        courses = count_courses(contest, teams, min(today, contest.last_day))
        found = [Standing(team, courses[team.pk]) for team in teams]
    stated: dict[int, list[TeamDay]] = defaultdict(list)
    for row in TeamDay.objects.filter(team__in=[team.pk for team in teams]):
        stated[row.team_id].append(row)
    for one in found:
        one.late = find_late(one.course, stated[one.team.pk])
    return place_teams(found)


def count_courses(
    contest: Contest, teams: Sequence[Team], until: date, as_of_seq: int | None = None
) -> dict[int, Course]:
    """Return each team's course counted from the facts of its units; one query."""
    rules = load_rules(contest)
    plan = scoring.compile_scheme(rules)
    owner = {unit: team.pk for team in teams for unit in team.owned}
    facts: dict[int, list[Fact]] = defaultdict(list)
    for fact in list_facts(contest, plan, list(owner), as_of_seq):
        facts[owner[fact.unit_id]].append(fact)
    return {
        team.pk: scoring.follow_days(
            rules, contest.span, subject_of(team), facts[team.pk], until, contest.daily_limit
        )
        for team in teams
    }


def list_facts(
    contest: Contest, plan: scoring.Plan, units: Sequence[int], as_of_seq: int | None = None
) -> Any:
    """Return the facts of units that the rules can count, as of a change sequence or of now."""
    facts = Fact.objects.filter(unit_id__in=units)
    standing = (
        facts.filter(withdrawn_seq=None) if as_of_seq is None else filter_as_of(facts, as_of_seq)
    )
    return evaluation.filter_relevant(standing, plan, contest.span).order_by("counts_on", "seq")


def subject_of(team: Team) -> scoring.Subject:
    """Return the team as the engine rates it."""
    return scoring.Subject(
        id=team.unit_id, code=team.unit.code, attributes=team.attributes, units=tuple(team.owned)
    )


def find_late(course: Course, stated: Sequence[TeamDay]) -> list[Late]:
    """Return the past days that are worth other than was stated first."""
    now = {day.on: day.points for day in course.days}
    return [
        Late(row.on, row.first, now[row.on])
        for row in stated
        if row.on in now and now[row.on] != row.first
    ]


def place_teams(found: list[Standing]) -> list[Standing]:
    """Return the teams in the order of their points; equal points share a place."""
    places = scoring.rank_teams({one.team.pk: one.points for one in found})
    for one in found:
        one.place = places[one.team.pk]
    return sorted(found, key=lambda one: (one.place, one.team.pk))


def store_course(course: Course) -> dict[str, Any]:
    """Return a course as plain JSON, exact both ways."""
    return {
        "days": [
            [day.on.isoformat(), str(day.total), str(day.earned), str(day.points)]
            for day in course.days
        ],
        "result": evaluation.store_result(course.result),
    }


def restore_course(rules: scoring.Scheme, team: Team) -> Course:
    """Return the course a team was frozen with."""
    stored: Mapping[str, Any] = team.frozen or {}
    days = tuple(
        Day(date.fromisoformat(on), Decimal(total), Decimal(earned), Decimal(points))
        for on, total, earned, points in stored["days"]
    )
    return Course(days, evaluation.restore_result(rules, stored["result"]))


def dimension_points(rules: scoring.Scheme, result: scoring.SubjectResult) -> list[Decimal]:
    """Return the points of a result by dimension, in the order of the rules."""
    own = {item.code: item.points for item in result.criteria}
    return [sum((own[item.code] for item in part.criteria), ZERO) for part in rules.dimensions]
