"""Acts on units: what they change, what they leave, what they refuse and why."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.org import queries, services
from linghang.org.enums import ChangeKind, UnitKind
from linghang.org.models import Coverage, Unit, UnitChange, UnitVersion
from linghang.people.models import Appointment
from linghang.platform.audit.models import Entry
from tests.cast import FOUNDED, make_person, make_unit

DAY = date(2026, 3, 1)


def act(bureau, **more):
    return {"on": DAY, "document_number": "示范党〔2026〕3号", "actor": bureau.officer.user} | more


def refused(code, function, **arguments):
    with pytest.raises(ValidationError) as caught:
        function(**arguments)
    assert caught.value.error_list[0].code == code
    return str(caught.value.messages[0])


def test_moving_a_branch_takes_its_groups_along_and_keeps_the_past(bureau):
    before = [(v.unit_id, v.path) for v in queries.list_units_as_of(date(2026, 2, 28))]
    other = make_unit("营销党总支", UnitKind.GENERAL_BRANCH, bureau.committee)

    services.move_unit(unit=bureau.branch, parent=other, **act(bureau))

    bureau.group.refresh_from_db()
    assert bureau.branch.path == f"{other.path}{bureau.branch.pk}/"
    assert bureau.group.path == f"{other.path}{bureau.branch.pk}/{bureau.group.pk}/"
    assert (bureau.branch.level, bureau.group.level) == (3, 4)
    kept = [
        (v.unit_id, v.path)
        for v in queries.list_units_as_of(date(2026, 2, 28))
        if v.unit_id != other.pk
    ]
    assert kept == before
    now = {v.unit_id: v.path for v in queries.list_units_as_of(DAY)}
    assert now[bureau.group.pk] == bureau.group.path
    spans = list(
        UnitVersion.objects.filter(unit=bureau.group).values_list("valid_from", "valid_to")
    )
    assert spans == [(FOUNDED, DAY), (DAY, None)]
    change = UnitChange.objects.get(unit=bureau.branch)
    assert (change.kind, change.on, change.document_number) == (
        ChangeKind.MOVED,
        DAY,
        "示范党〔2026〕3号",
    )
    assert change.detail == {"old": "生产党总支", "new": "营销党总支"}
    audit = Entry.objects.get(verb="move_unit")
    assert (audit.actor, audit.old["value"], audit.new["value"]) == (
        bureau.officer.user,
        "生产党总支",
        "营销党总支",
    )


def test_a_move_costs_the_same_statements_however_many_units_move(
    bureau, django_assert_num_queries
):
    other = make_unit("营销党总支", UnitKind.GENERAL_BRANCH, bureau.committee)
    with django_assert_num_queries(18):
        services.move_unit(unit=bureau.branch, parent=other, **act(bureau))
    for number in range(5):
        make_unit(f"第{number}党小组", UnitKind.GROUP, bureau.branch)
    with django_assert_num_queries(18):
        services.move_unit(
            unit=bureau.branch, parent=bureau.general_branch, **act(bureau, on=date(2026, 4, 1))
        )


def test_two_changes_on_one_day_leave_one_span(bureau):
    services.rename_unit(unit=bureau.branch, name="变电运维一支部", **act(bureau))
    services.rename_unit(unit=bureau.branch, name="变电运维二支部", **act(bureau))
    names = list(UnitVersion.objects.filter(unit=bureau.branch).values_list("name", "valid_from"))
    assert names == [("变电运维党支部", FOUNDED), ("变电运维二支部", DAY)]


def test_a_former_name_still_finds_the_unit(bureau):
    services.rename_unit(unit=bureau.branch, name="主网运维党支部", **act(bureau))
    found = queries.search_units(Unit.objects.all(), "变电运维党")
    assert [unit.name for unit in found] == ["主网运维党支部"]


@pytest.mark.parametrize(
    ("code", "day"),
    [("future", date(2026, 11, 22)), ("before_established", date(2009, 12, 31))],
)
def test_a_day_outside_the_life_of_the_unit_is_refused(bureau, code, day):
    refused(code, services.rename_unit, unit=bureau.branch, name="新名", **act(bureau, on=day))


def test_a_day_before_the_last_change_of_a_unit_below_is_refused(bureau):
    services.rename_unit(
        unit=bureau.group, name="变电二班党小组", **act(bureau, on=date(2026, 5, 1))
    )
    reason = refused(
        "before_last_change",
        services.move_unit,
        unit=bureau.branch,
        parent=bureau.committee,
        **act(bureau),
    )
    assert "2026-05-01" in reason


def test_a_move_under_itself_is_refused(bureau):
    refused(
        "under_itself",
        services.move_unit,
        unit=bureau.branch,
        parent=bureau.group,
        **act(bureau),
    )


def test_a_group_under_a_committee_is_refused(bureau):
    refused(
        "kind_under_kind",
        services.move_unit,
        unit=bureau.group,
        parent=bureau.committee,
        **act(bureau),
    )


def test_a_name_twice_in_a_bureau_is_refused_and_in_another_bureau_is_not(bureau):
    draft = services.UnitDraft("输电运检党支部", UnitKind.BRANCH, bureau.general_branch)
    refused("name_taken", services.create_units, drafts=[draft], actor=None)
    [unit] = services.create_units(
        [services.UnitDraft("输电运检党支部", UnitKind.BRANCH, bureau.stranger_committee)],
        actor=None,
    )
    assert unit.path == f"{bureau.stranger_committee.path}{unit.pk}/"


def test_a_tree_is_founded_in_one_call_whatever_the_order_of_the_drafts(
    db, django_assert_num_queries
):
    top = services.UnitDraft("中共示范丙供电公司委员会", UnitKind.COMMITTEE)
    general = services.UnitDraft("机关党总支", UnitKind.GENERAL_BRANCH, top, date(2012, 1, 1))
    branches = [services.UnitDraft(f"第{n}党支部", UnitKind.BRANCH, general) for n in range(30)]
    with django_assert_num_queries(26):
        units = services.create_units([*branches, general, top], actor=None)
    assert units[0].path == f"/{units[31].pk}/{units[30].pk}/{units[0].pk}/"
    assert [units[31].code, units[30].code, units[0].code] == ["P00001", "P00002", "P00003"]
    assert UnitVersion.objects.filter(unit=units[30]).get().valid_from == date(2012, 1, 1)


def test_merging_takes_members_posts_groups_and_coverage_along(bureau):
    services.merge_units(sources=[bureau.branch], target=bureau.other_branch, **act(bureau))
    bureau.branch.refresh_from_db()
    bureau.group.refresh_from_db()
    assert bureau.branch.closed_on == DAY
    assert bureau.group.parent == bureau.other_branch
    assert bureau.group.path == f"{bureau.other_branch.path}{bureau.group.pk}/"
    now = Appointment.objects.filter(valid_to=None, unit=bureau.other_branch)
    assert sorted(now.filter(post_id="member").values_list("person__name", flat=True)) == [
        "孟宇行",
        "方艳一",
        "林晓禾",
        "许怡书",
        "韩帆",
    ]
    # The other branch has a secretary; the one of the branch that ends steps back into the ranks.
    assert [a.person.name for a in now.filter(post_id="secretary")] == ["方艳一"]
    left = Appointment.objects.filter(unit=bureau.branch)
    assert {(a.valid_from, a.valid_to) for a in left} == {(date(2020, 1, 1), DAY)}
    assert list(
        Coverage.objects.order_by("valid_from").values_list(
            "party_unit__name", "valid_from", "valid_to"
        )
    ) == [("变电运维党支部", FOUNDED, DAY), ("输电运检党支部", DAY, None)]
    assert [v.unit_id for v in queries.list_units_as_of(DAY) if v.unit_id == bureau.branch.pk] == []


def test_a_branch_with_members_is_not_dissolved_without_a_target(bureau):
    services.dissolve_unit(unit=bureau.group, **act(bureau))
    reason = refused("has_members", services.dissolve_unit, unit=bureau.branch, **act(bureau))
    assert "5" in reason
    refused("has_children", services.dissolve_unit, unit=bureau.general_branch, **act(bureau))


def test_dissolving_into_another_branch_moves_what_it_holds(bureau):
    services.dissolve_unit(unit=bureau.branch, target=bureau.other_branch, **act(bureau))
    assert Appointment.objects.filter(unit=bureau.branch, valid_to=None).count() == 0
    change = UnitChange.objects.get(unit=bureau.branch, kind=ChangeKind.DISSOLVED)
    assert change.detail == {"into": "输电运检党支部", "into_id": bureau.other_branch.pk}


def test_a_split_founds_units_and_moves_whom_it_names(bureau):
    part = services.SplitPart("变电检修党支部", [bureau.group], [bureau.member.pk])
    [new] = services.split_unit(unit=bureau.branch, parts=[part], **act(bureau))
    bureau.group.refresh_from_db()
    assert (new.parent, new.kind, new.established_on) == (
        bureau.general_branch,
        UnitKind.BRANCH,
        DAY,
    )
    assert bureau.group.parent == new
    spans = Appointment.objects.filter(person=bureau.member).order_by("valid_from")
    assert [(a.unit.name, a.valid_from, a.valid_to) for a in spans] == [
        ("变电运维党支部", date(2020, 1, 1), DAY),
        ("变电检修党支部", DAY, None),
    ]


def test_coverage_is_set_as_a_whole_from_a_day(bureau):
    crew = make_unit("东岭配电班", UnitKind.CREW, bureau.station)
    counts = services.set_coverage(
        party_unit=bureau.branch, business_units=[crew], on=DAY, actor=None
    )
    assert counts == (1, 1)
    on = {
        day: [c.business_unit.name for c in queries.coverage_as_of(day)]
        for day in (date(2026, 2, 28), DAY)
    }
    assert on == {date(2026, 2, 28): ["东岭供电所"], DAY: ["东岭配电班"]}


def test_opening_the_same_coverage_again_changes_nothing(bureau):
    assert services.open_coverage(links=[(bureau.branch, bureau.station)], actor=None) == 0
    assert services.open_coverage(links=[(bureau.other_branch, bureau.station)], actor=None) == 1


def test_changing_a_detail_masks_the_telephone_in_history_and_audit(bureau):
    services.change_unit(unit=bureau.branch, contact_phone="13900001234", actor=bureau.officer.user)
    assert Unit.objects.get(pk=bureau.branch.pk).contact_phone == "13900001234"
    assert UnitChange.objects.get().detail == {
        "old": {"contact_phone": ""},
        "new": {"contact_phone": "139****1234"},
    }
    assert Entry.objects.get().new == {"contact_phone": "139****1234"}


def test_changing_nothing_writes_nothing(bureau):
    services.change_unit(unit=bureau.branch, host_names="", actor=None)
    assert (UnitChange.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_branch_becomes_a_joint_branch_from_a_day(bureau):
    services.change_unit(unit=bureau.branch, kind=UnitKind.JOINT_BRANCH, on=DAY, actor=None)
    spans = UnitVersion.objects.filter(unit=bureau.branch).values_list("kind", "valid_from")
    assert list(spans) == [("branch", FOUNDED), ("joint_branch", DAY)]


def test_somebody_appointed_after_the_day_stops_the_merge(bureau):
    person = make_person("后来人")
    Appointment.objects.create(
        person=person, unit=bureau.branch, post_id="member", valid_from=date(2026, 6, 1)
    )
    refused(
        "appointed_later",
        services.merge_units,
        sources=[bureau.branch],
        target=bureau.other_branch,
        **act(bureau),
    )
    assert Unit.objects.get(pk=bureau.branch.pk).closed_on is None
