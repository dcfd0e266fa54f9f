"""A bulletin as plain values for a page: the same words and numbers as in its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from linghang_core.documents import (
    Alignment,
    Block,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
    break_title,
)
from linghang_core.documents.numbering import number_headings
from linghang_core.periods import chinese_date


def describe_document(document: OfficialDocument) -> dict[str, Any]:
    """Return everything the file shows, numbered as the writer numbers it; JSON values only."""
    captions = _Captions()
    imprint = document.imprint
    return {
        "issuing_agency": document.issuing_agency or "",
        "number": str(document.number or ""),
        "title": list(break_title(document.title)),
        "subtitle": document.subtitle,
        "addressee": document.addressee.rstrip(":："),
        "blocks": list(_describe(document.body, captions)),
        "attachments": [
            {
                "label": "附件" if len(document.attachments) == 1 else f"附件{number}",
                "title": attachment.title,
                "blocks": list(_describe(attachment.blocks, captions)),
            }
            for number, attachment in enumerate(document.attachments, start=1)
        ],
        "issuer": document.issuer,
        "dated": document.date_text,
        "imprint": {
            "issuer": imprint.issuer,
            "issued_on": chinese_date(imprint.issued_on),
            "copies_to": list(imprint.copies_to),
        }
        if imprint
        else None,
    }


class _Captions:
    """Counts the tables that have a caption through body and attachments."""

    def __init__(self) -> None:
        self.number = 0

    def label(self, table: Table) -> str:
        if not table.caption:
            return ""
        self.number += 1
        return f"表{self.number}　{table.caption}"


def _describe(blocks: Iterable[Block], captions: _Captions) -> Iterator[dict[str, Any]]:
    listed = list(blocks)
    labels = iter(number_headings(block for block in listed if isinstance(block, Heading)))
    for block in listed:
        match block:
            case Heading():
                yield {
                    "kind": "heading",
                    "level": block.level,
                    "text": next(labels) + block.text,
                }
            case Paragraph():
                yield {"kind": "text", "text": block.bold_lead + block.text}
            case Table():
                yield _describe_table(block, captions.label(block))


def _describe_table(table: Table, caption: str) -> dict[str, Any]:
    left = [column.alignment is Alignment.LEFT for column in table.columns]
    return {
        "kind": "table",
        "caption": caption,
        "headings": [column.heading for column in table.columns],
        "rows": [list(zip(row, left, strict=True)) for row in table.rows],
        "totals": table.totals,
        "wide": len(table.columns) > 5,
        "note": f"注：{table.note}" if table.note else "",
    }
