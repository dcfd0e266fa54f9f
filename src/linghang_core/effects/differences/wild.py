"""The wild cluster bootstrap: p-value and interval where clusters are few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linghang_core.effects.differences.design import Fit, add_by

ROUNDS = 1999
ENUMERATED = 12  # 2¹² sign changes are counted out rather than drawn
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
HALVINGS = 60
TIE = 1e-9


@dataclass(frozen=True)
class Test:
    """A p-value, its interval by inversion, and what was drawn."""

    p_value: float
    low: float | None
    high: float | None
    kind: str


def bootstrap_wild(
    fit: Fit,
    *,
    weights: str = "rademacher",
    rounds: int = ROUNDS,
    seed: int = 1,
    level: float,
    strict: bool = False,
) -> Test:
    """Return the test of no effect by the restricted wild cluster bootstrap (WCR).

    Residuals of the regression with the effect set to the value tested are multiplied by one
    weight for each unit: ±1 (`rademacher`) or one of six (`webb`, Webb 2023), and the t-statistics
    (CR1) compared (Cameron, Gelbach and Miller 2008). With 12 units or fewer all sign changes are
    counted out; else the draws follow from `seed` and the estimate counts as one of them. With
    `strict` neither the estimate itself nor ties count, as in Stata boottest and R fwildclusterboot:
    with few units that p-value can be 0. The interval holds the values that the same test does
    not reject.
    """
    statistic = _Statistic(fit, _draw(fit.design.units, weights, rounds, seed))
    exact = weights == "rademacher" and fit.design.units <= ENUMERATED

    def judge(value: float) -> float:
        if strict:
            return statistic.count(value, 1 + TIE, 0)
        return statistic.count(value, 1 - TIE, 0 if exact else 1)

    step = statistic.error
    low = _find_edge(judge, fit.estimate, -step, 1 - level)
    high = _find_edge(judge, fit.estimate, step, 1 - level)
    drawn = f"all {2**fit.design.units} sign changes" if exact else f"{rounds} draws, seed {seed}"
    ties = ", ties do not count" if strict else ""
    kind = f"wild cluster bootstrap, restricted, {weights}, {drawn}{ties}"
    return Test(judge(0.0), low, high, kind)


class _Statistic:
    """t-statistics of bootstrap samples for any value tested; linear in that value."""

    def __init__(self, fit: Fit, weights: np.ndarray) -> None:
        design = fit.design
        treated, rest = design.x[:, 0], design.x[:, 1:]
        basis = np.linalg.qr(rest)[0] if rest.shape[1] else rest
        own = treated - basis @ (basis.T @ treated)
        self.size = float(own @ own)
        self.estimate = fit.estimate
        outcome = design.y - basis @ (basis.T @ design.y)
        self.parts = []
        for residual in (outcome, own):  # u(r) = outcome − r · own
            sums = add_by((own * residual)[:, None], design.clusters)[:, 0]
            both = np.column_stack([own, basis])
            ours = add_by(both * own[:, None], design.clusters)  # own_g' [own, Q]_g
            theirs = add_by(both * residual[:, None], design.clusters)  # [own, Q]_g' u_g
            theirs[:, 0] /= self.size
            sums, ours, theirs = (
                values[np.unique(design.clusters)] for values in (sums, ours, theirs)
            )
            self.parts.append((weights @ sums, weights * sums - (weights @ theirs) @ ours.T))
        scores = add_by((own * fit.residuals)[:, None], design.clusters)
        self.error = float(np.sqrt((scores**2).sum()) / self.size)

    def count(self, value: float, times: float, extra: int) -> float:
        """Return the share of samples at least `times` as far from the value as the estimate is."""
        (top, scores), (top_own, scores_own) = self.parts
        moved = (top - value * top_own) / self.size
        errors = np.sqrt(((scores - value * scores_own) ** 2).sum(axis=1)) / self.size
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = np.where(errors > 0, np.abs(moved) / errors, 0.0)
        seen = abs(self.estimate - value) / self.error if self.error > 0 else np.inf
        beyond = int((drawn >= seen * times).sum())
        return (beyond + extra) / (len(drawn) + extra)


def _draw(units: int, weights: str, rounds: int, seed: int) -> np.ndarray:
    """Return weights (rounds × units)."""
    if weights == "rademacher" and units <= ENUMERATED:
        bits = np.arange(2**units)[:, None] >> np.arange(units)[None, :]
        return 1.0 - 2.0 * (bits & 1)
    random = np.random.default_rng(seed)
    if weights == "webb":
        return random.choice(WEBB, (rounds, units))
    return random.choice([-1.0, 1.0], (rounds, units))


def _find_edge(
    judge: Callable[[float], float], estimate: float, step: float, limit: float
) -> float | None:
    """Return where the p-value falls to the limit, going out from the estimate; None if nowhere."""
    if step == 0:
        return estimate
    outside, inside = estimate + 2 * step, estimate
    for _ in range(12):
        if judge(outside) <= limit:
            break
        inside, outside = outside, estimate + 2 * (outside - estimate)
    else:
        return None
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if judge(middle) <= limit:
            outside = middle
        else:
            inside = middle
        if abs(outside - inside) < 1e-7 * abs(step):
            break
    return (inside + outside) / 2
