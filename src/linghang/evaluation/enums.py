"""States of schemes, runs, publications and objections. A state carries its colour and abilities."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SchemeState(models.TextChoices):
    """Where a version of a scheme stands; one at most is adopted for all, and one in each bureau."""

    DRAFT = "draft", _("draft")
    ADOPTED = "adopted", _("in force")
    RETIRED = "retired", _("retired")

    @property
    def tone(self) -> str:
        """Return the colour family of the state."""
        return {"draft": "neutral", "adopted": "ok", "retired": "neutral"}[self.value]


class RunState(models.TextChoices):
    """Where an evaluation run stands."""

    RUNNING = "running", _("running")
    FAILED = "failed", _("failed")
    DONE = "done", _("computed")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("replaced by a later run")

    @property
    def tone(self) -> str:
        """Return the colour family of the state."""
        return {
            "running": "info",
            "failed": "danger",
            "done": "warn",
            "published": "ok",
            "superseded": "neutral",
        }[self.value]

    @property
    def has_results(self) -> bool:
        """Return whether the run holds scores."""
        return self in {RunState.DONE, RunState.PUBLISHED, RunState.SUPERSEDED}

    @property
    def may_be_published(self) -> bool:
        """Return whether the run can be published now."""
        return self is RunState.DONE


class PublicationState(models.TextChoices):
    """Where a publication (公示、晾晒) stands."""

    OPEN = "open_for_objections", _("open for objections")
    FINAL = "final", _("final")
    CORRECTED = "corrected", _("corrected")

    @property
    def tone(self) -> str:
        """Return the colour family of the state."""
        return {"open_for_objections": "info", "final": "ok", "corrected": "warn"}[self.value]

    @property
    def takes_objections(self) -> bool:
        """Return whether objections may still be raised (until the day given with it)."""
        return self is PublicationState.OPEN

    @property
    def is_closed(self) -> bool:
        """Return whether the objection period is over and everything decided."""
        return self is not PublicationState.OPEN


class ObjectionState(models.TextChoices):
    """Where an objection (异议) stands."""

    OPEN = "open", _("waiting for a decision")
    UPHELD = "upheld", _("upheld")
    REJECTED = "rejected", _("rejected")

    @property
    def tone(self) -> str:
        """Return the colour family of the state."""
        return {"open": "warn", "upheld": "ok", "rejected": "neutral"}[self.value]

    @property
    def is_decided(self) -> bool:
        """Return whether somebody has decided."""
        return self is not ObjectionState.OPEN


class Part(StrEnum):
    """Where a verification (核验) found something other than it was published."""

    SNAPSHOT = "snapshot"
    AUDIT = "audit"  # the digest noted in the audit trail
    RUN = "run"  # the digest of the run
    SCHEME = "scheme"  # the scheme in the snapshot and its digest
    RESULTS = "results"  # the digest of all results
    CRITERION = "criterion"
    TOTAL = "total"
    OTHER = "other"  # of a subject's result
    ROW = "row"  # the score that lists are made of
    CORRECTION = "correction"


class DraftState(models.TextChoices):
    """Where the draft of a scheme stands."""

    EDITING = "editing", _("being written")
    PROPOSED = "proposed", _("before the committee")
    ADOPTED = "adopted", _("adopted")
    DISCARDED = "discarded", _("discarded")

    @property
    def tone(self) -> str:
        """Return the colour family of the state."""
        return {"editing": "info", "proposed": "warn", "adopted": "ok", "discarded": "neutral"}[
            self.value
        ]

    @property
    def is_open(self) -> bool:
        """Return whether the draft may still become a scheme."""
        return self in {DraftState.EDITING, DraftState.PROPOSED}


NOT_RATED_WORDS: dict[str, str | Promise] = {
    "too_few_members": _("too few members for a fair comparison"),
    "too_young": _("not long enough in existence"),
    "criterion_without_data": _("a criterion that must be measured has no data"),
    "nothing_measured": _("nothing was due in the period"),
    "shared_branch": _("shared branch: its records cannot be told from those of other units"),
    "no_branch": _("no branch covers it"),
}
"""Why a subject is not rated, by the engine's reason code."""

NATURE_WORDS: dict[str, str | Promise] = {
    "basic": _("basic points"),
    "bonus": _("bonus"),
    "deduction": _("deduction"),
    "veto": _("veto"),
}
WINDOW_WORDS: dict[str, str | Promise] = {
    "month": _("this month"),
    "quarter": _("this quarter so far"),
    "year": _("this year so far"),
    "last_3_months": _("last 3 months"),
    "last_12_months": _("last 12 months"),
    "period": _("the whole contest"),
}
PERIOD_WORDS: dict[str, str | Promise] = {
    "month": _("each month"),
    "quarter": _("each quarter"),
    "year": _("each year"),
    "span": _("for a stretch of days"),
}
"""How often a scheme is evaluated, by the word of its period."""
MISSING_WORDS: dict[str, str | Promise] = {
    "full": _("nothing due: full points"),
    "zero": _("nothing due: no points"),
    "leave_out": _("nothing due: left out, its points go to the others"),
    "not_rated": _("nothing due: not rated"),
}
ABSENT_WORDS: dict[str, str | Promise] = {
    "share": _("raters without marks hand their weight to the others"),
    "not_rated": _("without marks of every kind of raters: not rated"),
}
ATTRIBUTE_WORDS: dict[str, str | Promise] = {
    "members": _("number of members"),
    "months_active": _("months of existence"),
    "months_member": _("months of membership"),
}
"""What the codes of schemes are called."""

VISIT_KIND = "supervision.visit"
"""The record of a quarterly supervision visit (季度督导), declared by the pack party-performance."""
