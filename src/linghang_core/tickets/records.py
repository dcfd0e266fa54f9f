"""Tickets read from the rows of a table; what is wrong with a row is listed, never dropped in silence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from linghang_core.findings import Finding
from linghang_core.tickets.cells import spell_column
from linghang_core.tickets.moments import parse_moments

THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


class TicketsError(ValueError):
    """A table that cannot be used as tickets; the message names the column and the remedy."""


@dataclass(frozen=True)
class Tickets:
    """Tickets column by column, in the order of the file.

    `rows` are the rows of the file (the heading is row 1); `ids` those of a column, else the rows.
    `times` is None without a column of times, so are `likes`; a customer or place not known is "".
    """

    rows: tuple[int, ...]
    ids: tuple[str | int, ...]
    texts: tuple[str, ...]
    titles: tuple[str, ...]
    times: pd.Series | None = None
    customers: tuple[str, ...] | None = None
    likes: np.ndarray | None = None
    places: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        """Return how many tickets there are."""
        return len(self.rows)


def read_tickets(
    table: pd.DataFrame,
    *,
    text: str,
    title: str | None = None,
    id: str | None = None,  # noqa: A002  the option is called --id
    time: str | None = None,
    customer: str | None = None,
    likes: str | None = None,
    place: str | None = None,
    rows: Sequence[int] | None = None,
) -> Tickets:
    """Return the tickets of a table; the arguments name its columns.

    `rows` are the rows of the file the table's stand in, where they do not follow one another.

    Rows without text, with no readable time or with likes that are no number are left out and
    listed. Raises TicketsError for a missing column, an empty table, and a column in which no row
    can be read.
    """
    named = [name for name in (text, title, id, time, customer, likes, place) if name]
    picked = pick_columns(table, named, rows)
    findings: list[Finding] = []
    words = spell_column(picked[text])
    findings += [
        Finding(int(row), "empty", f"{text} is empty", column=text)
        for row in picked.index[[not any(c.isalnum() for c in word) for word in words]]
    ]
    found = Tickets(
        rows=tuple(int(row) for row in picked.index),
        ids=_read_ids(picked, id, findings),
        texts=tuple(words),
        titles=tuple(spell_column(picked[title])) if title else ("",) * len(picked),
        times=read_times(picked[time], time, findings) if time else None,
        customers=tuple(_read_known(picked, customer, findings)) if customer else None,
        likes=_read_likes(picked[likes], likes, findings) if likes else None,
        places=tuple(_read_known(picked, place, findings)) if place else None,
    )
    bad = {finding.row for finding in findings if finding.severity == "error"}
    kept = [n for n, row in enumerate(found.rows) if row not in bad]
    if not kept:
        raise TicketsError(f"no row can be used: {findings[0].message}")
    return replace(
        pick_rows(found, kept), findings=tuple(sorted(findings, key=lambda each: each.row))
    )


def pick_rows(tickets: Tickets, kept: Sequence[int]) -> Tickets:
    """Return the tickets at the given places, in that order."""

    def pick(values: Any) -> Any:
        return None if values is None else tuple(values[n] for n in kept)

    return replace(
        tickets,
        rows=pick(tickets.rows),
        ids=pick(tickets.ids),
        texts=pick(tickets.texts),
        titles=pick(tickets.titles),
        times=None
        if tickets.times is None
        else tickets.times.iloc[list(kept)].reset_index(drop=True),
        customers=pick(tickets.customers),
        likes=None if tickets.likes is None else tickets.likes[list(kept)],
        places=pick(tickets.places),
    )


def pick_columns(
    table: pd.DataFrame, needed: Sequence[str], rows: Sequence[int] | None = None
) -> pd.DataFrame:
    """Return the columns asked for, rows numbered as in the file (the heading is row 1).

    The rows follow the heading without a gap unless `rows` says where each stands.

    Raises TicketsError naming the columns that are missing, and for a table without rows.
    """
    missing = [name for name in dict.fromkeys(needed) if name not in table.columns]
    if missing:
        has = ", ".join(str(name) for name in table.columns)
        raise TicketsError(f"column {', '.join(missing)} is missing; the file has {has}")
    if table.empty:
        raise TicketsError("the table has no rows")
    picked = table[list(dict.fromkeys(needed))].copy()
    picked.index = pd.RangeIndex(2, len(picked) + 2) if rows is None else pd.Index(rows)
    return picked


def read_times(values: pd.Series, column: str, findings: list[Finding]) -> pd.Series:
    """Return a column as times without zone, NaT where none can be read; those are listed.

    The index of `values` is the row of the file. Raises TicketsError where no time can be read.
    """
    spelled = pd.Series(spell_column(values), index=values.index, dtype=object)
    times = parse_moments(spelled)
    if times.isna().all():
        raise TicketsError(f"column {column} holds no time (first value {spelled.iloc[0]!r})")
    for row in times.index[times.isna()]:
        said = f"{spelled[row]!r} is no time" if spelled[row] else "is empty"
        findings.append(Finding(int(row), "no_time", f"{column}: {said}", column=column))
    return times


def _read_likes(values: pd.Series, column: str, findings: list[Finding]) -> np.ndarray:
    """Return numbers of likes; an empty cell counts none."""
    spelled = spell_column(values)
    plain = [THOUSANDS.sub("", unicodedata.normalize("NFKC", each)) for each in spelled]
    numbers = pd.to_numeric(pd.Series(plain), errors="coerce").to_numpy(float)
    known = np.array([bool(each) for each in spelled])
    bad = known & ~(np.isfinite(numbers) & (numbers >= 0))
    if known.any() and bad[known].all():
        raise TicketsError(f"column {column} holds no number of likes")
    for place in np.flatnonzero(bad):
        said = f"{column}: {spelled[place]!r} is no number of likes"
        findings.append(Finding(int(values.index[place]), "no_number", said, column=column))
    return np.where(known & ~bad, numbers, 0.0)


def _read_ids(
    picked: pd.DataFrame, column: str | None, findings: list[Finding]
) -> tuple[str | int, ...]:
    if column is None:
        return tuple(int(row) for row in picked.index)
    ids = spell_column(picked[column])
    seen: set[str] = set()
    for row, each in zip(picked.index, ids, strict=True):
        if not each:
            findings.append(Finding(int(row), "empty", f"{column} is empty", column=column))
        elif each in seen:
            said = f"{column} {each} stands in an earlier row too; both count"
            findings.append(Finding(int(row), "duplicate_id", said, "warning", column))
        seen.add(each)
    return tuple(ids)


def _read_known(picked: pd.DataFrame, column: str, findings: list[Finding]) -> list[str]:
    values = spell_column(picked[column])
    unknown = values.count("")
    if unknown:
        said = f"{column} is empty in {unknown} rows; they count as not known"
        findings.append(Finding(0, "not_known", said, "warning", column))
    return values
