"""Pages of diagnosis: one line saved, blindness on every page and file, problems in one step."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.urls import reverse

from linghang.diagnosis import queries, services
from linghang.diagnosis.enums import RoundState
from linghang.diagnosis.models import Round
from linghang.rectification.models import Problem
from tests.diagnosis.conftest import M, N, P


@pytest.fixture
def go(client):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(user, name, thing=None, data=None, **extra):
        client.force_login(user)
        address = reverse(f"diagnosis:{name}", args=[thing.pk] if thing else [])
        if data is not None:
            answer = client.post(address, data, **extra)
        else:
            answer = client.get(address, extra)
        answer.text = b"".join(answer).decode(errors="replace")
        return answer

    return ask


def words(answer) -> str:
    """Return the words of a page on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_officer_opens_a_round_with_every_branch_ticked(check, go):
    page = go(check.officer, "open")
    form = page.context["form"]
    assert form.fields["units"].initial == [check.bureau.branch.pk, check.bureau.other_branch.pk]
    assert form.fields["experts"].initial == [check.expert.person_id, check.second.person_id]
    answer = go(
        check.officer,
        "open",
        data={
            "title": "第二轮",
            "standard_set": check.round.standard_set_id,
            "self_days": 5,
            "expert_days": 10,
            "units": [check.bureau.branch.pk],
            "experts": [check.expert.person_id],
        },
    )
    made = Round.objects.get(title="第二轮")
    assert answer.url == reverse("diagnosis:round", args=[made.pk])
    assert made.sheets.get().unit == check.bureau.branch


def test_line_is_saved_alone_and_says_so(check, go):
    data = {"standard": check.standards[0].pk, "verdict": "met", "note": "", "seen": "-"}
    answer = go(check.secretary, "answer", check.own, data, headers={"HX-Request": "true"})
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert "已保存" in words(answer)
    assert (answer.context["done"], answer.context["total"]) == (1, 4)
    assert 'hx-swap-oob="outerHTML"' in answer.text
    assert check.own.answers.get().verdict == "met"


