"""A round from opening to its end: every act, every refusal, and who may not see what."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.diagnosis import queries, services
from linghang.diagnosis.enums import Lead, RoundState, SheetState, Verb
from linghang.diagnosis.models import Act, Answer, Finding, Round
from linghang.diagnosis.services import Choice, Said
from linghang.ledger.models import Fact
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as Audit
from linghang.platform.calendar import clock
from linghang.platform.notices.models import Notice
from linghang.rectification.models import Problem
from tests.cast import make_person
from tests.diagnosis.conftest import M, N, P, X, make_set


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refusal:
        act(*args, **kwargs)
    return refusal.value.messages[0]


# -- opening -------------------------------------------------------------------------------------


def test_round_is_made_and_opened_in_one_step_with_days_of_the_calendar(check):
    """Saturday 21 November + 5 working days = 27 November, + 10 = 11 December."""
    assert (check.round.self_until, check.round.expert_until) == (
        date(2026, 11, 27),
        date(2026, 12, 11),
    )
    assert not check.round.provisional
    assert [sheet.state for sheet in check.round.sheets.all()] == ["filling", "filling"]
    told = Notice.objects.filter(key__startswith="diagnosis-sheet:")
    assert sorted(told.values_list("recipient__username", flat=True)) == [
        "other-secretary",
        "secretary",
    ]
    assert (
        Audit.objects.filter(verb="diagnosis.opened", unit_path=check.round.root.path).count() == 1
    )


def test_days_in_a_year_without_a_notice_are_provisional(check):
    draft = services.RoundDraft(
        title="跨年",
        standard_set=check.round.standard_set,
        root=check.round.root,
        units=[check.bureau.branch],
        self_days=30,
        expert_days=20,
    )
    assert services.open_round(draft=draft, actor=check.officer).provisional


def test_round_needs_a_new_title_units_of_the_bureau_and_its_officer(check):
    def draft(**values):
        known = {
            "title": "另一轮",
            "standard_set": check.round.standard_set,
            "root": check.round.root,
            "units": [check.bureau.branch],
        }
        return services.RoundDraft(**(known | values))

    def open_(actor=check.officer, **values):
        return refused(services.open_round, draft=draft(**values), actor=actor)

    assert open_(title="2026年专业诊断").startswith("已有同名")
    assert open_(units=[]) == "请至少选择一个单位。"
    assert open_(units=[check.bureau.stranger_committee]).startswith("不属于本单位")
    assert "党建专责" in open_(actor=check.secretary)
    assert Round.objects.count() == 1


def test_last_answers_are_filled_in_and_confirmed_by_handing_in(check):
    check.check_both()
    again = services.open_round(
        draft=services.RoundDraft(
            title="2027年专业诊断",
            standard_set=make_set(version="1.1.0"),
            root=check.round.root,
            units=[check.bureau.branch],
        ),
        actor=check.officer,
    )
    sheet = again.sheets.get()
    carried = sheet.answers.order_by("standard__order")
    assert [(a.verdict, a.carried) for a in carried] == [
        ("met", True),
        ("met", True),
        ("not_met", True),
        ("met", True),
    ]
    _former, said = queries.find_former(sheet)
    assert said == {"A-1": M, "A-2": P, "B-1": N, "B-2": M}
    services.hand_in_sheet(sheet=sheet, actor=check.secretary)
    assert set(sheet.answers.values_list("carried", "by__username")) == {(False, "secretary")}


# -- self-check ----------------------------------------------------------------------------------


def test_unit_checks_itself_and_no_one_else_does_it_for_the_unit(check):
    check.says(check.own, M)
    for actor in (check.officer, check.other_secretary, check.expert_user):
        assert "自行检查" in refused(check.says, check.own, P, actor=actor)
    assert check.own.answers.get().verdict == "met"


def test_self_check_is_handed_in_once_every_line_has_its_answer_and_sentence(check):
    check.says(check.own, M, M)
    assert refused(services.hand_in_sheet, sheet=check.own, actor=check.secretary) == (
        "尚未作答：B-1、B-2。"
    )
    last = check.standards[2:]
    services.save_self_answers(
        sheet=check.own, answers=[Said(last[0], N), Said(last[1], X)], actor=check.secretary
    )
    assert "B-1" in refused(services.hand_in_sheet, sheet=check.own, actor=check.secretary)
    services.save_self_answers(
        sheet=check.own, answers=[Said(last[0], N, "缺根因分析")], actor=check.secretary
    )
    sheet = services.hand_in_sheet(sheet=check.own, actor=check.secretary)
    assert (sheet.state, sheet.handed_in_on) == ("handed_in", clock.today())
    assert "不能" in refused(services.hand_in_sheet, sheet=check.own, actor=check.secretary)
    assert not Notice.objects.filter(
        key__startswith=f"diagnosis-sheet:{sheet.pk}:", read_at=None
    ).exists()


def test_handed_in_answer_changes_with_a_reason_until_the_expert_begins(check):
    check.says(check.own, M, M, M, M)
    services.hand_in_sheet(sheet=check.own, actor=check.secretary)
    assert "原因" in refused(check.says, check.own, P)
    check.says(check.own, P, reason="漏看一个岗位")
    act = Act.objects.filter(verb=Verb.CORRECTED).get()
    assert act.reason == "A-1: 漏看一个岗位"
    check.move(RoundState.EXPERT_CHECK, "他们准备好了")
    check.finds(check.own, M)
    assert "专家已开始" in refused(check.says, check.own, M, reason="再改")


def test_two_at_one_line_the_later_is_told_who_answered(check):
    check.says(check.own, M)
    said = Said(check.standards[0], N, "没有", seen="-")
    message = refused(
        services.save_self_answers, sheet=check.own, answers=[said], actor=check.secretary
    )
    assert "韩帆" in message
    assert "符合" in message
    assert check.own.answers.get().verdict == "met"


# -- moving --------------------------------------------------------------------------------------


def test_experts_begin_early_only_with_a_reason_and_never_without_an_expert(check):
    assert "变电运维党支部" in refused(check.move, RoundState.EXPERT_CHECK)
    check.round.experts.all().delete()
    assert "专家" in refused(check.move, RoundState.EXPERT_CHECK, "急")
    assert Round.objects.get().state == "self_check"


def test_after_its_last_day_a_self_check_is_waited_for_no_longer(check):
    with clock.stand_on(date(2026, 11, 28)):
        assert check.move(RoundState.EXPERT_CHECK).state == "expert_check"
    told = Notice.objects.filter(key=f"diagnosis-round:{check.round.pk}:experts")
    assert sorted(told.values_list("recipient__username", flat=True)) == ["expert", "expert-2"]


@pytest.mark.parametrize("to", [RoundState.RECTIFYING, RoundState.CLOSED, RoundState.SELF_CHECK])
def test_no_step_is_skipped(check, to):
    with pytest.raises((ValidationError, KeyError)):
        check.move(to, "跳过")
    assert Round.objects.get().state == "self_check"


def test_checks_end_with_the_last_unit(check):
    check.move(RoundState.EXPERT_CHECK, "试点")
    check.finds(check.own, M, M, M, M)
    services.finish_check(sheet=check.own, expert=check.expert, actor=check.expert_user)
    assert refused(check.move, RoundState.RECTIFYING) == "尚未完成面检：输电运检党支部。"


def test_round_is_called_off_with_a_reason_only(check):
    assert "取消" in refused(check.move, RoundState.CANCELLED)
    assert check.move(RoundState.CANCELLED, "标准改版").state == "cancelled"
    assert not Notice.objects.filter(key__startswith="diagnosis-sheet:", read_at=None).exists()


def test_round_ends_when_its_problems_are_solved(check):
    check.check_both()
    assert "3" in refused(check.move, RoundState.CLOSED)  # findings not stated
    keys = [failure.key for failure in queries.list_failures(check.round)]
    services.state_problems(
        round=check.round,
        choices=[Choice(key, Lead.BRANCH) for key in keys],
        due_on=date(2027, 1, 29),
        actor=check.officer,
    )
    assert "3" in refused(check.move, RoundState.CLOSED, "算了")  # not solved: no reason helps
    Problem.objects.update(state="closed", closed_on=clock.today())
    assert check.move(RoundState.CLOSED).state == "closed"


def test_dates_change_with_reason_in_order_and_stay_in_the_history(check):
    def change(self_until, expert_until, reason="等一等", **values):
        return services.change_dates(
            round=check.round,
            self_until=self_until,
            expert_until=expert_until,
            reason=reason,
            actor=check.officer,
            **values,
        )

    assert refused(change, date(2026, 12, 1), date(2026, 12, 20), " ") == "请写明原因。"
    assert "自检之后" in refused(change, date(2026, 12, 20), date(2026, 12, 1))
    assert refused(change, date(2026, 11, 1), date(2026, 11, 2)) == "这一天已经过去。"
    change(date(2026, 12, 1), date(2027, 1, 8), seen=check.round.seen)
    round_ = Round.objects.get()
    assert (round_.self_until, round_.provisional) == (date(2026, 12, 1), True)
    assert "2026-11-27 · 2026-12-11 → 2026-12-01 · 2027-01-08" in Act.objects.first().reason
    assert "高知远" in refused(change, date(2026, 12, 2), date(2027, 1, 8), seen=check.round.seen)


# -- experts -------------------------------------------------------------------------------------


def test_expert_of_the_unit_or_of_the_unit_above_does_not_check_it(check):
    member = make_person("程自查", check.bureau.branch, ("member",), username="inside")
    above = make_person("邵总支", check.bureau.general_branch, ("member",), username="above")
    from linghang.people.models import Appointment

    for person in (member, above):
        Appointment.objects.create(
            person=person,
            unit=check.bureau.committee,
            post_id="expert",
            valid_from=date(2020, 1, 1),
            basis="聘任",
        )
    check.move(RoundState.EXPERT_CHECK, "试点")
    for person in (member, above):
        expert = services.add_expert(round=check.round, person=person, actor=check.officer)
        assert "另一名专家" in refused(check.finds, check.own, M, expert=expert)
    inside = check.round.experts.get(person=member)
    check.finds(check.other, M, expert=inside)  # another unit may be checked


def test_expert_checks_when_begun_with_a_sentence_in_the_own_fields(check):
    assert "尚未开始" in refused(check.finds, check.own, M)
    check.move(RoundState.EXPERT_CHECK, "试点")
    bare = [Said(check.standards[0], N)]
    assert "一句话" in refused(
        services.save_expert_answers,
        sheet=check.own,
        expert=check.expert,
        answers=bare,
        actor=check.expert_user,
    )
    check.second.fields = ["营销服务"]
    check.second.save()
    assert "A-1" in refused(check.finds, check.own, M, expert=check.second)
    assert "专家" in refused(
        services.save_expert_answers,
        sheet=check.own,
        expert=check.expert,
        answers=check.said([M]),
        actor=check.officer,
    )


def test_check_is_finished_when_all_is_answered_and_leaves_its_facts(check):
    check.says(check.own, M, M, N, M)
    check.move(RoundState.EXPERT_CHECK, "试点")
    check.finds(check.own, M, P, N)
    assert refused(
        services.finish_check, sheet=check.own, expert=check.expert, actor=check.expert_user
    ).endswith("B-2。")
    services.save_expert_answers(
        sheet=check.own,
        expert=check.second,
        answers=[Said(check.standards[3], X)],
        actor=check.second_user,
    )
    sheet = services.finish_check(sheet=check.own, expert=check.expert, actor=check.expert_user)
    assert sheet.state == SheetState.CHECKED
    facts = Fact.objects.filter(kind="diagnosis", withdrawn_seq=None).order_by("pk")
    assert [(f.unit, f.status, f.quantity, f.verified) for f in facts] == [
        (check.bureau.branch, "met", 100, True),
        (check.bureau.branch, "partly", 100, True),
        (check.bureau.branch, "not_met", 100, True),
    ]
    assert facts[0].entry.title == "2026年专业诊断"


def test_finished_answer_changes_with_a_reason_and_its_facts_follow(check):
    check.move(RoundState.EXPERT_CHECK, "试点")
    check.finds(check.own, N, M, M, M)
    services.finish_check(sheet=check.own, expert=check.expert, actor=check.expert_user)
    assert "原因" in refused(check.finds, check.own, M)
    check.finds(check.own, M, reason="复核后确认已整改")
    standing = Fact.objects.filter(kind="diagnosis", withdrawn_seq=None)
    assert list(standing.values_list("status", flat=True)) == ["met"] * 4
    assert Act.objects.filter(verb=Verb.JUDGED_AGAIN, sheet=check.own).count() == 1


def test_answers_carried_over_and_never_confirmed_are_not_what_the_unit_said(check):
    Answer.objects.create(
        sheet=check.own,
        standard=check.standards[0],
        side="self",
        verdict="met",
        carried=True,
        at=clock.now(),
    )
    check.move(RoundState.EXPERT_CHECK, "试点")
    check.finds(check.own, M, M, M, M)
    assert not check.own.answers.filter(side="self").exists()


# -- blind ---------------------------------------------------------------------------------------


def lines(check, user, sheet=None):
    sheet = sheet or check.own
    sheet.refresh_from_db()
    scope = compute_scope(user)
    return queries.list_lines(sheet, scope, queries.find_expert(scope, sheet.round))


def test_expert_sees_a_self_check_only_after_the_own_answer_to_it(check):
    check.says(check.own, M, P, N, M)
    check.move(RoundState.EXPERT_CHECK, "试点")
    assert [(each.own, each.is_hidden) for each in lines(check, check.expert_user)] == [
        (None, True)
    ] * 4
    check.finds(check.own, N)
    shown = lines(check, check.expert_user)
    assert [each.own.verdict if each.own else None for each in shown] == ["met", None, None, None]
    second = lines(check, check.second_user)  # nor does one expert see another's answer
    assert [(each.own, each.experts) for each in second] == [(None, ())] * 4


def test_unit_sees_the_experts_when_its_check_is_finished(check):
    check.says(check.own, M, M, M, M)
    check.move(RoundState.EXPERT_CHECK, "试点")
    check.finds(check.own, M, M, N, M)
    assert [each.experts for each in lines(check, check.secretary)] == [()] * 4
    services.finish_check(sheet=check.own, expert=check.expert, actor=check.expert_user)
    assert [each.joint for each in lines(check, check.secretary)] == [M, M, N, M]


# -- problems ------------------------------------------------------------------------------------


def test_findings_become_graded_problems_in_one_step(check):
    """B-1 failed in both units: led by the committee it is one problem; A-2 is the branch's own."""
    check.check_both()
    failures = queries.list_failures(check.round)
    assert [
        (f.standard.number, f.sheet.unit, f.joint, f.severity, f.was_admitted) for f in failures
    ] == [
        ("A-2", check.bureau.branch, P, "general", False),
        ("B-1", check.bureau.branch, N, "grave", True),
        ("B-1", check.bureau.other_branch, N, "grave", False),
    ]
    problems = services.state_problems(
        round=check.round,
        choices=[Choice(f.key, Lead(f.standard.lead)) for f in failures],
        due_on=date(2027, 1, 29),
        actor=check.officer,
    )
    assert [
        (p.unit, p.lead_unit, p.severity, p.source_kind, p.text, p.provisional) for p in problems
    ] == [
        (
            check.bureau.branch,
            check.bureau.branch,
            "general",
            "expert_check",
            "现场抽查有缺项",
            True,
        ),
        (
            check.bureau.committee,
            check.bureau.committee,
            "grave",
            "expert_check",
            "投诉分析到根因：2个单位不符合",
            True,
        ),
    ]
    assert [u.name for u in problems[1].cooperating.order_by("path")] == [
        "变电运维党支部",
        "输电运检党支部",
    ]
    assert problems[0].origin_type == "diagnosis.finding"
    assert Finding.objects.filter(problem=problems[1]).count() == 2
    standing = queries.count_leads(check.round, clock.today())
    assert [(lead, found.total) for lead, found in standing.items()] == [
        (Lead.COMMITTEE, 1),
        (Lead.BRANCH, 1),
    ]


