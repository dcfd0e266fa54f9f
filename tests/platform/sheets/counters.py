"""A small real plan over a real table, for the tests of transactions, jobs and pages: counters with a value."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from linghang.platform.numbering.models import Counter
from linghang.platform.sheets import cells
from linghang.platform.sheets.plan import Column, SheetPlan
from tests.platform.sheets.test_reading import workbook


@dataclass(slots=True, kw_only=True)
class CounterRow:
    name: str | None = None
    value: int | None = None


class CounterSheet(SheetPlan[CounterRow]):
    code = "counters"
    title = gettext_lazy("Counters")
    names = ("计数",)
    row_type = CounterRow
    columns = (
        Column("name", "名称", cells.name(), required=True, example="示例"),
        Column("value", "数值", cells.integer(), required=True, example="1"),
    )
    key = ("name",)

    def load(self, rows, context):
        return {c.name: c for c in Counter.objects.filter(name__in=[r.data.name for r in rows])}

    def current(self, existing, row):
        return {"value": existing.value}

    def apply(self, rows, workspace, progress):
        for done, row in enumerate(rows, 1):
            row.object, _made = Counter.objects.update_or_create(
                name=row.data.name, defaults={"value": row.data.value}
            )
            progress(done, len(rows))


HEADINGS = ["名称", "数值"]


def counters(*rows) -> bytes:
    return workbook({"计数": [["示范表"], ["说明"], HEADINGS, *map(list, rows)]})


def values() -> dict[str, int]:
    return dict(Counter.objects.exclude(name="import").values_list("name", "value"))
