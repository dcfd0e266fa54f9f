"""The handbook and a branch's compliance sheet as documents, from what is stored and computed."""

from __future__ import annotations

from datetime import date

from linghang.handbook.enums import Concern, Rhythm, Verdict
from linghang.handbook.mapping import describe_check, list_activity_kinds
from linghang.handbook.models import Chapter, Standard, Version
from linghang.handbook.queries.sheets import Line, Sheet
from linghang.handbook.queries.versions import read_chapters
from linghang.org.enums import UnitKind
from linghang_core import documents
from linghang_core.periods import chinese_date

HANDBOOK = ("序号", "标准", "依据", "适用对象", "频次", "查验方式")
SHEET = ("序号", "标准", "结果", "说明")


def write_version(version: Version, on: date) -> bytes:
    """Return the handbook of a version as .docx, chapter by chapter."""
    kinds = list_activity_kinds()
    first = f"自{chinese_date(version.valid_from)}起施行。" if version.valid_from else "【草案】"
    body: list[documents.Block] = [documents.Paragraph(f"{first}{version.note}")]
    for chapter in read_chapters(version):
        rows = tuple(
            (
                number_of(chapter, one),
                one.text,
                one.basis or "–",
                _name_units(one),
                str(Rhythm(one.rhythm).label),
                describe_check(one.proved_by, one.params, kinds),
            )
            for one in chapter.standards.all()
        )
        columns = tuple(documents.Column(name) for name in HANDBOOK)
        body += [documents.Heading(chapter.title), documents.Table(columns, rows)]
    title = f"{version.handbook.title}（第{version.number}代）"
    return _write(title, body, version.handbook.unit.name, on)


def write_sheet(sheet: Sheet, version: Version, on: date) -> bytes:
    """Return a branch's sheet as .docx: every standard that concerns it, with what the records show."""
    met, unmet = sheet.count(Verdict.MET), sheet.count(Verdict.UNMET)
    waiting, unknown = sheet.count(Verdict.NOT_DUE), sheet.count(Verdict.UNKNOWN)
    body: list[documents.Block] = [
        documents.Paragraph(
            f"{sheet.period}期间对照第{version.number}代手册：达标{met}项，未达标{unmet}项，"
            f"未到期{waiting}项，记录无法说明{unknown}项。结果由系统记录计算，不作自报。"
        )
    ]
    for chapter, lines in sheet.chapters:
        rows = tuple(
            (number_of(chapter, line.standard), line.standard.text, *_tell(line)) for line in lines
        )
        columns = tuple(documents.Column(name) for name in SHEET)
        body += [documents.Heading(chapter.title), documents.Table(columns, rows)]
    return _write(f"{sheet.unit.name}标准化对照表（{sheet.period}）", body, sheet.unit.name, on)


def number_of(chapter: Chapter, one: Standard) -> str:
    """Return the number of a standard in its handbook, as 2.3."""
    return f"{chapter.number}.{one.number}"


def _tell(line: Line) -> tuple[str, str]:
    part = line.telling
    words = f"{part.span} {part.finding.words}".strip()
    return str(line.verdict.label), words


def _name_units(one: Standard) -> str:
    names = "、".join(str(UnitKind(kind).label) for kind in one.kinds)
    return names if one.concern == Concern.ANY else f"{names}（{Concern(one.concern).label}）"


def _write(title: str, body: list[documents.Block], issuer: str, on: date) -> bytes:
    made = documents.OfficialDocument(
        title=title, body=tuple(body), issuer=issuer, addressee="", dated=on, sealed=False
    )
    return documents.write_docx(made)
