"""The section `contests` of packs: contests to start from, refused where the linter finds errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from linghang.contests.models import Template
from linghang.ledger import api as ledger
from linghang.platform.languages import spoken
from linghang.platform.packs import findings
from linghang.platform.packs.sections import Surroundings, register_section
from linghang_core import scoring


class ContestRow(BaseModel):
    """A contest to start from: its rules as a scheme for a span of days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    title: str = Field(max_length=120)
    days: int = Field(default=100, ge=1, le=400)
    daily_limit: str = Field(default="5", pattern=r"^\d{1,3}(\.\d{1,2})?$")
    prizes: str = Field(default="", max_length=400)
    rules: scoring.Scheme


def install_contests(rows: Sequence[ContestRow], pack: Any, _actor: Any) -> None:
    """Write the contests of a pack; those it no longer has are not offered any more."""
    Template.objects.filter(pack=pack.code).exclude(code__in=[row.code for row in rows]).update(
        retired=True
    )
    for row in rows:
        values = row.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"code"})
        Template.objects.update_or_create(
            code=row.code,
            defaults={"title": row.title, "values": values, "pack": pack.code, "retired": False},
        )


def check_contests(rows: Sequence[ContestRow], around: Surroundings) -> Iterable[findings.Finding]:
    """Return what the rule linter says of the rules, and what cannot be counted day by day."""
    declared = set(ledger.list_kinds()) | around.offered
    english = spoken() == "en"
    for number, row in enumerate(rows):
        for problem in scoring.check_contest(row.rules):
            yield findings.Finding(
                file=around.file,
                place=f"[{number}].rules.{problem.place}",
                message=problem.message,
                remedy="",
                severity=findings.Severity.ERROR,
            )
        for found in scoring.lint_scheme(row.rules, declared):
            yield findings.Finding(
                file=around.file,
                place=f"[{number}].rules.{found.place}",
                message=found.message.en if english else found.message.zh,
                remedy=found.remedy.en if english else found.remedy.zh,
                code=str(found.code),
                severity=findings.Severity(str(found.severity)),
                basis=found.basis,
            )


def register_sections() -> None:
    """Let packs carry contests."""
    register_section("contests", ContestRow, install=install_contests, check=check_contests)
