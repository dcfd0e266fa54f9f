"""The sections of a pack that supervision installs: findings, risk rules and points, hint rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section
from linghang.supervision.enums import Detector, Grade, RiskLevel
from linghang.supervision.models import CommonFinding, HintRule, RiskRule, RiskTemplate


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class CommonFindingRow(_Row):
    """A finding of a category; its texts are in Chinese, as units read them."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    source: Literal["inspection", "audit"]
    text: str = Field(min_length=4, max_length=200)
    form: str = Field(default="", max_length=300)
    check: str = Field(default="", max_length=300)
    basis: str = Field(default="", max_length=200)


class CategoryRow(_Row):
    """The findings of one category."""

    category: Text
    findings: tuple[CommonFindingRow, ...] = Field(min_length=1)


class RiskRuleRow(_Row):
    """One cell of the table from likelihood and consequence to level and time between reviews."""

    likelihood: Literal[1, 2, 3]
    consequence: Literal[1, 2, 3]
    level: RiskLevel
    review_months: int = Field(ge=1, le=36)


class RiskPointRow(_Row):
    """A risk point to be taken into a register."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    process: str = Field(max_length=60)
    post: str = Field(max_length=60)
    text: str = Field(max_length=200)
    controls: str = Field(max_length=300)
    likelihood: Literal[1, 2, 3]
    consequence: Literal[1, 2, 3]


class HintRuleRow(_Row):
    """A rule by which the records give a hint; which numbers it needs is its detector's."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Text
    question: Text
    basis: str = Field(min_length=2, max_length=200)
    detector: Detector
    months: int | None = Field(default=None, ge=1, le=36)
    days: int | None = Field(default=None, ge=1, le=366)
    least: int | None = Field(default=None, ge=1, le=1000)
    per_cent: int | None = Field(default=None, ge=50, le=100)

    @property
    def params(self) -> dict[str, int]:
        """Return the numbers that were given."""
        given = {name: getattr(self, name) for name in ("months", "days", "least", "per_cent")}
        return {name: value for name, value in given.items() if value is not None}


NEEDED = {
    Detector.REPEATED_PROBLEMS: {"months", "least"},
    Detector.OVERDUE_MEASURES: {"days", "least"},
    Detector.SAME_REVIEWER: {"months", "least", "per_cent"},
    Detector.LATE_EN_BLOC: {"days", "least"},
    Detector.EXTENDED_OFTEN: {"months", "least"},
    Detector.REOPENED: {"months", "least"},
}
CELLS = {(likelihood, consequence) for likelihood in Grade.values for consequence in Grade.values}


def register_sections() -> None:
    """Let packs carry what supervision reads."""
    register_section("common_findings", CategoryRow, install=install_findings, check=check_findings)
    register_section("risk_rules", RiskRuleRow, install=install_rules, check=check_rules)
    register_section("risk_points", RiskPointRow, install=install_points)
    register_section("hint_rules", HintRuleRow, install=install_hint_rules, check=check_hint_rules)


def install_findings(rows: Sequence[CategoryRow], pack: Any, _actor: Any) -> None:
    """Write findings; one whose words changed becomes a new row, the old one is asked no more."""
    known = {
        each.code: each for each in CommonFinding.objects.filter(pack=pack.code, retired=False)
    }
    wanted = [(row.category, finding) for row in rows for finding in row.findings]
    new, kept = [], set()
    for order, (category, finding) in enumerate(wanted, 1):
        found = CommonFinding(
            code=finding.code,
            version=pack.version,
            category_en=category.en,
            category_zh=category.zh,
            source_kind=finding.source,
            text=finding.text,
            form=finding.form,
            check_how=finding.check,
            basis=finding.basis,
            order=order,
            pack=pack.code,
        )
        if finding.code in known and _words(known[finding.code]) == _words(found):
            kept.add(finding.code)
        else:
            new.append(found)
    gone = [each.pk for code, each in known.items() if code not in kept]
    CommonFinding.objects.filter(pk__in=gone).update(retired=True)
    CommonFinding.objects.bulk_create(new)


def _words(finding: CommonFinding) -> tuple[Any, ...]:
    names = ("category_en", "category_zh", "source_kind", "text", "form", "check_how", "basis")
    return (*(getattr(finding, name) for name in names), finding.order)


def install_rules(rows: Sequence[RiskRuleRow], pack: Any, _actor: Any) -> None:
    """Write the risk table; a level given before stays until the risk point is reviewed."""
    RiskRule.objects.filter(pack=pack.code).delete()
    RiskRule.objects.bulk_create(
        [RiskRule(**row.model_dump(mode="json"), pack=pack.code) for row in rows],
        update_conflicts=True,
        unique_fields=["likelihood", "consequence"],
        update_fields=["level", "review_months", "pack"],
    )


def install_points(rows: Sequence[RiskPointRow], pack: Any, _actor: Any) -> None:
    """Write the risk points to choose from; registers keep what they took."""
    RiskTemplate.objects.filter(pack=pack.code).update(retired=True)
    RiskTemplate.objects.bulk_create(
        [
            RiskTemplate(**row.model_dump(), order=order, pack=pack.code)
            for order, row in enumerate(rows, 1)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "process",
            "post",
            "text",
            "controls",
            "likelihood",
            "consequence",
            "order",
            "pack",
            "retired",
        ],
    )


def install_hint_rules(rows: Sequence[HintRuleRow], pack: Any, _actor: Any) -> None:
    """Write the rules; hints found before keep their state."""
    HintRule.objects.filter(pack=pack.code).update(retired=True)
    HintRule.objects.bulk_create(
        [
            HintRule(
                code=row.code,
                title_en=row.title.en,
                title_zh=row.title.zh,
                question_en=row.question.en,
                question_zh=row.question.zh,
                basis=row.basis,
                detector=row.detector,
                params=row.params,
                order=order,
                pack=pack.code,
            )
            for order, row in enumerate(rows, 1)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "title_en",
            "title_zh",
            "question_en",
            "question_zh",
            "basis",
            "detector",
            "params",
            "order",
            "pack",
            "retired",
        ],
    )


def check_findings(rows: Sequence[CategoryRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each code that stands twice."""
    codes = [finding.code for row in rows for finding in row.findings]
    return [
        Finding(
            around.file,
            "",
            _("The code %(code)s stands here twice.") % {"code": code},
            _("Give each finding its own code."),
            code="supervision.finding_double",
        )
        for code in sorted({c for c in codes if codes.count(c) > 1})
    ]


def check_rules(rows: Sequence[RiskRuleRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each cell of the risk table that is missing or stands twice."""
    given: list[tuple[int, int]] = [(row.likelihood, row.consequence) for row in rows]
    wrong = [cell for cell in sorted(CELLS) if given.count(cell) != 1] if given else []
    return [
        Finding(
            around.file,
            "",
            _("The risk table needs likelihood %(a)s with consequence %(b)s exactly once.")
            % {"a": cell[0], "b": cell[1]},
            _("Give all nine cells."),
            code="supervision.risk_table",
        )
        for cell in wrong
    ]


def check_hint_rules(rows: Sequence[HintRuleRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each rule that lacks a number its detector needs, or has one too many."""
    return [
        Finding(
            around.file,
            f"[{place}]",
            _("The rule %(code)s needs exactly these numbers: %(names)s.")
            % {"code": row.code, "names": "、".join(sorted(NEEDED[row.detector]))},
            _("docs/packs/README.md says what each means."),
            code="supervision.hint_numbers",
        )
        for place, row in enumerate(rows)
        if set(row.params) != NEEDED[row.detector]
    ]
