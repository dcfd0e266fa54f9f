"""The pages of tasks: who gets which, what stands on them, what they cost."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.ledger.models import Entry
from linghang.people.models import Person
from linghang.worklists import services
from linghang.worklists.models import Assignment, Extension

FINISH = {"finished_on": "2026-11-20", "result": "已按要求完成。", "evidence": ""}
WITH_PK = ["task", "correct-task"]
POSTED = ["finish-task"]
CHANGING = ["correct-task", *POSTED]
BRANCH = "变电运维党支部"


def hand_in(task, person, **values):
    given = {"finished_on": date(2026, 11, 20), "result": "已完成。"} | values
    return services.finish_task(task=task, actor=person.user, **given)


def sign_in(client, person):
    client.force_login(person.user)
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"worklists:{name}", args=args), query)


def post(client, name, *args, **values):
    return client.post(reverse(f"worklists:{name}", args=args), values)


def tabs(response):
    return [(str(tab.label), tab.count, tab.current) for tab in response.context["tabs"]]


def read(response):
    return [str(row) for row, _cells in response.context["table"]]


@pytest.mark.parametrize("name", [*WITH_PK, *POSTED])
def test_a_record_of_another_bureau_is_not_found(client, bureau, ask, name):
    pk = ask().pk
    sign_in(client, bureau.stranger)
    response = post(client, name, pk) if name in POSTED else page(client, name, pk)
    assert response.status_code == 404


@pytest.mark.parametrize("name", CHANGING)
def test_a_member_may_see_but_not_change_and_reads_who_may(client, bureau, ask, name):
    pk = ask().pk
    sign_in(client, bureau.member)
    response = post(client, name, pk) if name in POSTED else page(client, name, pk)
    assert response.status_code == 403
    assert "党建专责" in response.content.decode()


def test_a_member_sees_the_task_without_form_and_buttons(client, bureau, ask):
    response = page(sign_in(client, bureau.member), "task", ask().pk)
    assert (response.status_code, response.context["form"], bool(response.context["may_edit"])) == (
        200,
        None,
        False,
    )
    assert "更正" not in response.content.decode()


@pytest.mark.parametrize("name", POSTED)
def test_finishing_is_posted(client, bureau, ask, name):
    pk = ask().pk
    assert page(sign_in(client, bureau.secretary), name, pk).status_code == 405


def test_tabs_count_exactly_and_show_what_waits_first(client, bureau, ask):
    ask()
    ask(item="走访重点客户", due_on=date(2026, 11, 20))
    ask(item="开展专题读书班", due_on=date(2026, 11, 5), finished_on=date(2026, 11, 3))
    ask(item="别的支部", unit=bureau.other_branch)
    response = page(sign_in(client, bureau.secretary), "tasks")
    assert tabs(response) == [
        ("待办", 2, True),
        ("待我验收", 0, False),
        ("延期申请", 0, False),
        ("进行中", 2, False),
        ("已逾期", 1, False),
        ("待验收", 0, False),
        ("已完成", 1, False),
        ("全部", 3, False),
    ]
    assert read(response) == ["走访重点客户", "组织书记讲党课"]
    assert read(page(client, "tasks", state="overdue")) == ["走访重点客户"]
    assert read(page(client, "tasks", state="done")) == ["开展专题读书班"]
    assert read(page(client, "tasks", q="走访")) == ["走访重点客户"]


def test_what_was_returned_comes_first_and_says_why(client, bureau, issued):
    early = issued("早到期", due_on=date(2026, 11, 18))[BRANCH]
    task = issued("被退回", acceptance="issuer", due_on=date(2026, 12, 18))[BRANCH]
    hand_in(task, bureau.secretary)
    services.return_task(task=task, reason="缺少签到表", actor=bureau.officer.user)
    sign_in(client, bureau.secretary)
    assert read(page(client, "tasks")) == ["被退回", "早到期"]
    assert "缺少签到表" in page(client, "task", task.pk).content.decode()
    assert early.pk != task.pk


def test_a_member_finds_the_own_tasks_and_not_those_of_neighbours(client, bureau, issued):
    tasks = issued("学习党章", owner="member")
    issued("讲党课")
    sign_in(client, bureau.member)
    assert read(page(client, "tasks")) == ["学习党章"]
    assert sorted(read(page(client, "tasks", state="all"))) == ["学习党章", "讲党课"]
    assert page(client, "task", tasks["许怡书"].pk).status_code == 404
    own = tasks["林晓禾"].pk
    assert post(client, "finish-task", own, **FINISH).status_code == 302
    assert Assignment.objects.get(pk=own).state == "done"


def test_a_unit_of_the_filter_brings_the_units_under_it(client, bureau, ask):
    ask()
    ask(unit=bureau.other_branch)
    ask(item="党委的事", unit=bureau.committee)
    sign_in(client, bureau.officer)
    everything = page(client, "tasks", unit=bureau.general_branch.pk, state="waiting")
    [waiting] = [tab for tab in tabs(everything) if tab[0] == "进行中"]
    one = page(client, "tasks", unit=bureau.other_branch.pk, state="waiting")
    assert (waiting[1], read(one)) == (2, ["组织书记讲党课"])


def test_who_sees_one_unit_is_not_asked_which(client, bureau, ask):
    ask()
    assert (
        "unit" not in page(sign_in(client, bureau.secretary), "tasks").context["filter_form"].fields
    )
    assert "unit" in page(sign_in(client, bureau.officer), "tasks").context["filter_form"].fields


def test_the_form_on_the_task_is_filled_in_so_that_two_taps_finish_it(client, bureau, ask):
    task = ask()
    form = page(sign_in(client, bureau.secretary), "task", task.pk).context["form"]
    assert form.initial == {
        "finished_on": date(2026, 11, 21),
        "result": "已按要求完成。",
        "seen": "open:0",
    }
    response = post(
        client, "finish-task", task.pk, finished_on="2026-11-21", result=form.initial["result"]
    )
    assert response["Location"] == reverse("worklists:tasks")
    task.refresh_from_db()
    assert (task.state, task.finished_on, task.result) == (
        "done",
        date(2026, 11, 21),
        "已按要求完成。",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"finished_on": "2026-11-22"}, "finished_on"),
        ({"finished_on": ""}, "finished_on"),
        ({"result": ""}, "result"),
    ],
)
def test_a_faulty_finish_comes_back_with_its_fault(client, bureau, ask, changes, field):
    task = ask()
    response = post(
        sign_in(client, bureau.secretary), "finish-task", task.pk, **{**FINISH, **changes}
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Assignment.objects.get().state == "open"


def test_a_finished_task_is_not_finished_again(client, bureau, ask):
    task = ask(finished_on=date(2026, 11, 3))
    response = post(sign_in(client, bureau.secretary), "finish-task", task.pk, **FINISH)
    assert response["Location"] == reverse("worklists:task", args=[task.pk])
    assert Assignment.objects.get().finished_on == date(2026, 11, 3)


def test_records_that_fit_are_offered_the_likeliest_first(client, bureau, ask, record):
    task = ask()
    record("theme_day", date(2026, 11, 18), "安全生产大讨论")
    record("party_lecture", date(2026, 10, 31), "任务派发之前的党课")
    record("party_lecture", date(2026, 11, 12), "安全生产")
    record("party_lecture", date(2026, 11, 13), "别的支部的党课", unit=bureau.other_branch)
    response = page(sign_in(client, bureau.secretary), "task", task.pk)
    assert [(line.title, kind) for line, kind, _url in response.context["proofs"]] == [
        ("安全生产", "党课")
    ]


def test_a_task_brought_in_after_its_day_looks_back_to_the_month_it_was_due_in(
    client, bureau, ask, record
):
    task = ask(due_on=date(2026, 10, 20))
    record("party_lecture", date(2026, 10, 8), "十月党课")
    record("party_lecture", date(2026, 9, 30), "九月党课")
    proofs = page(sign_in(client, bureau.secretary), "task", task.pk).context["proofs"]
    assert [line.title for line, _kind, _url in proofs] == ["十月党课"]


def test_words_of_the_topic_are_enough(client, bureau, ask, record):
    task = ask(item="开展风险隐患排查")
    record("theme_day", date(2026, 11, 18), "风险隐患大排查")
    proofs = page(sign_in(client, bureau.secretary), "task", task.pk).context["proofs"]
    assert [line.title for line, _kind, _url in proofs] == ["风险隐患大排查"]


def test_one_tap_finishes_with_the_record_on_its_day_and_the_page_leads_to_it(
    client, bureau, ask, record
):
    task = ask()
    lecture = record("party_lecture", date(2026, 11, 12), "安全生产")
    line = Entry.objects.get(source_type="activities.activity")
    post(sign_in(client, bureau.secretary), "finish-task", task.pk, proof=line.pk)
    task.refresh_from_db()
    assert (task.finished_on, task.result) == (date(2026, 11, 12), "2026-11-12 党课《安全生产》")
    response = page(client, "task", task.pk)
    assert response.context["proof_url"] == reverse("activities:activity", args=[lecture.pk])
    assert "原记录已撤回" not in response.content.decode()


def test_the_page_says_when_the_proof_was_withdrawn(client, bureau, ask, record):
    from linghang.activities.services import withdraw_activity

    task = ask()
    lecture = record("party_lecture", date(2026, 11, 12), "安全生产")
    line = Entry.objects.get(source_type="activities.activity")
    post(sign_in(client, bureau.secretary), "finish-task", task.pk, proof=line.pk)
    withdraw_activity(activity=lecture, reason="未开展", actor=bureau.secretary.user)
    assert "原记录已撤回" in page(client, "task", task.pk).content.decode()


def test_a_record_that_was_not_offered_proves_nothing(client, bureau, ask, record):
    task = ask()
    record("theme_day", date(2026, 11, 18), "安全生产大讨论")
    line = Entry.objects.get(source_type="activities.activity")
    response = post(sign_in(client, bureau.secretary), "finish-task", task.pk, proof=line.pk)
    assert (response.status_code, Assignment.objects.get().state) == (422, "open")


# -- correcting ----------------------------------------------------------------------------------


def test_a_correction_of_a_task_shows_before_and_after_with_the_reason(client, bureau, ask):
    task = ask(finished_on=date(2026, 11, 3), result="办了")
    sign_in(client, bureau.secretary)
    values = {"due_on": "2026-11-30", "finished_on": "2026-11-04", "result": "办了"}
    response = post(client, "correct-task", task.pk, **values, reason="日期填错")
    assert response["Location"] == reverse("worklists:task", args=[task.pk])
    [(revision, changes)] = page(client, "task", task.pk).context["corrections"]
    assert (revision.reason, [(str(label), old, new) for label, old, new in changes]) == (
        "日期填错",
        [("完成日期", "2026-11-03", "2026-11-04")],
    )


def test_a_correction_without_a_reason_comes_back(client, bureau, ask):
    task = ask()
    response = post(sign_in(client, bureau.secretary), "correct-task", task.pk, due_on="2026-11-29")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])


def test_a_due_day_on_which_the_same_is_asked_already_is_refused(client, bureau, ask):
    task = ask()
    ask(due_on=date(2026, 12, 31))
    response = post(
        sign_in(client, bureau.officer),
        "correct-task",
        task.pk,
        due_on="2026-12-31",
        reason="改期",
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["due_on"])


def test_all_branches_are_asked_at_once_and_who_was_asked_before_keeps_what_it_did(
    client, bureau, ask
):
    ask(finished_on=date(2026, 11, 3))
    sign_in(client, bureau.officer)
    values = {"worklist": "年度一览表", "item": "组织书记讲党课", "due_on": "2026-11-30"}
    post(client, "add-tasks", **values, target="branches")
    assert sorted(Assignment.objects.values_list("unit__name", "state")) == [
        ("变电运维党支部", "done"),
        ("输电运检党支部", "open"),
    ]


def test_chosen_units_are_asked_and_none_chosen_is_a_fault(client, bureau):
    sign_in(client, bureau.officer)
    values = {"worklist": "一览表", "item": "读书班", "due_on": "2026-12-31", "target": "chosen"}
    response = post(client, "add-tasks", **values)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["units"])
    post(client, "add-tasks", **values, units=[bureau.committee.pk])
    assert Assignment.objects.get().unit == bureau.committee


def test_a_secretary_is_not_asked_which_unit(client, bureau):
    sign_in(client, bureau.secretary)
    form = page(client, "add-tasks").context["form"]
    assert list(form.fields) == ["worklist", "item", "due_on"]
    post(client, "add-tasks", worklist="支部清单", item="读书班", due_on="2026-12-31")
    assert Assignment.objects.get().unit == bureau.branch


def test_units_of_others_cannot_be_asked(client, bureau):
    sign_in(client, bureau.officer)
    values = {"worklist": "一览表", "item": "读书班", "due_on": "2026-12-31", "target": "chosen"}
    response = post(client, "add-tasks", **values, units=[bureau.stranger_committee.pk])
    assert (response.status_code, Assignment.objects.count()) == (422, 0)


def test_the_unit_part_of_another_bureau_is_not_found(client, bureau):
    assert page(sign_in(client, bureau.stranger), "unit-panel", bureau.branch.pk).status_code == 404


def test_a_ledger_line_leads_to_its_task(client, bureau, ask):
    from linghang.ledger.api import find_page

    task = ask()
    assert find_page(Entry.objects.get()) == reverse("worklists:task", args=[task.pk])


# -- accepting, returning, later days, urging ------------------------------------------------------


def test_what_is_handed_in_waits_for_the_officer_who_accepts_all_at_once(client, bureau, issued):
    tasks = issued(acceptance="issuer")
    hand_in(tasks[BRANCH], bureau.secretary)
    hand_in(tasks["输电运检党支部"], Person.objects.get(name="方艳一"))
    hand_in(tasks["生产党总支"], bureau.officer)
    response = page(sign_in(client, bureau.officer), "tasks")
    assert [tab for tab in tabs(response) if tab[2]] == [("待我验收", 2, True)]
    ids = [row for row, _name, _cells in response.context["table"].list_selectable()]
    assert f"{tasks[BRANCH].pk}:handed_in:1" in ids
    response = post(client, "accept", id=[*ids, tasks["生产党总支"].pk])
    states = Assignment.objects.values_list("unit__name", "state")
    assert dict(states) == {BRANCH: "done", "输电运检党支部": "done", "生产党总支": "handed_in"}
    said = page(client, "tasks").content.decode()
    assert ("已验收2项。" in said, "您本人提交的" in said) == (True, True)


def test_the_officer_reads_result_and_evidence_accepts_or_returns(client, bureau, issued):
    task = hand_in(issued(acceptance="issuer")[BRANCH], bureau.secretary, evidence="见签到表")
    shown = page(sign_in(client, bureau.officer), "task", task.pk)
    assert (shown.context["may_accept"], shown.context["may_return"], shown.context["form"]) == (
        True,
        True,
        None,
    )
    assert "见签到表" in shown.content.decode()
    faulty = post(client, "return-task", task.pk, reason="")
    assert (faulty.status_code, list(faulty.context["return_form"].errors)) == (422, ["reason"])
    post(client, "return-task", task.pk, reason="签到表缺两人", seen="handed_in:1")
    assert Assignment.objects.get(pk=task.pk).state == "returned"


def test_who_may_not_accept_sees_no_button_and_is_refused(client, bureau, issued):
    task = hand_in(issued(acceptance="issuer")[BRANCH], bureau.secretary)
    shown = page(sign_in(client, bureau.secretary), "task", task.pk)
    assert (shown.context["may_accept"], shown.context["may_return"]) == (False, False)
    assert post(client, "return-task", task.pk, reason="不行").status_code == 403
    post(client, "accept", id=task.pk)
    assert Assignment.objects.get(pk=task.pk).state == "handed_in"


def test_who_comes_second_is_told_on_the_page(client, bureau, issued):
    task = issued()[BRANCH]
    hand_in(task, bureau.secretary)
    response = sign_in(client, bureau.officer).post(
        reverse("worklists:finish-task", args=[task.pk]), {**FINISH, "seen": "open:0"}, follow=True
    )
    assert "韩帆" in response.content.decode()
    assert Assignment.objects.get(pk=task.pk).result == "已完成。"


def test_a_later_day_is_asked_for_and_decided_on_the_page_of_the_task(client, bureau, issued):
    task = issued()[BRANCH]
    form = page(sign_in(client, bureau.secretary), "task", task.pk).context["extension_form"]
    assert form.initial["new_due_on"] == date(2026, 12, 7)  # five working days after 30 November
    post(client, "extend", task.pk, new_due_on="2026-12-07", reason="迎峰度冬", seen="open:0")
    shown = page(client, "task", task.pk)
    assert (shown.context["extension_form"], shown.context["decision_form"]) == (None, None)
    sign_in(client, bureau.officer)
    assert [tab[1] for tab in tabs(page(client, "tasks")) if tab[0] == "延期申请"] == [1]
    assert page(client, "task", task.pk).context["decision_form"] is not None
    wish = Extension.objects.get()
    faulty = post(client, "decide", wish.pk, decision="refuse", note="")
    assert (faulty.status_code, list(faulty.context["decision_form"].errors)) == (422, ["note"])
    post(client, "decide", wish.pk, decision="grant")
    task.refresh_from_db()
    assert task.due_on == date(2026, 12, 7)


def test_ticked_tasks_are_urged_once_a_day(client, bureau, issued):
    tasks = issued()
    sign_in(client, bureau.officer)
    ids = [task.pk for task in tasks.values()]
    response = client.post(reverse("worklists:urge"), {"id": ids}, follow=True)
    assert "已催办3项。" in response.content.decode()
    response = client.post(reverse("worklists:urge"), {"id": ids}, follow=True)
    assert "已催办3项" not in response.content.decode()


def test_a_personal_task_is_handed_over_to_somebody_of_the_unit(client, bureau, issued):
    task = issued("撰写材料", owner="persons", persons=(bureau.member,))["林晓禾"]
    sign_in(client, bureau.secretary)
    people = page(client, "hand-over", task.pk).context["form"].fields["person"].queryset
    assert {person.name for person in people} == {"韩帆", "许怡书", "孟宇行"}
    post(client, "hand-over", task.pk, person=bureau.colleague.pk, reason="外出培训")
    task.refresh_from_db()
    assert task.person == bureau.colleague


def test_a_file_is_evidence(client, bureau, issued, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.FILES_DIR = tmp_path
    task = issued(needs_evidence=True)[BRANCH]
    sign_in(client, bureau.secretary)
    faulty = post(client, "finish-task", task.pk, **FINISH)
    assert (faulty.status_code, list(faulty.context["form"].errors)) == (422, ["evidence"])
    sent = SimpleUploadedFile("签到表.txt", "张三、李四".encode(), "text/plain")
    post(client, "finish-task", task.pk, **FINISH, files=[sent])
    assert Assignment.objects.get(pk=task.pk).state == "done"
    assert "签到表.txt" in page(client, "task", task.pk).content.decode()
