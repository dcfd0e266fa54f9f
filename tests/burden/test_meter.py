"""The meter: who asks, what is asked twice, the cap and its reason, and who sees what."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.burden import queries
from linghang.burden.mapping import check_cap
from linghang.ledger.models import Entry, Fact
from linghang.people.api import compute_scope
from linghang.worklists import api as worklists
from linghang.worklists.enums import Cadence, Owner
from linghang_core.periods import Period
from linghang_core.regulations import load_rules, read_rules
from tests.portal.conftest import ask

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 18)
NOVEMBER = Period.parse("2026-11")


def issue(bureau, title, texts, *, reason="", **fields):
    given = {"owner": Owner.ORGANISATION, "due_on": DUE, **fields}
    return worklists.issue_list(
        title=title,
        kind="tasks",
        issuer=bureau.committee,
        items=[worklists.ItemDraft(text, **given) for text in texts],
        actor=bureau.officer.user,
        reason_over_cap=reason,
    )


def get(client, who, name, *args, **query):
    client.force_login(getattr(who, "user", who))
    return client.get(reverse(f"burden:{name}", args=args), query)


def rules_with_cap(number):
    return load_rules().replaced(
        read_rules(
            [
                {
                    "code": "burden.items_a_month",
                    "title": {"zh": "上限", "en": "cap"},
                    "value": {"branch": number},
                    "strength": "general",
                    "basis": "示范公司制度",
                    "in_force_from": date(2026, 1, 1),
                    "note": {"zh": "上限", "en": "cap"},
                }
            ]
        )
    )


# -- the cap -------------------------------------------------------------------------------------


def test_forty_items_a_month_need_no_reason_one_more_does(bureau):
    issue(bureau, "四十项", [f"事项{n}" for n in range(40)])
    with pytest.raises(ValidationError) as refused:
        issue(bureau, "再一项", ["又一项"])
    assert "变电运维党支部 41/40" in refused.value.messages[0]
    assert "整治形式主义为基层减负若干规定" in refused.value.messages[0]
    worklist = issue(bureau, "再一项", ["又一项"], reason="迎峰度冬专项")
    assert worklist.reason_over_cap == "迎峰度冬专项"
    scope = compute_scope(bureau.officer.user)
    reasons = queries.list_reasons(scope, NOVEMBER)
    assert [(row.worklist, row.reason) for row in reasons] == [(worklist, "迎峰度冬专项")]


def test_items_added_above_the_cap_leave_their_reason_in_the_meter_too(bureau):
    worklist = issue(bureau, "三十九项", [f"事项{n}" for n in range(39)])
    scope = compute_scope(bureau.officer.user)
    draft = worklists.ItemDraft("补一项", owner=Owner.ORGANISATION, due_on=DUE)
    worklists.add_items(
        worklist=worklist, items=[draft], actor=bureau.officer.user, reason="会议要求"
    )
    assert queries.list_reasons(scope, NOVEMBER) == []  # forty are below the cap: no reason of it
    with pytest.raises(ValidationError):
        worklists.add_items(worklist=worklist, items=[draft], actor=bureau.officer.user)
    worklists.add_items(
        worklist=worklist, items=[draft], actor=bureau.officer.user, reason_over_cap="抗台抢修"
    )
    reasons = queries.list_reasons(scope, NOVEMBER)
    assert [(row.worklist, row.reason) for row in reasons] == [(worklist, "抗台抢修")]


def test_the_cap_is_the_rule_of_the_day_and_of_the_company(bureau):
    drafts = [worklists.ItemDraft("报送", owner=Owner.ORGANISATION, due_on=DUE)] * 2
    reach = worklists.preview_list(
        issuer=bureau.committee, items=drafts, on=date(2026, 11, 21)
    ).reach
    assert check_cap(bureau.committee, drafts, reach, rules_with_cap(2)) == []
    (warning,) = check_cap(bureau.committee, drafts, reach, rules_with_cap(1))
    assert "变电运维党支部 2/1" in warning.text
    assert "示范公司制度" in warning.text
    assert queries.find_cap(date(2024, 8, 5)).by_kind == {}
    assert queries.find_cap(date(2024, 8, 6)).of("branch") == 40


def test_what_a_unit_asks_of_itself_and_optional_items_are_below_every_cap(bureau):
    mine = [worklists.ItemDraft("自定", units=[bureau.branch], due_on=DUE)] * 3
    reach = worklists.preview_list(issuer=bureau.branch, items=mine, on=date(2026, 11, 21)).reach
    assert check_cap(bureau.branch, mine, reach, rules_with_cap(1)) == []
    free = [worklists.ItemDraft("选学", units=[bureau.branch], due_on=DUE, required=False)] * 3
    reach = worklists.preview_list(issuer=bureau.committee, items=free, on=date(2026, 11, 21)).reach
    assert check_cap(bureau.committee, free, reach, rules_with_cap(1)) == []


# -- repeats -------------------------------------------------------------------------------------


def test_items_alike_of_the_same_unit_are_a_pair_with_the_units_that_got_both(bureau):
    issue(bureau, "甲", ["报送安全工作总结"])
    issue(bureau, "乙", ["报送安全工作总结报告"], owner=Owner.UNITS, units=[bureau.branch])
    issue(bureau, "丙", ["换届准备"])
    scope = compute_scope(bureau.officer.user)
    ids = [unit.pk for unit in queries.list_units(scope)]
    (pair,) = queries.find_pairs(scope, ids, NOVEMBER)
    assert (pair.later.text, pair.earlier.text) == ("报送安全工作总结报告", "报送安全工作总结")
    assert (pair.units, int(pair.likeness * 100)) == (1, 77)
    assert queries.find_pairs(scope, [bureau.other_branch.pk], NOVEMBER) == []
    assert queries.find_pairs(scope, ids, Period.parse("2027-03")) == []


def test_one_item_asked_every_week_is_no_pair(bureau):
    issue(bureau, "周报", ["报送周报"], due_on=None, cadence=Cadence.WEEK)
    scope = compute_scope(bureau.officer.user)
    assert queries.find_pairs(scope, [bureau.branch.pk], NOVEMBER) == []


def test_an_item_whose_proof_is_recorded_is_known_already(bureau):
    issue(bureau, "党课", ["报送讲党课情况"], proof_kind="party_lecture")
    scope = compute_scope(bureau.officer.user)
    ids = [bureau.branch.pk, bureau.other_branch.pk]
    assert queries.find_known(scope, ids, NOVEMBER) == []
    entry = Entry.objects.create(
        kind="party_lecture",
        unit=bureau.branch,
        occurred_on=date(2026, 11, 5),
        title="党课",
        source_type="activities.activity",
        source_id=1,
        recorded_on=date(2026, 11, 5),
    )
    Fact.objects.create(
        seq=990002,
        kind="party_lecture",
        unit=bureau.branch,
        occurred_on=date(2026, 11, 5),
        counts_on=date(2026, 11, 5),
        quantity=100,
        entry=entry,
    )
    (known,) = queries.find_known(scope, ids, NOVEMBER)
    assert (known.item.text, known.units) == ("报送讲党课情况", 1)


# -- pages ---------------------------------------------------------------------------------------


def test_the_meter_shows_units_by_month_and_who_asks(client, bureau):
    issue(bureau, "一览表", ["讲党课", "报送总结"])
    answer = get(client, bureau.officer, "meter")
    assert answer.status_code == 200
    rows = {
        name: [cell and cell["value"] for cell in cells]
        for name, _url, cells in answer.context["rows"]
    }
    assert rows["变电运维党支部"] == [None] * 11 + [2]
    (issuer,) = answer.context["issuers"]
    assert (issuer.issuer, issuer.items) == (bureau.committee, 2)
    assert re.search(
        r"可能重复</a></span>\s*<span class=\"lh-stat-value\"><span>0</span>", answer.text
    )
    assert "减负体检" in answer.content.decode()
    forms = get(client, bureau.officer, "meter", measure="personal")
    assert forms.context["measure"] == "党员事项"


def test_a_secretary_comes_to_the_own_branch_a_member_reads_a_sentence(client, bureau):
    issue(bureau, "一览表", ["讲党课", "报送总结"])
    address = reverse("burden:unit", args=[bureau.branch.pk])
    assert get(client, bureau.secretary, "meter").headers["Location"] == address
    own = get(client, bureau.secretary, "unit", bureau.branch.pk)
    assert own.context["months"][0] == (
        "2026年11月",
        [("事项", 2), *own.context["months"][0][1][1:]],
    )
    page = get(client, bureau.member, "unit", bureau.branch.pk).content.decode()
    assert "2项" in page
    assert "谁在交办" not in page
    assert get(client, bureau.secretary, "unit", bureau.other_branch.pk).status_code == 404
    assert get(client, bureau.stranger, "unit", bureau.branch.pk).status_code == 404


def test_a_month_that_is_nonsense_or_not_yet_there_is_this_month(client, bureau):
    for asked in ("", "2027-01", "2026", "x", "2026-11"):
        assert get(client, bureau.officer, "meter", month=asked).context["month"] == "2026年11月"
    answer = get(client, bureau.officer, "meter", month="2026-10")
    assert (answer.context["month"], answer.context["later_url"]) == (
        "2026年10月",
        "?month=2026-11",
    )


def test_the_workbook_has_loads_issuers_and_pairs(client, bureau):
    issue(bureau, "甲", ["报送安全工作总结", "报送安全工作总结报告"])
    book = openpyxl.load_workbook(io.BytesIO(get(client, bureau.officer, "export").content))
    assert book.sheetnames == ["按月", "谁在交办", "可能重复"]
    loads = list(book["按月"].iter_rows(min_row=4, values_only=True))
    assert ("变电运维党支部", "2026-11", 2, 2, 2, *[0] * 8) in loads
    assert book["可能重复"].cell(4, 5).value == 77


def test_the_number_of_questions_does_not_grow_with_units_or_items(client, bureau):
    issue(bureau, "甲", ["报送安全工作总结"])
    get(client, bureau.officer, "meter")
    with CaptureQueriesContext(connection) as few:
        get(client, bureau.officer, "meter")
    issue(bureau, "乙", [f"事项{n}号" for n in range(9)])
    ask(bureau.other_branch, "换届准备", date(2026, 12, 10))
    with CaptureQueriesContext(connection) as many:
        get(client, bureau.officer, "meter")
    assert len(many) == len(few)
