"""A self-examination from opening to its end: every act, every refusal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as Audit
from linghang.platform.calendar import clock
from linghang.platform.notices.models import Notice
from linghang.rectification import api as rectification
from linghang.rectification.models import Problem
from linghang.supervision import api, queries, services
from linghang.supervision.enums import NEXT_REPLY, ReplyState, Subject, Verb
from linghang.supervision.models import Act, Examination, FindingAnswer
from linghang.supervision.queries import Coverage
from linghang.supervision.services import Said
from linghang.supervision.services.answering import describe_answer
from tests.cast import make_person
from tests.supervision.conftest import ABSENT, DUE, PRESENT, RECTIFIED, refused

TODAY = date(2026, 11, 21)


def test_units_are_told_that_they_are_asked_not_what(asked):
    told = Notice.objects.filter(key__startswith="supervision-reply:")
    assert sorted(told.values_list("recipient__username", "title")) == [
        ("other-secretary", "请于2026-12-04前完成专项自查"),
        ("secretary", "请于2026-12-04前完成专项自查"),
    ]
    assert (asked.examination.due_on, asked.examination.provisional) == (DUE, False)
    assert [reply.due_on for reply in (asked.own, asked.other)] == [DUE, DUE]


def test_opening_needs_a_new_title_findings_units_of_the_bureau_and_a_day_to_come(asked):
    def open_(**values):
        return refused(asked.open, **values)

    assert open_(title=" ") == "请填写名称。"
    assert open_(title="2026年共性问题自查") == "已有同名自查，请注明年份或序号。"
    assert open_(findings=[]) == "请至少选择一项。"
    assert open_(units=[]) == "请至少选择一个单位。"
    assert open_(units=[asked.bureau.stranger_committee]) == "请选择本单位的组织。"
    assert open_(due_on=TODAY) == "请选择将来的日期。"
    asked.supervisor = asked.bureau.leader.user
    assert open_() == "由本单位纪检监督人员办理。"
    assert Examination.objects.count() == 1


def test_days_of_a_year_without_a_notice_are_provisional(asked):
    assert asked.open(due_on=date(2027, 1, 8)).provisional


def test_what_waits_for_a_unit_is_its_own_open_reply_alone(asked):
    def waiting(user):
        return [reply.pk for reply in api.waiting_for(compute_scope(user))]

    assert waiting(asked.secretary) == [asked.own.pk]
    assert waiting(asked.other_secretary) == [asked.other.pk]
    assert waiting(asked.supervisor) == waiting(asked.bureau.member.user) == []
    assert waiting(asked.bureau.officer.user) == []
    asked.hands_in(ABSENT, ABSENT, ABSENT)
    assert waiting(asked.secretary) == []


@pytest.mark.parametrize(
    ("presences", "words", "reason"),
    [
        ((ABSENT, ABSENT), {}, "尚未作答：3。"),
        ((ABSENT, ABSENT, PRESENT), {"looked_at": " "}, "请说明查看了什么：第1、2、3项。"),
        (
            (RECTIFIED, ABSENT, PRESENT),
            {"note": ""},
            "请用一句话说明存在或曾存在的情况：第1、3项。",
        ),
        (
            (ABSENT, ABSENT, PRESENT),
            {"becomes_problem": True, "solve_by": date(2026, 12, 31)},
            "请写明整改措施：3。",
        ),
    ],
)
def test_handing_in_names_every_gap_by_number(asked, presences, words, reason):
    asked.says(*presences, **words)
    assert refused(services.hand_in_reply, reply=asked.own, actor=asked.secretary) == reason
    assert Problem.objects.count() == 0


def test_what_is_there_becomes_a_problem_with_its_measure_and_day_by_one_tick(asked):
    asked.says(ABSENT, RECTIFIED)
    there = Said(
        asked.findings[2],
        PRESENT,
        "查了三次会议",
        "有两项没有督办",
        becomes_problem=True,
        measure="逐项列入清单",
        solve_by=date(2026, 12, 31),
    )
    services.save_answers(reply=asked.own, answers=[there], actor=asked.secretary)
    assert Problem.objects.count() == 0  # nothing before it is handed in
    reply = services.hand_in_reply(reply=asked.own, actor=asked.secretary)
    (problem,) = Problem.objects.all()
    assert (problem.text, problem.measure, problem.due_on, problem.unit, problem.source) == (
        "有两项没有督办",
        "逐项列入清单",
        date(2026, 12, 31),
        asked.bureau.branch,
        "专项自查",
    )
    assert problem.source_kind == "inspection"
    answer = reply.answers.get(finding=asked.findings[2])
    assert answer.problem == problem
    assert rectification.problems_of([answer]) == {answer.pk: [problem]}
    assert asked.findings[2].text not in problem.text  # no word of the library
    assert (reply.state, reply.handed_in_on) == ("handed_in", TODAY)


def test_problem_of_a_returned_answer_is_made_once_and_its_words_stay(asked):
    words = {"becomes_problem": True, "measure": "整改", "solve_by": date(2026, 12, 31)}
    asked.hands_in(PRESENT, ABSENT, ABSENT, **words)
    back = services.return_reply(reply=asked.own, reason="第2条再看看", actor=asked.supervisor)
    assert back.state == "returned"
    denied = refused(
        services.save_answers,
        reply=back,
        answers=asked.said(ABSENT),
        actor=asked.secretary,
    )
    assert denied.startswith("已列为问题")
    asked.hands_in(PRESENT, RECTIFIED, ABSENT)  # the form of what is a problem has no tick any more
    answer = asked.own.answers.get(finding=asked.findings[0])
    assert (Problem.objects.count(), answer.measure, answer.becomes_problem) == (1, "整改", True)


def test_day_of_a_problem_is_asked_and_lies_ahead(asked):
    def save(**values):
        answers = asked.said(PRESENT, becomes_problem=True, **values)
        return refused(
            services.save_answers, reply=asked.own, answers=answers, actor=asked.secretary
        )

    assert save() == "请填写整改期限。"
    assert save(solve_by=date(2026, 11, 20)) == "这一天已经过去。"


def test_only_the_unit_itself_answers_while_it_is_asked(asked):
    def save(actor, reply=asked.own):
        answers = asked.said(ABSENT)
        return refused(services.save_answers, reply=reply, answers=answers, actor=actor)

    only = "由变电运维党支部自行作答，书记或支委填写。"
    for person in (asked.supervisor, asked.other_secretary, asked.bureau.member.user):
        assert save(person) == only
    assert save(asked.bureau.officer.user) == only  # may enter records for all, but not this
    asked.hands_in(ABSENT, ABSENT, ABSENT)
    assert save(asked.secretary).startswith("已报送")
    services.close_examination(
        examination=asked.examination, reason="试点结束", actor=asked.supervisor
    )
    assert save(asked.other_secretary, asked.other) == "专项自查已经结束。"


def test_finding_that_is_not_asked_is_refused(asked):
    strange = queries.list_findings().order_by("-order")[0]
    answers = [Said(strange, ABSENT)]
    reason = refused(services.save_answers, reply=asked.own, answers=answers, actor=asked.secretary)
    assert reason == "本次自查不含该问题。"


def test_second_of_two_at_the_same_finding_is_told_who_answered_and_nothing_is_lost(asked):
    colleague = make_person(
        "钱支委", asked.bureau.branch, ("publicity_member",), username="publicity"
    ).user
    asked.says(ABSENT)
    answers = asked.said(PRESENT, seen=describe_answer(None))  # saw no answer yet
    reason = refused(services.save_answers, reply=asked.own, answers=answers, actor=colleague)
    assert reason.startswith("韩帆已于")
    assert FindingAnswer.objects.get().presence == ABSENT


def test_second_of_two_who_act_on_a_reply_is_told_and_nothing_is_lost(asked):
    asked.hands_in(ABSENT, ABSENT, ABSENT)
    seen = asked.own.seen
    services.return_reply(reply=asked.own, reason="看漏了", actor=asked.supervisor, seen=seen)
    reason = refused(
        services.return_reply, reply=asked.own, reason="再看", actor=asked.supervisor, seen=seen
    )
    assert "严守正" in reason
    assert "退回" in reason
    assert Act.objects.filter(subject=Subject.REPLY, verb=Verb.RETURNED).count() == 1


def test_reply_never_leaves_its_diagram(asked):
    reason = refused(services.return_reply, reply=asked.own, reason="先退", actor=asked.supervisor)
    assert reason == "当前为“未作答”，不能这样操作。"
    assert {state: set(after) for state, after in NEXT_REPLY.items()} == {
        ReplyState.FILLING: {ReplyState.HANDED_IN},
        ReplyState.HANDED_IN: {ReplyState.RETURNED},
        ReplyState.RETURNED: {ReplyState.HANDED_IN},
    }


def test_nobody_judges_the_own_answers(asked):
    """A supervisor who is a branch secretary too."""
    person = make_person("兼职人", asked.bureau.branch, ("secretary",), username="both")
    asked.bureau.supervisor.appointments.create(
        unit=asked.bureau.branch, post_id="secretary", valid_from=date(2026, 1, 1), basis="选举"
    )
    assert person
    asked.secretary = asked.supervisor
    asked.hands_in(ABSENT, ABSENT, ABSENT)
    reason = refused(services.return_reply, reply=asked.own, reason="退", actor=asked.supervisor)
    assert reason == "这是您本人报送的，由他人审核。"


def test_extension_moves_the_day_with_its_reason_and_tells_the_unit(asked):
    later = date(2026, 12, 11)

    def change(**values):
        known = {
            "reply": asked.own,
            "due_on": later,
            "reason": "迎峰度冬",
            "actor": asked.supervisor,
        }
        return refused(services.change_due, **(known | values))

    assert change(reason=" ") == "请写明原因。"
    assert change(due_on=date(2026, 11, 20)) == "这一天已经过去。"
    assert change(actor=asked.secretary) == "由本单位纪检监督人员办理。"
    services.change_due(reply=asked.own, due_on=later, reason="迎峰度冬", actor=asked.supervisor)
    act = Act.objects.get(verb=Verb.DUE_CHANGED)
    assert act.reason == "2026-12-04 → 2026-12-11: 迎峰度冬"
    assert Notice.objects.filter(title="专项自查期限已调整为2026-12-11").count() == 1
    asked.other.refresh_from_db()
    assert asked.other.due_on == DUE
    asked.hands_in(ABSENT, ABSENT, ABSENT)
    assert change() == "单位已作答，或自查已结束。"


def test_units_are_urged_once_a_day_and_only_while_they_owe(asked):
    replies = [asked.own, asked.other]
    asked.hands_in(ABSENT, ABSENT, ABSENT)
    assert services.urge_replies(replies=replies, actor=asked.supervisor) == 1
    assert services.urge_replies(replies=replies, actor=asked.supervisor) == 0
    with clock.stand_on(date(2026, 11, 23)):
        assert services.urge_replies(replies=replies, actor=asked.supervisor) == 1
    assert (
        list(Notice.objects.filter(kind="urged").values_list("recipient__username", flat=True))
        == ["other-secretary"] * 2
    )


def test_notices_leave_when_the_unit_has_answered(asked):
    asked.hands_in(ABSENT, ABSENT, ABSENT)
    unread = Notice.objects.filter(key__startswith="supervision-reply:", read_at=None)
    assert list(unread.values_list("recipient__username", flat=True)) == ["other-secretary"]


def test_ending_early_needs_a_reason_and_is_done_once(asked):
    asked.hands_in(ABSENT, ABSENT, ABSENT)

    def close(**values):
        known = {"examination": asked.examination, "actor": asked.supervisor}
        return refused(services.close_examination, **(known | values))

    assert close() == "还有1个单位未作答，请说明仍然结束的原因。"
    seen = asked.examination.seen
    services.close_examination(
        examination=asked.examination, reason="另行安排", actor=asked.supervisor, seen=seen
    )
    assert "严守正" in close(reason="再结束", seen=seen)
    assert close(reason="再结束") == "专项自查已经结束。"


# -- the matrix and the question -----------------------------------------------------------------


def test_matrix_shows_what_is_handed_in_and_counts_it(asked):
    services.save_answers(
        reply=asked.other, answers=asked.said(PRESENT, PRESENT), actor=asked.other_secretary
    )
    words = {"becomes_problem": True, "measure": "整改", "solve_by": date(2026, 12, 31)}
    asked.hands_in(PRESENT, RECTIFIED, ABSENT, **words)
    matrix = queries.read_matrix(asked.examination, date(2026, 12, 5))
    assert [row.cells for row in matrix.rows] == [
        (PRESENT, RECTIFIED, ABSENT),
        (None, None, None),  # still answering: nobody looks over its shoulder
    ]
    assert matrix.sums == [1, 0, 0]
    expected = Coverage(
        units=2, handed_in=1, late=1, asked=6, answered=3, present=1, rectified=1, problems=1
    )
    assert matrix.coverage == expected
    measured = queries.measure_coverage([asked.examination], date(2026, 12, 5))
    assert measured == {asked.examination.pk: expected}


START = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ([(ABSENT, 0), (ABSENT, 20), (ABSENT, 40)], "all_absent_quickly"),
        ([(ABSENT, 40), (ABSENT, 0), (ABSENT, 119)], "all_absent_quickly"),
        ([(ABSENT, 0), (ABSENT, 20), (ABSENT, 120)], ""),  # a minute each: no question
        ([(ABSENT, 0), (ABSENT, 20), (PRESENT, 40)], ""),
        ([(ABSENT, 0), (ABSENT, 20), (RECTIFIED, 40)], ""),
        ([(ABSENT, 0), (ABSENT, 1)], ""),  # too few to ask
        ([], ""),
    ],
)
def test_question_is_asked_of_everything_denied_in_under_a_minute_each(answers, question):
    given = [(presence, START + timedelta(seconds=seconds)) for presence, seconds in answers]
    assert queries.find_question(given) == question


# -- privacy ---------------------------------------------------------------------------------------


def test_audit_names_numbers_and_nothing_that_was_written(asked):
    asked.hands_in(PRESENT, ABSENT, ABSENT, note="暗语一")
    services.return_reply(reply=asked.own, reason="暗语二", actor=asked.supervisor)
    rows = Audit.objects.filter(verb__startswith="supervision.")
    assert set(rows.values_list("verb", flat=True)) == {
        "supervision.opened",
        "supervision.handed_in",
        "supervision.returned",
    }
    said = " ".join(f"{r.object_label} {r.reason} {r.old} {r.new}" for r in rows)
    assert not [word for word in ("暗语", asked.examination.title, "变电") if word in said]
    assert Act.objects.get(verb=Verb.RETURNED).reason == "暗语二"


def test_what_was_written_stands_encrypted_in_the_database(asked):
    from django.db import connection

    asked.hands_in(RECTIFIED, ABSENT, ABSENT, note="暗语一", looked_at="暗语二")
    with connection.cursor() as cursor:
        cursor.execute("SELECT looked_at, note, measure FROM supervision_findinganswer")
        assert "暗语" not in str(cursor.fetchall())
