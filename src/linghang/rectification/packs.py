"""The section of a pack that rectification installs: procedures from handed in to closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from linghang.platform.packs.sections import register_section
from linghang.rectification.enums import Step
from linghang.rectification.models import Procedure


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class StepRow(_Row):
    """One review, and the working days it may take."""

    step: Step
    days: int = Field(ge=1, le=250)


class ProcedureRow(_Row):
    """The way of a problem from handed in to closed."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Text
    steps: tuple[StepRow, ...] = Field(min_length=1)
    needs_result: bool = False
    needs_measures: bool = False
    needs_evidence: bool = False

    @field_validator("steps")
    @classmethod
    def _once(cls, steps: tuple[StepRow, ...]) -> tuple[StepRow, ...]:
        names = [row.step for row in steps]
        if len(set(names)) != len(names):
            raise ValueError("a step stands twice: the way to closure would never end")
        return steps


def install_procedures(rows: Sequence[ProcedureRow], pack: Any, _actor: Any) -> None:
    """Write the procedures of a pack; problems on their way keep the code and follow the new rows."""
    gone = Procedure.objects.filter(pack=pack.code).exclude(code__in=[row.code for row in rows])
    gone.update(retired=True)
    Procedure.objects.bulk_create(
        [
            Procedure(
                code=row.code,
                title_en=row.title.en,
                title_zh=row.title.zh,
                steps=[{"step": step.step.value, "days": step.days} for step in row.steps],
                needs_result=row.needs_result,
                needs_measures=row.needs_measures,
                needs_evidence=row.needs_evidence,
                pack=pack.code,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "title_en",
            "title_zh",
            "steps",
            "needs_result",
            "needs_measures",
            "needs_evidence",
            "pack",
            "retired",
        ],
    )


def register_sections() -> None:
    """Let packs carry procedures."""
    register_section("procedures", ProcedureRow, install=install_procedures)
