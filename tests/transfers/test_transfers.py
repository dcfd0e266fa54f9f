"""Transfers the whole way, and each refusal with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from linghang.dues import api as dues
from linghang.dues.enums import MonthState
from linghang.ledger.models import Fact
from linghang.people.api import compute_scope
from linghang.people.models import Person
from linghang.platform.acts import ReasonMissingError
from linghang.platform.audit.models import Entry as Act
from linghang.platform.calendar import clock
from linghang.transfers import api, queries, services
from linghang.transfers.enums import Stage, Way
from linghang.transfers.models import Letter, Transfer
from tests.cast import make_person
from tests.conftest import TODAY
from tests.transfers.conftest import NUMBER, OUTSIDE

BEGAN = date(2020, 1, 1)


def refuse(code, act, *args, **kwargs):
    """Expect the act to be refused with the code, or at the field, and return the words."""
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    fields = getattr(caught.value, "error_dict", None)
    assert (list(fields) if fields else [caught.value.code]) == [code]
    return " ".join(caught.value.messages)


def test_a_transfer_out_ends_the_membership_with_its_receipt_and_not_before(house):
    transfer = house.open()
    assert (transfer.way, transfer.stage) == (Way.OUT, Stage.OPENED)
    house.approve(transfer)
    transfer.refresh_from_db()
    letter = queries.find_letter(transfer)
    assert letter.number == "〔2026〕第0001号"
    assert (letter.days, transfer.due_on) == (10, date(2026, 12, 1))
    assert house.homes() == [("变电运维党支部", BEGAN, None)]
    house.receipt(transfer)
    transfer.refresh_from_db()
    assert transfer.stage == Stage.DONE
    assert house.homes() == [("变电运维党支部", BEGAN, TODAY)]
    fact = Fact.objects.get(kind="transfer")
    assert (fact.status, fact.unit_id) == ("out_on_time", house.bureau.branch.pk)
    assert [act.kind for act in transfer.acts.all()] == ["opened", "issued", "receipted"]


def test_posts_end_with_the_membership_and_a_receipt_after_the_letter_is_late(house):
    secretary = house.bureau.secretary
    with clock.stand_on(date(2026, 11, 1)):
        transfer = house.open(person=secretary)
        house.approve(transfer)
    house.receipt(transfer)
    assert not secretary.appointments.filter(valid_to=None).exists()
    assert Fact.objects.get(kind="transfer").status == "out_late"


def test_between_branches_no_paper_and_the_roster_follows_on_the_day_of_arrival(house):
    transfer = house.within()
    assert transfer.way == Way.WITHIN
    house.approve(transfer)
    assert not Letter.objects.exists()
    assert house.homes() == [("变电运维党支部", BEGAN, None)]
    house.confirm(transfer)
    assert house.homes() == [
        ("变电运维党支部", BEGAN, TODAY),
        ("输电运检党支部", TODAY, None),
    ]
    assert sorted(Fact.objects.filter(kind="transfer").values_list("status", flat=True)) == [
        "in_on_time",
        "out_on_time",
    ]


def test_the_name_of_a_branch_of_the_company_leads_to_it(house):
    transfer = house.open(other="输电运检党支部")
    assert (transfer.way, transfer.to_unit) == (Way.WITHIN, house.bureau.other_branch)


def test_one_goal_is_named_and_not_the_own_branch(house):
    refuse("goal", house.open, to_unit=house.bureau.other_branch, other=OUTSIDE)
    refuse("goal", house.open, other=" ")
    refuse("goal", house.open, to_unit=house.bureau.branch)


def test_a_letter_longer_than_usual_asks_a_reason_and_never_passes_ninety_days(house):
    transfer = house.open()
    with pytest.raises(ReasonMissingError):
        house.approve(transfer, days=30)
    assert "90" in refuse("days", house.approve, transfer, days=91, reason="路远")
    house.approve(transfer, days=90, reason="路远")
    assert queries.find_letter(transfer).valid_until == TODAY + timedelta(days=90)


def test_open_months_of_dues_ask_a_reason_and_what_is_paid_is_read(house):
    branch, member = house.bureau.branch, house.member
    base = dues.BaseDraft(member, "employed", Decimal(6000))
    dues.set_bases(unit=branch, month=date(2026, 8, 1), drafts=[base], actor=house.secretary)
    paid = dues.PaidDraft(member, date(2026, 11, 2))
    dues.record_month(unit=branch, month=date(2026, 8, 1), paid=[paid], actor=house.secretary)
    with pytest.raises(ReasonMissingError) as asked:
        house.open()
    assert "2026-09、2026-10" in asked.value.messages[0]
    transfer = house.open(reason="本月底前补交")
    assert transfer.paid_until == date(2026, 8, 1)  # not what was typed


def test_without_dues_kept_here_somebody_says_until_when(house):
    with pytest.raises(ReasonMissingError):
        house.open(paid_until=None)


def test_nobody_approves_what_they_sent_nor_their_own(house):
    transfer = house.open()
    refuse("own", services.approve_transfer, transfer=transfer, actor=house.secretary)
    house.member.user = house.officer
    house.bureau.officer.user = None
    house.bureau.officer.save()
    house.member.save()
    refuse("own", services.approve_transfer, transfer=transfer, actor=house.member.user)


@pytest.mark.parametrize(
    "changes",
    [{"standing": "suspended"}, {"standing": "left"}, {"is_lost": True}, {"member_kind": "none"}],
)
def test_who_does_not_stand_well_is_refused_with_the_basis(house, changes):
    Person.objects.filter(pk=house.member.pk).update(**changes)
    assert "党员教育管理工作条例" in refuse("standing", house.open)


def test_one_transfer_at_a_time_and_only_of_the_own_members(house):
    house.open()
    refuse("under_way", house.open)
    refuse("stranger", house.open, person=make_person("甘外", house.bureau.other_branch))


def test_withdrawn_before_the_letter_refused_with_a_reason_recalled_and_sent_back(house):
    transfer = house.open()
    refuse("reason", services.withdraw_transfer, transfer=transfer, reason=" ", actor=None)
    services.withdraw_transfer(transfer=transfer, reason="工作调动取消", actor=house.secretary)
    transfer = house.open()
    services.refuse_transfer(transfer=transfer, reason="正在核查", actor=house.officer)
    transfer = house.approve(house.open())
    refuse("not_now", services.withdraw_transfer, transfer=transfer, reason="迟", actor=None)
    services.recall_transfer(transfer=transfer, reason="取消调动", actor=house.officer)
    transfer = house.approve(house.open())
    services.return_transfer(transfer=transfer, reason="材料不全", actor=house.officer)
    assert list(Transfer.objects.order_by("pk").values_list("stage", flat=True)) == [
        Stage.WITHDRAWN, Stage.REFUSED, Stage.RECALLED, Stage.RETURNED
    ]  # fmt: skip
    assert not Letter.objects.filter(void=False).exists()
    assert house.homes() == [("变电运维党支部", BEGAN, None)]
    assert not Fact.objects.filter(kind="transfer").exists()


def test_a_letter_is_issued_anew_and_the_old_one_is_void(house):
    with clock.stand_on(date(2026, 11, 1)):
        transfer = house.approve(house.open())
    [late] = queries.list_waiting(compute_scope(house.officer), TODAY)
    assert late == transfer
    services.renew_letter(transfer=transfer, why="途中遗失", actor=house.officer)
    old, new = transfer.letters.all()
    assert (old.void, old.void_reason, new.void) == (True, "途中遗失", False)
    assert new.number == "〔2026〕第0002号"
    house.receipt(transfer, on=date(2026, 11, 8))  # received there before it was issued anew


def test_a_receipt_has_its_day_and_who_signed(house):
    transfer = house.approve(house.open())
    refuse("signed_by", house.receipt, transfer, signed_by="")
    refuse("on", house.receipt, transfer, on=TODAY + timedelta(days=1))
    refuse("on", house.receipt, transfer, on=TODAY - timedelta(days=1))


def test_the_second_of_two_is_told_who_was_first(house):
    transfer = house.open()
    seen = transfer.seen
    house.approve(transfer)
    assert "已开具介绍信" in refuse("moved", house.approve, transfer, seen=seen)


def test_a_letter_from_outside_puts_the_member_on_the_roster_and_dues_go_on(house):
    transfer = house.register()
    person = transfer.person
    assert (person.born_on, person.sex) == (date(1990, 3, 7), "1")
    assert house.homes(person) == []
    arrived = date(2026, 11, 19)
    house.confirm(transfer, on=arrived)
    assert house.homes(person) == [("变电运维党支部", arrived, None)]
    base = dues.BaseDraft(person, "employed", Decimal(6000))
    dues.set_bases(
        unit=house.bureau.branch, month=date(2026, 9, 1), drafts=[base], actor=house.secretary
    )
    lines = dues.read_lines([house.bureau.branch.pk], date(2026, 9, 1), date(2026, 11, 1), TODAY)
    line = next(line for line in lines if line.person == person)
    assert [cell.state for cell in line.cells] == [
        MonthState.NONE, MonthState.OWED, MonthState.OPEN
    ]  # fmt: skip
    assert Fact.objects.get(kind="transfer").status == "in_on_time"


def test_dues_paid_elsewhere_for_the_month_of_arrival_are_not_owed_again(house):
    transfer = house.register(paid_until=date(2026, 11, 1))
    house.confirm(transfer, on=date(2026, 11, 19))
    lines = dues.read_lines([house.bureau.branch.pk], date(2026, 11, 1), date(2026, 11, 1), TODAY)
    assert transfer.person not in [line.person for line in lines]


def test_who_was_here_before_is_found_and_used_again(house):
    first = house.register()
    house.confirm(first, on=date(2026, 11, 17))
    out = house.approve(house.open(person=first.person, reason="x"))
    with clock.stand_on(date(2027, 6, 1)):
        house.receipt(out, on=date(2027, 1, 5))
        again = house.register(
            issued_on=date(2027, 5, 30), paid_until=date(2027, 5, 1), full_on=date(2016, 8, 1)
        )
        assert again.person == first.person
        again.person.refresh_from_db()
        assert again.person.full_on == date(2016, 8, 1)
        house.confirm(again, on=date(2027, 6, 1))
    assert Person.objects.filter(name="戴新来").count() == 1
    assert len(house.homes(first.person)) == 2


def test_a_letter_is_refused_for_a_wrong_number_another_name_a_member_and_too_many_days(house):
    refuse("identity_number", house.register, identity_number=NUMBER[:-1] + "1")
    refuse("days", house.register, days=91)
    refuse("issued_on", house.register, issued_on=TODAY + timedelta(days=1))
    refuse("paid_until", house.register, paid_until=date(2026, 12, 1))
    with pytest.raises(ReasonMissingError):
        house.register(issued_on=date(2026, 11, 1))
    house.confirm(house.register())
    refuse("name", house.register, name="戴旧名")
    refuse("member", house.register)
    assert Transfer.objects.count() == 1


def test_a_branch_refuses_an_arrival_only_with_its_reason(house):
    transfer = house.register()
    refuse("reason", services.refuse_transfer, transfer=transfer, reason="", actor=None)
    services.refuse_transfer(transfer=transfer, reason="材料与本人不符", actor=house.secretary)
    assert house.homes(transfer.person) == []


def test_who_is_on_probation_keeps_the_dates(house):
    transfer = house.register(member_kind="probationary", joined_on=date(2026, 3, 5), full_on=None)
    house.confirm(transfer)
    person = Person.objects.get(pk=transfer.person_id)
    assert (person.member_kind, person.joined_on, person.full_on) == (
        "probationary", date(2026, 3, 5), None
    )  # fmt: skip


def test_every_act_stands_in_the_trail_and_the_waiting_list_empties(house):
    transfer = house.open()
    assert api.waiting_for(compute_scope(house.officer)) == [transfer]
    house.approve(transfer)
    assert api.waiting_for(compute_scope(house.officer)) == []
    verbs = Act.objects.filter(verb__startswith="transfer.").values_list("verb", flat=True)
    assert list(verbs.order_by("pk")) == ["transfer.opened", "transfer.issued"]


def test_reminders_come_before_the_letter_ends_and_when_it_is_late(house):
    transfer = house.approve(house.open())
    due = transfer.letters.get().valid_until
    assert list(queries.list_reminders(due - timedelta(days=4))) == []
    [soon] = queries.list_reminders(due - timedelta(days=3))
    [late] = queries.list_reminders(due + timedelta(days=1))
    assert (soon.recipient_id, soon.kind, late.kind) == (house.officer.pk, "due", "late")
    assert house.member.name not in soon.title
    days = list(queries.list_dates(compute_scope(house.officer), due, due + timedelta(days=1)))
    assert [day.day for day in days] == [due]
