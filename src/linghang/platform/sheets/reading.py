"""Workbooks become rows of plain values: xlsx, xlsm, xls, ods through python-calamine, and csv.

Nothing but `UnusableFile` leaves this module, whatever the bytes are. A file is measured before it is
opened, because the reader lays a sheet out as a full rectangle: one cell in the far corner of an empty
sheet would ask for hundreds of gigabytes and end the process.
"""

from __future__ import annotations

import csv
import io
import re
import xml.parsers.expat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import cast

import python_calamine
from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells import Cell
from linghang.platform.sheets.faults import UnusableFile

SAVE_AS_XLSX = _("Open it in Excel or WPS and save it as .xlsx, then upload that.")
SPLIT = _("Split it into several files.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may at most be; the defaults hold a roster of 200,000 rows."""

    bytes: int = 50 * 2**20
    unpacked_bytes: int = 800 * 2**20
    rows: int = 200_000
    cells: int = 10_000_000
    sheets: int = 100


@dataclass(slots=True)
class Sheet:
    """One visible sheet: `rows[i]` is row i + 1 of the file; `hidden` sheets carry no rows."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    hidden: bool = False


@dataclass(slots=True)
class Book:
    """A file that was read."""

    file: str
    sheets: list[Sheet]


def read_path(path: str | Path, *, limits: Limits | None = None) -> Book:
    """Return the workbook in a file on disk; raises UnusableFile."""
    return read_bytes(load_path(path, limits=limits), Path(path).name, limits=limits)


def load_path(path: str | Path, *, limits: Limits | None = None) -> bytes:
    """Return the bytes of a file on disk; raises UnusableFile when it is not there or too large."""
    source, limits = Path(path), limits or Limits()
    try:
        if source.stat().st_size > limits.bytes:
            raise too_large(source.name, limits)
        return source.read_bytes()
    except OSError as error:
        raise UnusableFile(
            source.name,
            "unreadable",
            _("The file cannot be opened: %(reason)s."),
            _("Check its name and folder."),
            reason=error.strerror or error,
        ) from None


def read_bytes(data: bytes, file: str, *, limits: Limits | None = None) -> Book:
    """Return the workbook in `data`; `file` names it in messages and tells csv by its ending.

    Raises UnusableFile for empty, too large, encrypted, damaged or foreign files.
    """
    limits = limits or Limits()
    if not data.strip():
        raise UnusableFile(
            file, "empty", _("The file is empty."), _("Save it again and upload that.")
        )
    if len(data) > limits.bytes:
        raise too_large(file, limits)
    if data[:4] == b"PK\x03\x04":
        _measure_zip(data, file, limits)
        return _read_with_calamine(data, file, limits)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        _refuse_encrypted(data, file)
        return _read_with_calamine(data, file, limits)
    if PurePath(file).suffix.lower() in {".csv", ".txt", ".tsv"}:
        return _read_csv(data, file, limits)
    if b"<table" in data[:65536].lower() or b"<html" in data[:1024].lower():
        raise UnusableFile(
            file, "web_page", _("This is a web page with the ending of a workbook."), SAVE_AS_XLSX
        )
    raise UnusableFile(
        file,
        "wrong_type",
        _("This is not a workbook (xlsx, xls, ods, csv)."),
        SAVE_AS_XLSX,
    )


def too_large(file: str, limits: Limits) -> UnusableFile:
    """Return the refusal of a file over the size limit."""
    return UnusableFile(
        file,
        "too_large",
        _("The file is larger than %(most)s MB."),
        SPLIT,
        most=limits.bytes // 2**20,
    )


def _damaged(file: str) -> UnusableFile:
    return UnusableFile(file, "damaged", _("The file is damaged and cannot be read."), SAVE_AS_XLSX)


def _too_wide(file: str) -> UnusableFile:
    return UnusableFile(
        file,
        "too_many_cells",
        _("A sheet has too many rows or columns, or a stray value far outside its table."),
        _("Delete everything below and beside the table, save, or split the file."),
    )


# -- measuring before opening --------------------------------------------------------------------------------------

# A first look at the few addresses that can make a large rectangle: two letters and more, or six digits and more.
_FAR_CELL = re.compile(rb"r=[\"'](?:([A-Za-z]{2,})(\d+)|([A-Za-z])(\d{6,}))[\"']")
_ANY_CELL = re.compile(rb"[ \t\r\n]r=[\"']([A-Za-z]+)(\d+)[\"']")
_CHUNK = 4 * 2**20


def _measure_zip(data: bytes, file: str, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if any(m.flag_bits & 1 for m in members):
                raise _encrypted(file)
            if sum(m.file_size for m in members) > limits.unpacked_bytes or len(members) > 5000:
                raise UnusableFile(  # noqa: TRY301
                    file,
                    "bomb",
                    _("The file unpacks to more than %(most)s MB."),
                    SPLIT,
                    most=limits.unpacked_bytes // 2**20,
                )
            for member in members:
                lower = member.filename.lower()
                if lower.endswith(".xml") and "worksheets" in lower:
                    _measure_worksheet(archive, member, file, limits)
                elif lower == "content.xml":
                    _measure_ods(archive.read(member), file, limits)
                elif lower.endswith((".xml", ".bin")) and (
                    "sharedstrings" in lower or "worksheets" in lower
                ):
                    # Reading to the end proves the stated size; the reader behind does not stop at it.
                    _read_through(archive, member)
    except UnusableFile:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        IndexError,
        OverflowError,
        UnicodeError,
        KeyError,
    ) as error:
        raise _damaged(file) from error


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as stream:
        while stream.read(_CHUNK):
            pass


def _measure_worksheet(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str, limits: Limits
) -> None:
    widest, lowest = 26, 99_999  # what the first look cannot see
    for letters, number, letter, far in _addresses(archive, member, _FAR_CELL):
        widest = max(widest, _column_number(letters or letter))
        lowest = max(lowest, int((number or far)[:9]))
    if widest * lowest <= limits.cells:
        return
    widest = lowest = 1
    for letters, number in _addresses(archive, member, _ANY_CELL):
        widest = max(widest, _column_number(letters))
        lowest = max(lowest, int(number[:9]))
    if lowest > 1_048_576 or widest > 16_384 or lowest * widest > limits.cells:
        raise _too_wide(file)


def _addresses(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, pattern: re.Pattern[bytes]
) -> Iterator[tuple[bytes, ...]]:
    carried = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            window = carried + chunk
            yield from pattern.findall(window)
            carried = chunk[-40:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class _OdsMeasure:
    """Counts the cells an OpenDocument sheet unfolds to; repeats make a small file endless."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.file, self.limits = file, limits
        self.total = self.in_row = self.row_repeat = self.rows = self.pending = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "table":
            self.rows = self.pending = 0
        elif local == "table-row":
            self.in_row, self.row_repeat = 0, _repeat(attributes, "number-rows-repeated")
        elif local in {"table-cell", "covered-table-cell"}:
            filled = any(
                name.rpartition(":")[2] in {"value-type", "formula"} for name in attributes
            )
            self.in_row += _repeat(attributes, "number-columns-repeated") if filled else 0

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] != "table-row":
            return
        if not self.in_row:
            # Empty rows count only when a filled one follows: files end with a million of them.
            self.pending += self.row_repeat
            return
        self.rows += self.pending + self.row_repeat
        self.pending = 0
        self.total += self.in_row * self.row_repeat
        if self.total > self.limits.cells or self.rows > 1_048_576 or self.in_row > 16_384:
            raise _too_wide(self.file)


