"""The pages of units: who gets which, and what stands on them."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.org.enums import UnitKind
from linghang.org.models import Coverage, Unit, UnitChange
from linghang.people.models import Appointment
from tests.cast import make_person, make_unit

ACT = {"on": "2026-03-01", "document_number": "示范党〔2026〕3号"}


def sign_in(client, person):
    client.force_login(person.user)
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"org:{name}", args=args), query)


@pytest.mark.parametrize("name", ["tree", "add"])
def test_a_stranger_without_log_in_is_sent_to_the_log_in(client, bureau, name):
    response = page(client, name)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


EACH = ["unit", "edit", "rename", "move", "merge", "split", "dissolve", "coverage"]


@pytest.mark.parametrize("name", EACH)
def test_a_unit_of_another_bureau_is_not_found(client, bureau, name):
    assert page(sign_in(client, bureau.stranger), name, bureau.branch.pk).status_code == 404


@pytest.mark.parametrize("name", EACH[1:])
def test_a_secretary_may_see_but_not_change_the_branch(client, bureau, name):
    response = page(sign_in(client, bureau.secretary), name, bureau.branch.pk)
    assert response.status_code == 403
    assert "党建专责" in response.content.decode()


@pytest.mark.parametrize("name", ["tree", "add"])
def test_the_administrator_sees_no_units(client, bureau, name):
    client.force_login(bureau.administrator)
    assert page(client, name).status_code == 403


@pytest.mark.parametrize("name", EACH)
def test_the_officer_reaches_every_page_of_a_branch(client, bureau, name):
    assert page(sign_in(client, bureau.officer), name, bureau.branch.pk).status_code == 200


def test_the_tree_shows_the_bureau_with_head_counts_and_nothing_of_the_other(client, bureau):
    text = page(sign_in(client, bureau.officer), "tree").content.decode()
    assert "中共示范甲供电公司委员会" in text
    assert "中共示范乙供电公司委员会" not in text
    assert "5名党员" in text


def test_the_tree_of_a_past_day_shows_the_names_of_that_day(client, bureau):
    sign_in(client, bureau.officer)
    address = reverse("org:rename", args=[bureau.branch.pk])
    client.post(address, ACT | {"name": "主网运维党支部", "confirm": "1"})
    now = page(client, "tree").content.decode()
    then = page(client, "tree", on="2026-02-28").content.decode()
    assert ("主网运维党支部" in now, "变电运维党支部" in now) == (True, False)
    assert ("主网运维党支部" in then, "变电运维党支部" in then) == (False, True)


def test_business_units_are_reached_through_coverage(client, bureau):
    sign_in(client, bureau.officer)
    assert "东岭供电所" in page(client, "tree", line="business").content.decode()
    assert page(client, "unit", bureau.company.pk).status_code == 200
    sign_in(client, bureau.secretary)
    assert page(client, "unit", bureau.station.pk).status_code == 200
    assert page(client, "unit", bureau.company.pk).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_tree_costs_the_same_queries_however_many_units(
    client, bureau, django_assert_num_queries, count
):
    sign_in(client, bureau.officer)
    page(client, "tree")
    for number in range(count):
        unit = make_unit(f"第{number}党支部", UnitKind.BRANCH, bureau.general_branch)
        make_person(f"新人{number}", unit)
        Coverage.objects.create(
            party_unit=unit, business_unit=bureau.station, valid_from=date(2020, 1, 1)
        )
    with django_assert_num_queries(7):
        page(client, "tree")


@pytest.mark.parametrize("count", [1, 3])
def test_the_unit_page_costs_the_same_queries_however_many_units(
    client, bureau, django_assert_num_queries, count
):
    sign_in(client, bureau.officer)
    page(client, "unit", bureau.general_branch.pk)
    for number in range(count):
        make_person(
            f"新人{number}", make_unit(f"第{number}党支部", UnitKind.BRANCH, bureau.general_branch)
        )
    with django_assert_num_queries(13):
        page(client, "unit", bureau.general_branch.pk)


def test_an_act_first_says_what_will_happen_and_changes_nothing(client, bureau):
    sign_in(client, bureau.officer)
    address = reverse("org:merge", args=[bureau.branch.pk])
    asked = ACT | {"target": bureau.other_branch.pk}
    shown = client.post(address, asked).content.decode()
    assert "4名党员" in shown
    assert "输电运检党支部" in shown
    assert Unit.objects.get(pk=bureau.branch.pk).closed_on is None
    done = client.post(address, asked | {"confirm": "1"})
    assert done["Location"] == reverse("org:unit", args=[bureau.other_branch.pk])
    assert Unit.objects.get(pk=bureau.branch.pk).closed_on == date(2026, 3, 1)
    assert Appointment.objects.filter(unit=bureau.branch, valid_to=None).count() == 0


def test_a_refused_act_says_why_beside_the_form(client, bureau):
    sign_in(client, bureau.officer)
    response = client.post(reverse("org:dissolve", args=[bureau.branch.pk]), ACT)
    assert response.status_code == 422
    assert "变电运维党支部仍有" in response.content.decode()


def test_a_move_offers_only_superiors_that_fit(client, bureau):
    form = page(sign_in(client, bureau.officer), "move", bureau.branch.pk).context["form"]
    assert [unit.name for unit in form.fields["parent"].queryset] == ["中共示范甲供电公司委员会"]


def test_a_split_takes_the_chosen_members(client, bureau):
    sign_in(client, bureau.officer)
    response = client.post(
        reverse("org:split", args=[bureau.branch.pk]),
        ACT
        | {
            "name": "变电检修党支部",
            "children": [bureau.group.pk],
            "movable": [bureau.member.pk],
            "confirm": "1",
        },
    )
    new = Unit.objects.get(name="变电检修党支部")
    assert response["Location"] == reverse("org:unit", args=[new.pk])
    assert Appointment.objects.get(person=bureau.member, valid_to=None).unit == new


def test_a_term_that_runs_out_is_told_on_the_unit_page(client, bureau):
    Unit.objects.filter(pk=bureau.branch.pk).update(
        term_from=date(2024, 1, 1), term_to=date(2027, 1, 1)
    )
    text = page(sign_in(client, bureau.officer), "unit", bureau.branch.pk).content.decode()
    assert "届期将于2027-01-01届满，还有41天" in text


def test_details_are_changed_with_a_line_in_the_history(client, bureau):
    sign_in(client, bureau.officer)
    client.post(
        reverse("org:edit", args=[bureau.branch.pk]),
        {
            "kind": "branch",
            "established_on": "2010-01-01",
            "term_from": "2025-01-01",
            "term_to": "2028-01-01",
        },
    )
    assert UnitChange.objects.get(unit=bureau.branch).detail["new"] == {
        "term_from": "2025-01-01",
        "term_to": "2028-01-01",
    }
    text = page(client, "unit", bureau.branch.pk, tab="history").content.decode()
    assert "2028-01-01" in text


def test_a_unit_is_founded_under_the_one_chosen(client, bureau):
    sign_in(client, bureau.officer)
    response = client.post(
        reverse("org:add"),
        {
            "parent": bureau.branch.pk,
            "name": "变电二班党小组",
            "kind": "group",
            "established_on": "2026-03-01",
            "document_number": "示范党〔2026〕4号",
        },
    )
    new = Unit.objects.get(name="变电二班党小组")
    assert response["Location"] == reverse("org:unit", args=[new.pk])
    assert new.path == f"{bureau.branch.path}{new.pk}/"


def test_the_coverage_of_a_branch_is_chosen_as_a_whole(client, bureau):
    sign_in(client, bureau.officer)
    client.post(
        reverse("org:coverage", args=[bureau.branch.pk]),
        {"business_units": [bureau.company.pk], "on": "2026-03-01"},
    )
    open_now = Coverage.objects.filter(valid_to=None).values_list("business_unit__name", flat=True)
    assert list(open_now) == ["示范甲供电公司"]


def test_an_unknown_tab_is_not_found(client, bureau):
    response = page(sign_in(client, bureau.officer), "unit", bureau.branch.pk, tab="nothing")
    assert response.status_code == 404


def test_the_people_tab_is_not_there_for_a_member(client, bureau):
    sign_in(client, bureau.member)
    assert page(client, "unit", bureau.branch.pk).status_code == 200
    assert page(client, "unit", bureau.branch.pk, tab="people").status_code == 404
