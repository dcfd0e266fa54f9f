"""`reliability`: indices, major event days and like-for-like comparison of outage records."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import pandas as pd

from linghang.cli.computing import EXISTING, Day, print_json, read_table, refuse
from linghang_core import reliability as core
from linghang_core.periods import DateRange


@click.group("reliability")
def reliability() -> None:
    """Supply reliability by DL/T 836 and IEEE 1366. docs/algorithms/reliability.md defines all of it.

    Exit status 0: all rows counted; 1: some rows listed in `quality` were left out; 2: unusable.
    """


@reliability.command()
@click.argument("events", type=EXISTING)
@click.option("--customers", required=True, help="A number, or a file with unit,date,customers.")
@click.option("--from", "first", type=Day(), required=True, help="First day.")
@click.option("--to", "last", type=Day(), required=True, help="Last day, counted too.")
@click.option("--standard", type=click.Choice(sorted(core.STANDARDS)), required=True)
@click.option("--by", type=click.Choice(["unit", "category", "month"]), help="Indices of each.")
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
@click.option(
    "--timezone", default="Asia/Shanghai", show_default=True, help="Of times without offset."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def indices(events: Path, customers: str, as_json: bool, **options: Any) -> None:
    """Compute the indices of EVENTS, a CSV or Excel file of interruptions.

    Columns: event_id, step, unit, start, end, customers, category; optional power_kw,
    duration_minutes, group (a transformer or feeder whose customers are always the same: CEMI-n).
    """
    days = _read_days(options["first"], options["last"])
    try:
        base = _read_customers(customers)
        most = None if base.units else base.count(days)
        steps = core.read_steps(read_table(events), zone=options["timezone"], most_customers=most)
        edge = core.Edge(options["edge"]) if options["edge"] else None
        found = core.compute_indices(
            steps,
            base,
            days,
            core.STANDARDS[options["standard"]],
            by=options["by"],
            edge=edge,
            denominator=core.Denominator(options["denominator"]),
        )
    except (core.StepsError, core.CustomerError) as error:
        refuse(str(error))
    quality = [finding.as_dict() for finding in steps.findings]
    if as_json and options["by"]:
        print_json(
            {"by": options["by"], "groups": [i.as_dict() for i in found], "quality": quality}
        )
    elif as_json:
        print_json(found[0].as_dict() | {"quality": quality})
    else:
        _print_rows([each.as_dict() for each in found], quality)
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

    Days of zero are dropped from the base: they have no logarithm.
    """
    try:
        found = core.find_major_days(
            read_table(daily),
            _read_days(options["base_from"], options["base_to"]),
            _read_days(options["first"], options["last"]),
            core.Deviation(options["deviation"]),
        )
    except core.MajorDaysError as error:
        refuse(str(error))
    if as_json:
        print_json(found.as_dict())
    else:
        _print_rows([found.as_dict()], [finding.as_dict() for finding in found.quality])
    _leave(found.quality)


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
    table = read_table(daily)
    try:
        days = pd.to_datetime(table["date"], errors="raise", format="ISO8601").dt.date
        saidi = pd.Series(pd.to_numeric(table["saidi"], errors="raise").to_numpy(float), index=days)
        before = _read_days(options["before_from"], options["before_to"])
        after = _read_days(options["first"], options["last"])
        found = core.compare_days(
            *(saidi[(saidi.index >= d.first_day) & (saidi.index < d.end)] for d in (before, after)),
            block_days=options["block_days"],
            seed=options["seed"],
        )
    except KeyError as error:
        refuse(f"column {error.args[0]} is missing; needed are date, saidi")
    except (ValueError, TypeError) as error:
        refuse(str(error))
    if as_json:
        print_json(found.as_dict())
    else:
        _print_rows([found.as_dict()], [])


def _read_days(first: date, last: date) -> DateRange:
    if last < first:
        refuse(f"{last} lies before {first}")
    return DateRange(first, last + timedelta(days=1))


def _read_customers(given: str) -> core.CustomerBase:
    """Return the base: a number for all, or the rows of a file."""
    try:
        number = float(given)
    except ValueError:
        return _read_customer_file(Path(given))
    if not number > 0:
        refuse(f"--customers {given}: not a positive number")
    return core.CustomerBase.constant(number)


def _read_customer_file(path: Path) -> core.CustomerBase:
    if not path.is_file():
        refuse(f"--customers {path}: neither a number nor a file")
    table = read_table(path)
    table.columns = [str(name).strip().lower() for name in table.columns]
    missing = [name for name in ("unit", "date", "customers") if name not in table.columns]
    if missing:
        refuse(f"{path.name}: column {', '.join(missing)} is missing")
    rows = []
    for place, row in enumerate(table.itertuples(index=False), start=2):
        try:
            day = pd.Timestamp(str(row.date)).date()
            rows.append((str(row.unit), day, float(str(row.customers))))
        except ValueError:
            refuse(f"{path.name}, row {place}: a day and a number of customers are needed")
    return core.CustomerBase.read(rows)


def _print_rows(rows: list[dict[str, Any]], quality: list[dict[str, Any]]) -> None:
    for row in rows:
        for name, value in row.items():
            if name != "quality":
                click.echo(f"{name:28} {'-' if value is None else value}")
        click.echo()
    for finding in quality:
        click.echo(f"row {finding['row']}: {finding['severity']}: {finding['message']}")


def _leave(findings: tuple[core.Finding, ...]) -> None:
    if any(finding.severity == "error" for finding in findings):
        raise click.exceptions.Exit(1)
