"""The one shape in which every method says what it found, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from linghang_core.findings import Finding

LEVEL = 0.95  # of every interval unless asked for otherwise


class EffectsError(ValueError):
    """What cannot be computed, why, and what to use instead."""


class Direction(StrEnum):
    """Which way an effect is wanted, fixed before the data."""

    INCREASE = "increase"
    DECREASE = "decrease"
    ANY = "any"


class Verdict(StrEnum):
    """What a reader may conclude."""

    FOR = "evidence for"
    AGAINST = "evidence against"
    NOT_ENOUGH = "not enough evidence"


@dataclass(frozen=True)
class Result:
    """An estimated effect, in units of the outcome unless `diagnostics` names a scale.

    `se_recipe` and `p_kind` name the recipe and its source; a number that a method cannot give is
    None. `weights` are those of comparison units, `time_weights` those of periods before treatment,
    `effects` the effects by group, time or relative time, one plain mapping each.
    """

    method: str
    estimate: float
    se: float | None
    se_recipe: str
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    p_kind: str
    verdict: Verdict
    level: float = LEVEL
    weights: Mapping[str, float] = field(default_factory=dict)
    time_weights: Mapping[str, float] = field(default_factory=dict)
    effects: Sequence[Mapping[str, Any]] = ()
    comparison_units: Sequence[str] = ()
    assumptions: Sequence[str] = ()
    diagnostics: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    quality: Sequence[Finding] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return {
            "method": self.method,
            "estimate": self.estimate,
            "se": self.se,
            "se_recipe": self.se_recipe,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "ci_level": self.level,
            "p_value": self.p_value,
            "p_kind": self.p_kind,
            "weights": dict(self.weights),
            "time_weights": dict(self.time_weights),
            "effects": [dict(effect) for effect in self.effects],
            "comparison_units": list(self.comparison_units),
            "assumptions": list(self.assumptions),
            "diagnostics": dict(self.diagnostics),
            "verdict": self.verdict.value,
            "notes": list(self.notes),
            "quality": [finding.as_dict() for finding in self.quality],
        }


def judge(
    estimate: float,
    p_value: float | None,
    *,
    direction: Direction = Direction.ANY,
    level: float = LEVEL,
    interval: tuple[float | None, float | None] = (None, None),
    margin: float | None = None,
) -> Verdict:
    """Return what may be concluded from a two-sided p-value and an interval.

    Evidence for: p ≤ 1 − level and the estimate points the wanted way. Evidence against: p ≤ 1 −
    level and it points the other way, or the whole interval lies within ± `margin`, the smallest
    effect that would matter. Everything else is not enough evidence: a large p-value never shows
    that nothing happened.
    """
    low, high = interval
    if (
        margin is not None
        and low is not None
        and high is not None
        and -margin < low <= high < margin
    ):
        return Verdict.AGAINST
    if p_value is None or p_value > 1 - level + 1e-12 or estimate == 0:
        return Verdict.NOT_ENOUGH
    wanted = {Direction.INCREASE: estimate > 0, Direction.DECREASE: estimate < 0}.get(
        direction, True
    )
    return Verdict.FOR if wanted else Verdict.AGAINST
