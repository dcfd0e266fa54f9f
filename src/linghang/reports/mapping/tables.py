"""The tables of a bulletin."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from linghang.evaluation.api import FrozenRow
from linghang.reports.mapping import figures
from linghang.reports.mapping.words import GAP, amount, points, signed_number
from linghang.reports.queries import Month, Strand
from linghang_core import scoring
from linghang_core.documents import Alignment, Column, Table, TextSize
from linghang_core.scoring.scheme import Nature

NAME = Alignment.LEFT
UNIT_HEADING = "党支部"
# A column of points in 五号 takes 14 mm of the 156; names get what is left.
MOST_COLUMNS = 8
CHARACTERS_IN_HEADING = 3


def band_table(month: Month, strand: Strand) -> Table:
    """Return how many are in each band, now and in the period before; the last row adds up."""
    frozen, before = strand.frozen, strand.before
    who = "党支部" if strand.is_of_units else "党员"
    now = figures.count_bands(frozen.rows)
    comparable = before is not None and figures.has_same_bands(frozen, before)
    then = figures.count_bands(before.rows) if before is not None and comparable else None
    lines = [(band.title.zh, band.code) for band in frozen.scheme.bands]
    rows = [
        _band_row(title, now[code], None if then is None else then[code])
        for title, code in [*lines, ("不评定", figures.NOT_RATED)]
    ]
    rows.append(_band_row("合计", now.total(), None if then is None else then.total()))
    return Table(
        columns=(
            Column("等次", 3),
            Column(month.period.label(), 3),
            Column(month.period.previous().label(), 3),
            Column("增减", 2),
        ),
        rows=tuple(rows),
        caption=f"{strand.title}各等次{who}数",
        totals=True,
    )


def _band_row(title: str, now: int, then: int | None) -> tuple[str, ...]:
    if then is None:
        return title, str(now), GAP, GAP
    return title, str(now), str(then), signed_number(now - then)


def group_table(strand: Strand, title: str, rows: Sequence[FrozenRow]) -> Table:
    """Return the rated units of a peer group; corrections stand in a column of their own."""
    bands = {band.code: band.title.zh for band in strand.frozen.scheme.bands}
    corrected = figures.latest_corrections(strand.corrections)
    shown = any(row.pk in corrected for row in rows)
    columns = [Column(UNIT_HEADING, 6, NAME), Column("得分", 2), Column("等次", 2)]
    columns += [Column("更正后得分", 3)] if shown else []
    lines = []
    for row in rows:
        line = [row.name, points(row.result.total), bands[row.result.band or ""]]
        if shown:
            found = corrected.get(row.pk)
            line.append(points(found.new_total) if found else "")
        lines.append(tuple(line))
    return Table(columns=tuple(columns), rows=tuple(lines), caption=f"{title}{strand.title}")


def member_table(strand: Strand, branches: Sequence[figures.BranchCounts]) -> Table:
    """Return how many members of each branch are in each band; the last row adds up."""
    codes = [*(band.code for band in strand.frozen.scheme.bands), figures.NOT_RATED]
    titles = [*(band.title.zh for band in strand.frozen.scheme.bands), "不评定"]
    rows = [_member_row(one.name or f"其他{one.pooled}个党支部", one, codes) for one in branches]
    whole = figures.BranchCounts("合计")
    for one in branches:
        whole.bands.update(one.bands)
    rows.append(_member_row("合计", whole, codes))
    pooled = any(one.pooled > 1 or not one.name for one in branches)
    return Table(
        columns=(
            Column(UNIT_HEADING, 9, NAME),
            Column("参评", 3),
            *(Column(title, 3) for title in titles),
        ),
        rows=tuple(rows),
        caption=f"各党支部党员{strand.title}等次人数",
        note=f"评定人数不足{figures.FEWEST_MEMBERS}人的党支部合并列示。" if pooled else "",
        totals=True,
    )


def _member_row(name: str, counts: figures.BranchCounts, codes: Sequence[str]) -> tuple[str, ...]:
    return name, str(counts.everybody), *(str(counts.bands[code]) for code in codes)


def loss_table(month: Month, strand: Strand, losses: Sequence[figures.Loss]) -> Table:
    """Return the criteria that cost most, with what was owed, done and is missing."""
    left_out = sum(loss.left_out for loss in losses)
    note = f"“{GAP}”表示该指标没有逐项应完成数。"
    if left_out:
        note += f"本期没有应完成事项而不计入的，以上指标共{left_out}次。"
    return Table(
        columns=(
            Column("指标", 7, NAME),
            Column("失分", 3),
            Column("党支部数", 3),
            Column("应完成", 3),
            Column("已完成", 3),
            Column("未完成", 3),
        ),
        rows=tuple(
            (
                f"{loss.code} {loss.title}",
                points(loss.lost),
                str(loss.units),
                tell_amount(month, loss, loss.due),
                tell_amount(month, loss, loss.done if loss.due is not None else None),
                tell_amount(month, loss, loss.unmet),
            )
            for loss in losses
        ),
        caption=f"{strand.title}失分最多的指标",
        note=note,
    )


def tell_amount(month: Month, loss: figures.Loss, value: Decimal | None) -> str:
    """Return an amount of a criterion's facts with the unit it is counted in."""
    if value is None:
        return GAP
    kind = month.kinds.get(loss.kind)
    return f"{amount(value)}{kind.quantity if kind else '项'}"