def test_nothing_is_stated_twice_and_not_before_the_checks_have_ended(check):
    state = services.state_problems
    early = {"round": check.round, "choices": [], "due_on": date(2027, 1, 29)}
    assert "检查结束" in refused(state, **early, actor=check.officer)
    check.check_both()
    key = queries.list_failures(check.round)[0].key
    given = {
        "round": check.round,
        "choices": [Choice(key, Lead.BRANCH)],
        "due_on": date(2027, 1, 29),
        "actor": check.officer,
    }
    assert "日期" in refused(state, **(given | {"due_on": clock.today()}))
    assert "一项" in refused(state, **(given | {"choices": []}))
    state(**given)
    assert "A-2" in refused(state, **given)
    assert Problem.objects.count() == 1


def test_daily_reminder_names_what_is_due_and_what_is_late_once_each(check):
    from linghang.diagnosis.services import telling

    def keys(day):
        return [draft.key.split(":", 2)[2] for draft in telling.remind(day)]

    assert keys(date(2026, 11, 24)) == []
    assert keys(date(2026, 11, 25)) == ["due-2026-11-27"] * 2
    assert keys(date(2026, 11, 30)) == ["late-2026-11-27"] * 2


def test_own_calendar_has_the_last_days_of_what_waits_for_the_reader(check):
    from linghang.diagnosis.services import telling

    def days(user):
        scope = compute_scope(user)
        found = telling.list_dates(scope, date(2026, 11, 1), date(2027, 1, 1))
        return [(thing.day, thing.title) for thing in found]

    assert days(check.secretary) == [(date(2026, 11, 27), "自检截止")]
    assert days(check.expert_user) == []
    check.move(RoundState.EXPERT_CHECK, "试点")
    assert days(check.expert_user) == [(date(2026, 12, 11), "面检截止")]
