"""The matrix of a list: unit × item, the worst first; counted in SQL, three grouped queries a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.worklists.enums import CellState, TaskState
from linghang.worklists.models import Assignment, Item
from linghang.worklists.queries.folding import Fold, find_fold
from linghang.worklists.queries.progress import (
    Progress,
    count_expressions,
    owe_all_but,
    progress_by,
    read_progress,
)

UNITS_A_PAGE = 50
NOTHING = Progress()


@dataclass(frozen=True)
class Cell:
    """Everything one item asks of one unit (and its persons, in all periods)."""

    item: Item
    progress: Progress = NOTHING
    asked: int = 0
    finished: int = 0

    @property
    def state(self) -> CellState | None:
        """Return the worst state in the cell; an optional item that waits is just optional."""
        if not self.asked:
            return None
        if self.item.required:
            return self.progress.state
        return CellState.DONE if self.finished == self.asked else CellState.OPTIONAL

    @property
    def number(self) -> str:
        """Return "done/asked", empty where one thing is asked of the unit itself."""
        return "" if self.asked == 1 else f"{self.finished}/{self.asked}"

    def __add__(self, other: Cell) -> Cell:
        """Return both cells of the item together."""
        return Cell(
            self.item,
            self.progress + other.progress,
            self.asked + other.asked,
            self.finished + other.finished,
        )


@dataclass(frozen=True)
class MatrixRow:
    """One unit, or one with everything under it where the matrix is folded."""

    unit: Unit
    total: Progress
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """A page of the matrix: items as columns with their sums, units as rows, the sum of everything."""

    columns: list[tuple[Item, Progress]]
    rows: list[MatrixRow]
    total: Progress
    page: Page[int]
    units: int
    may_fold: bool = False
    is_folded: bool = False


@dataclass(frozen=True)
class Wanted:
    """Which part of the matrix is asked for; `under` is a unit path, `state` keeps units with one."""

    under: str = ""
    state: CellState | None = None
    fold: bool = False
    page: int | str = 1
    per_page: int = UNITS_A_PAGE  # 0: everything, for exports


def load_matrix(
    tasks: QuerySet[Assignment], items: Sequence[Item], wanted: Wanted, on: date | None = None
) -> Matrix:
    """Return the asked part of the matrix of the tasks over the items.

    `tasks` are those of one list the reader may see. Each number counts tasks, so that a sum never
    counts one twice; optional and withdrawn ones are not owed.
    """
    day = on or clock.today()
    owed = owe_all_but([item.pk for item in items if not item.required])
    found = tasks.order_by().filter(item_id__in=[item.pk for item in items])
    if wanted.under:
        found = found.filter(unit__path__startswith=wanted.under)
    asked = found.exclude(state=TaskState.WITHDRAWN)
    by_unit = progress_by(asked, "unit_id", day, owed)
    paths = dict(Unit.objects.filter(pk__in=by_unit).values_list("pk", "path").order_by())
    possible = find_fold(paths)
    fold = possible if wanted.fold else None
    own = fold.sum(by_unit) if fold else by_unit
    page = _list_page(own, paths, wanted)
    units = Unit.objects.in_bulk(list(page))
    cells = _count_cells(found, list(page), items, owed, day, fold)
    sums = progress_by(found, "item_id", day, owed)
    return Matrix(
        columns=[(item, sums.get(item.pk, Progress())) for item in items],
        rows=[
            MatrixRow(
                units[pk], own[pk], tuple(cells.get((pk, item.pk)) or Cell(item) for item in items)
            )
            for pk in page
        ],
        total=sum(by_unit.values(), Progress()),
        page=page,
        units=len(by_unit),
        may_fold=possible is not None,
        is_folded=fold is not None,
    )


def _list_page(own: dict[int, Progress], paths: dict[int, str], wanted: Wanted) -> Page[int]:
    """Return the asked page of the units: most overdue first, then returned, then least finished."""
    kept = [
        pk
        for pk, progress in own.items()
        if wanted.state is None or getattr(progress, wanted.state.value, 0)  # type: ignore[arg-type]
    ]
    kept.sort(
        key=lambda pk: (-own[pk].overdue, -own[pk].returned, own[pk].percent, paths.get(pk, ""), pk)
    )
    return Paginator(kept, wanted.per_page or max(len(kept), 1)).get_page(wanted.page)


def _count_cells(
    tasks: QuerySet[Assignment],
    shown: Sequence[int],
    items: Sequence[Item],
    owed: Q,
    day: date,
    fold: Fold | None,
) -> dict[tuple[int, int], Cell]:
    """Return the cells of the rows shown; one grouped query."""
    known = {item.pk: item for item in items}
    row_of: Any = fold.expression(shown) if fold else F("unit_id")
    rows = (
        tasks.filter(unit_id__in=fold.list_units(shown) if fold else shown)
        .values("item_id", row=row_of)
        .annotate(
            **count_expressions(day, owed),
            asked=Count("pk", filter=~Q(state=TaskState.WITHDRAWN)),
            finished=Count("pk", filter=Q(state=TaskState.DONE)),
        )
    )
    cells: dict[tuple[int, int], Cell] = {}
    for row in rows:
        key = (fold.top[row["row"]] if fold else row["row"], row["item_id"])
        cell = Cell(known[row["item_id"]], read_progress(row), row["asked"], row["finished"])  # type: ignore[arg-type]
        cells[key] = cells[key] + cell if key in cells else cell
    return cells
