"""Trying a scheme on past periods before it is adopted: computed as a run is, and kept as a summary.

Nothing of it becomes a score. Of units the summary keeps who moves and why; of members only how
many are in each band, so that a trial never lays them side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.evaluation.enums import PERIOD_WORDS, DraftState
from linghang.evaluation.mapping import documents
from linghang.evaluation.models import Draft, Scheme
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.queries.subjects import list_subjects
from linghang.evaluation.services.drafting import digest_draft
from linghang.evaluation.services.running import EvaluationRefused
from linghang.ledger.api import list_kinds, sync_lake
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.platform.languages import choose
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import silent
from linghang_core import scoring
from linghang_core.periods import Period, PeriodError
from linghang_core.scoring.scheme import Nature, SubjectKind

MOVES_KEPT = 60
REASONS_OF_MOVE = 3
Tried = tuple[list[scoring.Results], dict[str, scoring.Results]]


def try_document(
    scheme: scoring.Scheme,
    *,
    against: scoring.Scheme | None,
    periods: Sequence[str],
    root: Unit,
    progress: Any = silent,
) -> tuple[scoring.WhatIf, Tried]:
    """Return what a scheme would have done in these periods beside the one it is compared with.

    A scheme for other subjects or another kind of period is not compared. Raises EvaluationRefused
    for a period that is none, has not begun, or is of another kind.
    """
    chosen = [_read_period(scheme, code) for code in periods]
    if not chosen:
        raise EvaluationRefused(_("Choose at least one period."))
    comparable = against is not None and (
        (against.subject, against.period) == (scheme.subject, scheme.period)
    )
    lake = sync_lake()
    after: list[scoring.Results] = []
    before: dict[str, scoring.Results] = {}
    for number, period in enumerate(chosen):
        progress(number, len(chosen), period.label())
        try:
            after.append(_evaluate(scheme, period, root, lake))
            if comparable and against is not None:
                before[str(period)] = _evaluate(against, period, root, lake)
        except scoring.EvaluationError as error:
            raise EvaluationRefused(str(error)) from error
    progress(len(chosen), len(chosen), "")
    return scoring.try_scheme(after, before, list(list_kinds())), (after, before)


def try_draft(
    *,
    draft: Draft,
    against: Scheme | None,
    periods: Sequence[str],
    progress: Any = silent,
) -> Draft:
    """Try a draft as it stands and keep what came out with it.

    Raises EvaluationRefused; also for a draft that is not being written, for what the committee
    looks at, or decided on, stays as it was laid before it.
    """
    _insist_written(draft)
    document = draft.document
    scheme, faults = documents.check(document)
    if scheme is None:
        raise EvaluationRefused(faults[0].message)
    other = load(against) if against is not None else None
    found, (after, before) = try_document(
        scheme, against=other, periods=periods, root=draft.root, progress=progress
    )
    trial = store_trial(found, after, before)
    trial |= {
        "digest": digest_draft(document),
        "at": clock.now().isoformat(),
        "against": {"pk": against.pk, "title": str(against), "version": against.version}
        if against is not None
        else None,
    }
    with transaction.atomic():
        kept = Draft.objects.select_for_update().get(pk=draft.pk)
        _insist_written(kept)
        kept.trial = trial
        kept.save(update_fields=["trial"])
    return kept


def await_trial(*, draft: Draft, job: Job) -> None:
    """Remember the job that tries a draft, so that its page shows how far it is."""
    Draft.objects.filter(pk=draft.pk).update(trial_job=job)


def _insist_written(draft: Draft) -> None:
    if draft.state != DraftState.EDITING:
        raise EvaluationRefused(
            _("This draft is %(state)s now. The committee gives it back to be tried again.")
            % {"state": DraftState(draft.state).label}
            if DraftState(draft.state).is_open
            else _("This draft is %(state)s now. Begin a new one from the scheme to try it.")
            % {"state": DraftState(draft.state).label}
        )


def store_trial(
    found: scoring.WhatIf,
    after: Sequence[scoring.Results],
    before: Mapping[str, scoring.Results],
) -> dict[str, Any]:
    """Return a trial as JSON, for pages and for the command line; members stay uncounted by name."""
    scheme = after[0].scheme
    earlier = next(iter(before.values())).scheme if before else None
    person = scheme.subject is SubjectKind.PERSON
    return {
        "periods": list(found.periods),
        "subject": scheme.subject.value,
        "rated": found.rated,
        "not_rated": found.not_rated,
        "bands": _bands(scheme),
        "bands_before": _bands(earlier) if earlier else [],
        "groups": [_store_group(row, scheme) for row in found.distributions],
        "moved": [_store_moves(found, code, person=person) for code in found.periods],
        "flat": [_criterion(scheme, code) for code in found.flat],
        "shares": [
            _criterion(scheme, code) | {"share": round(share, 4)} for code, share in found.shares
        ],
        "process": round(float(found.process), 4),
        "stability": [
            {
                "spread": one.spread,
                "changed": round(one.changed, 4),
                "tau": None if one.tau is None else round(one.tau, 4),
                "most": _criterion(scheme, one.most) if one.most else None,
                "most_changed": round(one.most_changed, 4),
            }
            for one in found.stability
        ],
        "reasons": [
            {
                "code": one.code,
                "en": one.message.en,
                "zh": one.message.zh,
                "remedy_en": one.remedy.en,
                "remedy_zh": one.remedy.zh,
                "basis": one.basis,
            }
            for one in found.reasons
        ],
        "columns": _columns(scheme, after),
    }


def _columns(scheme: scoring.Scheme, results: Sequence[scoring.Results]) -> dict[str, Any]:
    """What entropy and CRITIC weigh: the earned shares of each basic criterion, without names."""
    basic = [(n, c.code) for n, c in enumerate(scheme.criteria) if c.nature is Nature.BASIC]
    rows = []
    for item in (one for result in results for one in result.subjects if one.is_rated):
        found = [item.criteria[place] for place, _code in basic]
        if all(one.full for one in found):
            rows.append([round(float(one.points / one.full), 4) for one in found])
    return {"codes": [code for _place, code in basic], "rows": rows[:2000]}


def _store_group(row: Any, scheme: scoring.Scheme) -> dict[str, Any]:
    group = next(one for one in scheme.peer_groups if one.code == row.group)
    return {
        "period": row.period,
        "code": row.group,
        "en": group.title.en,
        "zh": group.title.zh,
        "before": row.before,
        "after": dict(row.after),
        "not_rated_before": row.not_rated_before,
        "not_rated_after": row.not_rated_after,
    }


def _store_moves(found: scoring.WhatIf, period: str, *, person: bool) -> dict[str, Any]:
    """Who moves in a period; of members only how many go from which band into which."""
    comparison = found.comparisons.get(period)
    if comparison is None:
        return {"period": period, "compared": False}
    flows: dict[str, int] = {}
    for move in comparison.moves:
        if move.band_before != move.band_after:
            key = f"{move.band_before or ''}>{move.band_after or ''}"
            flows[key] = flows.get(key, 0) + 1
    return {
        "period": period,
        "compared": True,
        "changed": len(comparison.moves),
        "unchanged": comparison.unchanged,
        "band_changes": comparison.band_changes,
        "flows": [
            {"from": key.split(">")[0], "to": key.split(">")[1], "number": number}
            for key, number in sorted(flows.items(), key=lambda item: -item[1])
        ],
        "rows": [] if person else [_store_move(move) for move in comparison.moves[:MOVES_KEPT]],
    }


def _store_move(move: scoring.Move) -> dict[str, Any]:
    return {
        "code": move.code,
        "before": _text(move.before),
        "after": _text(move.after),
        "change": _text(move.change),
        "band_before": move.band_before,
        "band_after": move.band_after,
        "why": [
            {"code": one.criterion, "change": str(one.change)}
            for one in move.differences[:REASONS_OF_MOVE]
        ],
    }


def _criterion(scheme: scoring.Scheme, code: str) -> dict[str, Any]:
    title = scheme.criterion(code).title
    return {"code": code, "en": title.en, "zh": title.zh}


def _bands(scheme: scoring.Scheme) -> list[dict[str, str]]:
    return [{"code": one.code, "en": one.title.en, "zh": one.title.zh} for one in scheme.bands]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _evaluate(scheme: scoring.Scheme, period: Period, root: Unit, lake: Any) -> scoring.Results:
    plan = scoring.compile_scheme(scheme)
    subjects = list_subjects(scheme, period, [root]).subjects[root.pk]
    counts = scoring.count_atoms(plan, str(period), subjects, lake.folder, lake.seq)
    return scoring.assess(scheme, str(period), subjects, counts, lake.seq)


def _read_period(scheme: scoring.Scheme, code: str) -> Period:
    try:
        found = Period.parse(code)
    except PeriodError as error:
        raise EvaluationRefused(str(error)) from error
    if found.kind.value != scheme.period.value:
        raise EvaluationRefused(
            _("%(scheme)s is evaluated %(kind)s; %(period)s is none of its periods.")
            % {
                "scheme": choose(scheme.title.en, scheme.title.zh),
                "kind": PERIOD_WORDS[scheme.period.value],
                "period": code,
            }
        )
    if found.first_day > clock.today():
        raise EvaluationRefused(_("%(period)s has not begun.") % {"period": found.label()})
    return found
