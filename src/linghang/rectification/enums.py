"""States of problems, where they come from, what results from them; and the facts they write."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import DatedBy, FactKind
from linghang.worklists.enums import TIMELINESS


class SourceKind(models.TextChoices):
    """Where a problem came to light."""

    RESEARCH = "research", _("research")  # 调研
    SELF_CHECK = "self_check", _("self-check")  # 专业自检
    EXPERT_CHECK = "expert_check", _("expert check")  # 专家面检
    INSPECTION = "inspection", _("inspection")  # 巡视巡察
    SUPERVISION = "supervision", _("supervision")  # 监督检查
    AUDIT = "audit", _("audit")  # 审计
    DEMAND = "demand", _("demand of a customer")  # 客户诉求
    SAFETY = "safety", _("safety")  # 安全检查
    TALK = "talk", _("theme of talks")  # 谈心谈话
    FRONT = "front", _("raised at the front")  # 基层反映
    OTHER = "other", _("other")


class Severity(models.TextChoices):
    """How serious a problem is."""

    GENERAL = "general", _("general")  # 一般
    SERIOUS = "serious", _("serious")  # 较重
    GRAVE = "grave", _("grave")  # 严重

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"general": "neutral", "serious": "warn", "grave": "danger"}[self.value]


class Term(models.TextChoices):
    """By when a problem is to be solved."""

    IMMEDIATE = "immediate", _("at once")  # 立行立改
    TIME_LIMITED = "limited", _("within a time")  # 限期整改
    LONG_TERM = "long_term", _("lasting")  # 长期坚持


class ProblemState(models.TextChoices):
    """Where a problem stands; NEXT says where it may go. Overdue (超期) is judged by the day."""

    NEW = "new", _("not begun")  # 未启动
    OPEN = "open", _("being rectified")  # 整改中
    HANDED_IN = "handed_in", _("waits for review")  # 已完成待审
    RETURNED = "returned", _("returned")  # 退回
    CLOSED = "closed", _("closed")  # 已销号
    LONG_TERM = "long_term", _("kept up")  # 长期坚持
    WITHDRAWN = "withdrawn", _("withdrawn")  # 撤销

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {
            "new": "neutral",
            "open": "info",
            "handed_in": "info",
            "returned": "warn",
            "closed": "ok",
            "long_term": "ok",
            "withdrawn": "neutral",
        }[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {
            "new": "clock",
            "open": "clock",
            "handed_in": "eye",
            "returned": "alert-triangle",
            "closed": "circle-check",
            "long_term": "refresh",
            "withdrawn": "minus",
        }[self.value]


# 状态图: from where to where a problem may go. Everything else is refused with a reason.
NEXT: dict[ProblemState, tuple[ProblemState, ...]] = {
    ProblemState.NEW: (ProblemState.OPEN, ProblemState.HANDED_IN, ProblemState.WITHDRAWN),
    ProblemState.OPEN: (ProblemState.HANDED_IN, ProblemState.WITHDRAWN),
    ProblemState.RETURNED: (ProblemState.HANDED_IN, ProblemState.WITHDRAWN),
    ProblemState.HANDED_IN: (
        ProblemState.RETURNED,
        ProblemState.CLOSED,
        ProblemState.LONG_TERM,
        ProblemState.WITHDRAWN,
    ),
    ProblemState.CLOSED: (ProblemState.OPEN,),
    ProblemState.LONG_TERM: (ProblemState.CLOSED, ProblemState.OPEN),
    ProblemState.WITHDRAWN: (),
}
TO_DO = (ProblemState.NEW, ProblemState.OPEN, ProblemState.RETURNED)  # the owner's turn
UNSOLVED = (*TO_DO, ProblemState.HANDED_IN)
SOLVED = (ProblemState.CLOSED, ProblemState.LONG_TERM)


class Step(models.TextChoices):
    """A review on the way from handed in to closed; a procedure names its steps in order."""

    FIRST_REVIEW = "first_review", _("first review")  # 牵头部门初审
    SECOND_REVIEW = "second_review", _("second review")  # 纪检或党建复审
    SIGN_OFF = "sign_off", _("sign-off")  # 领导签批


class ResultKind(models.TextChoices):
    """成果转化: what came of it."""

    RULE = "rule", _("rule")  # 规章制度
    METHOD = "method", _("method")  # 工作方法
    OUTCOME = "outcome", _("outcome")  # 成果
    BENEFIT = "benefit", _("benefit")  # 受益


class ExtensionState(models.TextChoices):
    """Where the wish for a later day stands."""

    ASKED = "asked", _("asked for")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


class Verb(models.TextChoices):
    """What was done to a problem."""

    STATED = "stated", _("stated")
    STARTED = "started", _("begun")
    MEASURES = "measures", _("measures added")
    RESULT = "result", _("result recorded")
    HANDED_IN = "handed_in", _("handed in for closure")
    PASSED = "passed", _("review passed")
    RETURNED = "returned", _("returned")
    CLOSED = "closed", _("closed")
    LONG_TERM = "long_term", _("kept up from now on")
    LOOKED_BACK = "looked_back", _("looked back")
    REOPENED = "reopened", _("opened again")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXTENSION_ASKED = "extension_asked", _("later day asked for")
    EXTENDED = "extended", _("later day granted")
    NOT_EXTENDED = "not_extended", _("later day refused")
    HANDED_OVER = "handed_over", _("handed over")
    ASSIGNED = "assigned", _("responsibility assigned")  # 责任分工
    LINKED = "linked", _("marked as found again")
    CORRECTED = "corrected", _("corrected")


PROBLEM = FactKind(
    code="problem",
    title=_("problem to be rectified"),
    quantity=_("problems"),
    meaning=_(
        "A problem was due for closure: closed on time, closed late, still open, or overdue."
    ),
    statuses=TIMELINESS,
    dated_by=DatedBy.DUE,
)
RESULT = FactKind(
    code="problem_result",
    title=_("result of rectification"),
    quantity=_("results"),
    meaning=_("Something lasting came of a problem: a rule, a method, an outcome, a benefit."),
    statuses=tuple(ResultKind.values),
    dated_by=DatedBy.OCCURRED,
)
