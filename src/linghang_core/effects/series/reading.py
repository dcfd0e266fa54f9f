"""One series that is interrupted, and one that is not, read from a table of any origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from linghang_core.effects.panel import Panel, Treatment, read_panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.series.moments import count_elapsed
from linghang_core.findings import Finding

ALL = "all"  # every untreated unit is a comparison


@dataclass(frozen=True)
class Series:
    """An outcome over T periods, interrupted at the place `start` of `times`.

    `elapsed` (T) counts periods from the first, gaps included; `outcome` (T) and `exposure` (T, what
    a count is a share of) are NaN where nothing was observed. `comparison` and
    `comparison_exposure` belong to the units named in `comparison_units`. `counts` says whether
    units are added up (counts) or averaged.
    """

    units: tuple[str, ...]
    times: tuple[str, ...]
    elapsed: np.ndarray
    outcome: np.ndarray
    start: int
    counts: bool = False
    exposure: np.ndarray | None = None
    comparison: np.ndarray | None = None
    comparison_exposure: np.ndarray | None = None
    comparison_units: tuple[str, ...] = ()
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    evenly_spaced: bool = True
    findings: tuple[Finding, ...] = ()

    def cut(self, length: int) -> Series:
        """Return the first `length` periods alone."""

        def shorten(values: np.ndarray | None) -> np.ndarray | None:
            return None if values is None else values[:length]

        return replace(
            self,
            times=self.times[:length],
            elapsed=self.elapsed[:length],
            outcome=self.outcome[:length],
            exposure=shorten(self.exposure),
            comparison=shorten(self.comparison),
            comparison_exposure=shorten(self.comparison_exposure),
            covariates={name: each[:length] for name, each in self.covariates.items()},
        )


def read_series(
    table: pd.DataFrame,
    treatment: Treatment,
    *,
    time: str,
    outcome: str,
    unit: str | None = None,
    offset: str | None = None,
    comparison: Sequence[str] = (),
    covariates: Sequence[str] = (),
    counts: bool = False,
) -> Series:
    """Return the treated series of a table with one row per time, or per unit and time.

    Without `unit` the table is one series. Several treated units with one start are averaged, or
    added up where they are `counts`; so are the units named in `comparison` ("all": every untreated
    one). Raises EffectsError for what `read_panel` refuses but a single unit, for several starts,
    and where there is no period before the first treated one.
    """
    table, unit, treatment = _complete(table, treatment, unit, time)
    wanted = [*covariates, *([offset] if offset else [])]
    panel = read_panel(
        table,
        treatment,
        unit=unit,
        time=time,
        outcome=outcome,
        covariates=wanted,
        fewest_units=1,
    )
    treated = panel.treated
    start = _find_start(panel)
    others = _find_comparison(panel, comparison)
    elapsed, even = count_elapsed(panel.times)
    pick = _Gathering(panel, counts=counts)
    return Series(
        units=_name(panel, treated),
        times=panel.times,
        elapsed=elapsed,
        outcome=pick.gather(panel.outcomes, treated),
        start=start,
        counts=counts,
        exposure=pick.gather(panel.covariates[offset], treated) if offset else None,
        comparison=pick.gather(panel.outcomes, others) if others.any() else None,
        comparison_exposure=(
            pick.gather(panel.covariates[offset], others) if offset and others.any() else None
        ),
        comparison_units=_name(panel, others),
        covariates={name: pick.average(panel.covariates[name], treated) for name in covariates},
        evenly_spaced=even,
        findings=panel.findings,
    )


@dataclass(frozen=True)
class _Gathering:
    """How several units become one series."""

    panel: Panel
    counts: bool

    def gather(self, values: np.ndarray, units: np.ndarray) -> np.ndarray:
        """Return the sum or the mean of the units; NaN where one of them is missing."""
        gathered: np.ndarray = values[units].sum(axis=0)
        return gathered if self.counts else gathered / units.sum()

    def average(self, values: np.ndarray, units: np.ndarray) -> np.ndarray:
        averaged: np.ndarray = values[units].mean(axis=0)
        return averaged


def _complete(
    table: pd.DataFrame, treatment: Treatment, unit: str | None, time: str
) -> tuple[pd.DataFrame, str, Treatment]:
    """Return the table with a column of units, that column, and who is treated."""
    if unit is None:
        if treatment.units:
            raise EffectsError("a unit is named, but not the column of units (--unit)")
        if time in table and table[time].duplicated().sum() > len(table) / 2:
            raise EffectsError(
                f"most times stand in several rows of {time}: name the units (--unit)"
            )
        unit = "series"
        while unit in table:
            unit += "_"
        table = table.assign(**{unit: "series"})
    only_start = treatment.start and not (treatment.column or treatment.units or treatment.first)
    if only_start and unit in table:
        names = [str(name).strip() for name in table[unit].dropna().unique()]
        if len(names) > 1:
            raise EffectsError("several units: say which one is treated (--treated-unit)")
        treatment = Treatment(units=names, start=treatment.start)
    return table, unit, treatment


def _name(panel: Panel, chosen: np.ndarray) -> tuple[str, ...]:
    return tuple(unit for unit, each in zip(panel.units, chosen, strict=True) if each)


def _find_start(panel: Panel) -> int:
    starts = {int(start) for start in panel.starts[panel.treated]}
    if len(starts) > 1:
        raise EffectsError(
            "the treated units start at different times; name those of one start, "
            "or use effects staggered"
        )
    start = starts.pop()
    if start == 0:
        names = ", ".join(_name(panel, panel.treated))
        raise EffectsError(
            f"{names} is treated from the first period ({panel.times[0]}) on: there is no period "
            "before to compare with"
        )
    return start


def _find_comparison(panel: Panel, wanted: Sequence[str]) -> np.ndarray:
    """Return which units (N) are the comparison."""
    if not wanted:
        return np.zeros(len(panel.units), bool)
    if tuple(wanted) == (ALL,):
        if panel.treated.all():
            raise EffectsError("no unit is untreated: there is nothing to compare with")
        return ~panel.treated
    unknown = [name for name in wanted if name not in panel.units]
    if unknown:
        raise EffectsError(f"comparison unit {', '.join(unknown)} is not in the file")
    chosen = np.isin(panel.units, list(wanted))
    if (chosen & panel.treated).any():
        raise EffectsError("a comparison unit is treated itself; name an untreated one")
    return chosen
