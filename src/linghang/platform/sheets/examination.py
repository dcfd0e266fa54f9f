"""Files are read, recognised, parsed and checked as a whole, and written as a whole.

The steps, for each plan in its order: parse cells column by column; find keys and doubles; match what exists;
check rows; look up references; check between rows. Then waits are settled over all plans and the changes
computed. Nothing is written before `apply_examination`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from linghang.platform.sheets import cells, parsing, recognition
from linghang.platform.sheets.faults import Fault, Message, Severity
from linghang.platform.sheets.plan import (
    Context,
    Outcome,
    Progress,
    Row,
    SheetPlan,
    Table,
)
from linghang.platform.sheets.reading import Book
from linghang.platform.sheets.recognition import Note
from linghang.platform.sheets.workspace import Workspace


@dataclass
class Examination:
    """What an upload says: its tables with rows, sheet faults and notes."""

    workspace: Workspace
    files: list[str]
    tables: list[Table] = field(default_factory=list)
    sheet_faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def faults(self) -> Iterator[Fault]:
        """Yield all faults in the order of the files: sheet by sheet, row by row, column by column."""
        for table in self.tables:
            yield from (
                f for f in self.sheet_faults if (f.file, f.sheet) == (table.file, table.sheet)
            )
            for row in table.rows:
                if len(row.faults) > 1:
                    yield from sorted(row.faults, key=lambda f: table.places.get(f.column_key, 999))
                else:
                    yield from row.faults

    def counts(self) -> list[dict[str, Any]]:
        """Return one entry per table: file, sheet, plan, title and the number of rows of each outcome."""
        return [_count(table, self.sheet_faults) for table in self.tables]

    def result(self) -> dict[str, Any]:
        """Return the JSON result of the command line: files, sheets by name, faults, notes."""
        return {
            "files": self.files,
            "sheets": sheets_by_name(self.counts()),
            "faults": [f.to_json() for f in self.faults()],
            "notes": [n.to_json() for n in self.notes],
        }

    def changed_rows(self, most: int = 200) -> list[Row[Any]]:
        """Return at most so many rows that would change what exists."""
        found: list[Row[Any]] = []
        for table in self.tables:
            for row in table.rows:
                if row.outcome is Outcome.CHANGED:
                    found.append(row)
                    if len(found) == most:
                        return found
        return found


def sheets_by_name(counts: Sequence[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Return the counts summed over sheets of the same name, as the command line prints them."""
    sheets: dict[str, dict[str, int]] = {}
    for entry in counts:
        numbers = {k: v for k, v in entry.items() if isinstance(v, int)}
        known = sheets.setdefault(entry["sheet"], dict.fromkeys(numbers, 0))
        for name, number in numbers.items():
            known[name] += number
    return sheets


def _count(table: Table, sheet_faults: Sequence[Fault]) -> dict[str, Any]:
    numbers = dict.fromkeys(
        ("rows", "new", "changed", "unchanged", "faulty", "waiting", "faults", "warnings"), 0
    )
    for row in table.rows:
        numbers["rows"] += 1
        numbers[row.outcome.value] += 1
        for fault in row.faults:
            numbers["faults"] += fault.severity is Severity.BLOCK
            numbers["warnings"] += fault.severity is Severity.WARN
    numbers["faults"] += sum((f.file, f.sheet) == (table.file, table.sheet) for f in sheet_faults)
    return {
        "file": table.file,
        "sheet": table.sheet,
        "plan": table.plan.code,
        "title": str(table.plan.title),
        **numbers,
    }


def _silent(_done: int, _total: int, _message: str = "") -> None:
    return None


