"""`packs`: check, install and list practice packs."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def packs() -> None:
    """Practice packs: a practice is a YAML file; installing it is all it takes.

    docs/packs/README.md documents every key; docs/packs/pack.schema.json is the JSON Schema.
    """


@packs.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check pack FILES, or every pack shipped with the product. Exit status 1 when one is refused.

    A scheme with a criterion the rules against formalism forbid is refused with its legal basis.
    """
    from linghang.library import api as library

    findings = library.check_packs(list(files) or None)
    for finding in findings:
        click.echo(f"{finding['severity']}: {finding['place']}: {finding['message']}")
    if any(finding["severity"] == "error" for finding in findings):
        sys.exit(1)
    click.echo("all packs can be installed.")


@packs.command()
@click.argument("names", nargs=-1)
def install(names: tuple[str, ...]) -> None:
    """Install packs by code or file; without a name, all but the schemes to choose from."""
    from linghang.library import api as library

    for line in library.install_packs(list(names) or None, actor=None):
        click.echo(line)


@packs.command("list")
def list_packs() -> None:
    """List the packs shipped and installed, with their versions and practices."""
    from linghang.library import api as library

    for row in library.list_packs():
        click.echo(
            f"{row['code']:24} shipped {row['shipped'] or '-':8} installed {row['installed'] or '-':8} {row['title']}"
        )