def test_stale_line_is_refused_with_who_and_keeps_what_was_typed(check, go):
    check.says(check.own, M)
    data = {"standard": check.standards[0].pk, "verdict": "not_met", "note": "我写的", "seen": "-"}
    answer = go(check.secretary, "answer", check.own, data, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "韩帆已于" in words(answer)
    assert "我写的" in answer.text
    assert check.own.answers.get().verdict == "met"


def test_expert_who_has_chosen_not_met_is_asked_for_the_sentence_and_nothing_is_saved_yet(
    check, go
):
    check.move(RoundState.EXPERT_CHECK, "试点")
    data = {"standard": check.standards[0].pk, "verdict": "not_met", "note": "", "seen": "-"}
    answer = go(check.expert_user, "judge", check.own, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "请用一句话说明缺什么，写完即保存" in words(answer)
    assert "autofocus" in answer.text
    assert check.own.answers.count() == 0
    data["note"] = "抽查缺两项"
    answer = go(check.expert_user, "judge", check.own, data, headers={"HX-Request": "true"})
    assert "已保存" in words(answer)
    assert check.own.answers.get().note == "抽查缺两项"


def test_records_stand_beside_the_answer_with_a_way_to_them(check, go):
    from datetime import date

    from linghang.worklists import api as worklists

    draft = worklists.TaskDraft(
        worklist="年度一览表",
        item="讲党课",
        unit=check.bureau.branch,
        due_on=date(2026, 10, 30),
        finished_on=date(2026, 10, 20),
        result="完成",
    )
    worklists.save_tasks(drafts=[draft], actor=None)
    page = go(check.secretary, "sheet", check.own)
    row = page.context["rows"][3]
    (records,) = row["line"].records
    assert (records.count, records.kind) == (1, "task")
    assert f"unit={check.bureau.branch.pk}&kind=task" in records.url


@pytest.mark.parametrize("name", ["sheet", "export-sheet"])
def test_expert_reads_the_self_check_nowhere_before_the_own_answer(check, go, name):
    services.save_self_answers(
        sheet=check.own,
        answers=[services.Said(check.standards[0], P, "暗语甲")],
        actor=check.secretary,
    )
    check.move(RoundState.EXPERT_CHECK, "试点")
    assert "暗语甲" not in go(check.expert_user, "sheet", check.own).text
    assert go(check.expert_user, "export-sheet", check.own).status_code == 403  # no export at all
    for page in ("round", "compare", "problems"):
        assert "暗语甲" not in go(check.expert_user, page, check.round).text
    assert go(check.expert_user, "compare", check.round).status_code == 403
    check.finds(check.own, N)
    assert "暗语甲" in go(check.expert_user, "sheet", check.own).text


def test_unit_reads_no_expert_answer_before_the_check_is_finished(check, go):
    check.says(check.own, M, M, M, M)
    check.move(RoundState.EXPERT_CHECK, "试点")
    check.finds(check.own, N, M, M, M)
    assert "现场抽查有缺项" not in go(check.secretary, "sheet", check.own).text
    services.finish_check(sheet=check.own, expert=check.expert, actor=check.expert_user)
    page = words(go(check.secretary, "sheet", check.own))
    assert "现场抽查有缺项" in page
    assert "自检偏宽1项" in page


def test_refusal_says_who_can(check, go):
    page = words(go(check.officer, "sheet", check.own))
    assert "由变电运维党支部自行检查，书记或支委作答。" in page


def test_obstacle_is_said_before_anything_is_sent(check, go):
    page = words(go(check.officer, "move", check.round))
    assert "以下单位尚未报自检：变电运维党支部、输电运检党支部" in page
    data = {"to": "expert_check", "seen": check.round.seen, "reason": "试点先行"}
    answer = go(check.officer, "move", check.round, data)
    assert answer.url == reverse("diagnosis:round", args=[check.round.pk])
    again = go(check.officer, "move", check.round, data)  # the same form sent twice
    assert again.status_code in {302, 422}
    assert check.round.acts.filter(verb="expert_check").count() == 1


def test_comparison_shows_both_answers_withholds_small_shares_and_is_exported(check, go):
    check.check_both()
    page = words(go(check.officer, "compare", check.round))
    assert "57.1%" in page or "57%" in page
    assert "n=4" in page
    answer = go(check.officer, "export-comparison", check.round)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book["差异"].iter_rows(min_row=4, values_only=True))
    assert rows[1][:6] == ("A-2", "工器具按周期试验", 2, None, "符合 → 部分符合", "部分符合 → 符合")
    units = list(book["组织"].iter_rows(min_row=4, values_only=True))
    assert units[0][2:6] == (4, 3, 1, 0)


def test_only_standards_that_differ_are_counted_shown_and_listed_on_paper(check, go):
    check.check_both()
    page = go(check.officer, "compare", check.round, show="different")
    differing = [(s.number, sheet.unit.name) for s, sheet, _c in page.context["differing"]]
    assert differing == [
        ("A-2", "变电运维党支部"),
        ("A-2", "输电运检党支部"),
        ("B-1", "输电运检党支部"),
    ]
    assert [row["standard"].number for row in page.context["rows"]] == ["A-2", "B-1"]
    assert [tab.count for tab in page.context["tabs"]] == [4, 2]
    assert "lh-paper" in page.text


def test_problems_are_stated_from_the_page_with_who_leads(check, go):
    check.check_both()
    page = go(check.officer, "problems", check.round)
    assert re.search(r'name="due_on"\s+value="2027-\d\d-\d\d"', page.text)
    keys = [row["failure"].key for row in page.context["rows"]]
    answer = go(
        check.officer,
        "problems",
        check.round,
        {"id": keys, "due_on": "2027-01-29", f"lead-{keys[0]}": "committee"},
    )
    assert answer.url == reverse("diagnosis:round", args=[check.round.pk])
    assert [str(p.unit) for p in Problem.objects.order_by("pk")] == [
        "中共示范甲供电公司委员会",
        "中共示范甲供电公司委员会",
    ]
    assert queries.list_failures(check.round)[0].finding.problem.text.startswith("工器具")
    page = words(go(check.officer, "round", check.round))
    assert "党委牵头 2 2 0 0" in page
    assert "没有待列出的问题" in words(go(check.officer, "problems", check.round))


def test_round_page_of_a_unit_shows_the_own_unit_alone(check, go):
    page = words(go(check.secretary, "round", check.round))
    assert "变电运维党支部" in page
    assert "输电运检党支部" not in page
