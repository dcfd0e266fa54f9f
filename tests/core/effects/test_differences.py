"""Difference in differences against published figures, worked tables, laws and its own errors."""

import math
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import grunfeld
from statsmodels.formula import api as smf

from linghang_core.effects.differences import Estimator, estimate_differences
from linghang_core.effects.differences.design import Design, fit
from linghang_core.effects.differences.errors import measure
from linghang_core.effects.differences.wild import bootstrap_wild
from linghang_core.effects.panel import Panel, Treatment, read_panel
from linghang_core.effects.results import Direction, EffectsError, Verdict

DATA = Path(__file__).parent / "data"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "effects.md"


def build(outcomes, starts, covariates=None) -> Panel:
    outcomes = np.asarray(outcomes, float)
    starts = np.asarray(starts)
    return Panel(
        units=tuple(f"u{place}" for place in range(len(outcomes))),
        times=tuple(str(2000 + place) for place in range(outcomes.shape[1])),
        outcomes=outcomes,
        starts=starts,
        cohorts=tuple(str(2000 + s) if s < outcomes.shape[1] else "" for s in starts),
        covariates=covariates or {},
    )


def draw(seed=0, units=20, times=6, treated=6, start=4, effect=0.0) -> Panel:
    random = np.random.default_rng(seed)
    noise = random.normal(size=(units, times))
    outcomes = noise + random.normal(size=(units, 1)) + np.arange(times)
    outcomes[:treated, start:] += effect
    return build(outcomes, [start] * treated + [times] * (units - treated))


def to_table(panel: Panel) -> pd.DataFrame:
    unit, time = np.nonzero(~np.isnan(panel.outcomes))
    table = {"u": unit, "t": time, "y": panel.outcomes[unit, time]}
    table["d"] = panel.status[unit, time].astype(int)
    table |= {name: values[unit, time] for name, values in panel.covariates.items()}
    return pd.DataFrame(table)


# Worked table of the page


def read_page() -> Panel:
    lines = PAGE.read_text(encoding="utf-8").split("## Worked table")[1].splitlines()
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
    wide = pd.DataFrame(rows[2:], columns=rows[0])
    table = wide.melt(id_vars="unit", var_name="time", value_name="minutes")
    treatment = Treatment(units=["甲", "乙"], start="2025")
    return read_panel(table, treatment, unit="unit", time="time", outcome="minutes")


def test_the_worked_table_of_the_page():
    text = PAGE.read_text(encoding="utf-8")
    panel = read_page()
    found = {
        name: estimate_differences(panel, inference=name)
        for name in ("cr0", "cluster", "cr2", "permutation")
    }
    assert {round(result.estimate, 12) for result in found.values()} == {-14}
    assert found["cr0"].se == pytest.approx(1)
    assert found["cluster"].se == pytest.approx(math.sqrt(4 / 3 * 15 / 11))
    assert found["cr2"].se == pytest.approx(math.sqrt(2))
    assert "Satterthwaite t(2.0)" in found["cr2"].se_recipe
    assert [round(v, 2) for v in (found["cr2"].ci_low, found["cr2"].ci_high)] == [-20.08, -7.92]
    assert found["permutation"].p_value == pytest.approx(1 / 3)
    assert "only 6 assignments exist" in " ".join(found["permutation"].notes)
    for said in ("**−14**", "1.3484", "1.4142", "−20.08 to −7.92", "p = 0.333"):
        assert said in text
    assert found["cr2"].weights == pytest.approx({"丙": 0.5, "丁": 0.5})
    assert found["cr2"].time_weights == pytest.approx({"2023": 0.5, "2024": 0.5})
    lead = next(e for e in found["cr2"].effects if e["relative_time"] == -2)
    assert lead["estimate"] == pytest.approx((6 + 2) / 2 - (4 + 2) / 2)


def test_four_means_agree_with_the_regression_on_a_balanced_panel_and_give_the_cells():
    panel = read_page()
    found = estimate_differences(panel, estimator=Estimator.MEANS)
    assert found.estimate == pytest.approx(-14)
    assert found.weights == pytest.approx({"丙": 0.5, "丁": 0.5})


# Published figures


def read_fast_food() -> Panel:
    table = pd.read_csv(DATA / "fast_food.csv").assign(nj=lambda t: (t["state"] == "NJ") * 1)
    treatment = Treatment(column="nj", start="2")
    return read_panel(table, treatment, unit="store", time="wave", outcome="employment")


