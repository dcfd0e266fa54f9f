"""`match plan`: a day's routes of teams to demands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import ENCODINGS, EXISTING, print_json, refuse
from linghang_core.matching import routing


@click.command("plan")
@click.argument("problem", type=EXISTING)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    default=routing.SECONDS,
    show_default=True,
    help="How long the search may take at most; it sets the number of steps.",
)
@click.option("--seed", type=click.IntRange(min=0, max=2**32 - 1), default=1, show_default=True)
@click.option(
    "--accepted",
    type=EXISTING,
    help="An earlier plan (JSON of this command): its visits stay with their teams.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    help="Keep the times accepted too, within this much.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plan(problem: Path, as_json: bool, **options: Any) -> None:
    """Plan the routes of teams to the demands of PROBLEM, a JSON file.

    docs/algorithms/routing.md says what stands in it. Demands that cannot be served are listed
    with the reason and are no error; demands that cannot be read are listed in `quality`.
    """
    given = _read_json(problem)
    if options["accepted"] and isinstance(given, dict):
        earlier = _read_json(options["accepted"])
        if not isinstance(earlier, dict) or not isinstance(earlier.get("routes"), list):
            refuse(f"--accepted {options['accepted'].name}: has no routes; give a plan's JSON")
        given["accepted"] = earlier["routes"]
    if options["tolerance"] is not None and isinstance(given, dict):
        given["tolerance"] = options["tolerance"]
    try:
        found = routing.plan_routes(
            routing.read_problem(given), seconds=options["seconds"], seed=options["seed"]
        ).as_dict()
    except routing.ProblemError as error:
        refuse(f"{problem.name}: {error}")
    if as_json:
        print_json(found)
    else:
        _print_plan(found)
    if found["quality"]:
        raise click.exceptions.Exit(1)


def _read_json(path: Path) -> Any:
    """Return the data of a JSON file (UTF-8 or GB18030)."""
    content = path.read_bytes()
    encoding = next((each for each in ENCODINGS if _reads(content, each)), None)
    if encoding is None:
        refuse(f"{path.name} is neither UTF-8 nor GB18030; save it as UTF-8.")
    try:
        return json.loads(content.decode(encoding))
    except json.JSONDecodeError as error:
        refuse(f"{path.name}, line {error.lineno}: no JSON: {error.msg}")
    except RecursionError:
        refuse(f"{path.name}: nested too deeply")


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _print_plan(found: dict[str, Any]) -> None:
    click.echo(f"distance {found['distance']:.4f}, stopped by {found['stopped']}")
    for route in found["routes"]:
        click.echo(f"\n{route['team']}: leaves {route['leaves']:g}, back {route['returns']:g}")
        for demand, arrival in zip(route["demands"], route["arrivals"], strict=True):
            click.echo(f"  {arrival:10g}  {demand}")
    for each in found["unserved"]:
        click.echo(f"not served: {each['id']}: {each['reason']}")
    for each in found["broken"]:
        click.echo(f"promise broken: {each['id']} by {each['team']}: {each['reason']}")
    for note in found["notes"]:
        click.echo(f"note: {note}")
    for finding in found["quality"]:
        click.echo(f"{finding['severity']}: {finding['message']}")
