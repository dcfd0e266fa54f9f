"""Synthetic control: published weights, the worked table, laws, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.effects.published import (
    make_panel,
    read_basque,
    read_california,
    read_smoking,
    read_worked,
)

from linghang_core.effects.panel import Panel, Treatment, read_panel
from linghang_core.effects.results import EffectsError, Verdict
from linghang_core.effects.synthetic import (
    ControlInference,
    Options,
    Plan,
    Variant,
    Window,
    compute_control,
    read_grids,
)
from linghang_core.effects.synthetic.conformal import rank_constant
from linghang_core.effects.synthetic.fits import Task
from linghang_core.effects.synthetic.simplex import find_gap, solve_even, solve_simplex

QUIET = Options(test=ControlInference.NONE)
ADH = Plan(
    covariates=("income", "price", "young", "beer"), special_outcomes=("1975", "1980", "1988")
)


def read_smoking_grids(plan: Plan):
    return read_grids(
        read_smoking(), read_california(), plan, unit="state", time="year", outcome="packs"
    )


def fit_smoking(plan: Plan, options: Options = QUIET):
    return compute_control(
        read_california(), plan=plan, grids=read_smoking_grids(plan), options=options
    )


def build_panel(outcomes: np.ndarray, before: int) -> Panel:
    """Return a panel whose first unit is treated."""
    units, periods = outcomes.shape
    starts = np.full(units, periods)
    starts[0] = before
    names = tuple(f"u{place:02}" for place in range(units))
    times = tuple(str(2000 + place) for place in range(periods))
    cohorts = tuple(times[start] if start < periods else "" for start in starts)
    return Panel(names, times, outcomes, starts, cohorts)


outcomes_of = st.tuples(st.integers(3, 7), st.integers(4, 9), st.integers(0, 2**32 - 1)).map(
    lambda drawn: np.random.default_rng(drawn[2]).normal(size=drawn[:2]).cumsum(axis=1).round(6)
)


# Published


def test_california_without_predictors_has_the_optimal_weights():
    """R: a quadratic programme over 1970–1988 gives these; synthdid's steps stop at −19.620."""
    found = compute_control(read_california())
    expected = {"Utah": 0.394, "Montana": 0.232, "Nevada": 0.205, "Connecticut": 0.109}
    assert {name: round(found.weights[name], 3) for name in expected} == expected
    assert found.estimate == pytest.approx(-19.514, abs=0.001)
    assert found.diagnostics["pre_rmspe"] == pytest.approx(1.656, abs=0.001)
    assert found.p_value == pytest.approx(3 / 39)


def test_california_with_predictors_has_the_weights_of_the_2010_paper():
    """Abadie, Diamond and Hainmueller (2010), table 2; to 0.01, as software differs by that."""
    found = fit_smoking(ADH)
    paper = {
        "Utah": 0.334,
        "Nevada": 0.234,
        "Montana": 0.199,
        "Colorado": 0.164,
        "Connecticut": 0.069,
    }
    assert {name: found.weights[name] for name in paper} == pytest.approx(paper, abs=0.01)
    assert sum(found.weights[name] for name in paper) == pytest.approx(1, abs=0.001)
    table = {row["name"]: row["synthetic"] for row in found.diagnostics["predictors"]}
    # their table 1: synthetic California
    assert table["income"] == pytest.approx(9.86, abs=0.01)
    assert table["price"] == pytest.approx(89.41, abs=0.05)
    assert table["packs 1988"] == pytest.approx(91.62, abs=0.1)
    assert table["packs 1975"] == pytest.approx(127.06, abs=0.1)
    assert found.effects[-1]["effect"] == pytest.approx(-26, abs=1)  # in 2000, section 3.4


def test_the_basque_country_has_the_weights_of_the_r_package():
    """Synth (Abadie and Gardeazabal 2003): Cataluna 0.8508, Madrid 0.1492, mean square 0.0088646."""
    means = ["illiterate", "primary", "medium", "high", "higher", "invest"]
    shares = ["agriculture", "energy", "industry", "construction", "services_sold", "services_free"]
    windows = [
        Window("gdp", "1960", "1969"),
        *(Window(share, "1961", "1969") for share in shares),
        Window("density", "1969", "1969"),
    ]
    plan = Plan(covariates=means, windows=windows)
    panel = make_panel(read_basque(), "Basque Country", "1970", "region", "year", "gdp")
    grids = read_grids(read_basque(), panel, plan, unit="region", time="year", outcome="gdp")
    found = compute_control(panel, plan=plan, grids=grids, options=QUIET)
    heavy = {name: weight for name, weight in found.weights.items() if weight > 1e-4}
    assert heavy == pytest.approx({"Cataluna": 0.850816, "Madrid": 0.149184}, abs=1e-3)
    assert found.diagnostics["pre_rmspe"] ** 2 == pytest.approx(0.008864613, rel=1e-4)


