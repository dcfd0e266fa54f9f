"""The crews of the demo: one for each group of a centre, with a year of records, rated by its stars."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import make_unit
from tests.conftest import TODAY

from linghang.demo import contests, world
from linghang.evaluation import api as evaluation
from linghang.library.api import install_packs
from linghang.org.enums import UnitKind
from linghang.org.models import Coverage, Unit

PACKS = ("safety-records", "business-support", "study-cadence", "study-classes", "star-stations")


def test_the_main_bureau_has_twenty_units_to_rate_and_more():
    bureau = next(one for one in world.invent_bureaus(TODAY, world.FULL) if one.size.code == "hw")
    stations = [b for b in bureau.branches if b.kind == "station"]
    crews = [group for b in bureau.branches if b.kind == "centre" for group in b.groups]
    assert (len(stations), len(crews)) == (16, 20)


@pytest.mark.django_db
def test_each_group_of_a_centre_gets_its_crew_and_stars(bureau, settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"
    install_packs(PACKS, actor=None)
    centre = make_unit("变电运维中心", UnitKind.DEPARTMENT, bureau.company)
    invented = world.invent_bureaus(TODAY, world.SMALL)[0]
    branch = world.Branch(
        bureau.branch.name, "", "centre", centre.name, date(2010, 1, 1), date(2024, 1, 1), 0.95
    )
    branch.groups, branch.members = [bureau.group.name], invented.branches[0].members[:1]
    invented.general_branches = {"": [branch]}
    contests._found_crews(
        {centre.name: centre, bureau.group.name: bureau.group},
        {branch.members[0].name: bureau.member},
        invented,
        TODAY,
    )
    crew = Unit.objects.get(kind=UnitKind.CREW)
    assert (crew.name, crew.parent) == ("变电一班", centre)
    assert Coverage.objects.get(business_unit=crew).party_unit == bureau.group
    assert 20 <= crew.entries.count() <= 36
    done = evaluation.evaluate("star-crews", "2026-10", root=bureau.committee)[0]
    score = done.scores.get()
    assert (score.unit, score.is_rated) == (crew, True)
    assert score.total > 50
