"""The plan of a sheet: what its columns are, how a row is checked, compared and written.

An app declares its plans in `<app>/sheets.py` (or a folder of that name); the framework finds them, recognises
the customer's sheets by them, reads and checks the rows, shows the preview, writes what is good and makes templates to fill in.
What an app has to say, complete:

    # linghang/org/sheets.py
    from dataclasses import dataclass
    from datetime import date
    from django.utils.translation import gettext_lazy, gettext_noop as _
        from linghang.platform.sheets.plan import Column, Reference, SheetPlan, register

    @dataclass(slots=True, kw_only=True)
    class UnitRow:                       # one field per column key; None = blank, faulty or column missing
        name: str | None = None
        kind: UnitKind | None = None
        parent: str | None = None
        founded_on: date | None = None

    @register
    class UnitSheet(SheetPlan[UnitRow]):
        code = "units"
        title = gettext_lazy("Party units")
        names = ("党组织", "党组织信息")            # names of the sheet; the first one names the template
        note = "党组织名称填写全称。"                  # row 2 of the template
        row_type = UnitRow
        columns = (
            Column("name", "党组织名称", cells.name(), aliases=("组织名称", "党组织全称"), required=True,
                   help="与公章一致的全称", example="示范第一党支部"),
            Column("kind", "党组织类别", cells.choice({UnitKind.BRANCH: ("党支部", "支部")}), required=True),
            Column("parent", "上级党组织", cells.name()),
            Column("founded_on", "成立日期", cells.day()),
        )
        key = ("name",)                  # a second row with the same key is a fault
        references = (Reference("parent", "units"),)   # may stand in this upload or exist already
        after = ()                       # codes of plans that are read and written before this one

        def key_of(self, row):           # only where the values of the key columns are not the key
            return row.data.name

        def load(self, rows, context):   # ONE query: what exists, by the same key
            visible = queries.visible_units(context.scope)
            return {u.name: u for u in visible}

        def load_targets(self, context): # ONE query: what rows of any plan may name; lists, since names repeat
            return {u.name: [u] for u in queries.visible_units(context.scope)}

        def targets(self, row):          # the keys under which others may name this row
            return [row.data.name] if row.data.name else []

        def current(self, unit, row):    # values comparable with the row's; leave out what is never changed
            return {"kind": unit.kind, "parent": unit.parent, "founded_on": unit.founded_on}

        def check(self, row, context):   # rules inside one row; values that are faulty already are None
            days.refuse_future(row, "founded_on", context=context)
            if row.data.name and len(row.data.name) < 4:
                row.fault("name", _("This is no full name."), _("Write it as on the seal."), code="short")

        def check_all(self, rows, workspace):   # rules between rows and sheets
            for row in rows:
                for name in row.data.people or ():
                    workspace.refer(row, "people", "members", (branch_name, name),
                                    _("There is no such person in the branch."))

        def apply(self, rows, workspace, progress):   # only good rows that are new or changed
            for done, row in enumerate(rows, 1):
                parent = row.target("parent")        # None, or .object: the record that exists by now
                if row.existing is None:
                    row.object = services.create_unit(name=row.data.name, parent=parent and parent.object,
                                                      actor=workspace.context.actor)
                else:
                    services.change_unit(row.existing, {c.key: c.new for c in row.changes}, actor=…)
                progress(done, len(rows))

Guarantees to the app: `apply` runs inside one transaction with all other plans; rows that lean on one another
come after what they lean on; applying the same files again finds everything in `load` and writes nothing.
Guarantees to the user: row numbers and headings are those of their file; a blank cell never erases what is known
(unless the column says `blank_clears`); a column that is missing changes nothing; a row that leans on a faulty
row waits instead of being called wrong.

Keys are texts, numbers, dates or tuples of them; texts in keys compare in one width, without spaces and case, so
an app never folds them itself. Messages are msgids marked with `gettext_noop`, with %(name)s parameters given as keywords.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.rows import (
    Change,
    Column,
    Context,
    Outcome,
    Reference,
    Row,
    Table,
    Target,
)

if TYPE_CHECKING:
    from linghang.platform.sheets.workspace import Workspace

__all__ = [
    "IMPORTED_AGAIN",
    "Change",
    "Column",
    "Context",
    "Outcome",
    "Progress",
    "Reference",
    "Row",
    "SheetPlan",
    "Table",
    "Target",
    "register",
    "registry",
]

R = TypeVar("R")
# The reason of a correction by an import, as the history of the record shows it.
IMPORTED_AGAIN = "重新导入台账"
Progress = Callable[..., None]  # progress(done, total, message=""); raises to cancel


class SheetPlan(Generic[R]):
    """How one kind of sheet is read, checked, compared and written; see the module's text for a whole one."""

    code: ClassVar[str]
    title: ClassVar[Any]
    names: ClassVar[tuple[str, ...]]
    columns: ClassVar[tuple[Column, ...]]
    row_type: ClassVar[type[Any]]
    note: ClassVar[str] = ""
    key: ClassVar[tuple[str, ...]] = ()
    references: ClassVar[tuple[Reference, ...]] = ()
    after: ClassVar[tuple[str, ...]] = ()
    duplicates: ClassVar[Severity] = Severity.BLOCK
    # Where the fault of a double row is shown; the last key column unless named.
    duplicate_column: ClassVar[str] = ""

    def column(self, key: str) -> Column:
        """Return the column with this key; KeyError for a name that is none."""
        return self.columns_by_key()[key]

    def columns_by_key(self) -> dict[str, Column]:
        """Return the columns by key."""
        known = self.__dict__.get("_by_key")
        if known is None:
            known = self.__dict__["_by_key"] = {c.key: c for c in self.columns}
        return known

    def reference(self, column: str) -> Reference | None:
        """Return the declared reference of a column."""
        return next((r for r in self.references if r.column == column), None)

    # -- what an app may say -----------------------------------------------------------------------------------

    def key_of(self, row: Row[R]) -> Hashable | None:
        """Return the key by which the row is found again, None when a part of it is missing."""
        parts = []
        for name in self.key:
            value = getattr(row.data, name)
            if value is None:
                return None
            parts.append(value)
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else tuple(parts)

    def load(self, rows: Sequence[Row[R]], context: Context) -> Mapping[Hashable, Any]:  # noqa: ARG002  a hook
        """Return the records that exist, by the same key; one query, narrowed to the scope."""
        return {}

    def load_targets(self, context: Context) -> Mapping[Hashable, Sequence[Any]]:  # noqa: ARG002  a hook
        """Return what exists and may be named by rows, by target key; one query, narrowed to the scope."""
        return {}

    def targets(self, row: Row[R]) -> Iterable[Hashable]:
        """Return the keys by which other rows may name this one."""
        return () if row.key is None else (row.key,)

    def label_of(self, row: Row[R]) -> str:
        """Return the words by which the preview calls the row: what stands in its first column."""
        return row.written(self.columns[0].key)

    def check(self, row: Row[R], context: Context) -> None:
        """Add the faults that can be seen inside one row."""

    def check_all(self, rows: Sequence[Row[R]], workspace: Workspace) -> None:
        """Add the faults between rows and sheets; the rows that exist are matched by now."""

    def current(self, existing: Any, row: Row[R]) -> Mapping[str, Any]:  # noqa: ARG002  a hook
        """Return the present values by column key; of a column with a reference the record itself."""
        return {}

    def compare(self, row: Row[R], context: Context) -> list[Change]:  # noqa: ARG002  a hook
        """Return what the row would change in the record it matches."""
        present = self.current(row.existing, row)
        changes = []
        for key in row.table.places:
            if key not in present:
                continue
            column = self.column(key)
            old, new = present[key], self._new_value(row, key)
            if new is None and not column.blank_clears:
                continue
            if old != new:
                changes.append(Change(key, row.table.heading(key), old, new, column.sensitive))
        return changes

    def _new_value(self, row: Row[R], key: str) -> Any:
        target = row.target(key) if self.reference(key) else None
        if target is None:
            return getattr(row.data, key)
        if target.existing is not None:
            return target.existing
        # A row of this upload that exists already is compared as its record, a new one by its name.
        if target.row is not None and target.row.existing is not None:
            return target.row.existing
        return getattr(row.data, key)

    def apply(self, rows: Sequence[Row[R]], workspace: Workspace, progress: Progress) -> None:
        """Write the rows (all good, new or changed) and set `row.object` on the new ones."""
        raise NotImplementedError


