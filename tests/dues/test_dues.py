"""Dues: the amount follows from base and rule to the cent, who owes follows from the roster."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from linghang.dues import queries, services
from linghang.dues.api import waiting_for
from linghang.dues.enums import MonthState
from linghang.dues.models import Base, Book, Payment
from linghang.dues.services import BaseDraft, ExtraDraft, PaidDraft, ReliefDraft
from linghang.ledger.models import Entry, Fact
from linghang.people.api import compute_scope
from linghang.people.models import Appointment
from linghang.platform.audit.models import Entry as Trail
from tests.cast import make_person
from tests.dues.conftest import NOVEMBER, OCTOBER, TODAY

EDGES = [
    ("employed", "0.01", 0),
    ("employed", "3000", 1500),
    ("employed", "3000.01", 3000),
    ("employed", "5000", 5000),
    ("employed", "5000.01", 7500),
    ("employed", "10000", 15000),
    ("employed", "10000.01", 20000),
    ("irregular", "3000.01", 3000),
    ("retired", "5000", 2500),
    ("retired", "5000.01", 5000),
    ("without_income", None, 20),
]


def fact():
    return Fact.objects.filter(kind="dues", withdrawn_seq=None).first()


@pytest.mark.parametrize(("payer", "base", "cents"), EDGES)
def test_what_is_due_is_the_step_of_the_table(branch, payer, base, cents):
    member = branch.bureau.member
    branch.rate(member, base, payer=payer)
    cell = branch.cell(member)
    assert cell.due_cents == cents
    assert cell.state is (MonthState.OWED if cents else MonthState.EXEMPT)
    if cents:
        (payment,) = branch.pay(member)
        assert (payment.cents, payment.due_cents) == (cents, cents)
        assert payment.rule == f"dues.{payer} 2008-04-01"


def test_a_base_is_unreadable_in_the_database(branch):
    branch.rate(branch.bureau.member, "6543.21")
    with connection.cursor() as cursor:
        cursor.execute("select amount from dues_base")
        stored = cursor.fetchone()[0]
    assert "6543" not in stored
    assert Base.objects.get().yuan == Decimal("6543.21")
    assert "6543" not in str(list(Trail.objects.values_list("new", flat=True)))


def test_only_a_base_that_differs_is_written_and_each_month_has_its_own(branch):
    member = branch.bureau.member
    assert len(branch.rate(member, "4000")) == 1
    assert branch.rate(member, "4000.00", OCTOBER) == []
    branch.rate(member, "6000", NOVEMBER)
    assert [branch.cell(member, month).due_cents for month in (OCTOBER, NOVEMBER)] == [4000, 9000]


def test_a_base_of_the_same_month_is_replaced_with_a_reason_only(branch):
    member = branch.bureau.member
    branch.rate(member, "4000", OCTOBER)
    with pytest.raises(ValidationError, match="为何"):
        branch.rate(member, "6000", OCTOBER)
    branch.rate(member, "6000", OCTOBER, reason="录入有误")
    assert [(base.yuan, base.withdraw_reason) for base in Base.objects.order_by("pk")] == [
        (Decimal(4000), "录入有误"),
        (Decimal(6000), ""),
    ]


@pytest.mark.parametrize("amount", [None, "-1", "1000000.01", "4000.005"])
def test_a_base_that_cannot_be_is_refused(branch, amount):
    with pytest.raises(ValidationError):
        branch.rate(branch.bureau.member, amount)
    assert not Base.objects.exists()


def test_a_stranger_has_no_base_here(branch):
    with pytest.raises(ValidationError, match="高知远"):
        branch.rate(branch.bureau.officer, "4000")


def test_a_month_paid_keeps_what_was_due_when_the_base_changes_later(branch):
    member = branch.bureau.member
    branch.rate(member, "4000")
    branch.pay(member)
    branch.rate(member, "8000", OCTOBER)
    cell = branch.cell(member)
    assert (cell.state, cell.due_cents, cell.due.base.yuan) == (MonthState.PAID, 4000, 4000)


def test_hardship_frees_or_lessens_only_its_months(branch):
    member, colleague = branch.bureau.member, branch.bureau.colleague
    branch.rate(member, "4000")
    branch.rate(colleague, "4000")
    common = {"decided_by": "公司党委", "decided_on": date(2026, 9, 1), "reason": "家庭困难"}
    for person, kind, cents in ((member, "exempt", 0), (colleague, "reduced", 500)):
        draft = ReliefDraft(person, kind, OCTOBER, OCTOBER, cents=cents, **common)
        relief = services.grant_relief(unit=branch.bureau.branch, draft=draft, actor=branch.actor)
        with pytest.raises(ValidationError):
            services.grant_relief(unit=branch.bureau.branch, draft=draft, actor=branch.actor)
    assert branch.cell(member).state is MonthState.EXEMPT
    assert branch.cell(colleague).due_cents == 500
    assert branch.cell(member, NOVEMBER).due_cents == 4000
    services.withdraw_relief(relief=relief, reason="不再困难", actor=branch.actor)
    assert branch.cell(colleague).due_cents == 4000


def test_in_time_is_within_the_month_and_counts_as_a_fact_of_the_month(branch):
    bureau = branch.bureau
    for person in (bureau.member, bureau.colleague, bureau.secretary):
        branch.rate(person, "4000")
    branch.pay(bureau.member, on=date(2026, 10, 31))
    branch.pay(bureau.colleague, on=date(2026, 11, 1))
    branch.pay(bureau.secretary, on=date(2026, 10, 2), cents=3000, note="余款下月补")
    states = [branch.cell(one).state for one in (bureau.member, bureau.colleague, bureau.secretary)]
    assert states == [MonthState.PAID, MonthState.LATE, MonthState.SHORT]
    found = fact()
    assert (found.quantity, found.counts_on, found.unit) == (100, date(2026, 10, 31), bureau.branch)
    assert found.person is None
    assert not Entry.objects.filter(kind="dues", late=True).exists()


def test_a_correction_keeps_the_former_row_and_counts_again(branch):
    member = branch.bureau.member
    branch.rate(member, "4000")
    (payment,) = branch.pay(member)
    common = {"payment": payment, "actor": branch.actor}
    with pytest.raises(ValidationError, match="原因"):
        services.withdraw_payment(reason=" ", **common)
    new = services.correct_payment(
        cents=4000, paid_on=date(2026, 11, 3), reason="日期记错", **common
    )
    assert branch.cell(member).state is MonthState.LATE
    assert fact() is None
    services.withdraw_payment(payment=new, reason="并未交纳", actor=branch.actor)
    assert branch.cell(member).state is MonthState.OWED
    assert list(Payment.objects.order_by("pk").values_list("withdraw_reason", flat=True)) == [
        "日期记错",
        "并未交纳",
    ]


def test_the_second_of_two_is_told_and_nothing_is_written(branch):
    bureau = branch.bureau
    branch.rate(bureau.member, "4000")
    branch.rate(bureau.colleague, "4000")
    branch.pay(bureau.member, seen="2026-10-0")
    with pytest.raises(ValidationError, match="韩帆"):
        branch.pay(bureau.colleague, seen="2026-10-0")
    assert Payment.objects.count() == 1
    with pytest.raises(ValidationError):
        branch.pay(bureau.member)
    assert Book.objects.get().version == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"on": date(2026, 11, 22)}, "今天之后"),
        ({"month": date(2026, 12, 1)}, "尚未开始"),
        ({"cents": 4100}, "说明"),
        ({"cents": 0}, "金额"),
    ],
)
def test_what_cannot_be_paid_is_refused_and_nothing_is_written(branch, values, said):
    branch.rate(branch.bureau.member, "4000")
    with pytest.raises(ValidationError, match=said):
        branch.pay(branch.bureau.member, **values)
    assert not Payment.objects.exists()


def test_without_a_base_nothing_can_be_paid(branch):
    with pytest.raises(ValidationError, match="基数"):
        branch.pay(branch.bureau.member)


def test_a_month_is_owed_where_the_member_stands_on_its_last_day(branch):
    bureau = branch.bureau
    member = bureau.member
    branch.rate(member, "4000")
    held = Appointment.objects.filter(person=member, unit=bureau.branch, post_id="member")
    held.update(valid_to=date(2026, 11, 10))
    Appointment.objects.create(
        person=member, unit=bureau.other_branch, post_id="member", valid_from=date(2026, 11, 10)
    )

    def states():
        rows = queries.read_lines(
            [bureau.branch.pk, bureau.other_branch.pk], OCTOBER, NOVEMBER, TODAY
        )
        return {
            line.unit_id: [cell.state.value for cell in line.cells]
            for line in rows
            if line.person == member
        }

    assert states() == {
        bureau.branch.pk: ["owed", "none"],
        bureau.other_branch.pk: ["none", "open"],
    }
    services.record_month(
        unit=bureau.other_branch,
        month=NOVEMBER,
        paid=[PaidDraft(member, TODAY)],
        actor=branch.actor,
    )
    own = queries.read_own(member.pk, OCTOBER, NOVEMBER, TODAY)
    assert [cell.state.value for cell in own] == ["owed", "paid"]


def test_a_probationary_member_pays_from_the_admitting_meeting(branch):
    person = make_person("陆新苗", branch.bureau.branch)
    type(person).objects.filter(pk=person.pk).update(
        member_kind="probationary", joined_on=NOVEMBER, full_on=None
    )
    branch.rate(person, "4000")
    lines = queries.read_lines([branch.bureau.branch.pk], OCTOBER, NOVEMBER, TODAY)
    line = next(line for line in lines if line.person == person)
    assert [cell.state for cell in line.cells] == [MonthState.NONE, MonthState.OPEN]


@pytest.mark.parametrize(
    ("since", "code"),
    [(9, None), (8, "dues.reminder"), (5, "dues.handling"), (6, "dues.reminder")],
)
def test_three_months_remind_and_six_are_to_be_handled(branch, since, code):
    member = branch.bureau.member
    branch.rate(member, "4000", date(2026, since, 1))
    found = queries.find_long_unpaid([branch.bureau.branch.pk], TODAY)
    assert [notice.code for _line, notice in found] == ([code] if code else [])


def test_the_year_of_a_branch_is_the_sum_of_its_rows(branch):
    bureau = branch.bureau
    branch.rate(bureau.member, "4000", OCTOBER)
    branch.rate(bureau.colleague, "8000", OCTOBER)
    branch.pay(bureau.member, bureau.colleague)
    (row,) = queries.read_branches([bureau.branch], 2026, TODAY)
    assert (row.due_cents, row.paid_cents, row.owed, row.unknown) == (32000, 16000, 0, 2)
    assert row.share == Decimal("0.5")


def test_special_dues_count_for_no_month(branch):
    member = branch.bureau.member
    branch.rate(member, "4000")
    draft = ExtraDraft(member, "special", 100000, TODAY, "支援救灾")
    extra = services.record_extra(unit=branch.bureau.branch, draft=draft, actor=branch.actor)
    assert branch.cell(member, NOVEMBER).paid_cents == 0
    assert list(queries.list_extras(branch.bureau.branch, 2026)) == [extra]
    services.withdraw_extra(extra=extra, reason="重复登记", actor=branch.actor)
    assert not queries.list_extras(branch.bureau.branch, 2026).exists()


def test_the_branch_is_reminded_once_a_month_without_a_name(branch):
    bureau = branch.bureau
    assert list(queries.list_reminders(TODAY)) == []
    branch.rate(bureau.member, "4000")
    (draft,) = queries.list_reminders(TODAY)
    assert draft.recipient_id == bureau.secretary.user_id
    assert draft.key == f"dues:{bureau.branch.pk}:2026-10"
    assert "林晓禾" not in draft.title + draft.body
    (waiting,) = waiting_for(compute_scope(bureau.secretary.user))
    assert (waiting.unit, waiting.month, waiting.members) == (bureau.branch, OCTOBER, 1)
    assert waiting_for(compute_scope(bureau.member.user)) == []
    branch.pay(bureau.member)
    assert list(queries.list_reminders(TODAY)) == []


def test_bases_of_many_are_written_all_or_none(branch):
    bureau = branch.bureau
    drafts = [
        BaseDraft(bureau.member, "employed", Decimal(4000)),
        BaseDraft(bureau.colleague, "employed", Decimal(-1)),
    ]
    with pytest.raises(ValidationError):
        services.set_bases(unit=bureau.branch, month=OCTOBER, drafts=drafts, actor=branch.actor)
    assert not Base.objects.exists()
