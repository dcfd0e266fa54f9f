"""`effects its`: interrupted time series."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import EXISTING, read_table, refuse
from linghang.cli.effects.analysis import note_series
from linghang.cli.effects.options import (
    PanelCommand,
    print_result,
    split_columns,
    with_series,
    with_verdict,
)
from linghang_core.effects import series as core
from linghang_core.effects.panel import Treatment
from linghang_core.effects.results import Direction, EffectsError


def _choose(names: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([name.value for name in names])


@click.command("its", cls=PanelCommand)
@click.argument("file", type=EXISTING)
@with_series
@click.option(
    "--comparison", multiple=True, metavar="NAME|all", help="Untreated unit beside it (repeat)."
)
@click.option("--family", type=_choose(core.Family), default="gaussian", show_default=True)
@click.option("--offset", metavar="COL", help="What a count is a share of, such as customers.")
@click.option("--season", type=click.IntRange(min=2), metavar="N", help="Periods of a year.")
@click.option(
    "--season-form", type=_choose(core.SeasonForm), default="harmonics", show_default=True
)
@click.option("--pairs", type=click.IntRange(min=1), metavar="K", help="Of harmonics; default 2.")
@click.option(
    "--impact",
    type=_choose(core.Impact),
    help="What may change: default level+slope, of counts level.",
)
@click.option("--slope-from", type=_choose(core.SlopeFrom), default="start", show_default=True)
@click.option(
    "--transition",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Periods from the start on that are left out.",
)
@click.option("--estimand", type=_choose(core.Estimand), help="Which number is the estimate.")
@click.option(
    "--inference",
    type=_choose(core.Inference),
    help="How errors are computed: default newey-west, of counts quasi-poisson.",
)
@click.option("--lags", type=click.IntRange(min=0), metavar="N", help="Of newey-west.")
@click.option("--small-sample/--no-small-sample", default=True, help="Factor n/(n-k) or not.")
@click.option("--arma", default="1,0", show_default=True, metavar="P,Q", help="Orders of arma.")
@click.option("--placebo", is_flag=True, help="Also look for changes before there was one.")
@with_verdict
def its(file: Path, as_json: bool, **options: Any) -> None:
    """Estimate what a change did to one series in FILE, judged by its own past.

    One row per period, or per unit and period with --unit. Times are numbers, periods (2026,
    2026Q1, 2026-03, 2026-W07) or days. docs/algorithms/interrupted-series.md defines all of it.
    """
    try:
        model = _read_model(options)
        series = core.read_series(
            read_table(file),
            _read_treatment(options),
            time=options["time"],
            outcome=options["outcome"],
            unit=options["unit"],
            offset=options["offset"],
            comparison=options["comparison"],
            covariates=split_columns(options["covariates"]),
            counts=model.family is core.Family.POISSON,
        )
        note_series(series)
        found = core.estimate_interruption(
            series,
            model,
            direction=Direction(options["direction"]),
            margin=options["margin"],
            placebo=options["placebo"],
        )
    except EffectsError as error:
        refuse(f"{file.name}: {error}")
    print_result(found, as_json=as_json)


def _read_treatment(options: dict[str, Any]) -> Treatment:
    ways = [options["treated"], options["treated_unit"], options["first_treated"]]
    if sum(map(bool, ways)) > 1:
        refuse("say who is treated by one of --treated, --treated-unit, --first-treated")
    if not any(ways) and not options["treated_from"]:
        refuse("say from when the series is treated: --treated-from T, or --treated COL")
    return Treatment(
        column=options["treated"],
        units=options["treated_unit"],
        start=options["treated_from"],
        first=options["first_treated"],
    )


def _read_model(options: dict[str, Any]) -> core.Model:
    season = None
    if options["season"]:
        form = core.SeasonForm(options["season_form"])
        season = core.Season(options["season"], form, options["pairs"])
    impact, inference, estimand = (options[n] for n in ("impact", "inference", "estimand"))
    return core.Model(
        family=core.Family(options["family"]),
        slope_from=core.SlopeFrom(options["slope_from"]),
        season=season,
        transition=options["transition"],
        lags=options["lags"],
        small_sample=options["small_sample"],
        arma=_read_orders(options["arma"]),
        impact=core.Impact(impact) if impact else None,
        inference=core.Inference(inference) if inference else None,
        estimand=core.Estimand(estimand) if estimand else None,
    )


def _read_orders(given: str) -> tuple[int, int]:
    try:
        first, second = (int(part) for part in given.split(","))
    except ValueError:
        refuse(f"--arma {given}: write two whole numbers, such as 1,0")
    if min(first, second) < 0 or first + second == 0:
        refuse(f"--arma {given}: write P,Q with at least one above 0")
    return first, second
