"""The transfers of the demo: one out and late, one within, one in; two floating members, one lost."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.demo import building, logins, transfers, world
from linghang.library import api as library
from linghang.transfers.models import Away, Transfer

TODAY = date(2026, 11, 21)


@pytest.mark.django_db
def test_one_of_each_way_is_under_way_and_three_are_away():
    library.install_packs(None, actor=None)
    bureau = world.invent_bureaus(TODAY, world.SMALL)[0]
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    logins.give_logins(bureau, persons, main=True)
    transfers.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=False)
    found = Transfer.objects.order_by("way").values_list("way", "stage", "due_on")
    assert list(found) == [
        ("in", "received", date(2026, 11, 28)),
        ("out", "under_way", date(2026, 11, 1)),
        ("within", "under_way", date(2026, 11, 26)),
    ]
    stages = Away.objects.order_by("stage").values_list("stage", flat=True)
    assert list(stages) == ["floating", "floating", "searched"]
