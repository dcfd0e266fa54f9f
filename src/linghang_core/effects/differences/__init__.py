"""Difference in differences: means and two-way regression, with errors that fit few units."""

from linghang_core.effects.differences.estimate import (
    INFERENCES,
    Estimator,
    estimate_differences,
)
from linghang_core.effects.differences.selection import drop_constant, keep_units

__all__ = ["INFERENCES", "Estimator", "drop_constant", "estimate_differences", "keep_units"]
