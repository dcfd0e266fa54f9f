"""States and words of supervision: findings and answers, risk points, hints."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linghang.rectification.enums import SourceKind


class FindingSource(models.TextChoices):
    """Where a common finding is known from."""

    INSPECTION = "inspection", _("inspection")  # 巡视巡察
    AUDIT = "audit", _("audit")  # 审计

    @property
    def problem_source(self) -> SourceKind:
        """Return the source of a problem that came of it."""
        return SourceKind.INSPECTION if self is FindingSource.INSPECTION else SourceKind.AUDIT


class ExaminationState(models.TextChoices):
    """Where a self-examination (专项自查) stands."""

    OPEN = "open", _("examination under way")
    CLOSED = "closed", _("examination ended")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return "info" if self is ExaminationState.OPEN else "ok"


class ReplyState(models.TextChoices):
    """Where the answers of one unit stand; NEXT_REPLY says where they may go."""

    FILLING = "filling", _("not answered yet")
    HANDED_IN = "handed_in", _("answers handed in")
    RETURNED = "returned", _("returned")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"filling": "neutral", "handed_in": "ok", "returned": "warn"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {"filling": "pencil", "handed_in": "send", "returned": "arrow-back-up"}[self.value]


NEXT_REPLY: dict[ReplyState, tuple[ReplyState, ...]] = {
    ReplyState.FILLING: (ReplyState.HANDED_IN,),
    ReplyState.HANDED_IN: (ReplyState.RETURNED,),
    ReplyState.RETURNED: (ReplyState.HANDED_IN,),
}
TO_ANSWER = (ReplyState.FILLING, ReplyState.RETURNED)


class Presence(models.TextChoices):
    """Whether a common finding is there in a unit."""

    ABSENT = "absent", _("not there")  # 不存在
    PRESENT = "present", _("there")  # 存在
    RECTIFIED = "rectified", _("there, rectified already")  # 已整改

    @property
    def tone(self) -> str:
        """Return the colour word of the answer's chip."""
        return {"absent": "ok", "present": "danger", "rectified": "info"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the answer's chip."""
        return {"absent": "minus", "present": "flag", "rectified": "circle-check"}[self.value]


class Grade(models.IntegerChoices):
    """How likely something is, or how grave if it happens."""

    LOW = 1, pgettext_lazy("risk", "low")
    MIDDLE = 2, pgettext_lazy("risk", "middle")
    HIGH = 3, pgettext_lazy("risk", "high")


class RiskLevel(models.TextChoices):
    """The level of a risk point, by the rule table (RiskRule) from likelihood and consequence."""

    LOW = "low", _("low risk")
    MIDDLE = "middle", _("middle risk")
    HIGH = "high", _("high risk")

    @property
    def tone(self) -> str:
        """Return the colour word of the level's chip."""
        return {"low": "ok", "middle": "warn", "high": "danger"}[self.value]


class HintState(models.TextChoices):
    """What became of a hint; it is never a verdict. NEXT_HINT says where it may go."""

    NEW = "new", pgettext_lazy("hint", "new")
    LOOKED_AT = "looked_at", _("looked at")
    REMINDED = (
        "reminded",
        _("talk of reminding held"),
    )  # 谈话提醒: that it took place, nothing of it
    PROBLEM = "problem", _("stated as a problem")
    DISMISSED = "dismissed", _("dismissed")  # 排除

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"new": "warn", "looked_at": "info", "dismissed": "neutral"}.get(self.value, "ok")

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {
            "new": "bell",
            "looked_at": "eye",
            "reminded": "users",
            "problem": "flag",
            "dismissed": "x",
        }[self.value]

    @property
    def is_final(self) -> bool:
        """Return whether it is decided."""
        return self in {HintState.REMINDED, HintState.PROBLEM, HintState.DISMISSED}


NEXT_HINT: dict[HintState, tuple[HintState, ...]] = {
    HintState.NEW: (HintState.LOOKED_AT,),
    HintState.LOOKED_AT: (HintState.REMINDED, HintState.PROBLEM, HintState.DISMISSED),
    HintState.REMINDED: (),
    HintState.PROBLEM: (),
    HintState.DISMISSED: (),
}
OPEN_HINTS = (HintState.NEW, HintState.LOOKED_AT)


class Detector(models.TextChoices):
    """What a rule counts; its numbers are parameters of the rule, from the pack."""

    REPEATED_PROBLEMS = "repeated_problems", _("the same problem found again")
    OVERDUE_MEASURES = "overdue_measures", _("rectification measures long overdue")
    SAME_REVIEWER = "same_reviewer", _("reviews of a unit nearly all by one person")
    LATE_EN_BLOC = "late_en_bloc", _("service recorded late, many on one day")
    EXTENDED_OFTEN = "extended_often", _("a problem put off several times")
    REOPENED = "reopened", _("closed problems opened again")


class Subject(models.TextChoices):
    """What an act of supervision was about."""

    EXAMINATION = "examination", _("self-examination")
    REPLY = "reply", _("answers of a unit")
    RISK = "risk", _("risk point")
    HINT = "hint", _("hint")


class Verb(models.TextChoices):
    """What was done."""

    OPENED = "opened", _("opened")
    URGED = "urged", _("urged")
    DUE_CHANGED = "due_changed", _("last day changed")
    HANDED_IN = "handed_in", _("handed in")
    RETURNED = "returned", _("returned")
    CLOSED = "closed", _("ended")
    ADDED = "added", _("entered")
    CHANGED = "changed", _("changed")
    REVIEWED = "reviewed", _("reviewed")
    RETIRED = "retired", _("taken out")
    FOUND = "found", _("found by the rule")
    LOOKED_AT = "looked_at", _("looked at")
    REMINDED = "reminded", _("talk of reminding held")
    PROBLEM = "problem", _("stated as a problem")
    DISMISSED = "dismissed", _("dismissed")