def test_fast_food_of_card_and_krueger():
    """Table 3: 2.76 of all rows, 2.75 (1.34) of stores seen in both waves."""
    means = estimate_differences(read_fast_food(), estimator=Estimator.MEANS)
    assert means.estimate == pytest.approx(2.76, abs=0.01)
    balanced = estimate_differences(read_fast_food())
    assert balanced.estimate == pytest.approx(2.75, abs=5e-3)
    assert balanced.se == pytest.approx(1.34, abs=5e-3)


def read_wide(name, unit, value, columns=()):
    wide = pd.read_csv(DATA / name)
    ids = [unit, "first_treated", *columns]
    return wide.melt(id_vars=ids, var_name="year", value_name=value)


def test_castle_doctrine_as_in_the_package_bacondecomp():
    table = read_wide("castle_doctrine.csv", "state", "homicide")
    panel = read_panel(
        table, Treatment(first="first_treated"), unit="state", time="year", outcome="homicide"
    )
    found = estimate_differences(panel)
    assert found.estimate == pytest.approx(0.08181162, abs=5e-8)
    assert found.diagnostics["treated_units"] == 21
    kinds = found.diagnostics["decomposition"]
    published = {
        "earlier_and_later_untreated": (0.05976, -0.00554),
        "later_and_earlier_treated": (0.03190, 0.07032),
        "treated_and_untreated": (0.90834, 0.08796),
    }
    for kind, (weight, estimate) in published.items():
        assert kinds[kind]["weight"] == pytest.approx(weight, abs=1e-4), kind
        assert kinds[kind]["estimate"] == pytest.approx(estimate, abs=1e-4), kind
    assert any("effects staggered" in note for note in found.notes)


def test_the_decomposition_adds_up_to_the_regression():
    panel = build(
        np.random.default_rng(7).normal(size=(12, 7)), [2, 2, 3, 5, 5, 6, 6, 7, 7, 7, 7, 7]
    )
    found = estimate_differences(panel)
    kinds = found.diagnostics["decomposition"].values()
    assert sum(kind["weight"] for kind in kinds) == pytest.approx(1)
    assert sum(kind["weight"] * kind["estimate"] for kind in kinds) == pytest.approx(found.estimate)


def test_california_as_in_the_package_synthdid():
    """Vignette of R synthdid: difference in differences of Proposition 99 is -27.3 packs."""
    wide = pd.read_csv(DATA / "smoking.csv").drop(columns=["income", "price", "young", "beer"])
    table = wide.melt(id_vars="state", var_name="year", value_name="packs")
    treatment = Treatment(units=["California"], start="1989")
    panel = read_panel(table, treatment, unit="state", time="year", outcome="packs")
    found = estimate_differences(panel)
    assert found.estimate == pytest.approx(-27.349, abs=1e-3)
    assert found.p_kind == "permutation of treated units, all 39 assignments"
    assert "decomposition" not in found.diagnostics


def test_minimum_wage_regression_of_callaway_and_santanna():
    """Table 3 of the paper's two-way regression without covariates: -0.037 (0.013)."""
    table = read_wide("minimum_wage.csv", "county", "employed", ["log_population"])
    table["y"] = np.log(table["employed"])
    panel = read_panel(
        table, Treatment(first="first_treated"), unit="county", time="year", outcome="y"
    )
    found = estimate_differences(panel)
    assert found.estimate == pytest.approx(-0.037, abs=5e-4)
    assert found.se == pytest.approx(0.013, abs=5e-4)


def lay_out_grunfeld(*, within: bool) -> Design:
    data = grunfeld.load_pandas().data[:200]
    x = data[["value", "capital"]].to_numpy(float)
    y = data["invest"].to_numpy(float)
    firms = np.unique(data["firm"], return_inverse=True)[1]
    if within:
        means = pd.DataFrame(np.column_stack([y, x])).groupby(firms).transform("mean").to_numpy()
        y, x = y - means[:, 0], x - means[:, 1:]
        return Design(y, x, firms, 10, 10, 2)
    return Design(y, np.column_stack([x, np.ones(len(y))]), firms, 10, 0, 2)


