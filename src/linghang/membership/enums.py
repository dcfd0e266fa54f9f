"""The stages of the way into the Party as pages show them, and the fact each step leaves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import FactKind
from linghang_core.regulations import Outcome as CoreOutcome
from linghang_core.regulations import Stage as CoreStage


class Stage(models.TextChoices):
    """The five stages of 《发展党员工作细则》, and the end of the way."""

    APPLYING = CoreStage.APPLYING.value, _("applying for membership")
    ACTIVIST = CoreStage.ACTIVIST.value, _("activist")
    CANDIDATE = CoreStage.CANDIDATE.value, _("candidate for development")
    ADMISSION = CoreStage.ADMISSION.value, _("admission on probation")
    CONVERSION = CoreStage.CONVERSION.value, _("probation and conversion")
    DONE = "done", _("converted and filed")
    ENDED = "ended", _("ended early")

    @property
    def tone(self) -> str:
        """Return the colour word of the stage's chip."""
        return {"done": "ok", "ended": "neutral"}.get(self.value, "info")

    @property
    def icon(self) -> str:
        """Return the icon of the stage's chip."""
        return {"done": "circle-check", "ended": "circle-x"}.get(self.value, "user-plus")

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return self in {Stage.DONE, Stage.ENDED}


class Outcome(models.TextChoices):
    """What came of a step."""

    PASSED = CoreOutcome.PASSED.value, _("step passed")
    REFUSED = CoreOutcome.REFUSED.value, _("step refused")
    EXTENDED = CoreOutcome.EXTENDED.value, _("probation extended")
    CANCELLED = CoreOutcome.CANCELLED.value, _("probation cancelled")

    @property
    def tone(self) -> str:
        """Return the colour word of the outcome's chip."""
        return {"passed": "ok", "extended": "warn"}.get(self.value, "danger")

    @property
    def icon(self) -> str:
        """Return the icon of the outcome's chip."""
        return {"passed": "check", "extended": "clock"}.get(self.value, "circle-x")


DECIDED = frozenset(
    {
        "vetting",
        "committee_review",
        "preliminary_review",
        "admission_meeting",
        "approval",
        "conversion_meeting",
        "conversion_approval",
    }
)
"""The steps that can be refused."""

VOTED = frozenset({"admission_meeting", "conversion_meeting"})
ROSTER_STEPS = frozenset({"approval", "conversion_approval"})
"""The steps that change the roster when they pass."""

DEVELOPMENT = FactKind(
    code="development",
    title=_("step of developing a member"),
    quantity=_("steps"),
    statuses=tuple(stage.value for stage in CoreStage),
    status_titles=tuple((stage.value, Stage(stage.value).label) for stage in CoreStage),
    meaning=_("One of the 25 steps into the Party was taken in the branch; a refusal leaves none."),
)
