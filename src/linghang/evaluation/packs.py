"""The section `schemes` of practice packs: evaluation schemes, refused where the linter finds errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linghang.evaluation import services
from linghang.evaluation.queries.parts import index_kind
from linghang.ledger import api as ledger
from linghang.platform.languages import spoken
from linghang.platform.packs import findings, sections
from linghang_core import scoring

SECTION = "schemes"


def register() -> None:
    """Let packs carry schemes; called when the app is ready."""
    sections.register_section(
        SECTION,
        scoring.Scheme,
        install=install_schemes,
        check=check_schemes,
        offers=lambda rows: [index_kind(row.code) for row in rows],
    )


def install_schemes(rows: Sequence[scoring.Scheme], pack: Any, actor: Any) -> None:
    """Put the schemes of a pack into force, and retire those the pack no longer has."""
    for row in rows:
        document = row.model_dump(mode="json", by_alias=True, exclude_none=True)
        services.install_scheme(document=document, actor=actor, pack=pack.code)
    services.retire_schemes(pack=pack.code, kept=[row.code for row in rows], actor=actor)


def check_schemes(
    rows: Sequence[scoring.Scheme], around: sections.Surroundings
) -> Iterable[findings.Finding]:
    """Return what the rule linter (规则审查) says of the schemes, with the legal basis."""
    declared = set(ledger.list_kinds()) | around.offered
    english = spoken() == "en"
    for number, row in enumerate(rows):
        for found in scoring.lint_scheme(row, declared):
            message = found.message.en if english else found.message.zh
            if found.overridden:
                message = _("%(finding)s; reason given: %(reason)s") % {
                    "finding": message,
                    "reason": found.overridden,
                }
            yield findings.Finding(
                file=around.file,
                place=f"[{number}].{found.place}",
                message=message,
                remedy=found.remedy.en if english else found.remedy.zh,
                code=str(found.code),
                severity=findings.Severity(str(found.severity)),
                basis=found.basis,
            )