def test_clustered_errors_of_grunfeld_as_in_stata_regress():
    """Stata `regress invest mvalue kstock, vce(cluster company)`, as statsmodels' tests quote it."""
    spread = measure(fit(lay_out_grunfeld(within=False)), "cluster")
    errors = np.sqrt(np.diag(spread.covariance))
    assert errors == pytest.approx([0.01589433647768, 0.08496711097464], rel=1e-7)
    assert spread.freedom == 9


def test_clustered_errors_of_grunfeld_as_in_stata_xtreg():
    """Stata `xtreg invest mvalue kstock, fe vce(cluster company)`."""
    found = fit(lay_out_grunfeld(within=True))
    errors = np.sqrt(np.diag(measure(found, "cluster").covariance))
    assert found.coefficients == pytest.approx([0.1101238, 0.3100653], abs=5e-8)
    assert errors == pytest.approx([0.0151945, 0.0527518], abs=5e-8)


CLUBSANDWICH = [  # eight units of four periods, the last four treated from the second on
    [0.8675660610026393, 1.974964371815635, 0.6262455759968815, 0.4250911204896504],
    [0.01746049540615028, 1.285747228403441, 0.3303840020024503, -0.5671521618639435],
    [-0.1142677095292809, 0.2383353498523538, -0.9019587987113207, -0.7061707682056644],
    [-0.6157969345539587, -0.2881843268354549, -0.8240764992194235, -1.200211068425945],
    [-1.671803432337748, 1.089318887196633, 0.5606170281167306, -0.7090977528526379],
    [1.811753709724553, 4.592189277336034, 3.604625926706315, 3.458451392091618],
    [-1.216703112388791, 1.963130563935098, 1.026428163741928, 0.01788553114847297],
    [0.3145236664361374, 3.957995942075363, 2.327538808912606, 2.632995686497729],
]


def test_bias_reduced_errors_as_in_r_clubsandwich():
    """vcovCR(type = "CR2") and HC2 of unit and period dummies, golden values of diff-diff (MIT)."""
    panel = build(CLUBSANDWICH, [4] * 4 + [1] * 4)
    found = estimate_differences(panel, inference="cr2")
    assert found.estimate == pytest.approx(2.240053222690117, rel=1e-10)
    assert found.se == pytest.approx(math.sqrt(0.04493732438638597), rel=1e-8)
    rows = estimate_differences(panel, inference="hc2")
    assert rows.se == pytest.approx(math.sqrt(0.05093938388325538), rel=1e-8)


def test_satterthwaite_degrees_of_freedom_as_in_r_clubsandwich():
    """The example "balanced_small" of the same file: 30 rows in five clusters, y on x."""
    x = "0.3721983763389289 0.04382481542415917 0.7096840182784945 0.6576903965324163 0.2498557232320309 0.3000548330601305 0.5848666259553283 0.3334671433549374 0.6220119637437165 0.5458285543136299 0.8797957301139832 0.7068747407756746 0.7319725945126265 0.9316344279795885 0.4551205944735557 0.5903197291772813 0.8204360948875546 0.2241184804588556 0.4116668293718249 0.03861056081950665 0.7007115453016013 0.9568374615628272 0.2133520019706339 0.6610615001991391 0.9233188820071518 0.7957197614014149 0.07121255435049534 0.3894077676814049 0.4064512162003666 0.6593550781253725"
    y = "1.05667907248243 1.066947846044605 1.204576917404174 0.9393918637932542 1.177146043692329 0.7712803978302757 0.9609694640137826 0.7179921799716888 0.9795764040580304 0.9476640198770669 1.19400793499814 0.9843903995036551 1.596792196243911 1.080428664799787 1.494763722918098 1.179517769839397 1.473047550838304 1.325359020870347 0.4626772743433495 0.7001639163946355 1.038012356684575 1.221226309323235 0.2339753492538406 0.8297946161223602 0.2154287997879057 0.4532916275621509 0.1242393529242412 0.02833331953496379 0.1200535751172539 0.007748016921758638"
    x, y = (np.array([float(word) for word in text.split()]) for text in (x, y))
    design = Design(y, np.column_stack([x, np.ones(30)]), np.repeat(np.arange(5), 6), 5, 0, 2)
    spread = measure(fit(design), "cr2")
    assert spread.covariance[0, 0] == pytest.approx(0.06774697283981687, rel=1e-9)
    assert spread.freedom == pytest.approx(3.575881216615637, rel=1e-9)


