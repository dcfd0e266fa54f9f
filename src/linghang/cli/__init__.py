"""The command line `linghang`: serve, import, evaluate, explain, packs, compute, and the administrator's first log-in."""

from __future__ import annotations

import os
import sys

import click

from linghang.cli.families import Family

HERE = __name__
# The computing core works on files: no database, no settings, no web framework.
CORE = {
    "ballots": f"{HERE}.balloting:ballots",
    "calendar": f"{HERE}.calendaring:calendar",
    "effects": f"{HERE}.effects:effects",
    "match": f"{HERE}.matching:match",
    "period": f"{HERE}.calendaring:period",
    "reliability": f"{HERE}.reliability:reliability",
    "rules": f"{HERE}.ruling:rules",
    "solar-terms": f"{HERE}.calendaring:solar_terms",
    "tickets": f"{HERE}.tickets:tickets",
    "weights": f"{HERE}.weighing:weights",
    "workdays": f"{HERE}.calendaring:workdays",
}
INSTALLATION = {
    "create-admin": f"{HERE}.administering:create_admin",
    "demo": f"{HERE}.serving:demo",
    "evaluate": f"{HERE}.evaluating:evaluate",
    "explain": f"{HERE}.evaluating:explain",
    "import": f"{HERE}.importing:import_files",
    "migrate": f"{HERE}.serving:migrate",
    "packs": f"{HERE}.packing:packs",
    "publications": f"{HERE}.verifying:publications",
    "schemes": f"{HERE}.drafting:schemes",
    "serve": f"{HERE}.serving:serve",
    "worker": f"{HERE}.serving:worker",
}


@click.group(
    cls=Family,
    places=CORE | INSTALLATION,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="linghang")
def cli() -> None:
    """Linghang 领航: Party-building work of a power-grid company, every number explained.

    The installation lives in the folder LINGHANG_DATA_DIR (./var unless set) and in the database
    DATABASE_URL (SQLite in that folder unless set). docs/operators/settings.md lists every setting.
    """


def main() -> None:
    """Run the command line. Settings come from DJANGO_SETTINGS_MODULE, local ones unless set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.dev")
    if sys.argv[1:] and sys.argv[1] in INSTALLATION and not {"-h", "--help"} & set(sys.argv):
        # only here: a second that no command of the core has to spend
        import django

        django.setup()
    cli()
