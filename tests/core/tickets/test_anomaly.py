"""Days out of the ordinary, against published bounds, known truth and the calendar."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from linghang_core.periods import DateRange, load_calendar
from linghang_core.tickets.anomaly import (
    AnomalyError,
    count_days,
    find_anomalies,
    find_bounds,
    fit_counts,
    weigh_outliers,
)


@pytest.mark.parametrize(
    ("dispersion", "low", "high", "tail"),
    [(1.5, 1, 10, 0.03763657), (1.0, 2, 9, 0.01369527)],
)
def test_bounds_are_those_of_the_r_package(dispersion, low, high, tail):
    """Mean 5, `nbPlugin`: expected values in the tests of R's surveillance (farringtonFlexible).

    There alpha is 0.05 on each side; `tail` is the chance of 11 or more.
    """
    assert find_bounds(5, dispersion, 0.10) == (low, high)
    law = stats.poisson(5) if dispersion == 1 else stats.nbinom(10, 10 / 15)
    assert law.sf(10) == pytest.approx(tail, abs=1e-8)


def test_weights_of_past_outliers_follow_farrington():
    """An ordinary day has residual 0 and keeps its weight; weights sum to the number of days."""
    counts = np.array([10.0] * 9 + [40.0])
    weights = weigh_outliers(counts, np.full(10, 10.0), np.zeros(10), 1.0)
    residual = 1.5 * (40 ** (2 / 3) - 10 ** (2 / 3)) / 10 ** (1 / 6)
    assert weights.sum() == pytest.approx(10)
    assert weights[9] / weights[0] == pytest.approx(residual**-2)


def test_fit_equals_the_quasi_poisson_of_statsmodels():
    import statsmodels.api as sm

    dice = np.random.default_rng(4)
    design = np.column_stack([np.ones(120), np.arange(120) / 100, np.arange(120) % 7 == 0])
    counts = dice.negative_binomial(5, 0.3, 120).astype(float)
    beta, covariance, dispersion = fit_counts(design, counts)
    known = sm.GLM(counts, design, family=sm.families.Poisson()).fit(scale="X2")
    assert beta == pytest.approx(known.params, abs=1e-6)
    assert dispersion == pytest.approx(known.scale, rel=1e-6)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(known.bse, rel=1e-6)


def build(first=date(2024, 1, 1), length=900, seed=1):
    """Counts with a known mean: Mondays high, weekends low, summer high, holidays a third."""
    calendar, dice = load_calendar(), np.random.default_rng(seed)
    days = [first + timedelta(days=n) for n in range(length)]
    mean = np.array(
        [
            30
            * (1.4 if day.weekday() == 0 else 0.7 if day.weekday() > 4 else 1)
            * (1 + 0.4 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 200) / 365))
            / (3 if calendar.kind_of(day) == "holiday" else 1)
            for day in days
        ]
    )
    return pd.Series(dice.negative_binomial(mean, 0.5), index=days), mean


def last(counts, days: int) -> DateRange:
    return DateRange(counts.index[-days], counts.index[-1] + timedelta(days=1))


def test_expected_counts_follow_the_truth_and_false_alarms_are_rare():
    flagged = judged = 0
    for seed in range(4):
        counts, mean = build(seed=seed)
        found = find_anomalies(counts, last(counts, 90))
        expected = np.array([day.expected for day in found.days])
        assert np.median(np.abs(expected / mean[-90:] - 1)) < 0.12
        flagged += sum(day.flagged for day in found.days)
        judged += len(found.days)
    assert flagged / judged <= 0.02  # 1 % are meant; 2 % bounds four runs of 90 days


def test_a_day_of_three_times_the_demands_is_flagged_with_its_reasons():
    counts, _mean = build()
    day = counts.index[-3]
    counts[day] *= 3
    found = {each.day: each for each in find_anomalies(counts, last(counts, 14)).days}
    assert found[day].flagged
    assert found[day].score > 1
    assert f"{counts[day]} demands are above" in found[day].reasons[0]
    assert sum(each.flagged for each in found.values()) == 1


def test_a_quiet_holiday_is_expected_and_a_silent_monday_is_not():
    counts, _mean = build(length=880)  # to May 2026
    holiday, monday = date(2026, 5, 1), date(2026, 5, 18)
    counts[monday] = 0
    found = {
        d.day: d
        for d in find_anomalies(counts, DateRange(date(2026, 4, 28), date(2026, 5, 20))).days
    }
    assert not found[holiday].flagged
    assert found[holiday].expected < found[date(2026, 4, 28)].expected / 2
    assert "below" in found[monday].reasons[0]


def test_an_old_outbreak_does_not_hide_a_new_one():
    counts, _mean = build()
    day = counts.index[-2]
    counts[day] *= 3
    for back in range(30, 40):
        counts.iloc[-back] *= 6
    assert [d.day for d in find_anomalies(counts, last(counts, 3)).days if d.flagged] == [day]


def test_a_handful_of_demands_is_never_a_rise():
    counts = pd.Series(0, index=[date(2026, 1, 1) + timedelta(days=n) for n in range(100)])
    counts.iloc[-1] = 4
    assert [d.flagged for d in find_anomalies(counts, last(counts, 1)).days] == [False]
    counts.iloc[-1] = 5
    assert [d.flagged for d in find_anomalies(counts, last(counts, 1)).days] == [True]


def test_a_day_is_judged_by_the_days_before_it_alone():
    counts, _mean = build()
    day = counts.index[-10]
    one = find_anomalies(counts, DateRange(day, day + timedelta(days=1))).days
    changed = counts.copy()
    changed.iloc[-9:] = 500
    assert find_anomalies(changed, DateRange(day, day + timedelta(days=1))).days == one


@pytest.mark.parametrize(
    ("length", "terms"),
    [(100, ()), (420, ("trend",)), (600, ("trend", "sin 1"))],
)
def test_season_and_trend_enter_only_with_enough_days(length, terms):
    counts, _mean = build(length=length)
    held = find_anomalies(counts, last(counts, 7)).terms
    assert {"trend", "sin 1"} & set(held) == set(terms)
    assert "weekday 2" in held


def test_what_cannot_be_judged_is_refused():
    counts, _mean = build(length=70)
    with pytest.raises(AnomalyError, match="only 35 days before"):
        find_anomalies(counts, last(counts, 28))
    with pytest.raises(AnomalyError, match="gaps"):
        find_anomalies(counts.drop(counts.index[5]), last(counts, 1))
    with pytest.raises(AnomalyError, match="no count from 2030-01-01"):
        find_anomalies(counts, DateRange(date(2030, 1, 1), date(2030, 1, 2)))
    with pytest.raises(AnomalyError, match="zero or more"):
        find_anomalies(counts.astype(float) - 500, last(counts, 1))


def test_days_without_a_demand_count_zero():
    times = pd.Series(
        pd.to_datetime(["2026-01-01 08:00", "2026-01-03 00:00", "2026-01-03 09:00", None])
    )
    assert count_days(times).to_dict() == {
        date(2026, 1, 1): 1,
        date(2026, 1, 2): 0,
        date(2026, 1, 3): 2,
    }
