"""The effect of a change on a series: the model asked for, fitted, and put into a `Result`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linghang_core.effects.results import LEVEL as CONFIDENCE
from linghang_core.effects.results import Direction, EffectsError, Result, judge
from linghang_core.effects.series import words
from linghang_core.effects.series.autoregression import fit_arma, fit_autoregressive
from linghang_core.effects.series.design import FEWEST_BEFORE, Design, build_design
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

DUST = 1e-11  # residuals below this share of the outcome are those of arithmetic


def estimate_interruption(
    series: Series,
    model: Model,
    *,
    direction: Direction = Direction.ANY,
    level: float = CONFIDENCE,
    margin: float | None = None,
    placebo: bool = False,
) -> Result:
    """Return the effect of the change on a series.

    Estimate, in units of the outcome: the change of level (of slope, per period; the average or the
    sum over the periods after, as `model.estimand` says). Of counts level and slope are logarithms
    of rate ratios, average and sum are events. `effects` holds for each period after: what was
    observed, what was to be expected without the change, and the modelled difference with a
    delta-method interval. Sources: Wagner et al. 2002, Linden 2015, Lopez Bernal et al. 2017.
    With `placebo` the periods before the change are searched for changes that were none. Raises
    EffectsError for too short a series, for counts that are none, and for what the model cannot do.
    """
    given = _prepare(series, model)
    design = build_design(
        series.elapsed,
        series.start,
        ~np.isnan(given.outcome) & ~np.isnan(given.exposure),
        impact=model.shape,
        slope_from=model.slope_from,
        season=model.season,
        transition=model.transition,
        covariates=series.covariates,
    )
    fit = _fit(series, model, design, given)
    measured = Measures(series, model, design, fit, given.outcome, given.exposure, level)
    target = measured.measure(model.target)
    diagnostics = measured.diagnose()
    if placebo:
        diagnostics["placebo"] = _find_placebos(series, model, target, level)
    verdict = judge(
        target["estimate"],
        target["p_value"],
        direction=direction,
        level=level,
        interval=(target["ci_low"], target["ci_high"]),
        margin=margin,
    )
    return Result(
        method="its",
        estimate=target["estimate"],
        se=target["se"],
        se_recipe=fit.recipe,
        ci_low=target["ci_low"],
        ci_high=target["ci_high"],
        p_value=target["p_value"],
        p_kind=words.name_test(fit.freedom),
        verdict=verdict,
        level=level,
        weights={unit: 1 / len(series.comparison_units) for unit in series.comparison_units},
        effects=measured.list_effects(),
        comparison_units=series.comparison_units,
        assumptions=words.list_assumptions(series, counts=model.family is Family.POISSON),
        diagnostics=diagnostics,
        notes=words.list_notes(series, model, diagnostics, verdict),
        quality=series.findings,
    )


def _find_placebos(
    series: Series, model: Model, target: Mapping[str, Any], level: float
) -> dict[str, Any]:
    """Return what the model finds at every start that was none, from the periods before alone.

    `rank` is the share of starts, the true one among them, whose estimate is as many errors away
    from zero as the true one; neighbours share their data, so it is a hint and no p-value.
    """
    past = series.cut(series.start)
    found = []
    for start in range(FEWEST_BEFORE, series.start):
        try:
            result = estimate_interruption(replace(past, start=start), model, level=level)
        except EffectsError:
            continue  # too near an end for this model
        if result.se:
            found.append((abs(result.estimate) / result.se, result))
    if not found or not target["se"]:
        return {"starts": len(found), "significant": None, "largest": None, "rank": None}
    true = abs(target["estimate"]) / target["se"]
    as_far = sum(each >= true for each, _ in found)
    return {
        "starts": len(found),
        "significant": sum((result.p_value or 0) <= 1 - level for _, result in found),
        "largest": max((result.estimate for _, result in found), key=abs),
        "rank": (1 + as_far) / (1 + len(found)),
    }


@dataclass(frozen=True)
class _Given:
    """What is regressed (T) and what it is a share of (T; ones for a gaussian series).

    Beside a comparison of counts the exposure is the comparison's count times `ratio`, that of the
    exposures (T).
    """

    outcome: np.ndarray
    exposure: np.ndarray
    ratio: np.ndarray | None = None


def _prepare(series: Series, model: Model) -> _Given:
    ones = np.ones(len(series.times))
    if model.transition < 0:
        raise EffectsError("--transition is a number of periods: 0 or more")
    if model.family is Family.GAUSSIAN:
        if series.exposure is not None:
            raise EffectsError(
                "--offset belongs to counts (--family poisson); divide by it instead"
            )
        compared = 0 if series.comparison is None else series.comparison
        return _Given(series.outcome - compared, ones)
    for values, name in ((series.outcome, "outcome"), (series.comparison, "comparison")):
        if values is not None:
            _check_counts(values, name)
    exposure = _check_exposure(ones if series.exposure is None else series.exposure)
    if series.comparison is None:
        return _Given(series.outcome, exposure)
    if model.recipe is Inference.NEGATIVE_BINOMIAL:
        raise EffectsError("a negative binomial takes no comparison; use quasi-poisson")
    other = series.comparison_exposure
    ratio = exposure / _check_exposure(ones if other is None else other)
    seen = series.outcome + series.comparison > 0  # nothing to share where both are zero
    return _Given(np.where(seen, series.outcome, np.nan), series.comparison * ratio, ratio)


def _check_counts(values: np.ndarray, name: str) -> None:
    present = values[~np.isnan(values)]
    if (present < 0).any():
        raise EffectsError(f"the {name} has negative values: --family poisson needs counts")
    if (np.abs(present - present.round()) > 1e-9).any():
        raise EffectsError(
            f"the {name} has values that are no whole numbers: --family poisson needs counts; "
            "put the count there and what it is a share of into --offset"
        )


def _check_events(counts: np.ndarray, after: np.ndarray) -> None:
    for side, name in ((~after, "before"), (after, "after")):
        if not counts[side].any():
            raise EffectsError(
                f"no event {name} the change: a ratio of rates needs events on both sides; take "
                "longer periods, or --family gaussian for the difference"
            )


def _check_exposure(exposure: np.ndarray) -> np.ndarray:
    if (exposure[~np.isnan(exposure)] <= 0).any():
        raise EffectsError("the offset has values that are not positive")
    return exposure


def _fit(series: Series, model: Model, design: Design, given: _Given) -> Fit:
    """Return the fitted model over the periods that count."""
    used = design.used
    columns, values, elapsed = design.columns[used], given.outcome[used], series.elapsed[used]
    if model.family is Family.GAUSSIAN:
        return _fit_line(model, columns, values, elapsed)
    _check_events(values, design.after[used])
    robust, scaled = _choose_robust(model), model.recipe is Inference.QUASI_POISSON
    if series.comparison is not None and given.ratio is not None:
        compared = series.comparison[used]
        _check_events(compared, design.after[used])
        return fit_shares(
            columns, values, compared, given.ratio[used], elapsed, robust=robust, scaled=scaled
        )
    if model.recipe is Inference.NEGATIVE_BINOMIAL:
        return fit_negative_binomial(columns, values, given.exposure[used], elapsed)
    exposure = given.exposure[used]
    return fit_counts(columns, values, exposure, elapsed, robust=robust, scaled=scaled)


def _fit_line(model: Model, columns: np.ndarray, values: np.ndarray, elapsed: np.ndarray) -> Fit:
    chosen = model.recipe
    plain = fit_linear(columns, values, elapsed, _choose_robust(model))
    if np.abs(plain.residuals).max() < DUST * max(float(np.abs(values).max()), 1e-300):
        return plain  # a straight line: no errors of any kind to follow each other
    if chosen is Inference.ARMA:
        return fit_arma(columns, values, elapsed, model.arma)
    if chosen in {Inference.PRAIS_WINSTEN, Inference.COCHRANE_ORCUTT}:
        keep = chosen is Inference.PRAIS_WINSTEN
        return fit_autoregressive(columns, values, elapsed, keep_first=keep)
    return plain


def _choose_robust(model: Model) -> Robust | None:
    wanted = model.recipe is Inference.NEWEY_WEST
    return Robust(model.lags, model.small_sample) if wanted else None
