"""Acts on tasks: who may, from where to where, what is told to who came second, what is kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.accounts.models import User
from linghang.ledger.models import Fact
from linghang.people.api import compute_scope
from linghang.people.models import Person
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.platform.calendar import clock
from linghang.worklists import access, queries, services
from linghang.worklists.enums import NEXT, TaskState, Verb
from linghang.worklists.models import Act, Assignment
from tests.cast import make_person

BRANCH, OTHER, GENERAL = "变电运维党支部", "输电运检党支部", "生产党总支"


def finish(task, person, **given):
    values = {"finished_on": date(2026, 11, 20), "result": "已完成。", "evidence": ""} | given
    return services.finish_task(task=task, actor=person.user, **values)


def accept(*tasks, by, **given):
    return services.accept_tasks(tasks=tasks, actor=by.user, **given)


def give_back(task, *, by, reason="缺少签到表", **given):
    return services.return_task(task=task, reason=reason, actor=by.user, **given)


def verbs(task):
    return list(task.acts.order_by("pk").values_list("verb", flat=True))


def facts(kind="task"):
    rows = Fact.objects.filter(kind=kind, withdrawn_seq=None)
    return sorted(rows.values_list("unit__name", "status"))


def refused(act, code):
    with pytest.raises(ValidationError) as refusal:
        act()
    error = refusal.value
    inner = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    assert {each.code for errors in inner for each in errors} == {code}
    return error.messages


# -- from open to done -----------------------------------------------------------------------------


def test_what_somebody_accepts_is_handed_in_first_and_done_when_accepted(bureau, issued):
    task = issued(acceptance="issuer")[BRANCH]
    task = finish(task, bureau.secretary)
    assert (task.state, task.version, facts()) == ("handed_in", 1, [(BRANCH, "on_time")])
    [done] = accept(task, by=bureau.officer).done
    assert (done.state, done.version, done.accepted_on, done.finished_on) == (
        "done",
        2,
        date(2026, 11, 21),
        date(2026, 11, 20),
    )
    assert verbs(task) == [Verb.HANDED_IN, Verb.ACCEPTED]
    assert facts() == [(BRANCH, "on_time")]


def test_what_nobody_accepts_is_done_at_once(bureau, issued):
    task = finish(issued()[BRANCH], bureau.secretary)
    assert (task.state, verbs(task)) == ("done", [Verb.FINISHED])


def test_what_is_returned_is_open_again_with_its_clock_and_its_history(bureau, issued):
    task = finish(issued(acceptance="issuer", due_on=date(2026, 11, 18))[BRANCH], bureau.secretary)
    assert facts() == [(BRANCH, "late")]
    task = give_back(task, by=bureau.officer)
    assert (task.state, task.finished_on, task.due_on) == ("returned", None, date(2026, 11, 18))
    assert facts() == [(BRANCH, "overdue")]
    act = task.acts.get(verb=Verb.RETURNED)
    assert (act.reason, act.old["result"], act.old["finished_on"]) == (
        "缺少签到表",
        "已完成。",
        "2026-11-20",
    )
    task = finish(task, bureau.secretary, result="已补签到表。")
    assert (task.state, verbs(task)[-1]) == ("handed_in", Verb.HANDED_IN)


def test_the_accepter_opens_a_finished_task_again_with_a_reason(bureau, issued):
    task = finish(issued()[BRANCH], bureau.secretary)
    assert give_back(task, by=bureau.leader).state == "returned"


def test_evidence_is_a_text_a_record_or_a_file(bureau, issued):
    task = issued(needs_evidence=True)[BRANCH]
    refused(lambda: finish(task, bureau.secretary, evidence=" "), "evidence")
    assert finish(task, bureau.secretary, has_files=True).state == "done"
    other = issued("报送总结", needs_evidence=True)[BRANCH]
    assert finish(other, bureau.secretary, evidence="见党建〔2026〕12号").state == "done"


@pytest.mark.parametrize("act", ["finish", "accept", "return"])
def test_steps_the_diagram_does_not_know_are_refused_and_change_nothing(bureau, issued, act):
    task = issued(acceptance="issuer")[BRANCH]
    done = accept(finish(task, bureau.secretary), by=bureau.officer).done[0]
    open_task = issued("报送总结", acceptance="issuer")[BRANCH]
    before = (Act.objects.count(), AuditEntry.objects.count())
    match act:
        case "finish":
            refused(lambda: finish(done, bureau.secretary), "state")
        case "accept":
            refused(lambda: accept(open_task, by=bureau.officer), "refused")
        case "return":
            refused(lambda: give_back(open_task, by=bureau.officer), "state")
    assert (Act.objects.count(), AuditEntry.objects.count()) == before


def test_a_withdrawn_task_takes_no_result_and_says_why(bureau, issued):
    task = issued()[BRANCH]
    services.withdraw_item(item=task.item, reason="与市公司任务重复", actor=bureau.officer.user)
    [message] = refused(lambda: finish(task, bureau.secretary), "state")
    assert "与市公司任务重复" in message


# -- nobody accepts their own work -----------------------------------------------------------------


def test_who_handed_it_in_does_not_accept_it(bureau, issued):
    task = finish(issued(acceptance="issuer")[BRANCH], bureau.officer)
    refused(lambda: accept(task, by=bureau.officer), "refused")
    assert accept(task, by=bureau.leader).done[0].state == "done"


def test_a_secretary_does_not_accept_the_work_of_the_own_branch(bureau, issued):
    committee = make_person("支委一", bureau.branch, ("member", "publicity_member"))
    committee.user = User.objects.create_user("publicity", "x")
    committee.save()
    task = issued(issuer=bureau.branch, owner="units", units=(bureau.branch,), acceptance="issuer")
    task = finish(task[BRANCH], committee)
    assert access.find_accepter(task) == bureau.general_branch
    refused(lambda: accept(task, by=bureau.secretary), "refused")
    assert accept(task, by=bureau.officer).done[0].state == "done"


def test_a_secretary_accepts_what_members_hand_in_but_not_the_own(bureau, issued):
    tasks = issued(issuer=bureau.branch, owner="member", acceptance="issuer")
    theirs = finish(tasks["林晓禾"], bureau.member)
    own = finish(tasks["韩帆"], bureau.secretary)
    outcome = accept(theirs, own, by=bureau.secretary)
    assert [task.person.name for task in outcome.done] == ["林晓禾"]
    assert [(each.task.person.name, bool(each.reason)) for each in outcome.refused] == [
        ("韩帆", True)
    ]


def test_a_superior_accepts_where_the_item_says_so(bureau, issued):
    general = make_person("总支书记", bureau.general_branch, ("secretary",))
    general.user = User.objects.create_user("general", "x")
    general.save()
    tasks = issued(acceptance="superior")
    branch, own = finish(tasks[BRANCH], bureau.secretary), finish(tasks[GENERAL], general)
    assert accept(branch, by=general).done[0].state == "done"
    refused(lambda: accept(own, by=general), "refused")
    assert accept(own, by=bureau.officer).done[0].state == "done"


def test_a_member_and_a_stranger_do_neither(bureau, issued):
    task = issued(acceptance="issuer")[BRANCH]
    for person in (bureau.member, bureau.stranger, Person.objects.get(name="方艳一")):
        refused(lambda person=person: finish(task, person), "denied")
    task = finish(task, bureau.secretary)
    for person in (bureau.member, bureau.stranger, bureau.secretary, bureau.supervisor):
        refused(lambda person=person: accept(task, by=person), "refused")


def test_a_personal_task_is_the_persons_own_or_the_secretarys_to_record(bureau, issued):
    tasks = issued(owner="member")
    assert finish(tasks["林晓禾"], bureau.member).state == "done"
    assert finish(tasks["许怡书"], bureau.secretary).state == "done"
    refused(lambda: finish(tasks["孟宇行"], bureau.member), "denied")
    assert facts() == []
    assert facts("member_task") == [(BRANCH, "on_time")] * 2


@pytest.mark.parametrize("acceptance", ["none", "issuer", "superior", "unit"])
@pytest.mark.parametrize("owner", ["organisation", "committee", "member", "post"])
def test_the_query_and_the_rule_agree_on_who_accepts_what(bureau, issued, owner, acceptance):
    given = {"post": "secretary"} if owner == "post" else {}
    if acceptance == "unit":
        given["accepter"] = bureau.general_branch
    for number, issuer in enumerate((bureau.committee, bureau.general_branch, bureau.branch)):
        if owner == "committee" and issuer != bureau.committee:
            continue
        issued(f"事项{number}", issuer=issuer, owner=owner, acceptance=acceptance, **given)
    for task in Assignment.objects.all():
        by = None if task.person else bureau.officer.user
        Assignment.objects.filter(pk=task.pk).update(
            state="handed_in", finished_on=date(2026, 11, 20), finished_by=by
        )
    every = list(Assignment.objects.select_related(*services.TASK_RELATED))
    for person in (bureau.officer, bureau.leader, bureau.secretary, bureau.member, bureau.stranger):
        scope = compute_scope(person.user)
        rule = {task.pk for task in every if access.can_accept(scope, task)}
        query = queries.filter_acceptable(Assignment.objects.all(), scope)
        assert set(query.values_list("pk", flat=True)) == rule, person.name


# -- two at the same time --------------------------------------------------------------------------


def test_who_comes_second_is_told_who_did_what_and_nothing_is_overwritten(bureau, issued):
    task = issued(acceptance="issuer")[BRANCH]
    seen = services.describe_seen(task)
    finish(task, bureau.secretary, result="第一份", seen=seen)
    [message] = refused(lambda: finish(task, bureau.officer, result="第二份", seen=seen), "changed")
    assert "韩帆" in message
    assert Assignment.objects.get(pk=task.pk).result == "第一份"


def test_many_are_accepted_at_once_and_what_changed_meanwhile_is_left(bureau, issued):
    tasks = issued(acceptance="issuer")
    one = finish(tasks[BRANCH], bureau.secretary)
    two = finish(tasks[OTHER], Person.objects.get(name="方艳一"))
    seen = {one.pk: services.describe_seen(one), two.pk: "open:0"}
    outcome = accept(one, two, by=bureau.officer, seen=seen)
    assert [task.unit.name for task in outcome.done] == [BRANCH]
    assert ["方艳一" in each.reason for each in outcome.refused] == [True]
    [audit] = AuditEntry.objects.filter(verb="accept_tasks")
    assert audit.new["state"] == "done"


# -- later days ------------------------------------------------------------------------------------


def ask_later(task, by, day=date(2026, 12, 10), reason="迎峰度冬保电", **given):
    return services.ask_extension(task=task, new_due_on=day, reason=reason, actor=by.user, **given)


def decide(wish, by, *, grant=True, note=""):
    return services.decide_extension(extension=wish, grant=grant, note=note, actor=by.user)


def test_a_granted_day_moves_the_due_day_and_what_was_overdue_is_open_again(bureau, issued):
    task = issued(due_on=date(2026, 11, 18))[BRANCH]
    services.refresh_overdue()
    assert (BRANCH, "overdue") in facts()
    wish = ask_later(task, bureau.secretary)
    decide(wish, bureau.officer)
    task.refresh_from_db()
    assert (task.first_due_on, task.due_on, task.state, task.version) == (
        date(2026, 11, 18),
        date(2026, 12, 10),
        "open",
        2,
    )
    assert (BRANCH, "open") in facts()
    assert verbs(task) == [Verb.EXTENSION_ASKED, Verb.EXTENDED]


def test_a_day_of_a_year_without_notice_is_provisional(bureau, issued):
    task = issued()[BRANCH]
    decide(ask_later(task, bureau.secretary, date(2027, 1, 15)), bureau.officer)
    task.refresh_from_db()
    assert (task.due_on, task.provisional) == (date(2027, 1, 15), True)


def test_a_refused_day_keeps_its_word_and_changes_nothing(bureau, issued):
    task = issued()[BRANCH]
    wish = ask_later(task, bureau.secretary)
    refused(lambda: decide(wish, bureau.officer, grant=False), "note")
    wish = decide(wish, bureau.officer, grant=False, note="党课不能再拖")
    task.refresh_from_db()
    assert (wish.state, wish.note, task.due_on) == ("refused", "党课不能再拖", date(2026, 11, 30))
    refused(lambda: decide(wish, bureau.leader), "decided")


def test_later_days_that_make_no_sense_are_refused(bureau, issued):
    task = issued(due_on=date(2026, 11, 10))[BRANCH]
    refused(lambda: ask_later(task, bureau.secretary, date(2026, 11, 10)), "not_later")
    refused(lambda: ask_later(task, bureau.secretary, date(2026, 11, 15)), "past")
    refused(lambda: ask_later(task, bureau.secretary, reason=" "), "reason")
    refused(lambda: ask_later(task, bureau.member), "denied")
    ask_later(task, bureau.secretary)
    refused(lambda: ask_later(task, bureau.secretary), "waiting")
    done = finish(issued("报送总结")[BRANCH], bureau.secretary)
    refused(lambda: ask_later(done, bureau.secretary), "state")


def test_nobody_decides_on_the_own_wish(bureau, issued):
    wish = ask_later(issued()[BRANCH], bureau.officer)
    refused(lambda: decide(wish, bureau.officer), "own")
    refused(lambda: decide(wish, bureau.secretary), "denied")
    assert decide(wish, bureau.leader).state == "granted"


# -- urging, handing over, correcting --------------------------------------------------------------


def test_urging_writes_one_act_a_day_for_what_waits(bureau, issued):
    tasks = list(issued().values())
    finish(tasks[0], bureau.officer)
    assert services.urge_tasks(tasks=tasks, actor=bureau.officer.user, word="请抓紧") == 2
    assert services.urge_tasks(tasks=tasks, actor=bureau.leader.user) == 0
    with clock.stand_on(date(2026, 11, 22)):
        assert services.urge_tasks(tasks=tasks, actor=bureau.leader.user) == 2
    assert Act.objects.filter(verb=Verb.URGED, reason="请抓紧").count() == 2
    assert Assignment.objects.get(pk=tasks[1].pk).version == 0
    refused(lambda: services.urge_tasks(tasks=tasks, actor=bureau.member.user), "denied")


def test_a_task_handed_over_keeps_its_clock_and_says_from_whom(bureau, issued):
    task = issued(owner="persons", persons=(bureau.member,))["林晓禾"]
    task = services.hand_over(
        task=task, person=bureau.colleague, actor=bureau.secretary.user, reason="外出培训"
    )
    assert (task.person, task.due_on, task.state) == (bureau.colleague, date(2026, 11, 30), "open")
    assert task.acts.get().old["name"] == "林晓禾"
    for person, code in ((bureau.stranger, "stranger"), (bureau.colleague, "double")):
        refused(
            lambda person=person: services.hand_over(
                task=task, person=person, actor=bureau.secretary.user, reason="外出"
            ),
            code,
        )


def test_what_is_accepted_the_owner_corrects_no_more(bureau, issued):
    task = finish(issued(acceptance="issuer")[BRANCH], bureau.secretary)

    def correct(by, **values):
        return services.correct_task(task=task, values=values, reason="写错", actor=by.user)

    assert correct(bureau.secretary, result="第二稿").state == "handed_in"
    accept(task, by=bureau.officer)
    refused(lambda: correct(bureau.secretary, result="第三稿"), "denied")
    assert correct(bureau.leader, result="第三稿").result == "第三稿"


def test_a_correction_is_no_way_around_acceptance_and_later_days(bureau, issued):
    task = issued(acceptance="issuer")[BRANCH]

    def correct(by, **values):
        return services.correct_task(task=task, values=values, reason="补录", actor=by.user)

    assert correct(bureau.secretary, finished_on=date(2026, 11, 19)).state == "handed_in"
    refused(lambda: correct(bureau.secretary, due_on=date(2026, 12, 20)), "denied")
    assert correct(bureau.secretary, finished_on=None).state == "open"


def test_a_file_hands_in_what_somebody_accepts_and_leaves_what_is_withdrawn(bureau, issued):
    task = issued(acceptance="issuer")[BRANCH]
    draft = services.TaskDraft(
        worklist=task.worklist.title,
        item=task.item.text,
        unit=task.unit,
        due_on=task.due_on,
        finished_on=date(2026, 11, 19),
    )
    assert services.save_tasks(drafts=[draft], actor=bureau.officer.user) == (0, 1, 0)
    task.refresh_from_db()
    assert (task.state, task.version, verbs(task)) == ("handed_in", 1, [Verb.IMPORTED])
    other = issued("报送总结")[BRANCH]
    services.withdraw_item(item=other.item, reason="重复", actor=bureau.officer.user)
    draft = services.TaskDraft(
        other.worklist.title, other.item.text, other.unit, other.due_on, date(2026, 11, 19)
    )
    assert services.save_tasks(drafts=[draft], actor=bureau.officer.user) == (0, 0, 1)


def test_the_diagram_has_an_end_and_no_way_back_from_withdrawn():
    assert NEXT[TaskState.WITHDRAWN] == ()
    assert {state for ways in NEXT.values() for state in ways} == set(TaskState)


def test_waiting_for_counts_what_is_mine_and_what_i_decide(bureau, issued):
    tasks = issued(acceptance="issuer", due_on=date(2026, 11, 18))
    personal = issued("重温誓词", owner="member", issuer=bureau.branch, acceptance="issuer")
    finish(tasks[OTHER], Person.objects.get(name="方艳一"))
    give_back(finish(tasks[BRANCH], bureau.secretary), by=bureau.officer)
    ask_later(tasks[BRANCH], bureau.secretary)
    finish(personal["林晓禾"], bureau.member)

    def waiting(person):
        found = queries.count_waiting_for(compute_scope(person.user))
        return (found.to_do, found.overdue, found.returned, found.to_accept, found.to_decide)

    assert waiting(bureau.secretary) == (2, 1, 1, 1, 0)
    assert waiting(bureau.officer) == (0, 0, 0, 2, 1)
    assert waiting(bureau.member) == (0, 0, 0, 0, 0)
    assert waiting(bureau.colleague) if bureau.colleague.user else True


def test_many_results_are_recorded_together_all_or_none(bureau, issued):
    tasks = issued(acceptance="issuer")
    plain = issued("报送总结")

    def results(*found):
        return [services.TaskResult(task, date(2026, 11, 20), "已完成。") for task in found]

    done = services.finish_tasks(
        results=results(tasks[BRANCH], plain[BRANCH], plain[OTHER]), actor=bureau.officer.user
    )
    assert sorted(task.state for task in done) == ["done", "done", "handed_in"]
    assert facts() == [(BRANCH, "on_time"), (BRANCH, "on_time"), (OTHER, "on_time")]
    again = results(plain[GENERAL], plain[BRANCH])
    refused(lambda: services.finish_tasks(results=again, actor=bureau.officer.user), "state")
    assert Assignment.objects.get(pk=plain[GENERAL].pk).state == "open"
