"""The units that synthetic controls can be built from: complete ones, in an order of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError
from linghang_core.findings import Finding


@dataclass(frozen=True)
class Sample:
    """A complete panel: controls by name, then treated units by name; `starts` as in Panel."""

    units: tuple[str, ...]
    times: tuple[str, ...]
    outcomes: np.ndarray
    starts: np.ndarray
    covariates: dict[str, np.ndarray]
    quality: tuple[Finding, ...]

    def replace(self, **changes: Any) -> Sample:
        """Return the sample with some parts changed."""
        return replace(self, **changes)

    @property
    def controls(self) -> np.ndarray:
        """Return the places of units never treated within the table."""
        return np.flatnonzero(self.starts == len(self.times))

    @property
    def treated(self) -> np.ndarray:
        """Return the places of treated units."""
        return np.flatnonzero(self.starts < len(self.times))


def choose_units(panel: Panel) -> Sample:
    """Return the complete units; one with a gap is left out and listed (policy "complete units").

    A period in which a treated unit has a gap is left out for all, and listed.

    The order is by name, so that shuffled rows give the same result, drawn samples too. Raises
    EffectsError for a treated unit seen in few periods, none before treatment, or no control left.
    """
    panel, findings = _leave_out(panel)
    order = sorted(
        range(len(panel.units)), key=lambda place: (bool(panel.treated[place]), panel.units[place])
    )
    sample = Sample(
        units=tuple(panel.units[place] for place in order),
        times=panel.times,
        outcomes=panel.outcomes[order],
        starts=panel.starts[order],
        covariates={name: values[order] for name, values in panel.covariates.items()},
        quality=(*panel.findings, *findings),
    )
    if not len(sample.controls):
        raise EffectsError(
            "no unit is left to compare with: every complete unit is treated; "
            "add units never treated, or use effects its"
        )
    return sample


def find_fake_start(before: int, periods: int) -> int | None:
    """Return the place of a placebo treatment in time, None where there is no room for one.

    As many of the periods before treatment count as treated, in proportion, as in the whole table
    (the rule of the R package synthdid).
    """
    fake = before * before // periods
    return fake if 2 <= fake < before else None


def _leave_out(panel: Panel) -> tuple[Panel, list[Finding]]:
    """Return the panel without gaps of treated units and incomplete controls, and what went."""
    panel, gaps = _leave_out_times(panel)
    always = [panel.units[place] for place in np.flatnonzero(panel.starts == 0)]
    if always:
        raise EffectsError(
            f"{', '.join(always)} has no period before treatment; add earlier periods"
        )
    whole = panel.find_complete()
    findings = gaps + [
        Finding(
            0,
            "incomplete_unit",
            f"{panel.units[place]} is left out: no value in {_name_gaps(panel, int(place))}",
        )
        for place in np.flatnonzero(~whole)
    ]
    kept = np.flatnonzero(whole)
    return (
        replace(
            panel,
            units=tuple(panel.units[place] for place in kept),
            outcomes=panel.outcomes[kept],
            starts=panel.starts[kept],
            cohorts=tuple(panel.cohorts[place] for place in kept),
            covariates={name: values[kept] for name, values in panel.covariates.items()},
        ),
        findings,
    )


def _leave_out_times(panel: Panel) -> tuple[Panel, list[Finding]]:
    """Return the panel without periods in which a treated unit has no value; they are listed."""
    lacking = np.isnan(panel.outcomes)
    for values in panel.covariates.values():
        lacking = lacking | np.isnan(values)
    gone = lacking[panel.treated].any(axis=0)
    kept = np.flatnonzero(~gone)
    starts = np.array([int((kept < start).sum()) for start in panel.starts])
    emptied = (starts == len(kept))[panel.treated].any()
    if len(kept) < len(panel.times) / 2 or emptied:
        short = [panel.units[at] for at in np.flatnonzero(panel.treated & lacking.any(axis=1))]
        raise EffectsError(
            f"treated unit {', '.join(short)} has too many periods without a value; "
            "fill them or choose periods it is observed in"
        )
    findings = [
        Finding(
            0,
            "incomplete_period",
            f"{panel.times[when]} is left out: no value for treated unit "
            + ", ".join(panel.units[at] for at in np.flatnonzero(panel.treated & lacking[:, when])),
        )
        for when in np.flatnonzero(gone)
    ]
    return (
        replace(
            panel,
            times=tuple(panel.times[when] for when in kept),
            outcomes=panel.outcomes[:, kept],
            starts=starts,
            covariates={name: values[:, kept] for name, values in panel.covariates.items()},
        ),
        findings,
    )


def _name_gaps(panel: Panel, place: int) -> str:
    """Return the first few periods in which a unit lacks a value."""
    missing = np.isnan(panel.outcomes[place])
    for values in panel.covariates.values():
        missing = missing | np.isnan(values[place])
    names = [panel.times[when] for when in np.flatnonzero(missing)]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
