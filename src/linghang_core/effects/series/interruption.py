"""The effect of a change on a series: the model asked for, fitted, and put into a `Result`."""

from __future__ import annotations

import numpy as np

from linghang_core.effects.results import LEVEL as CONFIDENCE
from linghang_core.effects.results import Direction, EffectsError, Result, judge
from linghang_core.effects.series import words
from linghang_core.effects.series.autoregression import fit_arma, fit_autoregressive
from linghang_core.effects.series.design import Design, build_design
from linghang_core.effects.series.fitting import (
    Fit,
    Robust,
    fit_counts,
    fit_linear,
    fit_negative_binomial,
    fit_shares,
)
from linghang_core.effects.series.measures import Measures
from linghang_core.effects.series.model import Family, Inference, Model
from linghang_core.effects.series.reading import Series


def estimate_interruption(
    series: Series,
    model: Model,
    *,
    direction: Direction = Direction.ANY,
    level: float = CONFIDENCE,
    margin: float | None = None,
) -> Result:
    """Return the effect of the change on a series.

    Estimate, in units of the outcome: the change of level (of slope, per period; the average or the
    sum over the periods after, as `model.estimand` says). Of counts level and slope are logarithms
    of rate ratios, average and sum are events. `effects` holds for each period after: what was
    observed, what was to be expected without the change, and the modelled difference with a
    delta-method interval. Sources: Wagner et al. 2002, Linden 2015, Lopez Bernal et al. 2017.
    Raises EffectsError for too short a series, for counts that are none, and for what the model
    cannot do.
    """
    outcome, exposure = _prepare(series, model)
    design = build_design(
        series.elapsed,
        series.start,
        ~np.isnan(outcome) & ~np.isnan(exposure),
        impact=model.shape,
        slope_from=model.slope_from,
        season=model.season,
        transition=model.transition,
        covariates=series.covariates,
    )
    fit = _fit(series, model, design, outcome, exposure)
    measured = Measures(series, model, design, fit, outcome, exposure, level)
    target = measured.measure(model.target)
    diagnostics = measured.diagnose()
    return Result(
        method="its",
        estimate=target["estimate"],
        se=target["se"],
        se_recipe=fit.recipe,
        ci_low=target["ci_low"],
        ci_high=target["ci_high"],
        p_value=target["p_value"],
        p_kind=words.name_test(fit.freedom),
        verdict=judge(
            target["estimate"],
            target["p_value"],
            direction=direction,
            level=level,
            interval=(target["ci_low"], target["ci_high"]),
            margin=margin,
        ),
        level=level,
        weights={unit: 1 / len(series.comparison_units) for unit in series.comparison_units},
        effects=measured.list_effects(),
        comparison_units=series.comparison_units,
        assumptions=words.list_assumptions(series, counts=model.family is Family.POISSON),
        diagnostics=diagnostics,
        notes=words.list_notes(series, diagnostics, model.recipe, model.shape),
        quality=series.findings,
    )


def _prepare(series: Series, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Return what is regressed (T) and what it is a share of (T; ones for a gaussian series)."""
    ones = np.ones(len(series.times))
    if model.transition < 0:
        raise EffectsError("--transition is a number of periods: 0 or more")
    if model.family is Family.GAUSSIAN:
        if series.exposure is not None:
            raise EffectsError(
                "--offset belongs to counts (--family poisson); divide by it instead"
            )
        compared = 0 if series.comparison is None else series.comparison
        return series.outcome - compared, ones
    for values, name in ((series.outcome, "outcome"), (series.comparison, "comparison")):
        if values is not None:
            _check_counts(values, name)
    exposure = _check_exposure(ones if series.exposure is None else series.exposure)
    if series.comparison is None:
        return series.outcome, exposure
    if model.recipe is Inference.NEGATIVE_BINOMIAL:
        raise EffectsError("a negative binomial takes no comparison; use quasi-poisson")
    other = series.comparison_exposure
    ratio = exposure / _check_exposure(ones if other is None else other)
    both = series.outcome + series.comparison
    return np.where(both > 0, series.outcome, np.nan), series.comparison * ratio


def _check_counts(values: np.ndarray, name: str) -> None:
    present = values[~np.isnan(values)]
    if (present < 0).any():
        raise EffectsError(f"the {name} has negative values: --family poisson needs counts")
    if (np.abs(present - present.round()) > 1e-9).any():
        raise EffectsError(
            f"the {name} has values that are no whole numbers: --family poisson needs counts; "
            "put the count there and what it is a share of into --offset"
        )


def _check_exposure(exposure: np.ndarray) -> np.ndarray:
    if (exposure[~np.isnan(exposure)] <= 0).any():
        raise EffectsError("the offset has values that are not positive")
    return exposure


def _fit(
    series: Series, model: Model, design: Design, outcome: np.ndarray, exposure: np.ndarray
) -> Fit:
    """Return the fitted model over the periods that count."""
    used = design.used
    columns, values, elapsed = design.columns[used], outcome[used], series.elapsed[used]
    chosen = model.recipe
    robust = Robust(model.lags, model.small_sample) if chosen is Inference.NEWEY_WEST else None
    if model.family is Family.POISSON:
        scaled = chosen is Inference.QUASI_POISSON
        if series.comparison is not None:
            other = series.comparison[used]
            ratio = np.where(other > 0, exposure[used] / np.where(other > 0, other, 1), 1.0)
            return fit_shares(columns, values, other, ratio, elapsed, robust=robust, scaled=scaled)
        if chosen is Inference.NEGATIVE_BINOMIAL:
            return fit_negative_binomial(columns, values, exposure[used], elapsed)
        return fit_counts(columns, values, exposure[used], elapsed, robust=robust, scaled=scaled)
    if chosen is Inference.ARMA:
        return fit_arma(columns, values, elapsed, model.arma)
    if chosen in {Inference.PRAIS_WINSTEN, Inference.COCHRANE_ORCUTT}:
        keep = chosen is Inference.PRAIS_WINSTEN
        return fit_autoregressive(columns, values, elapsed, keep_first=keep)
    return fit_linear(columns, values, elapsed, robust)
