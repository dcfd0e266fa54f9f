"""A report as plain values for a page: the same words as in its file, numbered as the writer numbers."""

from __future__ import annotations

from typing import Any

from linghang_core.documents import Alignment, Heading, OfficialDocument, Paragraph, Table
from linghang_core.documents.numbering import number_headings

GAP = "【未记录"


def describe_blocks(document: OfficialDocument) -> list[dict[str, Any]]:
    """Return the blocks of a document in their order; a text with a gap in it says so."""
    labels = iter(number_headings(each for each in document.body if isinstance(each, Heading)))
    captions = 0
    found: list[dict[str, Any]] = []
    for block in document.body:
        match block:
            case Heading():
                text = next(labels) + block.text
                found.append({"kind": "heading", "level": block.level, "text": text})
            case Paragraph():
                gap = GAP in block.text
                found.append({"kind": "text", "text": block.bold_lead + block.text, "gap": gap})
            case Table():
                captions += 1
                left = [column.alignment is Alignment.LEFT for column in block.columns]
                found.append(
                    {
                        "kind": "table",
                        "caption": f"表{captions}　{block.caption}",
                        "headings": [column.heading for column in block.columns],
                        "rows": [
                            [
                                {"text": cell, "left": is_left, "gap": GAP in cell}
                                for cell, is_left in zip(row, left, strict=True)
                            ]
                            for row in block.rows
                        ],
                    }
                )
    return found
