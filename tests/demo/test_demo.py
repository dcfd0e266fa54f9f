"""The demo is as large as promised, the same every time, and made by the same services as any entry."""

from collections import Counter
from datetime import date

import pytest

from linghang.demo import building, world, year
from linghang_core.regulations import read_identity_number

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def bureaus():
    return world.invent_bureaus(TODAY, world.FULL)


def test_seven_bureaus_with_150_branches_and_3000_members_and_one_large(bureaus):
    branches = [branch for bureau in bureaus for branch in bureau.branches]
    large = max(bureaus, key=lambda bureau: len(bureau.branches))
    assert len(bureaus) == 7
    assert len(branches) >= 150
    assert sum(len(branch.members) for branch in branches) >= 3000
    assert len(large.branches) >= 31
    assert sum(len(branch.members) for branch in large.branches) >= 600


def test_every_name_stands_once_in_its_bureau_and_every_organisation_is_marked(bureaus):
    for bureau in bureaus:
        names = [member.name for branch in bureau.branches for member in branch.members]
        assert len(names) == len(set(names))
        assert bureau.size.name.startswith("示范")


def test_identity_numbers_belong_to_no_place_and_agree_with_birth_and_sex(bureaus):
    for branch in bureaus[0].branches:
        for member in branch.members:
            reading = read_identity_number(member.identity_number)
            assert member.identity_number.startswith("999998")
            assert reading.born_on == member.born_on
            assert (reading.sex == "male") is member.male


def picture(event):
    return tuple(
        getattr(value, "name", value) if not isinstance(value, tuple) else len(value)
        for value in vars(event).values()
    )


def test_the_same_day_gives_the_same_year(bureaus):
    months = year.list_months(TODAY, 12)
    again = world.invent_bureaus(TODAY, world.FULL)
    first = [picture(event) for event in year.invent_year(bureaus[5], months, TODAY)]
    second = [picture(event) for event in year.invent_year(again[5], months, TODAY)]
    assert first == second
    assert (str(months[0]), str(months[-1])) == ("2025-11", "2026-10")


def test_nothing_happens_in_the_future_and_some_units_do_badly(bureaus):
    months = year.list_months(TODAY, 12)
    events = list(year.invent_year(bureaus[0], months, TODAY))
    assert max(e.on for e in events if hasattr(e, "on")) <= TODAY
    assert sum(branch.diligence < 0.7 for bureau in bureaus for branch in bureau.branches) >= 15
    held = [e for e in events if isinstance(e, year.Held)]
    assert sum((e.recorded_on - e.on).days > 7 for e in held) > 20


def test_service_follows_the_season(bureaus):
    months = year.list_months(TODAY, 12)
    visits = [
        e for b in bureaus for e in year.invent_year(b, months, TODAY) if isinstance(e, year.Served)
    ]
    by_month = Counter(e.on.month for e in visits if e.content == "春耕灌溉线路巡查")
    assert set(by_month) == {4, 5}


@pytest.mark.django_db
def test_the_small_demo_is_built_evaluated_and_published_and_adds_up():
    from linghang.evaluation import api as evaluation
    from linghang.evaluation.models import Publication, Run, Score

    said = []
    building.build(size="small", say=said.append)
    assert building.is_built()
    assert said[-1].endswith("The demo is ready")
    adopted = evaluation.list_adopted_schemes()
    schemes = sum(scheme.document["period"] == "month" for scheme in adopted)
    assert Counter(Run.objects.values_list("period", flat=True)) == {
        "2026-08": schemes,
        "2026-09": schemes,
        "2026-10": schemes,
    }
    assert (
        sorted(Publication.objects.values_list("run__period", flat=True))
        == ["2026-08"] * schemes + ["2026-09"] * schemes
    )
    rated = (
        Score.objects.filter(run__period="2026-09")
        .exclude(total=None)
        .select_related("run__scheme", "unit", "person")
    )
    assert rated.count() > 60
    for score in rated:
        told = evaluation.explain_subject(
            score.run.scheme.code, "2026-09", (score.person or score.unit).code
        )
        assert told["re_added"] == told["total"] == str(score.total)
