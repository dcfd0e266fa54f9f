"""Synthetic difference in differences: published figures, the worked table, laws, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.effects.published import make_panel, read_california, read_quotas, read_worked

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError, Verdict
from linghang_core.effects.synthetic import Estimator, Inference, Solver, compute_did
from linghang_core.effects.synthetic.descent import Problems, descend_sparsely
from linghang_core.effects.synthetic.simplex import solve_simplex

QUIET = {"inference": Inference.NONE, "solver": Solver.EXACT}


def build_panel(
    outcomes: np.ndarray, starts: list[int], covariates: dict[str, np.ndarray] | None = None
) -> Panel:
    """Return a panel whose first units are treated from these places on."""
    units, periods = outcomes.shape
    all_starts = np.full(units, periods)
    all_starts[: len(starts)] = starts
    names = tuple(f"u{place:02}" for place in range(units))
    times = tuple(str(2000 + place) for place in range(periods))
    cohorts = tuple(times[start] if start < periods else "" for start in all_starts)
    return Panel(names, times, outcomes, all_starts, cohorts, covariates or {})


panels = st.tuples(st.integers(5, 9), st.integers(5, 9), st.integers(0, 2**32 - 1)).map(
    lambda drawn: np.random.default_rng(drawn[2]).normal(size=drawn[:2]).cumsum(axis=1).round(6)
)


# Published


@pytest.mark.parametrize(
    ("estimator", "published"),
    [(Estimator.SDID, -15.60383), (Estimator.SC, -19.61966), (Estimator.DID, -27.34911)],
)
def test_california_has_the_figures_of_the_r_package(estimator, published):
    """synthdid 0.0.9: −15.60383, −19.61966, −27.34911 (paper, table 1: −15.6, −19.6, −27.3)."""
    found = compute_did(read_california(), estimator=estimator, inference=Inference.NONE)
    assert found.estimate == pytest.approx(published, abs=2e-5)
    if estimator is Estimator.SDID:
        top = {"Nevada": 0.124, "New Hampshire": 0.105, "Connecticut": 0.078, "Delaware": 0.070}
        assert {name: found.weights[name] for name in top} == pytest.approx(top, abs=1e-3)
        times = {"1986": 0.366, "1987": 0.206, "1988": 0.427}
        assert {t: found.time_weights[t] for t in times} == pytest.approx(times, abs=1e-3)


@pytest.mark.parametrize(
    ("estimator", "published"),
    [(Estimator.SDID, 8.4), (Estimator.SC, 9.9), (Estimator.DID, 17.7)],
)
def test_california_has_the_placebo_errors_of_the_paper(estimator, published):
    """Table 1 of the paper, from random draws: to 15 %. Each of the 38 controls once here."""
    found = compute_did(read_california(), estimator=estimator, solver=Solver.EXACT)
    assert found.se == pytest.approx(published, rel=0.15)
    assert "all 38 controls once" in found.se_recipe
    assert found.ci_low == pytest.approx(found.estimate - 1.959964 * found.se)


def test_quotas_have_the_figures_of_the_stata_and_julia_packages():
    """Clarke and others (2023): 8.034101; Synthdid.jl lists the cohorts."""
    found = compute_did(read_quotas(), inference=Inference.NONE)
    assert found.estimate == pytest.approx(8.034102, abs=1e-5)
    cohorts = {each["first_treated"]: each["estimate"] for each in found.diagnostics["cohorts"]}
    published = {
        "2000": 8.38887,
        "2002": 6.96775,
        "2003": 13.9523,
        "2005": -3.45054,
        "2010": 2.74904,
        "2012": 21.7627,
        "2013": -0.820324,
    }
    assert cohorts == pytest.approx(published, abs=1e-4)
    assert [each["treated"] for each in found.diagnostics["cohorts"]] == [1, 2, 2, 1, 1, 1, 1]


def test_the_exact_optimum_lies_close_to_the_package():
    found = compute_did(read_california(), **QUIET)
    assert found.estimate == pytest.approx(-15.604, abs=0.002)


# The worked table


@pytest.mark.parametrize("solver", list(Solver))
def test_the_worked_table_of_the_page(solver):
    panel = make_panel(read_worked("sdid"), "甲", "3")
    found = compute_did(panel, solver=solver, inference=Inference.NONE)
    assert found.weights == pytest.approx({"乙": 0.7, "丙": 0.3}, abs=1e-6)
    assert found.time_weights == pytest.approx({"1": 0, "2": 1}, abs=1e-6)
    assert found.estimate == pytest.approx(-1.4, abs=1e-5)
    assert found.effects[-1]["effect"] == pytest.approx(-1.4, abs=1e-5)
    plain = compute_did(panel, estimator=Estimator.DID, **QUIET)
    assert plain.estimate == pytest.approx(0)


# The steps


def test_the_steps_come_close_to_the_optimum_and_keep_out_what_is_not_allowed():
    generator = np.random.default_rng(2)
    columns, target = generator.normal(size=(12, 6)), generator.normal(size=12)
    allowed = np.array([[True] * 6, [True, True, False, True, True, True]])
    problems = Problems(
        columns.T @ columns,
        np.tile(columns.T @ target, (2, 1)),
        np.full(2, 12.0),
        np.full((2, 6), 0.5),
        allowed,
    )
    found = descend_sparsely(problems, 1e-6)
    for weights, kept in zip(found, allowed, strict=True):
        exact = np.zeros(6)
        exact[kept] = solve_simplex(columns[:, kept], target, 0.5)
        assert weights == pytest.approx(exact, abs=2e-3)
        assert not weights[~kept].any()


# Laws


@settings(max_examples=25, deadline=None)
@given(panels, st.integers(0, 2**32 - 1), st.floats(-9, 9))
def test_constants_of_units_and_a_common_trend_change_no_effect(outcomes, seed, slope):
    levels = np.random.default_rng(seed).normal(scale=9, size=(len(outcomes), 1))
    moved = outcomes + levels + slope * np.arange(outcomes.shape[1]) + 100
    found = [compute_did(build_panel(each, [3]), **QUIET) for each in (outcomes, moved)]
    assert found[1].estimate == pytest.approx(found[0].estimate, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(panels, st.integers(0, 2**32 - 1))
def test_constants_of_periods_change_no_effect_of_even_weights(outcomes, seed):
    """ω depends on σ, and σ on constants of periods: with even weights nothing does."""
    moved = outcomes + np.random.default_rng(seed).normal(scale=9, size=outcomes.shape[1])
    found = [
        compute_did(build_panel(each, [3]), estimator=Estimator.DID, **QUIET)
        for each in (outcomes, moved)
    ]
    assert found[1].estimate == pytest.approx(found[0].estimate, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(panels, st.sampled_from([-2.0, 0.01, 30.0]))
def test_scaling_the_outcome_scales_effect_and_error(outcomes, factor):
    plain = compute_did(build_panel(outcomes, [3]), solver=Solver.EXACT)
    scaled = compute_did(build_panel(outcomes * factor, [3]), solver=Solver.EXACT)
    assert scaled.estimate == pytest.approx(factor * plain.estimate, rel=1e-5, abs=1e-9)
    assert scaled.se == pytest.approx(abs(factor) * plain.se, rel=1e-5)
    assert scaled.weights == pytest.approx(plain.weights, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(panels, st.randoms(use_true_random=False))
def test_permuting_units_permutes_the_weights_and_keeps_the_estimate(outcomes, random):
    order = list(range(2, len(outcomes)))
    random.shuffle(order)
    plain = compute_did(build_panel(outcomes, [3, 3]), **QUIET)
    other = compute_did(build_panel(outcomes[[1, 0, *order]], [3, 3]), **QUIET)
    names = list(plain.weights)
    expected = [plain.weights[names[place - 2]] for place in order]
    assert list(other.weights.values()) == pytest.approx(expected, abs=1e-6)
    assert other.estimate == pytest.approx(plain.estimate, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(panels)
def test_weights_are_not_negative_and_sum_to_one(outcomes):
    found = compute_did(build_panel(outcomes, [3, 3]), **QUIET)
    for weights in (found.weights, found.time_weights):
        assert min(weights.values()) >= 0
        assert sum(weights.values()) == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(panels, st.floats(-20, 20))
def test_where_all_units_run_parallel_the_effect_is_exact(outcomes, effect):
    parallel = outcomes[:, :1] + outcomes[0]
    parallel[0, 3:] += effect
    assert compute_did(build_panel(parallel, [3]), **QUIET).estimate == pytest.approx(
        effect, abs=1e-6
    )


@settings(max_examples=20, deadline=None)
@given(panels, st.floats(-5, 5))
def test_a_covariate_is_taken_out_where_it_makes_the_outcome(outcomes, slope):
    generator = np.random.default_rng(8)
    covariate = generator.normal(size=outcomes.shape)
    made = 2.0 + outcomes[:, :1] + outcomes[0] + slope * covariate
    made[0, 3:] += 6.0
    found = compute_did(build_panel(made, [3], {"x": covariate}), **QUIET)
    assert found.estimate == pytest.approx(6, abs=1e-6)
    assert found.diagnostics["covariates"]["x"] == pytest.approx(slope, abs=1e-8)


def test_a_covariate_that_never_moves_is_noted_and_changes_nothing():
    outcomes = np.random.default_rng(4).normal(size=(6, 7)).cumsum(axis=1)
    still = np.repeat(np.arange(6.0)[:, None], 7, axis=1)
    plain = compute_did(build_panel(outcomes, [4]), **QUIET)
    found = compute_did(build_panel(outcomes, [4], {"x": still}), **QUIET)
    assert found.estimate == pytest.approx(plain.estimate)
    assert any(note.startswith("x has no part") for note in found.notes)


# Errors


def make_many(effect: float, seed: int = 1, units: int = 40, treated: int = 8) -> Panel:
    generator = np.random.default_rng(seed)
    outcomes = generator.normal(size=(units, 1)) * 3 + generator.normal(size=(units, 12))
    outcomes += generator.normal(size=12).cumsum()
    outcomes[:treated, 8:] += effect
    return build_panel(outcomes, [8] * treated)


@pytest.mark.parametrize("inference", [Inference.PLACEBO, Inference.BOOTSTRAP, Inference.JACKKNIFE])
def test_each_error_comes_near_the_spread_of_independent_noise(inference):
    """Noise of variance 1: the estimate of 8 units over 4 periods has an error near 0.25."""
    found = compute_did(make_many(3.0), solver=Solver.EXACT, inference=inference)
    assert found.estimate == pytest.approx(3, abs=1)
    assert found.se == pytest.approx(0.3, rel=0.5)
    assert found.verdict is Verdict.FOR
    assert found.se_recipe.startswith(inference.value)


def test_few_placebos_give_no_verdict():
    panel = make_many(30.0, treated=1, units=8)
    found = compute_did(panel, solver=Solver.EXACT)
    assert found.p_value < 0.001
    assert found.verdict is Verdict.NOT_ENOUGH
    assert found.diagnostics["placebo_p_value"] == 1 / 8
    assert found.notes[0].startswith("Only 7 placebos")


def test_the_jackknife_of_even_weights_is_that_of_two_means():
    """By hand: with even weights the estimate is a difference of means of the units' changes."""
    panel = make_many(1.0, treated=3, units=9)
    found = compute_did(
        panel, estimator=Estimator.DID, solver=Solver.EXACT, inference=Inference.JACKKNIFE
    )
    changes = panel.outcomes[:, 8:].mean(axis=1) - panel.outcomes[:, :8].mean(axis=1)
    left = []
    for out in range(9):
        kept = [unit for unit in range(9) if unit != out]
        treated, controls = [u for u in kept if u < 3], [u for u in kept if u >= 3]
        left.append(changes[treated].mean() - changes[controls].mean())
    left = np.array(left)
    assert found.se == pytest.approx(np.sqrt(8 / 9 * ((left - left.mean()) ** 2).sum()))


