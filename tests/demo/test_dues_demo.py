"""The dues of the demo: four branches, ten months, one member who has paid nothing since January."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.demo import building, dues, logins, world
from linghang.dues import queries
from linghang.dues.models import Base, Book, Payment
from linghang.ledger.models import Fact
from linghang.library import api as library

TODAY = date(2026, 11, 21)


@pytest.mark.django_db
def test_four_branches_keep_their_year_and_one_member_is_to_be_handled():
    library.install_packs(None, actor=None)
    bureau = world.invent_bureaus(TODAY, world.SMALL)[0]
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    logins.give_logins(bureau, persons, main=True)
    dues.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=True)
    kept = list({base.unit for base in Base.objects.select_related("unit")})
    assert (len(kept), Book.objects.count()) == (4, 10 + 3 * 9)
    found = queries.find_long_unpaid([unit.pk for unit in kept], TODAY)
    assert [notice.code for _line, notice in found] == ["dues.handling"]
    counted = sum(fact.quantity for fact in Fact.objects.filter(kind="dues")) // 100
    in_time = [p for p in Payment.objects.all() if p.paid_on <= queries.last_day(p.month)]
    assert counted == len(in_time) > 0
