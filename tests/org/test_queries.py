"""Reading units: as of a day, head counts, terms, attributes, and who sees what."""

from datetime import date

import pytest

from linghang.org import api, queries
from linghang.org.enums import TermStanding, UnitKind
from linghang.org.models import Coverage, Unit
from linghang.people.api import compute_scope
from linghang.people.models import Person
from linghang.platform.access import EMPTY, Grant, Permission, Scope
from tests.cast import make_person, make_unit

DAY = date(2026, 3, 1)


def names(units):
    return sorted(unit.name for unit in units)


def test_an_empty_scope_sees_nothing(bureau):
    assert list(api.visible_units(EMPTY)) == []


def test_a_scope_over_everything_sees_everything(bureau):
    scope = Scope(grants=(Grant(Permission.VIEW_UNITS, "/"),))
    assert api.visible_units(scope).count() == Unit.objects.count()


def test_an_officer_sees_the_bureau_and_the_business_tree_it_covers(bureau):
    make_unit("示范乙供电公司", UnitKind.COMPANY)
    assert names(api.visible_units(compute_scope(bureau.officer.user))) == sorted(
        u.name
        for u in (
            bureau.committee,
            bureau.general_branch,
            bureau.branch,
            bureau.other_branch,
            bureau.group,
            bureau.company,
            bureau.station,
        )
    )


def test_a_secretary_sees_the_branch_and_the_stations_it_covers(bureau):
    seen = names(api.visible_units(compute_scope(bureau.secretary.user)))
    assert seen == sorted(["变电运维党支部", "变电一班党小组", "东岭供电所"])


def test_coverage_that_has_ended_shows_nothing_any_more(bureau):
    Coverage.objects.update(valid_to=date(2026, 11, 21))
    seen = names(api.visible_units(compute_scope(bureau.secretary.user)))
    assert seen == sorted(["变电运维党支部", "变电一班党小组"])


def test_a_unit_out_of_sight_hangs_its_children_under_the_nearest_seen(bureau):
    versions = [v for v in queries.list_units_as_of(DAY) if v.unit_id != bureau.general_branch.pk]
    [root] = [r for r in queries.build_tree(versions) if r.unit_id == bureau.committee.pk]
    assert [child.name for child in root.children] == ["变电运维党支部", "输电运检党支部"]


def test_the_tree_of_a_day_is_one_query(bureau, django_assert_num_queries):
    with django_assert_num_queries(1):
        roots = queries.build_tree(queries.list_units_as_of(DAY))
    assert len(roots) == 3


def test_head_counts_sum_upwards_and_tell_probation_apart(bureau):
    person = make_person("预备", bureau.other_branch)
    Person.objects.filter(pk=person.pk).update(member_kind="probationary", full_on=None)
    sums = queries.count_members(DAY)
    assert sums[bureau.branch.pk] == queries.Headcount(4, 0)
    assert sums[bureau.committee.pk] == queries.Headcount(5, 1)
    assert bureau.group.pk not in sums


def test_annotated_counts_are_of_the_unit_itself(bureau):
    counted = queries.annotate_member_counts(Unit.objects.filter(line="party"), DAY)
    assert {u.name: u.member_count for u in counted if u.member_count} == {
        "变电运维党支部": 4,
        "输电运检党支部": 1,
    }


@pytest.mark.parametrize(
    ("day", "standing", "left"),
    [
        (date(2026, 6, 29), TermStanding.NORMAL, 185),
        (date(2026, 6, 30), TermStanding.REMIND, 184),
        (date(2026, 12, 30), TermStanding.REMIND, 1),
        (date(2026, 12, 31), TermStanding.EXPIRED, 0),
    ],
)
def test_a_term_is_reminded_six_months_before_it_ends(bureau, day, standing, left):
    bureau.branch.term_from, bureau.branch.term_to = date(2023, 12, 31), date(2026, 12, 31)
    term = queries.view_term(bureau.branch, day)
    assert (term.standing, term.days_left) == (standing, left)
    assert (term.remind_on, term.expires_on) == (date(2026, 6, 30), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("kind", "expires"),
    [
        ("committee", date(2029, 5, 1)),
        ("general_branch", date(2027, 5, 1)),
        ("branch", date(2027, 5, 1)),
    ],
)
def test_without_a_stated_end_the_years_of_the_regulation_run(bureau, kind, expires):
    unit = Unit(kind=kind, term_from=date(2024, 5, 1))
    assert queries.view_term(unit, DAY).expires_on == expires


@pytest.mark.parametrize("kind", ["group", "temporary_branch", "station"])
def test_units_without_elections_have_no_term(bureau, kind):
    assert queries.view_term(Unit(kind=kind, term_to=date(2026, 1, 1)), DAY) is None


def test_units_are_described_in_a_fixed_number_of_queries(bureau, django_assert_num_queries):
    every = list(Unit.objects.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        found = api.describe_units([bureau.branch.pk], DAY)
    with django_assert_num_queries(3):
        api.describe_units(every, DAY)
    assert found == {
        bureau.branch.pk: {
            "code": bureau.branch.code,
            "name": "变电运维党支部",
            "kind": "branch",
            "path": bureau.branch.path,
            "parent_id": bureau.general_branch.pk,
            "established_on": date(2010, 1, 1),
            "members": 4,
            "full_members": 4,
            "months_active": 194,
            "line_of_work": "station",
            "size": "small",
        }
    }


def test_a_unit_that_did_not_stand_yet_is_not_described(bureau):
    assert api.describe_units([bureau.branch.pk], date(2009, 12, 31)) == {}


def test_the_bureau_of_a_file_is_the_one_most_names_belong_to(bureau):
    make_unit("输电运检党支部", UnitKind.BRANCH, bureau.stranger_committee)
    units = Unit.objects.all()
    assert (
        queries.choose_bureau(units, ["变电运维党支部", "输电运检党支部"]) == bureau.committee.path
    )
    assert queries.choose_bureau(units, ["输电运检党支部"]) is None
    assert queries.choose_bureau(units, []) is None
