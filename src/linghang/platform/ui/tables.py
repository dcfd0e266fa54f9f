"""Declared list tables: columns, sorting, paging, export rows, and the view that shows them.

A list page is a declaration and five lines:

    TASKS = Table(
        caption=_("Tasks"),
        columns=(
            Column("title", _("Task"), link=lambda task: task.get_absolute_url(), sort=("title",)),
            Column("state", _("State"), states=TaskState),
            Column("due_on", _("Due"), sort=("due_on", "pk")),
        ),
        default_sort="due_on",
    )

    def list_tasks(request):
        found = TaskFilter(request.GET, queryset=queries.visible_tasks(request.scope))
        return tables.render_list(request, TASKS.bind(found.qs, request.GET), title=_("Tasks"),
                                  filterset=found)

The queryset brings what the columns read (`select_related`, annotations): a column never queries.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linghang.platform.ui.templatetags import ui

Text = str | Promise
Rows = QuerySet[Any] | Sequence[Any]


@dataclass(frozen=True)
class Column:
    """One column of a list.

    The value comes from `render(row)` if given, else from the dotted path `attr` (default: `name`);
    a model field with choices shows its label, an enum its chip (give `states` where the database
    holds only the value). `sort` are the fields to order by, ascending; without them it does
    not sort. The first column with a `link` is the row's title, on a phone its first line. `export`
    replaces the value in spreadsheets.
    """

    name: str
    label: Text
    render: Callable[[Any], Any] | None = None
    attr: str = ""
    sort: Sequence[str] = ()
    numeric: bool = False
    link: Callable[[Any], str] | None = None
    states: type[enum.Enum] | None = None
    export: Callable[[Any], Any] | None = None

    def read(self, row: Any) -> Any:
        """Return the value of this column in a row, as an object."""
        if self.render:
            return self.render(row)
        value = row
        *path, last = (self.attr or self.name).split(".")
        for part in path:
            value = _step(value, part)
            if value is None:
                return None
        shown = getattr(value, f"get_{last}_display", None)
        if shown and not self.states:
            return shown()
        value = _step(value, last)
        return self.states(value) if self.states and value not in (None, "") else value

    def show(self, row: Any) -> SafeString | str:
        """Return the cell's content as escaped HTML."""
        value = show_value(self.read(row))
        url = self.link(row) if self.link else ""
        return format_html('<a href="{}">{}</a>', url, value) if url else value

    def read_plain(self, row: Any) -> Any:
        """Return the value for a spreadsheet: a number, date or text without markup."""
        value = self.export(row) if self.export else self.read(row)
        if isinstance(value, enum.Enum):
            return str(getattr(value, "label", value.value))
        return str(value) if isinstance(value, Promise) else value


@dataclass(frozen=True)
class Empty:
    """What a list says when it has no rows: why, and what to do next."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    url: str = ""
    action: Text = ""


@dataclass(frozen=True)
class Table:
    """The declaration of a list; `bind` it to a queryset and the request's parameters."""

    caption: Text
    columns: Sequence[Column]
    default_sort: str = ""
    per_page: int = 50
    empty: Empty | None = None
    selectable: bool = False
    row_id: Callable[[Any], Any] = field(default=lambda row: row.pk)
    row_name: Callable[[Any], Any] = field(default=str)

    def bind(self, rows: Rows, params: Mapping[str, str]) -> BoundTable:
        """Return the table of these rows, sorted and paged as the parameters ask."""
        return BoundTable(self, rows, params)


@dataclass(frozen=True)
class Heading:
    """A column head as shown: `state` is the value of `aria-sort`, `next_sort` what it asks."""

    label: Text
    numeric: bool
    state: str
    next_sort: str


@dataclass(frozen=True)
class Cell:
    """A cell as shown."""

    label: Text
    content: SafeString | str
    numeric: bool
    is_title: bool


