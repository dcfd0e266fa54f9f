"""Files read back as plain values."""

from __future__ import annotations

import io
from decimal import Decimal

import docx
from docx.oxml.ns import qn
from openpyxl import load_workbook


def read_lines(data: bytes) -> list[str]:
    """Return the paragraphs outside tables, line breaks as spaces, without empty ones."""
    texts = (
        paragraph.text.replace("\n", "") for paragraph in docx.Document(io.BytesIO(data)).paragraphs
    )
    return [text for text in texts if text.strip()]


def read_tables(data: bytes) -> dict[str, list[list[str]]]:
    """Return the tables by their captions without the number, each with its heading row."""
    package = docx.Document(io.BytesIO(data))
    captions = [
        paragraph.text.split("　", 1)[1]
        for paragraph in package.paragraphs
        if paragraph.text.startswith("表") and "　" in paragraph.text
    ]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in package.tables]
    return dict(zip(captions, tables, strict=True))


def repeats_heading(data: bytes) -> list[bool]:
    """Return for each table whether its first row is repeated on every page."""
    package = docx.Document(io.BytesIO(data))
    return [
        table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        for table in package.tables
    ]


def read_sheets(data: bytes) -> dict[str, list[list]]:
    """Return the rows from the headings down, by sheet; numbers as exact decimals."""
    book = load_workbook(io.BytesIO(data))
    return {
        sheet.title: [
            [Decimal(str(value)) if isinstance(value, float | int) else value for value in row]
            for row in sheet.iter_rows(min_row=3, values_only=True)
        ]
        for sheet in book
    }
