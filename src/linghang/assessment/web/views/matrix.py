"""The officer's picture of a round: subjects × kinds of raters, the team's marks, how strict each is."""

from __future__ import annotations

from typing import Any

from linghang.assessment import access, queries
from linghang.assessment.enums import RaterKind, RoundState, SheetState
from linghang.assessment.models import Finding, Mark, Round, Sheet
from linghang.assessment.queries import Outcome, round_half_up
from linghang.platform.access import Scope
from linghang_core.calibration import Obstacle


def describe_round(round_: Round, outcome: Outcome, scope: Scope) -> dict[str, Any]:
    """Return the table of a round: what each kind of rater gave each subject, and what is open.

    Of the reader's own row nobody's name, and no mark before the round is closed.
    """
    sheets = list(
        Sheet.objects.filter(subject__round=round_, rater__isnull=False).select_related("rater")
    )
    by_cell: dict[tuple[int, str], list[Sheet]] = {}
    for sheet in sheets:
        by_cell.setdefault((sheet.subject_id, sheet.kind), []).append(sheet)
    kinds, weights = round_.form.kinds, round_.form.weights
    rows = []
    for subject in queries.list_subjects(round_):
        cells = [
            _describe_cell(kind, by_cell.get((subject.pk, kind.value), []), subject.pk, outcome)
            for kind in kinds
        ]
        whole = outcome.weigh(subject.pk, weights) if len(kinds) > 1 else None
        if access.is_about(scope, subject):
            closed = round_.state == RoundState.CLOSED
            whole = whole if closed else None
            cells = [
                cell | {"sheets": [], "mean": cell["mean"] if closed else None} for cell in cells
            ]
        rows.append({"subject": subject, "cells": cells, "whole": whole})
    handed_in = sum(sheet.state == SheetState.HANDED_IN for sheet in sheets)
    return {
        "kinds": [(kind, weights[kind]) for kind in kinds],
        "rows": rows,
        "n_sheets": len(sheets),
        "n_handed_in": handed_in,
        "n_unconfirmed": queries.filter_unconfirmed(
            Mark.objects.filter(sheet__subject__round=round_)
        ).count(),
        "n_findings": Finding.objects.filter(subject__round=round_).count()
        if round_.form.visit
        else 0,
        "n_signed": round_.subjects.exclude(signed_on=None).count() if round_.form.visit else 0,
    }


def _describe_cell(
    kind: RaterKind, sheets: list[Sheet], subject: int, outcome: Outcome
) -> dict[str, Any]:
    """Return one cell: the mean, how many marked, and of the team each mark with its rater."""
    outlying = set(outcome.calibration.outlying)
    return {
        "kind": kind,
        "mean": outcome.means.get((subject, kind)),
        "asked": len(sheets),
        "on_paper": kind is RaterKind.MASSES,
        "sheets": [
            {
                "sheet": sheet,
                "total": outcome.totals.get(sheet.pk),
                "outlying": (subject, sheet.rater_id) in outlying,
            }
            for sheet in sheets
        ]
        if not kind.is_many
        else [],
    }


OBSTACLES = {
    Obstacle.ONE_RATER: "one",
    Obstacle.FEW_SUBJECTS: "few",
    Obstacle.NOT_CONNECTED: "apart",
}


def describe_team(round_: Round, outcome: Outcome, scope: Scope) -> dict[str, Any] | None:
    """Return how strict or kind each of the team is, how far they agree, what stands out."""
    if RaterKind.INSPECTOR not in round_.form.kinds or not outcome.sheets:
        return None
    found = outcome.calibration
    numbers: dict[int, int] = {}
    for _subject, rater in outcome.sheets:
        numbers[rater] = numbers.get(rater, 0) + 1
    names = {m.person_id: m.person.name for m in round_.team.select_related("person")}
    subjects = {each.pk: each for each in queries.list_subjects(round_)}
    return {
        "members": [
            {
                "name": name,
                "count": numbers.get(person, 0),
                "leaning": round_half_up(found.leaning[person]) / 100
                if person in found.leaning
                else None,
            }
            for person, name in names.items()
        ],
        "obstacle": OBSTACLES[found.obstacle] if found.obstacle is not None else "",
        "few": "、".join(names.get(person, "") for person in found.few),
        "agreement": outcome.agreement,
        "outlying": [
            {
                "subject": subjects[subject],
                "name": names.get(rater, ""),
                "sheet": outcome.sheets[subject, rater],
                "rest": round_half_up(found.rest[subject, rater]) / 100,
            }
            for subject, rater in found.outlying
            if not access.is_about(scope, subjects[subject])
        ],
    }
