"""Pages of dues: bases for their keeper only, a month in one act, faults by line."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.dues import services
from linghang.dues.models import Base, Payment
from linghang.dues.services import ReliefDraft
from linghang.platform.audit.models import Entry
from tests.cast import make_person
from tests.dues.conftest import OCTOBER


@pytest.fixture
def go(client, branch):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None):
        client.force_login(person.user)
        address = reverse(f"dues:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address)
        answer.text = b"".join(answer).decode(errors="replace")
        return answer

    return ask


def test_bases_of_the_branch_are_entered_at_once_and_the_look_is_recorded(branch, go):
    bureau = branch.bureau
    secretary, unit = bureau.secretary, bureau.branch.pk
    page = go(secretary, "bases", unit).text
    assert all(one.name in page for one in (secretary, bureau.member, bureau.colleague))
    assert Entry.objects.filter(verb="dues.bases_viewed").count() == 1
    data = {"month": "2026-10"}
    for person in (secretary, bureau.member, bureau.colleague):
        data |= {f"payer_{person.pk}": "employed", f"base_{person.pk}": "5000.01"}
    quiet = {
        name.replace("base_", "payer_"): "employed"
        for name in go(secretary, "bases", unit).context["form"].fields
        if name.startswith("base_")
    }
    faulty = quiet | data | {f"base_{bureau.member.pk}": "5000.001"}
    assert go(secretary, "bases", unit, data=faulty).status_code == 422
    assert not Base.objects.exists()
    assert go(secretary, "bases", unit, data=quiet | data).status_code == 302
    assert {str(base.yuan) for base in Base.objects.all()} == {"5000.01"}
    assert Base.objects.count() == 3


def test_a_month_is_recorded_in_one_act_and_a_stale_page_is_told(branch, go):
    bureau = branch.bureau
    branch.rate(bureau.member, "4000")
    branch.rate(bureau.colleague, "8000")
    data = {
        "seen": "2026-10-0",
        "paid_on": "2026-10-20",
        f"paid_{bureau.member.pk}": "on",
        f"paid_{bureau.colleague.pk}": "on",
        f"day_{bureau.colleague.pk}": "2026-11-02",
    }
    address = (bureau.branch.pk, 2026, 10)
    assert go(bureau.secretary, "month", *address, data=data).status_code == 302
    rows = Payment.objects.order_by("cents").values_list("cents", "paid_on")
    assert list(rows) == [(4000, date(2026, 10, 20)), (12000, date(2026, 11, 2))]
    go(bureau.secretary, "month", *address, data=data)
    assert Payment.objects.count() == 2


def test_the_statement_shows_amounts_and_hides_bases_and_hardship(branch, go):
    bureau = branch.bureau
    branch.rate(bureau.member, "6543.21")
    branch.rate(bureau.colleague, "7654.32")
    branch.pay(bureau.member)
    relief = ReliefDraft(
        bureau.colleague, "exempt", OCTOBER, OCTOBER, "公司党委", date(2026, 9, 1), "家庭困难"
    )
    services.grant_relief(unit=bureau.branch, draft=relief, actor=branch.actor)
    seen = go(bureau.member, "year", bureau.branch.pk, 2026).text
    kept = go(bureau.secretary, "year", bureau.branch.pk, 2026).text
    assert ("98.15" in seen, "98.15" in kept) == (True, True)
    assert ("家庭困难" in seen, "家庭困难" in kept) == (False, True)
    assert not any(base in seen + kept for base in ("6543", "6,543", "7654", "7,654"))


def test_the_workbook_holds_what_the_statement_shows(branch, go):
    bureau = branch.bureau
    branch.rate(bureau.member, "4000")
    branch.pay(bureau.member)
    answer = go(bureau.secretary, "export", bureau.branch.pk, 2026)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join([answer.content]))).active
    line = next(row for row in sheet.values if row[0] == "林晓禾")
    assert (line[10], line[13]) == (40, 40)
    assert Entry.objects.filter(verb="dues.exported").exists()


def test_members_read_their_own_reasons_and_nobody_elses(branch, go):
    bureau = branch.bureau
    branch.rate(bureau.member, "6543.21")
    branch.rate(bureau.colleague, "7654.32")
    text = go(bureau.member, "mine").text
    assert "6,543.21" in text
    assert "7,654.32" not in text
    assert go(bureau.member, "home").url == reverse("dues:mine")
    assert go(bureau.secretary, "home").url == reverse("dues:year", args=[bureau.branch.pk, 2026])
    assert go(bureau.officer, "home").url == reverse("dues:branches")


def test_a_payment_is_taken_back_by_leaving_its_amount_empty(branch, go):
    member = branch.bureau.member
    branch.rate(member, "4000")
    (payment,) = branch.pay(member)
    data = {"amount": "", "paid_on": "2026-10-20", "reason": "并未交纳"}
    assert go(branch.bureau.secretary, "correct", payment.pk, data=data).status_code == 302
    payment.refresh_from_db()
    assert payment.withdraw_reason == "并未交纳"
    assert Payment.objects.count() == 1


def test_year_and_month_ask_no_more_for_more_members(branch, go):
    bureau = branch.bureau
    addresses = (("year", bureau.branch.pk, 2026), ("month", bureau.branch.pk, 2026, 10))
    asked = []
    for number in range(2):
        person = make_person(f"新人{number}", bureau.branch)
        branch.rate(person, "4000")
        branch.pay(person)
        for name, *parts in addresses:
            go(bureau.secretary, name, *parts)  # fills what a process keeps
            with CaptureQueriesContext(connection) as queries:
                go(bureau.secretary, name, *parts)
            asked.append(len(queries))
    assert asked[:2] == asked[2:]
