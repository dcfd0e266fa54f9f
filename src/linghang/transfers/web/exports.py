"""The letter of three parts and the receipt as documents, and the lists as workbooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from linghang.org.models import Unit
from linghang.people.enums import MemberKind
from linghang.platform.crypto.fields import mask_identity
from linghang.platform.sheets import export
from linghang.transfers import queries
from linghang.transfers.models import Letter, Transfer
from linghang_core import documents
from linghang_core.periods import add_months, chinese_date
from linghang_core.regulations import load_rules

Lines = tuple[tuple[str, str], ...]


def write_letter(transfer: Transfer, on: date, *, in_full: bool) -> bytes:
    """Return the letter (介绍信) with stub, main part and receipt; what is not known is a gap."""
    letter = queries.find_letter(transfer) or transfer.letters.last()
    body: list[documents.Block] = [
        documents.Heading("存根"),
        _table(_describe(transfer, letter, in_full=in_full)),
        documents.Heading("介绍信"),
        documents.Paragraph(
            f"{transfer.other}：兹有{transfer.person.name}同志，系{_name_kind(transfer)}，"
            f"组织关系由{transfer.unit.name}转到你处，请接转。"
        ),
        _table(_describe(transfer, letter, in_full=in_full)),
        documents.Heading("回执"),
        documents.Paragraph(
            f"{_name_issuer(transfer)}：{transfer.person.name}同志的组织关系"
            f"（{letter.number if letter else '【未编号】'}）已转到我处。"
        ),
        _table(
            (
                ("接收党组织", transfer.other),
                ("接收日期", chinese_date(transfer.moved_on) if transfer.moved_on else "【待填】"),
                ("经办人", transfer.signed_by or "【待填】"),
            )
        ),
    ]
    dated = letter.issued_on if letter else on
    return _write(transfer, "中国共产党党员组织关系介绍信", body, dated)


def write_receipt(transfer: Transfer, on: date, *, in_full: bool) -> bytes:
    """Return the receipt (回执) for the organisation that sent the member."""
    letter = queries.find_letter(transfer)
    arrived = chinese_date(transfer.moved_on) if transfer.moved_on else "【尚未确认】"
    body: list[documents.Block] = [
        documents.Paragraph(
            f"{transfer.other}：{transfer.person.name}同志的组织关系"
            f"（{letter.number if letter else '【无编号】'}）已于{arrived}转到{transfer.unit.name}。"
        ),
        _table(_describe(transfer, letter, in_full=in_full)),
    ]
    return _write(transfer, "党员组织关系介绍信回执", body, transfer.moved_on or on)


def _describe(transfer: Transfer, letter: Letter | None, *, in_full: bool) -> Lines:
    person = transfer.person
    number = person.identity_number if in_full else mask_identity(person.identity_number)
    joined = chinese_date(person.joined_on) if person.joined_on else "【未登记】"
    lines = [
        ("编号", letter.number if letter else "【未编号】"),
        ("姓名", person.name),
        ("公民身份号码", number or "【未登记】"),
        ("人员类别", _name_kind(transfer)),
        ("入党日期", joined),
    ]
    if person.member_kind == MemberKind.PROBATIONARY:
        months = load_rules().find("member.probation").whole("months")
        ends = add_months(person.joined_on, months) if person.joined_on else None
        lines.append(("预备期至", chinese_date(ends) if ends else "【未登记】"))
    elif person.full_on:
        lines.append(("转正日期", chinese_date(person.full_on)))
    paid = transfer.paid_until
    return (
        *lines,
        ("党费交至", f"{paid.year}年{paid.month}月" if paid else "【未登记】"),
        ("转出党组织", transfer.from_name),
        ("转入党组织", transfer.to_name),
        ("转接原因", transfer.get_purpose_display()),
        ("有效期", f"{letter.days}天，至{chinese_date(letter.valid_until)}" if letter else "—"),
    )


def _name_kind(transfer: Transfer) -> str:
    probationary = transfer.person.member_kind == MemberKind.PROBATIONARY
    return "中共预备党员" if probationary else "中共正式党员"


def _name_issuer(transfer: Transfer) -> str:
    root = Unit.objects.filter(path=transfer.unit.root_path).first()
    return root.name if root else transfer.unit.name


def _table(lines: Lines) -> documents.Table:
    columns = (documents.Column("项目"), documents.Column("内容", 3))
    return documents.Table(columns, lines)


def _write(transfer: Transfer, title: str, body: list[documents.Block], on: date) -> bytes:
    made = documents.OfficialDocument(
        title=title, body=tuple(body), issuer=_name_issuer(transfer), dated=on
    )
    return documents.write_docx(made)


def write_list(title: str, columns: list[tuple[str, Any]], rows: Iterable[Any]) -> bytes:
    """Return the list as a workbook."""
    with export.Workbook(title=title) as book:
        sheet = book.add_sheet(
            title, title=title, columns=[export.Column(heading) for heading, _read in columns]
        )
        for one in rows:
            sheet.append([read(one) for _heading, read in columns])
    return book.to_bytes()
