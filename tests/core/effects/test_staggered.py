"""Staggered adoption against the published figures of R did and Stata csdid, by hand, and laws."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from linghang_core.effects.differences import estimate_differences
from linghang_core.effects.panel import Panel, Treatment, read_panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.staggered import (
    Adjustment,
    Aggregate,
    Base,
    Control,
    Estimator,
    Missing,
    Plan,
    estimate_staggered,
)
from linghang_core.effects.staggered.aggregates import average
from linghang_core.effects.staggered.bands import bootstrap_bands
from linghang_core.effects.staggered.group_time import estimate_group_time
from linghang_core.effects.staggered.imputation import estimate_imputed
from linghang_core.effects.staggered.interaction import estimate_interacted
from linghang_core.effects.staggered.pairs import NoOverlapError, compare

DATA = Path(__file__).parent / "data"
REGRESSIONS = [Estimator.SUN_ABRAHAM, Estimator.IMPUTATION]


@pytest.fixture(scope="module")
def wages() -> pd.DataFrame:
    wide = pd.read_csv(DATA / "minimum_wage.csv")
    ids = ["county", "first_treated", "log_population"]
    table = wide.melt(id_vars=ids, var_name="year", value_name="employed")
    return table.assign(y=np.log(table["employed"]))


def read_wages(table: pd.DataFrame, *covariates: str) -> Panel:
    treatment = Treatment(first="first_treated")
    return read_panel(
        table, treatment, unit="county", time="year", outcome="y", covariates=covariates
    )


def build(outcomes, starts, covariates=None) -> Panel:
    outcomes = np.asarray(outcomes, float)
    return Panel(
        units=tuple(f"u{place}" for place in range(len(outcomes))),
        times=tuple(str(2000 + place) for place in range(outcomes.shape[1])),
        outcomes=outcomes,
        starts=np.asarray(starts),
        cohorts=tuple(str(2000 + start) for start in starts),
        covariates=covariates or {},
    )


def draw(seed=0, units=40, times=7, effect=0.0, never=True) -> Panel:
    random = np.random.default_rng(seed)
    choices = [3, 4, 5, times] if never else [3, 4, 5]
    starts = np.array([choices[place % len(choices)] for place in range(units)])
    outcomes = random.normal(size=(units, times)) + random.normal(size=(units, 1))
    since = np.arange(times) - starts[:, None]
    return build(outcomes + effect * (since >= 0) * (since + 1), starts)


def list_cells(found):
    return {(e["group"], e["time"]): (e["estimate"], e["se"]) for e in found.effects}


# Published: minimum wage and teen employment (R did, vignette "Getting started"; Stata csdid)

VIGNETTE = {  # without covariates: effect and, where analytic ones are known, error
    ("2004", "2004"): -0.0105,
    ("2004", "2005"): -0.0704,
    ("2004", "2006"): -0.1373,
    ("2004", "2007"): -0.1008,
    ("2006", "2004"): 0.0065,
    ("2006", "2005"): -0.0028,
    ("2006", "2006"): -0.0046,
    ("2006", "2007"): -0.0412,
    ("2007", "2004"): 0.0305,
    ("2007", "2005"): -0.0027,
    ("2007", "2006"): -0.0311,
    ("2007", "2007"): -0.0261,
}


def test_group_time_effects_of_the_vignette_of_r_did(wages):
    found = estimate_staggered(read_wages(wages))
    cells = {key: value for key, (value, _) in list_cells(found).items()}
    assert cells == pytest.approx(VIGNETTE, abs=5.1e-5)
    assert found.estimate == pytest.approx(-0.0400, abs=5e-5)
    assert found.se == pytest.approx(0.0120, abs=5e-5)
    assert found.diagnostics["pre_trends"]["p_value"] == pytest.approx(0.16812, abs=5e-6)
    assert (len(found.comparison_units), found.diagnostics["treated_units"]) == (309, 191)


@pytest.mark.parametrize(
    ("how", "overall", "rows"),
    [
        (
            Aggregate.DYNAMIC,
            -0.0772,
            {-3: 0.0305, -2: -0.0006, -1: -0.0245, 0: -0.0199, 1: -0.0510, 2: -0.1373, 3: -0.1008},
        ),
        (Aggregate.GROUP, -0.0310, {"2004": -0.0797, "2006": -0.0229, "2007": -0.0261}),
        (
            Aggregate.CALENDAR,
            -0.0417,
            {"2004": -0.0105, "2005": -0.0704, "2006": -0.0488, "2007": -0.0371},
        ),
    ],
)
def test_averages_of_the_vignette_of_r_did(wages, how, overall, rows):
    found = estimate_staggered(read_wages(wages), Plan(aggregate=how))
    label = {"dynamic": "relative_time", "group": "group", "calendar": "time"}[how.value]
    assert found.estimate == pytest.approx(overall, abs=5.1e-5)
    assert {e[label]: e["estimate"] for e in found.effects} == pytest.approx(rows, abs=5.1e-5)
    assert len(found.diagnostics["group_time"]) == 12


STATA = {  # csdid lemp lpop, ivar(countyreal) time(year) gvar(first_treat) method(dripw)
    ("2004", "2004"): (-0.0145297, 0.0221292),
    ("2004", "2005"): (-0.0764219, 0.0286713),
    ("2004", "2006"): (-0.1404483, 0.0353782),
    ("2004", "2007"): (-0.1069039, 0.0328865),
    ("2006", "2006"): (0.0009606, 0.0194002),
    ("2006", "2007"): (-0.0412939, 0.0197211),
    ("2007", "2007"): (-0.0287814, 0.016239),
}


def test_doubly_robust_effects_and_errors_given_population_as_in_stata_csdid(wages):
    found = estimate_staggered(read_wages(wages, "log_population"))
    cells = list_cells(found)
    for key, (effect, error) in STATA.items():
        assert cells[key][0] == pytest.approx(effect, abs=3e-6), key
        assert cells[key][1] == pytest.approx(error, abs=3e-5), key
    assert found.estimate == pytest.approx(-0.0417518, abs=3e-6)
    assert found.se == pytest.approx(0.0115028, abs=3e-6)


def test_the_three_adjustments_agree_without_covariates_and_differ_with_one(wages):
    for names, different in [((), 1), (("log_population",), 3)]:
        panel = read_wages(wages, *names)
        found = [estimate_staggered(panel, Plan(adjustment=how)).estimate for how in Adjustment]
        assert len({round(value, 9) for value in found}) == different
        assert max(found) - min(found) < 1e-3


def test_errors_from_the_bootstrap_are_near_the_analytic_ones(wages):
    plan = Plan(aggregate=Aggregate.DYNAMIC)
    panel = read_wages(wages)
    analytic = estimate_staggered(panel, plan)
    drawn = estimate_staggered(panel, plan, inference="bootstrap", rounds=4999)
    assert drawn.se == pytest.approx(analytic.se, rel=0.06)
    assert drawn.diagnostics["critical_value"] == pytest.approx(2.6, abs=0.15)
    assert "multiplier bootstrap, 4999 draws, seed 1" in drawn.se_recipe


def test_sun_and_abraham_is_callaway_and_santanna_against_never_treated_counties(wages):
    """Without covariates both are the same sums of mean changes (Sun and Abraham 2021, prop. 5)."""
    panel = read_wages(wages)
    for how in Aggregate:
        one = estimate_staggered(panel, Plan(aggregate=how, base=Base.UNIVERSAL))
        other = estimate_staggered(panel, Plan(Estimator.SUN_ABRAHAM, aggregate=how))
        assert other.estimate == pytest.approx(one.estimate, rel=1e-9)
        assert [e["estimate"] for e in other.effects] == pytest.approx(
            [e["estimate"] for e in one.effects], abs=1e-10
        )
        assert other.se == pytest.approx(one.se, rel=0.03)


# Published: castle doctrine laws, all estimators point the same way


def test_castle_doctrine_laws_raise_homicides_whoever_estimates():
    wide = pd.read_csv(DATA / "castle_doctrine.csv")
    table = wide.melt(id_vars=["state", "first_treated"], var_name="year", value_name="y")
    panel = read_panel(
        table, Treatment(first="first_treated"), unit="state", time="year", outcome="y"
    )
    for estimator in Estimator:
        found = estimate_staggered(panel, Plan(estimator))
        assert 0.06 < found.estimate < 0.13, estimator
    notes = " ".join(found.notes)
    assert (
        "groups of fewer than 5 units, their errors are uncertain: 2005, 2007, 2008, 2009" in notes
    )


# By hand and by regression


def test_cells_by_hand_with_never_and_not_yet_treated_comparison():
    outcomes = [[1, 2, 6, 7], [3, 3, 8, 8], [0, 1, 1, 5], [2, 2, 4, 9], [1, 1, 2, 2], [4, 5, 5, 7]]
    panel = build(outcomes, [2, 2, 3, 3, 4, 4])
    never = list_cells(estimate_staggered(panel, Plan(control=Control.NEVER)))
    yet = list_cells(estimate_staggered(panel, Plan(control=Control.NOT_YET)))
    assert never["2002", "2002"][0] == pytest.approx(4.5 - 0.5)
    assert yet["2002", "2002"][0] == pytest.approx(4.5 - (0 + 2 + 1 + 0) / 4)
    assert never["2002", "2003"][0] == yet["2002", "2003"][0] == pytest.approx(5 - 1.5)
    assert never["2003", "2002"][0] == pytest.approx(1 - 0.5)
    assert never["2003", "2003"][0] == pytest.approx(4.5 - 1)
    # influence of a difference of means: mean squared deviations over counts
    spread = np.sqrt(np.var([4, 5]) / 2 + np.var([1, 0]) / 2)
    assert never["2002", "2002"][1] == pytest.approx(spread)
    simple = estimate_staggered(panel)
    assert simple.estimate == pytest.approx(np.mean([4.0, 3.5, 3.5]))


def test_imputation_is_what_a_regression_on_untreated_rows_expects():
    panel = draw(3, effect=1.0)
    outcomes = panel.outcomes.copy()
    outcomes[[0, 5, 9], [1, 6, 3]] = np.nan
    panel = replace(panel, outcomes=outcomes)
    unit, time = np.nonzero(~np.isnan(outcomes))
    dummies = np.column_stack([unit[:, None] == np.arange(40), time[:, None] == np.arange(1, 7)])
    free = ~panel.status[unit, time]
    y = outcomes[unit, time]
    beta = np.linalg.lstsq(dummies[free].astype(float), y[free], rcond=None)[0]
    gaps = (y - dummies @ beta)[~free]
    found = estimate_staggered(panel, Plan(Estimator.IMPUTATION))
    assert found.estimate == pytest.approx(gaps.mean())


def test_with_one_start_all_estimators_are_the_difference_in_differences():
    panel = draw(4, units=24, times=4)
    panel = replace(panel, starts=np.where(np.arange(24) < 10, 3, 4))
    plain = estimate_differences(panel)
    imputed = estimate_staggered(panel, Plan(Estimator.IMPUTATION))
    assert imputed.estimate == pytest.approx(plain.estimate)
    # with one start, each treated row is set against the mean of its own: that is CR0
    assert imputed.se == pytest.approx(estimate_differences(panel, inference="cr0").se)
    at_once = estimate_staggered(panel, Plan(aggregate=Aggregate.DYNAMIC, base=Base.UNIVERSAL))
    events = {e["relative_time"]: e["estimate"] for e in plain.effects}
    assert {e["relative_time"]: e["estimate"] for e in at_once.effects} == pytest.approx(events)


def test_errors_have_the_spread_of_the_estimates():
    for fill in (estimate_imputed, estimate_interacted, estimate_group_time):
        values, errors = [], []
        for seed in range(150):
            panel = draw(seed, units=48)
            found = average(fill(panel), panel, Aggregate.SIMPLE).overall
            values.append(found.estimate)
            errors.append(found.error)
        assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2), fill.__name__


def test_anticipation_moves_the_period_compared_with():
    panel = draw(5)
    found = list_cells(estimate_staggered(panel, Plan(anticipation=1)))
    own, never = panel.starts == 4, panel.starts == 7
    change = panel.outcomes[:, 4] - panel.outcomes[:, 2]
    assert found["2004", "2004"][0] == pytest.approx(change[own].mean() - change[never].mean())
    for estimator in REGRESSIONS:
        assert estimate_staggered(panel, Plan(estimator, anticipation=1)).estimate != pytest.approx(
            estimate_staggered(panel, Plan(estimator)).estimate
        )


def test_balance_keeps_groups_seen_long_enough_and_times_up_to_it():
    found = estimate_staggered(draw(6), Plan(aggregate=Aggregate.DYNAMIC, balance=2))
    times = [e["relative_time"] for e in found.effects]
    assert (min(times), max(times)) == (-3, 2)
    with pytest.raises(EffectsError, match="lower --balance"):
        estimate_staggered(draw(6), Plan(aggregate=Aggregate.DYNAMIC, balance=9))


def test_gaps_are_used_by_pairs_or_left_out_by_name():
    panel = draw(7)
    outcomes = panel.outcomes.copy()
    outcomes[0, 1] = np.nan
    panel = replace(panel, outcomes=outcomes)
    pairs = estimate_staggered(panel)
    complete = estimate_staggered(panel, Plan(missing=Missing.COMPLETE))
    kept = np.arange(40) > 0
    small = replace(
        panel,
        units=panel.units[1:],
        outcomes=outcomes[kept],
        starts=panel.starts[kept],
        cohorts=panel.cohorts[1:],
    )
    assert complete.estimate == estimate_staggered(small).estimate
    assert pairs.estimate != pytest.approx(complete.estimate)
    assert "1 of 40 units with gaps left out (--missing complete)" in complete.notes


def test_without_untreated_units_those_not_treated_yet_serve():
    panel = draw(8, never=False)
    found = estimate_staggered(panel)
    assert found.diagnostics["control"] == "notyet"
    assert any("periods from 2005 on left out" in note for note in found.notes)
    with pytest.raises(EffectsError, match="--control notyet"):
        estimate_staggered(panel, Plan(control=Control.NEVER))
    for estimator in REGRESSIONS:
        assert np.isfinite(estimate_staggered(panel, Plan(estimator)).estimate)


def test_doubly_robust_influence_has_the_spread_of_the_estimates():
    """Simulated: outcome and treatment depend on x, the effect is 1."""
    random = np.random.default_rng(1)
    for how in Adjustment:
        values, errors = [], []
        for _ in range(200):
            x = random.normal(size=300)
            treated = random.random(300) < 1 / (1 + np.exp(-x / 2))
            change = 1 + x + treated + random.normal(size=300)
            pair = compare(change, treated, np.column_stack([np.ones(300), x]), how)
            values.append(pair.effect)
            errors.append(np.sqrt((pair.influence**2).mean() / 300))
        assert np.mean(values) == pytest.approx(1, abs=4 * np.std(values) / np.sqrt(200)), how
        assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2), how


def test_covariates_that_tell_the_sides_apart_are_no_comparison():
    x = np.column_stack([np.ones(20), np.arange(20.0)])
    with pytest.raises(NoOverlapError):
        compare(np.arange(20.0), np.arange(20) >= 10, x, Adjustment.DR)


def test_bands_are_wider_than_intervals_and_right_for_independent_rows():
    parts = np.random.default_rng(2).normal(size=(400, 8))
    bands = bootstrap_bands(parts, level=0.95, rounds=4999)
    independent = stats.norm.ppf(0.5 + 0.95 ** (1 / 8) / 2)
    assert bands.critical == pytest.approx(independent, abs=0.12)
    assert bands.errors == pytest.approx(np.sqrt((parts**2).sum(axis=0)), rel=0.08)
    found = estimate_staggered(draw(9))
    rows = [e for e in found.effects if e["se"]]
    assert all(e["band_low"] < e["ci_low"] < e["ci_high"] < e["band_high"] for e in rows)


# Refusals


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ([0, 0, 0, 4, 4], "no period before treatment"),
        ([2, 4, 4, 4, 4], "two treated and two comparison units"),
        ([2, 2, 3, 3, 4], "two treated and two comparison units"),
        ([2, 2, 2, 2, 2], "nothing to compare with"),
    ],
)
def test_designs_that_cannot_tell_an_effect_are_refused(starts, said):
    panel = build(np.random.default_rng(1).normal(size=(5, 4)), starts)
    with pytest.raises(EffectsError, match=said):
        estimate_staggered(panel)


def test_units_without_a_period_before_are_left_out_and_named():
    panel = draw(2)
    more = build(np.vstack([panel.outcomes, np.arange(7.0)]), [*panel.starts, 0])
    found = estimate_staggered(more)
    assert found.estimate == pytest.approx(estimate_staggered(panel).estimate)
    assert "left out, no period before treatment: u40" in found.notes


# Laws


def answer(panel, plan):
    found = estimate_staggered(panel, plan, rounds=99)
    return [found.estimate, found.se, *(e["estimate"] for e in found.effects)]


PLANS = st.builds(
    Plan,
    estimator=st.sampled_from(Estimator),
    control=st.sampled_from(Control),
    base=st.sampled_from(Base),
    aggregate=st.sampled_from(Aggregate),
    anticipation=st.integers(0, 1),
)


@settings(max_examples=15, deadline=None)
@given(plan=PLANS, seed=st.integers(0, 10**6), scale=st.floats(0.01, 100))
def test_constants_of_units_and_periods_change_nothing_and_scaling_scales(plan, seed, scale):
    panel = draw(seed, units=16)
    random = np.random.default_rng(seed)
    shift = random.normal(size=(16, 1)) * 10 + random.normal(size=(1, 7)) * 10
    plain = answer(panel, plan)
    moved = answer(replace(panel, outcomes=panel.outcomes + shift), plan)
    assert moved == pytest.approx(plain, rel=1e-6, abs=1e-8)
    scaled = answer(replace(panel, outcomes=panel.outcomes * scale), plan)
    assert scaled == pytest.approx([value * scale for value in plain], rel=1e-6, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(plan=PLANS, seed=st.integers(0, 10**6))
def test_units_in_another_order_give_the_same(plan, seed):
    panel = draw(seed, units=16)
    order = np.random.default_rng(seed).permutation(16)
    moved = replace(
        panel,
        units=tuple(panel.units[place] for place in order),
        outcomes=panel.outcomes[order],
        starts=panel.starts[order],
        cohorts=tuple(panel.cohorts[place] for place in order),
    )
    assert answer(moved, plan) == pytest.approx(answer(panel, plan), rel=1e-8, abs=1e-10)


def test_without_an_effect_there_is_none_on_average_and_tests_before_keep_their_size():
    for estimator in Estimator:
        values, before = [], []
        for seed in range(30):
            found = estimate_staggered(draw(seed, units=64), Plan(estimator), rounds=99)
            values.append(found.estimate)
            before.append(found.diagnostics["pre_trends"]["p_value"])
        assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(30), estimator
        assert np.mean(np.array(before) <= 0.05) < 0.35, estimator
