"""The numbers that are read off a fitted interrupted series, each with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import stats

from linghang_core.effects.results import EffectsError
from linghang_core.effects.series import words
from linghang_core.effects.series.design import LEVEL, SLOPE, Design, Impact
from linghang_core.effects.series.fitting import Fit
from linghang_core.effects.series.model import Estimand, Family, Model
from linghang_core.effects.series.reading import Series
from linghang_core.effects.series.residuals import describe_residuals

POWER = 0.8


@dataclass(frozen=True)
class Measures:
    """The fitted model and the numbers that are read off it."""

    series: Series
    model: Model
    design: Design
    fit: Fit
    outcome: np.ndarray
    exposure: np.ndarray
    level: float

    def measure(self, target: Estimand) -> dict[str, Any]:
        """Return one number of the model with its error, interval and p-value."""
        if target in {Estimand.LEVEL, Estimand.SLOPE}:
            name = LEVEL if target is Estimand.LEVEL else SLOPE
            if name not in self.design.names:
                raise EffectsError(f"--impact {self.model.shape} has no change of {target}")
            weights = np.zeros(len(self.design.names))
            weights[self.design.place(name)] = 1
            return self._judge(weights, weights @ self.fit.coefficients)
        effects, gradients = self._contrast()
        share = 1 / len(effects) if target is Estimand.AVERAGE else 1.0
        return self._judge(share * gradients.sum(axis=0), share * float(effects.sum()))

    def list_effects(self) -> list[dict[str, Any]]:
        """Return one mapping for each period after the change."""
        effects, gradients = self._contrast()
        expected = self._expect()
        after = (self.design.used & self.design.after).nonzero()[0]
        found = []
        for place, effect, gradient in zip(after, effects, gradients, strict=True):
            observed = float(self.series.outcome[place])
            judged = self._judge(gradient, float(effect))
            found.append(
                {
                    "time": self.series.times[place],
                    "observed": observed,
                    "expected": float(expected[place]),
                    "effect": observed - float(expected[place]),
                    "modelled": judged["estimate"],
                    "se": judged["se"],
                    "ci_low": judged["ci_low"],
                    "ci_high": judged["ci_high"],
                }
            )
        return found

    def diagnose(self) -> dict[str, Any]:
        """Return the parts of the model, its totals, and what the residuals say."""
        used, after = self.design.used, self.design.after
        found: dict[str, Any] = {
            "family": self.model.family.value,
            "impact": self.model.shape.value,
            "inference": self.model.recipe.value,
            "scale": words.name_scale(self.model.target, self.model.family is Family.POISSON),
            "slope_from": self.model.slope_from.value,
            "periods_before": int((used & ~after).sum()),
            "periods_after": int((used & after).sum()),
            "periods_left_out": int((~used).sum()),
            "periods_missing": int(np.isnan(self.outcome + self.exposure).sum()),
            "first_after": self.series.times[int((used & after).argmax())],
        }
        for target in (Estimand.LEVEL, Estimand.SLOPE):
            name = LEVEL if target is Estimand.LEVEL else SLOPE
            if name in self.design.names:
                found[name] = self._name_ratio(self.measure(target))
        found["trend_before"] = self._judge_column("trend")
        found["detectable"] = self._find_detectable()
        if self.model.shape is Impact.BOTH:
            found["joint_test"] = self._test_jointly()
        found["average_effect"] = self.measure(Estimand.AVERAGE)
        total = self.measure(Estimand.CUMULATIVE)
        expected = float(self._expect()[used & after].sum())
        share = total["estimate"] / expected if expected else None
        found["cumulative_effect"] = total | {"expected": expected, "relative": share}
        found |= describe_residuals(self.fit.residuals, self.fit.elapsed, self.width)
        return found | dict(self.fit.details)

    @property
    def width(self) -> int:
        return len(self.design.names)

    def _contrast(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the modelled effects of the periods after, and their gradients."""
        after = self.design.used & self.design.after
        columns, without = self.design.columns[after], self.design.without[after]
        if self.model.family is Family.GAUSSIAN:
            gradients = columns - without
            return gradients @ self.fit.coefficients, gradients
        exposure = self.exposure[after]
        here = exposure * np.exp(columns @ self.fit.coefficients)
        there = exposure * np.exp(without @ self.fit.coefficients)
        return here - there, here[:, None] * columns - there[:, None] * without

    def _expect(self) -> np.ndarray:
        """Return what was to be expected without the change (T), in units of the outcome."""
        expected: np.ndarray = self.design.without @ self.fit.coefficients
        if self.model.family is Family.GAUSSIAN:
            other = self.series.comparison
            return expected if other is None else expected + other
        raised: np.ndarray = self.exposure * np.exp(expected)
        return raised

    @cached_property
    def _law(self) -> Any:
        return stats.norm() if self.fit.freedom is None else stats.t(self.fit.freedom)

    @cached_property
    def _reach(self) -> float:
        """Return how many errors an interval reaches to each side."""
        return float(self._law.ppf(0.5 + self.level / 2))

    def _find_detectable(self) -> float | None:
        """Return the effect that a study with this error finds with probability 0.8."""
        se = self.measure(self.model.target)["se"]
        return None if se is None else (self._reach + float(self._law.ppf(POWER))) * float(se)

    def _judge_column(self, name: str) -> dict[str, Any]:
        weights = np.zeros(self.width)
        weights[self.design.place(name)] = 1
        return self._judge(weights, weights @ self.fit.coefficients)

    def _judge(self, weights: np.ndarray, estimate: float) -> dict[str, Any]:
        estimate = float(estimate)
        se = math.sqrt(max(float(weights @ self.fit.covariance @ weights), 0.0))
        size = max(abs(estimate), float(np.nanmax(np.abs(self.outcome))), 1e-300)
        if se < 1e-12 * size:  # a line without any noise: nothing to judge chance by
            return {
                "estimate": estimate,
                "se": None,
                "ci_low": None,
                "ci_high": None,
                "p_value": None,
            }
        reach = self._reach * se
        return {
            "estimate": estimate,
            "se": se,
            "ci_low": estimate - reach,
            "ci_high": estimate + reach,
            "p_value": float(2 * self._law.sf(abs(estimate) / se)),
        }

    def _name_ratio(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return a coefficient of counts with its rate ratio beside the logarithm."""
        if self.model.family is Family.GAUSSIAN:
            return dict(found)
        ratios = {
            f"rate_ratio{end}": None if found[name] is None else math.exp(found[name])
            for end, name in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high"))
        }
        return dict(found) | ratios

    def _test_jointly(self) -> dict[str, Any] | None:
        """Return the Wald test that neither level nor slope changed."""
        places = [self.design.place(LEVEL), self.design.place(SLOPE)]
        values = self.fit.coefficients[places]
        spread = self.fit.covariance[np.ix_(places, places)]
        if self.measure(Estimand.LEVEL)["se"] is None or np.linalg.matrix_rank(spread) < 2:
            return None
        statistic = float(values @ np.linalg.solve(spread, values))
        if self.fit.freedom is None:
            p_value, kind = float(stats.chi2.sf(statistic, 2)), "Wald chi-squared, 2 degrees"
        else:
            p_value = float(stats.f.sf(statistic / 2, 2, self.fit.freedom))
            kind = f"Wald F, 2 and {self.fit.freedom:g} degrees of freedom"
        return {"statistic": statistic, "p_value": p_value, "kind": kind}
