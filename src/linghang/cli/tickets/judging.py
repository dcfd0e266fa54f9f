"""`tickets risk`, `drill` and `anomalies`: what may escalate, where and when demands are more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import click
import pandas as pd

from linghang.cli.computing import EXISTING, Day, Sheet, print_json, read_sheet, refuse
from linghang.cli.tickets.finding import leave, with_columns
from linghang_core.findings import Finding
from linghang_core.periods import DateRange, PeriodKind
from linghang_core.tickets import anomaly, drilldown, escalation
from linghang_core.tickets.records import TicketsError, pick_columns, read_times

JUDGED_DAYS = 28


@click.command()
@click.argument("file", type=EXISTING)
@with_columns("title", "id", "time", "customer", "place")
@click.option("--category", metavar="COL", help="Column of categories: the same is one matter.")
@click.option("--contacted", metavar="COL", help="Column: when the customer was contacted.")
@click.option("--deadline", metavar="COL", help="Column of time limits.")
@click.option("--closed", metavar="COL", help="Column: when it was closed.")
@click.option("--labels", metavar="COL", help="Column: 1 where it escalated, 0 where not.")
@click.option("--on", metavar="TIME", help="The moment judged; else the last time of the file.")
@click.option("--seed", type=int, default=1, show_default=True)
def risk(file: Path, as_json: bool, on: str | None, seed: int, **columns: str | None) -> None:
    """Judge how likely each demand of FILE is to escalate, with the rules that say so.

    With --labels a model is tried too, and used only where it proves better than the rules.
    """
    try:
        moment = None if on is None else pd.Timestamp(on)
    except ValueError:
        refuse(f"--on {on}: no time; write 2026-11-21 or '2026-11-21 08:00'")
    sheet = read_sheet(file)
    try:
        cases = escalation.read_cases(sheet.table, on=moment, rows=sheet.rows.tolist(), **columns)
    except TicketsError as error:
        refuse(f"{file.name}: {error}")
    cases = replace(cases, findings=sheet.findings + cases.findings)
    found = escalation.judge_risks(cases, seed=seed)
    if as_json:
        print_json(found.as_dict())
    else:
        click.echo(f"by {found.method}")
        for each in found.tickets:
            if each.level != "none":
                reasons = "; ".join(f"{one.title} ({one.reason})" for one in each.fired)
                click.echo(f"{each.level:7}{each.points:4}  {each.id}: {reasons}")
    leave(found.findings, as_json=as_json)


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--place", "places", required=True, metavar="COL[,COL]", help="Widest place first.")
@click.option("--time", required=True, metavar="COL", help="Column of times.")
@click.option("--customer", metavar="COL", help="Column of customers.")
@click.option(
    "--period",
    type=click.Choice([kind.value for kind in PeriodKind]),
    default=PeriodKind.MONTH.value,
    show_default=True,
)
@click.option("--within", default="", metavar="NAME[,NAME]", help="Only there; widest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def drill(
    file: Path,
    places: str,
    time: str,
    customer: str | None,
    period: str,
    within: str,
    as_json: bool,
) -> None:
    """Count the demands of FILE by place and period, with the change against the period before."""
    columns, inside = _split(places), _split(within)
    if len(inside) > len(columns):
        refuse(f"--within names {len(inside)} places for {len(columns)} columns")
    sheet = read_sheet(file)
    try:
        found = drilldown.drill_down(
            sheet.table,
            places=columns,
            time=time,
            kind=PeriodKind(period),
            customer=customer,
            within=inside,
            rows=sheet.rows.tolist(),
        )
    except TicketsError as error:
        refuse(f"{file.name}: {error}")
    found = replace(found, findings=sheet.findings + found.findings)
    if as_json:
        print_json(found.as_dict())
    else:
        for cell in found.cells:
            change = cell.as_dict()["change"]
            click.echo(f"{cell.period:9}{cell.count:6}  {' / '.join(cell.place) or '*'}: {change}")
    leave(found.findings, as_json=as_json)


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--time", required=True, metavar="COL", help="Column of times, or of days.")
@click.option("--count", metavar="COL", help="Column of counts, where a row is a day.")
@click.option("--from", "first", type=Day(), help="First day judged; else the last 28.")
@click.option("--to", "last", type=Day(), help="Last day judged, counted too.")
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=anomaly.ALPHA,
    show_default=True,
    help="Share of ordinary days flagged, both sides together.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def anomalies(
    file: Path,
    time: str,
    count: str | None,
    first: date | None,
    last: date | None,
    alpha: float,
    as_json: bool,
) -> None:
    """Find the days of FILE with more or fewer demands than season, weekday and holidays explain."""
    sheet = read_sheet(file)
    findings = list(sheet.findings)
    try:
        counts = _read_counts(sheet, time, count, findings)
        to = last or counts.index[-1]
        since = first or to - timedelta(days=JUDGED_DAYS - 1)
        if to < since:
            refuse(f"{to} lies before {since}")
        judged = DateRange(since, to + timedelta(days=1))
        found = anomaly.find_anomalies(counts, judged, alpha=alpha)
    except (TicketsError, anomaly.AnomalyError) as error:
        refuse(f"{file.name}: {error}")
    if as_json:
        print_json(found.as_dict() | {"quality": [each.as_dict() for each in findings]})
    else:
        for day in found.days:
            mark = "; ".join(day.reasons)
            click.echo(f"{day.day}{day.count:6} ({day.low} to {day.high})  {mark}".rstrip())
    leave(tuple(findings), as_json=as_json)


def _split(given: str) -> list[str]:
    return [name.strip() for name in given.split(",") if name.strip()]


def _read_counts(sheet: Sheet, time: str, count: str | None, findings: list[Finding]) -> pd.Series:
    """Return the count of each day: of rows, or of a column where each row is a day."""
    picked = pick_columns(sheet.table, [time, *([count] if count else [])], sheet.rows.tolist())
    times = read_times(picked[time], time, findings)
    if count is None:
        return anomaly.count_days(times)
    numbers = pd.to_numeric(picked[count], errors="coerce").astype(float)
    for row in picked.index[numbers.isna() & times.notna()]:
        said = f"{count}: {picked[count][row]!r} is no number"
        findings.append(Finding(int(row), "no_number", said, column=count))
    kept = numbers.notna() & times.notna()
    if not kept.any():
        raise TicketsError(f"column {count} holds no number")
    counts = pd.Series(numbers[kept].to_numpy(), index=times[kept].dt.date.to_numpy())
    if counts.index.has_duplicates:
        raise TicketsError(f"{counts.index[counts.index.duplicated()][0]} has two rows; join them")
    return counts.sort_index()
