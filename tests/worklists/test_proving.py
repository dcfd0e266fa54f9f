"""Items that records finish by themselves, and that are open again when their proof is gone."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.activities.services import ActivityDraft, correct_activity, withdraw_activity
from linghang.ledger import mapping
from linghang.ledger.api import register_follower
from linghang.ledger.models import Entry, Fact
from linghang.platform.calendar import clock
from linghang.worklists import queries, services
from linghang.worklists.enums import Verb
from linghang.worklists.models import Assignment

BRANCH, OTHER, GENERAL = "变电运维党支部", "输电运检党支部", "生产党总支"
LECTURE = {"proof_kind": "activity.party_lecture", "proof_use": "finish"}


def standing(task):
    task.refresh_from_db()
    return (task.state, task.finished_on, task.proof_id)


def verbs(task):
    return list(task.acts.order_by("pk").values_list("verb", flat=True))


def correct(lecture, **changes):
    draft = ActivityDraft(lecture.kind, lecture.unit, lecture.occurred_on, lecture.topic)
    values = {"occurred_on": draft.occurred_on, "topic": draft.topic} | changes
    return correct_activity(
        activity=lecture,
        draft=ActivityDraft(lecture.kind, lecture.unit, **values),
        reason="日期填错",
        actor=None,
    )


def test_a_record_finishes_the_item_of_its_unit_and_of_no_other(issued, record):
    tasks = issued(**LECTURE)
    lecture = record("party_lecture", date(2026, 11, 12), "安全生产")
    assert standing(tasks[BRANCH]) == ("done", date(2026, 11, 12), lecture.pk)
    assert (tasks[BRANCH].result, tasks[BRANCH].finished_by, verbs(tasks[BRANCH])) == (
        "2026-11-12 党课《安全生产》",
        None,
        [Verb.PROVED],
    )
    assert [standing(tasks[name])[0] for name in (OTHER, GENERAL)] == ["open", "open"]
    fact = Fact.objects.get(kind="task", withdrawn_seq=None)
    assert (fact.unit.name, fact.status) == (BRANCH, "on_time")


def test_a_record_before_the_asking_proves_nothing(issued, record):
    tasks = issued(**LECTURE)
    record("party_lecture", date(2026, 10, 30))
    assert standing(tasks[BRANCH])[0] == "open"


def test_what_is_proved_late_is_done_late(issued, record):
    tasks = issued(**LECTURE, due_on=date(2026, 11, 10))
    record("party_lecture", date(2026, 11, 12))
    assert standing(tasks[BRANCH])[0] == "done"
    assert Fact.objects.get(kind="task", withdrawn_seq=None).status == "late"


def test_a_record_counts_for_the_period_it_lies_in_only(issued, record):
    with clock.stand_on(date(2026, 10, 12)):
        tasks = issued(**LECTURE, cadence="month", on=date(2026, 10, 12))
    services.open_periods()
    lecture = record("party_lecture", date(2026, 11, 12))
    rows = Assignment.objects.filter(unit__name=BRANCH).order_by("period")
    assert [(row.period, row.state) for row in rows] == [("2026-10", "open"), ("2026-11", "done")]
    record("party_lecture", date(2026, 10, 3))  # before the list was issued, but in its period
    assert standing(tasks[BRANCH])[0] == "done"
    assert lecture.pk == rows[1].proof_id


def test_a_meeting_of_a_group_counts_for_its_branch(bureau, issued, record):
    tasks = issued("开党小组会", proof_kind="activity.group_meeting", proof_use="finish")
    record("group_meeting", date(2026, 11, 12), unit=bureau.group)
    assert standing(tasks[BRANCH])[0] == "done"


def test_two_are_asked_and_the_second_one_proves_it(issued, record):
    tasks = issued(**LECTURE, proof_least=200)
    record("party_lecture", date(2026, 11, 12))
    assert standing(tasks[BRANCH])[0] == "open"
    second = record("party_lecture", date(2026, 11, 16))
    assert standing(tasks[BRANCH]) == ("done", date(2026, 11, 16), second.pk)


def test_what_somebody_accepts_is_handed_in_by_its_proof(bureau, issued, record):
    tasks = issued(**LECTURE, acceptance="issuer")
    record("party_lecture", date(2026, 11, 12))
    assert standing(tasks[BRANCH])[0] == "handed_in"
    outcome = services.accept_tasks(tasks=[tasks[BRANCH]], actor=bureau.officer.user)
    assert outcome.done[0].state == "done"


def test_a_withdrawn_proof_opens_the_item_again_with_its_history(bureau, issued, record):
    tasks = issued(**LECTURE)
    lecture = record("party_lecture", date(2026, 11, 12))
    withdraw_activity(activity=lecture, reason="未开展", actor=bureau.secretary.user)
    assert standing(tasks[BRANCH]) == ("open", None, None)
    assert verbs(tasks[BRANCH]) == [Verb.PROVED, Verb.UNPROVED]
    assert tasks[BRANCH].acts.first().old["finished_on"] == "2026-11-12"
    assert Fact.objects.get(kind="task", withdrawn_seq=None).status == "open"


def test_a_corrected_proof_is_followed(issued, record):
    tasks = issued(**LECTURE)
    lecture = record("party_lecture", date(2026, 11, 12))
    correct(lecture, occurred_on=date(2026, 11, 13))
    assert standing(tasks[BRANCH]) == ("done", date(2026, 11, 13), lecture.pk)
    assert verbs(tasks[BRANCH]) == [Verb.PROVED, Verb.PROVED]
    correct(lecture, occurred_on=date(2026, 10, 13))
    assert standing(tasks[BRANCH])[0] == "open"


def test_another_record_takes_the_place_of_a_withdrawn_one(bureau, issued, record):
    tasks = issued(**LECTURE)
    first = record("party_lecture", date(2026, 11, 12))
    second = record("party_lecture", date(2026, 11, 16))
    withdraw_activity(activity=first, reason="未开展", actor=bureau.secretary.user)
    assert standing(tasks[BRANCH]) == ("done", date(2026, 11, 16), second.pk)


def test_what_a_person_finished_or_returned_no_record_touches(bureau, issued, record):
    tasks = issued(**LECTURE)
    lecture = record("party_lecture", date(2026, 11, 12))
    services.return_task(task=tasks[BRANCH], reason="不是书记讲的", actor=bureau.officer.user)
    record("party_lecture", date(2026, 11, 16))
    assert standing(tasks[BRANCH])[0] == "returned"
    services.finish_task(
        task=tasks[BRANCH],
        finished_on=date(2026, 11, 16),
        result="书记已讲",
        actor=bureau.secretary.user,
    )
    withdraw_activity(activity=lecture, reason="未开展", actor=bureau.secretary.user)
    assert standing(tasks[BRANCH])[0] == "done"


def test_of_a_holder_only_what_the_holder_hosted_finishes_by_itself(bureau, issued, record):
    tasks = issued(**LECTURE, owner="post", post="secretary", kind="duty")
    record("party_lecture", date(2026, 11, 12), host_name="许怡书", host_id=bureau.colleague.pk)
    assert standing(tasks["韩帆"])[0] == "open"
    lecture = record(
        "party_lecture", date(2026, 11, 13), host_name="韩帆", host_id=bureau.secretary.pk
    )
    assert standing(tasks["韩帆"]) == ("done", date(2026, 11, 13), lecture.pk)
    fact = Fact.objects.get(kind="duty", withdrawn_seq=None)
    assert (fact.person, fact.unit, fact.status) == (bureau.secretary, bureau.branch, "on_time")


def test_a_member_is_proved_present_and_never_by_absence(bureau, issued, record):
    from linghang.activities.services import Absence

    tasks = issued(
        "参加集中学习", owner="member", proof_kind="attendance", proof_use="finish", proof_least=100
    )
    absent = Absence(name="许怡书", person_id=bureau.colleague.pk, reason="", state="absent")
    record("theme_day", date(2026, 11, 12), absences=[absent], hours=200)
    assert {name: standing(task)[0] for name, task in tasks.items()} == {
        "韩帆": "done",
        "林晓禾": "done",
        "孟宇行": "done",
        "许怡书": "open",
        "方艳一": "open",
    }


def test_what_was_done_before_the_list_came_is_not_asked_again(issued, record):
    record("party_lecture", date(2026, 11, 12))
    tasks = issued(**LECTURE, cadence="quarter", on=date(2026, 11, 21))
    assert standing(tasks[BRANCH])[0] == "done"
    assert standing(tasks[OTHER])[0] == "open"
    assert services.prove_open_tasks() == 0


def test_a_period_that_opens_later_is_proved_by_the_daily_look(issued, record):
    tasks = issued(**LECTURE, cadence="quarter", on=date(2026, 9, 1))
    record("party_lecture", date(2026, 10, 12))
    with clock.stand_on(date(2026, 11, 20)):
        services.open_periods()
    assert services.prove_open_tasks() == 1
    done = Assignment.objects.get(state="done")
    assert (done.unit.name, done.period, standing(tasks[BRANCH])[0]) == (BRANCH, "2026Q4", "open")


def test_a_batch_asks_the_database_as_often_for_many_as_for_one(
    issued, packs, bureau, django_assert_max_num_queries
):
    from linghang.activities.services import record_activities

    issued(**LECTURE)

    def drafts(month, count):
        return [
            ActivityDraft(packs["party_lecture"], bureau.branch, date(2026, month, 1 + n), f"{n}")
            for n in range(count)
        ]

    with django_assert_max_num_queries(45) as one:
        record_activities(drafts=drafts(9, 1), actor=None)
    with django_assert_max_num_queries(len(one) + 5):
        record_activities(drafts=drafts(10, 20), actor=None)


def test_followers_are_told_once_of_every_change_and_never_of_none(
    bureau, packs, record, monkeypatch
):
    told = []
    monkeypatch.setattr(mapping, "_followers", [])
    register_follower(lambda change: told.append((len(change.written), len(change.withdrawn))))
    lecture = record("party_lecture", date(2026, 11, 12))
    correct(lecture, topic="安全生产大讲堂")
    correct(lecture, topic="安全生产大讲堂")
    withdraw_activity(activity=lecture, reason="未开展", actor=None)
    of_record = [change for change in told if change != (0, 0)]
    assert of_record[0] == (1, 0)
    assert (1, 1) in of_record
    assert of_record.count((0, 1)) >= 1


# -- what is offered -------------------------------------------------------------------------------


@pytest.fixture
def offer(bureau):
    from linghang.people.api import compute_scope

    def find(task):
        scope = compute_scope(bureau.secretary.user)
        return [line.title for line in queries.list_proofs(scope, task, date(2026, 11, 21))]

    return find


def test_the_kind_asked_for_is_offered_before_what_only_sounds_alike(issued, record, offer):
    task = issued("开展安全生产大讨论", proof_kind="activity.party_lecture")[BRANCH]
    record("theme_day", date(2026, 11, 18), "安全生产大讨论")
    record("party_lecture", date(2026, 11, 12), "十一月党课")
    assert offer(task) == ["十一月党课", "安全生产大讨论"]


def test_what_the_person_hosted_comes_first(bureau, issued, record, offer):
    task = issued("讲党课", owner="post", post="secretary", proof_kind="activity.party_lecture")[
        "韩帆"
    ]
    record("party_lecture", date(2026, 11, 12), "书记的", host_name="韩帆")
    record("party_lecture", date(2026, 11, 18), "委员的", host_name="许怡书")
    assert offer(task) == ["书记的", "委员的"]


def test_lines_of_tasks_prove_nothing(issued, bureau, offer):
    task = issued("报送年度总结")[BRANCH]
    other = issued("报送半年总结")[BRANCH]
    services.finish_task(
        task=other, finished_on=date(2026, 11, 20), result="已报", actor=bureau.secretary.user
    )
    assert Entry.objects.filter(kind="task").exists()
    assert offer(task) == []
