"""Tickets with what the rules of escalation ask: limits, contact, category, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from linghang_core.findings import Finding
from linghang_core.tickets.cells import spell_column
from linghang_core.tickets.moments import parse_moments
from linghang_core.tickets.records import (
    Tickets,
    TicketsError,
    pick_columns,
    read_tickets,
)

YES = {"1", "1.0", "是", "true", "yes", "y", "升级"}
NO = {"0", "0.0", "否", "false", "no", "n", "未升级"}


@dataclass(frozen=True)
class Cases:
    """Tickets, and beside each the times and the label that a file has; None where no column.

    `labels`: True where it escalated, False where not, None where not known. `on` is the moment at
    which open limits are judged.
    """

    tickets: Tickets
    on: pd.Timestamp | None
    categories: tuple[str, ...] | None = None
    contacted: pd.Series | None = None
    deadlines: pd.Series | None = None
    closed: pd.Series | None = None
    labels: tuple[bool | None, ...] | None = None
    findings: tuple[Finding, ...] = ()


def read_cases(
    table: pd.DataFrame,
    *,
    on: pd.Timestamp | None = None,
    category: str | None = None,
    contacted: str | None = None,
    deadline: str | None = None,
    closed: str | None = None,
    labels: str | None = None,
    rows: Sequence[int] | None = None,
    **columns: Any,
) -> Cases:
    """Return the cases of a table; `columns` and `rows` are those of `read_tickets`.

    Without `on` the last time of the file stands for now: the core has no clock. A limit that
    cannot be read counts as not known and is listed. Raises TicketsError as `read_tickets` does.
    """
    tickets = read_tickets(table, rows=rows, **columns)
    named = [name for name in (category, contacted, deadline, closed, labels) if name]
    picked = pick_columns(table, named, rows).loc[list(tickets.rows)] if named else pd.DataFrame()
    findings = list(tickets.findings)

    def read(column: str | None) -> pd.Series | None:
        return _read_moments(picked[column], column, findings) if column else None

    if on is None and tickets.times is not None:
        on = tickets.times.max()
    return Cases(
        tickets=tickets,
        on=on,
        categories=tuple(spell_column(picked[category])) if category else None,
        contacted=read(contacted),
        deadlines=read(deadline),
        closed=read(closed),
        labels=_read_labels(picked[labels], labels, findings) if labels else None,
        findings=tuple(sorted(findings, key=lambda each: each.row)),
    )


def _read_moments(values: pd.Series, column: str, findings: list[Finding]) -> pd.Series:
    """Return times; an empty cell means that it has not happened."""
    spelled = pd.Series(spell_column(values), index=values.index, dtype=object)
    moments = parse_moments(spelled)
    bad = moments.isna() & (spelled != "")
    if bad.any() and moments.isna().all():
        raise TicketsError(f"column {column} holds no time (first value {spelled[bad].iloc[0]!r})")
    for row in moments.index[bad]:
        said = f"{column}: {spelled[row]!r} is no time; it counts as not known"
        findings.append(Finding(int(row), "no_time", said, "warning", column))
    return moments.reset_index(drop=True)


def _read_labels(
    values: pd.Series, column: str, findings: list[Finding]
) -> tuple[bool | None, ...]:
    labels: list[bool | None] = []
    for row, value in zip(values.index, spell_column(values), strict=True):
        known = value.lower()
        labels.append(True if known in YES else False if known in NO else None)
        if known and labels[-1] is None:
            said = f"{column}: {value!r} is no label (write 1 or 0); it is not learned from"
            findings.append(Finding(int(row), "no_label", said, "warning", column))
    if all(label is None for label in labels):
        raise TicketsError(
            f"column {column} holds no label; write 1 where a ticket escalated, else 0"
        )
    return tuple(labels)
