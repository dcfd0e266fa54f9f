"""A document drawn as GB/T 9704-2012 asks: 版头, 主体 and 版记 in their order."""

from collections.abc import Iterable, Iterator

from docx.oxml.ns import qn

from linghang_core.documents import measures
from linghang_core.documents.markup import (
    Element,
    Layout,
    Type,
    element,
    line_break,
    paragraph,
    run,
)
from linghang_core.documents.model import (
    Attachment,
    Block,
    Heading,
    Imprint,
    OfficialDocument,
    Paragraph,
    Table,
)
from linghang_core.documents.numbering import number_headings
from linghang_core.documents.package import new_package, to_bytes
from linghang_core.documents.tables import draw_table
from linghang_core.documents.titles import break_title
from linghang_core.periods import chinese_date

HEADING_STYLES = {1: "HeadingOne", 2: "HeadingTwo", 3: "HeadingThree", 4: "HeadingFour"}
RED_TYPE = Type(measures.TITLE_FONT, color=measures.RED)
LABEL_WIDTH = 3.0  # 附件：, 抄送：
LONGEST_KEPT = 6 * measures.CHARACTERS
SMALL_CHARACTER = measures.to_twips(measures.SIZE_4)


def write_docx(document: OfficialDocument) -> bytes:
    """Return the document as a Word file; the same document always gives the same bytes.

    Fonts are named as Windows names them. A machine without them shows others; lines may then
    break elsewhere, the measures stay.
    """
    package = new_package(document)
    body = package.element.body
    page = body[-1]
    for made in _draw(document):
        page.addprevious(made)
    return to_bytes(package)


def _draw(document: OfficialDocument) -> Iterator[Element]:
    yield from _draw_head(document)
    yield from _draw_title(document)
    captions = _CaptionCounter()
    drawn = list(_draw_blocks(document.body, captions))
    _keep_with_signature(drawn, document.body)
    yield from drawn
    yield from _draw_attachment_list(document.attachments)
    yield from _draw_signature(document)
    for number, note in enumerate(document.notes):
        before = measures.LINE_PITCH if number == 0 else 0
        yield paragraph(Layout("BodyText", before=before), run(f"（{note.strip('（）')}）"))
    for number, attachment in enumerate(document.attachments, start=1):
        if attachment.blocks:
            label = "附件" if len(document.attachments) == 1 else f"附件{number}"
            yield from _draw_attachment(attachment, label, captions)
    if document.imprint:
        yield from _draw_imprint(document.imprint)


class _CaptionCounter:
    """Counts the tables that have a caption through body and attachments."""

    def __init__(self) -> None:
        self.number = 0

    def next(self, table: Table) -> int:
        self.number += bool(table.caption)
        return self.number


def _draw_head(document: OfficialDocument) -> Iterator[Element]:
    lines = 0
    if document.urgency:
        lines = 1
        yield paragraph(Layout(), run(document.urgency.value, Type(measures.HEITI_FONT)))
    if not document.issuing_agency:
        return
    size = min(
        measures.MARK_LARGEST,
        measures.TYPE_AREA_WIDTH / 20 // measures.text_width(document.issuing_agency),
    )
    ink = measures.to_twips(size * measures.MARK_INK)
    yield paragraph(
        Layout(
            "IssuingMark",
            before=measures.MARK_TOP - lines * measures.LINE_PITCH - ink,
            line=measures.to_twips(size * measures.MARK_LINE),
        ),
        run(document.issuing_agency, Type(measures.TITLE_FONT, size, color=measures.RED)),
    )
    yield _draw_number_line(document)


def _draw_number_line(document: OfficialDocument) -> Element:
    rule = element(
        "bottom",
        val="single",
        sz=measures.RED_LINE_WIDTH,
        space=measures.RED_LINE_GAP,
        color=measures.RED,
    )
    borders = element("pBdr", rule)
    before = measures.MARK_BLANK_LINES * measures.LINE_PITCH
    number = str(document.number) if document.number else ""
    if not document.signer:
        return paragraph(Layout(align="center", before=before, borders=borders), run(number))
    # The rule is as wide as the paragraph, so the indents are blanks of text and tab stops.
    inset = measures.characters_to_twips(1)
    layout = Layout(
        align="left",
        before=before,
        borders=borders,
        tabs=(("left", inset), ("right", measures.TYPE_AREA_WIDTH - inset)),
    )
    return paragraph(
        layout,
        run("", tab=True),
        run(number, tab=True),
        run("签发人："),
        run(document.signer, Type(measures.KAITI_FONT)),
    )


def _draw_title(document: OfficialDocument) -> Iterator[Element]:
    blank = measures.TITLE_BLANK_LINES if document.issuing_agency else 0
    content: list[Element] = []
    for number, line in enumerate(break_title(document.title)):
        content += [line_break()] if number else []
        content.append(run(line))
    yield paragraph(Layout("DocumentTitle", before=blank * measures.LINE_PITCH), *content)
    under = [document.subtitle] if document.subtitle else []
    if document.number and not document.issuing_agency:
        under.append(str(document.number))
    for text in under:
        yield paragraph(Layout("Subtitle"), run(text))
    addressee = document.addressee.rstrip(":：")
    yield paragraph(Layout(align="left", keep_next=True), run(""))
    if addressee:
        yield paragraph(Layout(align="left", keep_next=True), run(f"{addressee}："))


def _draw_blocks(blocks: Iterable[Block], captions: _CaptionCounter) -> Iterator[Element]:
    listed = list(blocks)
    labels = iter(number_headings(block for block in listed if isinstance(block, Heading)))
    for block in listed:
        if isinstance(block, Heading):
            yield _draw_heading(block, next(labels))
        elif isinstance(block, Table):
            yield from draw_table(block, captions.next(block))
        else:
            yield from _draw_text(block)


