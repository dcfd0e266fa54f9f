"""The matrix of a list: unit × item, the worst first; counted in SQL, three grouped queries a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.worklists.enums import CellState, TaskState
from linghang.worklists.models import Assignment, Item
from linghang.worklists.queries.progress import (
    Progress,
    count_expressions,
    progress_by,
    read_progress,
)

UNITS_A_PAGE = 50
FOLD_FROM = 2  # folding pays when it leaves less than half the rows


@dataclass(frozen=True)
class Cell:
    """Everything one item asks of one unit (and its persons, in all periods)."""

    item: Item
    progress: Progress
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


@dataclass(frozen=True)
class MatrixRow:
    """One unit, or one with everything under it where the matrix is folded."""

    unit: Unit
    total: Progress
    cells: tuple[Cell, ...]
    is_folded: bool = False


@dataclass
class Matrix:
    """A page of the matrix: items as columns with their sums, units as rows, the sum of everything."""

    items: list[Item]
    columns: list[tuple[Item, Progress]]
    rows: list[MatrixRow]
    total: Progress
    page: Page[int]
    may_fold: bool = False
    is_folded: bool = False
    units: int = 0


@dataclass(frozen=True)
class Wanted:
    """Which part of the matrix is asked for; `under` is a unit path, `state` keeps units with one."""

    under: str = ""
    state: CellState | None = None
    fold: bool = False
    page: int = 1
    per_page: int = UNITS_A_PAGE  # 0: everything, for exports


def load_matrix(
    tasks: QuerySet[Assignment], items: Sequence[Item], wanted: Wanted, on: date | None = None
) -> Matrix:
    """Return the asked part of the matrix of the tasks over the items.

    `tasks` are those of one list the reader may see. Each number counts tasks, so that a sum never
    counts one twice; optional and withdrawn ones are not owed.
    """
    day = on or clock.today()
    owed = Q(item_id__in=[item.pk for item in items if item.required])
    found = tasks.order_by().filter(item_id__in=[item.pk for item in items])
    if wanted.under:
        found = found.filter(unit__path__startswith=wanted.under)
    by_unit = progress_by(found.exclude(state=TaskState.WITHDRAWN), "unit_id", day, owed)
    units = Unit.objects.only("pk", "name", "path", "level", "parent", "kind").in_bulk(by_unit)
    fold = _find_fold(units)
    is_folded = wanted.fold and fold is not None
    own = _sum_folds(by_unit, fold) if is_folded and fold is not None else by_unit
    kept = [
        pk
        for pk, progress in own.items()
        if wanted.state is None or getattr(progress, wanted.state.value, 0)
    ]
    if is_folded:
        units |= Unit.objects.in_bulk([pk for pk in kept if pk not in units])
    kept.sort(key=lambda pk: _badness(own[pk], units[pk].path))
    page = Paginator(kept, wanted.per_page or max(len(kept), 1)).get_page(wanted.page)
    shown = list(page)
    cells = _count_cells(found, shown, items, owed, day, fold if is_folded else None)
    sums = progress_by(found, "item_id", day, owed)
    return Matrix(
        items=list(items),
        columns=[(item, sums.get(item.pk, Progress())) for item in items],
        rows=[
            MatrixRow(
                units[pk],
                own[pk],
                tuple(cells.get((pk, item.pk)) or Cell(item, Progress()) for item in items),
                is_folded,
            )
            for pk in shown
        ],
        total=sum(by_unit.values(), Progress()),
        page=page,
        may_fold=fold is not None,
        is_folded=is_folded,
        units=len(by_unit),
    )


def _badness(progress: Progress, path: str) -> tuple[int, int, int, str]:
    """Return the sorting key: the most overdue first, then returned, then the least finished."""
    return (-progress.overdue, -progress.returned, progress.percent, path)


def _count_cells(
    tasks: QuerySet[Assignment],
    shown: Sequence[int],
    items: Sequence[Item],
    owed: Q,
    day: date,
    fold: dict[int, int] | None,
) -> dict[tuple[int, int], Cell]:
    """Return the cells of the rows shown; one grouped query."""
    known = {item.pk: item for item in items}
    wanted = set(shown)
    unit_ids = [u for u, top in fold.items() if top in wanted] if fold else list(shown)
    rows = (
        tasks.filter(unit_id__in=unit_ids)
        .values("unit_id", "item_id")
        .annotate(
            **count_expressions(day, owed),
            asked=Count("pk", filter=~Q(state=TaskState.WITHDRAWN)),
            finished=Count("pk", filter=Q(state=TaskState.DONE)),
        )
    )
    cells: dict[tuple[int, int], Cell] = {}
    for row in rows:
        key = (fold[row["unit_id"]] if fold else row["unit_id"], row["item_id"])
        cell = Cell(known[row["item_id"]], read_progress(row), row["asked"], row["finished"])
        before = cells.get(key)
        cells[key] = cell if before is None else _add(before, cell)
    return cells


def _add(one: Cell, other: Cell) -> Cell:
    return Cell(
        one.item,
        one.progress + other.progress,
        one.asked + other.asked,
        one.finished + other.finished,
    )


# -- folding -----------------------------------------------------------------------------------------


def _find_fold(units: dict[int, Unit]) -> dict[int, int] | None:
    """Return the unit each unit folds into, None where folding would not make the matrix shorter.

    The units fold into those directly below the highest one they have in common.
    """
    if not units:
        return None
    split = {pk: unit.path.strip("/").split("/") for pk, unit in units.items()}
    depth = _common(list(split.values()))
    found = {pk: int(parts[min(depth, len(parts) - 1)]) for pk, parts in split.items()}
    return found if len(set(found.values())) * FOLD_FROM <= len(units) else None


def _common(paths: Sequence[Sequence[str]]) -> int:
    """Return how many steps from the root all paths share."""
    shared = 0
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        shared += 1
    return shared


def _sum_folds(by_unit: dict[int, Progress], fold: dict[int, int]) -> dict[int, Progress]:
    found: dict[int, Progress] = {}
    for unit, progress in by_unit.items():
        top = fold[unit]
        found[top] = found.get(top, Progress()) + progress
    return found
