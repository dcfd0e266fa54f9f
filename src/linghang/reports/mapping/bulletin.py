"""The bulletin (通报) of a bureau's month: every sentence is filled from numbers, gaps stay gaps.

Documents are Chinese whatever language the reader's pages have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linghang.evaluation.api import FrozenRow
from linghang.evaluation.enums import ObjectionState, PublicationState
from linghang.reports.mapping import figures, tables
from linghang.reports.mapping.words import join, join_counts, name_reason, name_reasons, points
from linghang.reports.queries import Month, Strand
from linghang_core.documents import (
    Attachment,
    Block,
    DocumentNumber,
    Heading,
    Imprint,
    OfficialDocument,
    Paragraph,
)
from linghang_core.periods import chinese_date
from linghang_core.scoring.scheme import Nature

LOSSES_TOLD = 5
DRAFT = "征求意见稿"


@dataclass(frozen=True)
class BulletinOptions:
    """What the office decides about a bulletin; everything else comes from the results."""

    dated: date
    addressee: str
    red_header: bool = False
    number: DocumentNumber | None = None
    copies_to: tuple[str, ...] = ()


def name_bulletin(month: Month) -> str:
    """Return the title: 关于2026年10月红旗指数和红星指数考评情况的通报."""
    return f"关于{month.period.label()}{_name_indices(month)}考评情况的通报"


def compose_bulletin(month: Month, options: BulletinOptions) -> OfficialDocument:
    """Return the bulletin; the same month and options always give the same document.

    Members are only counted. A draft has neither red header nor number.
    """
    sections = [
        ("总体情况", _tell_whole(month)),
        ("各可比组情况", _tell_groups(month)),
        (_name_persons(month), _tell_members(month)),
        ("主要问题", _tell_losses(month)),
        ("下一步", _tell_next(month, options.dated)),
    ]
    body: list[Block] = [Paragraph(_tell_basis(month))]
    for title, blocks in sections:
        if blocks:
            body += [Heading(title), *blocks]
    official = not month.is_draft
    issuer = month.root.name
    has_header = official and options.red_header
    return OfficialDocument(
        title=name_bulletin(month),
        subtitle="" if official else f"（{DRAFT}）",
        body=tuple(body),
        issuer=issuer,
        dated=options.dated,
        issuing_agency=f"{issuer}文件" if has_header else None,
        number=options.number if official else None,
        addressee=options.addressee,
        attachments=tuple(
            Attachment(
                f"{month.period.label()}{strand.title}分项得分表", tables.score_tables(strand)
            )
            for strand in month.of_units
            if figures.order_units(strand.frozen)
        ),
        imprint=Imprint(issuer, options.dated, options.copies_to)
        if has_header or options.copies_to
        else None,
    )


def _name_indices(month: Month) -> str:
    return "和".join(strand.title for strand in month.strands)


def _name_persons(month: Month) -> str:
    return f"党员{'、'.join(strand.title for strand in month.of_persons)}"


def _tell_basis(month: Month) -> str:
    absent = f"{join(month.absent)}的结果尚未公示，本通报不含。" if month.absent else ""
    schemes = "各自的评价方案" if len(month.strands) > 1 else "评价方案"
    return (
        f"{month.period.label()}{_name_indices(month)}按照{schemes}，"
        f"由系统根据各党支部台账记录计算得出。{absent}现将有关情况通报如下。"
    )


# -- 一、总体情况 -------------------------------------------------------------------------------


def _tell_whole(month: Month) -> list[Block]:
    blocks: list[Block] = []
    for strand in month.strands:
        blocks += [
            Paragraph(_tell_counts(strand) + _tell_movement(month, strand)),
            tables.band_table(month, strand),
        ]
    return blocks


def _tell_counts(strand: Strand) -> str:
    rows = strand.frozen.rows
    who, each = ("党支部", "个") if strand.is_of_units else ("党员", "名")
    reasons = figures.count_reasons(rows)
    unrated = sum(reasons.values())
    why = f"（{join_counts(name_reasons(reasons), each)}）" if unrated else ""
    bands = figures.count_bands(rows)
    counted = join_counts(
        [(band.title.zh, bands[band.code]) for band in strand.frozen.scheme.bands], each
    )
    told = f"其中{counted}。" if counted else ""
    return (
        f"{strand.title}参评{who}{len(rows)}{each}，评定{len(rows) - unrated}{each}，"
        f"不评定{unrated}{each}{why}。{told}"
    )


def _tell_movement(month: Month, strand: Strand) -> str:
    last = month.period.previous().label()
    if strand.before is None:
        return f"{last}没有公示结果，不作比较。"
    if not figures.has_same_bands(strand.frozen, strand.before):
        return f"{last}的等次标准与本期不同，不作比较。"
    each = "个" if strand.is_of_units else "名"
    moved = figures.compare_bands(strand.frozen, strand.before)
    unknown = f"；另有{moved.unknown}{each}{last}未评定，不作比较" if moved.unknown else ""
    return (
        f"与{last}相比，等次上升{moved.rose}{each}、持平{moved.same}{each}、"
        f"下降{moved.fell}{each}{unknown}。"
    )


# -- 二、各可比组情况 ---------------------------------------------------------------------------


def _tell_groups(month: Month) -> list[Block]:
    blocks: list[Block] = []
    for strand in month.of_units:
        for group in strand.frozen.scheme.peer_groups:
            rated, unrated = figures.order_group(strand.frozen, group.code)
            if not rated and not unrated:
                continue
            several = f"（{strand.title}）" if len(month.of_units) > 1 else ""
            blocks.append(Heading(f"{group.title.zh}{several}", level=2))
            blocks.append(Paragraph(_tell_group(strand, rated, unrated)))
            if rated:
                blocks.append(tables.group_table(strand, group.title.zh, rated))
    return blocks


def _tell_group(strand: Strand, rated: list[FrozenRow], unrated: list[FrozenRow]) -> str:
    middle = figures.find_median(
        [row.result.total for row in rated if row.result.total is not None]
    )
    told = f"，得分中位数{points(middle)}分" if middle is not None else ""
    bands = figures.count_bands(rated)
    counted = join_counts(
        [(band.title.zh, bands[band.code]) for band in strand.frozen.scheme.bands], "个"
    )
    names = join(
        [
            f"{row.name}（{name_reason(row.result.reason.value)}）"
            for row in unrated
            if row.result.reason is not None
        ]
    )
    missing = f"不评定{len(unrated)}个：{names}。" if unrated else ""
    return f"评定{len(rated)}个{told}。" + (f"{counted}。" if counted else "") + missing


# -- 三、党员 -----------------------------------------------------------------------------------


def _tell_members(month: Month) -> list[Block]:
    blocks: list[Block] = []
    codes = {
        row.name: row.result.subject.code for units in month.of_units for row in units.frozen.rows
    }
    for strand in month.of_persons:
        branches = figures.count_by_branch(strand.frozen.rows, codes)
        if not branches:
            blocks.append(
                Paragraph(
                    f"参评党员人数较少，{strand.title}不按党支部列示；"
                    "党员本人可在系统中查看本人得分。"
                )
            )
            continue
        blocks += [
            Paragraph(
                f"{strand.title}只按党支部统计各等次人数，不列姓名、不排名次；"
                "党员本人可在系统中查看本人得分。"
            ),
            tables.member_table(strand, branches),
        ]
    return blocks


# -- 四、主要问题 -------------------------------------------------------------------------------


def _tell_losses(month: Month) -> list[Block]:
    blocks: list[Block] = []
    for strand in month.of_units:
        losses = figures.sum_losses(strand.frozen)
        basic = [loss for loss in losses if loss.nature is Nature.BASIC]
        taken = [loss for loss in losses if loss.nature is Nature.DEDUCTION]
        blocks.append(Paragraph(_tell_basic(month, strand, basic)))
        if basic:
            blocks.append(tables.loss_table(month, strand, basic[:LOSSES_TOLD]))
        blocks += [
            Paragraph(
                f"扣分指标“{loss.title}”：{loss.units}个党支部共扣{points(loss.lost)}分"
                f"（台账合计{tables.tell_amount(month, loss, loss.done)}）。"
            )
            for loss in taken
        ]
        vetoed = sum(bool(row.result.settlement.vetoes) for row in strand.frozen.rows)
        if vetoed:
            blocks.append(Paragraph(f"触发一票否决的党支部{vetoed}个。"))
    return blocks


def _tell_basic(month: Month, strand: Strand, losses: list[figures.Loss]) -> str:
    if not losses:
        return f"{strand.title}各项基本分指标均未失分。"
    told = losses[:LOSSES_TOLD]
    whole = sum((loss.lost for loss in losses), figures.ZERO)
    share = sum((loss.lost for loss in told), figures.ZERO)
    first = told[0]
    unmet = (
        f"，应完成{tables.tell_amount(month, first, first.due)}，未完成{tables.tell_amount(month, first, first.unmet)}"
        if first.unmet is not None
        else ""
    )
    return (
        f"{strand.title}基本分指标共失分{points(whole)}分，涉及指标{len(losses)}项。"
        f"失分最多的{len(told)}项合计{points(share)}分，见下表；其中“{first.title}”"
        f"失{points(first.lost)}分，涉及{first.units}个党支部{unmet}。"
    )


# -- 五、下一步 ---------------------------------------------------------------------------------


def _tell_next(month: Month, dated: date) -> list[Block]:
    """What is the same for several indices, as long as nobody objected, is said once."""
    told: dict[tuple[str, ...], list[str]] = {}
    for strand in month.strands:
        texts = (_tell_period(strand, dated), *_tell_corrections(strand))
        key = texts if not strand.objections and len(texts) == 1 else (*texts, strand.title)
        told.setdefault(key, []).append(strand.title)
    return [
        Paragraph("和".join(titles) + text)
        for key, titles in told.items()
        for text in (key[:-1] if key[-1] in titles else key)
    ]


def _tell_period(strand: Strand, dated: date) -> str:
    publication = strand.publication
    if publication is None:
        return "结果尚未公示，异议期自公示之日起计算。"
    until = chinese_date(publication.objections_until)
    if publication.state == PublicationState.OPEN:
        provisional = "（该年度节假日安排尚未公布，以公布后推算的日期为准）"
        period = (
            f"于{chinese_date(publication.published_on)}公示，异议期至{until}"
            f"{provisional if publication.deadline_provisional else ''}。"
        )
        if dated <= publication.objections_until:
            period += "有异议的党支部和党员请于该日前（含当日）在系统中提出。"
    else:
        period = f"异议期已于{until}结束，异议已全部裁定。"
    return period + _tell_objections(strand, dated)


def _tell_objections(strand: Strand, dated: date) -> str:
    states = [ObjectionState(one.state) for one in strand.objections]
    told = f"截至{chinese_date(dated)}收到异议{len(states)}件"
    if not states:
        return f"{told}。"
    counted = join_counts(
        [
            ("待裁定", states.count(ObjectionState.OPEN)),
            ("成立", states.count(ObjectionState.UPHELD)),
            ("不成立", states.count(ObjectionState.REJECTED)),
        ],
        "件",
    )
    waiting = [one for one in strand.objections if one.state == ObjectionState.OPEN]
    names = [one.score.unit.name for one in waiting if one.score.person_id is None]
    where = join([f"{name}{names.count(name)}件" for name in dict.fromkeys(names)])
    persons = len(waiting) - len(names)
    parts = [part for part in (where, f"党员本人得分{persons}件" if persons else "") if part]
    return f"{told}，其中{counted}。" + (f"待裁定的异议：{join(parts)}。" if parts else "")


def _tell_corrections(strand: Strand) -> list[str]:
    """Corrections stand beside the published numbers; those of members are only counted."""
    if not strand.corrections:
        return []
    told = [
        f"{row.score.unit.name}由{_total(row.old_total)}更正为{_total(row.new_total)}"
        for row in strand.corrections
        if row.score.person_id is None
    ]
    persons = sum(row.score.person_id is not None for row in strand.corrections)
    if persons:
        told.append(f"党员得分更正{persons}项")
    return [f"公示后更正{len(strand.corrections)}项：{'；'.join(told)}。公示的得分不作改动。"]


def _total(value: Decimal | None) -> str:
    return "不评定" if value is None else f"{points(value)}分"
