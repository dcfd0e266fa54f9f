"""The sections of a pack that routing installs: categories with who solves them, and stage limits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section
from linghang.routing.enums import RUNNING, TOTAL, EscalateTo, Urgency
from linghang.routing.models import Category, StageLimit

STAGES = (*(stage.value for stage in RUNNING), TOTAL)
MINUTES = 60


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class SolverRow(_Row):
    """One rule that says which units can solve a category: by coverage of the place, or by a word."""

    by: Literal["coverage", "name"]
    words: tuple[str, ...] = ()
    why: Text

    @model_validator(mode="after")
    def words_go_with_names(self) -> SolverRow:
        """Refuse a rule by name without words, and words that nothing asks for."""
        if (self.by == "name") != bool(self.words):
            raise ValueError("words are given exactly for a rule by name")
        return self


class CategoryRow(_Row):
    """What a problem may be about."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: Text
    hint: Text | None = None
    solvers: tuple[SolverRow, ...] = Field(min_length=1)
    order: int = 100


class LimitRow(_Row):
    """How long the stages of problems of one urgency may take, in working hours."""

    urgency: Literal["urgent", "soon", "ordinary"]
    stage: Literal["raised", "accepted", "assigned", "solving", "answered", "total"]
    hours: Decimal = Field(gt=0, le=2000)
    escalate_to: EscalateTo = EscalateTo.BACK


def register_sections() -> None:
    """Let packs carry categories of raised problems and the limits of their stages."""
    register_section("case_categories", CategoryRow, install=install_categories)
    register_section("case_limits", LimitRow, install=install_limits, check=check_limits)


def install_categories(rows: Sequence[CategoryRow], pack: Any, _actor: Any) -> None:
    """Write the categories of a pack; those it no longer has are not offered any more."""
    Category.objects.filter(pack=pack.code).exclude(code__in=[row.code for row in rows]).update(
        retired=True
    )
    Category.objects.bulk_create(
        [
            Category(
                code=row.code,
                title_en=row.title.en,
                title_zh=row.title.zh,
                hint_en=row.hint.en if row.hint else "",
                hint_zh=row.hint.zh if row.hint else "",
                solvers=[solver.model_dump(mode="json") for solver in row.solvers],
                order=row.order,
                pack=pack.code,
                retired=False,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "title_en",
            "title_zh",
            "hint_en",
            "hint_zh",
            "solvers",
            "order",
            "pack",
            "retired",
        ],
    )


def install_limits(rows: Sequence[LimitRow], pack: Any, _actor: Any) -> None:
    """Write the limits of a pack; clocks that run already keep the moment they were given."""
    StageLimit.objects.filter(pack=pack.code).delete()
    StageLimit.objects.bulk_create(
        [
            StageLimit(
                urgency=row.urgency,
                stage=row.stage,
                minutes=int(row.hours * MINUTES),
                escalate_to=row.escalate_to,
                pack=pack.code,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["urgency", "stage"],
        update_fields=["minutes", "escalate_to", "pack"],
    )


def check_limits(rows: Sequence[LimitRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each stage of an urgency without a limit, or with two."""
    given = [(row.urgency, row.stage) for row in rows]
    findings = [
        Finding(
            around.file,
            "",
            _("Problems that are %(urgency)s have no limit for the stage %(stage)s.")
            % {"urgency": urgency, "stage": stage},
            _("Give every urgency a limit for each stage and for the total."),
            code="routing.limit_missing",
        )
        for urgency in Urgency.values
        for stage in STAGES
        if (urgency, stage) not in given
    ]
    findings += [
        Finding(
            around.file,
            f"[{place}]",
            _("A limit for %(urgency)s and %(stage)s stands here twice.")
            % {"urgency": pair[0], "stage": pair[1]},
            _("Keep one of them."),
            code="routing.limit_double",
        )
        for place, pair in enumerate(given)
        if pair in given[:place]
    ]
    return findings
