"""Rounding as scores are rounded (docs/algorithms/scoring.md): half up, to a hundredth."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def round_points(value: Decimal) -> Decimal:
    """Return a mean, median or share in points to 0.01; a half goes away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)
