"""Verifying (核验) what was published: the same facts by the same rules give the same digest.

Everything is taken from the frozen snapshot: the rules, who was rated, with which units and
attributes. From today's database come only the facts, as they stood at the snapshot's change
sequence. So no later change of a scheme, a unit, a post or a fact can come in, and whatever differs
was changed where nothing may be changed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from linghang.evaluation import mapping
from linghang.evaluation.enums import Part
from linghang.evaluation.models import Correction, Publication
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.services import correcting
from linghang.evaluation.services.engines import Counting, choose_engine
from linghang.platform.audit import services as audit
from linghang.platform.audit.models import Entry as AuditEntry
from linghang_core import scoring


@dataclass(frozen=True)
class Difference:
    """One thing that is not what it was: where, what stands there, what ought to."""

    part: Part
    stands: str
    expected: str
    subject: str = ""
    criterion: str = ""

    @property
    def place(self) -> str:
        """Return the subject and the criterion, as far as it is about them."""
        return " ".join(filter(None, (self.subject, self.criterion)))


@dataclass
class Verification:
    """What the verification of a publication found; `digest` is that of the recomputed results."""

    publication: Publication
    engine: str
    digest: str = ""
    subjects: int = 0
    as_of_seq: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Return whether everything is as it was published."""
        return not self.differences


def verify_publication(
    *, publication: Publication, actor: Any = None, counting: Counting | None = None
) -> Verification:
    """Recompute a publication from its snapshot, and return and record what differs.

    Nothing published is changed by it. Raises EvaluationRefused for an engine that is not
    installed.
    """
    counting = counting or choose_engine()
    found = Verification(publication, counting.engine.value)
    content = _read(publication, found)
    if content is not None:
        found.differences += _check_digests(publication, content)
        _recompute(content, counting, found)
        found.differences += _check_rows(publication, content)
        found.differences += _check_corrections(publication, content)
    with transaction.atomic():
        audit.record(
            actor=actor,
            verb="verify_publication",
            target=publication,
            label=publication.number,
            unit_path=publication.run.root.path,
            new={
                "number": publication.number,
                "digest": found.digest,
                "differences": len(found.differences),
                "engine": found.engine,
            },
        )
    return found


def find_verification(publication: Publication) -> AuditEntry | None:
    """Return the record of the last verification of a publication, None if there was none."""
    return (
        AuditEntry.objects.filter(
            object_type=publication._meta.label_lower,  # noqa: SLF001  as the audit names it
            object_id=publication.pk,
            verb="verify_publication",
        )
        .order_by("-pk")
        .first()
    )


def _read(publication: Publication, found: Verification) -> dict[str, Any] | None:
    """Return the content of the snapshot, None when it cannot even be read."""
    try:
        content = json.loads(zlib.decompress(bytes(publication.snapshot)))
        scoring.load_scheme(content["scheme"])
        found.as_of_seq, found.subjects = content["as_of_seq"], len(content["scores"])
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        found.differences.append(Difference(Part.SNAPSHOT, str(error), publication.digest))
        return None
    return dict(content)


