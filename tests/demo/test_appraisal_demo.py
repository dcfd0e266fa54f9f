"""The appraisals of the demo: last year's told in time, this year's in its ballot, and its voters."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.accounts.models import User
from linghang.appraisal import queries
from linghang.appraisal.models import Appraisal
from linghang.demo import appraisal, building, logins, world
from linghang.ledger.models import Fact
from linghang.library import api as library
from linghang_core.regulations import recount_list

TODAY = date(2026, 11, 21)


@pytest.mark.django_db
def test_one_appraisal_is_told_and_one_waits_for_its_last_ballots():
    library.install_packs(None, actor=None)
    bureau = world.invent_bureaus(TODAY, world.SMALL)[0]
    units = building._found_units(bureau)
    persons = building._register_people(bureau, units)
    logins.give_logins(bureau, persons, main=True)
    appraisal.build(units=units, persons=persons, bureau=bureau, today=TODAY, full=True)
    running, finished = Appraisal.objects.order_by("-year")
    assert (finished.stage, finished.year, running.stage, running.year) == (
        "told", 2025, "ballot", 2026,
    )  # fmt: skip
    assert Fact.objects.get(kind="appraisal").status == "on_time"
    assert recount_list(finished.urn.published).faults == ()
    turnout = queries.read_turnout(running)
    assert 0 < turnout.voted < turnout.voters
    assert User.objects.filter(username__startswith="voter-").count() == 3
