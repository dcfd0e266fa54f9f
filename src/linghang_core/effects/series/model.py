"""What is fitted to an interrupted series, to be fixed before the data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from linghang_core.effects.results import EffectsError
from linghang_core.effects.series.design import Impact, Season, SlopeFrom


class Family(StrEnum):
    """What kind of number the outcome is."""

    GAUSSIAN = "gaussian"
    POISSON = "poisson"


class Inference(StrEnum):
    """How the errors are computed."""

    NEWEY_WEST = "newey-west"
    OLS = "ols"
    PRAIS_WINSTEN = "prais-winsten"
    COCHRANE_ORCUTT = "cochrane-orcutt"
    ARMA = "arma"
    QUASI_POISSON = "quasi-poisson"
    POISSON = "poisson"
    NEGATIVE_BINOMIAL = "negative-binomial"


class Estimand(StrEnum):
    """Which number is the estimate."""

    LEVEL = "level"
    SLOPE = "slope"
    AVERAGE = "average"
    CUMULATIVE = "cumulative"


GAUSSIAN = {
    Inference.NEWEY_WEST,
    Inference.OLS,
    Inference.PRAIS_WINSTEN,
    Inference.COCHRANE_ORCUTT,
    Inference.ARMA,
}
COUNTS = {
    Inference.QUASI_POISSON,
    Inference.POISSON,
    Inference.NEGATIVE_BINOMIAL,
    Inference.NEWEY_WEST,
}


@dataclass(frozen=True)
class Model:
    """What is fitted to the series, to be fixed before the data.

    Where nothing is said, a gaussian series may change in level and slope and has Newey-West
    errors; counts may change in level alone (Lopez Bernal et al. 2017) and have quasi-Poisson ones.
    """

    family: Family = Family.GAUSSIAN
    impact: Impact | None = None
    inference: Inference | None = None
    estimand: Estimand | None = None
    slope_from: SlopeFrom = SlopeFrom.START
    season: Season | None = None
    transition: int = 0
    lags: int | None = None
    small_sample: bool = True
    arma: tuple[int, int] = (1, 0)

    @property
    def shape(self) -> Impact:
        """Return what may change."""
        default = Impact.LEVEL if self.family is Family.POISSON else Impact.BOTH
        return self.impact or default

    @property
    def recipe(self) -> Inference:
        """Return how errors are computed. Raises EffectsError for a recipe of the other family."""
        counts = self.family is Family.POISSON
        chosen = self.inference or (Inference.QUASI_POISSON if counts else Inference.NEWEY_WEST)
        known = COUNTS if counts else GAUSSIAN
        if chosen not in known:
            names = ", ".join(sorted(known))
            raise EffectsError(f"--inference {chosen} is not for --family {self.family}: {names}")
        return chosen

    @property
    def target(self) -> Estimand:
        """Return which number is the estimate."""
        if self.estimand:
            return self.estimand
        return Estimand.SLOPE if self.shape is Impact.SLOPE else Estimand.LEVEL
