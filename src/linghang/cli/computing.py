"""What the commands of the computing core have in common: reading tables, refusing, printing."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from linghang_core.findings import Finding

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}
WORKBOOK_SIGNS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip (xlsx, ods) and the old xls
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = (",", ";", "\t")
AS_IT_STANDS: Any = {"header": None, "keep_default_na": False, "na_values": [""]}
TEXT = pd.StringDtype()
NAMELESS = "column "
QUOTE = "values that hold the separator stand in quotation marks"
BLOCK_BYTES = 1 << 24


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


@dataclass(frozen=True)
class Sheet:
    """The rows of a file: `rows` has the row of the file each stands in (the heading is row 1).

    Rows without any value are no rows. Those with more values than the heading has names cannot be
    read: they are in `findings` and not in `table`.
    """

    table: pd.DataFrame
    rows: np.ndarray
    findings: tuple[Finding, ...] = ()


def read_table(path: Path) -> pd.DataFrame:
    """Return the rows of a CSV file or of the first sheet of a workbook that has any.

    Values of CSV files stay text: what they mean is for the reader of the rows to say. Refuses a
    file in which a row has more values than the heading has names.
    """
    sheet = read_sheet(path)
    if sheet.findings:
        first = sheet.findings[0]
        refuse(f"{path.name}, row {first.row}: {first.message}")
    return sheet.table


def read_sheet(path: Path) -> Sheet:
    """Return the rows of a file with their places in it.

    Text may be UTF-8 (with or without mark), UTF-16 with its mark, or GB18030, and separated by
    commas, semicolons or tabs, whichever the heading has most of. What a file is goes by its first
    bytes, not by its name.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        refuse(f"{path.name} cannot be read: {error.strerror}")
    if not content.strip():
        refuse(f"{path.name} is empty: not even a heading")
    if content.startswith(WORKBOOK_SIGNS):
        return _read_workbook(path)
    if path.suffix.lower() in WORKBOOKS and content.lstrip()[:1] == b"<":
        refuse(f"{path.name} is a web page by the name of a workbook; save it as .xlsx")
    return _read_text(path, _decode(path, content))


def _read_workbook(path: Path) -> Sheet:
    """Return the first sheet that has any value; dates and numbers keep their kind."""
    try:
        with pd.ExcelFile(path, engine="calamine") as book:
            sheets = (pd.read_excel(book, sheet_name=n, **AS_IT_STANDS) for n in book.sheet_names)
            cells = next((each for each in sheets if each.notna().to_numpy().any()), None)
    except Exception as error:  # noqa: BLE001  the reader's own errors have no common kind
        refuse(f"{path.name} is no workbook that can be read: {error}")
    if cells is None:
        refuse(f"{path.name} is empty: no sheet has a value")
    filled = cells.notna().any(axis=1).to_numpy().nonzero()[0]
    names = _read_heading(path, ["" if pd.isna(cell) else cell for cell in cells.iloc[filled[0]]])
    table = cells.iloc[filled[1:]].reset_index(drop=True).infer_objects()
    table.columns = pd.Index(names)
    return Sheet(_without_nameless(path, table), filled[1:] + 1)


