"""`weights`: points of criteria from judgements in pairs, from data, and alternatives ranked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import EXISTING, print_json, refuse
from linghang_core import scoring


@click.group("weights")
def weights() -> None:
    """Weights of criteria by published methods. docs/algorithms/weights.md defines all of them.

    FILE is JSON. Exit status 0: weighed; 2: the numbers cannot be taken, with the reason in one line.
    """


@weights.command()
@click.argument("file", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ahp(file: Path, *, as_json: bool) -> None:
    """Weights of comparisons in pairs: {"matrix": [[1, 3], [0.3333, 1]], "names": ["A", "B"]}.

    Refused above a consistency ratio of 0.1, with the three criteria that contradict each other most.
    """
    given = _read(file, "matrix")
    try:
        found = scoring.insist_consistent(
            scoring.compare_pairs(given["matrix"], given.get("names") or ())
        )
    except scoring.WeightsError as error:
        refuse(f"{file.name}: {error}")
    _print(
        {
            "method": "ahp",
            "names": list(found.names),
            "weights": list(found.weights),
            "lambda_max": found.lambda_max,
            "consistency_index": found.consistency_index,
            "consistency_ratio": found.consistency_ratio,
        },
        as_json=as_json,
    )


@weights.command()
@click.argument("file", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def entropy(file: Path, *, as_json: bool) -> None:
    """Weights by Shannon's entropy: {"columns": ["A", "B"], "rows": [[1, 2], [3, 4], [5, 9]]}."""
    given = _read(file, "rows")
    try:
        found = scoring.weigh_by_entropy(given["rows"], given.get("columns") or ())
    except scoring.WeightsError as error:
        refuse(f"{file.name}: {error}")
    _print(_named("entropy", given, found), as_json=as_json)


@weights.command()
@click.argument("file", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def critic(file: Path, *, as_json: bool) -> None:
    """Weights by contrast and conflict: as for entropy, with "directions": ["benefit", "cost"]."""
    given = _read(file, "rows")
    try:
        found = scoring.weigh_by_critic(
            given["rows"], given.get("columns") or (), given.get("directions") or ()
        )
    except scoring.WeightsError as error:
        refuse(f"{file.name}: {error}")
    _print(_named("critic", given, found), as_json=as_json)


@weights.command()
@click.argument("file", type=EXISTING)
@click.option(
    "--normalisation",
    type=click.Choice([each.value for each in scoring.Normalisation]),
    help="How columns are made comparable; vector unless the file says otherwise.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def topsis(file: Path, normalisation: str | None, *, as_json: bool) -> None:
    """Rank rows by TOPSIS: {"columns", "rows", "weights", "directions", "normalisation"}."""
    given = _read(file, "rows", "weights")
    chosen = normalisation or given.get("normalisation") or scoring.Normalisation.VECTOR.value
    if chosen not in {each.value for each in scoring.Normalisation}:
        refuse(f"{file.name}: {chosen!r} is no normalisation; write vector or minmax")
    try:
        found = scoring.rank_by_topsis(
            given["rows"],
            given["weights"],
            given.get("directions") or (),
            given.get("columns") or (),
            scoring.Normalisation(chosen),
        )
    except scoring.WeightsError as error:
        refuse(f"{file.name}: {error}")
    _print(
        {
            "method": "topsis",
            "normalisation": found.normalisation.value,
            "columns": list(given.get("columns") or ()),
            "weights": list(found.weights),
            "closeness": list(found.closeness),
            "ranks": list(found.ranks),
        },
        as_json=as_json,
    )


def _read(file: Path, *keys: str) -> dict[str, Any]:
    """The object of a file with the keys it must have."""
    try:
        given = json.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        refuse(f"{file.name} is no JSON: {error}")
    if not isinstance(given, dict):
        refuse(f"{file.name}: write an object with {' and '.join(keys)}")
    for key in keys:
        if key not in given:
            refuse(f"{file.name}: the key {key} is missing")
    for key in ("columns", "names", "directions"):
        value = given.get(key)
        if value is not None and not (
            isinstance(value, list) and all(isinstance(one, str) for one in value)
        ):
            refuse(f"{file.name}: {key} is a list of texts")
    return given


def _named(method: str, given: Mapping[str, Any], found: tuple[float, ...]) -> dict[str, Any]:
    return {"method": method, "columns": list(given.get("columns") or ()), "weights": list(found)}


def _print(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    for key, value in found.items():
        words = (
            ", ".join(f"{one:.4f}" if isinstance(one, float) else str(one) for one in value)
            if (isinstance(value, list))
            else (f"{value:.4f}" if isinstance(value, float) else str(value))
        )
        if words:
            click.echo(f"{key}: {words}")