def test_wild_bootstrap_as_in_r_fwildclusterboot():
    """boottest of y on treated × post in six clusters, golden values of diff-diff (MIT)."""
    table = pd.read_csv(DATA / "wild_bootstrap.csv")
    treated, post = table["treated"].to_numpy(float), table["post"].to_numpy(float)
    x = np.column_stack([treated * post, np.ones(len(table)), treated, post])
    design = Design(table["y"].to_numpy(), x, table["cluster"].to_numpy(), 6, 0, 1)
    found = fit(design)
    assert found.estimate == pytest.approx(2.23239205609, rel=1e-8)
    assert measure(found, "cluster").error == pytest.approx(0.8998239199017, rel=1e-8)
    test = bootstrap_wild(found, level=0.95, strict=True)
    assert test.p_value == 0.03125
    assert [test.low, test.high] == pytest.approx([0.226920726858, 4.86871767596], abs=2e-4)
    counted = bootstrap_wild(found, level=0.95)
    assert counted.p_value == 0.03125 + 2 / 64  # the sample itself and its mirror image
    assert counted.low < test.low < test.high < counted.high


# Recipes against a regression with every dummy


@pytest.mark.parametrize("holes", [0, 15])
def test_regression_with_gaps_and_a_covariate_is_that_of_all_dummies(holes):
    panel = draw(3, effect=1.0)
    random = np.random.default_rng(5)
    outcomes = panel.outcomes.copy()
    outcomes[random.integers(0, 20, holes), random.integers(0, 6, holes)] = np.nan
    panel = replace(panel, outcomes=outcomes, covariates={"x": random.normal(size=outcomes.shape)})
    table = to_table(panel)
    model = smf.ols("y ~ d + x + C(u) + C(t)", table)
    plain = model.fit()
    clustered = model.fit(cov_type="cluster", cov_kwds={"groups": table["u"]}, use_t=True)
    found = estimate_differences(panel, inference="cluster-areg")
    assert found.estimate == pytest.approx(plain.params["d"], rel=1e-9)
    assert found.se == pytest.approx(clustered.bse["d"], rel=1e-9)
    assert found.p_value == pytest.approx(clustered.pvalues["d"], rel=1e-7)
    for recipe in ("HC1", "HC2", "HC3"):
        ours = estimate_differences(panel, inference=recipe.lower())
        assert ours.se == pytest.approx(model.fit(cov_type=recipe).bse["d"], rel=1e-8), recipe
    without = [smf.ols(model.formula, table[table.u != u]).fit().params["d"] for u in range(20)]
    left = found.diagnostics["leave_one_out"]["estimates"]
    assert list(left.values()) == pytest.approx(without, rel=1e-8)
    jackknife = estimate_differences(panel, inference="jackknife")
    spread = 19 / 20 * sum((value - plain.params["d"]) ** 2 for value in without)
    assert jackknife.se == pytest.approx(math.sqrt(spread), rel=1e-8)


def test_four_means_of_gappy_rows_are_the_means_of_the_rows_there_are():
    panel = draw(4)
    outcomes = panel.outcomes.copy()
    outcomes[0, 1] = outcomes[7, 5] = outcomes[8, 0] = np.nan
    table = to_table(replace(panel, outcomes=outcomes))
    cell = table["y"].groupby([table["u"] < 6, table["t"] >= 4]).mean()
    found = estimate_differences(replace(panel, outcomes=outcomes), estimator=Estimator.MEANS)
    expected = cell[True, True] - cell[True, False] - cell[False, True] + cell[False, False]
    assert found.estimate == pytest.approx(expected)


# Permutation


def test_permutation_of_one_treated_unit_counts_out_all_units():
    panel = build([[0, 0, 9.0], [0, 0, 1], [1, 1, 3], [2, 2, 2.5], [0, 0, 0]], [2, 3, 3, 3, 3])
    found = estimate_differences(panel)
    assert found.p_kind == "permutation of treated units, all 5 assignments"
    assert found.p_value == 1 / 5
    assert (found.ci_low, found.ci_high) == (None, None)
    assert any("only 5 assignments" in note for note in found.notes)
    assert any("cannot be had" in note for note in found.notes)


def test_exact_permutation_is_the_share_of_differences_of_mean_changes():
    panel = draw(8, units=9, treated=3, effect=0.8)
    change = panel.outcomes[:, 4:].mean(axis=1) - panel.outcomes[:, :4].mean(axis=1)

    def differ(chosen):
        own = np.isin(np.arange(9), chosen)
        return change[own].mean() - change[~own].mean()

    values = [differ(chosen) for chosen in combinations(range(9), 3)]
    seen = differ((0, 1, 2))
    found = estimate_differences(panel, inference="permutation")
    share = np.mean([abs(value) >= abs(seen) - 1e-9 for value in values])
    assert found.p_value == pytest.approx(share)
    assert found.estimate == pytest.approx(seen)