def test_california_without_chosen_periods_uses_means_of_thirds():
    found = fit_smoking(Plan(covariates=("income", "price", "young", "beer")))
    assert list(found.diagnostics["v"])[4:] == [
        "packs 1970–1976",
        "packs 1977–1982",
        "packs 1983–1988",
    ]
    assert found.diagnostics["pre_rmspe"] < 1.8
    assert -21 < found.estimate < -17


def test_the_fit_with_predictors_is_no_better_than_that_of_the_outcomes_themselves():
    direct = compute_control(read_california(), options=QUIET).diagnostics["pre_rmspe"]
    assert fit_smoking(ADH).diagnostics["pre_rmspe"] >= direct


# The worked table


def test_the_worked_table_of_the_page():
    panel = make_panel(read_worked("sc"), "甲", "4")
    found = compute_control(panel)
    assert found.weights == pytest.approx({"乙": 0.25, "丙": 0.75}, abs=1e-6)
    assert [row["effect"] for row in found.effects] == pytest.approx([0, 0, 0, -2], abs=1e-5)
    assert found.estimate == pytest.approx(-2, abs=1e-5)
    assert [row["treated"] for row in found.effects] == [False, False, False, True]
    assert found.p_value == pytest.approx(1 / 3)
    assert found.verdict is Verdict.NOT_ENOUGH
    assert any("smallest possible p-value is 0.333" in note for note in found.notes)


# Weights


@given(st.integers(1, 12), st.integers(1, 12), st.floats(0, 3), st.integers(0, 2**32 - 1))
def test_weights_over_the_simplex_are_optimal(rows, count, ridge, seed):
    generator = np.random.default_rng(seed)
    columns, target = generator.normal(size=(rows, count)), generator.normal(size=rows)
    weights = solve_simplex(columns, target, ridge)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    scale = 1 + float((columns**2).sum())
    assert 0 <= find_gap(columns, target, weights, ridge) + 1e-12 < 1e-9 * scale


def test_equal_donors_share_their_weight():
    columns = np.array([[1.0, 1.0, 5.0], [2.0, 2.0, 9.0]])
    assert solve_even(columns, np.array([1.0, 2.0])) == pytest.approx([0.5, 0.5, 0], abs=1e-6)


# Laws


