"""What the commands of the computing core have in common: reading tables, refusing, printing."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import pandas as pd

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
WORKBOOKS = {".xlsx", ".xls", ".xlsm"}
ENCODINGS = ("utf-8-sig", "gb18030")


class Day(click.ParamType):
    """A day, written 2026-11-21."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or say how one is written."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  a civil date
        except ValueError:
            self.fail(f"{value!r} is no day; write 2026-11-21.", param, ctx)


def read_table(path: Path) -> pd.DataFrame:
    """Return the rows of a CSV file (UTF-8 or GB18030) or of the first sheet of a workbook.

    Values of CSV files stay text: what they mean is for the reader of the rows to say.
    """
    try:
        if path.suffix.lower() in WORKBOOKS:
            return pd.read_excel(path, engine="calamine")
        return pd.read_csv(
            path,
            dtype="string",
            encoding=_find_encoding(path),
            keep_default_na=False,
            na_values=[""],
        )
    except ValueError as error:  # pandas' own errors are ValueErrors
        refuse(f"{path.name}: {error}")


def _find_encoding(path: Path) -> str:
    """Return the first encoding in which the whole file can be read."""
    content = path.read_bytes()
    found = next((encoding for encoding in ENCODINGS if _reads(content, encoding)), None)
    if found is None:
        refuse(f"{path.name} is neither UTF-8 nor GB18030; save it as CSV UTF-8.")
    return found


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def refuse(message: str) -> NoReturn:
    """End the command with one clear message and exit status 2."""
    click.echo(f"Error: {message}", err=True)
    raise click.exceptions.Exit(2)


def print_json(found: Any) -> None:
    """Print plain data as JSON: Chinese as it is, numbers that are none as null."""
    click.echo(json.dumps(clean(found), ensure_ascii=False, allow_nan=False))


def clean(found: Any) -> Any:
    """Return the data with dates as text and without NaN and infinities."""
    if isinstance(found, dict):
        return {str(key): clean(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [clean(value) for value in found]
    if hasattr(found, "item") and not isinstance(found, (str, bytes)):
        found = found.item()
    if isinstance(found, float) and not math.isfinite(found):
        return None
    if isinstance(found, (date, datetime)):
        return found.isoformat()
    return found
