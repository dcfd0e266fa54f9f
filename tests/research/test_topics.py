"""A topic from proposal to follow-up: what is refused, what is counted, what the ledger says."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.ledger.models import Entry, Fact
from linghang.rectification.models import Problem, ProblemMeasure
from linghang.research import queries, services
from linghang.research.enums import NEXT, Nature, TopicState
from linghang.research.models import Finding, Topic, TopicAct
from linghang.research.services import FindingDraft, read_lines
from linghang.worklists.models import Assignment
from tests.conftest import TODAY
from tests.research.conftest import DAY


def words_of(error) -> str:
    return " ".join(error.value.messages)


def test_the_pack_fills_the_years_book_once(field):
    officer, root = field.bureau.officer.user, field.bureau.committee
    topics = services.take_over_templates(root=root, year=2026, actor=officer)
    assert [t.number for t in topics] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert topics[0].title == "供电所班组减负增效"
    assert len(topics[0].questions) == 3
    with pytest.raises(ValidationError, match="every topic"):
        services.take_over_templates(root=root, year=2026, actor=officer)


def test_only_the_officer_proposes_and_only_leaders_claim(field):
    drafts = [services.TopicDraft("题目")]
    root = field.bureau.committee
    with pytest.raises(ValidationError) as refused:
        services.propose_topics(
            root=root, year=2026, drafts=drafts, actor=field.bureau.secretary.user
        )
    assert refused.value.code == "denied"
    topic = field.propose()
    with pytest.raises(ValidationError) as refused:
        services.claim_topic(
            topic=topic, person=field.bureau.secretary, actor=field.bureau.secretary.user
        )
    assert words_of(refused) == "Topics are claimed by the leaders of the Party committee."


def test_of_two_leaders_who_claim_one_is_told_who_was_first(field):
    topic = field.propose()
    seen = topic.seen
    services.claim_topic(topic=topic, person=field.leader, actor=field.leader.user, seen=seen)
    with pytest.raises(ValidationError) as refused:
        services.claim_topic(topic=topic, person=field.second, actor=field.second.user, seen=seen)
    assert words_of(refused) == "温海平 claimed this topic first. You may join it."
    services.join_topic(topic=topic, person=field.second, actor=field.second.user)
    topic.refresh_from_db()
    assert (topic.leader, list(topic.cooperating.all())) == (field.leader, [field.second])


def test_a_form_that_is_out_of_date_changes_nothing(field):
    topic = field.claim()
    with pytest.raises(ValidationError) as refused:
        services.give_back_topic(
            topic=topic, reason="工作变动", actor=field.leader.user, seen="proposed:0"
        )
    assert refused.value.code == "changed"
    topic.refresh_from_db()
    assert topic.state == TopicState.CLAIMED


def test_the_first_visit_begins_the_research_and_writes_its_facts(field):
    topic = field.claim()
    visit = field.visit(topic, "问题：报表重复报送\n建议：合并三张表\n现场整洁")
    topic.refresh_from_db()
    assert topic.state == TopicState.UNDER_WAY
    entry = Entry.objects.get(source_type="research.visit", source_id=visit.pk)
    assert (entry.unit, entry.title) == (field.bureau.branch, "座谈：供电所班组减负增效调研")
    facts = entry.facts.order_by("kind").values_list("kind", "person", "quantity")
    assert list(facts) == [
        ("research_finding", None, 300),
        ("research_visit", field.leader.pk, 100),
    ]


def test_a_visit_to_a_station_counts_for_the_branch_that_covers_it(field):
    visit = field.visit(field.claim(), unit=field.bureau.station)
    assert (visit.unit, visit.branch) == (field.bureau.station, field.bureau.branch)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("问题：报表重复", FindingDraft("报表重复", Nature.PROBLEM)),
        ("1. 建议:合并报表", FindingDraft("合并报表", Nature.SUGGESTION)),
        ("【经验】晨会三问", FindingDraft("晨会三问", Nature.EXPERIENCE)),
        ("- 现场整洁", FindingDraft("现场整洁", Nature.SITUATION)),
        ("问题不多", FindingDraft("问题不多", Nature.SITUATION)),
        ("10kV线路老化", FindingDraft("10kV线路老化", Nature.SITUATION)),
    ],
)
def test_a_line_may_begin_with_what_it_is(line, expected):
    assert read_lines(f"\n  {line}\n\n") == [expected]


def test_a_day_that_has_not_come_a_plan_done_and_a_visit_behind_a_problem_are_refused(field):
    topic = field.claim()
    with pytest.raises(ValidationError, match="not come"):
        field.visit(topic, occurred_on=date(2026, 11, 22))
    (plan,) = services.plan_visits(
        topic=topic,
        units=[field.bureau.branch],
        form="forum",
        due_on=DAY,
        actor=field.leader.user,
    )
    visit = field.visit(topic, plan=plan)
    with pytest.raises(ValidationError, match="recorded already"):
        field.visit(topic, plan=plan)
    field.problem(topic)
    with pytest.raises(ValidationError, match="rest on findings"):
        services.withdraw_visit(visit=visit, reason="录错了", actor=field.leader.user)


def test_withdrawing_the_only_visit_takes_its_facts_and_the_state_back(field):
    topic = field.claim()
    visit = field.visit(topic)
    services.withdraw_visit(visit=visit, reason="录错了", actor=field.leader.user)
    topic.refresh_from_db()
    assert topic.state == TopicState.CLAIMED
    assert not Fact.objects.filter(kind__startswith="research_", withdrawn_seq=None).exists()


def test_a_plan_says_done_missed_or_open(field):
    topic = field.claim()
    units = [field.bureau.branch, field.bureau.other_branch, field.bureau.station]
    days = [date(2026, 11, 12), date(2026, 11, 20), date(2026, 11, 30)]
    plans = [
        services.plan_visits(
            topic=topic, units=[unit], form="site", due_on=day, actor=field.leader.user
        )[0]
        for unit, day in zip(units, days, strict=True)
    ]
    field.visit(topic, plan=plans[0])
    states = [state.value for _plan, state, _visit in queries.list_plan(topic, TODAY)]
    assert states == ["done", "missed", "open"]


# -- problems and measures -------------------------------------------------------------------------


def test_one_finding_gives_several_problems_and_several_findings_one(field):
    topic = field.claim()
    one, two = field.visit(topic, "报表重复\n台账重复").findings.all()
    first = field.problem(topic, one, measures=["梳理报表目录", "取消三张表"])
    second = field.problem(topic, one, two, text="系统重复录入")
    assert [p.pk for p in one.problems.order_by("pk")] == [first.pk, second.pk]
    assert [p.pk for p in two.problems.all()] == [second.pk]
    assert (first.origin_type, first.origin_id) == ("research.finding", one.pk)
    assert (first.source_kind, first.book.title) == ("research", "2026年调研问题清单")
    assert (first.aspect, first.leader) == (topic.title, field.leader)
    one.refresh_from_db()
    assert one.nature == Nature.PROBLEM


def test_the_leader_decides_measures_that_serve_several_problems(field):
    topic = field.claim()
    one, two = field.visit(topic, "报表重复\n台账重复").findings.all()
    problems = [field.problem(topic, one), field.problem(topic, two, text="台账重复")]
    items = services.state_measures(
        topic=topic,
        problems=problems,
        texts=["建立报表准入制"],
        units=[field.bureau.branch, field.bureau.other_branch],
        due_on=date(2026, 12, 20),
        actor=field.leader.user,
    )
    assert ProblemMeasure.objects.filter(item=items[0]).count() == 2
    assert Assignment.objects.filter(item=items[0]).count() == 2
    with pytest.raises(ValidationError, match="this topic"):
        other = field.claim(field.propose("另一课题"))
        field.visit(other)
        services.state_measures(
            topic=other,
            problems=problems,
            texts=["别的"],
            units=[field.bureau.branch],
            due_on=date(2026, 12, 20),
            actor=field.leader.user,
        )


def test_counts_roll_up_without_counting_twice(field):
    topic = field.claim()
    visit = field.visit(topic, "报表重复\n台账重复\n情况良好")
    field.visit(topic, "", occurred_on=date(2026, 11, 12), participants=None)
    one, two, _three = visit.findings.all()
    shared = field.problem(topic, one, two, measures=["梳理", "取消"])
    field.problem(topic, one, text="系统重复录入", measures=["接口打通"])
    rolls, together = queries.roll_up([topic], TODAY)
    roll = rolls[topic.pk]
    assert roll == together
    assert (roll.visits, roll.heard, roll.findings) == (2, 8, 3)
    assert (roll.problems, roll.measures, roll.solved) == (2, 3, 0)
    Problem.objects.filter(pk=shared.pk).update(state="closed", closed_on=TODAY)
    assert queries.roll_up([topic], TODAY)[1].solved == 1


# -- to the end ------------------------------------------------------------------------------------


def write(field, topic: Topic) -> None:
    services.write_words(
        topic=topic, background="背景", conclusions="结论", actor=field.leader.user
    )


def test_a_report_needs_visits_findings_and_the_leaders_conclusions(field):
    topic = field.claim()
    field.visit(topic, "")
    with pytest.raises(ValidationError) as refused:
        services.submit_report(topic=topic, actor=field.leader.user)
    assert refused.value.messages == [
        "No finding is recorded; a report is drafted only from records.",
        "The conclusions are the leader's own words; write them first.",
    ]
    with pytest.raises(ValidationError) as refused:
        services.submit_report(topic=topic, actor=field.bureau.officer.user)
    assert words_of(refused) == "This is for 温海平, who leads the topic."


def test_no_closing_with_unsolved_problems_without_a_reason(field):
    topic = field.claim()
    field.visit(topic)
    field.problem(topic)
    write(field, topic)
    services.submit_report(topic=topic, actor=field.leader.user)
    with pytest.raises(ValidationError) as refused:
        services.close_topic(topic=topic, actor=field.leader.user)
    assert words_of(refused) == (
        "1 problem is not solved yet. Say who follows it further, or wait."
    )
    services.close_topic(topic=topic, reason="转入专项行动", actor=field.leader.user)
    topic.refresh_from_db()
    assert (topic.state, topic.closed_on) == (TopicState.CLOSED, TODAY)


ACTS = ("claim", "give_back", "visit", "problem", "write", "report", "resume", "close", "reopen",
        "withdraw")  # fmt: skip


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(["leader", "second", "officer"])),
        max_size=12,
    )
)
def test_no_sequence_of_acts_leaves_the_diagram_or_loses_a_history_row(field, steps):
    topic = field.propose(f"课题{Topic.objects.count()}")
    for act, who in steps:
        person = {"leader": field.leader, "second": field.second}.get(who, field.bureau.officer)
        was, rows = TopicState(topic.state), TopicAct.objects.filter(topic=topic).count()
        try:
            _do(field, topic, act, person)
        except ValidationError:
            topic.refresh_from_db()
            assert topic.state == was
            assert TopicAct.objects.filter(topic=topic).count() == rows
            continue
        topic.refresh_from_db()
        assert topic.state == was or TopicState(topic.state) in NEXT[was]
        last = TopicAct.objects.filter(topic=topic).first()
        assert last.became == topic.state
    found = list(TopicAct.objects.filter(topic=topic).order_by("pk"))
    assert [act.was for act in found[1:]] == [act.became for act in found[:-1]]
    roll = queries.roll_up([topic], TODAY)[1]
    assert roll.problems == queries.list_problems(topic).count()


def _do(field, topic: Topic, act: str, person) -> None:
    given_by = {"actor": person.user}
    draft = services.VisitDraft(
        field.bureau.branch, DAY, "forum", findings=[FindingDraft("报表重复")]
    )
    problem = {"text": "报表重复", "unit": field.bureau.branch, "due_on": date(2026, 12, 31)}
    found = list(Finding.objects.filter(visit__topic=topic))[:1]
    {
        "claim": lambda: services.claim_topic(topic=topic, person=person, **given_by),
        "give_back": lambda: services.give_back_topic(topic=topic, reason="变动", **given_by),
        "visit": lambda: services.record_visit(topic=topic, draft=draft, **given_by),
        "problem": lambda: services.state_problem(findings=found, **problem, **given_by),
        "write": lambda: services.write_words(
            topic=topic, background="背景", conclusions="结论", **given_by
        ),
        "report": lambda: services.submit_report(topic=topic, **given_by),
        "resume": lambda: services.resume_topic(topic=topic, reason="补充", **given_by),
        "close": lambda: services.close_topic(topic=topic, reason="转专项", **given_by),
        "reopen": lambda: services.reopen_topic(topic=topic, reason="又有反映", **given_by),
        "withdraw": lambda: services.withdraw_topic(topic=topic, reason="合并", **given_by),
    }[act]()
