"""The pages of problems: who gets which, what stands on them, and what each act says."""

from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from linghang.rectification import services
from linghang.rectification.enums import ProblemState, Term
from linghang.rectification.models import Problem
from linghang.worklists.models import Assignment

TODAY = date(2026, 11, 21)


def sign_in(client, person):
    client.force_login(person.user)
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"rectification:{name}", args=args), query)


def post(client, name, *args, **values):
    return client.post(reverse(f"rectification:{name}", args=args), values)


def tabs(response):
    return [(str(tab.label), tab.count, tab.current) for tab in response.context["tabs"]]


def test_tabs_count_exactly_and_show_what_is_open_first(client, bureau, state):
    state()
    state(due_on=date(2026, 11, 20))
    state(closed_on=date(2026, 11, 3))
    assert tabs(page(sign_in(client, bureau.officer), "problems")) == [
        ("未销号", 2, True),
        ("已逾期", 1, False),
        ("已销号", 1, False),
        ("全部", 3, False),
    ]


def test_what_a_reviewer_has_to_decide_has_its_tab(client, bureau, state):
    found = state()
    services.hand_in(problem=found, done_on=TODAY, text="已培训", actor=bureau.secretary.user)
    shown = page(sign_in(client, bureau.officer), "problems", state="review")
    assert ("待我审核", 1, True) in tabs(shown)
    assert "待我审核" not in [
        t[0] for t in tabs(page(sign_in(client, bureau.secretary), "problems"))
    ]


def test_a_problem_is_stated_with_little_typing(client, bureau):
    sign_in(client, bureau.secretary)
    form = page(client, "add-problem").context["form"]
    assert form.fields["unit"].initial == bureau.branch.pk
    assert form.fields["due_on"].initial == date(2026, 12, 22)
    response = post(
        client, "add-problem", unit=bureau.branch.pk, text="台账缺失", source_kind="self_check",
        term="limited", due_on="2026-12-31", responsible_name="林晓禾", severity="general",
    )  # fmt: skip
    found = Problem.objects.get()
    assert response["Location"] == reverse("rectification:problem", args=[found.pk])
    assert (found.source, found.responsible, found.state) == (
        "自检",
        bureau.member,
        ProblemState.NEW,
    )


def test_a_problem_without_words_or_day_comes_back(client, bureau):
    response = post(
        sign_in(client, bureau.secretary), "add-problem", unit=bureau.branch.pk, term="limited"
    )
    assert response.status_code == 422
    assert {"text", "responsible_name", "due_on"} <= set(response.context["form"].errors)


def test_handing_in_is_filled_in_and_a_day_to_come_is_refused(client, bureau, state):
    found = state()
    sign_in(client, bureau.secretary)
    form = page(client, "problem", found.pk).context["hand_in"]
    assert (form.initial["done_on"], form.initial["text"]) == (TODAY, "开展专项培训")
    late = post(client, "hand-in", found.pk, done_on="2026-11-22", text="已培训")
    assert late.status_code == 422
    assert "还没有到" in late.content.decode() or "未到" in late.content.decode()
    post(client, "hand-in", found.pk, done_on="2026-11-20", text="已培训", seen="open:0")
    found.refresh_from_db()
    assert (found.state, found.done_on) == (ProblemState.HANDED_IN, date(2026, 11, 20))


def test_a_stale_page_says_who_was_faster(client, bureau, state):
    found = state()
    sign_in(client, bureau.secretary)
    post(client, "hand-in", found.pk, done_on="2026-11-20", text="已培训", seen="open:0")
    again = post(client, "hand-in", found.pk, done_on="2026-11-19", text="另一句", seen="open:0")
    assert again.status_code == 422
    assert bureau.secretary.user.name in again.content.decode()
    found.refresh_from_db()
    assert found.done_text == "已培训"


def test_a_review_passes_or_returns_with_a_reason(client, bureau, state):
    found = state()
    services.hand_in(problem=found, done_on=TODAY, text="已培训", actor=bureau.secretary.user)
    sign_in(client, bureau.officer)
    assert post(client, "review", found.pk, **{"return": "1"}).status_code == 422
    post(client, "review", found.pk, reason="缺少抽查记录", **{"return": "1"})
    found.refresh_from_db()
    assert found.state == ProblemState.RETURNED
    services.hand_in(problem=found, done_on=TODAY, text="已抽查", actor=bureau.secretary.user)
    post(client, "review", found.pk, **{"pass": "1"})
    found.refresh_from_db()
    assert found.state == ProblemState.CLOSED


