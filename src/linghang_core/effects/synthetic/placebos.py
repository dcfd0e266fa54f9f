"""What the same method finds where nothing happened: other units, earlier periods, fewer donors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linghang_core.effects.results import EffectsError
from linghang_core.effects.synthetic.fits import Fit, Task, fit_unit
from linghang_core.effects.synthetic.samples import find_fake_start

LEAST_WEIGHT = 1e-3  # donors with less are not left out one by one
SLACK = 1e-9  # two ratios this close (in proportion) are one


@dataclass(frozen=True)
class SpacePlacebos:
    """The donors' own fits, each against the other donors."""

    units: tuple[str, ...]
    fits: tuple[Fit, ...]

    @property
    def ratios(self) -> np.ndarray:
        """Return the ratios of root mean square gaps after to before."""
        return np.array([fit.ratio for fit in self.fits])

    def rank(self, ratio: float) -> float:
        """Return the p-value: the share of units, the treated one too, with at least this ratio."""
        as_large = int((self.ratios >= ratio * (1 - SLACK)).sum())
        return (1 + as_large) / (1 + len(self.fits))

    def spread(self) -> float:
        """Return the standard deviation of the placebo effects."""
        return float(np.std([fit.effect for fit in self.fits]))

    def invert(self, fit: Fit, level: float) -> tuple[float, float] | None:
        """Return the constant effects that the test does not reject at a level; None where none.

        Firpo and Possebom (2018). The donors' ratios do not depend on the effect, because the
        treated unit is no donor of theirs, so the bounds are exact. (−∞, ∞) where too few donors
        or donors fitted exactly make rejection impossible.
        """
        order = int((1 - level) * (1 + len(self.fits)) + SLACK)
        if order == 0:
            return -np.inf, np.inf
        largest = np.sort(self.ratios)[-order]
        if not np.isfinite(largest):
            return -np.inf, np.inf
        bound = largest * fit.misfit
        after = fit.gaps[fit.before :]
        square = bound**2 - float(np.var(after))
        if not square >= 0:
            return None
        middle, reach = float(after.mean()), float(np.sqrt(square))
        return middle - reach, middle + reach


def place_in_space(
    task: Task, units: tuple[str, ...], donors: np.ndarray, most: int | None, seed: int
) -> SpacePlacebos:
    """Return the fits of all donors, or of `most` drawn ones, each without the treated unit."""
    chosen = donors
    if most is not None and most < len(donors):
        chosen = np.sort(np.random.default_rng(seed).permutation(donors)[:most])
    fits = tuple(fit_unit(task, int(unit), donors[donors != unit]) for unit in chosen)
    return SpacePlacebos(tuple(units[unit] for unit in chosen), fits)


def place_in_time(task: Task, unit: int, donors: np.ndarray, fake: int | None) -> Fit | None:
    """Return the fit to a treatment that never was, in period `fake` before the true one."""
    if fake is not None:
        return fit_unit(task.cut(fake, task.before), unit, donors)
    fake = find_fake_start(task.before, task.outcomes.shape[1])
    if fake is None:
        return None
    try:
        return fit_unit(task.cut(fake, task.before), unit, donors)
    except EffectsError:  # no predictor was observed so early, and nobody asked for this period
        return None


def leave_out(task: Task, unit: int, fit: Fit) -> dict[int, float]:
    """Return the effect without each donor that has weight, by the donor's place."""
    heavy = fit.donors[fit.weights > LEAST_WEIGHT]
    return {
        int(donor): fit_unit(task, unit, fit.donors[fit.donors != donor]).effect
        for donor in heavy
        if len(fit.donors) > 1
    }