class Registry:
    """The plans of the installed apps, in the order in which they are read and written."""

    def __init__(self) -> None:
        self._plans: dict[str, SheetPlan[Any]] = {}

    def add(self, plan: SheetPlan[Any]) -> None:
        """Add a plan; raises ImproperlyConfigured for a code taken or columns the row type lacks."""
        taken = self._plans.get(plan.code)
        if taken is not None and type(taken) is not type(plan):
            raise ImproperlyConfigured(f"two sheet plans with the code {plan.code}")
        fields = getattr(plan.row_type, "__dataclass_fields__", {})
        lacking = [c.key for c in plan.columns if c.key not in fields]
        if lacking:
            raise ImproperlyConfigured(
                f"{plan.row_type.__name__} lacks fields for columns {lacking}"
            )
        self._plans[plan.code] = plan

    def plans(self) -> list[SheetPlan[Any]]:
        """Return the plans, each after those it names in `after`."""
        ordered: list[SheetPlan[Any]] = []
        seen: set[str] = set()

        def visit(plan: SheetPlan[Any], above: tuple[str, ...]) -> None:
            if plan.code in above:
                raise ImproperlyConfigured(
                    f"sheet plans wait for each other: {' → '.join((*above, plan.code))}"
                )
            if plan.code in seen:
                return
            for code in plan.after:
                if code in self._plans:
                    visit(self._plans[code], (*above, plan.code))
            seen.add(plan.code)
            ordered.append(plan)

        for plan in self._plans.values():
            visit(plan, ())
        return ordered

    @contextmanager
    def only(self, plans: Iterable[SheetPlan[Any]]) -> Iterator[None]:
        """Stand in other plans for a while (tests, a wizard that imports one kind of sheet)."""
        kept, self._plans = self._plans, {}
        try:
            for plan in plans:
                self.add(plan)
            yield
        finally:
            self._plans = kept


registry = Registry()
P = TypeVar("P", bound=type[SheetPlan[Any]])


def register(plan_type: P) -> P:
    """Make one plan of the class and add it to the registry (class decorator)."""
    registry.add(plan_type())
    return plan_type
