"""`import`: bring workbooks in from the command line, the same way as the import page."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

CLEAN, FAULTY, UNUSABLE = 0, 1, 2


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--apply", "apply_good", is_flag=True, help="Apply the good rows; without it only check."
)
@click.option("--json", "as_json", is_flag=True, help="Print counts and faults as JSON.")
def import_files(files: tuple[Path, ...], *, apply_good: bool, as_json: bool) -> None:
    """Check FILES (.xlsx, .xls, .ods, .csv) and, with --apply, bring the good rows in.

    Sheets and columns are recognised by their headings wherever they stand. Every fault is told with sheet,
    row, column, value and what to do. Applying is one transaction and can be repeated: a second time
    changes nothing.

    Exit status: 0 no faults, 1 faults, 2 a file cannot be used at all.

    JSON: {"files": […], "sheets": {name: {"rows", "new", "changed", "unchanged", "faults"}},
    "faults": [{"sheet", "row", "column", "value", "message", "severity"}]}

    Example: linghang import 花名册.xlsx 台账.xlsx --apply
    """
    from linghang.platform.sheets import services as sheets
    from linghang.platform.sheets.faults import UnusableFile

    try:
        outcome = sheets.import_paths(files, apply_good=apply_good)
    except UnusableFile as error:
        if as_json:
            click.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
        else:
            click.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False, indent=1))
    else:
        _tell(outcome, applied=apply_good)
    sys.exit(FAULTY if any(f["severity"] == "block" for f in outcome["faults"]) else CLEAN)


def _tell(outcome: dict, *, applied: bool) -> None:
    for name, counts in outcome["sheets"].items():
        click.echo(
            f"{name}: {counts['rows']} rows, {counts['new']} new, {counts['changed']} changed, "
            f"{counts['unchanged']} unchanged, {counts['faults']} faults"
        )
    for fault in outcome["faults"]:
        click.echo(
            f"{fault['severity']}: {fault['sheet']} row {fault['row']} {fault['column']} "
            f"({fault['value']}): {fault['message']}"
        )
    click.echo("applied." if applied else "checked only; --apply brings the good rows in.")
