"""The pages of service activities: who gets which, what stands on them, what they cost."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.ledger.models import Entry, Fact
from linghang.service import services
from linghang.service.models import ServiceVisit
from tests.cast import make_person

WITH_PK = ["visit", "correct-visit", "withdraw-visit"]


def sign_in(client, person):
    client.force_login(person.user)
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"service:{name}", args=args), query)


def post(client, name, *args, **values):
    return client.post(reverse(f"service:{name}", args=args), values)


def read(response):
    return [str(row) for row, _cells in response.context["table"]]


@pytest.fixture
def serve(bureau):
    """serve(content=…, unit=…, people=…): an activity of 5 November."""

    def make(**fields):
        values = {
            "team": "东岭供电所党员服务队",
            "unit": bureau.branch,
            "occurred_on": date(2026, 11, 5),
            "content": "独居老人用电检查",
            "hours": 250,
            "people": (bureau.member, bureau.colleague),
            "place": "石桥村",
            "people_served": 62,
        }
        drafts = [services.VisitDraft(**{**values, **fields})]
        return services.create_visits(drafts=drafts, actor=bureau.officer.user)[0]

    return make


def entered(bureau, **changes):
    values = {
        "occurred_on": "2026-11-20",
        "team": "变电党员服务队",
        "content": "社区双碳讲座",
        "hours": "1.5",
        "people": [bureau.member.pk],
        "people_served": "40",
    }
    return {**values, **changes}


@pytest.mark.parametrize("name", ["visits", "add-visit"])
def test_who_is_not_logged_in_is_sent_to_the_log_in(client, bureau, name):
    response = page(client, name)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize("name", WITH_PK)
def test_an_activity_of_another_bureau_is_not_found(client, bureau, serve, name):
    pk = serve().pk
    assert page(sign_in(client, bureau.stranger), name, pk).status_code == 404


@pytest.mark.parametrize("name", WITH_PK[1:])
def test_a_member_may_see_but_not_change_and_reads_who_may(client, bureau, serve, name):
    response = page(sign_in(client, bureau.member), name, serve().pk)
    assert response.status_code == 403
    assert "党建专责" in response.content.decode()


def test_a_member_may_not_record(client, bureau):
    assert page(sign_in(client, bureau.member), "add-visit").status_code == 403


def test_a_member_reads_who_took_part(client, bureau, serve):
    text = page(sign_in(client, bureau.member), "visit", serve().pk).content.decode()
    assert "林晓禾、许怡书" in text
    assert "更正" not in text


def test_the_list_shows_the_own_branch_and_finds_people_without_counting_them_twice(
    client, bureau, serve
):
    serve()
    serve(content="春耕灌溉线路巡查", people=(bureau.colleague,))
    serve(unit=bureau.other_branch, people=())
    sign_in(client, bureau.secretary)
    assert len(read(page(client, "visits"))) == 2
    found = page(client, "visits", q="林晓禾")
    assert [(str(row), row.participants) for row, _cells in found.context["table"]] == [
        ("独居老人用电检查", 2)
    ]
    assert read(page(client, "visits", day_from="2026-11-06")) == []


def test_a_unit_of_the_filter_brings_the_units_under_it(client, bureau, serve):
    serve()
    serve(content="别的", unit=bureau.other_branch, people=())
    sign_in(client, bureau.officer)
    assert len(read(page(client, "visits", unit=bureau.general_branch.pk))) == 2
    assert read(page(client, "visits", unit=bureau.other_branch.pk)) == ["别的"]


def test_the_list_costs_the_same_with_one_row_and_with_three(
    client, bureau, serve, django_assert_num_queries
):
    sign_in(client, bureau.officer)
    page(client, "visits")  # the session writes its token once
    serve()
    with django_assert_num_queries(8):
        page(client, "visits")
    serve(content="二")
    serve(content="三")
    with django_assert_num_queries(8):
        page(client, "visits")


def test_the_form_knows_the_day_the_team_and_the_people_of_the_branch(client, bureau, serve):
    serve()
    make_person("离开者", bureau.other_branch)
    form = page(sign_in(client, bureau.secretary), "add-visit").context["form"]
    assert form.initial["occurred_on"] == date(2026, 11, 21)
    assert form.fields["team"].initial == "东岭供电所党员服务队"
    assert [p.name for p in form.fields["people"].queryset] == [
        "韩帆",
        "林晓禾",
        "许怡书",
        "孟宇行",
    ]


def test_an_activity_is_recorded_with_its_facts(client, bureau):
    response = post(sign_in(client, bureau.secretary), "add-visit", **entered(bureau))
    assert response["Location"] == reverse("service:visits")
    visit = ServiceVisit.objects.get()
    assert (visit.team.name, visit.team.unit, visit.hours) == ("变电党员服务队", bureau.branch, 150)
    assert sorted(Fact.objects.values_list("kind", "quantity")) == [
        ("service.hours", 150),
        ("service.visit", 4000),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occurred_on": "2026-11-22"}, "occurred_on"),
        ({"hours": "25"}, "hours"),
        ({"hours": "0"}, "hours"),
        ({"people": []}, "people"),
        ({"content": ""}, "content"),
    ],
)
def test_a_faulty_activity_comes_back_with_its_fault(client, bureau, changes, field):
    values = entered(bureau, **changes)
    response = post(sign_in(client, bureau.secretary), "add-visit", **values)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert ServiceVisit.objects.count() == 0


def test_people_of_another_branch_cannot_be_ticked(client, bureau):
    away = make_person("外支部", bureau.other_branch)
    values = entered(bureau, people=[away.pk])
    assert post(sign_in(client, bureau.secretary), "add-visit", **values).status_code == 422


def test_an_officer_records_for_the_branch_asked_for_but_not_for_a_stranger_s(client, bureau):
    sign_in(client, bureau.officer)
    response = page(client, "add-visit", unit=bureau.other_branch.pk)
    assert response.context["branch"] == bureau.other_branch
    assert page(client, "add-visit", unit=bureau.stranger_committee.pk).status_code == 404


def test_a_correction_shows_before_and_after_and_keeps_who_has_left(client, bureau, serve):
    visit = serve()
    bureau.colleague.appointments.update(valid_to=date(2026, 11, 10))
    sign_in(client, bureau.secretary)
    form = page(client, "correct-visit", visit.pk).context["form"]
    assert "许怡书" in [p.name for p in form.fields["people"].queryset]
    values = entered(bureau, occurred_on="2026-11-05", content=visit.content, place="石桥村")
    del values["team"]
    values |= {"hours": "3", "people_served": "62"}
    missing = post(client, "correct-visit", visit.pk, **values)
    assert (missing.status_code, list(missing.context["form"].errors)) == (422, ["reason"])
    post(client, "correct-visit", visit.pk, **values, reason="人数填错")
    [(revision, changes)] = page(client, "visit", visit.pk).context["corrections"]
    assert (revision.reason, [(str(label), old, new) for label, old, new in changes]) == (
        "人数填错",
        [("服务时长（小时）", "2.5", "3"), ("参加人员", "林晓禾、许怡书", "林晓禾")],
    )


def test_an_activity_taken_back_leaves_the_list_and_the_ledger(client, bureau, serve):
    visit = serve()
    sign_in(client, bureau.secretary)
    assert post(client, "withdraw-visit", visit.pk, reason="").status_code == 422
    post(client, "withdraw-visit", visit.pk, reason="未开展")
    assert page(client, "visit", visit.pk).status_code == 404
    assert Entry.objects.filter(withdrawn_at=None).count() == 0


def test_the_unit_page_sums_up_the_year(client, bureau, serve):
    serve()
    serve(occurred_on=date(2025, 11, 5))
    response = page(sign_in(client, bureau.secretary), "unit-panel", bureau.branch.pk)
    assert response.context["totals"] == {"count": 1, "served": 62, "hours": 500}
    assert "今年开展1次，党员服务5小时，服务62人次" in response.content.decode()
    assert page(sign_in(client, bureau.stranger), "unit-panel", bureau.branch.pk).status_code == 404


def test_a_ledger_line_leads_to_its_activity(client, bureau, serve):
    from linghang.ledger.api import find_page

    visit = serve()
    assert find_page(Entry.objects.get()) == reverse("service:visit", args=[visit.pk])
