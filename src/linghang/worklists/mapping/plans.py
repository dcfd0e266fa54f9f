"""What both sheets have in common: a unit, a due day, and a day that goes with the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _

from linghang.org import api as org
from linghang.platform.sheets import cells
from linghang.platform.sheets.days import refuse_future
from linghang.platform.sheets.plan import Column, Context, Row
from linghang.platform.sheets.workspace import Workspace

NONE = "无"
CHUNK = 500
UNIT = Column(
    "unit",
    "责任党组织",
    cells.name(),
    (
        "党组织",
        "责任单位",
        "责任支部",
        "责任党支部",
        "党支部",
        "支部名称",
        "所属支部",
        "所在支部",
        "党组织名称",
    ),
    required=True,
    example="示范第一党支部",
    width=28,
)


class DuePlan(org.UnitRecordPlan[Any]):
    """A sheet of things due: rows are matched with records of the unit they mean."""

    after = ("units", "members", "appointments")
    done: Any
    done_column: str

    def check(self, row: Row[Any], context: Context) -> None:
        """Add the faults that can be seen inside one row."""
        column = self.done_column
        day = getattr(row.data, column)
        refuse_future(row, column, context=context)
        if row.has_fault(column) or row.has_fault("state") or row.data.state is None:
            return
        if row.data.state == self.done and day is None:
            row.fault(
                column,
                _("It is done, but the day is missing."),
                _("Add the day, or change the state."),
                code="empty",
            )
        if row.data.state != self.done and day is not None:
            row.fault(
                column,
                _("There is a day, but the state says it is not done."),
                _("Clear the day, or change the state."),
                code="state_and_day",
            )

    def check_all(self, rows: Sequence[Row[Any]], workspace: Workspace) -> None:  # noqa: ARG002  a hook
        """Match rows with records: only now it is known which unit a name stands for.

        A line that stands twice is two records: the second is matched with the second one known.
        """
        known = self.find_known(
            {unit.pk for row in rows if (unit := row.named("unit")) is not None}
        )
        for row in rows:
            waiting = known.get(self.natural_key(row)) if row.named("unit") is not None else None
            row.existing = waiting.pop(0) if waiting else None

    def find_known(self, unit_ids: set[int]) -> dict[tuple[Any, ...], list[Any]]:
        """Return the records of the units by `natural_key`."""
        raise NotImplementedError

    def natural_key(self, row: Row[Any]) -> tuple[Any, ...]:
        """Return what makes the line the same record when it is brought in again."""
        raise NotImplementedError


def list_of_units(model: Any, unit_ids: set[int], *related: str) -> Iterator[Any]:
    """Yield the records of the units, oldest first."""
    wanted = sorted(unit_ids)
    for start in range(0, len(wanted), CHUNK):
        found = model.objects.filter(unit_id__in=wanted[start : start + CHUNK])
        yield from found.select_related("unit", *related).order_by("pk")
