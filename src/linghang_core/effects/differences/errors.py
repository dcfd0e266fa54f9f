"""Standard errors of a regression by named recipes, with their rules for small samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from linghang_core.effects.differences.design import Fit
from linghang_core.effects.results import EffectsError

TINY = 1e-10


@dataclass(frozen=True)
class Spread:
    """The covariance (A × A) of the coefficients asked for, its recipe and degrees of freedom."""

    covariance: np.ndarray
    recipe: str
    freedom: float

    @property
    def error(self) -> float:
        """Return the standard error of the first coefficient."""
        return float(np.sqrt(max(self.covariance[0, 0], 0.0)))

    def test(self, estimate: float, level: float) -> tuple[float, float, float]:
        """Return the two-sided p-value against none and the bounds of the interval."""
        wide = float(stats.t.ppf(0.5 + level / 2, self.freedom)) * self.error
        if self.error == 0:
            return (1.0 if estimate == 0 else 0.0), estimate, estimate
        p_value = float(2 * stats.t.sf(abs(estimate) / self.error, self.freedom))
        return p_value, estimate - wide, estimate + wide


def measure(fit: Fit, inference: str) -> Spread:
    """Return the covariance by a recipe: a key of `RECIPES`."""
    return RECIPES[inference](fit)


def measure_plain(fit: Fit) -> Spread:
    """Return CR0: clusters, no factor for small samples, normal quantiles (Liang and Zeger 1986)."""
    return Spread(_sandwich(fit), "CR0, clustered by unit, normal", np.inf)


def measure_clusters(fit: Fit) -> Spread:
    """Return CR1 with t(G − 1): G/(G−1) · (R−1)/(R−K), unit effects not counted in K.

    As Stata `xtreg, fe vce(cluster)`, `reghdfe` and R `fixest`: effects nested in the clusters cost
    nothing. Without unit effects it is Stata's `regress, vce(cluster)`.
    """
    rows, columns = fit.design.counts
    return _scale(
        fit, columns + (fit.design.absorbed > 0), f"CR1, clustered by unit, t({_df(fit)})", rows
    )


def measure_clusters_counted(fit: Fit) -> Spread:
    """Return CR1 with t(G − 1), unit effects counted in K.

    As Stata `areg, vce(cluster)`, and statsmodels with a dummy for each unit.
    """
    rows, columns = fit.design.counts
    return _scale(
        fit,
        columns + fit.design.absorbed,
        f"CR1 with unit effects counted, clustered by unit, t({_df(fit)})",
        rows,
    )


def measure_bias_reduced(fit: Fit) -> Spread:
    """Return CR2 with Satterthwaite degrees of freedom (Bell and McCaffrey 2002).

    The identity is the working model; (I − H_g)^(−1/2) is the symmetric root, Moore–Penrose where
    singular (Pustejovsky and Tipton 2018; R clubSandwich, vcov "CR2").
    """
    design, bread = fit.design, fit.bread
    scores = np.zeros_like(fit.scores)
    lengths, crossings = [], []
    for place, at in design.list_clusters():
        x = design.x[at]
        values, vectors = np.linalg.eigh(np.eye(len(x)) - x @ bread @ x.T)
        roots = np.where(values > TINY, 1 / np.sqrt(np.maximum(values, TINY)), 0.0)
        adjusted = vectors @ (roots[:, None] * (vectors.T @ x))
        scores[place] = adjusted.T @ fit.residuals[at]
        ours = adjusted @ bread[:, 0]
        lengths.append(ours @ ours)
        crossings.append(x.T @ ours)
    crossed = np.array(crossings)
    products = np.diag(lengths) - crossed @ bread @ crossed.T
    freedom = float(np.trace(products) ** 2 / (products**2).sum())
    covariance = _sandwich(fit, scores)
    return Spread(covariance, f"CR2, clustered by unit, Satterthwaite t({freedom:.1f})", freedom)


def measure_jackknife(fit: Fit) -> Spread:
    """Return CV3: the delete-one-unit jackknife with t(G − 1) (MacKinnon, Nielsen and Webb 2023)."""
    without = drop_each(fit)
    count = len(without)
    moved = without[:, : fit.design.asked] - fit.coefficients[: fit.design.asked]
    if np.isnan(moved).any():
        raise EffectsError(
            "the jackknife leaves no effect when one unit is left out; use --inference permutation"
        )
    covariance = (count - 1) / count * moved.T @ moved
    return Spread(covariance, f"CR3 jackknife (CV3), clustered by unit, t({_df(fit)})", count - 1)


def measure_rows(fit: Fit, kind: str) -> Spread:
    """Return HC1, HC2 or HC3: every row an observation of its own (MacKinnon and White 1985)."""
    design = fit.design
    rows, columns = design.counts
    left = rows - columns - design.absorbed
    _check_rows(rows, columns + design.absorbed)
    if kind == "hc1":
        weights = np.full(rows, rows / left)
    else:
        leverage = np.einsum("ij,jk,ik->i", design.x, fit.bread, design.x)
        if design.absorbed:
            leverage = leverage + 1 / np.bincount(design.clusters)[design.clusters]
        weights = np.maximum(1 - leverage, TINY) ** (-1 if kind == "hc2" else -2)
    scores = design.x * (fit.residuals * np.sqrt(weights))[:, None]
    covariance = _sandwich(fit, scores)
    return Spread(covariance, f"{kind.upper()}, rows taken as independent, t({left})", left)


RECIPES: dict[str, Callable[[Fit], Spread]] = {
    "cluster": measure_clusters,
    "cluster-areg": measure_clusters_counted,
    "cr0": measure_plain,
    "cr2": measure_bias_reduced,
    "jackknife": measure_jackknife,
    "hc1": lambda fit: measure_rows(fit, "hc1"),
    "hc2": lambda fit: measure_rows(fit, "hc2"),
    "hc3": lambda fit: measure_rows(fit, "hc3"),
}
WILD = ("wild", "wild-webb", "wild-boottest")
CLUSTERED = ("cluster", "cluster-areg", "cr0", "cr2", "jackknife", *WILD)


def drop_each(fit: Fit) -> np.ndarray:
    """Return the coefficients (G × K) without each unit in turn, NaN where none are left."""
    design = fit.design
    whole = design.x.T @ design.x
    target = design.x.T @ design.y
    found = []
    for _, at in design.list_clusters():
        x = design.x[at]
        found.append(_solve(whole - x.T @ x, target - x.T @ design.y[at], design.asked))
    return np.array(found)


def _solve(whole: np.ndarray, target: np.ndarray, asked: int) -> np.ndarray:
    """Return the solution of normal equations, NaN where a column asked for is not identified."""
    sizes = np.sqrt(np.maximum(np.diag(whole), 0))
    live = sizes > TINY * max(1.0, sizes.max())
    found = np.full(len(target), np.nan)
    if not live[:asked].all():
        return found
    scaled = whole[np.ix_(live, live)] / np.outer(sizes[live], sizes[live])
    values, vectors = np.linalg.eigh(scaled)
    empty = vectors[:, values < TINY]
    if np.abs(empty[:asked]).max(initial=0.0) > 1e-6:
        return found
    turned = vectors.T @ (target[live] / sizes[live])
    roots = np.where(values < TINY, 0.0, turned / np.maximum(values, TINY))
    found[live] = vectors @ roots / sizes[live]
    return found


def _sandwich(fit: Fit, scores: np.ndarray | None = None) -> np.ndarray:
    """Return (X'X)⁻¹ Σ s s' (X'X)⁻¹ of the coefficients asked for."""
    sides = (fit.scores if scores is None else scores) @ fit.bread[:, : fit.design.asked]
    found: np.ndarray = sides.T @ sides
    return found


def _scale(fit: Fit, columns: int, recipe: str, rows: int) -> Spread:
    groups = fit.design.units
    _check_rows(rows, columns)
    factor = groups / (groups - 1) * (rows - 1) / (rows - columns)
    return Spread(factor * _sandwich(fit), recipe, groups - 1)


def _check_rows(rows: int, columns: int) -> None:
    if rows <= columns:
        raise EffectsError(f"{rows} rows for {columns} coefficients: too few for a standard error")


def _df(fit: Fit) -> int:
    return fit.design.units - 1
