"""The sections of a pack that research installs: topics to propose, occasions and themes of talks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from linghang.platform.packs.sections import register_section
from linghang.research.models import TalkScene, TalkTheme, TopicTemplate

CODE = r"^[a-z][a-z0-9_]{0,39}$"


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class WordRow(_Row):
    """An occasion or a theme of talks."""

    code: str = Field(pattern=CODE)
    title: Text
    order: int = 100


class TopicRow(WordRow):
    """A topic to propose; its texts stand in the year's book as they are, in Chinese."""

    background: str = ""
    questions: tuple[str, ...] = Field(min_length=1)
    method: str = ""


def register_sections() -> None:
    """Let packs carry research topics, occasions and themes of talks."""
    register_section("research_topics", TopicRow, install=install_topics)
    register_section("talk_scenes", WordRow, install=install_scenes)
    register_section("talk_themes", WordRow, install=install_themes)


def install_topics(rows: Sequence[TopicRow], pack: Any, _actor: Any) -> None:
    """Write the topics of a pack; those in a year's book already stay as they are there."""
    extra = [
        {"background": r.background, "questions": list(r.questions), "method": r.method}
        for r in rows
    ]
    _install(TopicTemplate, rows, pack, extra)


def install_scenes(rows: Sequence[WordRow], pack: Any, _actor: Any) -> None:
    """Write the occasions of talks."""
    _install(TalkScene, rows, pack)


def install_themes(rows: Sequence[WordRow], pack: Any, _actor: Any) -> None:
    """Write the themes of talks."""
    _install(TalkTheme, rows, pack)


def _install(
    model: Any, rows: Sequence[WordRow], pack: Any, extra: Sequence[dict[str, Any]] = ()
) -> None:
    """Write the rows; what the pack no longer has is not offered any more, and keeps its name."""
    gone = model.objects.filter(pack=pack.code).exclude(code__in=[row.code for row in rows])
    gone.update(retired=True)
    values = [
        {
            "title_en": row.title.en,
            "title_zh": row.title.zh,
            "order": row.order,
            "pack": pack.code,
            "retired": False,
            **(extra[place] if extra else {}),
        }
        for place, row in enumerate(rows)
    ]
    if values:
        model.objects.bulk_create(
            [model(code=row.code, **value) for row, value in zip(rows, values, strict=True)],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=list(values[0]),
        )
