"""An explanation re-adds to the total, its formulas recompute, its predicates find the facts."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis
import pytest
from hypothesis import given

from linghang_core import scoring
from tests.core.scoring.cases import criterion, scheme, text
from tests.core.scoring.facts import Fact, table
from tests.core.scoring.strategies import facts, schemes
from tests.core.scoring.test_laws import PLAIN, run_plainly

THEME_DAYS = [Fact(seq, "cadence.theme_day", status="met") for seq in (1, 2)] + [
    Fact(3, "cadence.theme_day", status="missed")
]


def explain(
    *criteria: dict[str, Any], rows: list[Fact] | None = None, **changes: Any
) -> scoring.Explanation:
    loaded = scoring.load_scheme(scheme(*criteria, **changes))
    subject = scoring.Subject(
        1, "U1", {"members": 4, "months_active": 12, "line_of_work": "office"}, (1,)
    )
    lake = ibis.memtable(table(THEME_DAYS if rows is None else rows))
    results = scoring.evaluate(loaded, "2026-10", [subject], lake, 100)
    return scoring.explain(loaded, results.subject("U1"), "2026-10")


def only(explanation: scoring.Explanation) -> scoring.CriterionExplanation:
    return explanation.dimensions[0].criteria[0]


def recompute(expression: str) -> Fraction:
    """What a calculator says to the printed expression."""
    plain = expression.replace("×", "*").replace("÷", "/").replace("−", "-")
    assert re.fullmatch(r"[\d.,()*/\- minax]+", plain), plain
    exact = re.sub(r"\d+(\.\d+)?", lambda number: f"Fraction('{number[0]}')", plain)
    return Fraction(eval(exact, {"Fraction": Fraction, "min": min, "max": max}))


def test_formula_is_written_out_in_both_languages() -> None:
    formula = only(explain(criterion("A", "5"), criterion("B", "95"))).formula
    assert formula.text.zh == "得分 = 5 × min(1, 2 ÷ 3) = 3.33"
    assert formula.text.en == "points = 5 × min(1, 2 ÷ 3) = 3.33"
    assert dict(formula.numbers) == {
        "of": "2",
        "to": "3",
        "start": "0",
        "target": "1",
        "full": "5",
        "points": "3.33",
    }


@pytest.mark.parametrize(
    ("changes", "zh"),
    [
        (
            {"score": {"proportional": {"target": "0.8"}}},
            "得分 = 100 × min(1, 2 ÷ 3 ÷ 0.8) = 83.33",
        ),
        (
            {"score": {"proportional": {"start": "0.5", "target": "0.9"}}},
            "得分 = 100 × max(0, min(1, (2 ÷ 3 − 0.5) ÷ (0.9 − 0.5))) = 41.67",
        ),
        (
            {
                "measure": {"count": {"kinds": ["cadence.theme_day"], "statuses": ["missed"]}},
                "missing": None,
                "score": {"proportional": {"start": "4", "target": "0"}},
            },
            "得分 = 100 × max(0, min(1, (4 − 1) ÷ (4 − 0))) = 75",
        ),
        (
            {
                "score": {
                    "steps": [{"from": "0.5", "points": "60"}, {"from": "0.9", "points": "100"}]
                }
            },
            "得分 = 60（2 ÷ 3 = 0.6667，达到 0.5、未到 0.9）",
        ),
        (
            {"score": {"steps": [{"from": "0.9", "points": "100"}]}},
            "得分 = 0（2 ÷ 3 = 0.6667，未到 0.9）",
        ),
        ({"score": {"threshold": {"at_least": "0.9"}}}, "得分 = 0（2 ÷ 3 < 0.9，未达到）"),
        ({"score": {"threshold": {"at_most": "0.9"}}}, "得分 = 100（2 ÷ 3 ≤ 0.9，达到）"),
    ],
)
def test_each_score_function_has_its_formula(changes: dict[str, Any], zh: str) -> None:
    assert only(explain(criterion("A", **changes))).formula.text.zh == zh


def test_bonus_and_deduction_count_each_up_to_the_cap() -> None:
    late = {"count": {"kinds": ["cadence.theme_day"], "statuses": ["missed"]}}
    each = {"per_unit": {"points": "0.5", "cap": "3"}}
    explanation = explain(
        criterion("A"),
        criterion("B", "3", nature="bonus", measure=late, score=each, missing=None),
        criterion("C", "3", nature="deduction", measure=late, score=each, missing=None),
    )
    formulas = [item.formula.text.zh for item in explanation.dimensions[0].criteria[1:]]
    assert formulas == ["得分 = min(3, 0.5 × 1) = 0.5", "得分 = −min(3, 0.5 × 1) = −0.5"]


@pytest.mark.parametrize(
    ("policy", "zh", "points"),
    [
        ("full", "本期没有应完成的事项，按方案计满分 40", "40.00"),
        ("zero", "本期没有应完成的事项，按方案计 0 分", "0.00"),
        ("leave_out", "本期没有应完成的事项，不计入；40 分按比例分给其他指标", "0.00"),
    ],
)
def test_missing_policy_is_told(policy: str, zh: str, points: str) -> None:
    nothing = {"kinds": ["task"]}
    empty = criterion("A", "40", measure={"ratio": {"of": nothing, "to": nothing}}, missing=policy)
    item = only(explain(empty, criterion("B", "60")))
    assert (item.formula.text.zh, str(item.points)) == (zh, points)


@pytest.mark.parametrize(
    ("members", "zh"),
    [("4", "本期没有应完成的事项"), ("5", "不适用于本对象")],
)
def test_what_is_for_the_subject_but_was_not_due_is_not_told_as_not_for_it(
    members: str, zh: str
) -> None:
    nothing = {"kinds": ["task"]}
    empty = criterion(
        "A",
        "40",
        measure={"ratio": {"of": nothing, "to": nothing}},
        when={"attribute": "members", "at_least": members},
    )
    item = only(explain(empty, criterion("B", "60")))
    assert item.formula.text.zh == f"{zh}，不计入；40 分按比例分给其他指标"


def test_points_of_a_criterion_left_out_go_to_the_others() -> None:
    nothing = {"kinds": ["task"]}
    empty = criterion("A", "40", measure={"ratio": {"of": nothing, "to": nothing}})
    explanation = explain(empty, criterion("B", "40"), criterion("C", "20"))
    fulls = [str(item.full) for item in explanation.dimensions[0].criteria]
    assert fulls == ["0.00", "66.67", "33.33"]


def test_what_is_missing_is_the_remainder_of_what_was_due() -> None:
    item = only(explain(criterion("A")))
    assert item.unmet is not None
    assert (item.unmet.amount, item.unmet.predicate.statuses) == (1, ("missed", "open"))
    assert [fact.seq for fact in THEME_DAYS if item.unmet.predicate.matches(fact)] == [3]
    assert [fact.seq for fact in THEME_DAYS if item.counted.predicate.matches(fact)] == [1, 2]


@pytest.mark.parametrize(
    ("of", "to", "unmet"),
    [
        ({"statuses": ["met"]}, {}, {"except_statuses": ("met",)}),
        ({"verified": True}, {}, {"verified": False}),
        ({"late": False}, {}, {"late": True}),
        ({"statuses": ["met"], "verified": True}, {}, None),
        ({"statuses": ["met", "waived"]}, {"statuses": ["met", "missed"]}, None),
        ({"aggregate": "sum", "statuses": ["met"]}, {}, None),
    ],
)
def test_remainder_is_named_only_where_one_predicate_can(
    of: dict[str, Any], to: dict[str, Any], unmet: dict[str, Any] | None
) -> None:
    kinds = {"kinds": ["cadence.theme_day"]}
    found = only(
        explain(criterion("A", measure={"ratio": {"of": {**kinds, **of}, "to": {**kinds, **to}}}))
    ).unmet
    if unmet is None:
        assert found is None
    else:
        assert found is not None
        assert {name: getattr(found.predicate, name) for name in unmet} == unmet


def test_limits_stand_as_lines_that_can_be_added_up() -> None:
    met = {"count": {"kinds": ["cadence.theme_day"], "statuses": ["met"]}}
    each = {"per_unit": {"points": "8"}}
    explanation = explain(
        criterion("A"),
        criterion("B", "16", nature="bonus", measure=met, score=each, missing=None),
        criterion(
            "V", None, nature="veto", measure=met, score=None, missing=None, veto={"band": "C"}
        ),
    )
    lines = [(line.limit.value, str(line.points), line.text.zh) for line in explanation.adjustments]
    assert lines == [
        ("bonus_cap", "-6.00", "加分合计以 10 分为限"),
        ("veto", "-16.68", "一票否决（V）：总分不超过 59.99 分"),
    ]
    assert explanation.total == scoring.re_add(explanation) == Decimal("59.99")
    assert explanation.band is not None
    assert explanation.band.zh == "C"


def test_what_would_change_it_most_comes_first() -> None:
    missed = {"count": {"kinds": ["cadence.theme_day"], "statuses": ["missed"]}}
    explanation = explain(
        criterion("A", "30"),
        criterion("B", "70"),
        criterion(
            "C",
            "12",
            nature="deduction",
            measure=missed,
            score={"threshold": {"at_least": "1"}},
            missing=None,
        ),
    )
    gains = {item.code: str(item.gain) for item in explanation.dimensions[0].criteria}
    assert gains == {"A": "10.00", "B": "23.33", "C": "12.00"}
    assert explanation.most == ("B", "C", "A")


def test_gain_of_a_veto_is_what_it_costs() -> None:
    met = {"count": {"kinds": ["cadence.theme_day"], "statuses": ["met"]}}
    explanation = explain(
        criterion("A"),
        criterion(
            "V", None, nature="veto", measure=met, score=None, missing=None, veto={"maximum": "0"}
        ),
    )
    assert explanation.most == ("V",)
    assert explanation.dimensions[0].criteria[1].gain == Decimal("66.67")


def test_too_small_a_unit_is_explained_but_has_no_total() -> None:
    explanation = explain(criterion("A"), minimum_sample={"members": 5})
    assert explanation.reason_text is not None
    assert explanation.reason_text.zh == "不评定：党员 4 名，不足 5 名"
    assert (explanation.total, explanation.band, explanation.most) == (None, None, ())
    assert scoring.re_add(explanation) is None
    assert only(explanation).points == Decimal("66.67")


def test_title_of_the_group_is_that_of_the_subject() -> None:
    assert explain(criterion("A")).group.model_dump() == text("office")


@PLAIN
@given(schemes(), facts())
def test_printed_numbers_prove_themselves(document: dict[str, Any], rows: list[Fact]) -> None:
    results = run_plainly(document, rows)
    for explanation, result in zip(scoring.explain_all(results), results.subjects, strict=True):
        assert scoring.re_add(explanation) == explanation.total == result.total
        assert scoring.Explanation.model_validate_json(explanation.model_dump_json()) == explanation
        for dimension in explanation.dimensions:
            assert dimension.points == sum(item.points for item in dimension.criteria)
            for item in dimension.criteria:
                exact = recompute(item.formula.expression)
                assert abs(exact - Fraction(item.points)) <= Fraction(1, 200)
                assert item.gain >= 0


@PLAIN
@given(schemes(), facts())
def test_predicates_find_exactly_what_was_counted(
    document: dict[str, Any], rows: list[Fact]
) -> None:
    results = run_plainly(document, rows)
    standing = [
        fact
        for fact in rows
        if fact.seq <= 35 and (fact.withdrawn_seq is None or fact.withdrawn_seq > 35)
    ]
    for explanation in scoring.explain_all(results):
        subject = explanation.subject
        own = [
            fact
            for fact in standing
            if (
                fact.person_id == subject.id
                if subject.kind == "person"
                else fact.unit_id in subject.units
            )
        ]
        for dimension in explanation.dimensions:
            for item in dimension.criteria:
                for evidence in (item.counted, item.due, item.unmet):
                    if isinstance(evidence, scoring.Evidence) and evidence.aggregate == "count":
                        found = [fact for fact in own if evidence.predicate.matches(fact)]
                        assert len(found) == evidence.amount
