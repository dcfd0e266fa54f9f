"""Many rows at once, as plain rows: a list issued to three thousand units is 108,000 of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, models

from linghang.platform.tasks.progress import silent

AT_ONCE = 4000
A_STATEMENT = 1000
Progress = Callable[..., None]  # progress(done, total, message=""); raises to cancel


def insert_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    total: int = 0,
    progress: Progress = silent,
    message: str = "",
) -> int:
    """Insert rows of the values of `names` and return how many; keys of relations as numbers.

    Only for tables whose rows nobody needs back: no objects are made of them.
    """
    fields = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001  Django's own public-by-use name
    quote = connection.ops.quote_name
    columns = ", ".join(quote(fields[name].column) for name in names)
    # Only names of our own model stand in the statement; the values are parameters.
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608, SLF001
    places = f"({', '.join(['%s'] * len(names))})"
    waiting, done = iter(rows), 0
    with connection.cursor() as cursor:
        while some := list(islice(waiting, AT_ONCE)):
            _write(cursor, statement, places, [tuple(map(_adapt, row)) for row in some])
            done += len(some)
            progress(done, max(total, done), message)
    return done


def _write(cursor: Any, statement: str, places: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write the rows in the way that is quickest: row by row in this process, else many a round trip."""
    if connection.vendor == "sqlite":
        cursor.executemany(statement + places, rows)
        return
    for start in range(0, len(rows), A_STATEMENT):
        part = rows[start : start + A_STATEMENT]
        values = [value for row in part for value in row]
        cursor.execute(statement + ", ".join([places] * len(part)), values)


def _adapt(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
