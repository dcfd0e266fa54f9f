"""A branch's year book (党支部年度工作手册) as a document; every line is read from the records."""

from __future__ import annotations

from datetime import date

from linghang.people.sheets.members import KIND_WORDS, SEX_WORDS
from linghang.reports.mapping.papers import (
    UNKNOWN,
    PaperMark,
    bind,
    make_facts,
    make_section,
    tell_day,
    tell_yuan,
)
from linghang.reports.queries import Year
from linghang_core.documents import Block, Heading, OfficialDocument, Paragraph


def compose_year_book(year: Year, mark: PaperMark, on: date) -> OfficialDocument:
    """Return the year book; what nobody recorded is named as a gap, never left out."""
    return bind(
        f"{year.unit.name}{year.year}年度工作手册",
        [
            *_tell_branch(year),
            *_tell_members(year),
            *_tell_life(year),
            *_tell_resolutions(year),
            *_tell_study(year),
            *_tell_dues(year),
            *_tell_development(year),
            *_tell_problems(year),
            *_tell_appraisal(year),
            *_tell_honours(year),
        ],
        mark,
        year.unit.name,
        on,
    )


def _tell_branch(year: Year) -> list[Block]:
    unit = year.unit
    secretary = next((r.person.name for r in year.committee if r.post_id == "secretary"), "")
    return [
        *make_facts(
            "党支部概况",
            [
                ("党支部名称", unit.name),
                ("成立日期", tell_day(unit.established_on)),
                ("本届任期", f"{tell_day(unit.term_from)}至{tell_day(unit.term_to)}"),
                ("书记", secretary),
                ("党员人数", str(len(year.members))),
                ("统计截至", tell_day(year.until)),
            ],
        ),
        *make_section(
            "支部委员会",
            (("职务", 4), ("姓名", 3), ("任职日期", 4)),
            ((r.post.title_zh, r.person.name, tell_day(r.valid_from)) for r in year.committee),
            nothing="【未登记支部委员会】",
        ),
        *make_section(
            "换届选举",
            (("党员大会日期", 4), ("结果", 4)),
            ((tell_day(e.held_on), str(e.standing.label)) for e in year.elections),
            nothing="本年没有换届。",
        ),
    ]


def _tell_members(year: Year) -> list[Block]:
    return make_section(
        "党员名册",
        (("序号", 1), ("姓名", 2), ("性别", 1), ("类别", 2), ("入党日期", 3), ("党内职务", 3)),
        (
            (
                str(number),
                person.name,
                SEX_WORDS.get(person.sex, ("",))[0],  # type: ignore[call-overload]
                KIND_WORDS.get(person.member_kind, ("",))[0],  # type: ignore[call-overload]
                tell_day(person.joined_on),
                posts or "—",
            )
            for number, (person, posts) in enumerate(year.members, 1)
        ),
    )


def _tell_life(year: Year) -> list[Block]:
    return [
        *make_section(
            "组织生活完成情况",
            (("类别", 4), ("应完成", 2), ("已完成", 2), ("未完成期数", 2), ("免除期数", 2)),
            (
                (d.title, str(d.required), str(d.done), str(d.missed), str(d.waived))
                for d in year.duties
            ),
            nothing="【本年没有组织生活要求】",
        ),
        *make_section(
            "会议和活动",
            (("日期", 3), ("类别", 3), ("主题", 6), ("应到", 1), ("实到", 1), ("议题", 1)),
            (
                (
                    tell_day(m.occurred_on),
                    m.kind.title_zh,
                    m.topic,
                    _tell_count(m.due_count),
                    _tell_count(m.present_count),
                    str(m.items),  # type: ignore[attr-defined]
                )
                for m in year.meetings
            ),
            note="会议记录全文见会议记录本；“缺”表示没有登记人数。",
        ),
        *make_section(
            "党课",
            (("日期", 3), ("题目", 6), ("主讲人", 3)),
            ((tell_day(m.occurred_on), m.topic, m.host_name or UNKNOWN) for m in year.lectures),
        ),
    ]


def _tell_count(number: int | None) -> str:
    return "缺" if number is None else str(number)


def _tell_resolutions(year: Year) -> list[Block]:
    return make_section(
        "决议及落实",
        (("会议日期", 3), ("议题", 5), ("责任人", 2), ("期限", 3), ("落实情况", 3)),
        (
            (
                tell_day(item.activity.occurred_on),
                item.topic,
                item.holder or "—",
                tell_day(item.due_on),
                standing,
            )
            for item, standing in year.resolutions
        ),
    )


def _tell_study(year: Year) -> list[Block]:
    return make_section(
        "党员教育培训学时",
        (("姓名", 3), ("学时", 2), ("应达到", 2), ("状态", 3)),
        (
            (
                h.person.name,
                f"{h.shown.normalize():f}",
                f"{h.asked.normalize():f}",
                str(h.state.label),
            )
            for h in year.hours
        ),
    )


def _tell_dues(year: Year) -> list[Block]:
    return make_section(
        "党费收缴",
        (("月份", 2), ("应交人数", 2), ("已交清人数", 2), ("应交（元）", 3), ("实交（元）", 3)),
        (
            (
                f"{m.month.month}月",
                str(m.members),
                str(m.settled),
                tell_yuan(m.due_cents),
                tell_yuan(m.paid_cents),
            )
            for m in year.dues
        ),
        note="只列合计，个人交纳情况见党费登记。",
    )


def _tell_development(year: Year) -> list[Block]:
    return [
        *make_section(
            "发展党员",
            (("日期", 3), ("姓名", 3), ("步骤", 6)),
            ((tell_day(s.on), s.application.person.name, s.name) for s in year.steps),
        ),
        *make_section(
            "组织关系转接",
            (("日期", 3), ("姓名", 2), ("转出党组织", 4), ("转入党组织", 4)),
            ((tell_day(t.moved_on), t.person.name, t.from_name, t.to_name) for t in year.transfers),
            nothing="本年没有转接。",
        ),
    ]


def _tell_problems(year: Year) -> list[Block]:
    return make_section(
        "问题整改",
        (("编号", 1), ("问题", 5), ("措施", 5), ("期限", 3), ("状态", 2)),
        (
            (
                str(p.number or "—"),
                p.text,
                p.measure or UNKNOWN,
                tell_day(p.due_on),
                str(p.get_state_display()),
            )
            for p in year.problems
        ),
    )


def _tell_appraisal(year: Year) -> list[Block]:
    title = "民主评议党员"
    if year.grades is None:
        return [Heading(title), Paragraph("【本年度民主评议尚未完成】")]
    return make_section(
        title, (("等次", 4), ("人数", 3)), ((grade, str(number)) for grade, number in year.grades)
    )


def _tell_honours(year: Year) -> list[Block]:
    return [
        *make_section(
            "获得表彰",
            (("日期", 3), ("表彰名称", 5), ("受表彰对象", 3), ("授奖单位", 4)),
            ((tell_day(a.awarded_on), a.title, a.holder, a.body) for a in year.awards),
        ),
        Heading("走访慰问"),
        Paragraph(f"本年走访慰问困难党员{year.visits}次。"),
    ]
