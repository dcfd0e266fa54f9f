"""The Word file read back: measures in twips, order of the parts, the same bytes each time."""

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from linghang_core.documents import (
    Alignment,
    Attachment,
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
    measures,
    write_docx,
)
from linghang_core.documents.tables import share_width

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "official-documents.md"

TABLE = Table(
    (Column("序号"), Column("党支部", 4, Alignment.LEFT), Column("得分", 2, Alignment.RIGHT)),
    (("1", "示范供电所党支部", "96.50"), ("合计", "", "96.50")),
    caption="评价结果",
    note="满分110分。",
    totals=True,
)
BULLETIN = OfficialDocument(
    title="关于2026年10月红旗指数评价情况的通报",
    issuing_agency="中共示范供电有限公司委员会文件",
    number=DocumentNumber("示党", 2026, 5),
    addressee="各党支部：",
    body=(
        Paragraph("现将有关情况通报如下。"),
        Heading("总体情况"),
        Paragraph("要抓好落实。", bold_lead="一是"),
        Heading("按期开展", level=2),
        Heading("主题党日", level=3, run_in="。按期开展。"),
        Heading("补开", level=4),
        TABLE,
        Heading("下一步工作"),
        Paragraph("请认真整改。"),
    ),
    attachments=(Attachment("评价明细", (Paragraph("明细如下。"),)), Attachment("问题清单。")),
    issuer="中共示范供电有限公司委员会",
    dated=date(2026, 11, 5),
    notes=("联系人：党委工作部",),
    imprint=Imprint("示范供电有限公司党委工作部", date(2026, 11, 6), ("公司领导", "纪委办公室")),
)


class Reading:
    """The parts of a written file and its paragraphs by their text."""

    def __init__(self, document: OfficialDocument) -> None:
        with zipfile.ZipFile(io.BytesIO(write_docx(document))) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.body = etree.fromstring(self.parts["word/document.xml"])[0]
        self.styles = etree.fromstring(self.parts["word/styles.xml"])

    def paragraph(self, start: str):
        found = [p for p in self.body.iter(qn("w:p")) if text_of(p).startswith(start)]
        assert found, f"no paragraph begins with {start!r}"
        return found[0]

    def texts(self) -> list[str]:
        return [text for p in self.body.iter(qn("w:p")) if (text := text_of(p))]

    def style(self, identifier: str):
        (found,) = (
            style
            for style in self.styles.iter(qn("w:style"))
            if style.get(qn("w:styleId")) == identifier
        )
        return found


def text_of(paragraph) -> str:
    return "".join(node.text or "" for node in paragraph.iter(qn("w:t")))


def attributes(root, path: str) -> dict[str, str]:
    found = root.find("/".join(qn(f"w:{name}") for name in path.split("/")))
    return {} if found is None else {etree.QName(key).localname: v for key, v in found.items()}


def style_of(paragraph) -> str | None:
    return attributes(paragraph, "pPr/pStyle").get("val")


@pytest.fixture(scope="module")
def bulletin() -> Reading:
    return Reading(BULLETIN)


def test_page_is_a4_with_the_margins_of_the_standard(bulletin: Reading) -> None:
    page = bulletin.body.find(qn("w:sectPr"))
    assert attributes(page, "pgSz") == {"w": "11906", "h": "16838"}
    assert attributes(page, "pgMar") == {
        "top": "2098", "right": "1474", "bottom": "1984", "left": "1588",
        "header": "851", "footer": "1427", "gutter": "0",
    }  # fmt: skip
    assert attributes(page, "docGrid") == {
        "type": "linesAndChars",
        "linePitch": "579",
        "charSpace": "-849",
    }


def test_twenty_two_lines_and_twenty_eight_characters_fit() -> None:
    assert measures.LINES * measures.LINE_PITCH <= measures.TYPE_AREA_HEIGHT
    assert measures.LINES * (measures.LINE_PITCH + 1) > measures.TYPE_AREA_HEIGHT
    character = measures.SIZE_3 + measures.CHARACTER_SPACE / 4096
    assert measures.CHARACTERS * character * 20 <= measures.TYPE_AREA_WIDTH
    tracked = measures.SIZE_3 * 20 + measures.BODY_TRACKING
    assert measures.CHARACTERS * tracked <= measures.TYPE_AREA_WIDTH
    assert (measures.CHARACTERS + 1) * tracked > measures.TYPE_AREA_WIDTH


