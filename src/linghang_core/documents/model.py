"""What an official document (公文) says, free of how it is drawn.

Everything is a frozen value: the same document gives the same file, byte for byte. Numbers of
headings and captions are not part of the texts; the writer counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linghang_core.periods import chinese_date


class DocumentError(ValueError):
    """A document that cannot be written as it stands; the text names the place."""


class Alignment(StrEnum):
    """How the cells of a column stand."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class TextSize(StrEnum):
    """Type size of a table: 小四 for up to about six columns, 五号 for more."""

    SMALL_FOUR = "small_four"
    FIVE = "five"


class Urgency(StrEnum):
    """紧急程度 as printed. Classified matters do not enter the system, so there is no 密级."""

    VERY_URGENT = "特急"
    URGENT = "加急"


@dataclass(frozen=True)
class DocumentNumber:
    """发文字号: agency code, year and running number, printed as 示党〔2026〕5号."""

    agency: str
    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse a shortened year and numbers below 1."""
        if not 1900 <= self.year <= 2999 or self.number < 1:
            raise DocumentError(f"document number: no such number: {self.year}, {self.number}")

    def __str__(self) -> str:
        """Return the number with the year in full, no 第 and no leading zeros."""
        return f"{self.agency}〔{self.year}〕{self.number}号"


@dataclass(frozen=True)
class Paragraph:
    """Body text with the first line indented; `bold_lead` is a bold beginning such as 一要."""

    text: str
    bold_lead: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4, numbered 一、（一）1.（1）; `run_in` follows on the same line."""

    text: str
    level: int = 1
    run_in: str = ""

    def __post_init__(self) -> None:
        """Refuse levels that official documents do not have."""
        if self.level not in (1, 2, 3, 4):
            raise DocumentError(f"heading {self.text!r}: level {self.level} is not 1 to 4")


@dataclass(frozen=True)
class Column:
    """A column: heading, width as a share of the sum of all, alignment of its cells."""

    heading: str
    width: int = 1
    alignment: Alignment = Alignment.CENTER


@dataclass(frozen=True)
class Table:
    """A table as wide as the type area; its header row is repeated on every page.

    A caption is numbered 表1, 表2 … in order; `totals` prints the last row bold; `note` stands
    below in small type.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    note: str = ""
    size: TextSize = TextSize.SMALL_FOUR
    totals: bool = False

    def __post_init__(self) -> None:
        """Refuse rows that do not fit the columns, naming the row."""
        if not self.columns or any(column.width < 1 for column in self.columns):
            raise DocumentError(f"table {self.caption!r}: needs columns of a width of 1 or more")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise DocumentError(
                    f"table {self.caption!r}: row {number} has {len(row)} cells,"
                    f" not {len(self.columns)}"
                )


Block = Paragraph | Heading | Table


@dataclass(frozen=True)
class Attachment:
    """An attachment: listed by title; with blocks it is also printed, on a page of its own."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Imprint:
    """版记: who gets a copy, who printed it and when; at the foot of the last page."""

    issuer: str
    issued_on: date
    copies_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficialDocument:
    """One document. Only title, body, issuer and date are always there.

    `issuing_agency` is the red mark (发文机关标志), None for a paper without red header. A line
    break in `title` is kept; without one long titles are broken between words. `signer` is for
    documents to a superior. `sealed` leaves room for the seal, else the issuer is set as the
    standard asks of papers without one.
    """

    title: str
    body: tuple[Block, ...]
    issuer: str
    dated: date
    issuing_agency: str | None = None
    number: DocumentNumber | None = None
    signer: str | None = None
    urgency: Urgency | None = None
    subtitle: str = ""
    addressee: str = ""
    attachments: tuple[Attachment, ...] = ()
    sealed: bool = True
    notes: tuple[str, ...] = ()
    imprint: Imprint | None = None

    def __post_init__(self) -> None:
        """Refuse what no document can lack, and a signer who would have no place."""
        if not self.title.strip():
            raise DocumentError("title: a document needs one")
        if self.signer and not (self.issuing_agency and self.number):
            raise DocumentError("signer: stands beside the document number under a red header")

    @property
    def date_text(self) -> str:
        """The date as printed: Arabic digits, no leading zeros."""
        return chinese_date(self.dated)

    def tables(self) -> Iterator[Table]:
        """Yield all tables in printing order, those of attachments last."""
        for blocks in (self.body, *(attachment.blocks for attachment in self.attachments)):
            yield from (block for block in blocks if isinstance(block, Table))
