"""Who answers, who decides, who passes many at once: the forms, and what they refuse with which reason."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse

from linghang.people.api import compute_scope
from linghang.rectification import access, queries, services
from linghang.rectification.enums import ProblemState, Step, Term, Verb
from linghang.rectification.models import Problem, Procedure, Review
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture
def procedures(db):
    steps = [{"step": step, "days": 3} for step in Step.values]
    Procedure.objects.create(
        code="ordinary", title_en="One review", title_zh="一般程序", steps=steps[:1]
    )
    return Procedure.objects.create(
        code="four-lists", title_en="Four lists", title_zh="四张清单程序", steps=steps,
        needs_evidence=True,
    )  # fmt: skip


def post(client, person, name, *args, **values):
    client.force_login(person.user)
    return client.post(reverse(f"rectification:{name}", args=args), values)


def say(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def hand_in(bureau, problem, **more):
    return services.hand_in(
        problem=problem, done_on=TODAY, text="已培训。", actor=bureau.secretary.user, **more
    )


def close(bureau, problem):
    return services.review_problem(
        problem=hand_in(bureau, problem), passed=True, actor=bureau.officer.user
    )


def refused(call, **values):
    with pytest.raises(ValidationError) as caught:
        call(**values)
    return caught.value.messages


# -- responsibility --------------------------------------------------------------------------------


def test_the_form_offers_units_leaders_and_procedures_of_the_bureau(
    client, bureau, state, procedures
):
    found = state(lead_unit=bureau.general_branch)
    client.force_login(bureau.officer.user)
    form = client.get(reverse("rectification:assign", args=[found.pk])).context["form"]
    assert [unit.name for unit in form.fields["lead_unit"].queryset] == [
        "中共示范甲供电公司委员会", "生产党总支", "变电运维党支部", "输电运检党支部",
    ]  # fmt: skip
    assert [person.name for person in form.fields["leader"].queryset] == ["温海平"]
    assert form.fields["procedure"].choices == [
        ("", "---------"), ("ordinary", "一般程序"), ("four-lists", "四张清单程序"),
    ]  # fmt: skip
    assert (form.initial["lead_unit"], form.initial["responsible_name"]) == (
        bureau.general_branch,
        "林晓禾",
    )


def test_responsibility_is_assigned_in_one_form_and_kept_in_the_history(
    client, bureau, state, procedures
):
    found = state(text="交接班记录缺项")
    values = {
        "lead_unit": bureau.general_branch.pk,
        "leader": bureau.leader.pk,
        "responsible_name": "许怡书",
        "cooperating": [bureau.other_branch.pk],
        "procedure": "four-lists",
    }
    answer = post(client, bureau.officer, "assign", found.pk, **values, seen="open:0")
    assert answer["Location"] == reverse("rectification:problem", args=[found.pk])
    found.refresh_from_db()
    assert (found.lead_unit, found.leader, found.responsible, found.procedure) == (
        bureau.general_branch,
        bureau.leader,
        bureau.colleague,
        "four-lists",
    )
    assert list(found.cooperating.all()) == [bureau.other_branch]
    act = found.acts.get(verb=Verb.ASSIGNED)
    assert act.reason == "生产党总支 · 温海平 · 许怡书 · 四张清单程序"
    assert act.old["responsible_name"] == "林晓禾"
    late = post(client, bureau.officer, "assign", found.pk, **values, seen="open:0")
    assert late.status_code == 422
    assert "高知远" in late.content.decode()


def test_responsibility_is_settled_before_handing_in_and_within_the_bureau(
    bureau, state, procedures
):
    found, on = state(), {"actor": bureau.officer.user}
    assign = services.assign_problem
    assert refused(assign, problem=found, lead_unit=bureau.stranger_committee, **on) == [
        "请选择本单位的组织。"
    ]
    assert refused(assign, problem=found, procedure="no-such", **on) == ["没有这种销号程序。"]
    assert refused(assign, problem=found, actor=bureau.secretary.user) == [
        "由生产党总支或复审人员决定。"
    ]
    hand_in(bureau, found)
    assert refused(assign, problem=found, **on) == ["责任分工应在申请销号之前确定。"]


def test_who_answers_for_a_problem_neither_reviews_nor_decides_on_it(bureau, state):
    found = state(responsible=bureau.officer, responsible_name="高知远")
    officer = compute_scope(bureau.officer.user)
    assert access.can_decide(officer, found).reason == "您是该问题责任人，由他人决定。"
    found = hand_in(bureau, found)
    assert access.can_review(officer, found).reason == "您是该问题责任人，由他人审核。"
    assert not queries.filter_reviewable(queries.list_problems(officer), officer).exists()


def test_a_problem_handed_over_is_answered_for_by_nobody_of_the_old_unit(bureau, state):
    found = services.hand_over(
        problem=state(responsible=bureau.member),
        unit=bureau.other_branch,
        reason="专业归口",
        actor=bureau.officer.user,
    )
    assert (found.responsible, found.responsible_name) == (None, "")
    assert not access.can_edit(compute_scope(bureau.member.user), found)
    assert found.acts.get(verb=Verb.HANDED_OVER).old["responsible_name"] == "林晓禾"


# -- closing ---------------------------------------------------------------------------------------


def test_a_procedure_that_wants_evidence_is_refused_without_and_satisfied_by_a_word(
    bureau, state, procedures
):
    found = state(procedure="four-lists")
    assert refused(hand_in, bureau=bureau, problem=found) == [
        "本程序要求佐证：上传文件，或写明在哪里可查。"
    ]
    assert hand_in(bureau, found, evidence="培训签到册第3册").state == ProblemState.HANDED_IN


def test_evidence_taken_away_during_review_stops_the_closing(bureau, state, procedures):
    found = hand_in(bureau, state(procedure="four-lists"), evidence="签到册")
    Problem.objects.filter(pk=found.pk).update(evidence="")
    review = {"problem": found, "passed": True, "actor": bureau.officer.user}
    assert refused(services.review_problem, **review) == [
        "本程序要求佐证：上传文件，或写明在哪里可查。",
        "请退回并说明。",
    ]
    assert Review.objects.count() == 0


def test_withdrawn_measures_are_no_measures(bureau, state):
    Procedure.objects.create(
        code="measured", title_en="m", title_zh="措施", needs_measures=True,
        steps=[{"step": "first_review", "days": 3}],
    )  # fmt: skip
    found = state(procedure="measured", book="自查清单")
    draft = services.MeasureDraft("抽查", [bureau.branch], date(2026, 12, 1))
    (item,) = services.add_measures(problems=[found], drafts=[draft], actor=bureau.officer.user)
    worklists.withdraw_item(item=item, reason="重复", actor=bureau.officer.user)
    assert services.list_obstacles(found) == ["尚未制定措施，按程序应有措施。"]


def test_nothing_was_done_before_its_last_measure_nor_before_it_was_opened_again(bureau, state):
    found = state(book="自查清单", measure="")
    draft = services.MeasureDraft("抽查", [bureau.branch], date(2026, 12, 1))
    services.add_measures(problems=[found], drafts=[draft], actor=bureau.officer.user)
    task = Assignment.objects.get()
    worklists.finish_task(
        task=task, finished_on=date(2026, 11, 20), result="已办", evidence="册", actor=None
    )
    worklists.accept_tasks(tasks=[task], actor=bureau.officer.user)
    early = {"problem": found, "done_on": date(2026, 11, 19), "text": "已办", "actor": None}
    assert refused(services.hand_in, **early) == [
        "完成日期不会早于2026-11-20：该日才完成最后一项措施，或才重新打开。"
    ]
    closed = services.review_problem(
        problem=services.hand_in(**{**early, "done_on": date(2026, 11, 20)}),
        passed=True,
        actor=bureau.officer.user,
    )
    again = services.reopen_problem(
        problem=closed, reason="又出现", due_on=date(2026, 12, 31), actor=bureau.officer.user
    )
    assert refused(services.hand_in, **{**early, "problem": again}) == [
        "完成日期不会早于2026-11-21：该日才完成最后一项措施，或才重新打开。"
    ]


def test_what_waits_for_review_is_corrected_by_those_who_look_at_it(bureau, state):
    found = hand_in(bureau, state())
    correct = {"problem": found, "values": {"text": "票证不规范"}, "reason": "措辞"}
    assert refused(services.correct_problem, **correct, actor=bureau.secretary.user) == [
        "由生产党总支或复审人员决定。"
    ]
    assert services.correct_problem(**correct, actor=bureau.officer.user).text == "票证不规范"
    gone = services.withdraw_problem(problem=found, reason="不属实", actor=bureau.officer.user)
    assert refused(
        services.correct_problem, **{**correct, "problem": gone}, actor=bureau.officer.user
    ) == ["该问题已撤销，历史记录保持不变。"]


# -- many at once ----------------------------------------------------------------------------------


def test_many_are_passed_at_once_and_what_was_not_is_told_with_its_reason(client, bureau, state):
    good = [hand_in(bureau, state(text=f"问题{number}")) for number in range(2)]
    own = services.hand_in(
        problem=state(text="自己申请"), done_on=TODAY, text="已办", actor=bureau.officer.user
    )
    seen = [f"{p.pk}:{services.describe_seen(p)}" for p in [*good, own]]
    answer = post(client, bureau.officer, "review-many", id=seen)
    assert say(answer) == ["已通过2个问题。", "自己申请: 您是申请人，由他人审核。"]
    assert {p.state for p in Problem.objects.filter(pk__in=[p.pk for p in good])} == {"closed"}
    assert Review.objects.count() == 2
    own.refresh_from_db()
    assert own.state == ProblemState.HANDED_IN


def test_a_tick_on_what_changed_meanwhile_passes_nothing(client, bureau, state):
    found = hand_in(bureau, state())
    seen = f"{found.pk}:{services.describe_seen(found)}"
    services.correct_problem(
        problem=found, values={"cause": "培训少"}, reason="补充", actor=bureau.supervisor.user
    )
    (said,) = say(post(client, bureau.officer, "review-many", id=[seen]))
    assert "严守正" in said
    assert Review.objects.count() == 0


def test_of_many_refused_three_are_named_and_the_rest_counted(client, bureau, state):
    found = [
        services.hand_in(
            problem=state(text=f"问题{number}"), done_on=TODAY, text="已办",
            actor=bureau.officer.user,
        )
        for number in range(5)
    ]  # fmt: skip
    seen = [f"{p.pk}:{services.describe_seen(p)}" for p in found]
    said = say(post(client, bureau.officer, "review-many", id=seen))
    assert (len(said), said[-1]) == (4, "另有2项未通过，打开可看原因。")


def test_ticking_nothing_says_what_to_do(client, bureau):
    assert say(post(client, bureau.officer, "review-many")) == ["请勾选要通过的问题。"]


def test_a_strangers_problem_is_not_passed_by_its_number(client, bureau, state):
    found = hand_in(bureau, state())
    seen = f"{found.pk}:{services.describe_seen(found)}"
    post(client, bureau.stranger, "review-many", id=[seen])
    found.refresh_from_db()
    assert found.state == ProblemState.HANDED_IN


# -- kept up, looked back at, opened again ----------------------------------------------------------


def test_what_is_kept_up_is_looked_back_at_after_half_a_year_by_who_did_not_hand_it_in(
    bureau, state
):
    found = state(term=Term.LONG_TERM)
    found = services.hand_in(
        problem=found, done_on=TODAY, text="已建机制", actor=bureau.officer.user
    )
    services.review_problem(problem=found, passed=True, actor=None)
    look = {"problem": found, "close": True, "word": "已巩固"}
    assert refused(services.look_back, **look, actor=bureau.officer.user) == [
        "您是申请人，回头看由他人进行。"
    ]
    assert refused(services.look_back, **{**look, "word": " "}, actor=bureau.supervisor.user) == [
        "请说明看到的情况。"
    ]
    past = {**look, "close": False, "next_on": TODAY}
    assert refused(services.look_back, **past, actor=bureau.supervisor.user) == [
        "请选择将来的日期。"
    ]
    done = services.look_back(**look, actor=bureau.supervisor.user)
    assert (done.state, done.closed_on, done.look_back_on) == (ProblemState.CLOSED, TODAY, None)
    assert refused(services.look_back, **look, actor=bureau.supervisor.user) == [
        "只有长期坚持的问题需要回头看。"
    ]


def test_a_closed_problem_is_opened_again_from_its_page(client, bureau, state):
    found = close(bureau, state())
    blank = post(client, bureau.officer, "reopen", found.pk, day="2026-12-31", reason="")
    assert blank.status_code == 422
    past = post(client, bureau.officer, "reopen", found.pk, day="2026-11-20", reason="又出现")
    assert past.status_code == 422
    seen = services.describe_seen(found)
    good = {"day": "2027-01-08", "reason": "又出现", "seen": seen}
    post(client, bureau.officer, "reopen", found.pk, **good)
    found.refresh_from_db()
    assert (found.state, found.due_on, found.provisional, found.round) == (
        "open",
        date(2027, 1, 8),
        True,
        1,
    )
    assert post(client, bureau.officer, "reopen", found.pk, **good).status_code == 422


def test_a_wish_that_was_not_seen_is_not_granted(client, bureau, state):
    found = state()
    ask = {"problem": found, "reason": "保电", "actor": bureau.secretary.user}
    first = services.ask_extension(new_due_on=date(2026, 12, 10), **ask)
    services.decide_extension(
        extension=first, grant=False, note="不延", actor=bureau.supervisor.user
    )
    services.ask_extension(new_due_on=date(2027, 6, 30), **ask)
    answer = post(client, bureau.officer, "decide", found.pk, note="同意", seen=str(first.pk))
    assert answer.status_code == 422
    found.refresh_from_db()
    assert found.due_on == date(2026, 11, 30)


def test_to_be_solved_at_once_means_five_working_days_though_a_day_was_filled_in(client, bureau):
    client.force_login(bureau.secretary.user)
    form = client.get(reverse("rectification:add-problem")).context["form"]
    values = {
        "unit": bureau.branch.pk, "text": "通道堵塞", "source_kind": "safety", "severity": "general",
        "term": "immediate", "responsible_name": "林晓禾",
        "due_on": form.fields["due_on"].initial.isoformat(),
    }  # fmt: skip
    post(client, bureau.secretary, "add-problem", **values)
    assert Problem.objects.get().due_on == date(2026, 11, 27)


def test_what_is_to_be_looked_back_at_has_its_tab_within_a_week(client, bureau, state):
    found = close(bureau, state(term=Term.LONG_TERM))
    Problem.objects.filter(pk=found.pk).update(look_back_on=date(2026, 11, 28))
    client.force_login(bureau.officer.user)
    shown = client.get(reverse("rectification:problems"), {"state": "look-back"})
    assert ("待我回头看", 1) in [(str(t.label), t.count) for t in shown.context["tabs"]]
    assert queries.waiting_for(compute_scope(bureau.officer.user)).to_look_back == 1
    assert queries.waiting_for(compute_scope(bureau.secretary.user)).to_look_back == 0


def test_days_in_a_year_without_notice_are_marked_as_provisional(client, bureau, state):
    client.force_login(bureau.officer.user)
    found = close(bureau, state(term=Term.LONG_TERM))
    page = client.get(reverse("rectification:problem", args=[found.pk])).content.decode()
    assert f"{found.look_back_on}（暂定）" in page
    waiting = hand_in(bureau, state())
    Problem.objects.filter(pk=waiting.pk).update(step_due_on=date(2027, 1, 5))
    page = client.get(reverse("rectification:problem", args=[waiting.pk])).content.decode()
    assert "2027-01-05（暂定）" in page
