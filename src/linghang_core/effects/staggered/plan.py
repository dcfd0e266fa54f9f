"""What is to be estimated of a staggered adoption, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from linghang_core.effects.panel import Panel
from linghang_core.effects.staggered.aggregates import Aggregate
from linghang_core.effects.staggered.cells import Effects
from linghang_core.effects.staggered.group_time import Base, Control, estimate_group_time
from linghang_core.effects.staggered.imputation import estimate_imputed
from linghang_core.effects.staggered.interaction import estimate_interacted
from linghang_core.effects.staggered.pairs import Adjustment


class Estimator(StrEnum):
    """Which estimator: group-time effects, interaction-weighted, imputation."""

    CALLAWAY_SANTANNA = "callaway-santanna"
    SUN_ABRAHAM = "sun-abraham"
    IMPUTATION = "imputation"


class Missing(StrEnum):
    """What becomes of units with gaps: each pair of periods takes who is there, or none of them."""

    PAIRS = "pairs"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Plan:
    """What is to be estimated; see `estimate_staggered`."""

    estimator: Estimator = Estimator.CALLAWAY_SANTANNA
    control: Control | None = None
    base: Base = Base.VARYING
    adjustment: Adjustment = Adjustment.DR
    aggregate: Aggregate = Aggregate.SIMPLE
    anticipation: int = 0
    balance: int | None = None
    missing: Missing = Missing.PAIRS


def fill_cells(panel: Panel, plan: Plan) -> Effects:
    """Return the effects by group and period by the estimator of the plan."""
    if plan.estimator is Estimator.SUN_ABRAHAM:
        return estimate_interacted(panel, anticipation=plan.anticipation)
    if plan.estimator is Estimator.IMPUTATION:
        return estimate_imputed(panel, anticipation=plan.anticipation)
    return estimate_group_time(
        panel,
        control=plan.control or Control.NEVER,
        base=plan.base,
        adjustment=plan.adjustment,
        anticipation=plan.anticipation,
    )
