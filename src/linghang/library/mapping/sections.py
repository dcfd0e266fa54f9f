"""What a pack brings, section by section, as tables a person can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.library.mapping.words import (
    APPLIES_TO,
    ATTENDANCE,
    PERIODS,
    SUBJECTS,
    join,
    pick,
    say,
)

Row = Mapping[str, Any]
Titles = Mapping[str, str]
Cells = Callable[[Row, Titles], Sequence[str]]


@dataclass(frozen=True)
class SectionView:
    """One section as a table: the first cell of a row is its title."""

    name: str
    title: str
    intro: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class _Layout:
    title: str | Promise
    intro: str | Promise
    columns: tuple[str | Promise, ...]
    cells: Cells


def describe_sections(document: Mapping[str, Any], titles: Titles) -> list[SectionView]:
    """Return the sections of a pack but its schemes, which have their own pages of tables."""
    return [
        _describe(name, rows, titles)
        for name, rows in document["contents"].items()
        if name != "schemes" and rows
    ]


def _describe(name: str, rows: Sequence[Row], titles: Titles) -> SectionView:
    layout = _LAYOUTS.get(name, _ANY)
    columns = tuple(str(column) for column in layout.columns)
    return SectionView(
        name=name,
        title=str(layout.title) or name,
        intro=str(layout.intro),
        columns=columns,
        rows=tuple(tuple(zip(columns, layout.cells(row, titles), strict=True)) for row in rows),
    )


def _activity_cells(row: Row, _titles: Titles) -> Sequence[str]:
    return (
        pick(row["title"]),
        say(ATTENDANCE, row.get("attendance", "all_members")),
        str(row.get("default_hours", "1")),
        join(row.get("aliases", ())),
    )


def _record_cells(row: Row, _titles: Titles) -> Sequence[str]:
    statuses = [
        pick(status["title"])
        + (f" ({status['quantity']})" if status.get("quantity") is not None else "")
        for status in row.get("statuses", ())
    ]
    return (
        pick(row["title"]),
        say(SUBJECTS, row.get("subject", "unit")),
        pick(row["quantity"]["unit"]),
        join(statuses),
        pick(row.get("verified_by")),
        _("sensitive: only those who must know see it") if row.get("sensitive") else "",
    )


def _cadence_cells(row: Row, titles: Titles) -> Sequence[str]:
    basis = row["basis"]
    return (
        titles.get(f"activity.{row['activity']}", row["activity"]),
        say(APPLIES_TO, row["applies_to"]),
        _("%(period)s %(times)s×")
        % {"period": say(PERIODS, row["period"]), "times": row.get("required", 1)},
        basis if isinstance(basis, str) else pick(basis),
        str(row["in_force_from"]),
    )


def _any_cells(row: Row, _titles: Titles) -> Sequence[str]:
    return (pick(row.get("title")) or str(row.get("code", "")), str(row.get("code", "")))


_ANY = _Layout("", "", (gettext_lazy("Title"), gettext_lazy("Code")), _any_cells)
_LAYOUTS = {
    "activity_kinds": _Layout(
        gettext_lazy("Kinds of activity"),
        gettext_lazy("What a branch can record with them, and the words recognised in workbooks."),
        (
            gettext_lazy("Activity"),
            gettext_lazy("Who is expected"),
            gettext_lazy("Usual hours"),
            gettext_lazy("Also recognised as"),
        ),
        _activity_cells,
    ),
    "record_kinds": _Layout(
        gettext_lazy("Kinds of record"),
        gettext_lazy("Single things that are noted once and then counted wherever they belong."),
        (
            gettext_lazy("Kind of record"),
            gettext_lazy("About"),
            gettext_lazy("Counted in"),
            gettext_lazy("Statuses"),
            gettext_lazy("Counts as verified when"),
            gettext_lazy("Privacy"),
        ),
        _record_cells,
    ),
    "cadences": _Layout(
        gettext_lazy("What is due how often"),
        gettext_lazy("These duties appear by themselves, and a record meets them."),
        (
            gettext_lazy("Activity"),
            gettext_lazy("Owed by"),
            gettext_lazy("How often"),
            gettext_lazy("Basis"),
            gettext_lazy("In force from"),
        ),
        _cadence_cells,
    ),
}