def test_measures_are_decided_several_at_once_and_stand_on_the_page(client, bureau, state):
    found = state(book="自查清单")
    sign_in(client, bureau.secretary)
    post(
        client, "add-measures", found.pk, measures="修订细则\n集中培训\n", units=[bureau.branch.pk],
        due_on="2026-11-30",
    )  # fmt: skip
    assert [t.item.text for t in Assignment.objects.order_by("item__number")] == [
        "修订细则",
        "集中培训",
    ]
    shown = page(client, "problem", found.pk)
    assert [m["item"].text for m in shown.context["measures"]] == ["修订细则", "集中培训"]
    assert shown.context["hand_in"] is None
    assert len(shown.context["obstacles"]) == 1


@pytest.mark.parametrize("view", ["problems", "responsibility", "measures", "results"])
def test_each_of_the_four_lists_shows_prints_and_exports_the_same_records(
    client, bureau, state, view
):
    found = state(book="自查清单", aspect="安全生产", lead_unit=bureau.general_branch)
    services.add_measures(
        problems=[found],
        drafts=[
            services.MeasureDraft(text="修订细则", units=[bureau.branch], due_on=date(2026, 11, 30))
        ],
        actor=bureau.officer.user,
    )
    services.record_result(
        problems=[found], kind="rule", title="工作票管理细则", on=TODAY, actor=bureau.officer.user
    )
    sign_in(client, bureau.officer)
    shown = page(client, "book", found.book_id, list=view)
    expected = {
        "problems": "工作票填写不规范",
        "responsibility": "生产党总支",
        "measures": "修订细则",
        "results": "工作票管理细则",
    }
    assert expected[view] in shown.content.decode()
    assert len(shown.context["lines"]) == 1
    book = page(client, "book", found.book_id, list=view, **{"as": "xlsx"})
    assert book["Content-Type"].endswith("sheet")
    word = page(client, "book", found.book_id, list=view, **{"as": "docx"})
    assert word["Content-Type"].endswith("document")


def test_the_workbook_has_the_four_lists_as_sheets(client, bureau, state, tmp_path):
    found = state(book="自查清单")
    sign_in(client, bureau.officer)
    answer = page(client, "book", found.book_id, **{"as": "xlsx"})
    (tmp_path / "book.xlsx").write_bytes(answer.content)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["问题清单", "责任清单", "任务清单", "成果清单"]
    cells = [cell.value for row in book["问题清单"].iter_rows() for cell in row]
    assert "工作票填写不规范" in cells


def test_a_member_may_look_but_not_take_the_lists_out(client, bureau, state):
    found = state(book="自查清单")
    sign_in(client, bureau.member)
    assert page(client, "book", found.book_id).status_code == 200
    assert page(client, "book", found.book_id, **{"as": "xlsx"}).status_code == 403


def test_a_correction_shows_before_and_after(client, bureau, state):
    found = state()
    sign_in(client, bureau.secretary)
    values = {"text": "工作票填写错误", "measure": "开展专项培训", "severity": "general"}
    post(client, "correct-problem", found.pk, **values, reason="表述更正")
    [(_act, changes)] = page(client, "problem", found.pk).context["corrections"]
    assert [(str(label), old, new) for label, old, new in changes] == [
        ("问题", "工作票填写不规范", "工作票填写错误")
    ]


def test_a_wish_for_a_later_day_is_shown_and_decided(client, bureau, state):
    found = state()
    post(
        sign_in(client, bureau.secretary), "extend", found.pk, day="2026-12-31", reason="设备未到货"
    )
    shown = page(sign_in(client, bureau.officer), "problem", found.pk).content.decode()
    assert "设备未到货" in shown
    assert post(client, "decide", found.pk, refuse="1").status_code == 422
    post(client, "decide", found.pk, note="同意")
    found.refresh_from_db()
    assert found.due_on == date(2026, 12, 31)


def test_a_lasting_problem_is_looked_back_at(client, bureau, state):
    found = state(term=Term.LONG_TERM)
    services.hand_in(problem=found, done_on=TODAY, text="已建机制", actor=bureau.secretary.user)
    services.review_problem(problem=found, passed=True, actor=bureau.officer.user)
    post(
        sign_in(client, bureau.officer),
        "look-back",
        found.pk,
        word="机制在用",
        next_on="2027-03-01",
    )
    found.refresh_from_db()
    assert (found.state, found.look_back_on) == (ProblemState.LONG_TERM, date(2027, 3, 1))


def test_the_unit_page_has_what_is_open(client, bureau, state):
    state()
    response = page(sign_in(client, bureau.member), "unit-panel", bureau.branch.pk)
    assert [str(problem) for problem, _state in response.context["problems"]] == [
        "工作票填写不规范"
    ]


def test_a_result_leads_to_its_problem(client, bureau, state):
    found = state()
    result = services.record_result(
        problems=[found], kind="rule", title="细则", on=TODAY, actor=bureau.officer.user
    )
    response = page(sign_in(client, bureau.officer), "result", result.pk)
    assert response["Location"] == reverse("rectification:problem", args=[found.pk])
    assert page(sign_in(client, bureau.stranger), "result", result.pk).status_code == 404
