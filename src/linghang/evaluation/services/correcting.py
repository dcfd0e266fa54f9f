"""Recomputing one subject as the facts stand now, and saying so beside the frozen number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from linghang.evaluation import mapping
from linghang.evaluation.enums import PublicationState
from linghang.evaluation.models import Correction, Objection, Publication, Run, Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.services.posting import post_results
from linghang.ledger.api import SEQUENCE
from linghang.ledger.models import Fact
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering
from linghang_core import scoring


@dataclass(frozen=True)
class Standing:
    """The number that holds now: the published one, or that of the last correction."""

    total: Decimal | None
    band: str
    result: dict[str, Any]
    since: int


@dataclass(frozen=True)
class Changes:
    """What happened to a subject's or a bureau's facts after a run, and the score it would give."""

    count: int
    facts: tuple[Fact, ...]
    would_be: scoring.SubjectResult | None = None

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return self.count > 0


def facts_changed_since(publication: Publication, limit: int = 20) -> Changes:
    """Return what was written or withdrawn after a publication among the facts it could read."""
    return changes_of_run(publication.run, limit)


def changes_of_run(run: Run, limit: int = 20) -> Changes:
    """Return what was written or withdrawn after a run among the facts it could read."""
    return _changes(fact_queries.list_changed(run, load(run.scheme)), limit)


def changes_of_score(score: Score, limit: int = 20) -> Changes:
    """Return the changed facts of one subject and the score they would give.

    Counted from the last correction on, if there is one.
    """
    scheme = load(score.run.scheme)
    standing = find_standing(score)
    subject = mapping.restore_subject(score.result)
    changed = _changes(fact_queries.list_changed_for(score, scheme, subject, standing.since), limit)
    if not changed:
        return changed
    return Changes(changed.count, changed.facts, recompute(score))


def recompute(score: Score, as_of_seq: int | None = None) -> scoring.SubjectResult:
    """Return the subject's result with the facts as they stand now, all else as in its run.

    With a change sequence: as they stood then. Where places or shares of bands decide, the others
    keep the values and totals of the run: what was published of them is not moved by the correction
    of one.
    """
    scheme = load(score.run.scheme)
    subject = mapping.restore_subject(score.result)
    now = numbering.last(SEQUENCE) if as_of_seq is None else as_of_seq
    return assess_one(scheme, score.run.period, subject, now, list_peers(score, scheme))


def assess_one(
    scheme: scoring.Scheme,
    period: str,
    subject: scoring.Subject,
    as_of_seq: int,
    others: Sequence[scoring.SubjectResult] = (),
) -> scoring.SubjectResult:
    """Return the result of one subject with its facts as of a change sequence, among the others."""
    facts = list(fact_queries.list_facts_of(scheme, period, subject, as_of_seq))
    counts = {
        subject.id: fact_queries.count_atoms_of(scoring.compile_scheme(scheme), period, facts)
    }
    return scoring.assess(scheme, period, [subject], counts, as_of_seq, list(others)).subjects[0]


def list_peers(score: Score, scheme: scoring.Scheme) -> list[scoring.SubjectResult]:
    """Return the results of the others of the run in the peer group, where the scheme compares."""
    if not scheme.by_place:
        return []
    stored = score.run.scores.filter(group=score.group).exclude(pk=score.pk)
    return [mapping.restore_result(scheme, one) for one in stored.values_list("result", flat=True)]


def find_standing(score: Score) -> Standing:
    """Return the number that holds for a score now."""
    last = Correction.objects.filter(score=score).order_by("-pk").first()
    if last is not None:
        return Standing(last.new_total, last.new_band, last.result, last.as_of_seq)
    return Standing(score.total, score.band, score.result, score.run.as_of_seq or 0)


def issue_correction(
    *, score: Score, reason: str, actor: Any, objection: Objection | None = None
) -> Correction | None:
    """Recompute a published score with today's facts and write the difference beside it.

    Returns None when nothing differs. The frozen number and the snapshot stay as they are.
    Raises Publication.DoesNotExist for a score that is not public.
    """
    with transaction.atomic():
        publication = (
            Publication.objects.select_for_update(of=("self",))
            .select_related("run__scheme")
            .get(run=score.run_id)
        )
        standing = find_standing(score)
        now = numbering.last(SEQUENCE)  # once: what is written meanwhile is no part of it
        result = recompute(score, now)
        stored = mapping.store_result(result)
        if _numbers(stored) == _numbers(standing.result):
            return None
        correction = Correction.objects.create(
            publication=publication,
            score=score,
            objection=objection,
            old_total=standing.total,
            old_band=standing.band,
            new_total=result.total,
            new_band=result.band or "",
            reason=reason[:400],
            as_of_seq=now,
            result=stored,
            actor=actor if getattr(actor, "pk", None) else None,
            corrected_at=clock.now(),
        )
        if publication.state == PublicationState.FINAL:
            publication.state = PublicationState.CORRECTED
            publication.save(update_fields=["state"])
        audit.record(
            actor=actor,
            verb="issue_correction",
            target=correction,
            label=publication.number,
            unit_path=score.bureau_path,
            old={"total": str(standing.total)},
            new={"total": str(result.total)},
            reason=reason,
        )
        post_results(publication=publication, actor=actor, unit_id=score.unit_id, reason=reason)
    return correction


def _numbers(result: dict[str, Any]) -> tuple[Any, ...]:
    """What a reader sees of a result: the total, its band, and the points of each criterion."""
    points = [points for _counts, _value, _full, points, _state in result["criteria"]]
    return (result["total"], result["band"], result["reason"], points)


def _changes(facts: Any, limit: int) -> Changes:
    found = list(facts.select_related("entry__unit")[: limit + 1])
    count = len(found) if len(found) <= limit else facts.count()
    return Changes(count, tuple(found[:limit]))
