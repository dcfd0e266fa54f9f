"""The pages of people: who gets which, what is masked, and that each look is recorded."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.people import services
from linghang.people.models import Appointment, Person
from linghang.platform.audit.models import Entry
from tests.cast import make_person

NUMBER = "999999199005300037"


def sign_in(client, person):
    client.force_login(person.user)
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"people:{name}", args=args), query)


@pytest.fixture
def known(bureau):
    """The member with an identity number, a telephone and an address."""
    services.correct_person(
        person=bureau.member,
        changes={
            "identity_number": NUMBER,
            "phone": "19912345678",
            "address": "示范市城南区劳动路36号",
        },
        reason="test",
        actor=None,
    )
    return bureau.member


@pytest.mark.parametrize("name", ["list", "search", "me", "add"])
def test_a_stranger_without_log_in_is_sent_to_the_log_in(client, bureau, name):
    response = page(client, name)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize("name", ["person", "edit", "appoint", "transfer"])
def test_a_person_of_another_bureau_is_not_found(client, bureau, name):
    assert page(sign_in(client, bureau.stranger), name, bureau.member.pk).status_code == 404


def test_a_member_sees_no_colleague(client, bureau):
    sign_in(client, bureau.member)
    assert page(client, "person", bureau.colleague.pk).status_code == 404
    assert client.post(reverse("people:reveal", args=[bureau.colleague.pk])).status_code == 404
    assert page(client, "list").status_code == 403
    assert "许怡书" not in page(client, "search", q="许怡书").content.decode().split("<main")[
        1
    ].replace('value="许怡书"', "")


def test_a_member_sees_the_own_page_in_full(client, known):
    text = page(sign_in(client, known), "person", known.pk).content.decode()
    assert (NUMBER in text, "19912345678" in text, "劳动路36号" in text) == (True, True, True)
    assert page(client, "me")["Location"] == reverse("people:person", args=[known.pk])


def test_the_officer_sees_masks_until_asking_and_the_look_is_recorded(client, bureau, known):
    sign_in(client, bureau.officer)
    text = page(client, "person", known.pk).content.decode()
    assert (NUMBER in text, "9999**********0037" in text, "199****5678" in text) == (
        False,
        True,
        True,
    )
    refused = client.post(reverse("people:reveal", args=[known.pk]))
    assert (refused.status_code, NUMBER in refused.content.decode()) == (422, False)
    assert Entry.objects.filter(verb="view_identity").count() == 0
    shown = client.post(reverse("people:reveal", args=[known.pk]), {"reason": "办理组织关系转接"})
    assert NUMBER in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    look = Entry.objects.get(verb="view_identity")
    assert (look.actor, look.object_id, look.unit_path, look.new, look.reason) == (
        bureau.officer.user,
        known.pk,
        bureau.branch.path,
        {},
        "办理组织关系转接",
    )


def test_a_look_needs_a_post_request(client, bureau, known):
    assert page(sign_in(client, bureau.officer), "reveal", known.pk).status_code == 405


def test_the_leader_may_see_the_person_but_not_the_numbers(client, bureau, known):
    sign_in(client, bureau.leader)
    assert page(client, "person", known.pk).status_code == 200
    assert client.post(reverse("people:reveal", args=[known.pk])).status_code == 403
    assert Entry.objects.filter(verb="view_identity").count() == 0


@pytest.mark.parametrize("name", ["edit", "appoint", "transfer"])
def test_a_secretary_may_see_but_not_change_a_member(client, bureau, name):
    assert page(sign_in(client, bureau.secretary), name, bureau.member.pk).status_code == 403


def test_a_secretary_sees_the_own_branch_only(client, bureau):
    sign_in(client, bureau.secretary)
    names = [row.name for row, _cells in page(client, "list").context["table"]]
    assert sorted(names) == ["孟宇行", "林晓禾", "许怡书", "韩帆"]


def test_the_list_is_narrowed_by_branch_post_kind_and_name(client, bureau):
    sign_in(client, bureau.officer)

    def found(**query):
        return sorted(row.name for row, _cells in page(client, "list", **query).context["table"])

    assert found(unit=bureau.other_branch.pk) == ["方艳一"]
    assert found(post="secretary") == ["方艳一", "韩帆"]
    assert found(q="晓") == ["林晓禾"]
    assert found(member_kind="probationary") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_however_many_people(
    client, bureau, django_assert_num_queries, count
):
    sign_in(client, bureau.officer)
    page(client, "list")
    for number in range(count):
        make_person(f"新人{number}", bureau.branch)
    with django_assert_num_queries(10):
        page(client, "list")


@pytest.mark.parametrize("count", [1, 3])
def test_the_people_tab_of_a_unit_costs_the_same_queries_however_many_people(
    client, bureau, django_assert_num_queries, count
):
    sign_in(client, bureau.officer)
    address = reverse("org:unit", args=[bureau.branch.pk])
    client.get(address, {"tab": "people"})
    for number in range(count):
        make_person(f"新人{number}", bureau.branch)
    with django_assert_num_queries(12):
        text = client.get(address, {"tab": "people"}).content.decode()
    assert "林晓禾" in text


def test_a_correction_keeps_what_is_left_empty_and_masks_the_audit(client, bureau, known):
    sign_in(client, bureau.officer)
    form = {
        "name": "林晓禾",
        "sex": "2",
        "member_kind": "full",
        "joined_on": "2010-07-01",
        "full_on": "2011-07-01",
        "standing": "normal",
        "phone": "199-8765-4321",
        "reason": "换号",
    }
    response = client.post(reverse("people:edit", args=[known.pk]), form)
    assert response["Location"] == reverse("people:person", args=[known.pk])
    person = Person.objects.get(pk=known.pk)
    assert (person.identity_number, person.phone, person.sex) == (NUMBER, "19987654321", "2")
    entry = Entry.objects.filter(verb="correct_person").latest("pk")
    assert (entry.old["phone"], entry.new["phone"], entry.reason) == (
        "199****5678",
        "199****4321",
        "换号",
    )


def test_a_correction_against_the_rules_is_refused_with_its_reason(client, bureau, known):
    sign_in(client, bureau.officer)
    form = {
        "name": "林晓禾",
        "sex": "2",
        "member_kind": "probationary",
        "joined_on": "2010-07-01",
        "full_on": "2011-07-01",
        "standing": "normal",
        "reason": "更正",
    }
    response = client.post(reverse("people:edit", args=[known.pk]), form)
    assert response.status_code == 422
    assert Person.objects.get(pk=known.pk).member_kind == "full"


def test_a_wrong_identity_number_is_refused(client, bureau):
    sign_in(client, bureau.officer)
    form = {
        "unit": bureau.branch.pk,
        "name": "新党员",
        "sex": "1",
        "member_kind": "full",
        "standing": "normal",
        "identity_number": "999999199005300038",
    }
    assert client.post(reverse("people:add"), form).status_code == 422
    assert not Person.objects.filter(name="新党员").exists()


def test_registering_appointing_transferring_and_ending_through_the_pages(client, bureau):
    sign_in(client, bureau.officer)
    client.post(
        reverse("people:add"),
        {
            "unit": bureau.branch.pk,
            "name": "新党员",
            "sex": "1",
            "member_kind": "full",
            "standing": "normal",
            "joined_on": "2015-07-01",
            "full_on": "2016-07-01",
        },
    )
    person = Person.objects.get(name="新党员")
    client.post(
        reverse("people:appoint", args=[person.pk]),
        {"unit": bureau.branch.pk, "post": "publicity_member", "on": "2025-01-01"},
    )
    held = Appointment.objects.get(person=person, post_id="publicity_member")
    client.post(
        reverse("people:end-appointment", args=[held.pk]), {"on": "2026-01-01", "reason": "换届"}
    )
    client.post(
        reverse("people:transfer", args=[person.pk]),
        {"unit": bureau.other_branch.pk, "on": "2026-02-01"},
    )
    told = Appointment.objects.filter(person=person).order_by("valid_from")
    assert [(a.post_id, a.unit.name, a.valid_from, a.valid_to) for a in told] == [
        ("member", "变电运维党支部", date(2015, 7, 1), date(2026, 2, 1)),
        ("publicity_member", "变电运维党支部", date(2025, 1, 1), date(2026, 1, 1)),
        ("member", "输电运检党支部", date(2026, 2, 1), None),
    ]


def test_an_appointment_of_another_bureau_is_not_found(client, bureau):
    held = Appointment.objects.get(person=bureau.secretary, post_id="secretary")
    assert page(sign_in(client, bureau.stranger), "end-appointment", held.pk).status_code == 404
    assert page(sign_in(client, bureau.leader), "end-appointment", held.pk).status_code == 403
    assert page(sign_in(client, bureau.officer), "end-appointment", held.pk).status_code == 200


def test_the_search_finds_units_and_people(client, bureau):
    text = page(sign_in(client, bureau.officer), "search", q="变电").content.decode()
    assert ("变电运维党支部" in text, "变电一班党小组" in text) == (True, True)
    assert "林晓禾" in page(client, "search", q="晓禾").content.decode()
