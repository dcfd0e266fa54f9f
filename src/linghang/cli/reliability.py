"""`reliability`: indices, major event days and like-for-like comparison of outage records."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import pandas as pd

from linghang.cli.computing import EXISTING, Day, print_json, read_sheet, refuse
from linghang_core import reliability as core
from linghang_core.periods import DateRange


@click.group("reliability")
def reliability() -> None:
    """Supply reliability by DL/T 836 and IEEE 1366. docs/algorithms/reliability.md defines all of it.

    Exit status 0: all rows counted; 1: rows listed in `quality` were left out or contradict themselves
    or each other; 2: unusable.
    """


def _asks_of_events(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command with what is asked wherever a file of interruptions is read."""
    for ask in reversed(
        (
            click.argument("events", type=EXISTING),
            click.option(
                "--customers",
                required=True,
                help="A number, or a file with unit,date,customers[,voltage].",
            ),
            click.option("--from", "first", type=Day(), required=True, help="First day."),
            click.option("--to", "last", type=Day(), required=True, help="Last day, counted too."),
            click.option("--standard", type=click.Choice(sorted(core.STANDARDS)), required=True),
            click.option("--unit", help="Only the rows and customers of this unit."),
            click.option(
                "--voltage",
                type=click.Choice([v.value for v in core.Voltage]),
                help="Only this class of customers (column voltage).",
            ),
            click.option(
                "--timezone",
                default="Asia/Shanghai",
                show_default=True,
                help="Of times without offset.",
            ),
        )
    ):
        command = ask(command)
    return command


