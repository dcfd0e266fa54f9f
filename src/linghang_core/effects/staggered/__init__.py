"""Treatment that begins at different times: effects by group and period, and their averages."""

from linghang_core.effects.staggered.aggregates import Aggregate
from linghang_core.effects.staggered.estimate import INFERENCES, estimate_staggered
from linghang_core.effects.staggered.group_time import Base, Control
from linghang_core.effects.staggered.pairs import Adjustment
from linghang_core.effects.staggered.plan import Estimator, Missing, Plan

__all__ = [
    "INFERENCES",
    "Adjustment",
    "Aggregate",
    "Base",
    "Control",
    "Estimator",
    "Missing",
    "Plan",
    "estimate_staggered",
]
