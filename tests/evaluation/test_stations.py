"""星级班站所: the shipped scheme worked by hand, whose facts are whose, and who sees the stars."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.evaluation import services
from linghang.evaluation.models import Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries import stations, visible
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.queries.subjects import list_subjects
from linghang.library.api import install_packs
from linghang.org.enums import UnitKind
from linghang.org.models import Coverage
from linghang.people.api import compute_scope
from linghang.platform.access import Permission
from linghang_core import scoring
from linghang_core.periods import Period
from tests.cast import FOUNDED, make_unit
from tests.evaluation import cases

pytestmark = pytest.mark.django_db
PACKS = ("safety-records", "business-support", "study-cadence", "study-classes", "star-stations")


@pytest.fixture
def field(bureau):
    """Three stations: one covered alone, one by a branch that covers two, one by nobody; a crew."""
    install_packs(PACKS, actor=None)
    shared = make_unit("西河供电所", UnitKind.STATION, bureau.company)
    bare = make_unit("南湖供电所", UnitKind.STATION, bureau.company)
    office = make_unit("营销部", UnitKind.DEPARTMENT, bureau.company)
    crew = make_unit("变电一班", UnitKind.CREW, bureau.station)
    for party, business in (
        (bureau.other_branch, shared),
        (bureau.other_branch, office),
        (bureau.group, crew),
    ):
        Coverage.objects.create(party_unit=party, business_unit=business, valid_from=FOUNDED)
    return {"own": bureau.station, "shared": shared, "bare": bare, "crew": crew}


def run(bureau, code: str, period: str = "2026-10"):
    return services.run_evaluation(
        scheme=services.find_scheme(code),
        period=period,
        root=bureau.committee,
        actor=bureau.officer.user,
    )


def write_example(bureau, field) -> None:
    branch, on = bureau.branch, date(2026, 10, 8)
    cases.record(branch, "record.violation", quantity=300, status="general", on=on)
    cases.record(field["own"], "record.hazard_fixed", quantity=100, on=on)  # not confirmed
    cases.record(branch, "case", n=3, status="on_time", on=on)
    cases.record(branch, "case", n=1, status="late", on=on)
    cases.record(branch, "service.visit", n=2, on=on)
    cases.record(branch, "record.customer_visit", on=date(2026, 9, 9), person=bureau.member)
    cases.record(branch, "problem", n=3, status="on_time", on=on)
    cases.record(branch, "problem", n=1, status="overdue", on=on)
    cases.record(branch, "record.complaint_upheld", on=on)
    cases.record(bureau.group, "record.mentoring", on=on, person=bureau.member)  # the crew's
    cases.record(field["crew"], "record.mentoring", on=date(2026, 3, 3), person=bureau.member)
    cases.record(bureau.other_branch, "problem", status="overdue", on=on)  # nobody's


TABLE = {
    "A1": ("3", "18.75"),  # 3 points of 12: 25 × (12 − 3) ÷ 12
    "A2": ("0", "0.00"),
    "B1": ("3/4", "7.50"),  # half way from 0.5 to 1: 15 ÷ 2
    "B2": ("2", "10.00"),  # two of three days
    "B3": ("1", "-2.00"),
    "C1": ("3/4", "16.67"),  # 0.75 ÷ 0.9 × 20
    "D1": ("2", "10.00"),  # the crew under the station is no station: its two months count here
    "D2": ("0", "0.00"),
}


def test_the_worked_station(bureau, field):
    write_example(bureau, field)
    scores = {score.unit_id: score for score in run(bureau, "star-stations").scores.all()}
    own = scores[field["own"].pk]
    codes = [rule.code for rule in load(own.run.scheme).criteria]
    found = {
        code: (value, points)
        for code, (_counts, value, _full, points, _state) in zip(
            codes, own.result["criteria"], strict=True
        )
    }
    assert found == TABLE
    assert (str(own.total), own.band) == ("60.92", "two_star")
    parts = [field["own"].pk, field["crew"].pk, bureau.branch.pk, bureau.group.pk]
    assert own.result["units"] == sorted(parts)
    assert {pk: score.reason for pk, score in scores.items() if score.reason} == {
        field["shared"].pk: "shared_branch",
        field["bare"].pk: "no_branch",
    }


def test_a_crew_owns_what_its_group_and_it_recorded(bureau, field):
    write_example(bureau, field)
    score = run(bureau, "star-crews").scores.get()
    assert score.unit == field["crew"]
    assert score.result["units"] == sorted([field["crew"].pk, bureau.group.pk])
    training = score.result["criteria"][6]
    assert (training[0], training[3]) == ([2], "15.38")  # two months: all, with those left out


def test_a_run_knows_which_facts_would_change_it(bureau, field):
    done = run(bureau, "star-stations")
    scheme = load(done.scheme)
    assert not fact_queries.list_changed(done, scheme).exists()
    cases.record(field["own"], "record.hazard_fixed", on=date(2026, 10, 9))
    assert fact_queries.list_changed(done, scheme).count() == 1
    again = run(bureau, "star-stations")
    assert (again.pk != done.pk, again.as_of_seq > (done.as_of_seq or 0)) == (True, True)
    assert run(bureau, "star-stations").pk == again.pk  # the same facts, the same run


def test_who_sees_the_stars_of_a_station(bureau, field):
    write_example(bureau, field)
    done = run(bureau, "star-stations")
    own = Score.objects.select_related("unit", "run__root").get(run=done, unit=field["own"])
    sees = {
        who: visible.visible_scores(compute_scope(getattr(bureau, who).user))
        .filter(pk=own.pk)
        .exists()
        for who in ("officer", "secretary", "member", "stranger")
    }
    assert sees == {"officer": True, "secretary": True, "member": False, "stranger": False}
    secretary, stranger = (compute_scope(p.user) for p in (bureau.secretary, bureau.stranger))
    assert visible.may_object(secretary, own)
    assert stations.list_own(secretary) == {field["own"].pk, field["crew"].pk}
    assert stations.list_own(compute_scope(bureau.officer.user)) == set()
    assert bool(visible.can_over(secretary, Permission.VIEW_RECORDS, own)) is True
    assert bool(visible.can_over(stranger, Permission.VIEW_RECORDS, own)) is False
    services.publish_run(run=done, actor=bureau.officer.user)
    assert visible.visible_scores(compute_scope(bureau.member.user)).filter(pk=own.pk).exists()
    objection = services.object_to(
        score=own, criterion="A2", text="隐患已确认。", actor=bureau.secretary.user, scope=secretary
    )
    leader = compute_scope(bureau.leader.user)
    assert visible.visible_objections(leader).get() == objection
    decided = services.decide_objection(
        objection=objection,
        uphold=False,
        decision="尚未确认。",
        actor=bureau.leader.user,
        scope=leader,
    )
    assert (decided.state, decided.changed) == ("rejected", False)


def test_the_page_shows_ones_own_station_first_and_others_in_bands(bureau, field, client):
    write_example(bureau, field)
    services.publish_run(run=run(bureau, "star-stations"), actor=bureau.officer.user)
    client.force_login(bureau.secretary.user)
    page = client.get("/evaluation/stations/").content.decode()
    assert page.index("由您所在支部覆盖") < page.index("南湖供电所")
    for words in ("60.92", "二星", "不评定", "没有党支部覆盖", "记录无法分清"):
        assert words in page


def station_scheme(code: str, title: str, band: str, **changes) -> dict:
    deeds = cases.deeds("D1-1", "100", window="quarter")
    return cases.unit_scheme(
        code=code,
        title=cases.text(title),
        unit_kinds=["station"],
        minimum_sample={"members": 0, "months": 0},
        peer_groups=[{"code": "all", "title": cases.text("全部"), "otherwise": True}],
        bands=[{"code": band, "title": cases.text(f"{band}档"), "from": "0"}],
        dimensions=[{"code": "D1", "title": cases.text("服务"), "criteria": [deeds]}],
        **changes,
    )


def test_a_station_is_rated_in_the_bureau_that_covers_it_whoever_else_is_evaluated(bureau):
    bare = make_unit("南湖供电所", UnitKind.STATION, bureau.company)
    theirs = make_unit("北山供电所", UnitKind.STATION, bureau.company)
    crew = make_unit("东岭一班", UnitKind.CREW, bureau.station)
    away_branch = make_unit("北山党支部", UnitKind.BRANCH, bureau.stranger_committee)
    away_group = make_unit("东岭联建小组", UnitKind.GROUP, bureau.stranger_committee)
    for party, business in ((away_branch, theirs), (away_group, crew)):
        Coverage.objects.create(party_unit=party, business_unit=business, valid_from=FOUNDED)
    rules = scoring.load_scheme(station_scheme("one", "一", "A"))

    def rated(*roots):
        field = list_subjects(rules, Period.parse("2026-10"), roots)
        return {root.pk: field.subjects[root.pk] for root in roots}

    both = rated(bureau.committee, bureau.stranger_committee)
    own, other = both.values()
    assert {one.id: one.attributes["coverage"] for one in own} == {
        bureau.station.pk: "own_branch",
        bare.pk: "no_branch",  # of the bureau whose coverage of the tree was entered first
    }
    assert [(one.id, one.attributes["coverage"]) for one in other] == [(theirs.pk, "own_branch")]
    assert {away_group.pk, bureau.branch.pk} <= set(own[0].units)
    assert rated(bureau.committee) | rated(bureau.stranger_committee) == both
    assert rated(bureau.stranger_committee, bureau.committee) == both


def test_schemes_with_groups_of_one_name_stand_apart_each_in_its_latest_period(bureau, client):
    monthly = cases.install(station_scheme("one", "月度评星", "A"))
    quarterly = cases.install(station_scheme("two", "季度评星", "B", period="quarter"))
    for scheme, period in ((quarterly, "2026Q3"), (monthly, "2026-10"), (monthly, "2026-09")):
        services.run_evaluation(
            scheme=scheme, period=period, root=bureau.committee, actor=bureau.officer.user
        )
    latest = stations.list_latest(compute_scope(bureau.officer.user))
    assert {(one.run.scheme.code, one.run.period, one.band) for one in latest} == {
        ("one", "2026-10", "A"),
        ("two", "2026Q3", "B"),
    }
    client.force_login(bureau.officer.user)
    groups = client.get("/evaluation/stations/").context["groups"]
    assert [(one.title, [band for band, _scores in one.bands]) for one in groups] == [
        ("月度评星 · 全部", ["A档"]),
        ("季度评星 · 全部", ["B档"]),
    ]
    assert [one.period for one in groups] == ["2026年10月", "2026年第三季度"]
