"""`effects sc` and `effects sdid`: synthetic control, synthetic difference in differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import EXISTING, read_table, refuse
from linghang.cli.effects.options import (
    PanelCommand,
    print_result,
    read_given,
    split_columns,
    with_panel,
    with_verdict,
)
from linghang_core.effects import synthetic
from linghang_core.effects.panel import Panel
from linghang_core.effects.results import Direction, EffectsError


@click.command("sc", cls=PanelCommand)
@click.argument("file", type=EXISTING)
@with_panel
@click.option(
    "--special-outcomes", multiple=True, metavar="T[,T]", help="Periods of the outcome to match."
)
@click.option(
    "--covariate-mean",
    multiple=True,
    metavar="COL=T:T",
    help="Mean of a column over these periods as predictor (repeat).",
)
@click.option("--fit-from", metavar="T", help="First period over which the gap is made small.")
@click.option("--fit-to", metavar="T", help="Last such period, counted too.")
@click.option(
    "--variant",
    type=click.Choice([v.value for v in synthetic.Variant]),
    default=synthetic.Variant.CLASSIC.value,
    show_default=True,
)
@click.option(
    "--inference",
    type=click.Choice([t.value for t in synthetic.ControlInference]),
    default=synthetic.ControlInference.PLACEBO.value,
    show_default=True,
)
@click.option(
    "--placebos", type=click.IntRange(min=1), help="Donors tried at most; all by default."
)
@click.option("--placebo-time", metavar="T", help="Period of the placebo in time.")
@with_verdict
def control(file: Path, as_json: bool, **options: Any) -> None:
    """Compare one treated unit of FILE with a weighted average of the others before and after.

    Without covariates the weights fit the outcome before treatment; with them, also special
    outcomes and means, they fit these, whose importance is found by nested optimisation.
    """
    names = {name: options[name] for name in ("unit", "time", "outcome")}
    plan = synthetic.Plan(
        covariates=split_columns(options["covariates"]),
        special_outcomes=split_columns(options["special_outcomes"]),
        windows=[_read_window(given) for given in options["covariate_mean"]],
    )
    panel = read_given(file, options | {"covariates": ()})
    try:
        grids = synthetic.read_grids(read_table(file), panel, plan, **names) if plan else None
        found = synthetic.compute_control(
            panel,
            plan=plan,
            grids=grids,
            options=synthetic.Options(
                variant=synthetic.Variant(options["variant"]),
                test=synthetic.ControlInference(options["inference"]),
                fit_first=options["fit_from"],
                fit_last=options["fit_to"],
                placebo_time=options["placebo_time"],
                most=options["placebos"],
                seed=options["seed"],
            ),
            direction=Direction(options["direction"]),
            margin=options["margin"],
        )
    except EffectsError as error:
        refuse(f"{file.name}: {error}")
    print_result(found, as_json=as_json)


@click.command("sdid", cls=PanelCommand)
@click.argument("file", type=EXISTING)
@with_panel
@click.option(
    "--estimator",
    type=click.Choice([e.value for e in synthetic.Estimator]),
    default=synthetic.Estimator.SDID.value,
    show_default=True,
    help="The same conventions with all weights, unit weights only, or none.",
)
@click.option(
    "--solver",
    type=click.Choice([s.value for s in synthetic.Solver]),
    default=synthetic.Solver.FRANK_WOLFE.value,
    show_default=True,
    help="The steps of the R package synthdid, or the exact optimum.",
)
@click.option(
    "--inference",
    type=click.Choice([i.value for i in synthetic.Inference]),
    default=synthetic.Inference.PLACEBO.value,
    show_default=True,
)
@click.option(
    "--placebos",
    type=click.IntRange(min=2),
    default=synthetic.DRAWS,
    show_default=True,
    help="Placebo or bootstrap draws.",
)
@with_verdict
def did(file: Path, as_json: bool, **options: Any) -> None:
    """Estimate the mean effect on the treated units of FILE with weighted units and periods.

    Treatment may begin at different times; controls are units never treated within the table.
    """
    panel: Panel = read_given(file, options)
    try:
        found = synthetic.compute_did(
            panel,
            estimator=synthetic.Estimator(options["estimator"]),
            solver=synthetic.Solver(options["solver"]),
            inference=synthetic.Inference(options["inference"]),
            draws=options["placebos"],
            seed=options["seed"],
            direction=Direction(options["direction"]),
            margin=options["margin"],
        )
    except EffectsError as error:
        refuse(f"{file.name}: {error}")
    print_result(found, as_json=as_json)


def _read_window(given: str) -> synthetic.Window:
    """Return the column and periods of COL=T:T (or COL=T)."""
    column, equals, periods = given.rpartition("=")
    first, _, last = periods.partition(":")
    if not (equals and column.strip() and first.strip()):
        refuse(f"--covariate-mean {given}: write COL=FROM:TO")
    return synthetic.Window(column.strip(), first.strip(), last.strip() or first.strip())
