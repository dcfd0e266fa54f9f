"""`schemes`: a scheme file looked over, and tried on past periods, before it is adopted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from linghang.cli.computing import EXISTING, print_json, refuse
from linghang_core import scoring
from linghang_core.periods import Period, PeriodError

MOST_PERIODS = 36


@click.group("schemes")
def schemes() -> None:
    """Look evaluation schemes over and try them before they are adopted.

    FILE is a scheme in YAML or JSON, or a practice pack that holds schemes.
    """


@schemes.command()
@click.argument("file", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def lint(file: Path, *, as_json: bool) -> None:
    """Say what the rule linter finds in FILE: forbidden, doubtful and process-heavy criteria.

    Exit status 0: no error; 1: a finding of severity error, which refuses the scheme; 2: unreadable.
    """
    found = [_read_scheme(file, document) for document in _read_documents(file)]
    declared = _list_kinds()
    rows: list[dict[str, Any]] = []
    for scheme in found:
        kinds = declared if declared is not None else _own_kinds(scheme)
        findings = scoring.lint_scheme(scheme, kinds)
        rows.append(
            {
                "scheme": scheme.code,
                "version": scheme.version,
                "process_share": float(scoring.measure_process_share(scheme)),
                "errors": sum(one.severity is scoring.Severity.ERROR for one in findings),
                "warnings": sum(one.severity is scoring.Severity.WARNING for one in findings),
                "findings": [_as_dict(one) for one in findings],
            }
        )
    if as_json:
        print_json(rows[0] if len(rows) == 1 else {"schemes": rows})
    else:
        for row in rows:
            click.echo(
                f"{row['scheme']} {row['version']}: {row['errors']} errors, {row['warnings']} warnings"
            )
            for one in row["findings"]:
                click.echo(
                    f"  {one['severity']}: {one['place']}: {one['message']['en']} ({one['basis']})"
                )
    if any(row["errors"] for row in rows):
        raise click.exceptions.Exit(1)


@schemes.command()
@click.argument("file", type=EXISTING)
@click.option("--against", required=True, help="Code of the scheme in force to compare with.")
@click.option("--periods", required=True, help="From and to, for example 2026-08..2026-10.")
@click.option(
    "--root", "root_code", help="Code of a bureau's top unit; needed where there are several."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def whatif(file: Path, against: str, periods: str, root_code: str | None, *, as_json: bool) -> None:
    """Say what the scheme of FILE would have done: bands before and after, who moves, what decides.

    Nothing is kept. Exit status 0: nothing stands against it; 1: it should not be adopted, with the
    reasons; 2: it cannot be tried.
    """
    from linghang.evaluation import api as evaluation

    documents = _read_documents(file)
    if len(documents) != 1:
        refuse(f"{file.name} holds {len(documents)} schemes; give one at a time")
    scheme = _read_scheme(file, documents[0])
    try:
        found = evaluation.try_scheme_file(
            scheme, against=against, periods=_read_periods(periods), root_code=root_code or ""
        )
    except evaluation.EvaluationRefused as error:
        refuse(str(error))
    if as_json:
        print_json(found)
    else:
        _tell(found)
    if found["reasons"]:
        raise click.exceptions.Exit(1)


def _tell(found: Mapping[str, Any]) -> None:
    click.echo(
        f"{', '.join(found['periods'])}: {found['rated']} rated, {found['not_rated']} not rated, "
        f"{found['process']:.0%} of the base for process"
    )
    for row in found["groups"]:
        before = "" if row["before"] is None else f"{row['before']} → "
        click.echo(f"  {row['period']} {row['zh']}: {before}{row['after']}")
    for row in found["moved"]:
        if row["compared"]:
            click.echo(
                f"  {row['period']}: {row['changed']} move, {row['band_changes']} into another band"
            )
    for row in found["stability"]:
        click.echo(f"  ±{row['spread']:.0%}: {row['changed']:.1%} in another band")
    for reason in found["reasons"]:
        click.echo(f"  against it: {reason['en']}; {reason['remedy_en']}")


def _read_documents(file: Path) -> list[Mapping[str, Any]]:
    """The scheme documents of a file: itself, or those of a pack."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        refuse(f"{file.name} cannot be read: {' '.join(str(error).split())}")
    if not isinstance(document, dict):
        refuse(f"{file.name} holds no scheme")
    contents = document.get("contents")
    if not isinstance(contents, dict):
        return [document]
    rows = contents.get("schemes") or []
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        refuse(f"{file.name} is a pack without schemes")
    return list(rows)


def _read_scheme(file: Path, document: Mapping[str, Any]) -> scoring.Scheme:
    try:
        return scoring.load_scheme(document)
    except scoring.SchemeError as error:
        refuse(f"{file.name} is no scheme: {'; '.join(map(str, error.problems))}")


def _read_periods(text: str) -> list[str]:
    """Every period from the first to the last one named."""
    first, _dots, last = text.partition("..")
    try:
        period, end = Period.parse(first.strip()), Period.parse((last or first).strip())
    except PeriodError as error:
        refuse(str(error))
    if period.kind is not end.kind or end.first_day < period.first_day:
        refuse(f"{text} is no stretch of periods; write for example 2026-08..2026-10")
    found = [period]
    while str(found[-1]) != str(end):
        if len(found) == MOST_PERIODS:
            refuse(f"{text} is more than {MOST_PERIODS} periods; try fewer of them at a time")
        found.append(found[-1].next())
    return [str(one) for one in found]


def _list_kinds() -> set[str] | None:
    """The kinds the installation declares; None, said on stderr, where there is no database yet."""
    from django.db import DatabaseError

    from linghang.ledger import api as ledger

    try:
        return set(ledger.list_kinds())
    except DatabaseError:
        click.echo("No database yet: the kinds of facts are taken as declared.", err=True)
        return None


def _own_kinds(scheme: scoring.Scheme) -> set[str]:
    return {kind for item in scheme.criteria for side in item.measure.sides for kind in side.kinds}


def _as_dict(finding: scoring.Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "place": finding.place,
        "message": {"en": finding.message.en, "zh": finding.message.zh},
        "basis": finding.basis,
        "remedy": {"en": finding.remedy.en, "zh": finding.remedy.zh},
    }
