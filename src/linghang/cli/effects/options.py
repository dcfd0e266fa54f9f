"""What the commands of `effects` have in common: naming the columns, reading the panel, printing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import print_json, read_table, refuse
from linghang.cli.effects.analysis import describe_analysis, note_panel
from linghang_core.effects.panel import Panel, Treatment, read_panel
from linghang_core.effects.results import Direction, EffectsError, Result

Command = Callable[..., Any]


class PanelCommand(click.Command):
    """A command whose --covariates may be followed by several columns, as well as by a list."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, those after --covariates as columns up to an option or a file."""
        spread: list[str] = []
        listing = False
        for word in args:
            if word.startswith("-") or Path(word).is_file():
                listing = word == "--covariates"
            elif listing and spread[-1] != "--covariates":
                spread.append("--covariates")
            spread.append(word)
        return super().parse_args(ctx, spread)


def with_series(command: Command) -> Command:
    """Add the options of a panel to a command that needs no more than one unit."""
    return with_panel(command, unit_required=False)


def with_panel(command: Command, *, unit_required: bool = True) -> Command:
    """Add the options that name the columns of a panel and who is treated."""
    for option in reversed(
        [
            click.option("--unit", required=unit_required, metavar="COL", help="Column of units."),
            click.option("--time", required=True, metavar="COL", help="Column of periods."),
            click.option(
                "--outcome", required=True, metavar="COL", help="Column of the indicator."
            ),
            click.option(
                "--treated", metavar="COL", help="Column: 1 where under treatment, 0 elsewhere."
            ),
            click.option(
                "--treated-unit", multiple=True, metavar="NAME", help="A treated unit (repeat)."
            ),
            click.option("--treated-from", metavar="T", help="First treated period."),
            click.option(
                "--first-treated", metavar="COL", help="Column: first treated period, 0 for never."
            ),
            click.option(
                "--covariates", multiple=True, metavar="COL[,COL]", help="Columns of covariates."
            ),
        ]
    ):
        command = option(command)
    return command


def with_verdict(command: Command) -> Command:
    """Add the options by which a verdict is reached, and --seed and --json."""
    for option in reversed(
        [
            click.option(
                "--direction",
                type=click.Choice([d.value for d in Direction]),
                default=Direction.ANY.value,
                show_default=True,
                help="Which way the effect is wanted.",
            ),
            click.option("--margin", type=float, help="Smallest effect that would matter."),
            click.option("--seed", type=int, default=1, show_default=True),
            click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        ]
    ):
        command = option(command)
    return command


def read_given(file: Path, options: dict[str, Any]) -> Panel:
    """Return the panel the options describe, or refuse with one message; takes those options out."""
    names = {name: options.pop(name) for name in ("unit", "time", "outcome")}
    covariates = split_columns(options.pop("covariates"))
    ways = [options["treated"], options["treated_unit"], options["first_treated"]]
    if sum(map(bool, ways)) != 1:
        refuse("say who is treated by one of --treated, --treated-unit, --first-treated")
    treatment = Treatment(
        column=options.pop("treated"),
        units=options.pop("treated_unit"),
        start=options.pop("treated_from"),
        first=options.pop("first_treated"),
    )
    try:
        panel = read_panel(read_table(file), treatment, covariates=covariates, **names)
    except EffectsError as error:
        refuse(f"{file.name}: {error}")
    note_panel(panel)
    return panel


def split_columns(given: tuple[str, ...]) -> list[str]:
    """Return column names given one by one or with commas."""
    return [name.strip() for part in given for name in part.split(",") if name.strip()]


def print_result(found: Result, *, as_json: bool) -> None:
    """Print a result and leave with 1 where rows were left out."""
    plain = found.as_dict() | {"analysis": describe_analysis()}
    if as_json:
        print_json(plain)
    else:
        for name, value in plain.items():
            if value not in ([], {}) and name != "quality":
                click.echo(f"{name:18} {'-' if value is None else value}")
        for finding in found.quality:
            click.echo(f"row {finding.row}: {finding.severity}: {finding.message}")
    if any(finding.severity == "error" for finding in found.quality):
        raise click.exceptions.Exit(1)
