"""A scheme document is read exactly, or refused with the place of every fault."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core import scoring
from tests.core.scoring.cases import criterion, scheme, text


def faults(document: dict[str, Any]) -> list[str]:
    with pytest.raises(scoring.SchemeError) as raised:
        scoring.load_scheme(document)
    return [str(problem) for problem in raised.value.problems]


def test_numbers_are_exact_decimals() -> None:
    loaded = scoring.load_scheme(scheme(criterion("A", "33.3"), criterion("B", "66.7")))
    assert [item.points for item in loaded.criteria] == [Decimal("33.3"), Decimal("66.7")]


def test_float_is_refused_with_its_place() -> None:
    document = scheme(criterion("A", score={"proportional": {"target": 0.9}}))
    assert faults(document) == [
        (
            "dimensions[0](D1).criteria[0](A).score.proportional.target: "
            'write the number as text, for example "0.5", not as 0.9'
        )
    ]


def test_points_with_three_decimals_are_refused() -> None:
    assert (
        faults(scheme(base="100.001"))[0] == "base: points have at most two decimals, not 100.001"
    )


def test_base_other_than_the_sum_is_refused() -> None:
    document = scheme(criterion("A", "60"), criterion("B", "30"))
    assert faults(document) == ["scheme: base is 100, but the basic criteria add up to 90"]


def test_misspelt_key_is_refused_with_its_place() -> None:
    assert faults(scheme(criterion("A", wieght="3"))) == [
        "dimensions[0](D1).criteria[0](A).wieght: Extra inputs are not permitted"
    ]


def test_code_used_twice_is_refused() -> None:
    document = scheme(criterion("A", "50"), criterion("A", "50"))
    assert faults(document) == ["scheme: criterion A appears more than once"]


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        (("A", "60", "B", "90", "C", "0"), "bands: list the best first"),
        (("A", "90", "B", "90", "C", "0"), "bands: list the best first"),
        (("A", "90", "B", "60"), "bands: the last one begins at 60"),
        (("A", "120", "B", "0"), "bands: A begins above the maximum 110"),
    ],
)
def test_bands_that_overlap_or_leave_gaps_are_refused(bands: tuple[str, ...], fault: str) -> None:
    rows = [
        {"code": code, "title": text(code), "from": lower}
        for code, lower in zip(bands[::2], bands[1::2], strict=True)
    ]
    assert fault in faults(scheme(bands=rows))[0]


def test_total_on_a_border_belongs_to_the_better_band() -> None:
    loaded = scoring.load_scheme(scheme())
    totals = ["110", "90", "89.99", "60", "59.99", "0"]
    assert [loaded.band_of(Decimal(total)).code for total in totals] == list("AABBCC")
    assert [loaded.band_top(code) for code in "ABC"] == [
        Decimal(110),
        Decimal("89.99"),
        Decimal("59.99"),
    ]


@pytest.mark.parametrize("last", [{"when": {"attribute": "x", "equals": ["y"]}}, None])
def test_peer_groups_need_one_otherwise_at_the_end(last: dict[str, Any] | None) -> None:
    rest = {"code": "rest", "title": text("rest"), "otherwise": True}
    groups = (
        [rest, {"code": "g", "title": text("g"), **last}]
        if last
        else [rest, {**rest, "code": "r2"}]
    )
    assert "exactly one group says `otherwise: true`" in faults(scheme(peer_groups=groups))[0]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"missing": None}, "a ratio must say what `missing` means"),
        ({"measure": {"count": {"kinds": ["task"]}}}, "`missing` has a meaning only for a ratio"),
        ({"score": {"per_unit": {"points": "1"}}}, "per_unit is for a bonus or a deduction"),
        ({"veto": {"band": "C"}}, "`veto` belongs to a criterion of nature veto"),
        ({"score": None}, "a basic criterion needs `points` and `score`"),
        ({"score": {"steps": [{"from": "0", "points": "101"}]}}, "more than the 100 points"),
        ({"nature": "veto"}, "a veto needs `veto:"),
    ],
)
def test_impossible_combinations_are_refused(changes: dict[str, Any], fault: str) -> None:
    messages = faults(scheme(criterion("A", **changes)))
    assert messages[0].startswith("dimensions[0](D1).criteria[0](A): criterion A: ")
    assert fault in messages[0]


RATERS = {"kinds": ["mark.year"], "weights": [{"status": "self", "weight": "100"}]}
TASKS = {"count": {"kinds": ["task"]}}
TOP = {"percentile": [{"top": "0.1", "points": "9"}]}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"measure": {"average": {"kinds": ["task"]}}, "missing": None},
            "an average must say what",
        ),
        ({"measure": {"raters": RATERS}, "missing": None}, "raters must say what `missing` means"),
        (
            {"measure": {"raters": {**RATERS, "absent": "not_rated"}}, "missing": "zero"},
            "`absent: not_rated` goes with `missing: not_rated`",
        ),
        (
            {"measure": TASKS, "score": TOP, "missing": None},
            "a place must say what `missing` means",
        ),
        ({"score": {"rank": {"best": "101"}}}, "the best place gives 101, more than the 100"),
        ({"score": {"percentile": [{"top": "1", "points": "101"}]}}, "the top 1 gives 101, more"),
        ({"lower_is_better": True}, "`lower_is_better` belongs to rank or percentile"),
        ({"once": "award"}, "`once` is for bonuses or deductions"),
    ],
)
def test_impossible_means_places_and_sets_are_refused(changes: dict[str, Any], fault: str) -> None:
    messages = faults(scheme(criterion("A", **changes)))
    assert fault in messages[0]


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        ("weights", [{"status": "self", "weight": "90"}], "add up to 90, not to 100"),
        (
            "weights",
            [{"status": "self", "weight": "50"}, {"status": "self", "weight": "50"}],
            "appears more than once",
        ),
    ],
)
def test_weights_of_raters_add_up(place: str, value: Any, fault: str) -> None:
    assert fault in faults(scheme(criterion("A", measure={"raters": {**RATERS, place: value}})))[0]


def test_ill_formed_shares_caps_and_sets_are_refused() -> None:
    falling = [{"top": "0.5", "points": "9"}, {"top": "0.1", "points": "5"}]
    assert "shares must rise" in faults(scheme(criterion("A", score={"percentile": falling})))[0]
    document = scheme(
        criterion("A"),
        criterion("B", "5", nature="bonus", missing="zero", once="lonely"),
        ties="all_in",
    )
    document["dimensions"][0]["cap"] = "99"
    document["bands"][-1]["at_most"] = "0.5"
    assert faults(document) == [
        (
            "scheme: bands: the last one, C, takes everybody: no `at_most`; "
            "dimension D1: the cap 99 is less than its 100 basic points; "
            "once lonely: name at least two criteria of one nature"
        )
    ]


def test_keys_that_came_later_leave_earlier_digests_alone() -> None:
    loaded = scoring.load_scheme(scheme())
    written = loaded.model_dump(mode="json", by_alias=True)
    assert {"ties", "overrides"} & written.keys() == set()
    [part] = written["dimensions"]
    [rule] = part["criteria"]
    assert (part.keys() & {"cap", "floor"}, rule.keys() & {"once", "lower_is_better"}) == (
        set(),
        set(),
    )
    assert scoring.digest_scheme(loaded) == (
        "67979173f10b0eff4b45b17dd6b28244f7cb5d4b68193aac777f6ef5d937e9e6"
    )
    assert scoring.load_scheme(written) == loaded


def test_two_measures_at_once_are_refused() -> None:
    selector = {"kinds": ["task"]}
    document = scheme(criterion("A", measure={"count": selector, "sum": selector}))
    assert faults(document) == [
        (
            "dimensions[0](D1).criteria[0](A).measure: "
            "give exactly one of count, sum, months, days, ratio, average, raters; found count, sum"
        )
    ]


@pytest.mark.parametrize("kind", ["*", "Task", "task.", "task*", "task.*.x", ""])
def test_ill_formed_kind_is_refused(kind: str) -> None:
    document = scheme(
        criterion("A", measure={"months": {"kinds": [kind]}}, missing=None),
    )
    assert faults(document)[0].startswith(
        "dimensions[0](D1).criteria[0](A).measure.months.kinds[0]: "
    )


def test_scheme_for_persons_reads_only_facts_naming_the_person() -> None:
    measure = {"count": {"kinds": ["service.visit"], "level": "unit"}}
    document = scheme(
        criterion("A", measure=measure, missing=None), subject="person", unit_kinds=[]
    )
    assert faults(document) == [
        "scheme: criterion A: a scheme for persons reads only facts naming the person"
    ]


def test_ratio_to_a_known_number_of_the_subject_is_read() -> None:
    measure = {
        "ratio": {
            "of": {"kinds": ["service.hours"], "aggregate": "sum"},
            "to": {"attribute": "members"},
        }
    }
    loaded = scoring.load_scheme(scheme(criterion("A", measure=measure)))
    assert loaded.criterion("A").measure.ratio.to.attribute == "members"  # type: ignore[union-attr]


def test_fault_inside_a_ratio_names_its_place_without_inventions() -> None:
    measure = {"ratio": {"of": {"kinds": ["task"]}, "to": {"kinds": []}}}
    assert faults(scheme(criterion("A", measure=measure))) == [
        (
            "dimensions[0](D1).criteria[0](A).measure.ratio.to.kinds: "
            "Tuple should have at least 1 item after validation, not 0"
        )
    ]


def test_schema_describes_every_key_of_a_scheme() -> None:
    schema = scoring.describe_schema()
    assert set(scheme()) <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_schema_allows_one_key_of_a_measure() -> None:
    definitions = scoring.describe_schema()["$defs"]
    limits = [
        (definitions[name]["minProperties"], definitions[name]["maxProperties"])
        for name in ("Measure", "Score")
    ]
    assert limits == [(1, 1), (1, 1)]


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a document."""
    inside = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [path, *(found for key, value in inside for found in places(value, (*path, key)))]


RICH = scheme(
    criterion("A", "60"),
    criterion("B", "40", score={"steps": [{"from": "0.5", "points": "20"}]}),
    criterion(
        "V",
        None,
        nature="veto",
        measure={"count": {"kinds": ["task"]}},
        score=None,
        missing=None,
        veto={"band": "C"},
    ),
)
ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        0.5,
        float("nan"),
        "",
        "x",
        "-1",
        "1e9",
        "99999999999",
        "0.001",
        [],
        ["x"],
        {},
        {"x": 1},
        {"attribute": 1},
    ]
)


@given(st.sampled_from(places(RICH)[1:]), ODD)
def test_spoilt_document_is_either_a_scheme_or_a_list_of_faults(
    place: tuple[Any, ...], odd: Any
) -> None:
    document = copy.deepcopy(RICH)
    node: Any = document
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = odd
    problems: tuple[scoring.Problem, ...] = ()
    try:
        loaded = scoring.load_scheme(document)
    except scoring.SchemeError as error:
        loaded, problems = None, error.problems
    if loaded is None:
        assert problems
        assert all(problem.place and problem.message for problem in problems)
    else:
        assert sum(item.full for item in loaded.criteria) == loaded.base