@pytest.mark.parametrize(
    ("identifier", "font", "half_points"),
    [
        ("Normal", "仿宋_GB2312", "32"),
        ("DocumentTitle", "方正小标宋简体", "44"),
        ("BodyText", "仿宋_GB2312", "32"),
        ("HeadingOne", "黑体", "32"),
        ("HeadingTwo", "楷体_GB2312", "32"),
        ("HeadingThree", "仿宋_GB2312", "32"),
        ("HeadingFour", "仿宋_GB2312", "32"),
        ("TableText", "仿宋_GB2312", "24"),
        ("Imprint", "仿宋_GB2312", "28"),
        ("PageNumber", "宋体", "28"),
    ],
)
def test_style_names_the_windows_font_and_size(
    bulletin: Reading, identifier: str, font: str, half_points: str
) -> None:
    style = bulletin.style(identifier)
    assert attributes(style, "rPr/rFonts")["eastAsia"] == font
    assert attributes(style, "rPr/sz") == {"val": half_points}


def test_body_has_the_fixed_pitch_and_an_indent_of_two_characters(bulletin: Reading) -> None:
    spacing = attributes(bulletin.style("Normal"), "pPr/spacing")
    assert (spacing["line"], spacing["lineRule"]) == ("579", "exact")
    assert attributes(bulletin.style("BodyText"), "pPr/ind") == {
        "firstLineChars": "200",
        "firstLine": "632",
    }
    assert style_of(bulletin.paragraph("现将")) == "BodyText"


def test_red_mark_stands_35_mm_below_the_type_area(bulletin: Reading) -> None:
    mark = bulletin.paragraph("中共示范供电有限公司委员会文件")
    spacing = attributes(mark, "pPr/spacing")
    size = int(attributes(mark, "r/rPr/sz")["val"]) / 2
    ink = round(size * 20 * measures.MARK_INK)
    assert int(spacing["before"]) + ink == 1984 == round(35 * 1440 / 25.4)
    assert attributes(mark, "r/rPr/color") == {"val": "FF0000"}
    assert size * measures.text_width("中共示范供电有限公司委员会文件") <= 442.2


def test_document_number_carries_the_red_rule(bulletin: Reading) -> None:
    number = bulletin.paragraph("示党〔2026〕5号")
    assert attributes(number, "pPr/pBdr/bottom") == {
        "val": "single",
        "sz": "16",
        "space": "11",
        "color": "FF0000",
    }
    assert attributes(number, "pPr/spacing")["before"] == str(2 * 579)


def test_parts_stand_in_the_order_of_the_standard(bulletin: Reading) -> None:
    assert bulletin.texts() == [
        "中共示范供电有限公司委员会文件",
        "示党〔2026〕5号",
        "关于2026年10月红旗指数评价情况的通报",
        "各党支部：",
        "现将有关情况通报如下。",
        "一、总体情况",
        "一是要抓好落实。",
        "（一）按期开展",
        "1.主题党日。按期开展。",
        "（1）补开",
        "表1　评价结果",
        "序号", "党支部", "得分", "1", "示范供电所党支部", "96.50", "合计", "96.50",
        "注：满分110分。",
        "二、下一步工作",
        "请认真整改。",
        "附件：1.评价明细",
        "2.问题清单",
        "中共示范供电有限公司委员会",
        "2026年11月5日",
        "（联系人：党委工作部）",
        "附件1",
        "评价明细",
        "明细如下。",
        "抄送：公司领导，纪委办公室。",
        "示范供电有限公司党委工作部2026年11月6日印发",
    ]  # fmt: skip


def test_headings_have_their_styles_and_outline_levels(bulletin: Reading) -> None:
    found = [
        (style_of(paragraph), attributes(paragraph, "pPr/outlineLvl").get("val"))
        for paragraph in map(bulletin.paragraph, ("一、", "（一）", "1.", "（1）"))
    ]
    assert found == [
        ("HeadingOne", "1"), ("HeadingTwo", "2"), ("HeadingThree", "3"), ("HeadingFour", "4"),
    ]  # fmt: skip


