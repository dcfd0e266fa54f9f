"""What the page of a draft shows: its criteria in words, and beside each what is wrong with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.evaluation import mapping, services
from linghang.evaluation.enums import DraftState
from linghang.evaluation.mapping import documents
from linghang.evaluation.models import Draft
from linghang.ledger import api as ledger
from linghang.platform.access import Permission, Scope
from linghang.platform.languages import choose, spoken
from linghang_core import scoring

HUNDRED = 100


def show_body(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """Return what the page of a draft shows."""
    document, kinds = draft.document, ledger.list_kinds()
    loaded, faults = documents.check(document)
    loose = loaded or documents.check_loosely(document)
    findings = scoring.lint_scheme(loose, set(kinds)) if loose else []
    bands = {band["code"]: mapping.say_document(band["title"]) for band in document["bands"]}
    base, total = documents.points_of({"points": document["base"]}), documents.sum_points(document)
    process = round(float(scoring.measure_process_share(loose)) * HUNDRED) if loose else 0
    scope: Scope = request.scope  # type: ignore[attr-defined]
    state = DraftState(draft.state)
    writing = may_write(request, draft)
    return {
        "title": str(draft),
        "draft": draft,
        "document": document,
        "subject": document["subject"],
        "period": document["period"],
        "state": state,
        "parts": [
            _show_part(part, kinds, bands, faults, findings) for part in document["dimensions"]
        ],
        "whole_faults": [fault for fault in faults if not fault.criterion],
        "whole_findings": [_show_finding(f) for f in findings if " " not in f.place],
        "errors": sum(f.severity is scoring.Severity.ERROR for f in findings),
        "warnings": sum(f.severity is scoring.Severity.WARNING for f in findings),
        "base": base,
        "sum": total,
        "difference": base - total,
        "process": process,
        "result": HUNDRED - process,
        "is_sound": loaded is not None,
        "is_tried": services.is_trial_current(draft),
        "reasons": draft.trial.get("reasons", []) if services.is_trial_current(draft) else [],
        "may_write": writing,
        "may_propose": scope.can(Permission.RUN_EVALUATION, draft.root.path)
        and state is DraftState.EDITING,
        "may_adopt": scope.can(Permission.ADOPT_SCHEMES, draft.root.path)
        and state is DraftState.PROPOSED,
        "overridden": [choose(row["en"], row["zh"]) for row in draft.overridden],
        "crumbs": [(_("Evaluation schemes"), reverse("evaluation:schemes"))],
    }


def _show_part(
    part: documents.Document, kinds: Any, bands: Any, faults: Any, findings: Any
) -> dict[str, Any]:
    rows = part["criteria"]
    return {
        "code": part["code"],
        "title": mapping.say_document(part["title"]),
        "points": sum(
            (documents.points_of(row) for row in rows if documents.is_basic(row)), Decimal(0)
        ),
        "findings": [_show_finding(f) for f in findings if f.place == f"dimension {part['code']}"],
        "criteria": [_show_row(row, kinds, bands, faults, findings) for row in rows],
    }


def _show_row(
    row: documents.Document, kinds: Any, bands: Any, faults: Any, findings: Any
) -> dict[str, Any]:
    found, own = documents.check_criterion(row)
    code = row["code"]
    return {
        "code": code,
        "title": title_of(row),
        "points": row.get("points", ""),
        "has_points": "points" in row,
        "nature": row.get("nature", "basic"),
        "words": mapping.describe_criterion(found, kinds, bands) if found else None,
        "faults": own or [fault for fault in faults if fault.criterion == code],
        "findings": [_show_finding(f) for f in findings if f.place == f"criterion {code}"],
    }


def _show_finding(finding: scoring.Finding) -> dict[str, Any]:
    english = spoken() == "en"
    return {
        "is_error": finding.severity is scoring.Severity.ERROR,
        "message": finding.message.en if english else finding.message.zh,
        "remedy": finding.remedy.en if english else finding.remedy.zh,
        "basis": finding.basis,
    }


def speak(reason: scoring.Reason) -> dict[str, str]:
    """Return a reason against a scheme in the reader's language."""
    english = spoken() == "en"
    return {
        "message": reason.message.en if english else reason.message.zh,
        "remedy": reason.remedy.en if english else reason.remedy.zh,
        "basis": reason.basis,
    }


def title_of(row: documents.Document) -> str:
    """Return the title of a criterion's document in the reader's language."""
    return mapping.say_document(row.get("title") or {})


def may_write(request: HttpRequest, draft: Draft) -> bool:
    """Return whether the reader may change the draft as it stands."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    allowed = scope.can(Permission.RUN_EVALUATION, draft.root.path)
    return bool(allowed) and draft.state == DraftState.EDITING