def _read_text(path: Path, text: str) -> Sheet:
    """Return the rows of a text: by the quick reader, and by the careful one where that fails."""
    body = text.lstrip("\r\n")
    above = text[: len(text) - len(body)].count("\n")
    heading, _end, rest = body.partition("\n")
    separator = max(SEPARATORS, key=heading.count)
    if heading.count('"') % 2:
        refuse(f"{path.name}: the heading must stand in one line")
    names = _read_heading(path, next(csv.reader([heading], delimiter=separator)))
    rest = rest.rstrip("\r\n")
    if not rest:
        return Sheet(_without_nameless(path, _as_texts({name: [] for name in names})), np.zeros(0))
    findings: tuple[Finding, ...] = ()
    try:
        if rest.count('"') % 2:
            raise pa.ArrowInvalid  # noqa: TRY301  one that is never closed swallows what follows
        table = _read_quickly(rest, names, separator)
    except pa.ArrowInvalid:
        table, findings = _read_carefully(path, rest, names, separator, above)
    rows = np.arange(len(table)) + above + 2
    first = table.iloc[:, 0]
    doubtful = (first.isna() | first.str.isspace()).to_numpy(dtype=bool).nonzero()[0]
    if len(doubtful):
        kept = np.ones(len(table), bool)
        kept[doubtful] = [
            any(str(cell).strip() for cell in row if not pd.isna(cell))
            for row in table.iloc[doubtful].to_numpy()
        ]
        table, rows = table[kept].reset_index(drop=True), rows[kept]
    return Sheet(_without_nameless(path, table), rows, findings)


def _read_quickly(rest: str, names: list[str], separator: str) -> pd.DataFrame:
    """Return the rows; raises pyarrow.ArrowInvalid where one has too few or too many values."""
    places = [str(place) for place in range(len(names))]
    found = arrow_csv.read_csv(
        pa.BufferReader(rest.encode()),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, column_names=places, block_size=BLOCK_BYTES
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=separator, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(places, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    table = found.to_pandas(types_mapper=lambda _type: TEXT)
    table.columns = pd.Index(names)
    return table


def _read_carefully(
    path: Path, rest: str, names: list[str], separator: str, above: int
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return the rows, short ones filled up with nothing, and those that have too many values.

    A row that has too many stays in its place as one without values, so that places still count.
    """
    records: list[list[str | None]] = []
    findings: list[Finding] = []
    lines = csv.reader(io.StringIO(rest), delimiter=separator)
    row, before, read = 1 + above, 0, 0
    try:
        for row, values in enumerate(lines, 2 + above):
            before, read = read, lines.line_num
            if any(value.strip() for value in values[len(names) :]):
                said = f"{len(values)} values under a heading of {len(names)}"
                findings.append(Finding(row, "too_many_values", f"{said}; {QUOTE}"))
                records.append([None] * len(names))
            else:
                filled = [value or None for value in values[: len(names)]]
                records.append(filled + [None] * (len(names) - len(filled)))
    except csv.Error as error:
        refuse(f"{path.name}, row {row + 1}: {error}")
    if rest.count('"') % 2 and read - before > 1:
        refuse(f"{path.name}, row {row}: a quotation mark is opened and not closed")
    columns = zip(*records, strict=True)
    return _as_texts(dict(zip(names, columns, strict=True))), tuple(findings)


def _as_texts(columns: Mapping[str, Iterable[str | None]]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(list(v), dtype=TEXT) for name, v in columns.items()})


def _read_heading(path: Path, cells: Sequence[Any]) -> list[str]:
    """Return the names without blanks around them; a name that stands twice is refused."""
    names = [" ".join(str(cell).replace("\ufeff", "").split()) for cell in cells]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        refuse(f"{path.name}: column {', '.join(twice)} stands twice in the heading")
    return [name or f"{NAMELESS}{place}" for place, name in enumerate(names, 1)]


def _without_nameless(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without columns that have neither name nor values."""
    nameless = [name for name in table.columns if name.startswith(NAMELESS)]
    if len(nameless) == len(table.columns):
        refuse(f"{path.name} has no heading")
    return table.drop(columns=[name for name in nameless if table[name].isna().all()])


def _decode(path: Path, content: bytes) -> str:
    """Return the text in the first encoding in which the whole file can be read."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    readings = (_try(content, encoding) for encoding in (("utf-16",) if marked else ENCODINGS))
    text = next((text for text in readings if text is not None), None)
    if text is None or "\0" in text:
        refuse(f"{path.name} is neither UTF-8 nor GB18030; save it as CSV UTF-8.")
    return text if "\n" in text else text.replace("\r", "\n")


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


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
