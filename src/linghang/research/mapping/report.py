"""The research report (调研报告), drafted only from what was recorded.

Every sentence is filled from records or is the leader's own words, marked as such. What was not recorded
is printed as a gap, 【未记录：…】, and listed again at the end: nothing is made up, nothing passed over.
Documents are Chinese whatever language the reader's pages have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from linghang.rectification.enums import SOLVED, ProblemState
from linghang.rectification.models import Problem
from linghang.research import queries
from linghang.research.enums import Nature, PlanState, VisitForm
from linghang.research.models import Finding, Topic, Visit
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Item
from linghang_core.documents import (
    Alignment,
    Block,
    Column,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
    TextSize,
)
from linghang_core.periods import chinese_date

FORMS = {VisitForm.FORUM: "座谈", VisitForm.INTERVIEW: "访谈", VisitForm.SITE: "察看"}
NATURES = (
    (Nature.PROBLEM, "问题"),
    (Nature.SUGGESTION, "意见建议"),
    (Nature.EXPERIENCE, "经验做法"),
    (Nature.SITUATION, "基本情况"),
)
STATES = {
    ProblemState.NEW: "未启动",
    ProblemState.OPEN: "整改中",
    ProblemState.HANDED_IN: "已完成待审",
    ProblemState.RETURNED: "退回",
    ProblemState.CLOSED: "已销号",
    ProblemState.LONG_TERM: "长期坚持",
}
OWN_WORDS = "（以下为课题牵头领导撰写）"
FROM_RECORDS = "（以下由系统根据走访记录生成）"


@dataclass(frozen=True)
class Drafted:
    """A report with what it could not say: `gaps` as printed, and how much it rests on."""

    document: OfficialDocument
    gaps: tuple[str, ...]
    visits: int
    findings: int


@dataclass
class _Gaps:
    """What was not recorded, in the order in which the text meets it."""

    found: list[str] = field(default_factory=list)

    def fill(self, value: object, what: str, where: str = "") -> str:
        """Return the value, or the gap in its place."""
        if value not in (None, "", 0):
            return str(value)
        self.found.append(f"{where}：{what}" if where else what)
        return f"【未记录：{what}】"


def draft_report(topic: Topic, dated: date) -> Drafted:
    """Return the report of a topic as its records stand; the same records and day give the same report."""
    gaps = _Gaps()
    visits = list(
        topic.visits.filter(withdrawn_at=None)
        .select_related("unit", "led_by")
        .prefetch_related("companions", "findings")
        .order_by("occurred_on", "pk")
    )
    findings = [(visit, each) for visit in visits for each in visit.findings.all()]
    problems = list(queries.list_problems(topic))
    measures = list(queries.list_measures(topic))
    body: list[Block] = [Paragraph(_tell_whole(topic, visits, findings, problems, measures, gaps))]
    body += _tell_background(topic, gaps)
    body += _tell_visits(topic, visits, dated, gaps)
    body += _tell_findings(findings, gaps)
    body += _tell_problems(problems, measures, gaps)
    body += _tell_conclusions(topic, gaps)
    if gaps.found:
        body += [Heading("未记录事项"), Paragraph("以下事项没有记录，报告中如实留空：")]
        body += [Paragraph(f"{n}．{what}") for n, what in enumerate(gaps.found, 1)]
    document = OfficialDocument(
        title=f"关于“{topic.title}”的调研报告",
        body=tuple(body),
        issuer=topic.root.name,
        dated=dated,
        sealed=False,
    )
    return Drafted(document, tuple(gaps.found), len(visits), len(findings))


def _tell_whole(
    topic: Topic,
    visits: Sequence[Visit],
    findings: Sequence[object],
    problems: Sequence[Problem],
    measures: Sequence[Item],
    gaps: _Gaps,
) -> str:
    team = "、".join(person.name for person in topic.cooperating.order_by("code"))
    who = f"由{topic.leader.name if topic.leader else gaps.fill('', '牵头领导')}牵头"
    who += f"，{team}参加" if team else ""
    if not visits:
        return f"{topic.year}年调研课题“{topic.title}”{who}。{gaps.fill('', '走访调研')}"
    heard = sum(visit.participants or 0 for visit in visits)
    span = chinese_date(visits[0].occurred_on)
    if len(visits) > 1:
        span += f"至{chinese_date(visits[-1].occurred_on)}"
    units = len({visit.unit_id for visit in visits})
    solved = sum(problem.state in SOLVED for problem in problems)
    return (
        f"{topic.year}年调研课题“{topic.title}”{who}。{span}，共走访{units}个单位、{len(visits)}次，"
        f"{f'听取{heard}人次意见，' if heard else ''}记录调研发现{len(findings)}条，"
        f"形成问题{len(problems)}个、措施{len(measures)}项，已解决问题{solved}个。"
    )


def _tell_background(topic: Topic, gaps: _Gaps) -> list[Block]:
    blocks: list[Block] = [Heading("调研背景"), Paragraph(OWN_WORDS)]
    blocks += _own_words(gaps.fill(topic.background.strip(), "调研背景"))
    if topic.questions:
        asked = "；".join(str(question).rstrip("。；？?") for question in topic.questions)
        blocks.append(Paragraph(f"本次调研拟回答：{asked}。"))
    return blocks


def _tell_visits(topic: Topic, visits: Sequence[Visit], dated: date, gaps: _Gaps) -> list[Block]:
    blocks: list[Block] = [Heading("调研开展情况")]
    counts = {form: sum(v.form == form for v in visits) for form in FORMS}
    told = "、".join(f"{FORMS[form]}{count}次" for form, count in counts.items() if count)
    method = f"调研方法：{topic.method.rstrip('。')}。" if topic.method else ""
    blocks.append(Paragraph(f"{FROM_RECORDS}{method}{f'其中{told}。' if told else ''}"))
    if visits:
        blocks.append(_visit_table(visits, gaps))
    missed = [
        plan for plan, state, _visit in queries.list_plan(topic, dated) if state != PlanState.DONE
    ]
    if missed:
        names = "、".join(
            f"{plan.unit.name}（{FORMS[VisitForm(plan.form)]}，计划{chinese_date(plan.due_on)}前）"
            for plan in missed
        )
        blocks.append(Paragraph(f"计划走访而尚未走访的有{len(missed)}处：{names}。"))
    return blocks


def _visit_table(visits: Sequence[Visit], gaps: _Gaps) -> Table:
    rows = []
    for visit in visits:
        where = f"{chinese_date(visit.occurred_on)}{visit.unit.name}"
        people = [visit.led_by, *visit.companions.all()]
        rows.append(
            (
                chinese_date(visit.occurred_on),
                visit.unit.name + (f"（{visit.place}）" if visit.place else ""),
                FORMS[VisitForm(visit.form)],
                "、".join(person.name for person in people),
                gaps.fill(visit.heard, "听取意见的对象", where),
                gaps.fill(visit.participants, "参加人数", where),
            )
        )
    return Table(
        columns=(
            Column("时间", 3),
            Column("单位和地点", 4, Alignment.LEFT),
            Column("方式", 1),
            Column("调研人员", 3, Alignment.LEFT),
            Column("听取对象", 3, Alignment.LEFT),
            Column("人数", 2),
        ),
        rows=tuple(rows),
        caption="走访记录",
        size=TextSize.FIVE,
    )


def _tell_findings(findings: Sequence[tuple[Visit, Finding]], gaps: _Gaps) -> list[Block]:
    blocks: list[Block] = [Heading("调研发现")]
    if not findings:
        return [*blocks, Paragraph(gaps.fill("", "调研发现"))]
    blocks.append(Paragraph("以下为走访时记录的原话，未作改写。"))
    for nature, title in NATURES:
        own = [(visit, each) for visit, each in findings if each.nature == nature]
        if not own:
            continue
        blocks.append(Heading(f"{title}（{len(own)}条）", 2))
        for number, (visit, each) in enumerate(own, 1):
            source = f"（{chinese_date(visit.occurred_on)}，{visit.unit.name}）"
            blocks.append(Paragraph(f"{number}．{each.text.rstrip('。')}{source}。"))
    return blocks


def _tell_problems(
    problems: Sequence[Problem], measures: Sequence[Item], gaps: _Gaps
) -> list[Block]:
    blocks: list[Block] = [Heading("问题和措施")]
    if not problems:
        return [*blocks, Paragraph("截至报告日，尚未由调研发现形成问题。")]
    rows = []
    for number, problem in enumerate(problems, 1):
        own = [m for m in measures if problem.pk in {each.pk for each in m.problems.all()}]
        told = "；".join(f"{m.text.rstrip('。')}（{_state_of(m)}）" for m in own)
        rows.append(
            (
                str(number),
                problem.text,
                problem.unit.name,
                gaps.fill(told, "措施", f"问题“{problem.text}”"),
                chinese_date(problem.due_on),
                STATES.get(ProblemState(problem.state), ""),
            )
        )
    blocks.append(
        Table(
            columns=(
                Column("序号", 1),
                Column("问题", 4, Alignment.LEFT),
                Column("责任单位", 3, Alignment.LEFT),
                Column("措施（进展）", 5, Alignment.LEFT),
                Column("时限", 3),
                Column("状态", 2),
            ),
            rows=tuple(rows),
            caption="问题和措施",
            size=TextSize.FIVE,
        )
    )
    return blocks


def _state_of(item: Item) -> str:
    """Return how far a measure is, over everybody it was asked of."""
    tasks = [task for task in item.assignments.all() if task.state != TaskState.WITHDRAWN]
    done = sum(task.state == TaskState.DONE for task in tasks)
    if tasks and done == len(tasks):
        return "已完成"
    if len(tasks) > 1:
        return f"已完成{done}/{len(tasks)}"
    return "待验收" if tasks and tasks[0].state == TaskState.HANDED_IN else "进行中"


def _tell_conclusions(topic: Topic, gaps: _Gaps) -> list[Block]:
    words = gaps.fill(topic.conclusions.strip(), "结论和建议")
    return [Heading("结论和建议"), Paragraph(OWN_WORDS), *_own_words(words)]


def _own_words(text: str) -> list[Block]:
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]
