"""What sheets refuse about days."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.rows import Context, Row

CHECK_YEAR = _("Check the year.")


def refuse_future(row: Row[Any], *columns: str, context: Context, remedy: str = CHECK_YEAR) -> None:
    """Add a fault at each of the columns whose day is after the day of the import."""
    for column in columns:
        day = getattr(row.data, column)
        if day and day > context.today:
            row.fault(column, _("This day has not come yet."), remedy, code="future")
