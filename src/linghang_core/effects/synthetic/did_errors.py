"""Standard errors of synthetic difference in differences: placebo, bootstrap, jackknife."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linghang_core.effects.results import EffectsError
from linghang_core.effects.synthetic.did_weights import (
    Cohort,
    Draws,
    estimate_draws,
    measure_effects,
)

MOST_TRIES = 100  # bootstrap draws without a control or a treated unit are drawn again


class Inference(StrEnum):
    """How the spread of an estimate is found (Arkhangelsky and others 2021, algorithms 2 to 4)."""

    PLACEBO = "placebo"
    BOOTSTRAP = "bootstrap"
    JACKKNIFE = "jackknife"
    NONE = "none"


@dataclass(frozen=True)
class Spread:
    """A standard error, its recipe and the estimates it was made of."""

    se: float | None
    recipe: str
    estimates: np.ndarray
    is_placebo: bool = False


def weigh_cohorts(sizes: np.ndarray, cohorts: Sequence[Cohort]) -> np.ndarray:
    """Return the share of each cohort (… × G): its treated units times its treated periods."""
    after = np.array([cohort.outcomes.shape[1] - cohort.before for cohort in cohorts])
    parts = sizes * after
    shares: np.ndarray = parts / parts.sum(axis=-1, keepdims=True)
    return shares


def estimate_all(
    cohorts: Sequence[Cohort], counts: np.ndarray, groups: Sequence[np.ndarray]
) -> tuple[np.ndarray, list[Draws]]:
    """Return the effects of B draws over all cohorts, and the draws of each cohort.

    `counts` (B × controls) and `groups` (per cohort B × N) say how often each unit was drawn as a
    control and as one of the treated. A cohort of which nobody was drawn has no share.
    """
    sizes = np.column_stack([group.sum(axis=1) for group in groups])
    shares = weigh_cohorts(sizes, cohorts)
    effects = np.zeros(len(counts))
    found = []
    for place, (cohort, group) in enumerate(zip(cohorts, groups, strict=True)):
        targets = (group @ cohort.outcomes) / np.maximum(sizes[:, [place]], 1)
        draws = estimate_draws(cohort, counts, targets)
        effects += shares[:, place] * draws.effects
        found.append(draws)
    return effects, found


def find_spread(
    cohorts: Sequence[Cohort], points: Sequence[Draws], kind: Inference, draws: int, seed: int
) -> Spread:
    """Return the standard error of the kind asked for; raises EffectsError where it has no meaning.

    `points` are the estimates of the cohorts themselves, whose weights the jackknife keeps.
    """
    generator = np.random.default_rng(seed)
    treated = sum(len(cohort.treated) for cohort in cohorts)
    if kind is Inference.PLACEBO:
        return _spread_placebos(cohorts, treated, draws, generator)
    if kind is Inference.NONE:
        return Spread(None, "none asked for", np.empty(0))
    if treated < 2:
        raise EffectsError(
            f"{kind} needs two treated units or more, there is one; use --inference placebo"
        )
    if kind is Inference.BOOTSTRAP:
        return _spread_bootstrap(cohorts, draws, generator)
    return _spread_jackknife(cohorts, points)


def _spread_placebos(
    cohorts: Sequence[Cohort], treated: int, draws: int, generator: np.random.Generator
) -> Spread:
    """Let controls stand for the treated units (algorithm 4); a single one takes each in turn."""
    controls = cohorts[0].controls
    count = len(controls)
    if count <= treated:
        raise EffectsError(
            f"placebo needs more controls than treated units, there are {count} and {treated}; "
            "use --inference bootstrap or jackknife"
        )
    if treated == 1:
        chosen = generator.permutation(count)[:draws, None]
        said = f"all {count} controls once" if draws >= count else f"{draws} of {count} controls"
    else:
        chosen = np.array([generator.permutation(count)[:treated] for _ in range(draws)])
        said = f"{draws} draws"
    counts = np.ones((len(chosen), count))
    np.put_along_axis(counts, chosen, 0.0, axis=1)
    groups, first = [], 0
    for cohort in cohorts:
        group = np.zeros((len(chosen), len(cohort.outcomes)))
        last = first + len(cohort.treated)
        np.put_along_axis(group, controls[chosen[:, first:last]], 1.0, axis=1)
        groups.append(group)
        first = last
    effects, _ = estimate_all(cohorts, counts, groups)
    recipe = f"placebo, {said} (Arkhangelsky and others 2021, algorithm 4)"
    return Spread(float(np.std(effects)), recipe, effects, is_placebo=True)


def _spread_bootstrap(
    cohorts: Sequence[Cohort], draws: int, generator: np.random.Generator
) -> Spread:
    """Draw units with replacement (algorithm 2)."""
    controls = cohorts[0].controls
    treated = np.concatenate([cohort.treated for cohort in cohorts])
    size = len(controls) + len(treated)
    counts = np.array([_draw_units(generator, size, controls) for _ in range(draws)])
    groups = []
    for cohort in cohorts:
        group = np.zeros(counts.shape)
        group[:, cohort.treated] = counts[:, cohort.treated]
        groups.append(group)
    effects, _ = estimate_all(cohorts, counts[:, controls], groups)
    recipe = f"bootstrap over units, {draws} draws (Arkhangelsky and others 2021, algorithm 2)"
    return Spread(float(np.std(effects)), recipe, effects)


def _draw_units(generator: np.random.Generator, size: int, controls: np.ndarray) -> np.ndarray:
    """Return how often each unit is drawn, at least one control and one treated among them."""
    for _ in range(MOST_TRIES):
        counts = np.bincount(generator.integers(size, size=size), minlength=size)
        if 0 < counts[controls].sum() < size:
            return counts
    raise EffectsError("bootstrap finds no draw with controls and treated units; use placebo")


def _spread_jackknife(cohorts: Sequence[Cohort], points: Sequence[Draws]) -> Spread:
    """Leave one unit out at a time, weights kept (algorithm 3)."""
    if any((point.units > 0).sum() < 2 for point in points):
        raise EffectsError("jackknife needs two controls with weight; use --inference placebo")
    if any(len(cohort.treated) < 2 for cohort in cohorts):
        raise EffectsError(
            "jackknife needs two treated units in each cohort; use --inference placebo or bootstrap"
        )
    controls = cohorts[0].controls
    treated = np.concatenate([cohort.treated for cohort in cohorts])
    size = len(controls) + len(treated)
    kept = 1 - np.eye(size)
    sizes = np.column_stack([kept[:, cohort.treated].sum(axis=1) for cohort in cohorts])
    shares = weigh_cohorts(sizes, cohorts)
    effects = np.zeros(size)
    for place, (cohort, point) in enumerate(zip(cohorts, points, strict=True)):
        units = kept[:, controls] * point.units
        units /= units.sum(axis=1, keepdims=True)
        targets = kept[:, cohort.treated] @ cohort.outcomes[cohort.treated] / sizes[:, [place]]
        times = np.broadcast_to(point.times, (size, cohort.before))
        effects += shares[:, place] * measure_effects(cohort, targets, units, times)
    se = float(np.sqrt((size - 1) * np.var(effects)))
    return Spread(
        se,
        "jackknife over units, weights kept (Arkhangelsky and others 2021, algorithm 3)",
        effects,
    )
