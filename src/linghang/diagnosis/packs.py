"""The section of a pack that diagnosis installs: versioned sets of standards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from linghang.diagnosis.models import Standard, StandardSet
from linghang.ledger.api import list_kinds
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class StandardRow(_Row):
    """What is checked, how, and what shows it; in Chinese, as it stands on the sheet."""

    number: str = Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,11}$")
    text: str = Field(min_length=4, max_length=200)
    check: str = Field(default="", max_length=300)
    basis: str = Field(default="", max_length=200)
    facts: tuple[str, ...] = ()
    severity: Literal["general", "serious", "grave"] = "general"
    lead: Literal["committee", "branch"] = "branch"


class FieldRow(_Row):
    """The standards of one professional field."""

    title: Text
    standards: tuple[StandardRow, ...] = Field(min_length=1)


class SetRow(_Row):
    """A set of standards; its version is the pack's."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Text
    months: int = Field(default=12, ge=1, le=36)
    fields: tuple[FieldRow, ...] = Field(min_length=1)

    @property
    def standards(self) -> list[tuple[FieldRow, StandardRow]]:
        """Return every standard with its field, in order."""
        return [(field, standard) for field in self.fields for standard in field.standards]


def register_sections() -> None:
    """Let packs carry sets of standards."""
    register_section("standard_sets", SetRow, install=install_sets, check=check_sets)


def install_sets(rows: Sequence[SetRow], pack: Any, _actor: Any) -> None:
    """Write the sets of a pack as a new version; a round goes on with the version it began with."""
    StandardSet.objects.filter(pack=pack.code).update(retired=True)
    for row in rows:
        known, made = StandardSet.objects.get_or_create(
            code=row.code,
            version=pack.version,
            defaults={
                "title_en": row.title.en,
                "title_zh": row.title.zh,
                "months": row.months,
                "pack": pack.code,
            },
        )
        if not made:  # installed again as it was: versions never change
            StandardSet.objects.filter(pk=known.pk).update(retired=False)
            continue
        Standard.objects.bulk_create(
            [
                Standard(
                    standard_set=known,
                    order=order,
                    number=standard.number,
                    field_en=field.title.en,
                    field_zh=field.title.zh,
                    text=standard.text,
                    check_how=standard.check,
                    basis=standard.basis,
                    facts=list(standard.facts),
                    severity=standard.severity,
                    lead=standard.lead,
                )
                for order, (field, standard) in enumerate(row.standards, 1)
            ]
        )


def check_sets(rows: Sequence[SetRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each number given twice, and each kind of fact nobody may show beside."""
    declared = list_kinds()
    sensitive = {code for code, kind in declared.items() if kind.sensitive}
    known = (set(declared) | around.offered) - sensitive
    findings = []
    for place, row in enumerate(rows):
        numbers = [standard.number for _field, standard in row.standards]
        findings += [
            Finding(
                around.file,
                f"[{place}].fields",
                _("The number %(number)s stands here twice.") % {"number": number},
                _("Give each standard of a set its own number."),
                code="diagnosis.number_double",
            )
            for number in sorted({n for n in numbers if numbers.count(n) > 1})
        ]
        findings += [
            Finding(
                around.file,
                f"[{place}].fields",
                _(
                    "%(number)s names the kind of fact “%(kind)s”, which is not declared or is sensitive."
                )
                % {"number": standard.number, "kind": code},
                _("Name a kind of docs/facts.md, or require the pack that brings it."),
                code="diagnosis.fact_unknown",
            )
            for _field, standard in row.standards
            for code in standard.facts
            if code not in known
        ]
    return findings
