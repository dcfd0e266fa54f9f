"""Days with more, or fewer, demands than trend, season, weekday and holidays let expect.

Each judged day is compared with a model of the days before it: a log-linear model of counts with
over-dispersion (quasi-Poisson), past outliers weighed down by their Anscombe residuals, bounds from
the negative binomial distribution. After Farrington et al., J. R. Statist. Soc. A 159 (1996) 547-563
and Noufaily et al., Statistics in Medicine 32 (2013) 1206-1222, with weekday and holidays for daily
counts instead of their windows of weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from linghang_core.findings import Finding
from linghang_core.periods import Calendar, DateRange, load_calendar

LEAST_DAYS = 56  # eight weeks: each weekday eight times
GUARD_DAYS = 7  # days before a judged one that are not learned from: an outbreak begins slowly
LONGEST_DAYS = 3 * 365
TREND_DAYS = 365  # from which a trend is told from the season's climb
SEASON_DAYS = 548  # a year and a half: from which a season is told from a trend
ANSCOMBE = 2.58  # residual from which a past day weighs less (Noufaily et al.)
ALPHA = 0.01  # both sides together
FEWEST = (
    5  # demands in the last `FEWEST_DAYS` below which no rise is flagged (Farrington 1996, 3.8)
)
FEWEST_DAYS = 7
ROUNDS = 25
YEAR = 365.2425


class AnomalyError(ValueError):
    """Counts that cannot be judged; the message says what is missing."""


@dataclass(frozen=True)
class DayFound:
    """One judged day. `score` is (count - expected) / (bound - expected): from 1 on it is flagged."""

    day: date
    count: int
    expected: float
    low: int
    high: int
    p_value: float
    score: float
    flagged: bool
    reasons: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the day as plain data."""
        return dict(self.__dict__) | {"reasons": list(self.reasons)}


@dataclass(frozen=True)
class Anomalies:
    """The judged days, and what the model of the last of them held."""

    days: tuple[DayFound, ...]
    terms: tuple[str, ...]
    dispersion: float
    learned_days: int
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the days as plain data."""
        return {
            "days": [day.as_dict() for day in self.days],
            "flagged": [day.day for day in self.days if day.flagged],
            "model": {
                "method": "quasi-Poisson, reweighted, negative binomial bounds "
                "(Farrington 1996; Noufaily 2013)",
                "terms": list(self.terms),
                "dispersion": self.dispersion,
                "learned_days": self.learned_days,
                "alpha": ALPHA,
            },
            "quality": [finding.as_dict() for finding in self.findings],
        }


def count_days(times: pd.Series) -> pd.Series:
    """Return the number of demands of each day (index: date) from the first to the last, zeros too."""
    days = times.dropna().dt.normalize()
    counts = days.value_counts().reindex(pd.date_range(days.min(), days.max()), fill_value=0)
    return pd.Series(counts.to_numpy(int), index=[stamp.date() for stamp in counts.index])


def find_anomalies(
    counts: pd.Series, judged: DateRange, calendar: Calendar | None = None, alpha: float = ALPHA
) -> Anomalies:
    """Return each judged day with what was expected of it, its bounds and the reasons of a flag.

    `counts` (index: dates without gaps). A day is judged by the days before it alone, without the
    last seven. A trend enters with a year of days, the season with a year and a half. Raises
    AnomalyError where fewer than eight weeks lie before the first judged day, for gaps, negative
    counts, and days judged that have no count.
    """
    calendar = calendar or load_calendar()
    days = list(counts.index)
    values = counts.to_numpy(float)
    if any(later - day != timedelta(days=1) for day, later in pairwise(days)):
        raise AnomalyError("the days have gaps; give each day its count, also zero")
    if not np.isfinite(values).all() or (values < 0).any():
        raise AnomalyError("counts must be numbers of zero or more")
    places = [place for place, day in enumerate(days) if day in judged]
    if not places:
        raise AnomalyError(f"no count from {judged.first_day} to {judged.last_day}")
    before = places[0] - GUARD_DAYS
    if before < LEAST_DAYS:
        raise AnomalyError(
            f"only {max(0, before)} days before {days[places[0]]} can be learned from; "
            f"at least {LEAST_DAYS} are needed, and {GUARD_DAYS} lie between: judge later days"
        )
    design = _Design(days, calendar)
    found = []
    for place in places:
        fit = design.fit(values, place)
        found.append(_judge(days, values, place, fit, calendar, alpha))
    return Anomalies(tuple(found), fit.terms, fit.dispersion, fit.learned)


@dataclass(frozen=True)
class Fit:
    """What the model expects of a day: mean, its variance on the log scale, dispersion."""

    mean: float
    log_variance: float
    dispersion: float
    terms: tuple[str, ...]
    learned: int


def find_bounds(mean: float, dispersion: float, alpha: float) -> tuple[int, int]:
    """Return the lower and upper quantiles of the negative binomial with that mean and dispersion.

    Var = dispersion · mean, that is a size of mean / (dispersion - 1); Poisson at dispersion 1
    (`nbPlugin` of the R package surveillance). A count above the upper is flagged.
    """
    law = _make_law(mean, dispersion)
    return int(law.ppf(alpha / 2)), int(law.ppf(1 - alpha / 2))


def fit_counts(
    design: np.ndarray, counts: np.ndarray, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return coefficients, their covariance and the dispersion of a log-linear model of counts.

    Iteratively reweighted least squares; the dispersion is Pearson's, at least 1, and already in
    the covariance. A pseudo-inverse leaves out columns that say nothing.
    """
    weights = np.ones(len(counts)) if weights is None else weights
    mean = np.maximum(counts, 0.5) * 0.5 + np.average(counts, weights=weights) * 0.5 + 1e-6
    eta = np.log(mean)
    for _round in range(ROUNDS):
        working = eta + (counts - mean) / mean
        scale = weights * mean
        inner = np.linalg.pinv(design.T @ (design * scale[:, None]))
        beta = inner @ (design.T @ (scale * working))
        moved = np.clip(design @ beta, -20, 20)
        if np.max(np.abs(moved - eta)) < 1e-10:
            break
        eta, mean = moved, np.exp(moved)
    rank = np.linalg.matrix_rank(design)
    pearson = float((weights * (counts - mean) ** 2 / mean).sum())
    dispersion = max(1.0, pearson / max(1, len(counts) - rank))
    return beta, inner * dispersion, dispersion


