"""The command line `linghang`: serve, import, evaluate, explain, packs, and the administrator's first log-in."""

from __future__ import annotations

import os
import sys

import click
import django


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="linghang")
def cli() -> None:
    """Linghang 领航: Party-building work of a power-grid company, every number explained.

    The installation lives in the folder LINGHANG_DATA_DIR (./var unless set) and in the database
    DATABASE_URL (SQLite in that folder unless set). docs/operators/settings.md lists every setting.
    """


def main() -> None:
    """Run the command line. Settings come from DJANGO_SETTINGS_MODULE, local ones unless set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.dev")
    if len(sys.argv) > 1 and not {"-h", "--help", "--version"} & set(sys.argv[1:]):
        django.setup()
    register_commands()
    cli()


def register_commands() -> None:
    """Add every command to the group; each module holds one family."""
    from linghang.cli import (
        administering,
        balloting,
        calendaring,
        drafting,
        effects,
        evaluating,
        importing,
        matching,
        packing,
        reliability,
        ruling,
        serving,
        tickets,
        verifying,
        weighing,
    )

    for command in (
        serving.serve,
        serving.worker,
        serving.migrate,
        serving.demo,
        importing.import_files,
        evaluating.evaluate,
        evaluating.explain,
        packing.packs,
        administering.create_admin,
        balloting.ballots,
        calendaring.calendar,
        calendaring.solar_terms,
        calendaring.period,
        calendaring.workdays,
        reliability.reliability,
        effects.effects,
        tickets.tickets,
        matching.match,
        ruling.rules,
        verifying.publications,
        drafting.schemes,
        weighing.weights,
    ):
        cli.add_command(command)
