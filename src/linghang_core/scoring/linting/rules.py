"""The rules of the linter as rows: what is refused or warned of, on which basis, and the remedy.

Add a row to forbid another thing. The basis is what the person reads whose scheme is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from linghang_core.scoring.scheme import Text


class Severity(StrEnum):
    """An error refuses the scheme; a warning is shown to whoever adopts it."""

    ERROR = "error"
    WARNING = "warning"


class Override(StrEnum):
    """Who may let a scheme pass that a rule refuses: nobody, its author, or the committee.

    `reason`: the scheme itself says why, where everybody who installs it reads so. `committee`: only
    the Party committee, with its reason and on record, when it adopts the scheme.
    """

    NEVER = "never"
    REASON = "reason"
    COMMITTEE = "committee"


LIGHTER_LOAD = "国办函〔2026〕12号；《整治形式主义为基层减负若干规定》（2024年）"
FAIR_COMPARISON = "公平比较准则：可比组、最小样本、缺数不等于零、上下级不重复计数"
RULES_AS_DATA = "评价只依据已登记的事实，每一分都能追溯"
SENSITIVE_DATA = "违纪违法信息为敏感信息，仅用于一票否决，不作计分依据"


@dataclass(frozen=True)
class Rule:
    """One rule; the message may name `{…}` parameters. A warning needs no override."""

    code: str
    severity: Severity
    message: Text
    basis: str
    remedy: Text
    override: Override = Override.NEVER


@dataclass(frozen=True)
class Trace:
    """A thing no score may rest on: words of titles, and parts of fact kinds, that give it away."""

    title: Text
    words: tuple[str, ...]
    kinds: tuple[str, ...]


TRACES: tuple[Trace, ...] = (
    Trace(
        Text(en="log-in days", zh="登录天数"),
        (
            "登录天数", "登录次数", "登录率", "活跃度", "日活",
            "log-in days", "login days", "log-ins",
        ),
        ("login", "logins", "log_in", "login_days", "active_days"),
    ),
    Trace(
        Text(en="time online", zh="在线时长"),
        ("在线时长", "在线时间", "online minutes", "online time", "time online"),
        ("online", "online_minutes", "screen_time"),
    ),
    Trace(
        Text(en="study duration", zh="学习时长"),
        ("学习时长", "学时排名", "学习积分", "study minutes", "study duration", "study hours"),
        ("study_minutes", "study_hours", "study_duration", "study_points"),
    ),
    Trace(
        Text(en="likes, forwards and votes", zh="点赞、转发、投票数"),
        (
            "点赞", "转发", "投票数", "网络投票", "拉票",
            "阅读量", "浏览量", "点击量", "评论数", "关注人数",
            "likes", "forwards", "reposts", "votes", "clicks", "page views", "followers",
        ),
        ("like", "likes", "forward", "forwards", "repost", "reposts", "vote", "votes", "click",
         "clicks", "views", "followers"),
    ),
    Trace(
        Text(en="published articles", zh="发稿、媒体报道数"),
        (
            "发稿", "稿件", "刊发", "刊登", "新闻报道", "宣传报道", "媒体报道", "信息报送", "上稿",
            "published articles", "press articles", "news articles", "media coverage",
        ),
        ("article", "articles", "publication", "publications", "press", "news"),
    ),
    Trace(
        Text(en="leaders' written instructions", zh="领导批示"),
        ("批示", "leaders' instructions", "written instructions"),
        ("leader_instructions", "endorsement", "endorsements", "pishi"),
    ),
    Trace(
        Text(en="clocking in", zh="打卡、签到"),
        ("打卡", "签到", "clock-in", "clocking in", "check-in"),
        ("clock_in", "clockin", "check_in", "checkin", "punch", "sign_in"),
    ),
    Trace(
        Text(en="photographs, positions, steps", zh="拍照、轨迹、步数"),
        (
            "拍照", "照片", "截图", "截屏", "轨迹", "步数", "留痕",
            "photos", "photographs", "screenshots", "trajectory", "step count",
        ),
        ("photo", "photos", "screenshot", "screenshots", "trajectory", "track", "gps", "steps"),
    ),
    Trace(
        Text(en="installing and following of apps", zh="下载安装率、注册率"),
        (
            "下载率", "安装率", "注册率", "下载量",
            "app installs", "install rate", "registration rate",
        ),
        ("install", "installs", "downloads"),
    ),
    Trace(
        Text(en="numbers of documents and notes", zh="发文数、笔记和心得篇数"),
        (
            "发文数", "学习笔记", "笔记篇数", "心得篇数", "材料份数", "简报数",
            "study notes", "page count",
        ),
        ("notes", "reflections", "documents", "briefings"),
    ),
)  # fmt: skip

RANKING_WORDS = ("排名", "排行", "排位", "名次", "末位", "ranking", "leader board", "leaderboard")

EFFORT_KINDS = ("activity", "cadence", "attendance")
"""First parts of kinds that show meetings and activities: process, not result."""
HOURS_KINDS = ("activity", "attendance")
"""First parts of kinds whose quantity is hours; `attendance.due` and `.present` are heads."""
HEADS_KINDS = ("attendance.due", "attendance.present")
SENSITIVE_KINDS = ("record.discipline",)

UNIT_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"committee"}),
    frozenset({"general_branch"}),
    frozenset({"branch", "joint_branch", "temporary_branch"}),
    frozenset({"group"}),
    frozenset({"company"}),
    frozenset({"department", "station"}),
    frozenset({"crew"}),
)
"""Kinds of unit by level: one scheme rates one level, for a level contains the next."""
WITHOUT_MEMBERS = frozenset({"company", "department", "station", "crew"})
"""Business units: members belong to Party units, so months of existence are sample enough."""

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "undeclared_kind",
            Severity.ERROR,
            Text(en="no fact kind {kind} is declared", zh="没有登记过事实种类 {kind}"),
            RULES_AS_DATA,
            Text(
                en="use a declared kind, or install the pack that declares it",
                zh="改用已登记的种类，或先安装登记该种类的实践包",
            ),
        ),
        Rule(
            "forbidden_trace",
            Severity.ERROR,
            Text(en="scores {what_en} ({found})", zh="以{what_zh}计分（{found}）"),
            LIGHTER_LOAD,
            Text(
                en="score what was achieved: duties met, problems solved, people served",
                zh="改评实际成效：应完成的是否完成、问题是否解决、群众是否受益",
            ),
            Override.COMMITTEE,
        ),
        Rule(
            "duration_counted",
            Severity.ERROR,
            Text(
                en="adds up hours of meetings or study ({kind})",
                zh="累计会议或学习时长（{kind}）",
            ),
            LIGHTER_LOAD,
            Text(
                en="score the share of required meetings held, or of members present",
                zh="改评应开会议的完成率或应到人员的到会率",
            ),
            Override.COMMITTEE,
        ),
        Rule(
            "more_is_better",
            Severity.ERROR,
            Text(
                en="gives extra points for holding more meetings or activities ({kind})",
                zh="开会、活动越多加分越多（{kind}）",
            ),
            LIGHTER_LOAD,
            Text(
                en="make it a ratio of what was met to what is required (cadence.*)",
                zh="改为与规定次数相比的完成率（cadence.*）",
            ),
            Override.COMMITTEE,
        ),
        Rule(
            "count_without_requirement",
            Severity.WARNING,
            Text(
                en="counts meetings or activities ({kind}) towards a number, not a requirement",
                zh="以会议、活动次数（{kind}）计分，未与规定次数相比",
            ),
            LIGHTER_LOAD,
            Text(
                en="see that the target is no more than what is required, or use a ratio",
                zh="确认目标值不高于规定次数，或改为完成率",
            ),
        ),
        Rule(
            "personal_ranking",
            Severity.ERROR,
            Text(en="ranks persons ({found})", zh="对个人排名（{found}）"),
            LIGHTER_LOAD,
            Text(
                en="leave `ranks` out; persons are told their band and their reasons",
                zh="去掉排名；对个人只告知档次和得分理由",
            ),
        ),
        Rule(
            "deduction_without_floor",
            Severity.ERROR,
            Text(
                en="has deductions but no deduction_floor",
                zh="有扣分但没有扣分下限（deduction_floor）",
            ),
            FAIR_COMPARISON,
            Text(
                en='give `deduction_floor`, for example "-20"',
                zh='给出 deduction_floor，例如 "-20"',
            ),
            Override.REASON,
        ),
        Rule(
            "bonus_without_cap",
            Severity.ERROR,
            Text(en="has bonuses but no bonus_cap", zh="有加分但没有加分上限（bonus_cap）"),
            FAIR_COMPARISON,
            Text(en='give `bonus_cap`, for example "10"', zh='给出 bonus_cap，例如 "10"'),
            Override.COMMITTEE,
        ),
        Rule(
            "sensitive_kind",
            Severity.ERROR,
            Text(
                en="scores the sensitive kind {kind}",
                zh="以敏感种类 {kind} 计分",
            ),
            SENSITIVE_DATA,
            Text(
                en="make it a veto naming this kind alone, or name other kinds one by one",
                zh="改为只读该种类的一票否决，或逐一列出其他种类",
            ),
        ),
        Rule(
            "double_count",
            Severity.ERROR,
            Text(
                en="rates several levels of units ({kinds}): a unit would count in its parent too",
                zh="同一方案评定多个层级的组织（{kinds}），下级会在上级中重复计数",
            ),
            FAIR_COMPARISON,
            Text(en="write one scheme for each level", zh="每个层级各用一个方案"),
        ),
        Rule(
            "event_counted_twice",
            Severity.ERROR,
            Text(
                en="gives a bonus for what {other} gives one for already",
                zh="与 {other} 对同一事项重复加分",
            ),
            FAIR_COMPARISON,
            Text(
                en="name both `once: NAME`, so that only the higher one counts, or drop one",
                zh="两条写上同一个 once，只计高的一项；或删去一条",
            ),
            Override.REASON,
        ),
        Rule(
            "own_mark_decides",
            Severity.ERROR,
            Text(
                en="gives one's own mark a weight of {weight} %",
                zh="自评权重为 {weight}%，自己说了算",
            ),
            FAIR_COMPARISON,
            Text(
                en="keep the weight of one's own mark at 50 % or less",
                zh="自评权重不超过 50%",
            ),
            Override.COMMITTEE,
        ),
        Rule(
            "idle_override",
            Severity.WARNING,
            Text(
                en="a reason is given for {finding}, which was not found, or which it cannot excuse",
                zh="为 {finding} 写了理由，但没有发现该问题，或该问题不能由方案自行说明",
            ),
            RULES_AS_DATA,
            Text(
                en="drop it; what the committee alone may allow, it allows on adoption",
                zh="删去该条；须由党委决定的，在审定方案时写明理由",
            ),
        ),
        Rule(
            "same_reading_twice",
            Severity.WARNING,
            Text(
                en="reads the same facts in the same way as {other}",
                zh="与 {other} 读取完全相同的事实",
            ),
            FAIR_COMPARISON,
            Text(en="keep one of the two", zh="两条保留一条"),
        ),
        Rule(
            "always_full",
            Severity.WARNING,
            Text(
                en="gives everybody full points, so it tells nobody apart",
                zh="人人满分，没有区分度",
            ),
            FAIR_COMPARISON,
            Text(en="mend the measure or drop the criterion", zh="修改度量或删去该指标"),
        ),
        Rule(
            "one_criterion_decides",
            Severity.WARNING,
            Text(
                en="holds {share} % of the base: one criterion decides",
                zh="占基础分的 {share}%，一条指标定结果",
            ),
            FAIR_COMPARISON,
            Text(en="keep each criterion at 25 % or less", zh="单条指标不超过基础分的 25%"),
        ),
        Rule(
            "mostly_process",
            Severity.WARNING,
            Text(
                en="{process} % of the base is for process and {result} % for results",
                zh="过程类指标占基础分 {process}%，结果类占 {result}%",
            ),
            LIGHTER_LOAD,
            Text(
                en="give results (problems solved, service, safety) more weight",
                zh="提高结果类指标（问题解决、服务、安全等）的分值",
            ),
        ),
        Rule(
            "missing_as_zero",
            Severity.WARNING,
            Text(
                en="gives no points where nothing was due",
                zh="没有应完成的事项也计 0 分",
            ),
            FAIR_COMPARISON,
            Text(
                en="use `missing: leave_out` unless nothing due is itself a fault",
                zh="除非“无应完成事项”本身就是问题，否则用 missing: leave_out",
            ),
        ),
        Rule(
            "no_minimum_sample",
            Severity.WARNING,
            Text(
                en="rates even the smallest and newest units",
                zh="对人数过少、成立过短的组织也评定",
            ),
            FAIR_COMPARISON,
            Text(
                en="give `minimum_sample`, for example {members: 3, months: 3}",
                zh="给出 minimum_sample，例如 {members: 3, months: 3}",
            ),
        ),
    )
}
