"""`tickets repeats` and `tickets hotspots`: who says the same, and what many speak of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from linghang.cli.computing import EXISTING, print_json, read_sheet, refuse
from linghang_core.findings import Finding
from linghang_core.tickets.hotspots import find_hotspots
from linghang_core.tickets.records import Tickets, TicketsError, read_tickets
from linghang_core.tickets.repeats import Embedder, Nearness, find_repeats

Command = Callable[..., Any]


def with_columns(*names: str) -> Callable[[Command], Command]:
    """Add --text, the other columns named, and --json."""
    said = {
        "title": "Column of titles.",
        "id": "Column of numbers of tickets; else the row of the file.",
        "time": "Column of times.",
        "customer": "Column of customers.",
        "likes": "Column of likes.",
        "place": "Column of places; else those named in the text.",
    }

    def add(command: Command) -> Command:
        command = click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)
        for name in reversed(names):
            command = click.option(f"--{name}", metavar="COL", help=said[name])(command)
        return click.option("--text", required=True, metavar="COL", help="Column of texts.")(
            command
        )

    return add


@click.command()
@click.argument("file", type=EXISTING)
@with_columns("title", "id", "time", "customer", "likes", "place")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--segmented", is_flag=True, help="Texts are words between blanks already.")
def hotspots(file: Path, as_json: bool, top: int, segmented: bool, **columns: str | None) -> None:
    """Find the hot spots of FILE: topics by heat, with words, title, ids, people, from and to."""
    tickets = read_columns(file, columns)
    found = find_hotspots(tickets, segmented=segmented or None, top=top)
    if as_json:
        print_json(found.as_dict())
    else:
        for topic in found.topics:
            click.echo(f"{topic.heat.total:8.2f}  {topic.count:5}  {topic.title}")
            click.echo(f"{'':17}{' '.join(topic.words)}")
    leave(found.findings, as_json=as_json)


@click.command()
@click.argument("file", type=EXISTING)
@with_columns("id", "customer")
@click.option(
    "--threshold",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=Nearness.jaccard,
    show_default=True,
    help="Least Jaccard share of common runs of three characters.",
)
@click.option("--embedder", metavar="MODULE:NAME", help="A local model of meaning, yours.")
def repeats(
    file: Path, as_json: bool, threshold: float, embedder: str | None, **columns: str | None
) -> None:
    """Find the tickets of FILE that repeat each other: exact and near, by one customer or many."""
    tickets = read_columns(file, columns)
    model = None if embedder is None else _load_embedder(embedder)
    found = find_repeats(tickets, Nearness(jaccard=threshold), model)
    if as_json:
        print_json(found.as_dict())
    else:
        click.echo(f"{len(found.groups)} groups, {found.method}")
        for group in found.groups:
            click.echo(f"{group.kind:6} {group.pattern}: {', '.join(map(str, group.ids))}")
    leave(found.findings, as_json=as_json)


def read_columns(file: Path, columns: dict[str, str | None]) -> Tickets:
    """Return the tickets of a file, or refuse with one message."""
    sheet = read_sheet(file)
    try:
        found = read_tickets(sheet.table, rows=sheet.rows.tolist(), **columns)  # type: ignore[arg-type]
    except TicketsError as error:
        refuse(f"{file.name}: {error}")
    return replace(found, findings=sheet.findings + found.findings)


def leave(findings: tuple[Finding, ...], *, as_json: bool) -> None:
    """Show what is wrong with rows, and leave with 1 where some were left out."""
    for finding in () if as_json else findings:
        click.echo(f"row {finding.row}: {finding.severity}: {finding.message}")
    if any(finding.severity == "error" for finding in findings):
        raise click.exceptions.Exit(1)


def _load_embedder(given: str) -> Embedder:
    """Return the operator's model: a callable that can be imported on this machine."""
    module, _colon, name = given.partition(":")
    try:
        model: Embedder = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        refuse(f"--embedder {given}: {error}; write MODULE:NAME of a callable with a name")
    if not callable(model) or not hasattr(model, "name"):
        refuse(f"--embedder {given}: needs to be callable and to have a name")
    return model