def test_the_permutation_interval_holds_just_the_effects_not_rejected():
    panel = draw(9, units=12, treated=4, effect=2.0)
    found = estimate_differences(panel, inference="permutation")

    def reject(value):
        moved = replace(panel, outcomes=panel.outcomes - value * panel.status)
        return estimate_differences(moved, inference="permutation").p_value <= 0.05 + 1e-9

    step = 1e-6
    assert not reject(found.ci_low + step)
    assert not reject(found.ci_high - step)
    assert reject(found.ci_low - step)
    assert reject(found.ci_high + step)


def test_the_wild_interval_agrees_with_its_p_value():
    panel = draw(10, effect=1.0)
    found = estimate_differences(panel, inference="wild-webb", rounds=399, seed=3)
    moved = replace(panel, outcomes=panel.outcomes - found.ci_low * panel.status)
    near = estimate_differences(moved, inference="wild-webb", rounds=399, seed=3)
    assert near.p_value == pytest.approx(0.05, abs=0.01)


# Before treatment


def test_diverging_trends_are_found_by_leads_slope_and_placebo():
    panel = draw(11, units=60, times=8, treated=25, start=6)
    slope = np.arange(8) * panel.treated[:, None] * 1.0
    found = estimate_differences(replace(panel, outcomes=panel.outcomes + slope))
    tests = found.diagnostics["pre_trends"]
    assert tests["joint"]["p_value"] < 1e-4
    assert tests["slope"]["estimate"] == pytest.approx(1.0, abs=0.2)
    assert found.diagnostics["placebo"]["from"] == ["2003"]
    assert found.diagnostics["placebo"]["estimate"] == pytest.approx(3.0, abs=0.5)
    assert any("parallel trends are doubtful" in note for note in found.notes)


def test_leads_and_lags_are_differences_to_the_last_period_before():
    panel = draw(12)
    change = panel.outcomes - panel.outcomes[:, [3]]
    expected = change[:6].mean(axis=0) - change[6:].mean(axis=0)
    found = estimate_differences(panel)
    assert [e["relative_time"] for e in found.effects] == [-4, -3, -2, -1, 0, 1]
    assert [e["estimate"] for e in found.effects] == pytest.approx(expected.tolist(), abs=1e-12)


def test_a_placebo_before_treatment_has_none_on_average_and_the_right_size():
    values, rejected = [], 0
    for seed in range(150):
        found = estimate_differences(draw(seed, effect=5.0))
        values.append(found.diagnostics["placebo"]["estimate"])
        rejected += found.diagnostics["placebo"]["p_value"] <= 0.05
    error = np.std(values) / math.sqrt(len(values))
    assert abs(np.mean(values)) < 4 * error
    assert 1 <= rejected <= 20


def test_an_interval_covers_the_effect_about_as_often_as_it_says():
    covered = 0
    for seed in range(150):
        found = estimate_differences(draw(seed, units=12, treated=4, effect=1.0), inference="cr2")
        covered += found.ci_low <= 1.0 <= found.ci_high
    assert 131 <= covered <= 149


# Refusals and choices


@pytest.mark.parametrize(
    "recipe", ["cluster", "cluster-areg", "cr0", "cr2", "jackknife", "wild", "wild-boottest"]
)
@pytest.mark.parametrize("treated", [1, 19])
def test_clustered_errors_of_a_single_unit_are_refused_with_what_to_use(recipe, treated):
    with pytest.raises(EffectsError, match=r"permutation.*sc, sdid.*its"):
        estimate_differences(draw(1, treated=treated), inference=recipe)


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ([0, 0, 3, 3], "no period before treatment"),
        ([2, 2, 2, 2], "nothing to compare with"),
    ],
)
def test_designs_that_cannot_tell_an_effect_are_refused(starts, said):
    with pytest.raises(EffectsError, match=said):
        estimate_differences(build(np.arange(12.0).reshape(4, 3) ** 2, starts))


