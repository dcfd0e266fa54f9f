"""Promises are taken back with a reason, and made again for the next year without losing this one's."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from linghang.campaigns import queries, services
from linghang.campaigns.enums import CommitmentState
from linghang.campaigns.models import Commitment
from linghang.ledger.models import Fact
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from tests.campaigns.scene import TODAY, made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs")]


def test_a_commitment_withdrawn_is_neither_kept_nor_owed(bureau):
    commitment = made(bureau, due_on=date(2026, 11, 1))
    services.report_step(commitment=commitment, on=TODAY, text="一半", people=5, actor=None)
    services.withdraw_commitment(
        commitment=commitment, reason="线路改由市里统一改造", actor=bureau.officer.user
    )
    commitment.refresh_from_db()
    assert (commitment.state, commitment.withdrawn_on, commitment.reason) == (
        CommitmentState.WITHDRAWN,
        TODAY,
        "线路改由市里统一改造",
    )
    assert not Fact.objects.filter(kind="commitment", withdrawn_seq=None).exists()
    assert services.refresh_overdue() == 0
    assert commitment.steps.count() == 1
    event = Entry.objects.get(verb="withdraw_commitment")
    assert event.reason == "线路改由市里统一改造"


def test_a_withdrawal_wants_a_reason_and_an_open_commitment(bureau):
    commitment = made(bureau)
    with pytest.raises(ValidationError):
        services.withdraw_commitment(commitment=commitment, reason=" ", actor=None)
    services.withdraw_commitment(commitment=commitment, reason="重复", actor=None)
    for act in (
        lambda: services.withdraw_commitment(commitment=commitment, reason="又", actor=None),
        lambda: services.report_step(commitment=commitment, on=TODAY, text="又", actor=None),
        lambda: services.carry_over(commitment=commitment, due_on=date(2027, 6, 1), actor=None),
    ):
        with pytest.raises(ValidationError):
            act()


def test_who_promised_alone_cannot_take_it_back(client, bureau):
    commitment = made(bureau, leader=bureau.member)
    client.force_login(bureau.member.user)
    shown = client.get(reverse("campaigns:commitment", args=[commitment.pk]))
    assert (shown.context["may_withdraw"], bool(shown.context["may_report"])) == (False, True)
    for name in ("withdraw", "carry-over"):
        address = reverse(f"campaigns:{name}", args=[commitment.pk])
        assert client.post(address, {"reason": "不想做"}).status_code == 403


def test_a_secretary_withdraws_with_the_reason_on_the_page(client, bureau):
    commitment = made(bureau)
    client.force_login(bureau.secretary.user)
    address = reverse("campaigns:withdraw", args=[commitment.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    shown = client.post(address, {"reason": "已由市里统一改造"}, follow=True)
    assert "已由市里统一改造" in shown.content.decode()
    assert shown.context["form"] is None


def test_a_promise_made_again_leaves_the_year_before_as_it_was(bureau):
    first = made(bureau, expected=100, leader=bureau.secretary, is_public=True)
    second = services.carry_over(
        commitment=first, due_on=date(2027, 12, 31), expected=150, actor=bureau.officer.user
    )
    third = services.carry_over(
        commitment=second, due_on=date(2028, 12, 31), actor=bureau.officer.user
    )
    first.refresh_from_db()
    assert (first.state, first.due_on, first.expected) == ("open", date(2026, 12, 31), 100)
    assert (second.title, second.unit, second.leader, second.is_public, second.expected) == (
        first.title,
        first.unit,
        first.leader,
        True,
        150,
    )
    assert third.expected == 150
    assert len({first.code, second.code, third.code}) == 3
    for each in (first, second, third):
        assert queries.list_line(each) == [first, second, third]


@pytest.mark.parametrize("due_on", [date(2026, 12, 31), date(2026, 1, 1)])
def test_it_is_carried_into_a_later_year_only_and_once(bureau, due_on):
    commitment = made(bureau)
    with pytest.raises(ValidationError):
        services.carry_over(commitment=commitment, due_on=due_on, actor=None)
    services.carry_over(commitment=commitment, due_on=date(2027, 3, 1), actor=None)
    with pytest.raises(ValidationError):
        services.carry_over(commitment=commitment, due_on=date(2027, 4, 1), actor=None)
    assert Commitment.objects.count() == 2


def test_the_form_offers_the_end_of_the_next_year(client, bureau):
    commitment = made(bureau, due_on=date(2024, 6, 30), expected=60)
    client.force_login(bureau.secretary.user)
    address = reverse("campaigns:carry-over", args=[commitment.pk])
    assert client.get(address).context["form"].initial == {
        "due_on": date(2027, 12, 31),
        "expected": 60,
    }
    shown = client.post(address, {"due_on": "2027-12-31", "expected": "80"}, follow=True)
    assert shown.context["commitment"].carried_from == commitment
    assert [each.due_on.year for each, _state in shown.context["line"]] == [2024, 2027]


def test_years_are_counted_apart(bureau):
    with clock.stand_on(date(2025, 6, 1)):
        kept, late, left = (
            made(bureau, title=title, due_on=date(2025, 6, 30)) for title in ("甲", "乙", "丙")
        )
        services.report_step(
            commitment=kept, on=date(2025, 6, 1), text="完", people=30, actor=None, kept=True
        )
        services.withdraw_commitment(commitment=left, reason="重复", actor=None)
    with clock.stand_on(date(2025, 7, 9)):
        services.report_step(
            commitment=late, on=date(2025, 7, 9), text="完", people=12, actor=None, kept=True
        )
        for number in range(10):
            services.answer(
                commitment=late, mark=3 if number else 1, text="", address=f"10.0.0.{number}"
            )
    following = services.carry_over(commitment=late, due_on=date(2026, 12, 31), actor=None)
    services.report_step(
        commitment=following, on=TODAY, text="半", people=7, same_people=True, actor=None
    )
    found = queries.compare_years(Commitment.objects.all())
    assert [
        (y.year, y.total, y.kept, y.late, y.withdrawn, y.reached, y.rating.answers) for y in found
    ] == [(2026, 1, 0, 0, 0, 0, 0), (2025, 2, 2, 1, 1, 42, 10)]
    assert str(found[1].rating.share) == "0.9"


def test_the_page_of_years_names_what_was_promised_again(client, bureau):
    first = made(bureau, due_on=date(2025, 12, 31))
    services.carry_over(commitment=first, due_on=date(2026, 12, 31), actor=None)
    client.force_login(bureau.member.user)
    shown = client.get(reverse("campaigns:years"))
    assert [(each.title, str(before)) for each, _now, before in shown.context["carried"]] == [
        ("低电压台区治理", "overdue")
    ]