def test_the_same_seed_gives_the_same_error_whatever_the_order_of_units():
    panel = make_many(1.0)
    turned = Panel(
        panel.units[::-1],
        panel.times,
        panel.outcomes[::-1],
        panel.starts[::-1],
        panel.cohorts[::-1],
    )
    for inference in (Inference.PLACEBO, Inference.BOOTSTRAP):
        options = {"solver": Solver.EXACT, "inference": inference, "draws": 20, "seed": 7}
        assert compute_did(turned, **options).se == compute_did(panel, **options).se
        assert compute_did(panel, **options | {"seed": 8}).se != compute_did(panel, **options).se


def test_treatments_that_do_nothing_are_found_to_do_nothing_on_average():
    estimates = [compute_did(make_many(0.0, seed), **QUIET).estimate for seed in range(60)]
    assert abs(np.mean(estimates)) < 3 * np.std(estimates) / np.sqrt(60)


# Cohorts


def test_cohorts_are_averaged_by_treated_units_and_periods():
    outcomes = np.random.default_rng(6).normal(size=(12, 10)).cumsum(axis=1)
    both = compute_did(build_panel(outcomes, [4, 7, 7]), **QUIET)
    alone = [
        compute_did(
            build_panel(outcomes[[*treated, *range(3, 12)]], [start] * len(treated)), **QUIET
        )
        for treated, start in (([0], 4), ([1, 2], 7))
    ]
    assert [c["share"] for c in both.diagnostics["cohorts"]] == [0.5, 0.5]  # 1·6 and 2·3
    assert both.estimate == pytest.approx(np.mean([each.estimate for each in alone]))
    assert sum(both.weights.values()) == pytest.approx(1)
    assert {row["cohort"] for row in both.effects} == {"2004", "2007"}
    placebo = compute_did(build_panel(outcomes, [4, 7, 7]), solver=Solver.EXACT, draws=30)
    assert placebo.se > 0


# Refusals


@pytest.mark.parametrize("inference", [Inference.JACKKNIFE, Inference.BOOTSTRAP])
def test_one_treated_unit_has_neither_jackknife_nor_bootstrap(inference):
    with pytest.raises(EffectsError, match="--inference placebo"):
        compute_did(read_california(), solver=Solver.EXACT, inference=inference)


def test_placebo_needs_more_controls_than_treated_units():
    outcomes = np.random.default_rng(1).normal(size=(6, 6))
    with pytest.raises(EffectsError, match="more controls than treated units, there are 3 and 3"):
        compute_did(build_panel(outcomes, [4, 4, 4]), solver=Solver.EXACT)


@pytest.mark.parametrize(
    ("starts", "units", "said"),
    [
        ([1], 4, "one period before 2001"),
        ([0], 4, "no period before treatment"),
        ([3], 2, "only control"),
        ([3, 3, 3, 3], 4, "no unit is left to compare with"),
    ],
)
def test_what_cannot_be_done_is_refused(starts, units, said):
    outcomes = np.random.default_rng(1).normal(size=(units, 6))
    with pytest.raises(EffectsError, match=said):
        compute_did(build_panel(outcomes, starts))