def test_four_means_with_several_starts_are_refused():
    panel = build(np.arange(12.0).reshape(4, 3) ** 2, [1, 2, 3, 3])
    with pytest.raises(EffectsError, match="effects staggered"):
        estimate_differences(panel, estimator=Estimator.MEANS)


def test_units_treated_throughout_are_left_out_and_named():
    panel = draw(2)
    whole = estimate_differences(panel)
    more = build(np.vstack([panel.outcomes, np.arange(6.0) ** 2]), [*panel.starts, 0])
    found = estimate_differences(more)
    assert found.estimate == pytest.approx(whole.estimate)
    assert "left out, treated whenever observed: u20" in found.notes


def test_a_covariate_that_never_changes_says_nothing_and_the_notes_say_so():
    panel = draw(2)
    constant = np.repeat(np.arange(20.0)[:, None], 6, axis=1)
    found = estimate_differences(replace(panel, covariates={"size": constant}))
    assert found.estimate == pytest.approx(estimate_differences(panel).estimate)
    assert any(note.startswith("covariate size never changes") for note in found.notes)


def test_the_verdict_looks_at_direction_and_margin():
    panel = draw(2, units=60, treated=30, effect=-3.0)
    wanted = {d: estimate_differences(panel, direction=d).verdict for d in Direction}
    assert wanted[Direction.DECREASE] is wanted[Direction.ANY] is Verdict.FOR
    assert wanted[Direction.INCREASE] is Verdict.AGAINST
    nothing = draw(2, units=60, treated=30)
    assert estimate_differences(nothing).verdict is Verdict.NOT_ENOUGH
    assert estimate_differences(nothing, margin=5.0).verdict is Verdict.AGAINST


# Laws

SIZES = st.tuples(st.integers(0, 10**6), st.integers(6, 12), st.integers(3, 6))


def answer(panel, **options):
    found = estimate_differences(panel, **options)
    return [found.estimate, found.se, found.ci_low, found.ci_high, found.p_value]


@settings(max_examples=25, deadline=None)
@given(
    sizes=SIZES,
    recipe=st.sampled_from(["cluster", "cr2", "jackknife", "permutation"]),
    add=st.floats(-1e3, 1e3),
    scale=st.floats(0.01, 100),
)
def test_constants_of_units_and_periods_change_nothing_and_scaling_scales(
    sizes, recipe, add, scale
):
    seed, units, times = sizes
    panel = draw(seed, units, times, treated=2, start=times - 1)
    random = np.random.default_rng(seed)
    shift = add + random.normal(size=(units, 1)) * 10 + random.normal(size=(1, times)) * 10
    plain = answer(panel, inference=recipe, rounds=199)
    moved = answer(replace(panel, outcomes=panel.outcomes + shift), inference=recipe, rounds=199)
    scaled = answer(replace(panel, outcomes=panel.outcomes * scale), inference=recipe, rounds=199)

    def near(values):
        return pytest.approx(values, rel=1e-6, abs=1e-7)

    assert [v for v in moved if v is not None] == near([v for v in plain if v is not None])
    factors = [scale, scale, scale, scale, 1]
    expected = [v * f for v, f in zip(plain, factors, strict=True) if v is not None]
    assert [v for v in scaled if v is not None] == near(expected)


@settings(max_examples=25, deadline=None)
@given(sizes=SIZES, recipe=st.sampled_from(["cluster", "cr2", "jackknife"]))
def test_units_in_another_order_give_the_same(sizes, recipe):
    seed, units, times = sizes
    panel = draw(seed, units, times, treated=3, start=times - 1)
    order = np.random.default_rng(seed).permutation(units)
    moved = replace(
        panel,
        units=tuple(panel.units[place] for place in order),
        outcomes=panel.outcomes[order],
        starts=panel.starts[order],
        cohorts=tuple(panel.cohorts[place] for place in order),
    )
    assert answer(moved, inference=recipe) == pytest.approx(answer(panel, inference=recipe))
    assert estimate_differences(moved).weights == pytest.approx(estimate_differences(panel).weights)


def test_the_same_seed_gives_the_same_answer_and_recipes_are_named():
    panel = draw(6, units=30, treated=10)
    for recipe in ("wild", "permutation"):
        twice = [answer(panel, inference=recipe, rounds=299, seed=4) for _ in range(2)]
        assert twice[0] == twice[1]
    assert re.search(
        r"299 draws, seed 4",
        estimate_differences(panel, inference="wild", rounds=299, seed=4).p_kind,
    )