def _keep_with_signature(drawn: list[Element], body: tuple[Block, ...]) -> None:
    # The page with the signature must also hold text of the body. Some programs move the whole
    # paragraph, so a long one stays where it is.
    last = body[-1] if body else None
    if isinstance(last, Paragraph) and measures.text_width(last.text) <= LONGEST_KEPT:
        drawn[-1].find(qn("w:pPr")).insert(1, element("keepNext"))


def _draw_heading(heading: Heading, label: str) -> Element:
    style = HEADING_STYLES[heading.level]
    # The title is the document's level 0, so its parts begin at 1.
    layout = Layout(style, outline=heading.level, keep_next=not heading.run_in)
    following = run(heading.run_in, Type(bold=False)) if heading.run_in else None
    return paragraph(layout, run(label + heading.text), following)


def _draw_text(block: Paragraph) -> Iterator[Element]:
    lead = run(block.bold_lead, Type(bold=True)) if block.bold_lead else None
    lines = block.text.split("\n")
    for number, line in enumerate(lines):
        yield paragraph(Layout("BodyText"), lead if number == 0 else None, run(line))


def _draw_attachment_list(attachments: tuple[Attachment, ...]) -> Iterator[Element]:
    """附件说明: names under each other, wrapped lines under the name, no full stop."""
    start = 2 + LABEL_WIDTH
    for number, attachment in enumerate(attachments, start=1):
        title = attachment.title.replace("\n", "").rstrip("。；;.")
        label = "附件：" if number == 1 else ""
        marker = "" if len(attachments) == 1 else f"{number}."
        room = measures.text_width(marker) + 0.5 if marker else 0
        left = start + room
        layout = Layout(
            align="left",
            left=round(left * 100),
            hanging=round((left - 2 if label else room) * 100),
            before=measures.LINE_PITCH if number == 1 else 0,
            keep_next=True,
            tabs=(("left", measures.characters_to_twips(left)),),
        )
        yield paragraph(layout, run(label + marker, tab=bool(marker)), run(title))


def _draw_signature(document: OfficialDocument) -> Iterator[Element]:
    """署名和成文日期, placed from the right edge by the widths of both."""
    name_right, date_right = _signature_indents(document)
    blank = measures.SEAL_BLANK_LINES if document.sealed else 1
    yield paragraph(
        Layout(
            align="right",
            right=round(name_right * 100),
            before=blank * measures.LINE_PITCH,
            keep_next=True,
        ),
        run(document.issuer),
    )
    yield paragraph(Layout(align="right", right=round(date_right * 100)), run(document.date_text))


def _signature_indents(document: OfficialDocument) -> tuple[float, float]:
    name = measures.text_width(document.issuer)
    dated = measures.text_width(document.date_text)
    if document.sealed:
        # Centred over the date; a long name stays inside and takes the date along.
        date_right = max(measures.SEAL_INDENT, (name - dated) / 2)
        return date_right + (dated - name) / 2, date_right
    # The date begins two characters right of the name; the longer of both stands 2 from the edge.
    date_right = measures.PLAIN_INDENT + name - 2 - dated
    name_right = measures.PLAIN_INDENT
    if date_right < measures.PLAIN_INDENT:
        name_right += measures.PLAIN_INDENT - date_right
        date_right = measures.PLAIN_INDENT
    return name_right, date_right


def _draw_attachment(
    attachment: Attachment, label: str, captions: _CaptionCounter
) -> Iterator[Element]:
    heiti = Type(measures.HEITI_FONT)
    yield paragraph(Layout(align="left", page_break_before=True), run(label, heiti))
    content: list[Element] = []
    for number, line in enumerate(break_title(attachment.title)):
        content += [line_break()] if number else []
        content.append(run(line))
    yield paragraph(Layout("DocumentTitle", before=measures.LINE_PITCH, outline=0), *content)
    yield paragraph(Layout(keep_next=True), run(""))
    yield from _draw_blocks(attachment.blocks, captions)


def _draw_imprint(imprint: Imprint) -> Iterator[Element]:
    """版记: one frame of paragraphs at the lower edge of the type area of the last page."""
    yield _imprint_rule(measures.IMPRINT_OUTER_RULE)
    if imprint.copies_to:
        yield paragraph(
            Layout(
                "Imprint", frame=True, left=400, right=100, hanging=300, character=SMALL_CHARACTER
            ),
            run(f"抄送：{'，'.join(imprint.copies_to)}。"),
        )
        yield _imprint_rule(measures.IMPRINT_INNER_RULE)
    issued = Layout(
        "Imprint",
        frame=True,
        align="left",
        left=100,
        right=100,
        tabs=(("right", measures.TYPE_AREA_WIDTH - SMALL_CHARACTER),),
        character=SMALL_CHARACTER,
    )
    stamp = run(f"{chinese_date(imprint.issued_on)}印发")
    yield paragraph(issued, run(imprint.issuer, tab=True), stamp)
    yield _imprint_rule(measures.IMPRINT_OUTER_RULE)
    # A frame stands on the page of the paragraph after it; this one takes no room.
    yield paragraph(Layout(line=measures.LEAST_LINE))


def _imprint_rule(thickness: int) -> Element:
    # A black line of text: borders would take the indents of their paragraph, and not every
    # program keeps paragraphs of different borders in one frame.
    return paragraph(Layout("Imprint", frame=True, line=thickness, shade="000000"))
