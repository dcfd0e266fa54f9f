"""`effects power`, `effects register` and `effects check`: what is settled before the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import EXISTING, print_json, read_table, refuse
from linghang_core.effects import power as core
from linghang_core.effects.registration import Registration, check_follows, read_registration
from linghang_core.effects.results import EffectsError
from linghang_core.effects.series import Impact, Season


@click.command("power")
@click.argument("file", type=EXISTING)
@click.option("--method", type=click.Choice(["did", "its"]), required=True)
@click.option("--unit", metavar="COL", help="Column of units; its does without.")
@click.option("--time", required=True, metavar="COL", help="Column of periods.")
@click.option("--outcome", required=True, metavar="COL", help="Column of the indicator.")
@click.option("--start", metavar="T", help="Planned first period; later rows are left aside.")
@click.option("--after", type=click.IntRange(min=1), required=True, help="Periods from the start.")
@click.option("--before", type=click.IntRange(min=1), help="Periods before it; did only.")
@click.option("--treated-units", type=click.IntRange(min=1), metavar="N", help="How many; did.")
@click.option("--treated-unit", metavar="NAME", help="Which one; its, where there are several.")
@click.option("--impact", type=click.Choice([i.value for i in Impact]), default="level+slope")
@click.option("--season", type=click.IntRange(min=2), metavar="N", help="Periods of a year; its.")
@click.option("--effect", type=float, help="A wanted effect: its power, and what it would take.")
@click.option("--power", "wanted", type=float, default=0.8, show_default=True)
@click.option("--level", type=float, default=0.95, show_default=True)
@click.option("--rounds", type=click.IntRange(min=100), help="Default 4,000 of did, 2,000 of its.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def power(file: Path, as_json: bool, **options: Any) -> None:
    """Compute from past data in FILE what effect a planned project could show at all.

    docs/algorithms/registration.md defines it. Exit status 1: rows in `quality` were left out.
    """
    try:
        history = core.read_history(
            read_table(file),
            time=options["time"],
            outcome=options["outcome"],
            unit=options["unit"],
            start=options["start"],
        )
        found = _plan(history, options)
    except EffectsError as error:
        refuse(f"{file.name}: {error}")
    plain = found.as_dict()
    if as_json:
        print_json(plain)
    else:
        _print_plain(plain)
    if any(finding.severity == "error" for finding in found.quality):
        raise click.exceptions.Exit(1)


def _plan(history: core.History, options: dict[str, Any]) -> core.Prospect:
    shared = {name: options[name] for name in ("after", "effect", "level", "seed")}
    shared |= {"power": options["wanted"]}
    if options["rounds"]:
        shared["rounds"] = options["rounds"]
    if options["method"] == "did":
        if options["treated_units"] is None:
            refuse("--method did needs --treated-units, the number of units planned")
        return core.plan_comparison(
            history, treated=options["treated_units"], before=options["before"], **shared
        )
    return core.plan_series(
        history,
        unit=options["treated_unit"],
        impact=Impact(options["impact"]),
        season=Season(options["season"]) if options["season"] else None,
        **shared,
    )


@click.command("register")
@click.argument("file", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def register(file: Path, as_json: bool) -> None:
    """Check the registration in FILE (JSON) and print its digest, to be kept before the data."""
    registration = _read_registration(file)
    digest, said = registration.digest(), registration.as_dict()
    if as_json:
        print_json({"digest": digest, "registration": said})
    else:
        _print_plain(said | {"digest": digest})


@click.command("check")
@click.argument("registration", type=EXISTING)
@click.argument("result", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(registration: Path, result: Path, as_json: bool) -> None:
    """Say where the analysis in RESULT (JSON of effects) departs from REGISTRATION.

    Exit status 0: it follows; 1: there are departures; 2: unusable.
    """
    registered = _read_registration(registration)
    content = _read_json(result)
    analysis = content.get("analysis") if isinstance(content, dict) else None
    if not isinstance(analysis, dict):
        refuse(f"{result.name}: no analysis in it; take what effects … --json prints")
    departures = check_follows(registered, analysis)
    plain = {
        "digest": registered.digest(),
        "follows": not departures,
        "departures": [departure.as_dict() for departure in departures],
    }
    if as_json:
        print_json(plain)
    else:
        click.echo("follows the registration" if not departures else "departs from it:")
        for each in departures:
            click.echo(f"{each.severity}: {each.field}: {each.message}")
    if departures:
        raise click.exceptions.Exit(1)


def _read_registration(path: Path) -> Registration:
    try:
        return read_registration(_read_json(path))
    except EffectsError as error:
        refuse(f"{path.name}: {error}")


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        refuse(f"{path.name} is no JSON: {error}")


def _print_plain(plain: dict[str, Any]) -> None:
    for name, value in plain.items():
        if value not in ([], {}) and name != "quality":
            click.echo(f"{name:18} {'-' if value is None else value}")
    for finding in plain.get("quality", []):
        click.echo(f"row {finding['row']}: {finding['severity']}: {finding['message']}")
