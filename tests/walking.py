"""Every address as one reader meets it, with every key that can make a difference.

Most keys lead nowhere: a number is tried only where the view looks into a table that has such a row.
Which tables it looks into is read off the queries of one request with a key that no row has. A view
that refuses the reader before it looks for anything is asked that once.
"""

from __future__ import annotations

import copy
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

NOBODY = 1_000_000_007  # a key that no row has
MOST_ROWS = 60  # of one table
_LOOKED_FOR = re.compile(rf'"(\w+)"\."(\w+)" (?:=|IN \()\s*{NOBODY}\b')


def walk(patterns: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the installation as (namespace:name, pattern)."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from walk(each.url_patterns, inner)
        else:
            yield f"{namespace}{each.name}", each


def ask(client: Client, method: str, address: str, data: Mapping[str, Any] | None = None) -> Any:
    """Return the response to one request that leaves nothing behind, not even a log-out."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = (
            client.get(address)
            if method == "GET"
            else client.post(address, {"sent": "yes", **(data or {})})
        )
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def list_live(
    client: Client,
    words: Mapping[str, Sequence[Any]],
    numbers: Iterable[int],
    keys_of: Callable[[str], Iterable[int]] | None = None,
) -> Iterator[str]:
    """Yield every address that may show the reader something, with every key that has a row.

    `words` are the values of parts that are no number. `keys_of` gives the keys to try in a table (by
    its name in the database; all rows, up to sixty, unless given); `numbers` are tried where the
    table cannot be told.
    """
    for name, pattern in walk():
        asked = list(pattern.pattern.regex.groupindex)
        converters = pattern.pattern.converters
        keyed = [part for part in asked if part in converters and part not in words]
        unlike = {part: NOBODY if part in keyed else words[part][0] for part in asked}
        tables = _find_tables(client, reverse(name, kwargs=unlike))
        if tables is None:
            continue
        if not keyed:
            chosen: list[int] = []
        elif tables:
            chosen = sorted({key for table in tables for key in (keys_of or list_rows)(table)})
        else:
            chosen = sorted(numbers)
        choices = [
            words[part] if part not in keyed else chosen if part == keyed[0] else chosen[:3]
            for part in asked
        ]
        for values in itertools.product(*choices):
            yield reverse(name, kwargs=dict(zip(asked, values, strict=True)))


def _find_tables(client: Client, address: str) -> set[str] | None:
    """The tables in which a view looks for its key; None when it refuses before it looks."""
    with CaptureQueriesContext(connection) as queries:
        response = ask(client, "GET", address)
    found = {
        _target(table, column)
        for query in queries
        for table, column in _LOOKED_FOR.findall(query["sql"])
    }
    return None if not found and response.status_code in {403, 405} else found - {""}


def _target(table: str, column: str) -> str:
    """The table a column points to: its own for a key, another for a foreign key."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            for field in model._meta.concrete_fields:
                if field.column == column:
                    return (field.related_model or model)._meta.db_table
    return ""


def list_rows(table: str) -> list[int]:
    """The keys of a table's first rows that are numbers."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    keys = model._default_manager.order_by("pk").values_list("pk", flat=True)[:MOST_ROWS]
    return [key for key in keys if isinstance(key, int)]


def read_text(response: Any) -> str:
    """Return everything a response says: of an Office file, all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    return str(content.decode())