def _check_digests(publication: Publication, content: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the snapshot with its digest, and the digests with where else they were noted."""
    digest = hashlib.sha256(mapping.canonical(content)).hexdigest()
    if digest != publication.digest:
        yield Difference(Part.SNAPSHOT, digest, publication.digest)
    noted = AuditEntry.objects.filter(
        object_type=publication._meta.label_lower,  # noqa: SLF001  as the audit names it
        object_id=publication.pk,
        verb="publish_run",
    ).first()
    if noted is not None and noted.new.get("digest") != publication.digest:
        yield Difference(Part.AUDIT, publication.digest, str(noted.new.get("digest")))
    if publication.run.digest != content["digest"]:
        yield Difference(Part.RUN, publication.run.digest, content["digest"])
    scheme = scoring.digest_scheme(scoring.load_scheme(content["scheme"]))
    if scheme != content["scheme_digest"]:
        yield Difference(Part.SCHEME, scheme, content["scheme_digest"])


def _recompute(content: Mapping[str, Any], counting: Counting, found: Verification) -> None:
    """Compute every subject again from the facts of its time and compare number by number."""
    frozen = mapping.restore_content(content)
    subjects = [row.result.subject for row in frozen.rows]
    plan = scoring.compile_scheme(frozen.scheme)
    facts = fact_queries.read_table(plan, frozen.period, subjects, frozen.as_of_seq)
    try:
        counts = counting.count(plan, frozen.period, subjects, facts, frozen.as_of_seq)
        results = scoring.assess(frozen.scheme, frozen.period, subjects, counts, frozen.as_of_seq)
    except scoring.EvaluationError as error:
        found.differences.append(Difference(Part.RESULTS, frozen.digest, str(error)))
        return
    found.digest = results.digest()
    for row, result in zip(frozen.rows, results.subjects, strict=True):
        found.differences += _compare(
            row.name, mapping.store_result(row.result), mapping.store_result(result), frozen.scheme
        )
    if found.digest != frozen.digest:
        found.differences.append(Difference(Part.RESULTS, frozen.digest, found.digest))


def _compare(
    name: str,
    published: Mapping[str, Any],
    recomputed: Mapping[str, Any],
    scheme: scoring.Scheme,
) -> Iterator[Difference]:
    """Name the criteria whose numbers differ, and the total; other differences as a whole."""
    named = False
    for rule, before, now in zip(
        scheme.criteria, published["criteria"], recomputed["criteria"], strict=True
    ):
        if before != now:
            named = True
            yield Difference(Part.CRITERION, _tell(before), _tell(now), name, rule.code)
    if (published["total"], published["band"]) != (recomputed["total"], recomputed["band"]):
        named = True
        yield Difference(Part.TOTAL, _total(published), _total(recomputed), name)
    if not named:
        for key in sorted({*published, *recomputed}):
            if published.get(key) != recomputed.get(key):
                yield Difference(
                    Part.OTHER, f"{key} {published.get(key)}", f"{key} {recomputed.get(key)}", name
                )


def _check_rows(publication: Publication, content: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the scores that lists are made of with the frozen ones."""
    rows = publication.run.scores.values_list(
        "pk", "total", "band", "unit__name", "person__name"
    ).iterator(chunk_size=2000)
    missing = dict(content["scores"])
    for pk, total, band, unit, person in rows:
        frozen = missing.pop(str(pk), None)
        stands = f"{'–' if total is None else total} {band}".strip()
        if frozen is None:
            yield Difference(Part.ROW, stands, "–", person or unit)
        elif stands != _total(frozen):
            yield Difference(Part.ROW, stands, _total(frozen), frozen["name"])
    for frozen in missing.values():
        yield Difference(Part.ROW, "–", _total(frozen), frozen["name"])


def _check_corrections(
    publication: Publication, content: Mapping[str, Any]
) -> Iterator[Difference]:
    """Compute every visible correction again as of its own change sequence."""
    rows = list(publication.corrections.order_by("pk"))
    if not rows:
        return
    frozen = mapping.restore_content(content)
    known = {row.pk: row for row in frozen.rows}
    for row in rows:
        own = known.get(row.score_id)
        if own is not None:
            yield from _check_correction(row, own, frozen)


def _check_correction(
    row: Correction, own: mapping.FrozenRow, frozen: mapping.Frozen
) -> Iterator[Difference]:
    """Compare every number of a correction with what the frozen rules and peers come to."""
    others = [
        one.result
        for one in frozen.rows
        if frozen.scheme.by_place and one.pk != own.pk and one.result.group == own.result.group
    ]
    stands = f"{'–' if row.new_total is None else row.new_total} {row.new_band}".strip()
    subject = own.result.subject
    try:
        result = correcting.assess_one(frozen.scheme, frozen.period, subject, row.as_of_seq, others)
    except scoring.EvaluationError as error:
        yield Difference(Part.CORRECTION, stands, str(error), own.name)
        return
    now = mapping.store_result(result)
    if stands != _total(now):
        yield Difference(Part.CORRECTION, stands, _total(now), own.name)
    if row.result == now:
        return
    try:
        found = list(_compare(own.name, row.result, now, frozen.scheme))
    except (KeyError, TypeError, ValueError) as error:  # not even the form of a result
        found = [Difference(Part.CORRECTION, repr(error), _total(now), own.name)]
    for one in found:
        yield replace(one, part=Part.CORRECTION)


def _tell(criterion: list[Any]) -> str:
    """A criterion in one line: its points of how many, and what was counted."""
    counts, _value, full, points, state = criterion
    return f"{points}/{full} {state} {counts}"


def _total(stored: Mapping[str, Any]) -> str:
    total = "–" if stored["total"] is None else stored["total"]
    return f"{total} {stored['band'] or ''}".strip()
