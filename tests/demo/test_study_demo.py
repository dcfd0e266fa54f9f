"""The study of the demo in its full size: 105 lists on four levels, over 1,000 reflections, a show."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.demo import building, lectures, logins, reflections, world
from linghang.library import api as library
from linghang.people.access import scope_of
from linghang.people.models import Appointment
from linghang.study import queries
from linghang.study.enums import LectureState
from linghang.study.models import Rating, Reflection, Roster
from linghang.study.queries.studylists import read_levels

TODAY = date(2026, 11, 21)


@pytest.fixture
def bureau(db):
    """Return the main bureau in its full size, with nothing but its people in it."""
    library.install_packs(None, actor=None)
    (size,) = (size for size in world.FULL if size.code == building.MAIN)
    found = world.invent_bureaus(TODAY, (size,))[0]
    units = building._found_units(found)
    persons = building._register_people(found, units)
    logins.give_logins(found, persons, main=True)
    return {"units": units, "persons": persons, "bureau": found, "today": TODAY, "full": True}


def test_every_leader_of_four_levels_has_a_list_and_over_a_thousand_reflections_are_published(
    bureau,
):
    reflections.build(**bureau)
    officer = Appointment.objects.get(post_id="officer").person.user
    levels = read_levels(scope_of(officer, TODAY), TODAY)
    assert [level.title for level in levels] == ["党委书记", "党委委员", "党支部书记", "党小组长"]
    assert sum(len(level.lines) for level in levels) == reflections.LISTS == 105
    assert all(0 < level.percent < 100 for level in levels)
    published = Reflection.objects.filter(state="published")
    assert published.count() == reflections.FULL > 1000


def test_the_weekly_lectures_run_and_the_show_is_ranked_with_one_of_too_few_ratings(bureau):
    lectures.build(**bureau)
    weekly = Roster.objects.get(kind="weekly")
    states = [line.state for line in queries.read_roster(weekly, TODAY, None)]
    assert (states.count(LectureState.HELD), len(states)) == (lectures.HELD, lectures.WEEKS)
    assert states.count(LectureState.FREE) == lectures.WEEKS - len(lectures.TOPICS)
    show = Roster.objects.get(kind="show")
    ranked = queries.rank_show(queries.read_roster(show, TODAY, None))
    places = [line.rated.place for line in ranked]
    assert len(places) == 8
    assert (places[0], places[-1]) == (1, None)
    assert Rating.objects.count() == 0
