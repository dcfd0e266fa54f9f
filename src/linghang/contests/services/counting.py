"""Stating what each day was worth: once it is over, and never silently otherwise afterwards.

Repeatable: what was stated already is compared, not written again. A day that changed keeps its
first number beside the new one.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from linghang.contests.enums import State
from linghang.contests.models import Contest, TeamDay
from linghang.contests.queries.standing import count_courses
from linghang.platform.calendar import clock
from linghang_core.scoring import Course


def state_all(today: date | None = None) -> int:
    """State the days that are over of every running contest; return how many were looked at.

    None is ended: that opens the days for objections, so the officer does it (`end_contest`).
    """
    on = today or clock.today()
    found = list(Contest.objects.filter(state=State.RUNNING, first_day__lte=on).defer("snapshot"))
    for contest in found:
        state_days(contest=contest, today=on)
    return len(found)


@transaction.atomic
def state_days(*, contest: Contest, today: date) -> int:
    """Write what the days before today are worth where nothing or another number is stated.

    Return how many lines were written. A contest that is not running is left alone.
    """
    held = Contest.objects.select_for_update().defer("snapshot").get(pk=contest.pk)
    over = min(date.fromordinal(today.toordinal() - 1), held.last_day)
    if held.state != State.RUNNING or over < held.first_day:
        return 0
    teams = list(held.teams.select_related("unit"))
    courses = count_courses(held, teams, over)
    return write_days({team.pk: courses[team.pk] for team in teams}, today)


def write_days(courses: dict[int, Course], today: date) -> int:
    """Write the stated days of teams; return how many lines are new or changed."""
    stated = {(row.team_id, row.on): row for row in TeamDay.objects.filter(team__in=courses)}
    new, changed = [], []
    for team_id, course in courses.items():
        for day in course.days:
            row = stated.get((team_id, day.on))
            if row is None:
                new.append(TeamDay(team_id=team_id, on=day.on, first=day.points, points=day.points))
            elif row.points != day.points:
                row.points, row.changed_on = day.points, today
                changed.append(row)
    TeamDay.objects.bulk_create(new, batch_size=500)
    TeamDay.objects.bulk_update(changed, ["points", "changed_on"], batch_size=500)
    return len(new) + len(changed)
