"""`ballots`: an anonymous ballot counted again by anybody, from the list that was published."""

from __future__ import annotations

from pathlib import Path

import click

from linghang.cli.computing import EXISTING, print_json, refuse


@click.group("ballots")
def ballots() -> None:
    """Count a ballot again from its published list, without the installation it was held in."""


@ballots.command("recount")
@click.argument("file", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def recount(file: Path, as_json: bool) -> None:
    """Print the sums of FILE, the CSV list of slips of a democratic appraisal, and its digest.

    The digest must be the one shown where the list was published. Exit status 0 when everything
    adds up, 1 when the list contradicts itself, 2 when it cannot be read.
    """
    from linghang_core.regulations import BallotListError, recount_list

    try:
        found = recount_list(file.read_text(encoding="utf-8-sig"))
    except (BallotListError, UnicodeDecodeError) as error:
        refuse(f"{file.name}: {error}")
    if as_json:
        print_json(
            {
                "totals": [
                    {"number": number, "name": name, "grades": grades}
                    for (number, name), grades in found.totals.items()
                ],
                "slips": found.slips,
                "faults": found.faults,
                "digest": found.digest,
            }
        )
    else:
        for (number, name), grades in found.totals.items():
            click.echo(f"{number} {name}: {' '.join(f'{g} {n}' for g, n in grades.items() if n)}")
        click.echo(f"slips {found.slips}  digest {found.digest}")
        for fault in found.faults:
            click.echo(fault, err=True)
    if found.faults:
        raise click.exceptions.Exit(1)
