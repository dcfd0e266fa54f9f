"""`effects did` and `effects staggered`: panels with untreated units beside treated ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import EXISTING, refuse
from linghang.cli.effects.options import (
    PanelCommand,
    print_result,
    read_given,
    with_panel,
    with_verdict,
)
from linghang_core.effects import differences, staggered
from linghang_core.effects.results import Direction, EffectsError

ALIASES = {"clustered": "cluster", "cr1": "cluster", "cr3": "jackknife"}


@click.command("did", cls=PanelCommand)
@click.argument("file", type=EXISTING)
@with_panel
@click.option(
    "--estimator",
    type=click.Choice([e.value for e in differences.Estimator]),
    default=differences.Estimator.TWFE.value,
    show_default=True,
    help="Regression with effects of units and periods, or four means.",
)
@click.option(
    "--inference",
    type=click.Choice([*differences.INFERENCES, *ALIASES]),
    default="auto",
    show_default=True,
    help="Recipe of errors; auto: clustered by unit, permutation where one side is one unit.",
)
@click.option(
    "--bootstrap",
    type=click.IntRange(min=99),
    default=1999,
    show_default=True,
    help="Draws of wild bootstrap and permutation.",
)
@with_verdict
def did(file: Path, as_json: bool, **options: Any) -> None:
    """Estimate an effect by difference in differences from FILE (CSV or Excel, a row per unit and time).

    Treated and comparison units must be observed before and after; docs/algorithms/effects.md.
    """
    panel = read_given(file, options)
    inference = options["inference"]
    try:
        found = differences.estimate_differences(
            panel,
            estimator=differences.Estimator(options["estimator"]),
            inference=ALIASES.get(inference, inference),
            direction=Direction(options["direction"]),
            margin=options["margin"],
            rounds=options["bootstrap"],
            seed=options["seed"],
        )
    except EffectsError as error:
        refuse(f"{file.name}: {error}")
    print_result(found, as_json=as_json)


@click.command("staggered", cls=PanelCommand)
@click.argument("file", type=EXISTING)
@with_panel
@click.option(
    "--estimator",
    type=click.Choice([e.value for e in staggered.Estimator]),
    default=staggered.Estimator.CALLAWAY_SANTANNA.value,
    show_default=True,
)
@click.option(
    "--control",
    type=click.Choice([c.value for c in staggered.Control]),
    help="Compare with units never treated (default where there are any) or not treated yet.",
)
@click.option(
    "--aggregate",
    type=click.Choice([a.value for a in staggered.Aggregate]),
    default=staggered.Aggregate.SIMPLE.value,
    show_default=True,
    help="What the estimate is an average of.",
)
@click.option(
    "--adjust",
    type=click.Choice([a.value for a in staggered.Adjustment]),
    default=staggered.Adjustment.DR.value,
    show_default=True,
    help="Use of covariates: doubly robust, regression, weighting.",
)
@click.option(
    "--base",
    type=click.Choice([b.value for b in staggered.Base]),
    default=staggered.Base.VARYING.value,
    show_default=True,
    help="Period compared with before treatment.",
)
@click.option(
    "--anticipation",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Periods before treatment in which it may show already.",
)
@click.option("--balance", type=click.IntRange(min=0), help="Dynamic: only groups seen that long.")
@click.option(
    "--missing",
    type=click.Choice([m.value for m in staggered.Missing]),
    default=staggered.Missing.PAIRS.value,
    show_default=True,
    help="Units with gaps: counted where observed in both periods, or left out.",
)
@click.option(
    "--inference",
    type=click.Choice(staggered.INFERENCES),
    default="analytic",
    show_default=True,
)
@click.option(
    "--bootstrap",
    type=click.IntRange(min=99),
    default=999,
    show_default=True,
    help="Draws of the multiplier bootstrap, also for simultaneous bands.",
)
@with_verdict
def adopt(file: Path, as_json: bool, **options: Any) -> None:
    """Estimate effects of a treatment that begins at different times, by group and period, from FILE.

    Name the first treated period of each unit (--first-treated) or mark treated rows (--treated).
    """
    panel = read_given(file, options)
    plan = staggered.Plan(
        estimator=staggered.Estimator(options["estimator"]),
        control=staggered.Control(options["control"]) if options["control"] else None,
        base=staggered.Base(options["base"]),
        adjustment=staggered.Adjustment(options["adjust"]),
        aggregate=staggered.Aggregate(options["aggregate"]),
        anticipation=options["anticipation"],
        balance=options["balance"],
        missing=staggered.Missing(options["missing"]),
    )
    try:
        found = staggered.estimate_staggered(
            panel,
            plan,
            inference=options["inference"],
            direction=Direction(options["direction"]),
            margin=options["margin"],
            rounds=options["bootstrap"],
            seed=options["seed"],
        )
    except EffectsError as error:
        refuse(f"{file.name}: {error}")
    print_result(found, as_json=as_json)