@settings(max_examples=25, deadline=None)
@given(outcomes_of, st.integers(-50, 50))
def test_a_shift_common_to_all_units_in_each_period_changes_no_effect(outcomes, shift):
    before = outcomes.shape[1] // 2
    moved = outcomes + shift + np.arange(outcomes.shape[1]) ** 2 / 10
    found = [
        compute_control(build_panel(each, before), options=QUIET) for each in (outcomes, moved)
    ]
    assert found[1].estimate == pytest.approx(found[0].estimate, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(outcomes_of, st.sampled_from([-3.0, 0.01, 7.5]))
def test_scaling_the_outcome_scales_the_effect_and_keeps_p(outcomes, factor):
    panel = build_panel(outcomes, outcomes.shape[1] // 2)
    plain = compute_control(panel)
    scaled = compute_control(build_panel(outcomes * factor, outcomes.shape[1] // 2))
    assert scaled.estimate == pytest.approx(factor * plain.estimate, rel=1e-6, abs=1e-9)
    assert scaled.se == pytest.approx(abs(factor) * plain.se, rel=1e-6)
    assert scaled.p_value == plain.p_value


@settings(max_examples=25, deadline=None)
@given(outcomes_of, st.randoms(use_true_random=False))
def test_permuting_units_permutes_the_weights_and_keeps_the_rest(outcomes, random):
    order = list(range(1, len(outcomes)))
    random.shuffle(order)
    before = outcomes.shape[1] // 2
    plain = compute_control(build_panel(outcomes, before))
    other = compute_control(build_panel(outcomes[[0, *order]], before))
    names = list(plain.weights)
    weights = [plain.weights[names[place - 1]] for place in order]
    assert list(other.weights.values()) == pytest.approx(weights, abs=1e-4)
    assert other.estimate == pytest.approx(plain.estimate, abs=1e-4)
    assert other.p_value == plain.p_value


@settings(max_examples=25, deadline=None)
@given(outcomes_of, st.floats(-9, 9))
def test_where_a_donor_equals_the_treated_unit_the_effect_is_exact(outcomes, effect):
    before = outcomes.shape[1] // 2
    outcomes = np.vstack([outcomes[1], outcomes[1:]])
    outcomes[0, before:] += effect
    found = compute_control(build_panel(outcomes, before), options=QUIET)
    fits = np.linalg.matrix_rank(outcomes[2:, :before] - outcomes[1, :before])
    if fits == len(outcomes) - 2:  # no second average fits as well
        assert found.estimate == pytest.approx(effect, abs=1e-3)
    assert found.diagnostics["pre_rmspe"] == pytest.approx(0, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(outcomes_of, st.integers(-20, 20))
def test_the_demeaned_variant_does_not_see_the_level_of_the_treated_unit(outcomes, level):
    before = outcomes.shape[1] // 2
    moved = outcomes.copy()
    moved[0] += level
    options = Options(variant=Variant.DEMEANED, test=ControlInference.NONE)
    found = [
        compute_control(build_panel(each, before), options=options) for each in (outcomes, moved)
    ]
    assert found[1].estimate == pytest.approx(found[0].estimate, abs=1e-6)
    assert found[1].weights == pytest.approx(found[0].weights, abs=1e-6)


def test_a_placebo_has_no_effect_on_average():
    """Exchangeable units: over 60 panels p-values of a treatment that does nothing are even."""
    generator = np.random.default_rng(3)
    found = [
        compute_control(build_panel(generator.normal(size=(10, 8)).cumsum(axis=1), 5))
        for _ in range(60)
    ]
    effects = np.array([each.estimate for each in found])
    assert abs(effects.mean()) < 3 * effects.std() / np.sqrt(len(effects))
    assert np.mean([each.p_value <= 0.2 for each in found]) == pytest.approx(0.2, abs=0.15)


# The test and its interval


def make_effect(effect: float, donors: int = 30) -> Panel:
    generator = np.random.default_rng(5)
    outcomes = generator.normal(size=(donors + 1, 16)).cumsum(axis=1)
    outcomes[0] = outcomes[1:4].mean(axis=0) + generator.normal(scale=0.1, size=16)
    outcomes[0, 10:] += effect
    return build_panel(outcomes, 10)


def test_a_large_effect_is_found_and_its_interval_holds_it():
    found = compute_control(make_effect(40.0))
    assert found.p_value == pytest.approx(1 / 31)
    assert found.verdict is Verdict.FOR
    assert found.ci_low < 40 < found.ci_high
    assert found.ci_low > 0


def test_the_interval_holds_zero_exactly_where_the_test_does_not_reject():
    for effect in (0.0, 2.0, 4.0, 8.0, 16.0, -12.0):
        found = compute_control(make_effect(effect))
        if found.ci_low is not None:
            assert (found.ci_low <= 0 <= found.ci_high) == (found.p_value > 0.05)


def test_with_few_donors_nothing_can_be_shown_and_the_notes_say_so():
    found = compute_control(make_effect(40.0, donors=9))
    assert found.p_value == pytest.approx(1 / 10)
    assert (found.ci_low, found.ci_high, found.verdict) == (None, None, Verdict.NOT_ENOUGH)
    assert any("no effect can be shown at this level" in note for note in found.notes)


def test_placebos_may_be_fewer_and_are_drawn_with_the_seed():
    options = Options(most=7, seed=4)
    found = [compute_control(make_effect(5.0), options=options) for _ in range(2)]
    assert found[0].as_dict() == found[1].as_dict()
    assert len(found[0].diagnostics["placebos"]) == 7
    assert found[0].p_value in {n / 8 for n in range(1, 9)}


BY_PERIODS = Options(test=ControlInference.CONFORMAL)


def make_long(effect: float, seed: int = 3, donors: int = 5) -> Panel:
    """Return few donors and 40 periods: one walk common to all, noise of 0.3 in each."""
    generator = np.random.default_rng(seed)
    outcomes = generator.normal(size=40).cumsum() + generator.normal(
        scale=0.3, size=(donors + 1, 40)
    )
    outcomes[0, 32:] += effect
    return build_panel(outcomes, 32)


def test_with_few_donors_and_many_periods_the_conformal_test_finds_an_effect():
    found = compute_control(make_long(2.0), options=BY_PERIODS)
    assert found.p_value == pytest.approx(1 / 40)
    assert found.verdict is Verdict.FOR
    by_units = compute_control(make_long(2.0))
    assert by_units.verdict is Verdict.NOT_ENOUGH
    assert "A test over the 40 periods could: --inference conformal." in by_units.notes
    assert 1 < found.ci_low < 2 < found.ci_high < 3
    assert found.se is None
    assert "40 shifts" in found.p_kind


def test_the_bounds_of_the_conformal_interval_are_where_the_test_turns():
    panel = make_long(2.0)
    found = compute_control(panel, options=BY_PERIODS)
    for bound, inward in ((found.ci_low, 1e-6), (found.ci_high, -1e-6)):
        moved = [panel.outcomes.copy() for _ in range(2)]
        moved[0][0, 32:] -= bound + inward
        moved[1][0, 32:] -= bound - inward
        inside, outside = (
            compute_control(build_panel(each, 32), options=BY_PERIODS).p_value for each in moved
        )
        assert outside <= 0.05 < inside


def test_the_conformal_test_rejects_nothing_more_often_than_it_may():
    values = np.array(
        [
            rank_constant(
                Task(make_long(0.0, seed).outcomes, 32, np.arange(32)), 0, np.arange(1, 6)
            )
            for seed in range(100)
        ]
    )
    assert np.mean(values <= 0.1) == pytest.approx(0.1, abs=0.12)
    assert np.mean(values <= 0.5) == pytest.approx(0.5, abs=0.2)


def test_the_conformal_test_has_no_predictors_and_says_how_small_p_can_be():
    with pytest.raises(EffectsError, match="conformal inference fits outcomes only"):
        fit_smoking(ADH, BY_PERIODS)
    found = compute_control(make_panel(read_worked("sc"), "甲", "4"), options=BY_PERIODS)
    assert found.p_value >= 1 / 4
    assert found.notes[0] == "With 4 periods the smallest possible p-value is 0.25."
    assert (found.ci_low, found.ci_high) == (None, None)


def test_leave_one_out_covers_each_donor_with_weight():
    found = compute_control(read_california(), options=QUIET)
    heavy = {name for name, weight in found.weights.items() if weight > 1e-3}
    left_out = found.diagnostics["leave_one_out"]
    assert set(left_out) == heavy == set(found.comparison_units)
    assert all(-25 < effect < -13 for effect in left_out.values())


def test_the_placebo_in_time_uses_no_period_after_it():
    early = Options(test=ControlInference.NONE, placebo_time="1980")
    found = compute_control(read_california(), options=early).diagnostics["placebo_in_time"]
    table = read_smoking()
    cut = make_panel(
        table[table["year"].astype(int) < 1989], "California", "1980", "state", "year", "packs"
    )
    again = compute_control(cut, options=QUIET)
    assert found["from"] == "1980"
    assert found["estimate"] == pytest.approx(again.estimate)


# Notes


def test_a_unit_outside_the_donors_and_a_poor_fit_are_noted():
    outcomes = np.array([[9, 5, 9, 5, 9.0], [1, 2, 3, 4, 5], [2, 2, 4, 4, 5]])
    notes = " ".join(compute_control(build_panel(outcomes, 4), options=QUIET).notes)
    assert "lies outside the donors" in notes
    assert "Poor fit before treatment" in notes


def test_placebos_that_fit_exactly_are_noted_and_bound_nothing():
    panel = build_panel(np.random.default_rng(7).normal(size=(41, 6)).cumsum(axis=1), 3)
    found = compute_control(panel)
    exact = [each for each in found.diagnostics["placebos"] if each["ratio"] == np.inf]
    assert len(exact) > 10
    assert (found.ci_low, found.ci_high, found.verdict) == (None, None, Verdict.NOT_ENOUGH)
    assert any(note.startswith(f"{len(exact)} of 40 placebos fit exactly") for note in found.notes)


def test_a_good_fit_is_not_noted():
    assert compute_control(read_california(), options=QUIET).notes == []


# Predictors


def test_windows_and_gaps_of_covariates():
    rows = [
        (unit, year, place + year - 2000, "" if year == 2000 else place * 10 + year - 2000)
        for place, unit in enumerate(["甲", "乙", "丙"])
        for year in range(2000, 2006)
    ]
    table = pd.DataFrame(rows, columns=["unit", "time", "y", "x"]).astype("string")
    panel = make_panel(table, "甲", "2004")
    plan = Plan(
        covariates=["x"], windows=[Window("x", "2001", "2002"), Window("y", "2003", "2003")]
    )
    grids = read_grids(table, panel, plan, unit="unit", time="time", outcome="y")
    found = compute_control(panel, plan=plan, grids=grids, options=QUIET)
    table = {row["name"]: row["treated"] for row in found.diagnostics["predictors"]}
    assert table == {"x 2001–2002": 1.5, "y 2003–2003": 3}
    assert found.quality == ()


def test_the_period_of_fit_is_the_one_named():
    late = Options(test=ControlInference.NONE, fit_first="1980")
    plan = Plan(covariates=["income"], special_outcomes=["1988"])
    gaps = [
        np.sqrt(np.mean([row["effect"] ** 2 for row in found.effects[10:19]]))
        for found in (fit_smoking(plan, late), fit_smoking(plan))
    ]
    assert gaps[0] <= gaps[1]
    without = compute_control(read_california(), options=late).diagnostics["v"]
    assert without == {str(year): pytest.approx(1 / 9) for year in range(1980, 1989)}


def make_predictors(beer_of_utah: object) -> pd.DataFrame:
    table = read_smoking().astype({"beer": object})
    table.loc[table["state"] == "Utah", "beer"] = beer_of_utah
    return table


@pytest.mark.parametrize("gap", [None, "unknown"])
def test_a_donor_without_a_predictor_is_left_out_and_listed(gap):
    plan = Plan(covariates=("beer", "income"))
    grids = read_grids(
        make_predictors(gap), read_california(), plan, unit="state", time="year", outcome="packs"
    )
    found = compute_control(read_california(), plan=plan, grids=grids, options=QUIET)
    assert "Utah" not in found.weights
    listed = [(q.code, q.severity) for q in found.quality]
    assert listed[0] == ("incomplete_unit", "error")
    assert listed[1:] == ([] if gap is None else [("no_number", "warning")] * 31)


def test_a_period_is_found_however_its_number_is_written():
    plan = Plan(special_outcomes=("1975.0", "1988"))
    assert list(fit_smoking(plan).diagnostics["v"]) == ["packs 1975.0", "packs 1988"]


# Refusals


def test_a_predictor_of_which_the_treated_unit_has_nothing_is_refused():
    table = read_smoking()
    table = table.assign(beer=table["beer"].mask(table["state"] == "California"))
    plan = Plan(covariates=("beer",))
    grids = read_grids(table, read_california(), plan, unit="state", time="year", outcome="packs")
    with pytest.raises(EffectsError, match="predictor beer is not observed"):
        compute_control(read_california(), plan=plan, grids=grids, options=QUIET)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t[t["time"] >= "3"], "one period before 4"),
        (lambda t: t[t["time"] >= "4"], "no period before treatment"),
        (lambda t: t[t["unit"] != "丙"], "only donor"),
        (
            lambda t: t[(t["unit"] != "甲") | (t["time"] == "4")],
            "treated unit 甲 has too many periods without a value",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(change, said):
    with pytest.raises(EffectsError, match=said):
        compute_control(make_panel(change(read_worked("sc")), "甲", "4"))


def test_several_treated_units_are_refused_with_a_way_out():
    table = read_worked("sc")
    panel = read_panel(
        table, Treatment(units=["甲", "乙"], start="4"), unit="unit", time="time", outcome="y"
    )
    with pytest.raises(EffectsError, match="effects sdid"):
        compute_control(panel)


def test_a_donor_with_a_gap_is_left_out_and_listed():
    table = read_smoking()
    table = table[~((table["state"] == "Utah") & (table["year"] == "1972"))]
    found = compute_control(
        make_panel(table, "California", "1989", "state", "year", "packs"), options=QUIET
    )
    assert "Utah" not in found.weights
    assert [(q.code, q.row, "Utah" in q.message) for q in found.quality] == [
        ("incomplete_unit", 0, True)
    ]


def test_a_period_after_treatment_is_no_period_of_fit():
    with pytest.raises(EffectsError, match="1990 is not among those before treatment"):
        compute_control(read_california(), options=Options(fit_last="1990"))
