"""`evaluate` and `explain`: scores from the command line."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("scheme")
@click.option("--period", required=True, help="The month, for example 2026-10.")
@click.option(
    "--unit", "unit_code", help="Code of the bureau's top unit; every bureau unless given."
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def evaluate(scheme: str, period: str, unit_code: str | None, *, as_json: bool) -> None:
    """Run SCHEME (its code, for example red-flag-index) for a month and print the outcome.

    The same facts give the same digest, however often it is run. A run is not a publication: that is done
    on the evaluation page, with an objection period.

    Example: linghang evaluate red-flag-index --period 2026-10
    """
    from linghang.evaluation import api as evaluation

    try:
        runs = evaluation.evaluate(scheme_code=scheme, period=period, unit_code=unit_code)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(runs, ensure_ascii=False, indent=1, default=str))
        return
    for run in runs:
        click.echo(
            f"{run['unit']}: {run['rated']} rated, {run['not_rated']} not rated, digest {run['digest']}"
        )


@click.command()
@click.argument("scheme")
@click.option("--period", required=True, help="The month, for example 2026-10.")
@click.option("--subject", required=True, help="Code of the unit or person.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
def explain(scheme: str, period: str, subject: str, *, as_json: bool) -> None:
    """Say why SUBJECT has its score: each criterion's formula with its numbers filled in.

    Reads the latest run of the month. The points of the criteria add up to the total exactly.

    Example: linghang explain red-flag-index --period 2026-10 --subject P000012
    """
    from linghang.evaluation import api as evaluation

    try:
        explanation = evaluation.explain_subject(
            scheme_code=scheme, period=period, subject_code=subject
        )
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(explanation, ensure_ascii=False, indent=1, default=str))
    else:
        click.echo(evaluation.tell(explanation))
