"""The register of risk points: levels and reviews follow the rule table, nothing is entered twice."""

from __future__ import annotations

from datetime import date

import pytest

from linghang.people.api import compute_scope
from linghang.platform.notices.models import Notice
from linghang.supervision import queries, services
from linghang.supervision.models import Act, RiskPoint, RiskRule, RiskTemplate
from linghang.supervision.services import RiskDraft, telling
from tests.supervision.conftest import refused

TODAY = date(2026, 11, 21)


def enter(asked, likelihood=2, consequence=2, **values) -> RiskPoint:
    known = {
        "root": asked.bureau.committee,
        "unit": asked.bureau.branch,
        "process": "物资采购",
        "post": "验收",
        "text": "未核对型号",
        "controls": "两人验收",
        "likelihood": likelihood,
        "consequence": consequence,
    }
    drafts = [RiskDraft(**(known | values))]
    return services.add_risks(drafts=drafts, actor=asked.supervisor)[0]


@pytest.mark.parametrize(
    ("likelihood", "consequence", "level", "review_on"),
    [
        (1, 1, "low", date(2027, 11, 21)),
        (1, 2, "low", date(2027, 11, 21)),
        (1, 3, "middle", date(2027, 5, 21)),
        (2, 1, "low", date(2027, 11, 21)),
        (2, 2, "middle", date(2027, 5, 21)),
        (2, 3, "high", date(2027, 2, 21)),
        (3, 1, "middle", date(2027, 5, 21)),
        (3, 2, "high", date(2027, 2, 21)),
        (3, 3, "high", date(2027, 2, 21)),
    ],
)
def test_level_and_next_review_follow_the_table(asked, likelihood, consequence, level, review_on):
    risk = enter(asked, likelihood, consequence)
    assert (risk.level, risk.review_on, risk.number) == (level, review_on, 1)


def test_risk_point_needs_controls_a_unit_of_the_bureau_a_rule_and_a_supervisor(asked):
    def entering(**values):
        return refused(enter, asked=asked, **values)

    assert entering(controls=" ") == "风险点须写明风险和防控措施。"
    assert entering(unit=asked.bureau.stranger_committee) == "请选择本单位的组织。"
    RiskRule.objects.all().delete()
    assert entering() == "没有定级规则，请安装带风险定级表的实践包。"
    asked.supervisor = asked.bureau.leader.user
    assert entering() == "由本单位纪检监督人员办理。"
    assert RiskPoint.objects.count() == 0


def test_points_of_the_pack_are_taken_once(asked):
    def adopt():
        return services.adopt_templates(
            root=asked.bureau.committee,
            unit=asked.bureau.branch,
            templates=list(RiskTemplate.objects.order_by("order")[:5]),
            actor=asked.supervisor,
        )

    assert [risk.number for risk in adopt()] == [1, 2, 3, 4, 5]
    assert adopt() == []


def test_change_needs_a_reason_moves_the_level_and_never_puts_a_review_off(asked):
    risk = enter(asked, 2, 2)
    values = {"likelihood": 3, "consequence": 3}
    assert (
        refused(services.change_risk, risk=risk, values=values, reason="", actor=asked.supervisor)
        == "请写明原因。"
    )
    risk = services.change_risk(
        risk=risk, values=values, reason="业务量翻倍", actor=asked.supervisor, seen=risk.seen
    )
    assert (risk.level, risk.review_on) == ("high", date(2027, 2, 21))
    low = {"likelihood": 1, "consequence": 1}
    risk = services.change_risk(risk=risk, values=low, reason="取消", actor=asked.supervisor)
    assert (risk.level, risk.review_on) == ("low", date(2027, 2, 21))
    assert Act.objects.filter(verb="changed").latest("pk").reason == "high → low: 取消"


def test_second_of_two_reviewers_is_told_who_came_first(asked):
    risk = enter(asked)
    seen = risk.seen
    services.review_risk(risk=risk, found="抽查两批相符", actor=asked.supervisor, seen=seen)
    reason = refused(
        services.review_risk, risk=risk, found="抽查", actor=asked.supervisor, seen=seen
    )
    assert "严守正：复核" in reason
    assert Act.objects.filter(verb="reviewed").count() == 1


def test_review_says_what_was_found_and_sets_the_next_day(asked):
    risk = enter(asked, 3, 3)

    def review(**values):
        known = {"risk": risk, "found": "抽查两批", "actor": asked.supervisor}
        return refused(services.review_risk, **(known | values))

    assert review(found=" ") == "请用一句话说明看了什么、发现什么。"
    assert review(on=date(2026, 11, 22)) == "该日期尚未到来。"
    done = services.review_risk(
        risk=risk, found="抽查两批", on=date(2026, 11, 20), actor=asked.supervisor
    )
    assert (done.reviewed_on, done.review_on) == (date(2026, 11, 20), date(2027, 2, 20))


def test_late_reviews_are_told_to_supervisors_by_number_once_a_month(asked):
    enter(asked, 3, 3)
    drafts = [d for d in telling.remind(date(2027, 2, 22)) if "reviews" in d.key]
    assert [(d.recipient_id, d.title, d.key) for d in drafts] == [
        (
            asked.supervisor.pk,
            "1项风险点复核已逾期",
            f"supervision-reviews:{asked.bureau.committee.pk}:2027-02",
        )
    ]
    assert [d for d in telling.remind(date(2027, 2, 21)) if "reviews" in d.key] == []


def test_units_are_reminded_three_days_before_and_after_their_day(asked):
    def remind(today):
        return [(d.recipient_id, d.kind, d.title) for d in telling.remind(today)]

    both = [asked.secretary.pk, asked.other_secretary.pk]
    title = "专项自查2026-12-04截止"
    assert remind(date(2026, 11, 30)) == []
    assert remind(date(2026, 12, 1)) == [(pk, "due", title) for pk in both]
    assert remind(date(2026, 12, 5)) == [(pk, "late", title) for pk in both]
    dates = telling.list_dates(compute_scope(asked.secretary), date(2026, 12, 1), date(2027, 1, 1))
    assert [(d.day, d.title) for d in dates] == [(date(2026, 12, 4), "专项自查截止")]


def test_taken_out_needs_a_reason_leaves_the_register_and_keeps_its_history(asked):
    risk = enter(asked)
    services.retire_risk(risk=risk, reason="流程取消", actor=asked.supervisor)
    assert queries.list_risks(compute_scope(asked.supervisor)).count() == 0
    assert Act.objects.get(verb="retired").reason == "流程取消"
    again = refused(services.review_risk, risk=risk, found="查", actor=asked.supervisor)
    assert again == "已移出风险台账。"


def test_notices_of_supervision_carry_no_confidential_word(asked):
    enter(asked, process="暗语流程", post="暗语岗位")
    list(telling.remind(date(2027, 12, 1)))
    said = " ".join(Notice.objects.values_list("title", flat=True))
    said += " ".join(d.title for d in telling.remind(date(2027, 12, 1)))
    assert not [w for w in ("暗语", asked.examination.title, asked.findings[0].text) if w in said]
