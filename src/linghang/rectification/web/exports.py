"""The four lists as rows: the same for the page, the workbook and the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from linghang.platform.sheets import export
from linghang.rectification.enums import ResultKind, Severity, SourceKind, Term
from linghang.rectification.mapping import show_state
from linghang.rectification.models import Problem
from linghang.worklists.enums import TaskState
from linghang_core import documents

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
VIEWS = ("problems", "responsibility", "measures", "results")


@dataclass(frozen=True)
class FourList:
    """One of the four lists: its title, headings with widths, and rows; `pks` lead to the problems."""

    name: str
    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Any, ...], ...]
    pks: tuple[int, ...]

    @property
    def link_at(self) -> int:
        """Return the column that leads to the problem: its text, the measure or the result."""
        return 2 if self.name == "problems" else 1


def title_of(view: str) -> str:
    """Return the name of one of the four lists."""
    return {
        "problems": _("List of problems"),
        "responsibility": _("List of responsibility"),
        "measures": _("List of measures"),
        "results": _("List of results"),
    }[view]


def compose(view: str, problems: Sequence[Problem]) -> FourList:
    """Return one of the four lists of the problems, whose links are prefetched."""
    columns, rows = {
        "problems": _list_problems,
        "responsibility": _list_responsibility,
        "measures": _list_measures,
        "results": _list_results,
    }[view](problems)
    return FourList(
        view, title_of(view), columns, tuple(row for _pk, row in rows), tuple(pk for pk, _r in rows)
    )


Made = tuple[tuple[tuple[str, int], ...], list[tuple[int, tuple[Any, ...]]]]


def _list_problems(problems: Sequence[Problem]) -> Made:
    columns = (
        (_("No."), 6), (_("Aspect"), 16), (_("Problem"), 44), (_("Source"), 16),
        (_("Severity"), 8), (_("Kind of term"), 10), (_("Responsible unit"), 24), (_("Due"), 12),
        (_("State"), 10),
    )  # fmt: skip
    rows = [
        (
            p.pk,
            (
                p.number,
                p.aspect,
                p.text,
                p.source or SourceKind(p.source_kind).label,
                Severity(p.severity).label,
                Term(p.term).label,
                p.unit.name,
                p.due_on,
                _word(p),
            ),
        )
        for p in problems
    ]
    return columns, rows


def _list_responsibility(problems: Sequence[Problem]) -> Made:
    columns = (
        (_("No."), 6), (_("Problem"), 44), (_("Leader"), 12), (_("Lead unit"), 24),
        (_("Responsible unit"), 24), (_("Responsible"), 12), (_("Cooperating units"), 30),
        (_("Due"), 12), (_("State"), 10),
    )  # fmt: skip
    rows = [
        (
            p.pk,
            (
                p.number,
                p.text,
                p.leader.name if p.leader else "",
                p.lead_unit.name if p.lead_unit else "",
                p.unit.name,
                p.responsible_name,
                "、".join(unit.name for unit in p.cooperating.all()),
                p.due_on,
                _word(p),
            ),
        )
        for p in problems
    ]
    return columns, rows


def _list_measures(problems: Sequence[Problem]) -> Made:
    """Each measure stands once, with every problem it serves."""
    columns = (
        (_("No."), 6), (_("Measure"), 44), (_("Serves problem"), 12), (_("Done when"), 24),
        (_("Who takes it"), 24), (_("Due"), 12), (_("Finished on"), 12), (_("State"), 10),
    )  # fmt: skip
    serves: dict[int, list[str]] = {}
    found: dict[int, tuple[int, Any]] = {}
    for problem in problems:
        for item in problem.items.all():
            serves.setdefault(item.pk, []).append(str(problem.number))
            found.setdefault(item.pk, (problem.pk, item))
    rows = [
        (
            pk,
            (
                item.number,
                item.text,
                "、".join(serves[item.pk]),
                item.standard,
                task.unit.name,
                task.due_on,
                task.finished_on,
                str(TaskState(task.state).label),
            ),
        )
        for pk, item in found.values()
        for task in item.assignments.all()
    ]
    return columns, sorted(rows, key=lambda row: (row[1][0], row[1][4]))


def _list_results(problems: Sequence[Problem]) -> Made:
    """Each result stands once, with every problem it came of."""
    columns = (
        (_("Kind"), 10), (_("Result"), 40), (_("Came of problem"), 14), (_("Unit"), 24),
        (_("Document number"), 20), (_("How many benefit"), 12), (_("On"), 12),
    )  # fmt: skip
    came: dict[int, list[str]] = {}
    found: dict[int, tuple[int, Any]] = {}
    for problem in problems:
        for result in problem.results.all():
            came.setdefault(result.pk, []).append(str(problem.number))
            found.setdefault(result.pk, (problem.pk, result))
    rows = [
        (
            pk,
            (
                str(ResultKind(result.kind).label),
                result.title,
                "、".join(came[result.pk]),
                result.unit.name,
                result.document_number,
                result.quantity,
                result.on,
            ),
        )
        for pk, result in found.values()
    ]
    return columns, rows


def _word(problem: Problem) -> str:
    shown = show_state(problem)
    return str(shown.label)


def write_workbook(lists: Iterable[FourList], title: str, on: date) -> bytes:
    """Return the lists as one workbook, a sheet each."""
    with export.Workbook(title=title) as book:
        for each in lists:
            sheet = book.add_sheet(
                each.title,
                title=f"{title}：{each.title}",
                note=_("As of %(day)s") % {"day": on},
                columns=[export.Column(heading, width) for heading, width in each.columns],
            )
            for row in each.rows:
                sheet.append([str(v) if hasattr(v, "_proxy____args") else v for v in row])
    return book.to_bytes()


def write_document(each: FourList, title: str, issuer: str, on: date) -> bytes:
    """Return one list as a document in the page model of GB/T 9704."""
    table = documents.Table(
        columns=tuple(
            documents.Column(
                heading,
                width,
                documents.Alignment.LEFT if width > WIDE else documents.Alignment.CENTER,
            )
            for heading, width in each.columns
        ),
        rows=tuple(tuple("" if v is None else str(v) for v in row) for row in each.rows),
        size=documents.TextSize.FIVE,
    )
    body: tuple[documents.Block, ...] = (table,)
    if not each.rows:
        body = (documents.Paragraph("截至本日，没有记录。"),)
    made = documents.OfficialDocument(
        title=f"{title}{each.title}", body=body, issuer=issuer, dated=on, sealed=False
    )
    return documents.write_docx(made)


WIDE = 20


def as_download(data: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file to save under a name, Chinese or not."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
