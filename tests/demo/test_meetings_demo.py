"""The agendas of the demo: resolutions of first topics, reported on by the next meeting; a vote."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.demo import building, meetings, records, world, year
from linghang.library import api as library
from linghang.meetings.models import AgendaItem
from linghang.worklists.models import Assignment

TODAY = date(2026, 11, 21)


@pytest.mark.django_db
def test_a_first_topic_ends_in_a_task_and_the_next_meeting_hears_what_came_of_it():
    library.install_packs(None, actor=None)
    bureau = world.invent_bureaus(TODAY, world.SMALL)[0]
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    records.build(
        bureau=bureau,
        units=units,
        persons=persons,
        months=year.list_months(TODAY, 3),
        today=TODAY,
    )
    meetings.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=False)
    resolved = AgendaItem.objects.exclude(task=None).order_by("activity__occurred_on")
    states = Assignment.objects.filter(item__resolutions__in=resolved).order_by("due_on")
    assert list(states.values_list("state", flat=True)) == ["done", "done"]
    reports = AgendaItem.objects.exclude(follows=None)
    assert [item.follows for item in reports] == [resolved[0]]
    [vote] = AgendaItem.objects.exclude(vote="")
    assert (vote.outcome, vote.present - vote.in_favour) == ("passed", 1)
