"""`evaluate` and `explain`: scores from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import click


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --engine and --master to a command."""
    choice = click.option(
        "--engine",
        type=click.Choice(["duckdb", "kernel", "spark"]),
        help="What counts; every engine gives the same numbers (default: LINGHANG_ENGINE).",
    )
    master = click.option(
        "--master",
        help="Spark master, local[2] or spark://host:7077 (default: LINGHANG_SPARK_MASTER).",
    )
    return choice(master(command))


def choose_counting(engine: str | None, master: str | None) -> Any:
    """Return the engine asked for; a message and exit status 1 when it is not installed."""
    from linghang.evaluation import api as evaluation

    if master and engine != "spark":
        raise click.UsageError("--master says where Spark computes: give it with --engine spark.")
    try:
        return evaluation.choose_engine(engine or "", master or "")
    except evaluation.EvaluationRefused as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("scheme")
@click.option("--period", required=True, help="The month, for example 2026-10.")
@click.option("--unit", "unit_code", help="Code of a bureau's top unit; every bureau unless given.")
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print the runs as JSON.")
def evaluate(
    scheme: str,
    period: str,
    unit_code: str | None,
    engine: str | None,
    master: str | None,
    *,
    as_json: bool,
) -> None:
    """Run SCHEME (its code, for example red-flag-index) for a month and print the outcome.

    The same facts give the same digest, however often it is run and whatever engine counts. Killed
    at any moment it leaves the bureaus that are finished; the same command again keeps them and
    does the rest. Facts recorded while it ran are told as a warning. A bureau that cannot be
    evaluated stops no other; the exit status is then 1. A run is not a publication: that is done on
    the evaluation page, with an objection period.

    Example: linghang evaluate red-flag-index --period 2026-10 --engine kernel
    """
    from linghang.evaluation import api as evaluation
    from linghang.org.models import Unit

    root = None
    if unit_code is not None:
        root = Unit.objects.filter(code=unit_code, parent=None).first()
        if root is None:
            raise click.ClickException(f"No bureau's top unit has the code {unit_code}.")
    counting = choose_counting(engine, master)
    try:
        runs = evaluation.evaluate(scheme_code=scheme, period=period, root=root, counting=counting)
    except evaluation.EvaluationRefused as error:
        raise click.ClickException(str(error)) from error
    overtaking = evaluation.count_overtaking(runs)
    rows = [
        {
            "unit": run.root.code,
            "name": run.root.name,
            "scheme": run.scheme.code,
            "version": run.scheme.version,
            "period": run.period,
            "state": run.state,
            "error": run.error,
            "rated": run.rated,
            "not_rated": run.subjects - run.rated,
            "as_of_seq": run.as_of_seq,
            "overtaken_by": overtaking.get(run.pk, 0),
            "digest": run.digest,
        }
        for run in runs
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for line in _tell_runs(rows):
            click.echo(line)
    if any(row["error"] for row in rows):
        raise click.exceptions.Exit(1)


def _tell_runs(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        head = f"{row['unit']} {row['name']}"
        if row["error"]:
            yield f"{head}: failed: {row['error']}"
            continue
        yield (
            f"{head}: {row['rated']} rated, {row['not_rated']} not rated, digest {row['digest']}"
        )
        if row["overtaken_by"]:
            yield (
                f"Warning: {head} is overtaken: {row['overtaken_by']} facts were recorded or "
                "withdrawn after what was counted; run it again before publishing."
            )


@click.command()
@click.argument("scheme")
@click.option("--period", required=True, help="The month, for example 2026-10.")
@click.option("--subject", required=True, help="Code of the unit or person.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole explanation as JSON.")
def explain(scheme: str, period: str, subject: str, *, as_json: bool) -> None:
    """Say why SUBJECT has its score: each criterion's formula with its numbers filled in.

    Reads the published result of the month, or the latest run if nothing is published. The points
    of the criteria, with the caps named below them, add up to the total exactly.

    Example: linghang explain red-flag-index --period 2026-10 --subject P00012
    """
    from linghang.evaluation import api as evaluation

    try:
        found = evaluation.explain_subject(scheme, period, subject)
    except evaluation.EvaluationRefused as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    else:
        click.echo("\n".join(_tell(found)))


def _tell(found: dict[str, Any]) -> Iterator[str]:
    scheme = found["scheme"]
    yield f"{found['name']} · {scheme['title']['zh']} {scheme['version']} · {found['period']}"
    for dimension in found["dimensions"]:
        yield f"\n{dimension['title']['zh']}  {dimension['points']} / {dimension['full']}"
        for criterion in dimension["criteria"]:
            formula = (criterion["formula"] or {}).get("text", {}).get("zh", criterion["state"])
            yield f"  {criterion['code']:6} {criterion['title']['zh']}: {formula}"
    for adjustment in found["adjustments"]:
        yield f"  {adjustment['text']['zh']}: {adjustment['points']}"
    band = found["band"] or found["reason_text"]
    yield f"\n总分 {found['total']}  {band['zh'] if band else ''}"