# -- 附件 ---------------------------------------------------------------------------------------


def score_tables(strand: Strand) -> tuple[Table, ...]:
    """Return the points of all rated units: by dimension up to the total, then by criterion.

    Rows add up: the dimensions and the adjustment give the total; the criteria of a dimension give
    the dimension. Vetoes have no points and no column.
    """
    rows = figures.order_units(strand.frozen)
    rules = [
        (place, rule)
        for place, rule in enumerate(strand.frozen.scheme.criteria)
        if rule.nature is not Nature.VETO
    ]
    return _dimension_table(strand, rows), *(
        _criterion_table(strand, rows, part) for part in split_evenly(rules, MOST_COLUMNS)
    )


def _dimension_table(strand: Strand, rows: Sequence[FrozenRow]) -> Table:
    scheme = strand.frozen.scheme
    parts = [
        part
        for part in scheme.dimensions
        if any(c.nature is not Nature.VETO for c in part.criteria)
    ]
    publication = strand.publication
    proof = (
        f"公示编号{publication.number}，公示快照摘要（SHA-256）前16位{publication.digest[:16]}"
        if publication
        else f"尚未公示，计算结果摘要（SHA-256）前16位{strand.run.digest[:16]}"
    )
    return Table(
        columns=(
            Column(UNIT_HEADING, 82, NAME),
            *(Column(fold_heading(part.title.zh), 25) for part in parts),
            Column("限额\n调整", 25),
            Column("得分", 29),
        ),
        rows=tuple(
            (
                row.name,
                *(points(_sum_points(row, [c.code for c in part.criteria])) for part in parts),
                points(figures.adjust(row)),
                points(row.result.total),
            )
            for row in rows
        ),
        caption=f"{strand.title}各维度得分",
        note=(
            "各维度得分与限额调整之和为得分；限额调整包括加分上限、扣分下限、总分限额和一票否决。"
            f"评价方案{scheme.version}版，{proof}，数据截至变更序号{strand.frozen.as_of_seq}。"
        ),
        size=TextSize.FIVE,
    )


def _sum_points(row: FrozenRow, codes: Sequence[str]) -> Decimal:
    return sum((one.points for one in row.result.criteria if one.code in codes), figures.ZERO)


def _criterion_table(
    strand: Strand, rows: Sequence[FrozenRow], rules: Sequence[tuple[int, scoring.Criterion]]
) -> Table:
    first, last = rules[0][1].code, rules[-1][1].code
    return Table(
        columns=(
            Column(UNIT_HEADING, 30, NAME),
            *(Column(f"{rule.code}\n{fold_heading(rule.title.zh)}", 14) for _, rule in rules),
        ),
        rows=tuple(
            (row.name, *(_criterion_points(row.result.criteria[place]) for place, _ in rules))
            for row in rows
        ),
        caption=f"{strand.title}指标得分（{first}至{last}）",
        note=f"“{GAP}”表示本期没有应完成事项，不计入，其分值按比例分给其他指标。",
        size=TextSize.FIVE,
    )


def _criterion_points(item: scoring.CriterionResult) -> str:
    return GAP if item.state is scoring.State.LEFT_OUT else points(item.points)


def split_evenly(items: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """Return the items in as few parts of at most `most` as will do, of nearly equal length."""
    number = -(-len(items) // most)
    edges = [round(len(items) * part / number) for part in range(number + 1)] if number else []
    return [items[left:right] for left, right in pairwise(edges)]


def fold_heading(title: str) -> str:
    """Return a heading folded into lines of nearly equal length for a narrow column."""
    return "\n".join("".join(part) for part in split_evenly(list(title), CHARACTERS_IN_HEADING))
