"""What a project could show, and the arithmetic of finding it among noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from linghang_core.effects.results import EffectsError
from linghang_core.findings import Finding

POWER = 0.8
STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # of the curve, in minimum detectable effects


@dataclass(frozen=True)
class Prospect:
    """The smallest effect a project would find with probability `power`, in units of the outcome.

    `mde_relative` is its share of the mean so far. `curve` holds (effect, power) and `needed` what
    a wanted effect would take: None for more than was tried. `inputs` are the numbers of the past
    that all of it rests on, `false_alarms` how often the usual test reports a change where there is
    none.
    """

    method: str
    mde: float
    mde_relative: float | None
    power: float
    level: float
    recipe: str
    curve: Sequence[Mapping[str, float]]
    needed: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    false_alarms: float | None = None
    notes: Sequence[str] = ()
    quality: Sequence[Finding] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the prospect as plain data."""
        return {
            "method": self.method,
            "mde": self.mde,
            "mde_relative": self.mde_relative,
            "power": self.power,
            "level": self.level,
            "recipe": self.recipe,
            "power_curve": [dict(point) for point in self.curve],
            "needed": dict(self.needed),
            "inputs": dict(self.inputs),
            "false_alarms": self.false_alarms,
            "notes": list(self.notes),
            "quality": [finding.as_dict() for finding in self.quality],
        }


@dataclass(frozen=True)
class Hurdles:
    """How large an effect must be in each of many worlds to be found there, in its own direction.

    An estimate with noise b and error s is found where b + effect > c·s: from the effect c·s − b
    on. Noise is as likely upwards as downwards, so each world counts with its mirror image; power
    then never falls as the effect grows.
    """

    sizes: np.ndarray  # ascending

    @classmethod
    def of(cls, noise: np.ndarray, bars: np.ndarray | float) -> Hurdles:
        """Return the hurdles of estimates with `noise` that must clear `bars`."""
        return cls(np.sort(np.concatenate([bars - noise, bars + noise])))

    def find_power(self, effect: float) -> float:
        """Return the share of worlds in which the effect is found."""
        return float(np.searchsorted(self.sizes, abs(effect), side="left") / len(self.sizes))

    def find_effect(self, power: float) -> float:
        """Return the smallest effect that is found in a share `power` of the worlds."""
        return max(float(np.quantile(self.sizes, power, method="higher")), 0.0)

    def draw_curve(self, mde: float) -> list[dict[str, float]]:
        """Return the power of effects around the minimum detectable one."""
        return [{"effect": step * mde, "power": self.find_power(step * mde)} for step in STEPS]


def check_wishes(power: float, level: float, rounds: int) -> None:
    """Raise EffectsError for shares that are none, or too few rounds to tell."""
    if not 0.5 <= power < 1:
        raise EffectsError(f"power {power:g}: write a share from 0.5 to below 1, such as 0.8")
    if not 0.5 < level < 1:
        raise EffectsError(f"level {level:g}: write a share below 1, such as 0.95")
    if rounds < 100:
        raise EffectsError(f"{rounds} rounds: at least 100 are needed")


def share_of(mde: float, mean: float) -> float | None:
    """Return the effect as a share of the mean; None where that is zero."""
    return mde / abs(mean) if mean else None


def say_smallest(found: Prospect) -> str:
    """Return in words what the minimum detectable effect means."""
    share = "" if found.mde_relative is None else f" ({found.mde_relative:.0%} of the mean so far)"
    return (
        f"A change of {found.mde:.4g}{share} would be found in {found.power:.0%} of such projects. A "
        "smaller one will probably not be told from chance, and finding none shows nothing."
    )
