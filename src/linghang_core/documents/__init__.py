"""Official documents (公文): the page model of GB/T 9704-2012 and its Word file."""

from linghang_core.documents.model import (
    Alignment,
    Attachment,
    Block,
    Column,
    DocumentError,
    DocumentNumber,
    Heading,
    Imprint,
    OfficialDocument,
    Paragraph,
    Table,
    TextSize,
    Urgency,
)
from linghang_core.documents.titles import break_title
from linghang_core.documents.writer import write_docx

__all__ = [
    "Alignment",
    "Attachment",
    "Block",
    "Column",
    "DocumentError",
    "DocumentNumber",
    "Heading",
    "Imprint",
    "OfficialDocument",
    "Paragraph",
    "Table",
    "TextSize",
    "Urgency",
    "break_title",
    "write_docx",
]
