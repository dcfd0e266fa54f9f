"""P19 in the demo has exactly the figures of the practice: 8 topics, 72 visits, 32 problems, 64 measures."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.demo import building, logins, research, world
from linghang.library import api as library
from linghang.research.models import Talk, Topic
from linghang.research.queries import roll_up

TODAY = date(2026, 11, 21)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sizes", "full", "talks"),
    [(world.FULL, True, 383), (world.SMALL, False, 85)],
    ids=["full", "small"],
)
def test_eight_topics_lead_to_32_problems_and_64_measures(sizes, full, talks):
    library.install_packs(None, actor=None)
    bureau = next(b for b in world.invent_bureaus(TODAY, sizes) if b.size.code == building.MAIN)
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    logins.give_logins(bureau, persons, main=True)
    research.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=full)
    rolls, whole = roll_up(Topic.objects.all(), TODAY)
    assert (len(rolls), whole.visits, whole.problems, whole.measures) == (8, 72, 32, 64)
    assert [(r.problems, r.measures) for r in rolls.values()] == [(4, 8)] * 8
    assert [r.solved for _pk, r in sorted(rolls.items())] == [4, 4, 3, 3, 3, 1, 1, 1]
    assert Talk.objects.count() == talks