def examine_books(
    books: Sequence[Book],
    plans: Sequence[SheetPlan[Any]],
    context: Context,
    progress: Progress = _silent,
) -> Examination:
    """Return what the files say, checked against the plans and against what exists; writes nothing."""
    with _no_collection():
        return _examine(books, plans, context, progress)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the cycle collector: it would walk the millions of cells of a large roster again and again.

    Measured on 100,000 rows: checking takes half the time. Nothing built here is dropped before the end.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _examine(
    books: Sequence[Book],
    plans: Sequence[SheetPlan[Any]],
    context: Context,
    progress: Progress,
) -> Examination:
    examination = Examination(Workspace(context, plans), [book.file for book in books])
    total = sum(len(sheet.rows) for book in books for sheet in book.sheets) or 1
    done = 0
    for book in books:
        tables, notes = recognition.recognise(book, plans)
        examination.tables += tables
        examination.notes += notes
        lines = {sheet.name: sheet.rows for sheet in book.sheets}
        for table in tables:
            examination.notes += parsing.parse_table(table, lines[table.sheet])
            done += len(table.rows)
            progress(done // 2, total, gettext("Reading “%(sheet)s”") % {"sheet": table.sheet})
    examination.sheet_faults = [_missing_columns(t) for t in examination.tables if t.missing]
    for table in examination.tables:
        examination.workspace.rows[table.plan.code] += table.rows
    checked = 0
    for plan in plans:
        rows = examination.workspace.rows[plan.code]
        _check_plan(plan, rows, examination.workspace)
        checked += len(rows)
        progress(
            total // 2 + checked // 2,
            total,
            gettext("Checking “%(sheet)s”") % {"sheet": plan.title},
        )
    examination.workspace.settle()
    for row in _rows(examination):
        if row.existing is not None and row.good:
            row.changes = row.plan.compare(row, context)
            row.object = row.existing
    progress(total, total, gettext("Checked"))
    return examination


def _rows(examination: Examination) -> Iterator[Row[Any]]:
    for table in examination.tables:
        yield from table.rows


def _missing_columns(table: Table) -> Fault:
    headings = "、".join(c.heading for c in table.missing)
    return Fault(
        sheet=table.sheet,
        row=table.heading_row,
        column=headings,
        value="",
        message=Message(_("The sheet has no column for: %(columns)s."), {"columns": headings}),
        remedy=Message(
            _("Add the column, or name it as in the template; no row can be applied without it.")
        ),
        severity=Severity.BLOCK,
        code="missing_column",
        file=table.file,
    )


# -- checking ------------------------------------------------------------------------------------------------------


def _check_plan(plan: SheetPlan[Any], rows: list[Row[Any]], workspace: Workspace) -> None:
    if rows:
        for row in rows:
            row.key = cells.key_of(plan.key_of(row))
        existing = {cells.key_of(k): v for k, v in plan.load(rows, workspace.context).items()}
        for row in rows:
            if row.key is not None:
                row.existing = existing.get(row.key)
        if type(plan).check is not SheetPlan.check:
            for row in rows:
                plan.check(row, workspace.context)
        _refuse_doubles(plan, rows)
    workspace.note_names(plan.code, rows)
    workspace.resolve_references(rows, plan)
    if rows:
        plan.check_all(rows, workspace)


def _refuse_doubles(plan: SheetPlan[Any], rows: Sequence[Row[Any]]) -> None:
    if not plan.key:
        return
    first: dict[Any, Row[Any]] = {}
    for row in rows:
        if row.key is None:
            continue
        earlier = first.setdefault(row.key, row)
        if earlier is not row:
            _add_double(plan, row, earlier)


def _add_double(plan: SheetPlan[Any], row: Row[Any], earlier: Row[Any]) -> None:
    column = plan.duplicate_column or plan.key[-1]
    same_sheet = (row.table.file, row.table.sheet) == (earlier.table.file, earlier.table.sheet)
    message = (
        _("The same %(heading)s stands in row %(row)s already.")
        if same_sheet
        else _("The same %(heading)s stands in row %(row)s of sheet %(sheet)s already.")
    )
    row.fault(
        column,
        message,
        _("Delete one of the two rows, or correct the one that is wrong."),
        code="duplicate",
        severity=plan.duplicates,
        heading=row.table.heading(column),
        row=earlier.number,
        sheet=earlier.table.sheet,
    )


# -- writing -------------------------------------------------------------------------------------------------------


def apply_examination(
    examination: Examination, progress: Progress = _silent
) -> dict[str, dict[str, int]]:
    """Write the good rows, plan by plan, inside the caller's transaction; return the counts written by plan."""
    workspace = examination.workspace
    pending = {
        code: [row for row in rows if row.outcome in (Outcome.NEW, Outcome.CHANGED)]
        for code, rows in workspace.rows.items()
    }
    total = sum(map(len, pending.values())) or 1
    written: dict[str, dict[str, int]] = {}
    before = 0
    for code, rows in pending.items():
        plan = workspace.plans[code]
        message = gettext("Writing “%(sheet)s”") % {"sheet": plan.title}

        def step(
            done: int, _total: int = 0, _message: str = "", *, at: int = before, say: str = message
        ) -> None:
            progress(at + done, total, say)

        new = sum(row.existing is None for row in rows)
        step(0)
        if rows:
            plan.apply(workspace.in_order(rows), workspace, step)
        before += len(rows)
        written[code] = {"new": new, "changed": len(rows) - new}
    progress(total, total, gettext("Written"))
    return written
