"""The pages of tasks and problems: who gets which, what stands on them, what they cost."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.rectification.models import Problem

FINISH = {"finished_on": "2026-11-20", "result": "已按要求完成。", "evidence": ""}
CLOSE = {"closed_on": "2026-11-20", "measure": "开展专项培训"}
WITH_PK = ["task", "correct-task", "problem", "correct-problem"]
POSTED = ["finish-task", "close-problem"]
CHANGING = ["correct-task", "correct-problem", *POSTED]


def sign_in(client, person):
    client.force_login(person.user)
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"rectification:{name}", args=args), query)


def post(client, name, *args, **values):
    return client.post(reverse(f"rectification:{name}", args=args), values)


def tabs(response):
    return [(str(tab.label), tab.count, tab.current) for tab in response.context["tabs"]]


def read(response):
    return [str(row) for row, _cells in response.context["table"]]


@pytest.mark.parametrize("name", ["tasks", "add-tasks", "problems", "add-problem"])
def test_who_is_not_logged_in_is_sent_to_the_log_in(client, bureau, name):
    response = page(client, name)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize("name", ["add-tasks", "add-problem"])
def test_a_member_may_not_ask_anybody(client, bureau, name):
    assert page(sign_in(client, bureau.member), name).status_code == 403


def test_problems_have_tabs_with_exact_counts(client, bureau, state):
    state()
    state(due_on=date(2026, 11, 20))
    state(closed_on=date(2026, 11, 3))
    assert tabs(page(sign_in(client, bureau.officer), "problems")) == [
        ("未销号", 2, True),
        ("已逾期", 1, False),
        ("已销号", 1, False),
        ("全部", 3, False),
    ]


def test_an_empty_list_says_what_to_do_next(client, bureau):
    assert "派发任务" in page(sign_in(client, bureau.officer), "tasks").content.decode()
    assert "新增问题" in page(client, "problems").content.decode()


@pytest.mark.parametrize(("name", "count"), [("tasks", 9), ("problems", 9)])
def test_lists_cost_the_same_with_one_row_and_with_three(
    client, bureau, ask, state, name, count, django_assert_num_queries
):
    make = ask if name == "tasks" else state
    sign_in(client, bureau.officer)
    page(client, name)  # the session writes its token once
    make()
    with django_assert_num_queries(count):
        page(client, name)
    make(due_on=date(2026, 11, 29))
    make(due_on=date(2026, 11, 28))
    with django_assert_num_queries(count):
        page(client, name)


# -- finishing a task ----------------------------------------------------------------------------


def test_a_correction_of_a_problem_shows_before_and_after(client, bureau, state):
    problem = state()
    sign_in(client, bureau.secretary)
    values = {"text": "工作票填写错误", "due_on": "2026-12-01", "measure": "开展专项培训"}
    post(client, "correct-problem", problem.pk, **values, reason="表述更正")
    [(_revision, changes)] = page(client, "problem", problem.pk).context["corrections"]
    assert [(str(label), old, new) for label, old, new in changes] == [
        ("问题", "工作票填写不规范", "工作票填写错误"),
        ("截止日期", "2026-11-30", "2026-12-01"),
    ]


# -- asking units, stating problems --------------------------------------------------------------


def test_a_problem_names_its_person_where_the_branch_knows_the_name(client, bureau):
    sign_in(client, bureau.secretary)
    values = {
        "unit": bureau.branch.pk,
        "source": "专业自检",
        "text": "台账缺失",
        "due_on": "2026-12-31",
    }
    post(client, "add-problem", **values, responsible_name="林晓禾")
    post(client, "add-problem", **values, responsible_name="外请专家")
    assert list(
        Problem.objects.order_by("pk").values_list("responsible__name", "responsible_name")
    ) == [
        ("林晓禾", "林晓禾"),
        (None, "外请专家"),
    ]


def test_a_problem_without_words_comes_back(client, bureau):
    response = post(sign_in(client, bureau.secretary), "add-problem", unit=bureau.branch.pk)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["source", "text", "responsible_name", "due_on"]


def test_closing_a_problem_is_filled_in_and_a_day_to_come_is_refused(client, bureau, state):
    problem = state()
    sign_in(client, bureau.secretary)
    assert page(client, "problem", problem.pk).context["form"].initial == {
        "closed_on": date(2026, 11, 21),
        "measure": "开展专项培训",
    }
    late = post(client, "close-problem", problem.pk, **{**CLOSE, "closed_on": "2026-11-22"})
    assert (late.status_code, list(late.context["form"].errors)) == (422, ["closed_on"])
    post(client, "close-problem", problem.pk, **CLOSE)
    assert Problem.objects.get().closed_on == date(2026, 11, 20)


# -- the unit's page -----------------------------------------------------------------------------


def test_the_unit_page_has_what_waits_and_what_is_open(client, bureau, ask, state):
    ask()
    ask(item="办完的", finished_on=date(2026, 11, 3))
    state()
    response = page(sign_in(client, bureau.member), "unit-panel", bureau.branch.pk)
    assert [str(task) for task, _state in response.context["tasks"]] == ["组织书记讲党课"]
    assert [str(problem) for problem, _state in response.context["problems"]] == [
        "工作票填写不规范"
    ]
    tab = client.get(reverse("org:unit", args=[bureau.branch.pk]), {"tab": "worklists"})
    assert "组织书记讲党课" in tab.content.decode()
