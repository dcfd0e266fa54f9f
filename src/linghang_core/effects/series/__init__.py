"""Interrupted time series: what changed in level and slope, judged by the series' own past."""

from linghang_core.effects.series.design import Impact, Season, SeasonForm, SlopeFrom
from linghang_core.effects.series.interruption import estimate_interruption
from linghang_core.effects.series.model import Estimand, Family, Inference, Model
from linghang_core.effects.series.reading import Series, read_series

__all__ = [
    "Estimand",
    "Family",
    "Impact",
    "Inference",
    "Model",
    "Season",
    "SeasonForm",
    "Series",
    "SlopeFrom",
    "estimate_interruption",
    "read_series",
]
