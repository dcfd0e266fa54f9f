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
    table = quote(model._meta.db_table)  # noqa: SLF001
    columns = [quote(fields[name].column) for name in names]  # type: ignore[arg-type]
    waiting, done = iter(rows), 0
    with connection.cursor() as cursor:
        while some := list(islice(waiting, AT_ONCE)):
            _write(cursor, table, columns, [tuple(map(_adapt, row)) for row in some])
            done += len(some)
            progress(done, max(total, done), message)
    return done


def _write(cursor: Any, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Write the rows by the quickest way the database has.

    Measured on PostgreSQL, 108,000 rows: COPY takes a tenth of the time of INSERT. Only names of our
    own model stand in the statements; the values never do.
    """
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608


def update_rows(records: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save the named fields of many records of one model, one plain statement a row.

    Measured on 10,000 rows of twelve fields: a fiftieth of the time of bulk_update, which builds a CASE
    for each field.
    """
    if not records:
        return
    meta = records[0]._meta  # noqa: SLF001  Django's own public-by-use name
    fields = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(field.column)} = %s" for field in fields)  # type: ignore[arg-type, union-attr]
    statement = f"UPDATE {quote(meta.db_table)} SET {settings} WHERE {quote(meta.pk.column)} = %s"  # type: ignore[arg-type]  # noqa: S608  names of our own
    rows = [
        (
            *(
                field.get_db_prep_save(getattr(record, field.attname), connection)  # type: ignore[union-attr]
                for field in fields
            ),
            record.pk,
        )
        for record in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _adapt(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
