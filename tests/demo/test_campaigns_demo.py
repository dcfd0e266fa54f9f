"""P20 and P21 in the demo have the figures of the practice: 22 commitments of the year, three special actions."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.campaigns import queries
from linghang.campaigns.models import Campaign, Commitment, Feedback
from linghang.demo import building, campaigns, logins, world
from linghang.library import api as library

TODAY = date(2026, 11, 21)
KIND = {"很好", "师傅", "解决"}  # how what satisfied people write begins


@pytest.mark.django_db
def test_22_commitments_of_the_year_two_of_them_again_and_three_special_actions():
    library.install_packs(None, actor=None)
    bureaus = world.invent_bureaus(TODAY, world.SMALL)
    bureau = next(b for b in bureaus if b.size.code == building.MAIN)
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    logins.give_logins(bureau, persons, main=True)
    campaigns.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=False)
    years = queries.compare_years(Commitment.objects.all())
    assert [(y.year, y.total, y.kept, y.late, y.withdrawn) for y in years] == [
        (2026, 22, 15, 2, 0),
        (2025, 2, 2, 0, 0),
    ]
    assert Commitment.objects.exclude(carried_from=None).count() == 2
    assert [c.goals.count() for c in Campaign.objects.order_by("pk")] == [2, 1, 1]
    low = Feedback.objects.filter(mark=1).values_list("text", flat=True)
    assert low
    assert not any(text[:2] in KIND for text in low)
