"""What a project could show: formulas of the literature, simulation, and the laws of power."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from linghang_core.effects.power import (
    AR1,
    History,
    plan_comparison,
    plan_series,
    read_history,
    variance_of_change,
)
from linghang_core.effects.power.comparison import find_mde
from linghang_core.effects.power.prospect import Hurdles
from linghang_core.effects.results import EffectsError
from linghang_core.effects.series import Impact, Season

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "registration.md"


def make_history(units=30, periods=24, *, rho=0.5, sd=1.0, seed=1):
    random = np.random.default_rng(seed)
    noise = random.standard_normal((units, periods))
    for place in range(1, periods):
        noise[:, place] = rho * noise[:, place - 1] + math.sqrt(1 - rho**2) * noise[:, place]
    outcomes = 50 + 5 * random.standard_normal((units, 1)) + 0.2 * np.arange(periods) + sd * noise
    return History(
        tuple(f"台区{n}" for n in range(units)),
        tuple(f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(periods)),
        outcomes,
    )


def test_the_variance_of_a_change_is_that_of_frison_and_pocock():
    # change scores, compound symmetry: sd² (1 − rho) (1/m + 1/r); Frison & Pocock 1992
    assert variance_of_change(2, 3, 4, 0.7) == pytest.approx(4 * 0.3 * (1 / 3 + 1 / 4))


def test_the_variance_of_a_change_is_the_formula_of_burlig_preonas_and_woerman():
    # σ²/m + σ²/r + (m−1)/m ψB + (r−1)/r ψA − 2 ψX with the mean covariances of AR(1) errors
    before, after, rho = 5, 3, 0.6
    within = [
        np.mean([rho ** abs(s - t) for s in range(n) for t in range(n) if s != t])
        for n in (before, after)
    ]
    across = np.mean([rho ** (before + t - s) for s in range(before) for t in range(after)])
    expected = (
        1 / before
        + 1 / after
        + (before - 1) / before * within[0]
        + (after - 1) / after * within[1]
        - 2 * across
    )
    assert variance_of_change(1, before, after, rho, AR1) == pytest.approx(expected)


def test_the_worked_table_of_the_page():
    text = PAGE.read_text(encoding="utf-8").split("## Worked table")[1].split("\n## ")[0]
    rows = re.findall(r"\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|", text)
    assert len(rows) == 4
    for treated, compared, before, after, rho, mde in rows:
        spread = math.sqrt(variance_of_change(4.0, int(before), int(after), float(rho), AR1))
        found = find_mde(spread, int(treated), int(compared), 0.8, 0.95)
        assert found == pytest.approx(float(mde), abs=5e-3)


def test_the_past_gives_the_variance_that_made_it():
    history = make_history(units=400, rho=0.5)
    found = plan_comparison(history, treated=200, before=6, after=6)
    expected = variance_of_change(1, 6, 6, 0.5, AR1)
    assert found.inputs["sd_of_change"] == pytest.approx(math.sqrt(expected), rel=0.05)
    assert found.mde == pytest.approx(found.inputs["mde_formula"], rel=0.06)


def test_a_planned_effect_is_found_as_often_as_said():
    # what the randomisation test really finds in invented projects of the same kind
    history = make_history(units=40, rho=0.5)
    plan = plan_comparison(history, treated=10, before=6, after=6)
    finds = 0
    for seed in range(200):
        changes = np.random.default_rng(seed + 10_000).normal(0, plan.inputs["sd_of_change"], 40)
        changes[:10] += plan.mde
        difference = changes[:10].mean() - changes[10:].mean()
        pooled = np.sqrt(
            (changes[:10].var(ddof=1) * 9 + changes[10:].var(ddof=1) * 29) / 38 * (1 / 10 + 1 / 30)
        )
        finds += difference / pooled > stats.t(38).ppf(0.975)
    assert finds / 200 == pytest.approx(0.8, abs=0.1)


def test_units_with_gaps_are_left_out_and_counted():
    history = make_history(units=10)
    history.outcomes[3, 5] = np.nan
    found = plan_comparison(history, treated=3, after=6)
    assert found.inputs["units"] == 9
    assert "1 of 10 units have gaps in the past and are left out." in found.notes


def test_one_treated_unit_can_be_planned_for():
    found = plan_comparison(make_history(units=30), treated=1, before=6, after=6, effect=3)
    assert found.mde > plan_comparison(make_history(units=30), treated=8, before=6, after=6).mde
    assert found.needed["power"] > 0.8
    assert 1 <= found.needed["treated_units"] <= 28


def test_a_long_series_has_the_power_that_its_errors_allow_by_formula():
    history = make_history(units=1, periods=60, rho=0.4)
    found = plan_series(history, after=60, impact=Impact.LEVEL)
    time, after = np.arange(120.0), np.arange(120) >= 60
    columns = np.column_stack([np.ones(120), time, after])
    weights = np.linalg.pinv(columns)[2]
    rho, sd = found.inputs["rho"], found.inputs["sd"]
    apart = np.abs(np.subtract.outer(time, time))
    error = sd * math.sqrt(weights @ rho**apart @ weights)
    reach = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert 0.2 < rho < 0.6
    assert found.mde == pytest.approx(reach * error, rel=0.12)


def test_autocorrelation_is_measured_with_its_bias_taken_out():
    rhos = []
    for seed in range(60):
        history = make_history(units=1, periods=40, rho=0.5, seed=seed)
        rhos.append(plan_series(history, after=6, rounds=100).inputs["rho"])
    assert np.mean(rhos) == pytest.approx(0.5, abs=0.06)


def test_a_wanted_effect_is_told_what_it_takes():
    history = make_history(units=1, periods=36, rho=0.3)
    found = plan_series(history, after=6, effect=2.5, rounds=500)
    assert found.needed["effect"] == 2.5
    needed = found.needed["periods_after"]
    assert plan_series(history, after=needed, effect=2.5, rounds=500).needed["power"] >= 0.8
    none = plan_series(history, after=6, effect=0.01, rounds=100)
    assert none.needed["periods_after"] is None


def test_the_usual_test_raises_false_alarms_in_short_restless_series_and_says_so():
    found = plan_series(make_history(units=1, periods=24, rho=0.7), after=12)
    assert found.false_alarms > 0.1
    assert any("in which nothing happened" in note for note in found.notes)


def test_season_is_no_noise():
    history = make_history(units=1, periods=48, rho=0.2)
    wave = 10 * np.sin(2 * np.pi * np.arange(48) / 12)
    seasonal = History(history.units, history.times, history.outcomes + wave)
    plain = plan_series(history, after=12, season=Season(12))
    assert plan_series(seasonal, after=12, season=Season(12)).mde == pytest.approx(plain.mde)
    assert plan_series(seasonal, after=12).mde > 2 * plain.mde


def test_rows_from_the_start_on_are_left_aside():
    table = pd.DataFrame({"t": [f"2025-{n:02d}" for n in range(1, 13)], "y": range(12)})
    history = read_history(table, time="t", outcome="y", start="2025-10")
    assert history.times[-1] == "2025-09"
    assert history.outcomes.shape == (1, 9)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (lambda h: plan_comparison(h, treated=29, after=3), "at least 1 must be, and 2 not"),
        (lambda h: plan_comparison(h, treated=3, after=20, before=9), "at least 29"),
        (lambda h: plan_comparison(h, treated=3, after=3, power=1.2), "write a share"),
        (lambda h: plan_comparison(h, treated=3, after=3, rounds=5), "at least 100"),
        (lambda h: plan_series(h, after=3), "several units"),
        (lambda h: plan_series(h, after=3, unit="乙"), "not in the file"),
        (lambda h: plan_series(h, after=1, unit="台区0"), "1 periods after"),
    ],
)
def test_what_cannot_be_planned_is_said(plan, said):
    with pytest.raises(EffectsError, match=said):
        plan(make_history())


def test_a_past_that_is_too_short_or_too_straight_is_refused():
    short = History(("甲",), tuple("123456"), np.arange(6.0)[None, :])
    straight = History(("甲",), tuple(str(n) for n in range(12)), np.arange(12.0)[None, :])
    alike = History(tuple("甲乙丙丁"), straight.times, np.tile(np.arange(12.0), (4, 1)))
    with pytest.raises(EffectsError, match="any effect shows"):
        plan_comparison(alike, treated=1, after=3)
    with pytest.raises(EffectsError, match="at least 8"):
        plan_series(short, after=4)
    with pytest.raises(EffectsError, match="without any noise"):
        plan_series(straight, after=4)


# --- laws ---------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.floats(0, 20), st.floats(0, 20))
def test_power_never_falls_as_the_effect_grows(seed, one, other):
    random = np.random.default_rng(seed)
    hurdles = Hurdles.of(random.standard_normal(200), 1.0 + random.random(200))
    small, large = sorted([one, other])
    assert hurdles.find_power(small) <= hurdles.find_power(large)
    assert hurdles.find_power(hurdles.find_effect(0.8) * (1 + 1e-9)) >= 0.8


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.1, 9), st.floats(0.5, 0.98))
def test_more_units_show_smaller_effects(treated, compared, spread, power):
    if treated + compared < 3:
        return
    fewer = find_mde(spread, treated, compared, power, 0.95)
    assert find_mde(spread, treated + 1, compared, power, 0.95) < fewer
    assert find_mde(spread, treated, compared + 1, power, 0.95) < fewer


@settings(deadline=None, max_examples=10)
@given(st.floats(0.01, 100), st.integers(-1000, 1000))
def test_units_of_measure_carry_over_and_constants_do_not(factor, constant):
    history = make_history(units=8, periods=16)
    moved = History(history.units, history.times, factor * (history.outcomes + constant))
    plain = plan_comparison(history, treated=3, after=4, rounds=200)
    found = plan_comparison(moved, treated=3, after=4, rounds=200)
    assert found.mde == pytest.approx(factor * plain.mde, rel=1e-6)
    one, other = (plan_series(h, after=6, unit="台区0", rounds=200) for h in (history, moved))
    assert other.mde == pytest.approx(factor * one.mde, rel=1e-5)


def test_the_same_seed_gives_the_same_prospect():
    history = make_history(units=8)
    plans = [plan_comparison(history, treated=3, after=4, seed=seed).mde for seed in (7, 7, 8)]
    assert plans[0] == plans[1] != plans[2]
