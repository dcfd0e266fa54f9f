"""The file around the text: page, styles, settings, page numbers, and bytes that never vary."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any, Final

import docx
from docx.oxml.ns import qn
from docx.section import Section
from lxml import etree

from linghang_core.documents import measures
from linghang_core.documents.markup import (
    Element,
    Layout,
    Type,
    clean,
    element,
    field,
    paragraph,
    run,
)
from linghang_core.documents.model import OfficialDocument

# The earliest date a zip file can hold: the time of writing must not change the digest.
ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
KEPT_STYLES: Final = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList"}
# Parts of python-docx's template that say things about another document.
FOREIGN_PARTS: Final = (
    "thumbnail",
    "extended-properties",
    "stylesWithEffects",
    "customXml",
    "numbering",
)

BODY: Final = Layout(first_line=200)
HEADING: Final = Layout(first_line=200, keep_next=True)
STYLES: Final[tuple[tuple[str, str, Layout, Type], ...]] = (
    ("IssuingMark", "发文机关标志", Layout(align="center"),
     Type(measures.TITLE_FONT, measures.MARK_LARGEST, color=measures.RED)),
    ("DocumentTitle", "公文标题", Layout(align="center", keep_next=True, outline=0),
     Type(measures.TITLE_FONT, measures.SIZE_2)),
    ("Subtitle", "公文副标题", Layout(align="center", keep_next=True), Type(measures.KAITI_FONT)),
    ("BodyText", "公文正文", BODY, Type()),
    ("HeadingOne", "公文一级标题", HEADING, Type(measures.HEITI_FONT)),
    ("HeadingTwo", "公文二级标题", HEADING, Type(measures.KAITI_FONT)),
    ("HeadingThree", "公文三级标题", HEADING, Type(bold=True)),
    ("HeadingFour", "公文四级标题", HEADING, Type()),
    ("TableCaption", "表题", Layout(align="center", keep_next=True),
     Type(measures.HEITI_FONT, measures.SIZE_SMALL_4)),
    ("TableText", "表文", Layout(), Type(size=measures.SIZE_SMALL_4)),
    ("TableNote", "表注", Layout(), Type(size=measures.SIZE_5)),
    ("Imprint", "版记", Layout(), Type(size=measures.SIZE_4)),
    ("PageNumber", "页码", Layout(line=measures.PAGE_NUMBER_LINE),
     Type(measures.SONG_FONT, measures.SIZE_4)),
)  # fmt: skip

# Names under which the fonts are found where those of the standard are not installed.
OTHER_FONTS: Final = {
    measures.BODY_FONT: "仿宋",
    measures.KAITI_FONT: "楷体",
    measures.HEITI_FONT: "SimHei",
    measures.SONG_FONT: "SimSun",
    measures.TITLE_FONT: "华文中宋",
}


def new_package(document: OfficialDocument) -> Any:
    """Return an empty python-docx document with page, styles, settings and page numbers set."""
    package = docx.Document()
    _set_styles(package)
    _set_page(package.sections[0])
    _set_settings(package)
    _set_fonts(package)
    _set_properties(package, document)
    return package


def to_bytes(package: Any) -> bytes:
    """Return the file, the same for the same content whenever it is written."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    package.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # else the system that wrote it shows
            target.writestr(entry, source.read(name), compresslevel=9)
    return fixed.getvalue()


def _set_styles(package: Any) -> None:
    styles = package.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    language = element("lang", val="zh-CN", eastAsia="zh-CN")
    properties = Type().properties()
    properties.append(language)
    defaults.clear()
    defaults.append(element("rPrDefault", properties))
    defaults.append(element("pPrDefault", element("pPr", element("spacing", before=0, after=0))))
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(style)
        elif style.get(qn("w:styleId")) == "Normal":
            _set_normal(style)
    for identifier, name, layout, type_ in STYLES:
        styles.append(_style(identifier, name, layout, type_))


