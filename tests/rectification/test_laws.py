"""Laws of problems: whoever does what in whichever order, the diagram, the rows and the sums hold."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linghang.ledger.models import Fact
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.platform.calendar import clock
from linghang.rectification import access, mapping, queries, services
from linghang.rectification.enums import (
    NEXT,
    SOLVED,
    TO_DO,
    ExtensionState,
    ProblemState,
    ResultKind,
    Term,
    Verb,
)
from linghang.rectification.models import Act, Extension, Problem, Procedure, Result, Review
from linghang.rectification.web import exports
from linghang.worklists import services as worklists
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment, Item
from tests.cast import build_bureau, make_person

TODAY = date(2026, 11, 21)
ACTS = (
    "measure",
    "finish",
    "accept",
    "reopen measure",
    "withdraw measure",
    "share measure",
    "result",
    "hand in",
    "hand in",
    "pass",
    "pass",
    "pass",
    "return",
    "ask",
    "grant",
    "refuse",
    "assign",
    "hand over",
    "correct",
    "withdraw",
    "look back",
    "close for good",
    "reopen",
    "again",
)
ROLES = (
    "officer",
    "leader",
    "supervisor",
    "secretary",
    "general",
    "member",
    "other",
    "stranger",
    "system",
)
STEP = st.tuples(st.sampled_from(ACTS), st.sampled_from(ROLES), st.integers(0, 5))


def write_procedures():
    steps = [{"step": name, "days": 3} for name in ("first_review", "second_review", "sign_off")]
    wanted = {"needs_result": True, "needs_measures": True, "needs_evidence": True}
    Procedure.objects.create(
        code="four-lists", title_en="Four lists", title_zh="四张清单", steps=steps, **wanted
    )
    Procedure.objects.create(
        code="twice", title_en="Twice", title_zh="两审", steps=steps[:2], needs_evidence=True
    )


def state_problems(bureau):
    """Five problems at different places of their ways, and a measure that serves two of them."""
    write_procedures()
    each = {"source": "专业自检", "book": "自查清单", "due_on": date(2026, 12, 15)}
    texts = {
        "票证不规范": {"procedure": "four-lists", "responsible": bureau.member, "aspect": "安全"},
        "培训不到位": {"procedure": "four-lists", "lead_unit": bureau.general_branch},
        "台账缺失": {"procedure": "twice", "due_on": date(2026, 11, 18), "aspect": "安全"},
        "回访不及时": {
            "procedure": "ordinary",
            "term": Term.LONG_TERM,
            "lead_unit": bureau.branch,
        },
        "示范岗未亮牌": {"procedure": "ordinary", "unit": bureau.committee},
        "交接不清": {"procedure": "four-lists", "unit": bureau.other_branch},
    }
    drafts = [
        services.ProblemDraft(**{**each, "unit": bureau.branch, "text": text, **more})
        for text, more in texts.items()
    ]
    with clock.stand_on(date(2026, 11, 2)):
        problems = services.create_problems(drafts=drafts, actor=bureau.officer.user)
        draft = services.MeasureDraft("集中培训", [bureau.branch], date(2026, 11, 30))
        services.add_measures(problems=problems[:2], drafts=[draft], actor=None)
    finish_measures(Assignment.objects.all())
    for problem in (problems[1], problems[5]):
        services.record_result(
            problems=[problem], kind=ResultKind.RULE, title="细则", on=TODAY, actor=None
        )
    for problem in problems[1:4]:
        values = {"text": "已整改。", "evidence": "台账"}
        services.hand_in(problem=problem, done_on=TODAY, actor=None, **values)
    return [problem.pk for problem in problems]


def finish_measures(tasks):
    for task in tasks:
        worklists.finish_task(
            task=task, finished_on=TODAY, result="已办。", evidence="记录", actor=None
        )
        worklists.accept_tasks(tasks=[task], actor=None)


def act(name, problem, actor, bureau):
    """Do one act as somebody who does not look whether it is allowed."""
    if "measure" in name or name in {"finish", "accept"}:
        return act_on_measure(name, problem, actor, bureau)
    if name in {"ask", "grant", "refuse"}:
        return extend(name, problem, actor)
    on = {"problem": problem, "actor": actor}
    if name in {"hand in", "pass", "return", "look back", "close for good", "again"}:
        return act_on_closure(name, on)
    why = {**on, "reason": "复核后认为"}
    match name:
        case "result":
            services.record_result(
                problems=[problem], kind="method", title="做法", on=TODAY, actor=actor
            )
        case "assign":
            services.assign_problem(
                lead_unit=bureau.general_branch, responsible=bureau.member, procedure="twice", **on
            )
        case "hand over":
            services.hand_over(unit=bureau.other_branch, **why)
        case "correct":
            services.correct_problem(values={"cause": "培训少"}, **why)
        case "withdraw":
            services.withdraw_problem(**why)
        case "reopen":
            services.reopen_problem(due_on=date(2026, 12, 31), **why)
    return None


def act_on_closure(name, on):
    match name:
        case "hand in":
            services.hand_in(done_on=TODAY, text="已整改。", evidence="台账第3册", **on)
        case "pass" | "return":
            services.review_problem(passed=name == "pass", reason="复核后认为", **on)
        case "look back":
            services.look_back(close=False, word="机制在用", next_on=date(2027, 3, 1), **on)
        case "close for good":
            services.look_back(close=True, word="已巩固", **on)
        case "again":
            services.link_repeat(earlier=Problem.objects.order_by("pk")[0], **on)


def act_on_measure(name, problem, actor, bureau):
    if name == "measure":
        draft = services.MeasureDraft("抽查", [problem.unit], date(2026, 12, 1))
        return services.add_measures(problems=[problem], drafts=[draft], actor=actor)
    if name == "share measure":
        item = Item.objects.order_by("-pk")[0]
        return services.link_measure(problem=problem, item=item, actor=actor)
    task = Assignment.objects.filter(item__problem_links__problem=problem).order_by("-pk").first()
    if task is None:
        raise ValidationError("there is no measure")
    match name:
        case "finish":
            worklists.finish_task(
                task=task, finished_on=TODAY, result="已办。", evidence="记录", actor=actor
            )
        case "accept":
            worklists.accept_tasks(tasks=[task], actor=actor)
        case "reopen measure":
            values = {"finished_on": None}
            worklists.correct_task(task=task, values=values, reason="写错", actor=actor)
        case "withdraw measure":
            worklists.withdraw_item(item=task.item, reason="重复", actor=actor)
    return None


def extend(name, problem, actor):
    if name == "ask":
        day = max(problem.due_on, TODAY) + timedelta(days=3)
        return services.ask_extension(problem=problem, new_due_on=day, reason="保电", actor=actor)
    wish = problem.extensions.filter(state=ExtensionState.ASKED).first()
    if wish is None:
        raise ValidationError("nothing was asked for")
    return services.decide_extension(
        extension=wish, grant=name == "grant", note="意见", actor=actor
    )


def picture():
    """Return everything a refused act must leave as it was."""
    return (
        list(Problem.objects.order_by("pk").values_list()),
        list(Assignment.objects.order_by("pk").values_list()),
        list(Extension.objects.order_by("pk").values_list()),
        kept_rows(),
        AuditEntry.objects.count(),
        Fact.objects.count(),
    )


def kept_rows():
    """Return the rows that are only ever added: what was done, and who looked with which answer."""
    return {
        *(("act", *row) for row in Act.objects.values_list("pk", "problem", "verb", "was", "became",
                                                           "reason", "at", "actor")),
        *(("review", *row) for row in Review.objects.values_list()),
        *(("result", *row) for row in Result.objects.values_list()),
        *(("wish", *row) for row in Extension.objects.values_list("pk", "problem", "old_due_on",
                                                                  "new_due_on", "asked_by")),
    }  # fmt: skip


TO_THE_END = [
    ("pass", "general", 1),
    ("pass", "supervisor", 1),
    ("pass", "supervisor", 1),  # made the second review: refused
    ("pass", "leader", 1),
    ("reopen measure", "officer", 1),  # closed upon it: refused
    ("reopen", "supervisor", 1),
    ("reopen measure", "officer", 1),
    ("hand in", "secretary", 1),  # with a measure open: refused
    ("pass", "officer", 2),
    ("pass", "officer", 2),  # two steps by one person: refused
    ("pass", "supervisor", 2),
    ("pass", "general", 3),
    ("look back", "general", 3),
    ("close for good", "officer", 3),
]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=1, max_size=25))
@example(steps=TO_THE_END)
def test_no_sequence_of_acts_breaks_the_diagram_the_rows_or_the_sums(bureau, steps):
    with transaction.atomic():
        actors = cast_actors(bureau)
        keys = state_problems(bureau)
        for name, role, place in steps:
            problem = Problem.objects.get(pk=keys[place % len(keys)])
            before, rows = picture(), kept_rows()
            states = dict(Problem.objects.values_list("pk", "state"))
            if not do(name, problem, actors[role], bureau):
                assert picture() == before, (name, role)
                continue
            assert rows <= kept_rows(), (name, role)
            for pk, state in Problem.objects.values_list("pk", "state"):
                assert state == states[pk] or state in NEXT[ProblemState(states[pk])], (name, role)
            check_closures()
        check_history(keys)
        check_reviews()
        check_sums()
        check_turns(actors)
        transaction.set_rollback(True)


def do(name, problem, actor, bureau):
    """Return whether an act was done; a refusal leaves nothing behind."""
    try:
        with transaction.atomic():
            act(name, problem, actor, bureau)
    except ValidationError as refusal:
        reasons = refusal.messages
    else:
        return True
    assert all(reasons), name
    return False


def cast_actors(bureau):
    """Return who acts, by role; the system may do everything a diagram allows."""
    other = bureau.other_branch.appointments.get(post="secretary").person
    general = make_person("齐总支", bureau.general_branch, ("secretary",), username="general")
    found = {"other": other, "general": general}
    return {
        role: None if role == "system" else found.get(role, getattr(bureau, role, None)).user
        for role in ROLES
    }


def check_closures():
    """What is closed has its measures done, and what its procedure asks for."""
    for problem in Problem.objects.filter(state__in=SOLVED).select_related("book"):
        way = mapping.find_way(problem)
        assert problem.closed_on == problem.done_on
        assert not queries.open_measures(problem).exists()
        assert problem.results.exists() or not way.needs_result
        assert queries.has_evidence(problem) or not way.needs_evidence
        measures = problem.links.filter(item__withdrawn_on=None)
        assert measures.exists() or not way.needs_measures
        looked = problem.reviews.filter(round=problem.round, passed=True).order_by("pk")
        assert [review.step for review in looked] == [step for step, _days in way.steps]
        hands = [review.by_id for review in looked if review.by_id] + [problem.handed_in_by_id]
        hands = [hand for hand in hands if hand]
        assert len(hands) == len(set(hands))
    assert not Problem.objects.exclude(state__in=SOLVED).exclude(closed_on=None).exists()


def check_history(keys):
    """Each act of a problem begins where the one before ended, and the last is the present."""
    for pk in keys:
        state = ""
        for found in Act.objects.filter(problem=pk).order_by("pk"):
            assert (found.was, bool(found.became)) == (state, True)
            state = found.became
        assert Problem.objects.get(pk=pk).state == state
    numbers = Problem.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, len(keys) + 1))


def check_reviews():
    """Every look has its act, and each round ends with its first return."""
    for problem in Problem.objects.all():
        verbs = {True: {Verb.PASSED, Verb.CLOSED, Verb.LONG_TERM}, False: {Verb.RETURNED}}
        for passed, some in verbs.items():
            looked = problem.reviews.filter(passed=passed).count()
            for_good = problem.acts.filter(verb=Verb.CLOSED, was=ProblemState.LONG_TERM).count()
            assert looked == problem.acts.filter(verb__in=some).count() - for_good * passed
        assert problem.acts.filter(verb=Verb.HANDED_IN).count() == problem.round
        rounds = list(problem.reviews.filter(passed=False).values_list("round", flat=True))
        assert len(rounds) == len(set(rounds))


def check_sums():
    """Each problem, measure and result counts once, however many problems a measure serves."""
    alive = Problem.objects.exclude(state=ProblemState.WITHDRAWN)
    standing = queries.count_problems(Problem.objects.all(), TODAY)
    assert standing.total == alive.count() == standing.unsolved + standing.solved
    parts = [part for _aspect, part in queries.count_aspects(Problem.objects.all(), TODAY)]
    for name in queries.COUNTED:
        assert sum(getattr(part, name) for part in parts) == getattr(standing, name)
    rows = list(queries.prefetch_lists(Problem.objects.all()))
    shown = exports.compose("measures", rows)
    tasks = Assignment.objects.filter(item__problem_links__problem__in=alive).distinct()
    assert len(shown.rows) == tasks.count()
    results = Result.objects.filter(problems__in=alive).distinct()
    assert len(exports.compose("results", rows).rows) == results.count()
    check_facts(alive)


def check_facts(alive):
    """The ledger says of each problem what is so this morning, once."""
    services.refresh_overdue()
    facts = Fact.objects.filter(withdrawn_seq=None).select_related("entry")
    problems = {fact.entry.source_id: fact for fact in facts.filter(kind="problem")}
    assert facts.filter(kind="problem").count() == len(problems) == alive.count()
    for problem in alive:
        fact = problems[problem.pk]
        assert (fact.status, fact.due_on, fact.unit_id, fact.person_id) == (
            mapping.judge_problem(problem),
            problem.due_on,
            problem.unit_id,
            problem.responsible_id,
        )
    assert facts.filter(kind="problem_result").count() == Result.objects.count()


def check_turns(actors):
    """What is shown to somebody as theirs to review is exactly what they may review."""
    for role, actor in actors.items():
        if actor is None:
            continue
        scope = compute_scope(actor)
        seen = queries.list_problems(scope)
        may = {p.pk for p in seen if p.step and access.can_review(scope, p)}
        turn = queries.filter_reviewable(seen, scope)
        assert set(turn.values_list("pk", flat=True)) == may, role
        assert queries.waiting_for(scope).to_review == len(may), role
        assert queries.waiting_for(scope).to_do == seen.filter(state__in=TO_DO).count(), role
        kept_up = {
            p.pk for p in seen if p.look_back_on is not None and access.can_look_back(scope, p)
        }
        found = queries.filter_to_look_back(seen, scope, date(2028, 1, 1))
        assert set(found.values_list("pk", flat=True)) == kept_up, role
        wishes = Extension.objects.filter(state=ExtensionState.ASKED).exclude(asked_by=actor)
        asked = {w.problem_id for w in wishes if access.can_decide(scope, w.problem)}
        later = set(queries.filter_later_days(seen, scope).values_list("pk", flat=True))
        assert later == asked & {p.pk for p in seen}, role
        assert queries.waiting_for(scope).to_decide == len(later), role


def test_the_way_to_the_end_is_walked_and_its_refusals_are_refusals(bureau):
    actors = cast_actors(bureau)
    keys = state_problems(bureau)
    told = []
    for name, role, place in TO_THE_END:
        try:
            with transaction.atomic():
                act(name, Problem.objects.get(pk=keys[place]), actors[role], bureau)
        except ValidationError as refusal:
            told.append((name, role, refusal.messages[0]))
    assert told == [
        ("pass", "supervisor", "签批由中共示范甲供电公司委员会负责。"),
        ("reopen measure", "officer", "第2号问题“培训不到位”已据此销号，请先重新打开该问题。"),
        ("hand in", "secretary", "还有1项措施未完成。"),
        ("pass", "officer", "前一环节由您审核，本环节由他人审核。"),
    ]
    assert list(Problem.objects.order_by("pk").values_list("state", flat=True)) == [
        "open",
        "open",
        "closed",
        "closed",
        "new",
        "new",
    ]


# -- two at the same moment ------------------------------------------------------------------------

TWO = {
    "hand in": ("secretary", "member"),
    "pass": ("officer", "general"),
    "pass and return": ("officer", "general"),
    "pass many": ("officer", "general"),
    "grant and refuse": ("officer", "supervisor"),
    "reopen": ("officer", "supervisor"),
    "close and open its measure": ("leader", "officer"),
    "first measures": ("secretary", "general"),
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="rows are held on PostgreSQL only (DATABASE_URL)"
)
@pytest.mark.parametrize("name", TWO)
def test_of_two_people_at_the_same_moment_one_wins_and_the_other_is_told(name):
    bureau = build_bureau()
    actors = cast_actors(bureau)
    problem = bring_to(name, bureau)
    acts, seen = problem.acts.count(), services.describe_seen(problem)
    told, start = [], threading.Barrier(2)

    def meet(number):
        from django.db import connection as own

        try:
            start.wait()
            told.append(meet_once(name, number, problem, seen, actors[TWO[name][number]]))
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
    check_told(name, refused)
    check_history(sorted(Problem.objects.values_list("pk", flat=True)))
    check_closures()
    check_sums()
    won_by_measure = (
        name == "close and open its measure"
        and Assignment.objects.filter(
            item__problem_links__problem=problem, state=TaskState.OPEN
        ).exists()
    )
    assert problem.acts.count() == acts + (0 if won_by_measure else 1)


def check_told(name, refused):
    if name == "close and open its measure":
        assert refused in {
            "还有1项措施未完成。",
            "第2号问题“培训不到位”已据此销号，请先重新打开该问题。",
        }
    else:
        assert any(who in refused for who in ("高知远", "严守正", "韩帆", "林晓禾", "齐总支"))


def bring_to(name, bureau):
    """Return the problem two people are about to act on at once."""
    keys = state_problems(bureau)
    if name == "first measures":
        draft = services.ProblemDraft(
            source="自检", text="无清单", unit=bureau.branch, due_on=date(2026, 12, 15)
        )
        return services.create_problems(drafts=[draft], actor=None)[0]
    problem = Problem.objects.get(pk=keys[1])
    if name == "hand in":
        problem = Problem.objects.get(pk=keys[0])
        services.record_result(problems=[problem], kind="rule", title="细则", on=TODAY, actor=None)
    elif name == "grant and refuse":
        services.ask_extension(
            problem=Problem.objects.get(pk=keys[0]),
            new_due_on=date(2026, 12, 31),
            reason="保电",
            actor=bureau.secretary.user,
        )
        problem = Problem.objects.get(pk=keys[0])
    elif name in {"reopen", "close and open its measure"}:
        for _step in range(3 if name == "reopen" else 2):
            services.review_problem(problem=problem, passed=True, actor=None)
    return Problem.objects.get(pk=problem.pk)


def meet_once(name, number, problem, seen, actor):
    on = {"problem": problem, "actor": actor, "seen": seen}
    match name:
        case "hand in":
            services.hand_in(done_on=TODAY, text="已整改。", evidence="台账", **on)
        case "pass" | "pass and return":
            passed = name == "pass" or number == 0
            services.review_problem(passed=passed, reason="缺记录", **on)
        case "pass many":
            found = services.pass_reviews(problems=[problem], actor=actor, seen={problem.pk: seen})
            return "won" if found.done else found.refused[0][1]
        case "grant and refuse":
            services.decide_extension(
                extension=problem.extensions.get(), grant=number == 0, note="意见", actor=actor
            )
        case "reopen":
            services.reopen_problem(due_on=date(2026, 12, 31), reason="又出现", **on)
        case "close and open its measure" if number == 0:
            services.review_problem(passed=True, **on)
        case "close and open its measure":
            task = Assignment.objects.get(item__problem_links__problem=problem)
            values = {"finished_on": None}
            worklists.correct_task(task=task, values=values, reason="写错", actor=actor)
        case "first measures":
            draft = services.MeasureDraft("抽查", [problem.unit], date(2026, 12, 1))
            services.add_measures(problems=[problem], drafts=[draft], actor=actor, seen=seen)
    return "won"
