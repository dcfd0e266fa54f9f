"""`publications`: proving that what was published is what the facts of its time give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from linghang.cli.evaluating import choose_counting, engine_options


@click.group()
def publications() -> None:
    """What has been published, and whether it still stands as it was."""


@publications.command()
@click.argument("number", required=False)
@click.option("--all", "every", is_flag=True, help="Every publication.")
@click.option("--unit", "unit_code", help="Only those of the bureau whose top unit has this code.")
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(
    number: str | None,
    unit_code: str | None,
    engine: str | None,
    master: str | None,
    *,
    every: bool,
    as_json: bool,
) -> None:
    """Recompute publication NUMBER (for example 2026-001) and compare it with its snapshot.

    Rules, units and persons are those frozen in the snapshot, the facts those of its time: what was
    changed since does not matter. Prints a line for everything that differs; the exit status is
    then 1. Each bureau counts its own numbers, so that one number may mean several publications.

    Example: linghang publications verify 2026-001 --unit P001
    """
    from linghang.evaluation import api as evaluation

    if bool(number) == every:
        raise click.UsageError("Give the number of a publication, or --all.")
    counting = choose_counting(engine, master)
    found = list(evaluation.find_publications(number or "", unit_code or ""))
    if not found:
        raise click.ClickException(f"There is no publication {number or ''}.".replace(" .", "."))
    rows = []
    for publication in found:
        row = _show(evaluation.verify_publication(publication=publication, counting=counting))
        rows.append(row)
        if not as_json:
            click.echo("\n".join(_tell(row)))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    if not all(row["same"] for row in rows):
        raise click.exceptions.Exit(1)


def _show(found: Any) -> dict[str, Any]:
    run = found.publication.run
    return {
        "number": found.publication.number,
        "unit": run.root.code,
        "name": run.root.name,
        "scheme": run.scheme.code,
        "period": run.period,
        "same": found.is_same,
        "subjects": found.subjects,
        "as_of_seq": found.as_of_seq,
        "published_digest": run.digest,
        "digest": found.digest,
        "engine": found.engine,
        "differences": [
            {
                "part": one.part.value,
                "subject": one.subject,
                "criterion": one.criterion,
                "stands": one.stands,
                "expected": one.expected,
            }
            for one in found.differences
        ],
    }


def _tell(row: dict[str, Any]) -> Iterator[str]:
    head = f"{row['number']} {row['unit']} {row['scheme']} {row['period']}"
    if row["same"]:
        yield f"{head}: the same, {row['subjects']} subjects, digest {row['digest']}"
        return
    yield f"{head}: {len(row['differences'])} differences"
    for one in row["differences"]:
        place = " ".join(filter(None, (one["part"], one["subject"], one["criterion"])))
        yield f"  {place}: stands {one['stands']}, expected {one['expected']}"
