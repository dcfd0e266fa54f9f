"""The four lists of the main bureau: 16 problems in six aspects, in every state, with what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from linghang.accounts.models import User
from linghang.demo.world import Bureau
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.rectification.enums import Severity, SourceKind, Term
from linghang.rectification.models import Problem
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

BOOK = "主题教育检视整改"
BEGAN = 150  # days before today
# aspect, problem, cause, measures, result (kind, title, benefit), severity, term, how far it is
STORY: tuple[
    tuple[str, str, str, tuple[str, ...], tuple[str, str, int] | None, str, str, str], ...
] = (
    (
        "理论学习",
        "第一议题学习结合供电服务实际不够",
        "学用脱节，议题准备不充分",
        ("建立“学习—措施—任务”转化表", "每季度抽查一次落实情况"),
        ("method", "第一议题转化工作法", 0),
        "general",
        "limited",
        "closed",
    ),
    (
        "理论学习",
        "青年党员学习形式单一",
        "以念文件为主",
        ("开设案例微课堂", "党员骨干结对导学"),
        ("outcome", "案例微课12期", 260),
        "general",
        "limited",
        "closed",
    ),
    (
        "政治建设",
        "重大事项请示报告不及时",
        "职责边界不清",
        ("修订请示报告事项清单",),
        ("rule", "请示报告事项清单（2026年版）", 0),
        "serious",
        "limited",
        "closed",
    ),
    (
        "政治建设",
        "巡察反馈问题整改跟踪不到位",
        "缺少定期督办",
        ("按月督办并公布进度", "逾期事项约谈"),
        ("rule", "巡察整改督办办法", 0),
        "serious",
        "long_term",
        "long_term",
    ),
    (
        "能力素质",
        "部分供电所人员反窃电现场处置能力不足",
        "实训少",
        ("组织反窃电实训4期", "编写现场处置口袋卡"),
        ("outcome", "反窃电处置口袋卡", 180),
        "general",
        "limited",
        "closed",
    ),
    (
        "能力素质",
        "带电作业骨干断档",
        "培养周期长",
        ("实施师带徒计划", "增加取证名额"),
        None,
        "serious",
        "limited",
        "open",
    ),
    (
        "担当作为",
        "低电压台区治理进度慢",
        "物资到货与施工计划脱节",
        ("建立台区治理周调度", "物资提前锁定"),
        ("benefit", "治理低电压台区", 3120),
        "grave",
        "limited",
        "closed",
    ),
    (
        "担当作为",
        "业扩报装协同环节多",
        "部门间重复传递资料",
        ("取消重复资料5项", "推行联合勘查"),
        ("rule", "业扩联合勘查细则", 0),
        "serious",
        "limited",
        "signing",
    ),
    (
        "担当作为",
        "频繁停电线路责任落实不到人",
        "线路包保制度执行不严",
        ("明确线路党员包保人", "按周通报跳闸情况"),
        None,
        "grave",
        "limited",
        "reviewing",
    ),
    (
        "工作作风",
        "基层填报表格多",
        "多部门重复要数",
        ("清理重复报表", "同一数据只报一次"),
        ("benefit", "减少基层月度报表", 41),
        "serious",
        "limited",
        "closed",
    ),
    (
        "工作作风",
        "现场检查留痕过度",
        "以照片数量代替实效",
        ("取消拍照数量要求", "检查结果当场反馈"),
        ("rule", "基层检查十条", 0),
        "general",
        "long_term",
        "long_term",
    ),
    (
        "工作作风",
        "服务热线回复口径不一致",
        "知识库更新滞后",
        ("按月更新知识库",),
        None,
        "general",
        "limited",
        "returned",
    ),
    (
        "廉洁自律",
        "物资领用台账与实物核对不及时",
        "盘点频次低",
        ("季度盘点改月度抽盘",),
        None,
        "serious",
        "limited",
        "overdue",
    ),
    (
        "廉洁自律",
        "外包工程监督存在薄弱环节",
        "监督力量分散",
        ("建立联合监督小组", "关键节点旁站"),
        None,
        "grave",
        "limited",
        "open",
    ),
    (
        "廉洁自律",
        "公务用车派车单填写不规范",
        "系统填写项目不清",
        ("规范派车单必填项",),
        ("method", "派车单填写示例", 0),
        "general",
        "immediate",
        "reopened",
    ),
    (
        "担当作为",
        "台区治理后低电压问题反复",
        "用电负荷增长快",
        ("开展负荷预测和提前扩容",),
        None,
        "grave",
        "limited",
        "new",
    ),
)


@dataclass
class _Cast:
    """Who acts: log-ins of the main bureau."""

    officer: User
    supervisor: User
    leader: User


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: Bureau,
    today: date,
    full: bool,  # noqa: ARG001  small and full alike: the article's 16 problems
) -> None:
    """State the problems and lead each as far as the story says, on past days, through the services."""
    cast = _find_cast(units[bureau.committee])
    committee_leaders = [persons[m.name] for m in bureau.leaders if "committee_leader" in m.posts]
    began = today - timedelta(days=BEGAN)
    branches = [b for b in bureau.branches if b.members and b.established_on <= began]
    with clock.stand_on(began):
        problems = rectification.create_problems(
            drafts=[
                _draft(row, number, branches, units, persons, committee_leaders, began, today)
                for number, row in enumerate(STORY)
            ],
            actor=cast.officer,
        )
    for number, (problem, row) in enumerate(zip(problems, STORY, strict=True)):
        _lead(problem, row, cast, today, number)
    first = problems[6]
    rectification.link_repeat(problem=problems[15], earlier=first, actor=cast.officer)


def _find_cast(committee: Unit) -> _Cast:
    def holder(post: str) -> User:
        return User.objects.filter(
            person__appointments__unit=committee, person__appointments__post=post
        ).order_by("pk")[0]

    return _Cast(holder("officer"), holder("supervisor"), holder("committee_secretary"))


def _draft(
    row: Any,
    number: int,
    branches: Sequence[Any],
    units: dict[str, Unit],
    persons: dict[str, Person],
    leaders: Sequence[Person],
    began: date,
    today: date,
) -> rectification.ProblemDraft:
    aspect, text, cause, _measures, _result, severity, term, course = row
    branch = branches[number % len(branches)]
    secretary = next((m for m in branch.members if "secretary" in m.posts), branch.members[0])
    unit = units[branch.name]
    due = {"overdue": today - timedelta(days=12), "new": today + timedelta(days=45)}.get(
        course, began + timedelta(days=120 if course in {"closed", "long_term"} else 170)
    )
    return rectification.ProblemDraft(
        source="主题教育检视",
        source_kind=SourceKind.RESEARCH if number % 3 == 0 else SourceKind.INSPECTION,
        text=text,
        unit=unit,
        due_on=due,
        aspect=aspect,
        cause=cause,
        severity=Severity(severity),
        term=Term(term),
        procedure="immediate" if term == "immediate" else "four-lists",
        book=BOOK,
        lead_unit=units[branch.parent],
        cooperating=(units[branches[(number + 3) % len(branches)].name],),
        leader=leaders[number % len(leaders)] if leaders else None,
        responsible=persons[secretary.name],
    )


def _lead(problem: Problem, row: Any, cast: _Cast, today: date, number: int) -> None:
    """Lead one problem along its course; each act on its own past day."""
    _aspect, text, _cause, measures, result, _severity, _term, course = row
    day = today - timedelta(days=BEGAN - 7)
    if course == "new":
        return
    with clock.stand_on(day):
        items = rectification.add_measures(
            problems=[problem],
            drafts=[
                rectification.MeasureDraft(
                    text=measure, units=[problem.unit], due_on=problem.due_on - timedelta(days=15)
                )
                for measure in measures
            ],
            actor=cast.officer,
        )
    tasks = list(Assignment.objects.filter(item__in=items))
    done = today - timedelta(days=60 - number)
    if course in {"open", "overdue"}:
        tasks = tasks[:1] if course == "open" else []
    with clock.stand_on(done):
        for task in tasks:
            worklists.finish_task(
                task=task,
                finished_on=done,
                result="已按措施完成。",
                evidence="见整改台账",
                actor=None,
            )
    with clock.stand_on(done + timedelta(days=1)):
        if tasks:
            worklists.accept_tasks(tasks=tasks, actor=cast.officer)
        if result is not None:
            kind, title, benefit = result
            rectification.record_result(
                problems=[problem],
                kind=kind,
                title=title,
                on=done,
                quantity=benefit or None,
                actor=cast.officer,
            )
    if course in {"open", "overdue"}:
        return
    if result is None:
        with clock.stand_on(done + timedelta(days=1)):
            rectification.record_result(
                problems=[problem], kind="method", title=f"{text[:20]}整改做法", on=done, actor=None
            )
    _review(problem, course, cast, done)


def _review(problem: Problem, course: str, cast: _Cast, done: date) -> None:
    with clock.stand_on(done + timedelta(days=2)):
        rectification.hand_in(
            problem=problem, done_on=done, text="措施全部完成，抽查有效。", actor=None
        )
    steps = [(cast.officer, 4), (cast.supervisor, 7), (cast.leader, 9)]
    if course == "returned":
        with clock.stand_on(done + timedelta(days=4)):
            rectification.review_problem(
                problem=problem, passed=False, reason="知识库更新无抽查记录", actor=cast.officer
            )
        return
    wanted = {"reviewing": 1, "signing": 2}.get(course, 3)
    for actor, after in steps[:wanted]:
        with clock.stand_on(done + timedelta(days=after)):
            problem = rectification.review_problem(problem=problem, passed=True, actor=actor)
        if problem.closed_on is not None:
            break
    if course == "reopened":
        with clock.stand_on(done + timedelta(days=20)):
            rectification.reopen_problem(
                problem=problem,
                reason="抽查发现仍有派车单漏填",
                due_on=done + timedelta(days=90),
                actor=cast.supervisor,
            )