class BoundTable:
    """A table of certain rows: what the template `ui/table.html` shows and an export writes."""

    def __init__(self, table: Table, rows: Rows, params: Mapping[str, str]) -> None:
        self.table = table
        self.params = params
        self._rows = rows

    @cached_property
    def sort(self) -> str:
        """Return the column sorted by, with "-" before it if descending; whitelisted."""
        asked = self.params.get("sort", "")
        names = {column.name for column in self.table.columns if column.sort}
        return asked if asked.removeprefix("-") in names else self.table.default_sort

    @cached_property
    def sorted_rows(self) -> Rows:
        """Return all rows in the asked order; of a plain list, rows without a value come last."""
        column = next(
            (c for c in self.table.columns if c.name == self.sort.removeprefix("-")), None
        )
        if column is None:
            return self._rows
        down = self.sort.startswith("-")
        if not isinstance(self._rows, QuerySet):
            known = [row for row in self._rows if column.read(row) is not None]
            rest = [row for row in self._rows if column.read(row) is None]
            return [*sorted(known, key=column.read, reverse=down), *rest]
        return self._rows.order_by(*(_turn(name) if down else name for name in column.sort))

    @cached_property
    def page(self) -> Page[Any]:
        """Return the asked page; a number out of range gives the nearest one."""
        return Paginator(self.sorted_rows, self.table.per_page).get_page(self.params.get("page"))

    @property
    def headings(self) -> list[Heading]:
        """Return the column heads."""
        return [self._head(column) for column in self.table.columns]

    def __iter__(self) -> Iterator[tuple[Any, list[Cell]]]:
        """Yield the rows of the page with their cells."""
        title = next((c for c in self.table.columns if c.link), self.table.columns[0])
        for row in self.page:
            yield (
                row,
                [
                    Cell(c.label, c.show(row), numeric=c.numeric, is_title=c is title)
                    for c in self.table.columns
                ],
            )

    def list_selectable(self) -> Iterator[tuple[Any, str, list[Cell]]]:
        """Yield (id, name, cells) of the page's rows, for tables with a checkbox per row."""
        for row, cells in self:
            yield self.table.row_id(row), str(self.table.row_name(row)), cells

    def export_rows(self) -> Iterator[list[Any]]:
        """Yield the head and then every row of all pages as plain values, for a spreadsheet."""
        yield [str(column.label) for column in self.table.columns]
        rows = self.sorted_rows
        many = rows.iterator(chunk_size=2000) if isinstance(rows, QuerySet) else rows
        for row in many:
            yield [column.read_plain(row) for column in self.table.columns]

    def _head(self, column: Column) -> Heading:
        state, following = "", ""
        if column.sort:
            following = column.name
            if self.sort == column.name:
                state, following = "ascending", f"-{column.name}"
            elif self.sort == f"-{column.name}":
                state = "descending"
        return Heading(column.label, column.numeric, state, following)


@dataclass(frozen=True)
class Tab:
    """A tab over a list: a state with its count, as a link that keeps the other parameters."""

    label: Text
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class BulkAction:
    """A button on the bulk bar; posts the chosen rows as `id` to `url`."""

    label: Text
    url: str
    icon: str = ""
    confirm: Text = ""


def render_list(
    request: HttpRequest,
    table: BoundTable,
    *,
    title: Text,
    sub: Text = "",
    filterset: Any = None,
    tabs: Sequence[Tab] = (),
    bulk: Sequence[BulkAction] = (),
    template: str = "ui/list.html",
    **context: Any,
) -> HttpResponse:
    """Return the list page, or only its results when htmx asks for them.

    `filterset` is a django-filter set (or anything with a bound `form`). `template` may extend
    `ui/list.html` and fill its blocks `head_actions`, `before` and `after`.
    """
    form = filterset.form if filterset is not None else None
    fields = set(form.fields) if form is not None else set()
    context |= {
        "title": title,
        "sub": sub,
        "table": table,
        "tabs": tabs,
        "bulk": bulk,
        "filter_form": form,
        "kept": list_kept(request, fields),
        "is_filtered": any(request.GET.get(name) for name in fields),
    }
    return render(request, "ui/results.html" if wants_results(request) else template, context)


def list_kept(request: HttpRequest, fields: Collection[str]) -> list[tuple[str, str]]:
    """Return the parameters the filter bar does not ask for, which a change of it must keep."""
    return [
        (name, value)
        for name in request.GET
        if name not in fields and name != "page"
        for value in request.GET.getlist(name)
    ]


def wants_results(request: HttpRequest) -> bool:
    """Return whether htmx asks for the results of a list only, not for the page around them."""
    return "lh-results" in request.headers.get("HX-Target", "")


def show_value(value: Any) -> SafeString | str:
    """Return any value as people read it: dates short, points to two decimals, states as chips."""
    if value is None or value == "":
        return ui.NOTHING
    if isinstance(value, SafeString):
        return value
    if isinstance(value, enum.Enum) and hasattr(value, "label"):
        return ui.state(value) if hasattr(value, "tone") else str(value.label)
    show = next((show for kind, show in SHOWN_AS if isinstance(value, kind)), None)
    return show(value) if show else format_html("{}", value)


# The order matters: a bool is an int, a datetime is a date.
SHOWN_AS: tuple[tuple[type, Callable[[Any], SafeString | str]], ...] = (
    (bool, lambda value: _("yes") if value else _("no")),
    (dt.datetime, ui.moment),
    (dt.date, ui.date_day),
    (Decimal, ui.points),
    (int, ui.number),
    (float, ui.number),
)


def _step(value: Any, part: str) -> Any:
    found = value.get(part) if isinstance(value, Mapping) else getattr(value, part)
    return found() if callable(found) else found


def _turn(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"
