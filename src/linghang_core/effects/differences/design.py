"""The regression behind a difference in differences: rows of a panel, unit effects taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError

Kind = Literal["twfe", "means"]
TOLERANCE = 1e-9  # a column smaller than this share of itself after projection says nothing new


@dataclass(frozen=True)
class Design:
    """A linear model of R rows with K columns, the rows of one unit being one cluster.

    Unit effects are taken out of `y` and `x` beforehand (Frisch, Waugh and Lovell): what remains is
    ordinary least squares, also where rows are missing. `absorbed` is the number of unit effects
    taken out, `clusters` (R) the place of each row's unit. The first `asked` columns are those
    of interest, treatment first.
    """

    y: np.ndarray
    x: np.ndarray
    clusters: np.ndarray
    units: int
    absorbed: int
    asked: int

    @property
    def counts(self) -> tuple[int, int]:
        """Return rows and columns."""
        return self.x.shape[0], self.x.shape[1]

    def list_clusters(self) -> list[tuple[int, np.ndarray]]:
        """Return the place of each unit with its rows."""
        order = np.argsort(self.clusters, kind="stable")
        places, firsts = np.unique(self.clusters[order], return_index=True)
        parts = np.split(order, firsts[1:])
        return [(int(place), rows) for place, rows in zip(places, parts, strict=True)]


@dataclass(frozen=True)
class Fit:
    """Least squares of a design: coefficients (K), residuals (R), (X'X)⁻¹, and X_g'u_g (G × K)."""

    design: Design
    coefficients: np.ndarray
    residuals: np.ndarray
    bread: np.ndarray
    scores: np.ndarray

    @property
    def estimate(self) -> float:
        """Return the coefficient of treatment."""
        return float(self.coefficients[0])


def lay_out(panel: Panel, kind: Kind, regressors: np.ndarray) -> Design:
    """Return the design of regressors (N × T × A) beside effects of units and periods.

    Kind `twfe`: unit effects and period effects. Kind `means`: no unit effects but one for ever
    treated, and one for after instead of one for each period; with one treatment column this is
    the difference of four means. Covariates come last. Rows without an outcome are not there.
    Raises EffectsError where a column of interest says nothing beyond the others.
    """
    seen = ~np.isnan(panel.outcomes)
    unit, time = np.nonzero(seen)
    y = panel.outcomes[seen]
    asked = regressors[seen]
    others = [values[seen][:, None] for values in panel.covariates.values()]
    if kind == "twfe":
        periods = (time[:, None] == np.unique(time)[None, 1:]).astype(float)
        others.insert(0, periods)
    else:
        first = panel.starts[panel.treated].min()
        others = [
            np.ones((len(y), 1)),
            panel.treated[unit][:, None].astype(float),
            (time >= first)[:, None].astype(float),
            *others,
        ]
    rest = np.hstack(others)
    absorbed = 0
    if kind == "twfe":
        absorbed = len(np.unique(unit))
        y, asked, rest = (demean(values, unit, len(panel.units)) for values in (y, asked, rest))
    rest = _keep_independent(rest)
    _check_identified(asked, rest)
    return Design(y, np.hstack([asked, rest]), unit, len(np.unique(unit)), absorbed, asked.shape[1])


def fit(design: Design) -> Fit:
    """Return the least-squares fit of a design."""
    sizes = np.linalg.norm(design.x, axis=0)  # columns may be of very different size
    scaled = design.x / sizes
    bread = np.linalg.inv(scaled.T @ scaled) / np.outer(sizes, sizes)
    coefficients = bread @ (design.x.T @ design.y)
    residuals = design.y - design.x @ coefficients
    scores = add_by(design.x * residuals[:, None], design.clusters)
    return Fit(design, coefficients, residuals, bread, scores)


def demean(values: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """Return values (R or R × K) less the mean of their group."""
    table = values[:, None] if values.ndim == 1 else values
    sizes = np.maximum(np.bincount(groups, minlength=count), 1)
    means = add_by(table, groups, count) / sizes[:, None]
    found: np.ndarray = table - means[groups]
    return found[:, 0] if values.ndim == 1 else found


def add_by(values: np.ndarray, groups: np.ndarray, count: int | None = None) -> np.ndarray:
    """Return the sums (G × K) of rows (R × K) by group."""
    count = int(groups.max()) + 1 if count is None else count
    return (
        np.column_stack(
            [np.bincount(groups, weights=column, minlength=count) for column in values.T]
        )
        if values.shape[1]
        else np.zeros((count, 0))
    )


def _keep_independent(columns: np.ndarray) -> np.ndarray:
    """Return the columns that are no combination of those before them."""
    sizes = np.linalg.norm(columns, axis=0)
    kept = columns[:, sizes > TOLERANCE * max(1.0, np.sqrt(len(columns)))]
    if kept.shape[1] == 0:
        return kept
    upper = np.linalg.qr(kept / np.linalg.norm(kept, axis=0), mode="r")
    own = np.zeros(kept.shape[1])  # fewer rows than columns leave the last without a place
    own[: len(upper)] = np.abs(np.diag(upper))
    return kept[:, own > TOLERANCE]


def _check_identified(asked: np.ndarray, rest: np.ndarray) -> None:
    left = asked
    if rest.shape[1]:
        basis = np.linalg.qr(rest)[0]
        left = asked - basis @ (basis.T @ asked)
    sizes = np.linalg.norm(asked, axis=0)
    upper = np.linalg.qr(left, mode="r")
    if (np.abs(np.diag(upper)) <= 1e-8 * np.maximum(sizes, 1e-12)).any():
        raise EffectsError(
            "the effect cannot be told apart from effects of units, periods and covariates: "
            "no untreated unit is observed beside a treated one before and after"
        )
