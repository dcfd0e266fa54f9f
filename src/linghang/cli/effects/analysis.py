"""What an analysis was, as its result carries it: enough to hold it against a registration."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from linghang_core.effects.panel import Panel
from linghang_core.effects.series import Series

NOTED = "linghang.effects.analysis"
NAMED_APART = {"file", "outcome", "direction", "margin", "as_json"}


def note_panel(panel: Panel) -> None:
    """Remember which units and periods this command looked at."""
    start = int(panel.starts[panel.treated].min())
    names = dict(zip(panel.units, panel.treated, strict=True))
    _note(
        panel.times,
        start,
        [name for name, treated in names.items() if treated],
        [name for name, treated in names.items() if not treated],
    )


def note_series(series: Series) -> None:
    """Remember which units and periods this command looked at."""
    _note(series.times, series.start, list(series.units), list(series.comparison_units))


def describe_analysis() -> dict[str, Any]:
    """Return the analysis of the running command: method, indicator, units, periods, options.

    `given` are the options that stood on the command line; the others are defaults.
    """
    context = click.get_current_context()
    options = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in context.params.items()
        if name not in NAMED_APART and value not in (None, ())
    }
    return {
        "method": context.info_name,
        "indicator": context.params.get("outcome"),
        **context.meta.get(NOTED, {}),
        "direction": context.params.get("direction"),
        "margin": context.params.get("margin"),
        "options": options,
        "given": sorted(
            name
            for name in options
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        ),
    }


def _note(times: tuple[str, ...], start: int, treated: list[str], compared: list[str]) -> None:
    click.get_current_context().meta[NOTED] = {
        "treated_units": sorted(treated),
        "comparison_units": sorted(compared),
        "before": {"from": times[0], "to": times[start - 1] if start else None},
        "after": {"from": times[start], "to": times[-1]},
    }
