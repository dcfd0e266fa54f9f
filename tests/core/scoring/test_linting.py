"""What lightening the load and fair comparison forbid is refused, with reason, basis and remedy."""

from __future__ import annotations

from typing import Any

import ibis
import pytest

from linghang_core import scoring
from linghang_core.scoring.linting.rules import RULES
from tests.core.scoring.cases import criterion, scheme
from tests.core.scoring.facts import Fact, table

DECLARED = (
    "activity.party_lecture",
    "attendance",
    "attendance.due",
    "attendance.present",
    "cadence.theme_day",
    "problem",
    "record.customer_praise",
    "record.discipline",
    "record.login_days",
    "record.published_articles",
    "record.violation",
    "service.visit",
    "task",
)
SOUND = {"minimum_sample": {"members": 3, "months": 3}}
RESULT = {"count": {"kinds": ["service.visit"]}}


def lint(*criteria: dict[str, Any], **changes: Any) -> list[scoring.Finding]:
    document = scheme(*criteria, **{**SOUND, **changes})
    return scoring.lint_scheme(scoring.load_scheme(document), DECLARED)


def sound(*extra: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    """Code and place of what is found in a sound scheme with something added."""
    base = [
        criterion(f"S{n}", "20", measure={"count": {"kinds": [kind]}}, missing=None)
        for n, kind in enumerate(
            ["service.visit", "task", "problem", "record.violation", "record.customer_praise"]
        )
    ]
    return [(item.code, item.place) for item in lint(*base, *extra, **changes)]


def bonus(code: str = "X", **changes: Any) -> dict[str, Any]:
    document = {
        **criterion(code, "2"),
        "nature": "bonus",
        "missing": None,
        "measure": {"count": {"kinds": ["record.customer_praise"], "verified": True}},
        "score": {"per_unit": {"points": "0.5"}},
        **changes,
    }
    return {key: value for key, value in document.items() if value is not None}


def test_sound_scheme_has_no_findings() -> None:
    assert sound(bonus()) == []


@pytest.mark.parametrize(
    ("measure", "codes"),
    [
        ({"count": {"kinds": ["record.login_days"]}}, ["forbidden_trace"]),
        ({"count": {"kinds": ["record.published_articles"]}}, ["forbidden_trace"]),
        ({"count": {"kinds": ["record.unheard_of"]}}, ["undeclared_kind"]),
        ({"count": {"kinds": ["study.rating"]}}, ["undeclared_kind"]),
        ({"count": {"kinds": ["record.reflections"]}}, ["undeclared_kind", "forbidden_trace"]),
        ({"count": {"kinds": ["records.*"]}}, ["undeclared_kind"]),
        ({"count": {"kinds": ["record.discipline"]}}, ["sensitive_kind"]),
        ({"count": {"kinds": ["record.*"]}}, ["sensitive_kind"]),
        ({"count": {"kinds": ["activity.party_lecture"]}}, ["more_is_better"]),
        ({"months": {"kinds": ["activity.*"]}}, ["more_is_better"]),
        ({"count": {"kinds": ["cadence.theme_day"]}}, ["more_is_better"]),
        ({"sum": {"kinds": ["activity.party_lecture"]}}, ["duration_counted", "more_is_better"]),
        ({"sum": {"kinds": ["attendance"]}}, ["duration_counted", "more_is_better"]),
    ],
)
def test_bonus_on_what_is_forbidden_is_refused(measure: dict[str, Any], codes: list[str]) -> None:
    assert sound(bonus(measure=measure)) == [(code, "criterion X") for code in codes]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("登录天数", "presence"),
        ("平台在线时长", "presence"),
        ("每日学习时长", "study"),
        ("点赞转发", "reach"),
        ("网络投票", "reach"),
        ("稿件刊发", "writing"),
        ("领导批示", "praise"),
        ("每日打卡", "presence"),
        ("活动照片", "proof"),
        ("健步走步数", "walk"),
        ("传播", "Likes and forwards"),
        ("出勤", "Clock-in"),
    ],
)
def test_forbidden_words_in_a_title_are_refused_with_the_legal_basis(zh: str, en: str) -> None:
    loaded = scoring.load_scheme(
        scheme(criterion("A", measure=RESULT, missing=None, title={"en": en, "zh": zh}))
    )
    with pytest.raises(scoring.SchemeRefused) as refused:
        scoring.check_scheme(loaded, DECLARED)
    finding = refused.value.findings[0]
    assert (finding.code, finding.severity, finding.place) == (
        "forbidden_trace",
        "error",
        "criterion A",
    )
    assert finding.basis == "国办函〔2026〕12号；《整治形式主义为基层减负若干规定》（2024年）"
    assert finding.basis in str(refused.value)
    assert finding.remedy.zh


