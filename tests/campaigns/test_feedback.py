"""Anybody may answer: many from one network, few from one device, nobody's name anywhere."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse

from linghang.campaigns import queries, services
from linghang.campaigns.enums import Mark
from linghang.campaigns.models import Feedback
from linghang.people.api import compute_scope
from linghang.platform.access.web import find_address
from linghang.rectification.models import Problem
from tests.campaigns.scene import TODAY, made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs")]
VILLAGE = "203.0.113.7"  # everybody there answers from this address


def page_of(commitment) -> str:
    return reverse("campaigns:public", args=[commitment.code])


def send(client, commitment, mark=3, **headers):
    return client.post(page_of(commitment), {"mark": mark, "text": ""}, **headers)


def test_a_whole_village_answers_from_one_address_each_device_three_times_a_day(bureau):
    commitment = made(bureau, is_public=True)
    for _device in range(12):
        visitor = Client(REMOTE_ADDR=VILLAGE)
        visitor.get(page_of(commitment))  # the page gives the device its cookie
        assert [send(visitor, commitment).status_code for _n in range(4)] == [302, 302, 302, 422]
    assert Feedback.objects.count() == 36


def test_without_a_cookie_an_address_answers_as_one_device(bureau):
    commitment = made(bureau, is_public=True)
    codes = [send(Client(REMOTE_ADDR=VILLAGE), commitment).status_code for _n in range(4)]
    assert codes == [302, 302, 302, 422]


def test_a_network_sends_no_more_than_a_gathering_would(bureau):
    commitment, second = made(bureau), made(bureau, title="另一件")
    for number in range(services.ANSWERS_OF_A_NETWORK):
        services.answer(
            commitment=commitment, mark=3, text="", address=VILLAGE, device=f"device{number}"
        )
    with pytest.raises(ValidationError):
        services.answer(commitment=commitment, mark=3, text="", address=VILLAGE, device="new")
    services.answer(commitment=commitment, mark=3, text="", address="203.0.113.8", device="new")
    services.answer(commitment=second, mark=3, text="", address=VILLAGE, device="new")


def test_the_same_device_leaves_other_traces_at_each_commitment(bureau):
    for title in ("一", "二"):
        services.answer(
            commitment=made(bureau, title=title), mark=3, text="", address=VILLAGE, device="d"
        )
    one, two = Feedback.objects.all()
    assert one.sender != two.sender
    assert one.network != two.network
    assert VILLAGE not in one.sender + one.network


def test_the_cookie_tells_nothing_and_stays_on_the_page(bureau):
    commitment = made(bureau, is_public=True)
    cookie = Client().get(page_of(commitment)).cookies["lh_answers"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (
        page_of(commitment),
        24 * 3600,
        True,
        "Lax",
    )


def test_a_cookie_one_wrote_oneself_counts_as_none(bureau):
    commitment = made(bureau, is_public=True)
    codes = []
    for number in range(4):
        visitor = Client(REMOTE_ADDR=VILLAGE)
        visitor.cookies["lh_answers"] = f"mine{number}"
        codes.append(send(visitor, commitment).status_code)
    assert codes == [302, 302, 302, 422]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [  # the reader is 203.0.113.7, 10.0.0.1 is the proxy that speaks with us
        (0, None, "10.0.0.1"),
        (0, "1.2.3.4", "10.0.0.1"),  # nobody wrote it whom we trust
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.2.3.4, 203.0.113.7", "203.0.113.7"),  # the reader forged the left part
        (2, "1.2.3.4, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.1"),  # fewer entries than proxies
        (1, None, "10.0.0.1"),
    ],
)
def test_the_address_is_believed_as_far_as_proxies_wrote_it(settings, proxies, forwarded, expected):
    settings.PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **headers)
    assert find_address(request) == expected


def test_a_forged_header_wins_no_further_answers(bureau):
    commitment = made(bureau, is_public=True)
    codes = [
        send(
            Client(REMOTE_ADDR=VILLAGE), commitment, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}"
        ).status_code
        for number in range(4)
    ]
    assert codes == [302, 302, 302, 422]


def test_the_public_page_shows_numbers_and_no_words_of_steps(client, bureau):
    commitment = made(bureau, is_public=True, leader=bureau.secretary)
    services.report_step(
        commitment=commitment, on=TODAY, text="韩帆到张奶奶家换线", people=40, actor=None
    )
    shown = client.get(page_of(commitment)).content.decode()
    assert "2026-11-21" in shown
    assert "40" in shown
    for secret in ("张奶奶", "韩帆", bureau.branch.name):
        assert secret not in shown


def test_the_mark_that_was_chosen_becomes_the_problem(client, bureau):
    commitment = made(bureau)
    early = services.answer(commitment=commitment, mark=Mark.NOT, text="先说的", address="10.0.0.1")
    late = services.answer(commitment=commitment, mark=Mark.NOT, text="后说的", address="10.0.0.2")
    client.force_login(bureau.secretary.user)
    address = reverse("campaigns:raise-problem", args=[commitment.pk])
    client.post(address, {"answer": early.pk})
    assert [p.text for p in Problem.objects.all()] == ["低电压台区治理：先说的"]
    late.refresh_from_db()
    assert late.problem_id is None
    client.post(address, {"answer": early.pk})  # a second time
    client.post(address, {})
    client.post(address, {"answer": "1 or 1"})
    assert Problem.objects.count() == 1


def test_a_mark_of_another_commitment_is_not_taken(client, bureau):
    one, two = made(bureau), made(bureau, title="另一件", unit=bureau.other_branch)
    low = services.answer(commitment=two, mark=Mark.NOT, text="慢", address="10.0.0.1")
    client.force_login(bureau.secretary.user)
    client.post(reverse("campaigns:raise-problem", args=[one.pk]), {"answer": low.pk})
    assert not Problem.objects.exists()


def test_a_withdrawn_commitment_says_so_and_takes_no_answer(client, bureau):
    commitment = made(bureau, is_public=True)
    services.withdraw_commitment(
        commitment=commitment, reason="张工调走了", actor=bureau.officer.user
    )
    shown = client.get(page_of(commitment)).content.decode()
    assert "该承诺已于2026-11-21撤回" in shown
    assert "张工" not in shown
    assert send(client, commitment).status_code == 422
    assert Feedback.objects.count() == 0


def test_the_sheet_carries_a_code_that_no_policy_forbids(client, bureau, settings):
    settings.ADDRESS = "https://lh.example.com"
    commitment = made(bureau, is_public=True)
    client.force_login(bureau.member.user)
    shown = client.get(reverse("campaigns:sheet", args=[commitment.pk])).content.decode()
    assert f"https://lh.example.com{page_of(commitment)}" in shown
    drawn = client.get(reverse("campaigns:code", args=[commitment.pk]))
    text = drawn.content.decode()
    assert drawn["Content-Type"] == "image/svg+xml"
    assert text.startswith("<svg")
    assert text in shown
    assert "style=" not in text
    assert "<script" not in text
    assert 'viewBox="0 0 41 41"' in text  # version 4 with the quiet zone of four squares


def test_what_is_not_public_or_withdrawn_has_no_sheet(client, bureau):
    inside = made(bureau)
    gone = made(bureau, title="另一件", is_public=True)
    services.withdraw_commitment(commitment=gone, reason="重复", actor=bureau.officer.user)
    client.force_login(bureau.officer.user)
    for commitment in (inside, gone):
        for name in ("sheet", "code"):
            address = reverse(f"campaigns:{name}", args=[commitment.pk])
            assert client.get(address).status_code == 404


def test_a_low_mark_is_due_in_ten_working_days(client, bureau):
    commitment = made(bureau)
    low = services.answer(commitment=commitment, mark=Mark.NOT, text="慢", address="10.0.0.1")
    client.force_login(bureau.secretary.user)
    client.post(reverse("campaigns:raise-problem", args=[commitment.pk]), {"answer": low.pk})
    assert Problem.objects.get().due_on == date(2026, 12, 4)


def test_what_waits_is_due_soon_late_or_marked_low(bureau):
    late = made(bureau, title="逾期", due_on=date(2026, 11, 1))
    soon = made(bureau, title="两周内", due_on=date(2026, 12, 5))
    made(bureau, title="还早", due_on=date(2026, 12, 6))
    other = made(bureau, title="别的支部", unit=bureau.other_branch, due_on=date(2026, 11, 1))
    kept = made(bureau, title="已兑现", due_on=date(2026, 12, 20))
    services.report_step(commitment=kept, on=TODAY, text="完", actor=None, kept=True)
    low = services.answer(commitment=kept, mark=Mark.NOT, text="慢", address="10.0.0.1")
    services.answer(commitment=kept, mark=Mark.NOT, text="", address="10.0.0.1")
    scope = compute_scope(bureau.secretary.user)
    assert [(c, c.n_low) for c in queries.waiting_for(scope)] == [(late, 0), (soon, 0), (kept, 2)]
    for mark in kept.feedback.all():
        services.raise_low_mark(feedback=mark, due_on=low.at.date(), actor=bureau.officer.user)
    services.withdraw_commitment(commitment=late, reason="重复", actor=None)
    assert queries.waiting_for(scope) == [soon]
    assert queries.waiting_for(compute_scope(bureau.member.user)) == []
    answering = made(bureau, title="责任人", leader=bureau.member, due_on=date(2026, 11, 30))
    assert queries.waiting_for(compute_scope(bureau.member.user)) == [answering]
    assert other in queries.list_commitments(scope)


def test_the_calendar_has_the_days_of_the_own_commitments(bureau):
    own = made(bureau, due_on=date(2026, 12, 5), leader=bureau.member)
    made(bureau, title="别的支部", unit=bureau.other_branch, due_on=date(2026, 12, 5))
    made(bureau, title="以后", due_on=date(2027, 1, 1))
    for person in (bureau.secretary, bureau.member):
        scope = compute_scope(person.user)
        found = list(queries.list_dates(scope, date(2026, 12, 1), date(2027, 1, 1)))
        assert [(d.uid, d.day, d.title) for d in found] == [
            (f"commitment-{own.pk}", date(2026, 12, 5), "办实事到期：低电压台区治理")
        ]
    assert not list(queries.list_dates(scope, date(2026, 12, 1), date(2026, 12, 5)))
