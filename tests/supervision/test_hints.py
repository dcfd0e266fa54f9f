"""What each rule counts, at its edges; and that hints are decided by people, once, with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linghang.ledger.models import Entry
from linghang.people.api import compute_scope
from linghang.people.models import Person
from linghang.platform.audit.models import Entry as Audit
from linghang.platform.calendar import clock
from linghang.platform.notices.models import Notice
from linghang.rectification import api as rectification
from linghang.rectification.models import Act as ProblemAct
from linghang.rectification.models import Extension, Problem, Review
from linghang.supervision import queries, services
from linghang.supervision.enums import NEXT_HINT, Detector, HintState, Subject, Verb
from linghang.supervision.models import Act, Hint, HintRule
from linghang.worklists.models import Assignment
from tests.supervision.conftest import refused

TODAY = date(2026, 11, 21)


@pytest.fixture
def scene(asked):
    """The rules of the shipped pack are there; what they count is made by each test."""
    return asked.bureau


def state(bureau, text="工作票漏签", on=TODAY, unit=None, **values) -> Problem:
    draft = rectification.ProblemDraft(
        source="专业自检",
        text=text,
        unit=unit or bureau.branch,
        due_on=date(2026, 12, 31),
        **values,
    )
    with clock.stand_on(on):
        return rectification.create_problems(drafts=[draft], actor=None, tell=False)[0]


def find(bureau, detector: Detector, on=TODAY, **numbers):
    """Return what a rule finds as (key, number of records)."""
    signs = queries.DETECTORS[detector](bureau.committee, numbers, on)
    return [(sign.key, len(sign.counted)) for sign in signs]


# -- the worked table: what is counted, to the day -----------------------------------------------


@pytest.mark.parametrize(
    ("again_on", "found"),
    [
        ([date(2026, 3, 2)], []),  # once again is not yet a pattern
        ([date(2026, 3, 2), date(2026, 9, 1)], [3]),  # the first and twice again
        ([date(2025, 11, 21), date(2026, 9, 1)], []),  # twelve months ago to the day: outside
        ([date(2025, 11, 22), date(2026, 9, 1)], [3]),
        ([date(2026, 3, 2), date(2026, 6, 1), date(2026, 9, 1)], [4]),
    ],
)
def test_repeated_problems_count_the_first_and_each_time_again(scene, again_on, found):
    first = state(scene, on=date(2025, 10, 1))
    for day in again_on:
        state(scene, f"又漏签{day}", on=day, repeats=first)
    signs = find(scene, Detector.REPEATED_PROBLEMS, months=12, least=2)
    assert signs == [(f"problem:{first.pk}", count) for count in found]


def test_repeated_problems_follow_the_chain_to_the_first(scene):
    first = state(scene, on=date(2026, 1, 5))
    second = state(scene, "再次", on=date(2026, 3, 2), repeats=first)
    state(scene, "三次", on=date(2026, 5, 6), repeats=second)
    assert find(scene, Detector.REPEATED_PROBLEMS, months=12, least=2) == [
        (f"problem:{first.pk}", 3)
    ]


@pytest.mark.parametrize(
    ("due_on", "state_", "found"),
    [
        (date(2026, 10, 22), "open", 0),  # overdue by thirty days: allowed
        (date(2026, 10, 21), "open", 1),
        (date(2026, 10, 21), "returned", 1),
        (date(2026, 10, 21), "handed_in", 0),  # waits for who accepts it, not for the unit
        (date(2026, 10, 21), "withdrawn", 0),
    ],
)
def test_measures_are_long_overdue_from_the_thirty_first_day(scene, due_on, state_, found):
    problem = state(scene, on=date(2026, 9, 1))
    with clock.stand_on(date(2026, 9, 1)):
        rectification.add_measures(
            problems=[problem],
            drafts=[
                rectification.MeasureDraft("逐票检查", [scene.branch], due_on=date(2026, 10, 9))
            ],
            actor=None,
        )
    done_on = date(2026, 10, 20) if state_ == "handed_in" else None
    Assignment.objects.update(due_on=due_on, state=state_, finished_on=done_on)
    signs = find(scene, Detector.OVERDUE_MEASURES, days=30, least=1)
    assert [count for _key, count in signs] == [1] * found


@pytest.mark.parametrize(
    ("others", "least", "found"),
    [
        (0, 10, [10]),
        (1, 10, [10]),  # 10 of 11 = 90.9 %
        (2, 10, []),  # 10 of 12 = 83.3 %
        (0, 11, []),  # too few to ask about
    ],
)
def test_reviews_of_a_unit_nearly_all_by_one_person_name_whose_acts(scene, others, least, found):
    users = [scene.officer.user] * 10 + [scene.leader.user] * others
    for number, user in enumerate(users):
        Review.objects.create(
            problem=state(scene, f"问题{number}"),
            step="first_review",
            passed=True,
            since=TODAY,
            due_on=TODAY,
            on=TODAY,
            by=user,
        )
    signs = queries.DETECTORS[Detector.SAME_REVIEWER](
        scene.committee, {"months": 12, "least": least, "per_cent": 90}, TODAY
    )
    assert [len(sign.counted) for sign in signs] == found
    assert {sign.person_id for sign in signs} <= {scene.officer.pk}


@pytest.mark.parametrize(
    ("days", "late", "found"),
    [
        ([date(2026, 11, 9)] * 8, True, [8]),
        ([date(2026, 11, 9)] * 7, True, []),
        ([date(2026, 11, 9)] * 8, False, []),  # in time, however many: a full day in the field
        ([date(2026, 11, 9)] * 4 + [date(2026, 11, 10)] * 4, True, []),  # not on one day
        ([date(2026, 8, 21)] * 8, True, []),  # 92 days ago: outside
        ([date(2026, 8, 22)] * 8, True, [8]),
    ],
)
def test_service_recorded_late_en_bloc_is_counted_by_day_of_recording(scene, days, late, found):
    for number, day in enumerate(days):
        Entry.objects.create(
            source_type="service.servicevisit",
            source_id=number + 1,
            kind="service.visit",
            unit=scene.branch,
            title="走访",
            occurred_on=date(2026, 7, 1),
            recorded_on=day,
            late=late,
        )
    signs = find(scene, Detector.LATE_EN_BLOC, days=92, least=8)
    assert [count for _key, count in signs] == found


def test_only_granted_extensions_count(scene):
    problem = state(scene)
    for number, state_ in enumerate(("granted", "granted", "refused")):
        Extension.objects.create(
            problem=problem,
            old_due_on=TODAY,
            new_due_on=date(2026, 12, 1 + number),
            reason="缺料",
            state=state_,
            decided_at=datetime(2026, 10, 5 + number, 4, tzinfo=UTC),
        )
    assert find(scene, Detector.EXTENDED_OFTEN, months=12, least=2) == [
        (f"problem:{problem.pk}", 2)
    ]
    assert find(scene, Detector.EXTENDED_OFTEN, months=12, least=3) == []
    assert find(scene, Detector.EXTENDED_OFTEN, on=date(2027, 10, 6), months=12, least=2) == []


def test_problems_of_another_bureau_of_talks_and_withdrawn_ones_are_never_counted(scene):
    def reopen(problem):
        at = datetime(2026, 11, 2, 4, tzinfo=UTC)
        ProblemAct.objects.create(problem=problem, verb="reopened", at=at)

    own, talk = state(scene), state(scene, "谈话中提出", source_kind="talk")
    away = state(scene, "外单位", unit=scene.stranger_committee)
    gone = state(scene, "撤销的")
    Problem.objects.filter(pk=gone.pk).update(state="withdrawn")
    for problem in (own, talk, away, gone):
        reopen(problem)
    assert find(scene, Detector.REOPENED, months=12, least=1) == [(f"problem:{own.pk}", 1)]


# -- computing again, and deciding ---------------------------------------------------------------


def again(scene, problem, count) -> None:
    for number in range(count):
        state(scene, f"又一次{Problem.objects.count()}{number}", repeats=problem)


def compute(scene) -> int:
    return services.compute_hints(root=scene.committee, actor=scene.supervisor.user)


@pytest.fixture
def hint(scene) -> Hint:
    again(scene, state(scene), 2)
    assert compute(scene) == 1
    return Hint.objects.get()


def decide(hint, to=HintState.DISMISSED, actor=None, **values):
    known = {"hint": hint, "to": to, "reason": "已核实", "actor": actor}
    return services.decide_hint(**(known | values))


def test_computing_again_finds_nothing_new_and_keeps_an_open_hint_up_to_date(scene, hint):
    assert (hint.state, hint.count, hint.unit, hint.rule.code) == (
        "new",
        3,
        scene.branch,
        "repeated-problems",
    )
    assert compute(scene) == 0
    again(scene, Problem.objects.order_by("pk")[0], 1)
    assert compute(scene) == 0
    hint.refresh_from_db()
    assert (hint.count, Hint.objects.count()) == (4, 1)


def test_decided_hint_comes_back_only_with_records_nobody_decided_on(scene, hint):
    supervisor = scene.supervisor.user
    decide(services.look_at_hint(hint=hint, actor=supervisor), actor=supervisor)
    assert compute(scene) == 0
    again(scene, Problem.objects.order_by("pk")[0], 1)
    assert compute(scene) == 1
    assert list(Hint.objects.order_by("pk").values_list("turn", "state")) == [
        (1, "dismissed"),
        (2, "new"),
    ]


def test_supervisors_are_told_a_number_by_the_daily_job_and_nobody_else_anything(scene):
    again(scene, state(scene), 2)
    services.compute_hints(root=scene.committee, actor=None)
    told = Notice.objects.filter(key__startswith="supervision-hints:")
    assert list(told.values_list("recipient__username", "title")) == [
        ("supervisor", "有1条新线索待查看")
    ]


def test_only_a_supervisor_computes(scene):
    def compute_as(person):
        return refused(services.compute_hints, root=scene.committee, actor=person.user)

    for person in (scene.leader, scene.officer, scene.secretary):
        assert compute_as(person) == "由本单位纪检监督人员办理。"


def test_look_of_a_supervisor_is_kept_once_that_of_a_leader_changes_nothing(scene, hint):
    services.look_at_hint(hint=hint, actor=scene.leader.user)
    assert Hint.objects.get().state == "new"
    for _ in range(2):
        services.look_at_hint(hint=hint, actor=scene.supervisor.user)
    assert Hint.objects.get().state == "looked_at"
    assert Act.objects.filter(subject=Subject.HINT, verb=Verb.LOOKED_AT).count() == 1


def test_hint_is_decided_after_a_look_with_a_reason_once(scene, hint):
    supervisor = scene.supervisor.user
    assert refused(decide, hint=hint, actor=supervisor) == "线索处于“新”，不能这样操作。"
    hint = services.look_at_hint(hint=hint, actor=supervisor)
    assert refused(decide, hint=hint, actor=supervisor, reason=" ") == "请写明原因。"
    assert refused(decide, hint=hint, actor=scene.leader.user) == "由本单位纪检监督人员办理。"
    seen = hint.seen
    done = decide(hint, HintState.REMINDED, supervisor, seen=seen)
    assert (done.state, done.decided_on, done.reason) == ("reminded", TODAY, "已核实")
    reason = refused(decide, hint=hint, actor=supervisor, seen=seen)
    assert "严守正：谈话提醒" in reason  # of two at once the second is told what the first did
    assert refused(decide, hint=hint, actor=supervisor) == "线索处于“谈话提醒”，不能这样操作。"
    assert NEXT_HINT[HintState.REMINDED] == ()


def test_hint_becomes_a_problem_in_the_supervisors_words_by_a_day_to_come(scene, hint):
    supervisor = scene.supervisor.user
    hint = services.look_at_hint(hint=hint, actor=supervisor)

    def turn(**values):
        return refused(decide, hint=hint, to=HintState.PROBLEM, actor=supervisor, **values)

    assert turn(due_on=date(2026, 12, 31)) == "请写明问题，单位将看到这段文字。"
    assert turn(problem_text="工作票整改不到位") == "请选择将来的日期。"
    assert turn(problem_text="工作票整改不到位", due_on=TODAY) == "请选择将来的日期。"
    assert Problem.objects.filter(source_kind="supervision").count() == 0
    done = decide(
        hint,
        HintState.PROBLEM,
        supervisor,
        reason="暗语",
        problem_text="工作票整改不到位",
        due_on=date(2026, 12, 31),
    )
    problem = done.problem
    assert (problem.text, problem.unit, problem.source) == (
        "工作票整改不到位",
        scene.branch,
        "监督",
    )
    assert rectification.problems_of([done]) == {done.pk: [problem]}
    words = " ".join(str(vars(each)) for each in (problem, *problem.acts.all()))
    assert "暗语" not in words
    assert hint.rule.title_zh not in words


def test_nobody_sees_or_decides_a_hint_about_the_own_acts(scene, hint):
    Hint.objects.update(person=scene.supervisor, state="looked_at")
    hint.refresh_from_db()
    assert list(queries.list_hints(compute_scope(scene.supervisor.user))) == []
    assert list(queries.list_hints(compute_scope(scene.leader.user))) == [hint]
    assert refused(decide, hint=hint, actor=scene.supervisor.user).startswith("该线索涉及您本人")


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        ("supervisor", 1),
        ("leader", 1),
        ("officer", 0),
        ("secretary", 0),
        ("member", 0),
        ("stranger", 0),
    ],
)
def test_hints_are_seen_by_supervisors_and_leaders_of_the_bureau_alone(scene, hint, reader, sees):
    user = getattr(scene, reader).user
    assert queries.list_hints(compute_scope(user)).count() == sees


def test_audit_says_that_a_hint_was_decided_not_why(scene, hint):
    supervisor = scene.supervisor.user
    hint = services.look_at_hint(hint=hint, actor=supervisor)
    decide(hint, actor=supervisor, reason="暗语")
    rows = Audit.objects.filter(verb__startswith="supervision.")
    said = " ".join(f"{r.object_label} {r.reason} {r.old} {r.new}" for r in rows)
    assert "暗语" not in said
    assert rows.filter(verb="supervision.dismissed", object_label=f"线索 {hint.pk}").count() == 1


def test_rule_that_left_the_pack_finds_nothing_more(scene):
    again(scene, state(scene), 2)
    HintRule.objects.update(retired=True)
    assert compute(scene) == 0


def test_persons_are_named_only_by_the_rule_about_reviews(scene, hint):
    assert hint.person is None
    assert Person.objects.filter(pk__in=Hint.objects.values("person")).count() == 0