def weigh_outliers(
    counts: np.ndarray, mean: np.ndarray, leverage: np.ndarray, dispersion: float
) -> np.ndarray:
    """Return weights of past days: 1, but s⁻² where the Anscombe residual s is above 2.58.

    Scaled so that they sum to the number of days (Farrington et al. 1996, section 3.6).
    """
    spread = np.sqrt(dispersion * np.clip(1 - leverage, 1e-6, None))
    residuals = 1.5 * (counts ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * spread)
    weights = np.where(residuals > ANSCOMBE, np.maximum(residuals, 1) ** -2.0, 1.0)
    scaled: np.ndarray = weights * len(weights) / weights.sum()
    return scaled


class _Design:
    """What is known of each day beforehand, column by column."""

    def __init__(self, days: Sequence[date], calendar: Calendar) -> None:
        self.days = days
        kinds = np.array([calendar.kind_of(day) for day in days])
        weekdays = np.array([day.weekday() for day in days])
        away = (kinds == "holiday") | (kinds == "makeup")
        self.columns = {
            f"weekday {number + 1}": ((weekdays == number) & ~away).astype(float)
            for number in range(1, 7)
        }
        self.columns |= {name: (kinds == name).astype(float) for name in ("holiday", "makeup")}
        angle = 2 * np.pi * np.array([day.timetuple().tm_yday for day in days]) / YEAR
        self.season = {
            f"{name} {wave}": wheel(wave * angle)
            for wave in (1, 2)
            for name, wheel in (("sin", np.sin), ("cos", np.cos))
        }

    def fit(self, values: np.ndarray, place: int) -> Fit:
        """Return what the days before `place` let expect of it."""
        rows = np.arange(max(0, place - GUARD_DAYS - LONGEST_DAYS), place - GUARD_DAYS)
        columns = {name: each for name, each in self.columns.items() if each[rows].any()}
        if len(rows) >= TREND_DAYS:
            columns["trend"] = (np.arange(len(values)) - place) / YEAR
        if len(rows) >= SEASON_DAYS:
            columns |= self.season
        design = np.column_stack([np.ones(len(values)), *columns.values()])
        known, counts = design[rows], values[rows]
        beta, covariance, dispersion = fit_counts(known, counts)
        mean = np.exp(np.clip(known @ beta, -20, 20))
        leverage = mean * np.einsum("ij,jk,ik->i", known, covariance / dispersion, known)
        weights = weigh_outliers(counts, mean, leverage, dispersion)
        beta, covariance, dispersion = fit_counts(known, counts, weights)
        today = design[place]
        return Fit(
            mean=float(np.exp(np.clip(today @ beta, -20, 20))),
            log_variance=float(today @ covariance @ today),
            dispersion=dispersion,
            terms=("level", *columns),
            learned=len(rows),
        )


def _judge(
    days: Sequence[date],
    values: np.ndarray,
    place: int,
    fit: Fit,
    calendar: Calendar,
    alpha: float,
) -> DayFound:
    """Return a day against its bounds; the uncertainty of the mean widens them."""
    day, count = days[place], int(values[place])
    # Var(Y - mean) = dispersion · mean + mean² · Var(log mean), put into one dispersion
    spread = fit.dispersion + fit.mean * fit.log_variance
    low, high = find_bounds(fit.mean, spread, alpha)
    law = _make_law(fit.mean, spread)
    tail = law.sf(count - 1) if count >= fit.mean else law.cdf(count)
    few = values[max(0, place - FEWEST_DAYS + 1) : place + 1].sum() < FEWEST
    above, below = count > high and not few, count < low
    bound = high if count >= fit.mean else low
    score = (count - fit.mean) / (bound - fit.mean) if bound != fit.mean else 0.0
    return DayFound(
        day=day,
        count=count,
        expected=round(fit.mean, 3),
        low=low,
        high=high,
        p_value=float(min(1.0, 2 * tail)),
        score=round(score, 3),
        flagged=bool(above or below),
        reasons=_explain(day, count, fit.mean, low, high, calendar) if above or below else (),
    )


def _explain(
    day: date, count: int, mean: float, low: int, high: int, calendar: Calendar
) -> tuple[str, ...]:
    side = f"above {high}" if count > high else f"below {low}"
    kind = calendar.kind_of(day)
    name = calendar.name_of(day)
    like = f"{day:%A}s" if kind in ("working", "weekend") else f"days of kind {kind} ({name})"
    said = [f"{count} demands are {side}; {mean:.1f} were expected, as on {like} before"]
    if mean > 0:
        said.append(f"{count / mean:.1f} times the expected number")
    if not calendar.is_announced(day):
        said.append("holidays of the year are not announced: judged by weekday alone")
    return tuple(said)


def _make_law(mean: float, dispersion: float) -> Any:
    if dispersion <= 1 + 1e-9:
        return stats.poisson(mean)
    size = mean / (dispersion - 1)
    return stats.nbinom(size, size / (size + mean))