def test_sealed_signature_is_centred_over_a_date_four_characters_in(bulletin: Reading) -> None:
    date_line = bulletin.paragraph("2026年11月5日")
    assert attributes(date_line, "pPr/ind")["rightChars"] == "400"
    name = [p for p in bulletin.body.iter(qn("w:p")) if text_of(p) == BULLETIN.issuer][-1]
    # 13 characters over 6.5: 3.25 stand out on each side.
    assert attributes(name, "pPr/ind")["rightChars"] == "75"


@pytest.mark.parametrize(
    ("issuer", "name_right", "date_right"),
    [
        ("中共示范供电有限公司委员会", 200, 650),  # the date begins 2 right of the name
        ("示范公司", 650, 200),  # the date is longer and keeps 2 characters
    ],
)
def test_signature_without_seal(issuer: str, name_right: int, date_right: int) -> None:
    reading = Reading(replace(BULLETIN, issuer=issuer, sealed=False))
    name = [p for p in reading.body.iter(qn("w:p")) if text_of(p) == issuer][-1]
    date_line = reading.paragraph("2026年11月5日")
    right = [int(attributes(p, "pPr/ind")["rightChars"]) for p in (name, date_line)]
    assert right == [name_right, date_right]
    starts = [
        right[0] + 100 * measures.text_width(issuer),
        right[1] + 100 * measures.text_width("2026年11月5日"),
    ]
    assert starts[0] - starts[1] == 200


def test_table_is_as_wide_as_the_type_area_and_repeats_its_header(bulletin: Reading) -> None:
    table = bulletin.body.find(qn("w:tbl"))
    widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert widths == [1263, 5054, 2527]
    assert sum(widths) == measures.TYPE_AREA_WIDTH == 8844
    rows = table.findall(qn("w:tr"))
    assert [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows] == [
        True,
        False,
        False,
    ]
    alignments = [attributes(cell, "p/pPr/jc")["val"] for cell in rows[1].findall(qn("w:tc"))]
    assert alignments == ["center", "left", "right"]
    assert attributes(rows[2].find(qn("w:tc")), "p/r/rPr/b") == {"val": "1"}


def test_small_table_text_is_size_five() -> None:
    reading = Reading(replace(BULLETIN, body=(replace(TABLE, size=TextSize.FIVE),)))
    cell = reading.body.find(qn("w:tbl")).findall(qn("w:tr"))[1].find(qn("w:tc"))
    assert attributes(cell, "p/r/rPr/sz") == {"val": "21"}


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_shared_widths_add_up(weights: list[int]) -> None:
    columns = tuple(Column("列", weight) for weight in weights)
    assert sum(share_width(columns)) == measures.TYPE_AREA_WIDTH


def test_page_numbers_differ_on_odd_and_even_pages(bulletin: Reading) -> None:
    relations = etree.fromstring(bulletin.parts["word/_rels/document.xml.rels"])
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    found = {}
    for reference in bulletin.body.find(qn("w:sectPr")).findall(qn("w:footerReference")):
        part = bulletin.parts[f"word/{targets[reference.get(qn('r:id'))]}"]
        paragraph = etree.fromstring(part).find(qn("w:p"))
        assert text_of(paragraph) == "— 1 —"
        assert attributes(paragraph, "fldSimple") == {"instr": "PAGE"}
        found[reference.get(qn("w:type"))] = (
            attributes(paragraph, "pPr/jc")["val"],
            attributes(paragraph, "pPr/ind"),
        )
    assert found == {
        "default": ("right", {"rightChars": "100", "right": "280"}),
        "even": ("left", {"leftChars": "100", "left": "280"}),
    }
    assert b"evenAndOddHeaders" in bulletin.parts["word/settings.xml"]


def test_dash_of_the_page_number_is_7_mm_below_the_type_area() -> None:
    line_top = measures.MARGIN_BOTTOM - measures.FOOTER_DISTANCE - measures.PAGE_NUMBER_LINE
    dash = line_top + measures.PAGE_NUMBER_LINE / 2
    assert dash / measures.TWIPS_PER_MM == pytest.approx(7, abs=0.02)


