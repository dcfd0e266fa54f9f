"""Elements of WordprocessingML as short function calls."""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from linghang_core.documents import measures

# Characters that XML 1.0 cannot hold; they come in through copied text and mean nothing.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Any stands for lxml elements: python-docx does not type them.
Element = Any


def clean(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return FORBIDDEN.sub("", text)


def element(tag: str, *children: Element | None, **attributes: str | float) -> Element:
    """Return `<w:tag w:name="value">` with the children that are not None, in their order."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name.rstrip('_')}"), str(value))
    for child in children:
        if child is not None:
            made.append(child)
    return made


@dataclass(frozen=True)
class Type:
    """Font, size in points and colour of a run or a style."""

    font: str = measures.BODY_FONT
    size: float = measures.SIZE_3
    bold: bool | None = None
    color: str = ""
    tracking: int | None = None

    def properties(self) -> Element:
        """Return the rPr element: one font for all scripts, digits stand in the same type."""
        font = self.font
        return element(
            "rPr",
            element("rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font),
            None if self.bold is None else element("b", val=int(self.bold)),
            element("color", val=self.color) if self.color else None,
            None if self.tracking is None else element("spacing", val=self.tracking),
            element("sz", val=round(self.size * 2)),
            element("szCs", val=round(self.size * 2)),
        )


def run(text: str, type_: Type | None = None, *, tab: bool = False) -> Element:
    """Return a run of text; with `tab` a tab follows the text."""
    shown = element("t")
    shown.text = clean(text)
    shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    properties = type_.properties() if type_ else None
    return element("r", properties, shown, element("tab") if tab else None)


def field(instruction: str) -> Element:
    """Return a field such as PAGE that the reader's program fills in."""
    return element("fldSimple", run("1"), instr=instruction)


def line_break(*, page: bool = False) -> Element:
    """Return a run that breaks the line or the page."""
    return element("r", element("br", type="page") if page else element("br"))


@dataclass(frozen=True)
class Layout:
    """Paragraph properties; indents in hundredths of a character, spaces in twips.

    None leaves a property to the style.
    """

    style: str | None = None
    align: str | None = None
    left: int | None = None
    right: int | None = None
    hanging: int | None = None
    first_line: int | None = None
    before: int | None = None
    line: int | None = None
    keep_next: bool = False
    page_break_before: bool = False
    frame: bool = False
    outline: int | None = None
    borders: Element | None = None
    shade: str | None = None
    tabs: tuple[tuple[str, int], ...] = ()
    character: float = measures.CHARACTER_PITCH

    def properties(self) -> Element:
        """Return the pPr element, its children in the order the schema asks for."""
        return element(
            "pPr",
            element("pStyle", val=self.style) if self.style else None,
            element("keepNext") if self.keep_next else None,
            element("pageBreakBefore") if self.page_break_before else None,
            self._frame(),
            self.borders,
            element("shd", val="clear", color="auto", fill=self.shade) if self.shade else None,
            element("tabs", *(element("tab", val=kind, pos=at) for kind, at in self.tabs))
            if self.tabs
            else None,
            self._spacing(),
            self._indents(),
            element("jc", val=self.align) if self.align else None,
            None if self.outline is None else element("outlineLvl", val=self.outline),
        )

    def _frame(self) -> Element | None:
        # Paragraphs that follow each other in the same frame share it.
        if not self.frame:
            return None
        return element(
            "framePr",
            w=measures.TYPE_AREA_WIDTH,
            wrap="around",
            vAnchor="margin",
            hAnchor="margin",
            xAlign="left",
            yAlign="bottom",
        )

    def _spacing(self) -> Element | None:
        if self.before is None and self.line is None:
            return None
        made = element("spacing", after=0)
        if self.before is not None:
            made.set(qn("w:before"), str(self.before))
        if self.line is not None:
            made.set(qn("w:line"), str(self.line))
            made.set(qn("w:lineRule"), "exact")
        return made

    def _indents(self) -> Element | None:
        # Programs that know character units use them, the others the twips beside them.
        indents = {
            "left": self.left,
            "right": self.right,
            "hanging": self.hanging,
            "firstLine": self.first_line,
        }
        made = element("ind")
        for name, hundredths in indents.items():
            if hundredths is not None:
                made.set(qn(f"w:{name}Chars"), str(hundredths))
                made.set(qn(f"w:{name}"), str(round(hundredths * self.character / 100)))
        return made if len(made.attrib) else None


def paragraph(layout: Layout, *content: Element | None) -> Element:
    """Return a paragraph of the given runs."""
    return element("p", layout.properties(), *content)
