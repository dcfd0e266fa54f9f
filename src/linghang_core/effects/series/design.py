"""The regressors of a segmented regression: level, trend, their changes, the season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linghang_core.effects.results import EffectsError

FEWEST_BEFORE = 3
LEVEL, SLOPE = "level_change", "slope_change"


class Impact(StrEnum):
    """What the change may do to the series, said before it is looked at."""

    LEVEL = "level"
    SLOPE = "slope"
    BOTH = "level+slope"


class SlopeFrom(StrEnum):
    """Where the change of slope counts from, and so which moment the change of level is about."""

    START = "start"  # 0 in the first period counted as after: the level changes in that period
    BEFORE = "before"  # 1 in that period: the level changes just before it


class SeasonForm(StrEnum):
    """How the season enters."""

    HARMONICS = "harmonics"  # pairs of sine and cosine
    DUMMIES = "dummies"  # a level of its own for each period of the year


@dataclass(frozen=True)
class Season:
    """Periods that make a year, and how they enter; `pairs` of harmonics, two unless said."""

    periods: int
    form: SeasonForm = SeasonForm.HARMONICS
    pairs: int | None = None

    def build(self, elapsed: np.ndarray) -> dict[str, np.ndarray]:
        """Return the season's columns by name. Raises EffectsError for a season of one period."""
        if self.periods < 2:
            raise EffectsError("a season has at least 2 periods (12 for months of a year)")
        if self.form is SeasonForm.DUMMIES:
            place = elapsed % self.periods
            return {f"season_{n + 1}": (place == n).astype(float) for n in range(1, self.periods)}
        most = self.periods // 2
        pairs = min(2, most) if self.pairs is None else self.pairs
        if not 1 <= pairs <= most:
            raise EffectsError(f"a season of {self.periods} periods has 1 to {most} pairs")
        columns = {}
        for pair in range(1, pairs + 1):
            angle = 2 * np.pi * pair * elapsed / self.periods
            if 2 * pair < self.periods:  # the sine of half the season is zero everywhere
                columns[f"sine_{pair}"] = np.sin(angle)
            columns[f"cosine_{pair}"] = np.cos(angle)
        return columns


@dataclass(frozen=True)
class Design:
    """Regressors (T × k) with their names; `without` is the same had nothing happened.

    `used` (T) are the periods that count: observed, and not in the transition. `after` (T) are
    those after the change.
    """

    names: tuple[str, ...]
    columns: np.ndarray
    without: np.ndarray
    used: np.ndarray
    after: np.ndarray

    def place(self, name: str) -> int:
        """Return the column of a regressor."""
        return self.names.index(name)


def build_design(
    elapsed: np.ndarray,
    start: int,
    observed: np.ndarray,
    *,
    impact: Impact,
    slope_from: SlopeFrom = SlopeFrom.START,
    season: Season | None = None,
    transition: int = 0,
    covariates: Mapping[str, np.ndarray] | None = None,
) -> Design:
    """Return the regressors of y = b0 + b1·t + b2·after + b3·(periods since) + season + covariates.

    `transition` periods from the start on are left out, and the level changes in the first one
    after them. Raises EffectsError where there are too few periods to tell the parts apart, and
    says how many are needed.
    """
    begin = elapsed[start] + transition
    after = elapsed >= begin
    used = observed & ((elapsed < elapsed[start]) | after)
    since = (elapsed - begin + (slope_from is SlopeFrom.BEFORE)) * after
    parts = {"intercept": np.ones(len(elapsed)), "trend": elapsed.astype(float)}
    changes: dict[str, np.ndarray] = {}
    if impact is not Impact.SLOPE:
        changes[LEVEL] = after.astype(float)
    if impact is not Impact.LEVEL:
        changes[SLOPE] = since.astype(float)
    rest = (season.build(elapsed) if season else {}) | dict(covariates or {})
    columns = parts | changes | rest
    design = Design(
        names=tuple(columns),
        columns=np.column_stack(list(columns.values())),
        without=np.column_stack(
            [0 * each if name in changes else each for name, each in columns.items()]
        ),
        used=used,
        after=after,
    )
    _check(design, changes)
    return design


def _check(design: Design, changes: Mapping[str, np.ndarray]) -> None:
    before = int((design.used & ~design.after).sum())
    behind = int((design.used & design.after).sum())
    needed = len(changes) + 1
    if before < FEWEST_BEFORE:
        raise EffectsError(
            f"{before} periods before the change; at least {FEWEST_BEFORE} are needed to see a "
            "trend, and 8 or more to trust it"
        )
    if behind < needed:
        raise EffectsError(
            f"{behind} periods after the change; at least {needed} are needed for "
            f"{' and '.join(changes)}"
        )
    kept = design.columns[design.used]
    number, width = kept.shape
    if number <= width:
        raise EffectsError(
            f"{number} periods for {width} coefficients; at least {width + 1} are needed: "
            "take a longer series, fewer pairs of the season or fewer covariates"
        )
    if np.linalg.matrix_rank(kept) < width:
        raise EffectsError(
            "the regressors repeat each other (a covariate that never varies, or a season that "
            "the periods before do not cover): leave one out"
        )
