"""`calendar`, `solar-terms`, `period`, `workdays`: the almanac and the working days, from the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import click

from linghang.cli.computing import Day
from linghang_core.periods import (
    SOLAR_TERM_NAMES,
    Period,
    PeriodError,
    company_month,
    current_solar_term,
    find_solar_term,
    list_solar_terms,
    load_calendar,
    to_lunar,
)

ONE_DAY = timedelta(days=1)


def _say(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for name, value in found.items():
            click.echo(f"{name:12} {'-' if value is None else value}")


@click.command("solar-terms")
@click.argument("year", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def solar_terms(year: int, as_json: bool) -> None:
    """List the 24 solar terms of YEAR (1901 to 2100): name, the almanac's date, instant in UTC+8.

    With --json: [{"name", "date", "instant"}].
    """
    try:
        terms = list_solar_terms(year)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        rows = [
            {"name": t.name, "date": t.date.isoformat(), "instant": t.instant.isoformat()}
            for t in terms
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for term in terms:
        click.echo(f"{term.name}  {term.date}  {term.instant:%H:%M:%S}")


@click.command("calendar")
@click.argument("day", type=Day())
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def calendar(day: date, as_json: bool) -> None:
    """Say what DAY is: working day or not and why, lunar date, solar term, holiday.

    kind is working, weekend, holiday or makeup (a weekend day that is worked). announced is false and
    notice is "not announced" in a year whose notice of the State Council is not packaged (2007 to
    2026 are): then the kind goes by the weekday. Known are the days of 1901 to 2100.
    """
    days = load_calendar()
    try:
        lunar, term = to_lunar(day), find_solar_term(day)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    announced = days.is_announced(day)
    _say(
        {
            "date": day.isoformat(),
            "kind": days.kind_of(day),
            "working": days.is_working_day(day),
            "announced": announced,
            "notice": "announced" if announced else "not announced",
            "holiday": days.name_of(day),
            "lunar": str(lunar),
            "lunar_year": lunar.year,
            "lunar_month": lunar.month,
            "lunar_day": lunar.day,
            "leap_month": lunar.leap,
            "term": term.name if term else None,
            "term_instant": term.instant.isoformat() if term else None,
            "current_term": _current_term(day),
        },
        as_json,
    )


def _current_term(day: date) -> str:
    try:
        return current_solar_term(day).name
    except ValueError:  # the first days of 1901: the term began in the year before
        return SOLAR_TERM_NAMES[-1]


@click.command("period")
@click.argument("code")
@click.option(
    "--closing-day",
    type=click.IntRange(1, 31),
    help="The company's month ends on this day; CODE is a month.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def period(code: str, closing_day: int | None, as_json: bool) -> None:
    """Say which days CODE covers: 2026, 2026Q1, 2026-03 or 2026-W07."""
    try:
        found = Period.parse(code)
        days = found.range if closing_day is None else company_month(found, closing_day)
    except PeriodError as error:
        raise click.UsageError(str(error)) from error
    calendar = load_calendar()
    _say(
        {
            "period": str(found),
            "first_day": days.first_day.isoformat(),
            "last_day": days.last_day.isoformat(),
            "days": days.length,
            "working_days": calendar.count_working_days(days.first_day, days.end),
            "provisional": not {days.first_day.year, days.last_day.year} <= calendar.years,
        },
        as_json,
    )


@click.group("workdays")
def workdays() -> None:
    """Working days of China: weekends corrected by the yearly notices of 2007 to 2026.

    In a year without a notice weekends alone count, and the answer says that it is provisional.
    """


@workdays.command("add")
@click.argument("day", type=Day())
@click.argument("number", type=click.IntRange(min=0))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(day: date, number: int, as_json: bool) -> None:
    """Print the last of NUMBER working days after DAY; the day itself is not counted.

    provisional (暂定) is true when a year without a notice was crossed.
    """
    deadline = load_calendar().add_working_days(day, number)
    _say({"date": deadline.date.isoformat(), "provisional": deadline.provisional}, as_json)


@workdays.command("count")
@click.argument("first", type=Day())
@click.argument("last", type=Day())
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def count(first: date, last: date, as_json: bool) -> None:
    """Print how many working days lie from FIRST up to, not including, LAST."""
    if last < first:
        raise click.UsageError(f"{last} lies before {first}; give the earlier day first.")
    days = load_calendar()
    found = {
        "working_days": days.count_working_days(first, last),
        "provisional": last > first
        and not set(range(first.year, (last - ONE_DAY).year + 1)) <= days.years,
    }
    _say(found, as_json)