@reliability.command()
@_asks_of_events
@click.option(
    "--by",
    type=click.Choice(["unit", "category", "month", "voltage"]),
    help="Indices of each, beside those of the whole.",
)
@click.option(
    "--denominator",
    type=click.Choice([d.value for d in core.Denominator]),
    default=core.Denominator.AVERAGE.value,
    show_default=True,
    help="Which number of customers stands for the period.",
)
@click.option(
    "--edge",
    type=click.Choice([e.value for e in core.Edge]),
    help="What counts over the edge of the period: clip (default of dlt836) or start (of ieee1366).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def indices(events: Path, as_json: bool, **options: Any) -> None:
    """Compute the indices of EVENTS, a CSV or Excel file of interruptions.

    Columns: event_id, step, unit, start, end, customers, category; optional power_kw,
    duration_minutes (or duration), voltage, group (a transformer or feeder whose customers are always the same).
    """
    steps, base, days, standard = _read_events(events, options)
    edge = core.Edge(options["edge"]) if options["edge"] else None
    denominator = core.Denominator(options["denominator"])
    try:
        found = [
            core.compute_indices(
                steps, base, days, standard, by=by, edge=edge, denominator=denominator
            )
            for by in (None, *((options["by"],) if options["by"] else ()))
        ]
    except core.CustomerError as error:
        refuse(str(error))
    quality = [finding.as_dict() for finding in steps.findings]
    whole, parts = found[0][0].as_dict(), [each.as_dict() for each in found[-1]]
    if as_json and options["by"]:
        print_json(whole | {"by": options["by"], "groups": parts, "quality": quality})
    elif as_json:
        print_json(whole | {"quality": quality})
    else:
        _print_rows(parts, quality)
    _leave(steps.findings)


@reliability.command()
@_asks_of_events
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def daily(events: Path, as_json: bool, **options: Any) -> None:
    """Print date,saidi of each day of EVENTS, an interruption counted on the day it began.

    That is what `med` and `compare` read. What is doubtful goes to the error stream, or to `quality`.
    """
    steps, base, days, standard = _read_events(events, options)
    saidi = core.daily_saidi(steps, base, days, standard)
    rows = [{"date": day.isoformat(), "saidi": float(each)} for day, each in saidi.items()]
    quality = [finding.as_dict() for finding in steps.findings]
    if as_json:
        print_json({"days": rows, "quality": quality})
    else:
        click.echo("date,saidi")
        for row in rows:
            click.echo(f"{row['date']},{row['saidi']}")
        _print_quality(quality, err=True)
    _leave(steps.findings)


@reliability.command()
@click.argument("daily", type=EXISTING)
@click.option("--base-from", type=Day(), required=True, help="First day of the base.")
@click.option("--base-to", type=Day(), required=True, help="Last day of the base, counted too.")
@click.option("--from", "first", type=Day(), required=True, help="First day judged.")
@click.option("--to", "last", type=Day(), required=True, help="Last day judged, counted too.")
@click.option(
    "--deviation",
    type=click.Choice([d.value for d in core.Deviation]),
    default=core.Deviation.SAMPLE.value,
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def med(daily: Path, as_json: bool, **options: Any) -> None:
    """Find the major event days (2.5 beta, IEEE 1366) of DAILY, a file with date and saidi.

    Days of zero are dropped from the base: they have no logarithm. With a column saidi_without_med a
    day on which it is above saidi is named.
    """
    sheet = read_sheet(daily)
    try:
        found = core.find_major_days(
            sheet.table,
            _read_days(options["base_from"], options["base_to"]),
            _read_days(options["first"], options["last"]),
            core.Deviation(options["deviation"]),
            rows=sheet.rows,
        )
    except core.MajorDaysError as error:
        refuse(f"{daily.name}: {error}")
    findings = _both(sheet.findings, found.quality)
    plain = found.as_dict() | {"quality": [finding.as_dict() for finding in findings]}
    if as_json:
        print_json(plain)
    else:
        _print_rows([plain], plain["quality"])
    _leave(findings)


@reliability.command()
@click.argument("daily", type=EXISTING)
@click.option("--before-from", type=Day(), required=True)
@click.option("--before-to", type=Day(), required=True)
@click.option("--from", "first", type=Day(), required=True)
@click.option("--to", "last", type=Day(), required=True)
@click.option("--block-days", type=click.IntRange(min=1), default=7, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(daily: Path, as_json: bool, **options: Any) -> None:
    """Compare the daily SAIDI of two periods like with like, with a 95 % interval.

    DAILY has date and saidi, every day of both periods (also those of zero).
    """
    sheet = read_sheet(daily)
    before = _read_days(options["before_from"], options["before_to"])
    after = _read_days(options["first"], options["last"])
    try:
        saidi, doubts = core.read_daily(sheet.table, rows=sheet.rows)
        findings = _both(sheet.findings, doubts)
        if not any(finding.severity == "error" for finding in findings):
            _check_days(saidi, before, after)
        found = core.compare_days(
            *(saidi[(saidi.index >= d.first_day) & (saidi.index < d.end)] for d in (before, after)),
            block_days=options["block_days"],
            seed=options["seed"],
        )
    except ValueError as error:
        refuse(f"{daily.name}: {error}")
    quality = [finding.as_dict() for finding in findings]
    if as_json:
        print_json(found.as_dict() | {"quality": quality})
    else:
        _print_rows([found.as_dict()], quality)
    _leave(findings)


def _check_days(saidi: pd.Series, *periods: DateRange) -> None:
    """Refuse a period of which days are missing: a mean over the days that had outages is too high."""
    for days in periods:
        missing = [day for day in days.days() if day not in saidi.index]
        if missing:
            refuse(
                f"{len(missing)} of {days.length} days from {days.first_day} to {days.last_day} are "
                f"missing, {missing[0]} first; write days without interruption with 0"
            )


def _read_events(
    events: Path, options: Mapping[str, Any]
) -> tuple[core.Steps, core.CustomerBase, DateRange, core.Standard]:
    """Return the rows, the customers, the days and the standard a command was asked about."""
    days = _read_days(options["first"], options["last"])
    standard = core.STANDARDS[options["standard"]]
    voltage = core.Voltage(options["voltage"]) if options["voltage"] else None
    sheet = read_sheet(events)
    try:
        base = _read_customers(options["customers"], voltage)
        # One number beside --unit is that unit's own: the rows of others are not held against it.
        held = None if options["unit"] and not base.units else base
        steps = core.read_steps(
            sheet.table, zone=options["timezone"], base=held, standard=standard, rows=sheet.rows
        )
        if options["unit"]:
            base = base.only(options["unit"])
    except core.StepsError as error:
        refuse(f"{events.name}: {error}")
    except core.CustomerError as error:
        refuse(f"--customers {options['customers']}: {error}")
    steps = replace(steps, findings=_both(sheet.findings, steps.findings))
    return steps.only(unit=options["unit"], voltage=voltage), base, days, standard


def _both(sheet: Iterable[core.Finding], rows: Iterable[core.Finding]) -> tuple[core.Finding, ...]:
    """Return what reading the file found and what its rows say, by row."""
    return tuple(sorted((*sheet, *rows), key=lambda finding: (finding.row, finding.code)))


def _read_days(first: date, last: date) -> DateRange:
    if last < first:
        refuse(f"{last} lies before {first}")
    return DateRange(first, last + timedelta(days=1))


def _read_customers(given: str, voltage: core.Voltage | None) -> core.CustomerBase:
    """Return the base: a number for all, or the rows of a file."""
    try:
        number = float(given.replace(",", ""))
    except ValueError:
        return _read_customer_file(Path(given), voltage)
    if not (number > 0 and math.isfinite(number)):
        refuse(f"--customers {given}: not a positive number")
    return core.CustomerBase.constant(number)


def _read_customer_file(path: Path, voltage: core.Voltage | None) -> core.CustomerBase:
    if not path.is_file():
        refuse(f"--customers {path}: neither a number nor a file")
    sheet = read_sheet(path)
    if sheet.findings:
        refuse(f"{path.name}, row {sheet.findings[0].row}: {sheet.findings[0].message}")
    try:
        return core.read_customers(sheet.table, voltage=voltage, rows=sheet.rows)
    except core.CustomerError as error:
        refuse(f"{path.name}: {error}")


def _print_rows(rows: list[dict[str, Any]], quality: list[dict[str, Any]]) -> None:
    for row in rows:
        for name, value in row.items():
            if name != "quality":
                click.echo(f"{name:28} {'-' if value is None else value}")
        click.echo()
    _print_quality(quality)


def _print_quality(quality: list[dict[str, Any]], *, err: bool = False) -> None:
    for finding in quality:
        click.echo(f"row {finding['row']}: {finding['severity']}: {finding['message']}", err=err)


def _leave(findings: tuple[core.Finding, ...]) -> None:
    if any(each.severity == "error" or each.code in core.CONTRADICTIONS for each in findings):
        raise click.exceptions.Exit(1)