def test_words_that_only_contain_a_forbidden_one_pass() -> None:
    title = {"en": "Devotes itself to safety", "zh": "投身安全"}
    assert sound(bonus(title=title)) == []


def test_note_may_say_what_does_not_count() -> None:
    note = {"en": "Online time does not count.", "zh": "在线时长不计。"}
    assert sound(bonus(note=note)) == []


def test_meetings_measured_against_what_is_required_pass() -> None:
    ratio = {
        "ratio": {
            "of": {"kinds": ["attendance.present"], "aggregate": "sum"},
            "to": {"kinds": ["attendance.due"], "aggregate": "sum"},
        }
    }
    assert sound(bonus(measure=ratio, missing="zero")) == []


def test_count_of_meetings_towards_a_number_is_warned_of() -> None:
    lectures = {"count": {"kinds": ["activity.party_lecture"]}}
    findings = lint(
        criterion("A", "20", measure=lectures, missing=None),
        criterion("B", "80", measure=RESULT, missing=None),
    )
    assert [(item.code, item.severity, item.place) for item in findings] == [
        ("count_without_requirement", "warning", "criterion A"),
        ("one_criterion_decides", "warning", "criterion B"),
    ]


def test_missed_meetings_may_be_deducted() -> None:
    missed = {"count": {"kinds": ["cadence.theme_day"], "statuses": ["missed"]}}
    assert sound(bonus(nature="deduction", measure=missed)) == []


def test_persons_may_not_be_ranked() -> None:
    title = {"en": "Order of service", "zh": "服务次数排名"}
    found = sound(
        bonus(title=title), subject="person", unit_kinds=[], minimum_sample={}, ranks=True
    )
    assert found == [("personal_ranking", "ranks"), ("personal_ranking", "criterion X")]


def test_units_may_be_ranked() -> None:
    assert sound(ranks=True) == []


def test_bonus_without_cap_and_deduction_without_floor_are_refused() -> None:
    found = sound(bonus(), bonus("Y", nature="deduction"), bonus_cap=None, deduction_floor=None)
    assert found == [("deduction_without_floor", "scheme"), ("bonus_without_cap", "scheme")]


def test_several_levels_of_units_in_one_scheme_are_refused() -> None:
    assert sound(unit_kinds=["branch", "joint_branch"]) == []
    assert sound(unit_kinds=["branch", "group"]) == [("double_count", "unit_kinds")]


def test_discipline_may_be_a_veto() -> None:
    veto = bonus(
        nature="veto",
        points=None,
        measure={"count": {"kinds": ["record.discipline"]}},
        score=None,
        veto={"band": "C"},
    )
    assert sound(veto) == []


def test_same_reading_twice_is_warned_of() -> None:
    assert sound(bonus(), bonus("Y")) == [("event_counted_twice", "criterion Y")]
    assert sound(bonus(once="praise"), bonus("Y", once="praise")) == []
    quarter = bonus("Y", window="quarter", measure={"sum": bonus()["measure"]["count"]})
    assert sound(bonus(), quarter) == [("event_counted_twice", "criterion Y")]
    twice = [criterion(code, "40", measure=RESULT, missing=None) for code in "AB"]
    rest = criterion("C", "20", measure={"count": {"kinds": ["task"]}}, missing=None)
    codes = [(item.code, item.severity, item.place) for item in lint(*twice, rest)]
    assert ("same_reading_twice", "warning", "criterion B") in codes


