"""The sections of a pack that campaigns install: special actions and commitments to start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from linghang.campaigns.models import Template
from linghang.platform.packs.sections import register_section

CODE = r"^[a-z][a-z0-9_-]{0,39}$"


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GoalRow(_Row):
    """A goal: the kind of facts, whether they or their quantity are counted, and how many.

    `at_most` makes it a ceiling.
    """

    title: str
    kind: str
    measure: Literal["times", "quantity"] = "times"
    target: int = Field(ge=0)
    at_most: bool = False


class CampaignRow(_Row):
    """A special action to start from."""

    code: str = Field(pattern=CODE)
    title: str = Field(max_length=120)
    aim: str = Field(default="", max_length=400)
    kinds: tuple[str, ...] = ()
    words: str = Field(default="", max_length=200)
    goals: tuple[GoalRow, ...] = Field(default=(), max_length=6)


class CommitmentRow(_Row):
    """A commitment to start from."""

    code: str = Field(pattern=CODE)
    title: str = Field(max_length=120)
    promise: str = Field(max_length=400)
    beneficiaries: str = Field(max_length=120)
    expected: int | None = Field(default=None, ge=1)


def install_campaigns(rows: Sequence[CampaignRow], pack: Any, _actor: Any) -> None:
    """Write the special actions of a pack; those it no longer has are not offered any more."""
    values = [(row.code, row.title, row.model_dump(mode="json", exclude={"code"})) for row in rows]
    _install("campaign", values, pack)


def install_commitments(rows: Sequence[CommitmentRow], pack: Any, _actor: Any) -> None:
    """Write the commitments of a pack; those it no longer has are not offered any more."""
    values = [(row.code, row.title, row.model_dump(exclude={"code"})) for row in rows]
    _install("commitment", values, pack)


def _install(shape: str, rows: Sequence[tuple[str, str, dict[str, Any]]], pack: Any) -> None:
    gone = Template.objects.filter(pack=pack.code, shape=shape)
    gone.exclude(code__in=[code for code, _title, _values in rows]).update(retired=True)
    Template.objects.bulk_create(
        [
            Template(code=code, shape=shape, title=title, values=values, pack=pack.code)
            for code, title, values in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["shape", "title", "values", "pack", "retired"],
    )


def register_sections() -> None:
    """Let packs carry special actions and commitments."""
    register_section("special_actions", CampaignRow, install=install_campaigns)
    register_section("commitments", CommitmentRow, install=install_commitments)
