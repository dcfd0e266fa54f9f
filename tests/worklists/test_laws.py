"""Laws of tasks: whoever does what in whichever order, the diagram, the history and the sums hold."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.ledger.models import Fact
from linghang.people.models import Person
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.platform.calendar import clock
from linghang.worklists import queries, services
from linghang.worklists.enums import (
    FINISHED,
    NEXT,
    WAITING,
    ExtensionState,
    TaskState,
    Verb,
    timeliness,
)
from linghang.worklists.mapping import ItemDraft
from linghang.worklists.models import Act, Assignment, Extension
from linghang_core.periods import load_calendar
from tests.cast import build_bureau

TODAY = date(2026, 11, 21)
ACTS = (
    "finish",
    "finish",
    "accept",
    "accept",
    "return",
    "correct",
    "reopen",
    "ask",
    "grant",
    "refuse",
    "urge",
    "hand_over",
    "withdraw",
)
ROLES = ("officer", "leader", "secretary", "member", "colleague", "other", "stranger", "system")
STEP = st.tuples(st.sampled_from(ACTS), st.sampled_from(ROLES), st.integers(0, 6))


def issue(bureau, title="清单"):
    """Three items that differ in who does and who accepts them; one of them optional."""
    items = [
        ItemDraft("组织", owner="organisation", acceptance="issuer", due_on=date(2026, 11, 18)),
        ItemDraft("党员", owner="persons", persons=(bureau.member,), due_on=date(2026, 12, 18)),
        ItemDraft(
            "自愿",
            owner="units",
            units=(bureau.branch, bureau.other_branch),
            acceptance="superior",
            required=False,
            due_on=date(2026, 12, 18),
        ),
        ItemDraft(
            "书记", owner="post", post="secretary", acceptance="superior", due_on=date(2026, 12, 1)
        ),
    ]
    with clock.stand_on(date(2026, 11, 2)):
        return services.issue_list(
            title=title, kind="tasks", issuer=bureau.committee, items=items, actor=None
        )


def act(name, task, actor, bureau):
    """Do one act as somebody who does not look whether it is allowed."""
    if name in {"ask", "grant", "refuse"}:
        return extend(name, task, actor)
    correct = {"correct": TODAY - timedelta(days=1), "reopen": None}
    if name in correct:
        values = {"finished_on": correct[name]}
        return services.correct_task(task=task, values=values, reason="写错", actor=actor)
    match name:
        case "finish":
            services.finish_task(task=task, finished_on=TODAY, result="完成", actor=actor)
        case "accept":
            services.accept_tasks(tasks=[task], actor=actor)
        case "return":
            services.return_task(task=task, reason="补充", actor=actor)
        case "urge":
            services.urge_tasks(tasks=[task], actor=actor)
        case "hand_over":
            services.hand_over(task=task, person=bureau.colleague, actor=actor, reason="出差")
        case "withdraw":
            services.withdraw_item(item=task.item, reason="重复", actor=actor)
    return None


def extend(name, task, actor):
    if name == "ask":
        day = max(task.due_on, TODAY) + timedelta(days=3)
        return services.ask_extension(task=task, new_due_on=day, reason="保电", actor=actor)
    wish = task.extensions.filter(state=ExtensionState.ASKED).first()
    if wish is None:
        raise ValidationError("nothing was asked for")
    return services.decide_extension(
        extension=wish, grant=name == "grant", note="意见", actor=actor
    )


def picture():
    """Return everything a refused act must leave as it was."""
    return (
        list(Assignment.objects.order_by("pk").values_list()),
        list(Extension.objects.order_by("pk").values_list()),
        Act.objects.count(),
        AuditEntry.objects.count(),
        Fact.objects.count(),
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=1, max_size=25))
def test_no_sequence_of_acts_breaks_the_diagram_the_history_or_the_sums(bureau, steps):
    other = Person.objects.get(name="方艳一")
    people = {"other": other, "stranger": bureau.stranger, "system": None}
    with transaction.atomic():
        issue(bureau)
        keys = list(Assignment.objects.order_by("pk").values_list("pk", flat=True))
        for name, role, place in steps:
            task = Assignment.objects.get(pk=keys[place % len(keys)])
            person = people.get(role, getattr(bureau, role, None))
            actor = person.user if person is not None else None
            if role != "system" and actor is None:
                continue  # a colleague without a log-in
            before, states = picture(), dict(Assignment.objects.values_list("pk", "state"))
            number = Act.objects.count()
            try:
                with transaction.atomic():
                    act(name, task, actor, bureau)
            except ValidationError:
                assert picture() == before, (name, role)
                continue
            for pk, state in Assignment.objects.values_list("pk", "state"):
                assert state == states[pk] or state in NEXT[TaskState(states[pk])], (name, role)
            passed_over = name == "urge"  # urged today already, or finished: nothing to write
            assert Act.objects.count() > number or passed_over, (name, role)
        check_history(keys)
        check_sums()
        check_nobody_accepted_their_own()
        transaction.set_rollback(True)


def check_history(keys):
    """From open on, each act of a task begins where the one before ended, and the last is the present."""
    for pk in keys:
        state = TaskState.OPEN.value
        for found in Act.objects.filter(assignment=pk).order_by("pk"):
            assert (found.was, bool(found.became)) == (state, True)
            state = found.became
        assert Assignment.objects.get(pk=pk).state == state


def check_sums():
    """Progress counts each task that is owed once; the ledger says the same of each."""
    tasks = list(Assignment.objects.select_related("item"))
    owed = [t for t in tasks if t.item.required and t.state != TaskState.WITHDRAWN]
    found = queries.count_progress(Assignment.objects.all())
    assert found.total == len(owed)
    assert found.done + found.handed_in + found.returned + found.open == found.total
    assert found.done == sum(t.state == TaskState.DONE for t in owed)
    assert found.overdue == sum(t.state in WAITING and t.due_on < TODAY for t in owed)
    by_item = queries.progress_of_items({t.item_id for t in tasks})
    assert sum(p.total for p in by_item.values()) == found.total
    facts = {
        fact.entry.source_id: fact
        for fact in Fact.objects.filter(withdrawn_seq=None).select_related("entry")
    }
    assert len(facts) == Fact.objects.filter(withdrawn_seq=None).count()
    for task in tasks:
        fact = facts.get(task.pk)
        assert fact is None or task in owed
        if task in owed and task.state in FINISHED:
            status = timeliness(task.due_on, task.finished_on, TODAY)
            assert (fact.status, fact.due_on, fact.person_id) == (
                status,
                task.due_on,
                task.person_id,
            )


def check_nobody_accepted_their_own():
    for found in Act.objects.filter(verb=Verb.ACCEPTED, actor__isnull=False):
        last = Act.objects.filter(
            assignment=found.assignment_id,
            pk__lt=found.pk,
            verb__in=[Verb.HANDED_IN, Verb.CORRECTED],
            became=TaskState.HANDED_IN,
        )
        handed = last.filter(verb=Verb.HANDED_IN).order_by("pk").last()
        assert handed is None or handed.actor_id != found.actor_id


# -- clocks ----------------------------------------------------------------------------------------

DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 20))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=DAYS, working_days=st.integers(1, 40))
def test_due_days_count_working_days_through_hand_over_return_and_extension(
    bureau, asked, working_days
):
    calendar = load_calendar()
    expected = calendar.add_working_days(asked, working_days)
    item = ItemDraft(
        "撰写材料",
        owner="persons",
        persons=(bureau.member,),
        due_in=working_days,
        acceptance="issuer",
    )
    with transaction.atomic():
        with clock.stand_on(asked):
            services.issue_list(
                title="清单", kind="tasks", issuer=bureau.committee, items=[item], actor=None
            )
        task = Assignment.objects.get()
        assert (task.due_on, task.provisional) == (expected.date, expected.provisional)
        assert calendar.is_working_day(task.due_on)
        assert calendar.count_working_days(asked + timedelta(days=1), task.due_on) == (
            working_days - 1
        )
        with clock.stand_on(asked):
            task = services.hand_over(task=task, person=bureau.colleague, actor=None, reason="出差")
            task = services.finish_task(task=task, finished_on=asked, result="完成", actor=None)
            task = services.return_task(task=task, reason="补充", actor=None)
            assert (task.due_on, task.first_due_on) == (expected.date, expected.date)
            later = calendar.add_working_days(task.due_on, 5)
            wish = services.ask_extension(
                task=task, new_due_on=later.date, reason="保电", actor=None
            )
            services.decide_extension(extension=wish, grant=True, actor=None)
        task.refresh_from_db()
        assert (task.due_on, task.first_due_on) == (later.date, expected.date)
        assert task.provisional == (not calendar.is_announced(later.date))
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("asked", "days", "due", "provisional"),
    [
        (date(2024, 2, 8), 3, date(2024, 2, 19), False),  # over the Spring Festival, worked on 18th
        (date(2025, 9, 30), 2, date(2025, 10, 10), False),  # National Day and Mid-Autumn
        (date(2026, 2, 13), 2, date(2026, 2, 24), False),  # worked on Saturday the 14th
        (date(2026, 12, 28), 3, date(2026, 12, 31), False),
        (date(2026, 12, 30), 2, date(2027, 1, 1), True),  # no notice for 2027 yet
    ],
)
def test_due_days_over_holidays(bureau, asked, days, due, provisional):
    item = ItemDraft("报送", owner="units", units=(bureau.branch,), due_in=days)
    with clock.stand_on(asked):
        services.issue_list(
            title="清单", kind="tasks", issuer=bureau.committee, items=[item], actor=None
        )
    task = Assignment.objects.get()
    assert (task.due_on, task.provisional) == (due, provisional)


# -- two at the same moment ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="rows are held on PostgreSQL only (DATABASE_URL)"
)
@pytest.mark.parametrize("name", ["finish", "accept", "accept and return", "grant"])
def test_of_two_people_at_the_same_moment_one_wins_and_the_other_is_told(name):
    bureau = build_bureau()
    issue(bureau)
    task = Assignment.objects.get(item__text="组织", unit=bureau.branch)
    if name == "grant":
        services.ask_extension(
            task=task, new_due_on=date(2026, 12, 10), reason="保电", actor=bureau.secretary.user
        )
    elif name != "finish":
        task = services.finish_task(
            task=task, finished_on=TODAY, result="完成", actor=bureau.secretary.user
        )
    seen = services.describe_seen(Assignment.objects.get(pk=task.pk))
    told, start = [], threading.Barrier(2)

    def meet(number):
        from django.db import connection as own

        actor = (bureau.officer, bureau.leader)[number].user
        try:
            start.wait()
            meet_once(name, number, task, seen, actor, bureau)
            told.append("won")
        except ValidationError as refusal:
            told.append(refusal.messages[0])
        finally:
            own.close()

    threads = [threading.Thread(target=meet, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(word == "won" for word in told) == [False, True]
    (refused,) = [word for word in told if word != "won"]
    assert any(who in refused for who in ("高知远", "温海平", "韩帆"))
    task.refresh_from_db()
    check_history([task.pk])
    assert Act.objects.filter(assignment=task).count() == (1 if name == "finish" else 2)


def meet_once(name, number, task, seen, actor, bureau):
    if name == "finish":
        actor = (bureau.officer, bureau.secretary)[number].user
        services.finish_task(task=task, finished_on=TODAY, result="完成", actor=actor, seen=seen)
    elif name == "accept" or (name == "accept and return" and number == 0):
        services.accept_tasks(tasks=[task], actor=actor, seen={task.pk: seen})
    elif name == "accept and return":
        services.return_task(task=task, reason="补充", actor=actor, seen=seen)
    else:
        services.decide_extension(
            extension=task.extensions.get(), grant=number == 0, note="意见", actor=actor
        )