@pytest.mark.parametrize(
    "changes",
    [
        {"measure": {"ratio": {"of": {"kinds": ["task"]}, "to": {"kinds": ["task"]}}}},
        {"measure": RESULT, "missing": None, "score": {"threshold": {"at_least": "0"}}},
        {"measure": RESULT, "missing": None, "score": {"steps": [{"from": "0", "points": "100"}]}},
    ],
)
def test_criterion_that_cannot_tell_anybody_apart_is_warned_of(changes: dict[str, Any]) -> None:
    assert "always_full" in [item.code for item in lint(criterion("A", **changes))]


def test_more_than_sixty_percent_for_process_is_warned_of_with_both_shares() -> None:
    findings = lint(criterion("A", "61"), criterion("B", "39", measure=RESULT, missing=None))
    process = next(item for item in findings if item.code == "mostly_process")
    assert process.message.zh == "过程类指标占基础分 61%，结果类占 39%"


def test_sixty_percent_for_process_passes() -> None:
    findings = lint(criterion("A", "60"), criterion("B", "40", measure=RESULT, missing=None))
    assert "mostly_process" not in [item.code for item in findings]


def test_missing_as_zero_and_no_minimum_sample_are_warned_of() -> None:
    findings = lint(criterion("A", missing="zero"), minimum_sample={})
    codes = [item.code for item in findings]
    assert {"missing_as_zero", "no_minimum_sample"} <= set(codes)


def test_warnings_do_not_refuse() -> None:
    loaded = scoring.load_scheme(scheme(criterion("A", missing="zero")))
    warnings = scoring.check_scheme(loaded, DECLARED)
    assert {item.severity for item in warnings} == {"warning"}


def test_errors_come_before_warnings() -> None:
    findings = lint(criterion("A"), bonus(measure={"count": {"kinds": ["record.unheard_of"]}}))
    severities = [item.severity.value for item in findings]
    assert severities == sorted(severities)
    assert len(set(severities)) == 2


def floorless(**changes: Any) -> dict[str, Any]:
    deduction = criterion(
        "X",
        "9",
        nature="deduction",
        measure={"count": {"kinds": ["problem"], "statuses": ["overdue"]}},
        score={"per_unit": {"points": "3"}},
        missing=None,
    )
    base = criterion("S", measure=RESULT, missing=None)
    return scheme(base, deduction, **{**SOUND, "deduction_floor": None, **changes})


def test_scheme_may_say_why_its_deductions_have_no_floor() -> None:
    document = floorless()
    with pytest.raises(scoring.SchemeRefused):
        scoring.check_scheme(scoring.load_scheme(document), DECLARED)
    key = "deduction_without_floor@scheme"
    warned = scoring.check_scheme(scoring.load_scheme(document), DECLARED, {key: "党委会议定"})
    assert next((one.key, one.severity, one.overridden) for one in warned) == (
        key,
        "warning",
        "党委会议定",
    )
    own = {"finding": "deduction_without_floor", "place": "scheme", "reason": "本单位做法"}
    loaded = scoring.load_scheme(floorless(overrides=[own]))
    assert scoring.check_scheme(loaded, DECLARED)[0].overridden == "本单位做法"


def test_trace_is_let_pass_by_the_committee_alone_and_never_without_reason() -> None:
    title = {"en": "Attendance", "zh": "每日打卡"}
    own = {"finding": "forbidden_trace", "place": "criterion A", "reason": "习惯"}
    document = scheme(criterion("A", measure=RESULT, missing=None, title=title), overrides=[own])
    loaded = scoring.load_scheme(document)
    found = [(one.code, one.severity) for one in scoring.lint_scheme(loaded, DECLARED)]
    assert found[0] == ("forbidden_trace", "error")
    assert ("idle_override", "warning") in found
    key = "forbidden_trace@criterion A"
    with pytest.raises(scoring.SchemeRefused):
        scoring.check_scheme(loaded, DECLARED, {key: "  "})
    [passed] = [
        one for one in scoring.check_scheme(loaded, DECLARED, {key: "防汛值守"}) if one.key == key
    ]
    assert (passed.overridden, passed.may_override) == ("防汛值守", "committee")