def _repeat(attributes: dict[str, str], name: str) -> int:
    for key, value in attributes.items():
        if key.rpartition(":")[2] == name and value.isascii() and value.isdigit():
            return int(value[:9])
    return 1


def _measure_ods(content: bytes, file: str, limits: Limits) -> None:
    measure = _OdsMeasure(file, limits)
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = measure.start
    parser.EndElementHandler = measure.end

    def refuse(*_declaration: object) -> None:
        raise _damaged(file)  # entities have no place in a workbook and can grow without end

    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except xml.parsers.expat.ExpatError as error:
        raise _damaged(file) from error


def _encrypted(file: str) -> UnusableFile:
    return UnusableFile(
        file,
        "encrypted",
        _("The file is protected by a password."),
        _("Remove the password in Excel (File › Info › Protect workbook) and upload it again."),
    )


def _refuse_encrypted(data: bytes, file: str) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _encrypted(file)


# -- reading -------------------------------------------------------------------------------------------------------


def _read_with_calamine(data: bytes, file: str, limits: Limits) -> Book:
    try:
        return _calamine_book(data, file, limits)
    except UnusableFile:
        raise
    except python_calamine.PasswordError:
        raise _encrypted(file) from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except (
        BaseException
    ) as error:  # a panic of the Rust reader derives from BaseException, not Exception
        raise _damaged(file) from error


def _calamine_book(data: bytes, file: str, limits: Limits) -> Book:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    if len(workbook.sheets_metadata) > limits.sheets:
        raise UnusableFile(
            file,
            "too_many_sheets",
            _("The file has more than %(most)s sheets."),
            SPLIT,
            most=limits.sheets,
        )
    sheets = []
    for meta in workbook.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != python_calamine.SheetVisibleEnum.Visible:
            sheets.append(Sheet(meta.name, hidden=True))
            continue
        source = workbook.get_sheet_by_name(meta.name)
        last_row, last_column = source.end or (-1, -1)
        if last_row >= limits.rows or (last_row + 1) * (last_column + 1) > limits.cells:
            raise _too_many_rows(file, meta.name, limits)
        rows = cast("list[list[Cell]]", source.to_python(skip_empty_area=False))
        sheets.append(Sheet(meta.name, rows))
    return Book(file, sheets)


def _too_many_rows(file: str, sheet: str, limits: Limits) -> UnusableFile:
    return UnusableFile(
        file,
        "too_many_rows",
        _("The sheet “%(sheet)s” has more than %(most)s rows."),
        SPLIT,
        sheet=sheet,
        most=limits.rows,
    )


def _decoded(data: bytes, file: str) -> str:
    has_mark = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    encodings = ["utf-16"] if has_mark else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            value = data.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in value:
            return value
    raise UnusableFile(
        file,
        "encoding",
        _("The characters of this text file cannot be read."),
        _("Save it as CSV UTF-8, or as .xlsx."),
    )


def _lines(value: str, file: str) -> Iterator[list[str]]:
    head = value[:4096]
    delimiter = max(",\t;，", key=head.count)
    if delimiter == "，":
        value, delimiter = value.replace("，", ","), ","
    try:
        yield from csv.reader(io.StringIO(value, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise _damaged(file) from error


def _read_csv(data: bytes, file: str, limits: Limits) -> Book:
    rows: list[list[Cell]] = []
    cells = 0
    for line in _lines(_decoded(data, file), file):
        rows.append(list(line))
        cells += len(line)
        if len(rows) > limits.rows or cells > limits.cells:
            raise _too_many_rows(file, PurePath(file).stem, limits)
    return Book(file, [Sheet(PurePath(file).stem, rows)])