def test_imprint_is_one_frame_at_the_foot_with_rules_of_035_and_025_mm(bulletin: Reading) -> None:
    framed = [p for p in bulletin.body.findall(qn("w:p")) if attributes(p, "pPr/framePr")]
    assert {tuple(attributes(p, "pPr/framePr").items()) for p in framed} == {
        (("w", "8844"), ("wrap", "around"), ("vAnchor", "margin"), ("hAnchor", "margin"),
         ("xAlign", "left"), ("yAlign", "bottom")),
    }  # fmt: skip
    rules = [attributes(p, "pPr/spacing")["line"] for p in framed if attributes(p, "pPr/shd")]
    assert rules == ["20", "14", "20"]


def test_imprint_without_copies_has_two_rules() -> None:
    reading = Reading(replace(BULLETIN, imprint=Imprint("示范公司办公室", date(2026, 11, 6))))
    framed = [p for p in reading.body.findall(qn("w:p")) if attributes(p, "pPr/framePr")]
    assert [text_of(p) for p in framed] == ["", "示范公司办公室2026年11月6日印发", ""]


def test_single_attachment_has_no_number() -> None:
    document = replace(BULLETIN, attachments=(Attachment("评价明细", (Paragraph("见表。"),)),))
    texts = Reading(document).texts()
    assert "附件：评价明细" in texts
    assert "附件" in texts


def test_signer_stands_beside_the_number() -> None:
    document = replace(BULLETIN, signer="示范人", urgency=Urgency.URGENT)
    reading = Reading(document)
    assert reading.texts()[0] == "加急"
    line = reading.paragraph("示党〔2026〕5号")
    assert text_of(line) == "示党〔2026〕5号签发人：示范人"
    assert [tab.get(qn("w:val")) for tab in line.iter(qn("w:tabs")) for tab in tab] == [
        "left",
        "right",
    ]
    mark = reading.paragraph("中共示范供电有限公司委员会文件")
    plain = Reading(BULLETIN).paragraph("中共示范供电有限公司委员会文件")
    befores = [int(attributes(p, "pPr/spacing")["before"]) for p in (plain, mark)]
    assert befores[0] - befores[1] == 579


def test_paper_without_red_header_begins_with_the_title() -> None:
    texts = Reading(replace(BULLETIN, issuing_agency=None)).texts()
    assert texts[:3] == [
        "关于2026年10月红旗指数评价情况的通报",
        "示党〔2026〕5号",
        "各党支部：",
    ]


def test_same_document_gives_the_same_bytes_and_another_not() -> None:
    digests = [hashlib.sha256(write_docx(document)).hexdigest() for document in (BULLETIN,) * 2]
    assert digests[0] == digests[1]
    other = replace(BULLETIN, dated=date(2026, 11, 6))
    assert hashlib.sha256(write_docx(other)).hexdigest() != digests[0]


def test_file_says_nothing_about_when_and_where_it_was_written() -> None:
    raw = write_docx(BULLETIN)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert sorted(archive.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/fontTable.xml",
            "word/footer1.xml",
            "word/footer2.xml",
            "word/settings.xml",
            "word/styles.xml",
            "word/theme/theme1.xml",
            "word/webSettings.xml",
        ]
    properties = docx.Document(io.BytesIO(raw)).core_properties
    assert properties.created == properties.modified
    assert (properties.author, properties.created.date()) == (BULLETIN.issuer, BULLETIN.dated)
    assert properties.title == BULLETIN.title


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=60))
def test_any_text_makes_a_readable_file(text: str) -> None:
    document = replace(BULLETIN, title=f"通报{text}", body=(Paragraph(text), Heading(text)))
    docx.Document(io.BytesIO(write_docx(document)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DocumentNumber("示党", 26, 5), "no such number"),
        (lambda: DocumentNumber("示党", 2026, 0), "no such number"),
        (lambda: Heading("总体情况", level=5), "level 5 is not 1 to 4"),
        (lambda: Table((Column("序号"),), (("1",), ("2", "3"))), "row 2 has 2 cells, not 1"),
        (lambda: Table((), ()), "needs columns"),
        (lambda: replace(BULLETIN, title=" "), "a document needs one"),
        (lambda: replace(BULLETIN, signer="示范人", issuing_agency=None), "signer"),
        (lambda: write_docx(replace(BULLETIN, body=(Heading("点"),) * 100)), "99 headings"),
    ],
)
def test_unfit_document_is_refused_with_the_place(make, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        make()


def test_measures_on_the_page_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) >= 25
    for name, value in rows:
        assert str(getattr(measures, name)) == value.strip(), name