def test_some_errors_nobody_lets_pass() -> None:
    document = scheme(
        criterion("A", measure={"count": {"kinds": ["record.discipline"]}}, missing=None)
    )
    key = "sensitive_kind@criterion A"
    with pytest.raises(scoring.SchemeRefused, match="敏感种类"):
        scoring.check_scheme(scoring.load_scheme(document), DECLARED, {key: "党委决定"})
    assert {code for code, rule in RULES.items() if rule.override == "never"} >= {
        "sensitive_kind",
        "double_count",
        "personal_ranking",
        "undeclared_kind",
    }


def test_places_of_persons_and_contests_of_meetings_are_refused() -> None:
    person = {"subject": "person", "unit_kinds": [], "minimum_sample": {"months": 3}}
    found = lint(criterion("A", measure=RESULT, score={"rank": {"best": "100"}}), **person)
    assert (found[0].code, found[0].place, found[0].may_override) == (
        "personal_ranking",
        "criterion A",
        "never",
    )
    assert found[0].message.zh == "对个人排名（rank）"
    lectures = {"count": {"kinds": ["activity.party_lecture"]}}
    contest = criterion("A", measure=lectures, score={"rank": {"best": "100"}})
    assert ("more_is_better", "criterion A") in [(i.code, i.place) for i in lint(contest)]


def test_own_mark_above_half_of_the_weight_is_refused() -> None:
    weights = [{"status": "self", "weight": "60"}, {"status": "branch", "weight": "40"}]
    raters = {"raters": {"kinds": ["service.visit"], "weights": weights}}
    [error] = [one for one in lint(criterion("A", measure=raters)) if one.severity == "error"]
    assert (error.code, error.message.zh) == ("own_mark_decides", "自评权重为 60%，自己说了算")
    assert error.as_dict() == {
        "code": "own_mark_decides",
        "severity": "error",
        "place": "criterion A",
        "message": {"en": "gives one's own mark a weight of 60 %", "zh": error.message.zh},
        "basis": "公平比较准则：可比组、最小样本、缺数不等于零、上下级不重复计数",
        "remedy": {
            "en": "keep the weight of one's own mark at 50 % or less",
            "zh": "自评权重不超过 50%",
        },
        "may_override": "committee",
        "overridden": "",
    }


def test_every_rule_speaks_both_languages_and_has_a_basis() -> None:
    assert all(rule.basis and rule.message.zh and rule.remedy.en for rule in RULES.values())
    assert [code for code, rule in RULES.items() if code != rule.code] == []


def test_criterion_that_all_subjects_fulfilled_is_found_in_the_results() -> None:
    loaded = scoring.load_scheme(scheme(criterion("A", "50"), criterion("B", "50", window="year")))
    known = {"line_of_work": "office"}
    subjects = [scoring.Subject(n, f"U{n}", known, (n,)) for n in range(1, 6)]
    facts = [Fact(n, "cadence.theme_day", n, status="met") for n in range(1, 6)]
    facts.append(
        Fact(
            6,
            "cadence.theme_day",
            1,
            status="missed",
            counts_on=facts[0].counts_on.replace(month=2),
        )
    )
    lake = ibis.memtable(table(facts))
    results = scoring.evaluate(loaded, "2026-10", subjects, lake, 10)
    assert [(f.code, f.place) for f in scoring.lint_results(results)] == [
        ("always_full", "criterion A")
    ]
    few = scoring.evaluate(loaded, "2026-10", subjects[:4], lake, 10)
    assert scoring.lint_results(few) == []


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        (["station"], []),
        (["crew"], []),
        (["branch"], [("no_minimum_sample", "minimum_sample")]),
    ],
)
def test_months_are_sample_enough_where_units_have_no_members(
    kinds: list[str], found: list[tuple[str, str]]
) -> None:
    assert sound(unit_kinds=kinds, minimum_sample={"months": 3}) == found
