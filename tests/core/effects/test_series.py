"""Interrupted time series against published examples, other programs' figures and its own laws."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from linghang_core.effects.panel import Treatment
from linghang_core.effects.results import Direction, EffectsError, Verdict
from linghang_core.effects.series import (
    Estimand,
    Family,
    Impact,
    Inference,
    Model,
    Season,
    SeasonForm,
    Series,
    SlopeFrom,
    estimate_interruption,
    read_series,
)
from linghang_core.effects.series.autoregression import fit_autoregressive
from linghang_core.effects.series.fitting import Robust, fit_linear
from linghang_core.effects.series.moments import count_elapsed
from linghang_core.effects.series.residuals import describe_residuals

DATA = Path(__file__).parent / "data"
PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "interrupted-series.md"
CALIFORNIA = Treatment(units=("California",), start="1989")


def read_cigarettes(comparison=()):
    table = pd.read_csv(DATA / "cigarettes.csv")
    return read_series(
        table, CALIFORNIA, time="year", outcome="cigsale", unit="state", comparison=comparison
    )


def read_sicily(**options):
    table = pd.read_csv(DATA / "sicily.csv")
    named = {"time": "month", "outcome": "aces", "offset": "stdpop", "counts": True} | options
    return read_series(table, Treatment(column="smokban"), **named)


def make_series(values, start, *, times=None, **columns):
    times = [str(2000 + n) for n in range(len(values))] if times is None else times
    table = pd.DataFrame({"time": times, "y": values} | columns)
    counts = "exposure" in columns
    return read_series(
        table,
        Treatment(start=times[start]),
        time="time",
        outcome="y",
        offset="exposure" if counts else None,
        counts=counts,
    )


def build_series(values, start, exposure=None, first=0):
    """Return a series without the reading of a table, of which a law needs many."""
    number = len(values)
    return Series(
        units=("甲",),
        times=tuple(str(first + n) for n in range(number)),
        elapsed=np.arange(number),
        outcome=np.asarray(values, float),
        start=start,
        counts=exposure is not None,
        exposure=None if exposure is None else np.asarray(exposure, float),
    )


# --- published examples -------------------------------------------------------------------------


def test_the_smoking_ban_of_sicily_by_plain_poisson_as_published():
    # Lopez Bernal, Cummins & Gasparrini 2017: RR 0.894 (0.864 to 0.925), p < 0.001
    found = estimate_interruption(read_sicily(), Model(Family.POISSON, inference=Inference.POISSON))
    change = found.diagnostics["level_change"]
    assert change["rate_ratio"] == pytest.approx(0.894, abs=0.0006)
    assert change["rate_ratio_low"] == pytest.approx(0.864, abs=0.0011)
    assert change["rate_ratio_high"] == pytest.approx(0.925, abs=0.0006)
    assert found.p_value < 0.001
    assert found.estimate == pytest.approx(math.log(change["rate_ratio"]))
    assert any("quasi-poisson" in note for note in found.notes)


def test_the_smoking_ban_with_season_and_overdispersion_as_published():
    # the same, two pairs of harmonics, quasi-Poisson: RR 0.885 (0.839 to 0.933)
    found = estimate_interruption(read_sicily(), Model(Family.POISSON, season=Season(12)))
    change = found.diagnostics["level_change"]
    assert [change[name] for name in ("rate_ratio", "rate_ratio_low", "rate_ratio_high")] == [
        pytest.approx(0.885, abs=0.0005),
        pytest.approx(0.839, abs=0.0005),
        pytest.approx(0.933, abs=0.0005),
    ]
    assert found.verdict is Verdict.FOR


def test_california_level_and_slope_with_newey_west_errors_as_in_stata():
    # Linden 2015, itsa cigsale, single trperiod(1989) lag(1): 31 years, t with 27 degrees
    found = estimate_interruption(read_cigarettes(), Model(lags=1))
    assert found.estimate == pytest.approx(-20.0581, abs=5e-5)
    assert found.se == pytest.approx(4.724395, abs=1e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((-29.75175, -10.36444), abs=1e-5)
    slope, trend = (found.diagnostics[name] for name in ("slope_change", "trend_before"))
    assert trend["estimate"] == pytest.approx(-1.779474, abs=1e-6)
    assert slope["estimate"] + trend["estimate"] == pytest.approx(-3.274126, abs=1e-6)
    # what was to be expected in 1989 without the change, as the help of power itsa says
    assert found.effects[0]["expected"] == pytest.approx(98.416, abs=5e-4)


def test_california_by_ordinary_least_squares_as_in_r():
    # lm(cigsale ~ time + tax_dummy + tax_trend): -20.0581 (3.7471), -1.4947 (0.4846)
    found = estimate_interruption(read_cigarettes(), Model(inference=Inference.OLS))
    slope = found.diagnostics["slope_change"]
    assert (found.estimate, found.se) == pytest.approx((-20.0581, 3.7471), abs=5e-5)
    assert (slope["estimate"], slope["se"]) == pytest.approx((-1.4947, 0.4846), abs=5e-5)


def test_california_against_three_comparison_states_as_published():
    # Linden 2015, second example: level -6.4694 beside Colorado, Idaho, Montana; slope -1.9693
    found = estimate_interruption(read_cigarettes(["all"]), Model(lags=1))
    assert found.estimate == pytest.approx(-6.4694, abs=5e-5)
    assert found.diagnostics["slope_change"]["estimate"] == pytest.approx(-1.9693, abs=5e-5)
    assert found.comparison_units == ("Colorado", "Idaho", "Montana")
    assert found.weights == dict.fromkeys(found.comparison_units, pytest.approx(1 / 3))


def test_california_against_all_38_states_as_published():
    # Linden 2015, first example, as the help of power itsa repeats it: _z_x1989 -2.806417; slopes
    # after and before -3.274126, -1.779474 of California and -1.051279, -.5477701 of the others
    wide = pd.read_csv(DATA / "smoking.csv").drop(columns=["income", "price", "young", "beer"])
    table = wide.melt("state", var_name="year", value_name="packs")
    series = read_series(
        table, CALIFORNIA, time="year", outcome="packs", unit="state", comparison=["all"]
    )
    found = estimate_interruption(series, Model())
    slope = (-3.274126 + 1.779474) - (-1.051279 + 0.5477701)
    assert len(found.comparison_units) == 38
    assert found.estimate == pytest.approx(-2.806417, abs=5e-6)
    assert found.diagnostics["slope_change"]["estimate"] == pytest.approx(slope, abs=2e-6)


def test_cochrane_orcutt_and_durbin_watson_of_the_blaisdell_company_as_published():
    # Kutner et al., section 12.4: D = 0.735, r = 0.631166, b1 = 0.17376, s(b1) = 0.002957
    table = pd.read_csv(DATA / "blaisdell.csv")
    columns = sm.add_constant(table["industry"].to_numpy())
    outcome, elapsed = table["company"].to_numpy(), np.arange(20)
    plain = fit_linear(columns, outcome, elapsed, None)
    watson = describe_residuals(plain.residuals, elapsed, 2)["durbin_watson"]
    fit = fit_autoregressive(columns, outcome, elapsed, keep_first=False, rounds=1)
    assert watson == pytest.approx(0.735, abs=5e-4)
    assert fit.details["rho"] == pytest.approx(0.631166, abs=5e-6)
    assert fit.coefficients[1] == pytest.approx(0.17376, abs=5e-6)
    assert math.sqrt(fit.covariance[1, 1]) == pytest.approx(0.002957, abs=5e-7)
    assert fit.coefficients[0] * (1 - fit.details["rho"]) == pytest.approx(-0.394, abs=5e-4)


def read_page_tables():
    """Return the worked table of the page: the series, and what is found in it."""
    text = PAGE.read_text(encoding="utf-8").split("## Worked table")[1].split("\n## ")[0]
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in text.splitlines() if "|" in line]
    series = [row for row in rows if re.fullmatch(r"2025-\d\d|2026-\d\d", row[0])]
    found = {row[0]: float(row[1].replace("−", "-")) for row in rows if row[0].startswith("`")}
    return pd.DataFrame(series, columns=["month", "minutes"]).astype({"minutes": float}), found


def test_the_worked_table_of_the_page():
    table, written = read_page_tables()
    series = read_series(table, Treatment(start="2026-01"), time="month", outcome="minutes")
    found = estimate_interruption(series, Model(), direction=Direction.DECREASE)
    said = found.diagnostics
    computed = {
        "`estimate`": found.estimate,
        "`se`": found.se,
        "`ci_low`": found.ci_low,
        "`ci_high`": found.ci_high,
        "`p_value`": found.p_value,
        "`slope_change`": said["slope_change"]["estimate"],
        "`trend_before`": said["trend_before"]["estimate"],
        "`cumulative_effect`": said["cumulative_effect"]["estimate"],
        "`durbin_watson`": said["durbin_watson"],
    }
    assert len(table) == 20
    assert written == {name: pytest.approx(computed[name], abs=5e-4) for name in written}
    assert set(written) == set(computed)
    assert found.verdict is Verdict.FOR


# --- the same by other means --------------------------------------------------------------------


@pytest.mark.parametrize("lags", [0, 1, 4])
def test_newey_west_errors_are_those_of_statsmodels(lags):
    series = read_cigarettes()
    time, after = np.arange(31.0), np.arange(31) >= 19
    columns = np.column_stack([np.ones(31), time, after, after * (time - 19)])
    other = sm.OLS(series.outcome, columns).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}
    )
    fit = fit_linear(columns, series.outcome, series.elapsed, Robust(lags, small_sample=False))
    assert fit.covariance == pytest.approx(np.asarray(other.cov_params()))


def test_negative_binomial_is_at_the_top_of_the_likelihood():
    series = read_sicily()
    found = estimate_interruption(
        series, Model(Family.POISSON, inference=Inference.NEGATIVE_BINOMIAL)
    )
    time, after = series.elapsed, (np.arange(59) >= 36).astype(float)
    columns = np.column_stack([np.ones(59), time, after])

    def score(alpha, level):
        fixed = sm.GLM(
            series.outcome,
            columns[:, :2],
            family=sm.families.NegativeBinomial(alpha=alpha),
            offset=np.log(series.exposure) + level * after,
        ).fit()
        mean = fixed.mu
        return stats.nbinom.logpmf(series.outcome, 1 / alpha, 1 / (1 + alpha * mean)).sum()

    alpha, level = found.diagnostics["alpha"], found.estimate
    top = score(alpha, level)
    assert all(
        score(alpha * a, level + b) < top
        for a, b in [(1.05, 0), (0.95, 0), (1, 0.004), (1, -0.004), (1.05, 0.004)]
    )
    # two log-likelihood units down lies two standard errors away
    assert score(alpha, level + 2 * found.se) - top == pytest.approx(-2, abs=0.1)


def test_prais_winsten_is_generalised_least_squares_with_ar1_errors():
    series = read_cigarettes(["all"])
    found = estimate_interruption(series, Model(inference=Inference.PRAIS_WINSTEN))
    time, after = np.arange(31.0), np.arange(31) >= 19
    columns = np.column_stack([np.ones(31), time, after, after * (time - 19)])
    rho = found.diagnostics["rho"]
    apart = np.abs(np.subtract.outer(time, time))
    other = sm.GLS(series.outcome - series.comparison, columns, sigma=rho**apart).fit()
    assert found.estimate == pytest.approx(other.params[2], abs=1e-4)
    assert found.se == pytest.approx(other.bse[2], rel=1e-5)
    # rho is that of its own residuals
    left = series.outcome - series.comparison - columns @ other.params
    assert rho == pytest.approx(left[1:] @ left[:-1] / (left[:-1] @ left[:-1]), abs=1e-5)


def test_arma_coefficients_are_generalised_least_squares_at_its_own_correlation():
    series = read_cigarettes()
    found = estimate_interruption(series, Model(inference=Inference.ARMA))
    phi = found.diagnostics["arma"]["ar.L1"]
    time, after = np.arange(31.0), np.arange(31) >= 19
    columns = np.column_stack([np.ones(31), time, after, after * (time - 19)])
    apart = np.abs(np.subtract.outer(time, time))
    other = sm.GLS(series.outcome, columns, sigma=phi**apart).fit()
    assert found.estimate == pytest.approx(other.params[2], abs=2e-3)
    assert found.p_kind == "two-sided, normal distribution"


def test_a_comparison_of_counts_is_poisson_with_a_level_of_its_own_for_every_period():
    random = np.random.default_rng(5)
    common = np.exp(random.normal(0, 0.4, 24))  # storms strike both
    after = np.arange(24) >= 14
    one, two = random.poisson(80 * common * np.exp(-0.3 * after)), random.poisson(120 * common)
    two[5] = 0  # a period in which the comparison has none counts all the same
    homes = [*random.integers(100, 200, 24), *random.integers(100, 200, 24)]
    months = [f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(24)]
    table = pd.DataFrame(
        {
            "month": months * 2,
            "unit": ["甲"] * 24 + ["乙"] * 24,
            "n": [*one, *two],
            "homes": homes,
        }
    )
    series = read_series(
        table,
        Treatment(units=("甲",), start=months[14]),
        time="month",
        outcome="n",
        unit="unit",
        offset="homes",
        comparison=["乙"],
        counts=True,
    )
    found = estimate_interruption(series, Model(Family.POISSON, inference=Inference.POISSON))
    treated = np.repeat([1.0, 0.0], 24)
    time = np.tile(np.arange(24.0), 2)
    columns = np.column_stack(
        [treated, treated * time, treated * np.tile(after, 2), np.tile(np.eye(24), (2, 1))]
    )
    other = sm.GLM(
        table["n"].to_numpy(float), columns, family=sm.families.Poisson(), offset=np.log(homes)
    ).fit()
    assert found.estimate == pytest.approx(other.params[2])
    assert found.se == pytest.approx(other.bse[2], rel=1e-5)
    # the expected rate goes up and down with the comparison's
    expected = np.array([effect["expected"] for effect in found.effects]) / homes[14:24]
    assert np.corrcoef(expected, two[14:] / homes[38:])[0, 1] > 0.99


def test_transition_periods_are_left_out_and_the_level_changes_after_them():
    line = np.array([5.0, 6, 7, 8, 9, 40, 41, 2, 3, 4, 5])
    wobble = np.array([1, -1, 1, -1, 1, 0, 0, 1, -1, 1, -1]) / 100
    found = estimate_interruption(make_series(line + wobble, 5), Model(transition=2))
    assert found.estimate == pytest.approx(-10, abs=0.1)
    assert found.diagnostics["first_after"] == "2007"
    assert [effect["time"] for effect in found.effects] == ["2007", "2008", "2009", "2010"]
    assert found.diagnostics["periods_left_out"] == 2


def test_the_two_ways_to_count_the_slope_differ_by_one_period():
    start, before = (
        estimate_interruption(read_cigarettes(), Model(slope_from=way)) for way in SlopeFrom
    )
    slope = start.diagnostics["slope_change"]["estimate"]
    assert before.diagnostics["slope_change"]["estimate"] == pytest.approx(slope)
    assert before.estimate == pytest.approx(start.estimate - slope)
    assert before.effects[3]["modelled"] == pytest.approx(start.effects[3]["modelled"])


def test_full_harmonics_and_dummies_are_the_same_season():
    models = [
        Model(Family.POISSON, season=Season(12, SeasonForm.DUMMIES)),
        Model(Family.POISSON, season=Season(12, SeasonForm.HARMONICS, 6)),
    ]
    one, other = (estimate_interruption(read_sicily(), model) for model in models)
    assert (one.estimate, one.se) == pytest.approx((other.estimate, other.se), rel=1e-6)


def test_totals_are_the_sum_and_the_mean_of_the_periods_after():
    series = read_sicily()
    sums = {}
    for target in (Estimand.CUMULATIVE, Estimand.AVERAGE):
        found = estimate_interruption(series, Model(Family.POISSON, estimand=target))
        sums[target] = (found.estimate, found.se)
        modelled = [effect["modelled"] for effect in found.effects]
    total, average = sums[Estimand.CUMULATIVE], sums[Estimand.AVERAGE]
    assert total[0] == pytest.approx(sum(modelled))
    assert average == pytest.approx((total[0] / 23, total[1] / 23))
    # with a level of its own after the change, modelled and observed differences add up alike
    assert total[0] == pytest.approx(sum(effect["effect"] for effect in found.effects))


def test_the_interval_of_a_total_is_what_simulation_of_the_coefficients_gives():
    found = estimate_interruption(read_sicily(), Model(Family.POISSON))
    series, change = read_sicily(), found.diagnostics["level_change"]
    random = np.random.default_rng(3)
    # of a step: expected events change with the coefficients, so only roughly
    expected = sum(effect["expected"] for effect in found.effects)
    drawn = expected * (np.exp(random.normal(change["estimate"], change["se"], 20_000)) - 1)
    total = found.diagnostics["cumulative_effect"]
    assert len(series.times) == 59
    assert total["estimate"] == pytest.approx(drawn.mean(), rel=0.02)
    assert total["se"] > drawn.std() * 0.9


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "elapsed"),
    [
        (["1", "2", "4"], [0, 1, 3]),
        (["2025-11", "2025-12", "2026-02"], [0, 1, 3]),
        (["202511", "202512", "202602"], [0, 1, 3]),
        (["2025Q3", "2025Q4", "2026Q2"], [0, 1, 3]),
        (["2025-W51", "2025-W52", "2026-W02"], [0, 1, 3]),
        (["2026-01-31", "2026-02-28", "2026-04-30"], [0, 1, 3]),
        (["2026-01-01", "2026-02-01", "2026-04-01"], [0, 1, 3]),
        (["2026-01-05", "2026-01-06", "2026-01-08"], [0, 1, 3]),
        (["20260130", "20260131", "20260202"], [0, 1, 3]),
        (["1990", "2000", "2020"], [0, 1, 3]),
    ],
)
def test_a_missing_period_leaves_a_gap(times, elapsed):
    counted, even = count_elapsed(times)
    assert (counted.tolist(), even) == (elapsed, True)


def test_times_that_mean_nothing_are_numbered():
    counted, even = count_elapsed(["first", "second", "third"])
    assert (counted.tolist(), even) == ([0, 1, 2], False)
    assert count_elapsed(["1", "2", "4.5"])[1] is False
    assert count_elapsed(["1", "2", "1000000000"])[0].tolist() == [0, 1, 2]


def test_a_month_that_is_missing_moves_nothing_of_a_straight_line():
    months = [f"2025-{n:02d}" for n in range(1, 13)]
    values = [float(n if n < 7 else n - 4) + (n % 3) / 50 for n in range(1, 13)]
    whole = estimate_interruption(make_series(values, 6, times=months), Model())
    table = pd.DataFrame({"time": months, "y": values}).drop(index=[2, 8])
    gappy = read_series(table, Treatment(start="2025-07"), time="time", outcome="y")
    found = estimate_interruption(gappy, Model())
    assert found.estimate == pytest.approx(whole.estimate, abs=0.05)
    assert found.diagnostics["slope_change"]["estimate"] == pytest.approx(0, abs=0.02)


def test_bad_rows_are_listed_and_the_rest_is_computed():
    values = [str(5 + n % 2) for n in range(20)]
    values[3], values[15] = "x", ""
    series = make_series(values, 10)
    found = estimate_interruption(series, Model())
    assert [(f.row, f.code) for f in found.quality] == [(5, "no_number"), (17, "no_number")]
    assert found.diagnostics["periods_before"] + found.diagnostics["periods_after"] == 18


def test_a_comparison_without_a_value_leaves_its_period_out_and_says_so():
    table = pd.read_csv(DATA / "cigarettes.csv")
    table = table[~((table["state"] == "Idaho") & (table["year"] == 1980))]
    series = read_series(
        table, CALIFORNIA, time="year", outcome="cigsale", unit="state", comparison=["all"]
    )
    found = estimate_interruption(series, Model())
    assert found.diagnostics["periods_missing"] == 1
    assert found.diagnostics["periods_before"] == 18
    assert any(note.startswith("1 periods in the file") for note in found.notes)


def test_several_treated_units_are_averaged_or_added_up():
    table = pd.DataFrame(
        {
            "unit": ["甲"] * 12 + ["乙"] * 12,
            "t": list(range(12)) * 2,
            "n": [3, 4, 5, 4, 3, 4, 8, 9, 8, 9, 9, 8, 5, 4, 5, 6, 5, 6, 9, 9, 8, 9, 8, 9],
            "on": ([0] * 6 + [1] * 6) * 2,
        }
    )
    means = table.groupby("t")["n"].mean()
    series = read_series(table, Treatment(column="on"), time="t", outcome="n", unit="unit")
    assert series.outcome.tolist() == means.tolist()
    added = read_series(
        table, Treatment(column="on"), time="t", outcome="n", unit="unit", counts=True
    )
    assert added.outcome.tolist() == (2 * means).tolist()


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "start", "model", "said"),
    [
        ([1, 2, 3, 4, 5, 6], 0, Model(), "no period before"),
        ([1, 2, 3, 4, 5, 6], 2, Model(), "2 periods before the change; at least 3"),
        ([1, 2, 3, 4, 5, 6], 4, Model(), "2 periods after the change; at least 3"),
        ([1, 2, 3, 4, 5, 6], 3, Model(season=Season(4)), "at least 8 are needed"),
        ([1, 2, 3, 4, 5, 6.5], 3, Model(Family.POISSON), "no whole numbers"),
        ([1, 2, 3, 4, 5, -6], 3, Model(Family.POISSON), "negative values"),
        ([1, 2, 3, 4, 5, 6], 3, Model(inference=Inference.QUASI_POISSON), "newey-west, ols"),
        ([1, 2, 3, 4, 5, 6], 3, Model(impact=Impact.LEVEL, estimand=Estimand.SLOPE), "no change"),
        ([1, 2, 3, 4, 5, 6], 3, Model(season=Season(12, pairs=9)), "1 to 6 pairs"),
        ([5, 4, 6, 5, 0, 0, 0], 4, Model(Family.POISSON), "no event after the change"),
        ([0, 0, 0, 0, 5, 4, 6], 4, Model(Family.POISSON), "no event before the change"),
    ],
)
def test_what_cannot_be_done_is_said(values, start, model, said):
    with pytest.raises(EffectsError, match=said):
        estimate_interruption(make_series(values, start), model)


def test_an_offset_is_for_counts_and_positive():
    values = [4, 5, 6, 5, 4, 5, 6, 5, 4, 5]
    with pytest.raises(EffectsError, match="belongs to counts"):
        estimate_interruption(make_series(values, 5, exposure=[1] * 10), Model())
    series = make_series(values, 5, exposure=[1] * 9 + [0])
    with pytest.raises(EffectsError, match="not positive"):
        estimate_interruption(series, Model(Family.POISSON))


def test_a_series_that_wanders_without_return_is_no_autoregression():
    values = [float(2**n) for n in range(12)] + [float(2**n) for n in range(12, 24)]
    with pytest.raises(EffectsError, match="newey-west"):
        estimate_interruption(
            make_series(values, 12), Model(inference=Inference.PRAIS_WINSTEN, impact=Impact.LEVEL)
        )


@pytest.mark.parametrize("inference", [None, Inference.PRAIS_WINSTEN, Inference.ARMA])
def test_a_line_without_noise_has_an_effect_but_no_chance(inference):
    series = make_series([1.0, 2, 3, 4, 9, 10, 11, 12], 4)
    found = estimate_interruption(series, Model(inference=inference))
    assert found.estimate == pytest.approx(4)
    assert (found.se, found.p_value, found.ci_low) == (None, None, None)
    assert found.verdict is Verdict.NOT_ENOUGH
    assert any("without any error" in note for note in found.notes)


def test_what_would_not_have_been_seen_is_said_where_nothing_was():
    random = np.random.default_rng(2)
    found = estimate_interruption(build_series(random.standard_normal(40), 20), Model())
    reach = stats.t(36).ppf(0.975) + stats.t(36).ppf(0.8)
    assert found.verdict is Verdict.NOT_ENOUGH
    assert found.diagnostics["detectable"] == pytest.approx(reach * found.se)
    assert any("would probably not have been seen" in note for note in found.notes)


def test_few_points_are_said_to_be_few():
    values = [1.0, 2.2, 2.9, 4.1, 9, 10.1, 10.8, 12]
    notes = " ".join(estimate_interruption(make_series(values, 4), Model()).notes)
    assert "Only 4 periods before" in notes
    assert "Only 4 periods after" in notes


# --- laws ---------------------------------------------------------------------------------------

VALUES = st.lists(st.integers(0, 400), min_size=16, max_size=30, unique=True)
GAUSSIAN = st.sampled_from([Inference.NEWEY_WEST, Inference.OLS])


@settings(deadline=None, max_examples=30)
@given(VALUES, st.integers(-10_000, 10_000), GAUSSIAN)
def test_a_constant_added_to_all_outcomes_changes_no_effect(values, constant, inference):
    model = Model(inference=inference)
    plain, raised = (
        estimate_interruption(build_series([v + c for v in values], 8), model)
        for c in (0, constant)
    )
    assert raised.estimate == pytest.approx(plain.estimate, abs=1e-6)
    assert (raised.se is None) == (plain.se is None)
    assert (raised.se or 0) == pytest.approx(plain.se or 0, rel=1e-6, abs=1e-6)
    total = "cumulative_effect"
    assert raised.diagnostics[total]["estimate"] == pytest.approx(
        plain.diagnostics[total]["estimate"], abs=1e-5
    )


@settings(deadline=None, max_examples=10)
@given(VALUES, st.integers(1, 900))
def test_moving_all_times_changes_no_effect(values, years):
    times = [str(1000 + n) for n in range(len(values))]
    later = [str(1000 + years + n) for n in range(len(values))]
    plain, moved = (
        estimate_interruption(make_series(values, 8, times=each), Model())
        for each in (times, later)
    )
    assert (moved.estimate, moved.se) == pytest.approx((plain.estimate, plain.se))


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.integers(5, 400), min_size=16, max_size=30),
    st.floats(1e-3, 1e5),
    st.sampled_from([Inference.QUASI_POISSON, Inference.POISSON, Inference.NEWEY_WEST]),
)
def test_scaling_the_offset_changes_no_effect(values, factor, inference):
    model = Model(Family.POISSON, inference=inference)
    shares = [100.0 + n for n in range(len(values))]
    plain, scaled = (
        estimate_interruption(build_series(values, 8, [f * s for s in shares]), model)
        for f in (1, factor)
    )
    assert scaled.estimate == pytest.approx(plain.estimate, rel=1e-6, abs=1e-8)
    assert scaled.se == pytest.approx(plain.se, rel=1e-5, abs=1e-8)


@settings(deadline=None, max_examples=10)
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(values, random):
    times = [str(2000 + n) for n in range(len(values))]
    table = pd.DataFrame({"time": times, "y": values})
    rows = list(range(len(values)))
    random.shuffle(rows)
    one, other = (
        estimate_interruption(
            read_series(each, Treatment(start="2008"), time="time", outcome="y"), Model()
        )
        for each in (table, table.iloc[rows].reset_index(drop=True))
    )
    assert one.as_dict() == other.as_dict()


def test_placebo_starts_are_sought_before_the_change_alone():
    random = np.random.default_rng(8)
    values = 20 + random.standard_normal(36) + 6 * (np.arange(36) >= 24)
    calm = estimate_interruption(build_series(values, 24), Model(), placebo=True)
    wild = values + np.where(np.arange(36) >= 34, 1000, 0)  # after the change: seen by no placebo
    other = estimate_interruption(build_series(wild, 24), Model(), placebo=True)
    placebo = calm.diagnostics["placebo"]
    assert placebo["starts"] == 19  # 3 periods before and 3 after at least, 24 in all
    assert placebo["largest"] == other.diagnostics["placebo"]["largest"]
    assert placebo["rank"] == pytest.approx(1 / 20)
    bent = np.concatenate([np.zeros(12), np.full(12, 8.0), np.full(12, 9.0)])
    bent += random.standard_normal(36) / 2
    found = estimate_interruption(build_series(bent, 24), Model(), placebo=True)
    assert found.diagnostics["placebo"]["rank"] > 1 / 20
    assert abs(found.diagnostics["placebo"]["largest"]) > 5


def draw_placebos(rounds, inference):
    random = np.random.default_rng(20_260_101)
    found = []
    for _ in range(rounds):
        noise = random.standard_normal(40)
        for place in range(1, 40):
            noise[place] += 0.4 * noise[place - 1]
        series = build_series(20 + 0.3 * np.arange(40) + noise, 24)
        found.append(estimate_interruption(series, Model(inference=inference)))
    return found


@pytest.mark.parametrize("inference", [Inference.NEWEY_WEST, Inference.PRAIS_WINSTEN])
def test_a_placebo_before_treatment_has_no_effect_on_average(inference):
    found = draw_placebos(150, inference)
    estimates = np.array([each.estimate for each in found])
    assert abs(estimates.mean()) < 4 * estimates.std(ddof=1) / math.sqrt(len(found))
    alarms = np.mean([each.p_value < 0.05 for each in found])
    # both are too bold in short series, the more so Newey-West: the page says so
    assert alarms < {Inference.NEWEY_WEST: 0.30, Inference.PRAIS_WINSTEN: 0.18}[inference]
