"""`evaluate` and `explain`: scores from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click


@click.command()
@click.argument("scheme")
@click.option("--period", required=True, help="The month, for example 2026-10.")
@click.option("--unit", "unit_code", help="Code of a bureau's top unit; every bureau unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print the runs as JSON.")
def evaluate(scheme: str, period: str, unit_code: str | None, *, as_json: bool) -> None:
    """Run SCHEME (its code, for example red-flag-index) for a month and print the outcome.

    The same facts give the same digest, however often it is run. A run is not a publication: that
    is done on the evaluation page, with an objection period.

    Example: linghang evaluate red-flag-index --period 2026-10
    """
    from linghang.evaluation import api as evaluation
    from linghang.org.models import Unit

    root = None
    if unit_code is not None:
        root = Unit.objects.filter(code=unit_code, parent=None).first()
        if root is None:
            raise click.ClickException(f"No bureau's top unit has the code {unit_code}.")
    try:
        runs = evaluation.evaluate(scheme_code=scheme, period=period, root=root)
    except evaluation.EvaluationRefused as error:
        raise click.ClickException(str(error)) from error
    rows = [
        {
            "unit": run.root.code,
            "name": run.root.name,
            "scheme": run.scheme.code,
            "version": run.scheme.version,
            "period": run.period,
            "rated": run.scores.exclude(total=None).count(),
            "not_rated": run.scores.filter(total=None).count(),
            "as_of_seq": run.as_of_seq,
            "digest": run.digest,
        }
        for run in runs
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(
            f"{row['unit']} {row['name']}: {row['rated']} rated, {row['not_rated']} not rated, "
            f"digest {row['digest']}"
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