def _set_normal(style: Element) -> None:
    for child in list(style):
        if child.tag in {qn("w:pPr"), qn("w:rPr")}:
            style.remove(child)
    # No widow control, no space between scripts, no punctuation in the margin: each would break the
    # 22 × 28 grid. Lines and characters get their pitch from the styles, not by snapping to the
    # document grid: programs disagree on how to snap a character wider than its cell.
    style.append(
        element(
            "pPr",
            element("widowControl", val=0),
            element("overflowPunct", val=0),
            element("autoSpaceDE", val=0),
            element("autoSpaceDN", val=0),
            element("snapToGrid", val=0),
            element("spacing", before=0, after=0, line=measures.LINE_PITCH, lineRule="exact"),
            element("jc", val="both"),
        )
    )
    style.append(Type(tracking=measures.BODY_TRACKING).properties())


def _style(identifier: str, name: str, layout: Layout, type_: Type) -> Element:
    tracked = type_ if type_.size == measures.SIZE_3 else replace(type_, tracking=0)
    return element(
        "style",
        element("name", val=name),
        element("basedOn", val="Normal"),
        element("qFormat"),
        layout.properties(),
        tracked.properties(),
        type="paragraph",
        customStyle=1,
        styleId=identifier,
    )


def _set_page(section: Section) -> None:
    page = section._sectPr  # noqa: SLF001  python-docx has no door to the document grid
    for child in list(page):
        page.remove(child)
    page.append(element("pgSz", w=measures.PAGE_WIDTH, h=measures.PAGE_HEIGHT))
    page.append(
        element(
            "pgMar",
            top=measures.MARGIN_TOP,
            right=measures.MARGIN_RIGHT,
            bottom=measures.MARGIN_BOTTOM,
            left=measures.MARGIN_LEFT,
            header=measures.HEADER_DISTANCE,
            footer=measures.FOOTER_DISTANCE,
            gutter=0,
        )
    )
    page.append(
        element(
            "docGrid",
            type="linesAndChars",
            linePitch=measures.LINE_PITCH,
            charSpace=measures.CHARACTER_SPACE,
        )
    )
    # Odd pages are right-hand pages: the number stands at the outer edge, one character inside.
    _set_footer(section.footer, Layout("PageNumber", align="right", right=100, character=280))
    _set_footer(
        section.even_page_footer, Layout("PageNumber", align="left", left=100, character=280)
    )


def _set_footer(footer: Any, layout: Layout) -> None:
    footer.is_linked_to_previous = False
    root = footer._element  # noqa: SLF001
    for child in list(root):
        root.remove(child)
    root.append(paragraph(layout, run("— "), field("PAGE"), run(" —")))


def _set_fonts(package: Any) -> None:
    fonts = element(
        "fonts",
        *(
            element(
                "font",
                element("altName", val=other),
                element("charset", val="86"),
                element("family", val="auto"),
                name=font,
            )
            for font, other in OTHER_FONTS.items()
        ),
    )
    parts = package.part.package.iter_parts()
    (table,) = (part for part in parts if part.partname == "/word/fontTable.xml")
    table._blob = etree.tostring(  # noqa: SLF001  the part is opaque to python-docx
        fonts, xml_declaration=True, encoding="UTF-8", standalone=True
    )


def _set_settings(package: Any) -> None:
    package.settings.odd_and_even_pages_header_footer = True
    settings = package.settings.element
    for child in settings.findall(qn("w:compat")):
        settings.remove(child)
    mode = element(
        "compatSetting",
        name="compatibilityMode",
        uri="http://schemas.microsoft.com/office/word",
        val=15,
    )
    compat = element("compat", mode)
    rsids = settings.find(qn("w:rsids"))
    if rsids is None:
        settings.append(compat)
    else:
        rsids.addprevious(compat)


def _set_properties(package: Any, document: OfficialDocument) -> None:
    properties = package.core_properties
    stamp = datetime.combine(document.dated, time(), UTC).replace(tzinfo=None)
    properties.title = clean(document.title.replace("\n", ""))
    properties.author = properties.last_modified_by = clean(document.issuer)
    properties.created = properties.modified = stamp
    properties.revision = 1
    properties.language = "zh-CN"
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    for relations in (package.part.package.rels, package.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.endswith(FOREIGN_PARTS):
                relations.pop(key)
