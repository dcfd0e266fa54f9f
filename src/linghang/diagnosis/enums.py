"""States of a round and of a unit in it, the four answers, who leads a problem; and the fact of a check."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind


class RoundState(models.TextChoices):
    """Where a round stands; NEXT_ROUND says where it may go."""

    SELF_CHECK = "self_check", _("self-check under way")  # 专业自检
    EXPERT_CHECK = "expert_check", _("expert check under way")  # 专家面检
    RECTIFYING = "rectifying", _("compared, being rectified")  # 整改中
    CLOSED = "closed", _("round ended")
    CANCELLED = "cancelled", _("called off")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"closed": "ok", "cancelled": "neutral", "rectifying": "warn"}.get(
            self.value, "info"
        )

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {
            "self_check": "pencil",
            "expert_check": "zoom-question",
            "rectifying": "tools",
            "closed": "circle-check",
            "cancelled": "circle-x",
        }[self.value]


# 状态图: from where to where a round may go. Everything else is refused with a reason.
NEXT_ROUND: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.SELF_CHECK: (RoundState.EXPERT_CHECK, RoundState.CANCELLED),
    RoundState.EXPERT_CHECK: (RoundState.RECTIFYING, RoundState.CANCELLED),
    RoundState.RECTIFYING: (RoundState.CLOSED,),
    RoundState.CLOSED: (),
    RoundState.CANCELLED: (),
}
CHECKING = (RoundState.SELF_CHECK, RoundState.EXPERT_CHECK)


class SheetState(models.TextChoices):
    """How far the check of one unit is; NEXT_SHEET says where it may go."""

    FILLING = "filling", _("self-check not handed in")
    HANDED_IN = "handed_in", _("self-check handed in")
    CHECKING = "checking", _("expert at work")
    CHECKED = "checked", _("expert check finished")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"filling": "neutral", "handed_in": "info", "checking": "info", "checked": "ok"}[
            self.value
        ]

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {
            "filling": "pencil",
            "handed_in": "send",
            "checking": "zoom-question",
            "checked": "circle-check",
        }[self.value]


NEXT_SHEET: dict[SheetState, tuple[SheetState, ...]] = {
    # A unit that handed nothing in is checked all the same once the experts begin.
    SheetState.FILLING: (SheetState.HANDED_IN, SheetState.CHECKING),
    SheetState.HANDED_IN: (SheetState.CHECKING,),
    SheetState.CHECKING: (SheetState.CHECKED,),
    SheetState.CHECKED: (),
}


class Side(models.TextChoices):
    """Who answers."""

    SELF = "self", _("self-check")  # 专业自检
    EXPERT = "expert", _("expert check")  # 专家面检


class Verdict(models.TextChoices):
    """Whether a standard is met; the order is from good to bad, not applicable stands outside."""

    MET = "met", _("met")  # 符合
    PARTLY = "partly", _("partly met")  # 部分符合
    NOT_MET = "not_met", _("not met")  # 不符合
    NOT_APPLICABLE = "n_a", _("not applicable")  # 不适用

    @property
    def tone(self) -> str:
        """Return the colour word of the answer's chip."""
        return {"met": "ok", "partly": "warn", "not_met": "danger", "n_a": "neutral"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the answer's chip."""
        return {
            "met": "circle-check",
            "partly": "progress",
            "not_met": "circle-x",
            "n_a": "minus",
        }[self.value]

    @property
    def needs_note(self) -> bool:
        """Return whether the answer says nothing without a sentence."""
        return self in FAILED


STRICTNESS = {Verdict.MET: 0, Verdict.PARTLY: 1, Verdict.NOT_MET: 2}
FAILED = (Verdict.PARTLY, Verdict.NOT_MET)


class Difference(models.TextChoices):
    """How a self-check stands to the expert's answer."""

    SAME = "same", _("the same")
    KINDER = "kinder", _("self-check too kind")  # 自检偏宽
    STRICTER = "stricter", _("self-check too strict")  # 自检偏严
    INCOMPARABLE = "none", _("not comparable")

    @property
    def tone(self) -> str:
        """Return the colour word of the chip."""
        return {"same": "ok", "kinder": "danger", "stricter": "warn", "none": "neutral"}[self.value]

    @property
    def icon(self) -> str:
        """Return the icon of the chip."""
        return {
            "same": "check",
            "kinder": "arrow-up",
            "stricter": "arrow-down",
            "none": "minus",
        }[self.value]


class Lead(models.TextChoices):
    """Who leads the rectification of what was found."""

    COMMITTEE = "committee", _("led by the Party committee")  # 党委牵头
    BRANCH = "branch", _("led by the branch")  # 支部牵头


class Verb(models.TextChoices):
    """What was done in a round."""

    OPENED = "opened", _("round opened")
    DATES = "dates", _("dates changed")
    EXPERTS_ADDED = "experts", _("expert added")
    EXPERT_CHECK = "expert_check", _("expert check begun")
    RECTIFYING = "rectifying", _("checks ended, results compared")
    CLOSED = "closed", _("round ended")
    CANCELLED = "cancelled", _("round called off")
    HANDED_IN = "handed_in", _("self-check handed in")
    CORRECTED = "corrected", _("self-check corrected")
    CHECKING = "checking", _("expert began")
    JUDGED_AGAIN = "judged_again", _("expert answer corrected")
    CHECKED = "checked", _("expert check finished")
    PROBLEMS = "problems", _("problems stated")


DIAGNOSIS = FactKind(
    code="diagnosis",
    title=_("standard checked by an expert"),
    quantity=_("standards"),
    meaning=_(
        "An expert checked the unit against a standard of a diagnosis round: met, partly met or not "
        "met. What the unit says of itself and standards that do not apply leave no fact."
    ),
    statuses=("met", "partly", "not_met"),
    status_titles=(
        ("met", _("met")),
        ("partly", _("partly met")),
        ("not_met", _("not met")),
    ),
)
