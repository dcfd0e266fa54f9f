"""What a row of a customer's sheet is while it is checked: its place, values, faults and what it leans on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from linghang.platform.sheets import cells
from linghang.platform.sheets.cells import Cell, Parser
from linghang.platform.sheets.faults import Fault, Message, Severity

if TYPE_CHECKING:
    from linghang.platform.sheets.plan import SheetPlan

R = TypeVar("R")


@dataclass(frozen=True)
class Context:
    """Who imports, what they may see, and the day it is; the same for all plans of one import."""

    actor: Any
    scope: Any
    today: date
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column: `heading` is the customer's word and the template's; `aliases` are others' words for it.

    `sensitive` values are masked wherever the framework shows or stores them. With `on_fault` WARN an
    unreadable cell is shown, read as blank, and does not stop the row.
    """

    key: str
    heading: str
    parse: Parser[Any]
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    example: str = ""
    sensitive: bool = False
    blank_clears: bool = False
    on_fault: Severity = Severity.BLOCK
    width: int | None = None


@dataclass(frozen=True)
class Reference:
    """The value of `column` names something of the plan `to`; `key` makes a key of (value, row)."""

    column: str
    to: str
    key: Callable[[Any, Row[Any]], Hashable] | None = None
    message: str = ""
    remedy: str = ""


class Outcome(StrEnum):
    """What applying would do with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that would change; `sensitive` values are shown masked."""

    key: str
    heading: str
    old: Any
    new: Any
    sensitive: bool = False

    def shown(self) -> tuple[str, str]:
        """Return old and new as text for the preview."""
        return _shown(self.old, sensitive=self.sensitive), _shown(
            self.new, sensitive=self.sensitive
        )


def _shown(value: Any, *, sensitive: bool) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, (tuple, list)):
        return "、".join(_shown(v, sensitive=sensitive) for v in value)
    label = getattr(value, "label", None)
    text = str(label if label is not None else value)
    return cells.masked(text) if sensitive else text


@dataclass(slots=True)
class Table:
    """A recognised sheet: which plan it follows, where its headings stand, which column is where."""

    plan: SheetPlan[Any]
    file: str
    sheet: str
    heading_row: int
    places: dict[str, int]
    headings: list[str]
    rows: list[Row[Any]] = field(default_factory=list)
    # Required columns that are missing: then no row of the sheet can be applied.
    missing: tuple[Column, ...] = ()
    # The lines down to the headings, as the customer has them.
    top: list[Sequence[Cell]] = field(default_factory=list)

    def heading(self, key: str) -> str:
        """Return the heading as the customer wrote it, the plan's own where the column is missing."""
        place = self.places.get(key)
        return self.plan.column(key).heading if place is None else self.headings[place]


@dataclass(slots=True)
class Target:
    """What a cell refers to: a record that exists, or a row of this upload that will have made one."""

    existing: Any = None
    row: Row[Any] | None = None

    @property
    def object(self) -> Any:
        """Return the record; of a row only once its plan has been applied."""
        if self.existing is not None:
            return self.existing
        return self.row.object if self.row is not None else None


class Row(Generic[R]):
    """One row of the customer's sheet with what is known about it. `number` is the row of the file."""

    __slots__ = (
        "blocked",
        "changes",
        "data",
        "existing",
        "faults",
        "key",
        "leans",
        "number",
        "object",
        "raw",
        "table",
        "targets",
        "waiting",
    )

    def __init__(self, table: Table, number: int, raw: Sequence[Cell], data: R) -> None:
        self.table = table
        self.number = number
        self.raw = raw
        self.data = data
        self.key: Hashable | None = None
        self.faults: list[Fault] = []
        self.blocked = False
        self.waiting = False
        self.existing: Any = None
        self.object: Any = None
        self.changes: list[Change] = []
        self.targets: dict[str, list[Target]] = {}
        self.leans: list[tuple[Row[Any], str]] = []

    @property
    def plan(self) -> SheetPlan[Any]:
        """Return the plan of the row's sheet."""
        return self.table.plan

    @property
    def good(self) -> bool:
        """Return whether the row can be applied."""
        return not (self.blocked or self.waiting)

    @property
    def outcome(self) -> Outcome:
        """Return what applying would do with the row."""
        if self.blocked:
            return Outcome.FAULTY
        if self.waiting:
            return Outcome.WAITING
        if self.existing is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    def written(self, key: str) -> str:
        """Return what the customer typed in the column, masked where the column is sensitive."""
        place = self.table.places.get(key)
        text = (
            cells.written(self.raw[place]).strip()
            if place is not None and place < len(self.raw)
            else ""
        )
        return cells.masked(text) if text and self.plan.column(key).sensitive else text

    def fault(
        self,
        column: str,
        message: str,
        remedy: str = "",
        *,
        code: str = "check",
        severity: Severity = Severity.BLOCK,
        **params: Any,
    ) -> None:
        """Add a fault at a column of this row; `message` and `remedy` are msgids with %(name)s parameters."""
        self.add_fault(
            column, Message(message, params), Message(remedy, params), code=code, severity=severity
        )

    def add_fault(
        self, column: str, message: Message, remedy: Message, *, code: str, severity: Severity
    ) -> None:
        """Add a fault whose sentences are made already."""
        self.faults.append(
            Fault(
                sheet=self.table.sheet,
                row=self.number,
                column=self.table.heading(column),
                value=self.written(column),
                message=message,
                remedy=remedy,
                severity=severity,
                code=code,
                file=self.table.file,
                column_key=column,
            )
        )
        if severity is Severity.BLOCK:
            self.blocked = True
        elif severity is Severity.WAIT:
            self.waiting = True

    def has_fault(self, column: str) -> bool:
        """Return whether the column has a blocking fault already, so that checks need not pile up."""
        return any(f.column_key == column and f.severity is Severity.BLOCK for f in self.faults)

    def target(self, column: str) -> Target | None:
        """Return what the column refers to, None where it is blank or not found."""
        found = self.targets.get(column)
        return found[0] if found else None

    def named(self, column: str) -> Any:
        """Return the record the column refers to, None while there is none."""
        target = self.target(column)
        return target.object if target is not None else None

    def all_targets(self, column: str) -> list[Target]:
        """Return everything a column with several names refers to."""
        return self.targets.get(column, [])
