"""The section of a pack that brings a handbook with its generations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from linghang.activities.models import ActivityKind
from linghang.handbook import mapping
from linghang.handbook.enums import Check, Concern, Param, Rhythm
from linghang.handbook.models import Template
from linghang.ledger.api import list_kinds
from linghang.org.enums import UnitKind
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section

BRANCHES = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH)


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class StandardRow(_Row):
    """A standard; its code stays the same through the generations."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    text: str = Field(min_length=1, max_length=300)
    basis: str = Field(default="", max_length=200)
    kinds: tuple[UnitKind, ...] = BRANCHES
    concern: Concern = Concern.ANY
    check: Check
    params: dict[str, str] = Field(default_factory=dict)
    rhythm: Rhythm


class ChapterRow(_Row):
    """A chapter with its standards."""

    title: str = Field(min_length=1, max_length=80)
    standards: tuple[StandardRow, ...] = Field(min_length=1)


class GenerationRow(_Row):
    """A generation and the day from which it holds."""

    number: int = Field(ge=1, le=99)
    valid_from: date
    note: str = Field(default="", max_length=400)
    chapters: tuple[ChapterRow, ...] = Field(min_length=1)


class HandbookRow(_Row):
    """A handbook a bureau may adopt."""

    code: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    title: Text
    generations: tuple[GenerationRow, ...] = Field(min_length=1)


def register_sections() -> None:
    """Let packs carry handbooks."""
    register_section("handbooks", HandbookRow, install=install_handbooks, check=check_handbooks)


def check_handbooks(rows: Sequence[HandbookRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each check whose parameters are wrong, and generations out of order."""
    kinds = set(ActivityKind.objects.values_list("code", flat=True))
    kinds |= {one.removeprefix("activity.") for one in around.offered if "activity." in one}
    return [
        Finding(around.file, f"[{place}].{where}", words, "", code="handbooks.params")
        for place, row in enumerate(rows)
        for where, words in _find_faults(row, kinds, around)
    ]


def _find_faults(
    row: HandbookRow, kinds: set[str], around: Surroundings
) -> Iterator[tuple[str, str]]:
    days = [one.valid_from for one in row.generations]
    numbers = [one.number for one in row.generations]
    if days != sorted(set(days)) or numbers != sorted(set(numbers)):
        yield "generations", _("Each generation comes after the one before, with a later day.")
    for g, generation in enumerate(row.generations):
        for c, chapter in enumerate(generation.chapters):
            for s, one in enumerate(chapter.standards):
                where = f"generations[{g}].chapters[{c}].standards[{s}]"
                yield from _find_wrong(one, where, kinds, around)


def _find_wrong(
    one: StandardRow, where: str, kinds: set[str], around: Surroundings
) -> Iterator[tuple[str, str]]:
    kind = one.params.get(Param.KIND, "")
    if kind and kind not in kinds:
        words = _("There is no kind of activity %(code)s.") % {"code": kind}
        yield f"{where}.params.kind", words
    try:
        mapping.clean_params(one.check, one.params, set(list_kinds()) | around.offered)
    except mapping.BadParamsError as bad:
        yield f"{where}.params.{bad.field}", str(bad)


def install_handbooks(rows: Sequence[HandbookRow], pack: Any, _actor: Any) -> None:
    """Write the handbooks of a pack; what bureaus adopted stays as it was."""
    gone = Template.objects.filter(pack=pack.code).exclude(code__in=[row.code for row in rows])
    gone.update(retired=True)
    for row in rows:
        Template.objects.update_or_create(
            code=row.code,
            defaults={
                "title_en": row.title.en,
                "title_zh": row.title.zh,
                "versions": [_as_plain(one) for one in row.generations],
                "pack": pack.code,
                "retired": False,
            },
        )


def _as_plain(row: GenerationRow) -> dict[str, Any]:
    """Return the generation as it is stored, what checks ask for as whole numbers where they are such."""
    plain: dict[str, Any] = row.model_dump(mode="json")
    for chapter in plain["chapters"]:
        for one in chapter["standards"]:
            one["params"] = mapping.clean_params(Check(one["check"]), one["params"])
    return plain
