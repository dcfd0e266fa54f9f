"""Writing published results into the ledger, so that later schemes read them: months make a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from linghang.evaluation import mapping
from linghang.evaluation.models import Correction, Posting, Publication, Score
from linghang.evaluation.queries.parts import index_kind
from linghang.evaluation.queries.schemes import load
from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang_core.periods import Period

HUNDRED = 100
BATCH = 500
Standing = tuple[Decimal | None, str]


def post_results(
    *, publication: Publication, actor: Any, unit_id: int | None = None, reason: str = ""
) -> int:
    """Write the results of a publication into the ledger; return how many facts they are.

    One line for each unit, with one fact for each rated subject: the total that stands now, in
    hundredths, its band as the status, counting on the last day of the period. A line whose result
    was corrected is withdrawn with the reason and written anew. Inside a transaction.
    """
    run = publication.run
    scores = Score.objects.filter(run=run)
    if unit_id is not None:
        scores = scores.filter(unit=unit_id)
    rows: dict[int, list[tuple[int | None, Standing]]] = defaultdict(list)
    corrected = _corrected(publication)
    for pk, unit, person, total, band in scores.order_by("unit_id", "person_id").values_list(
        "pk", "unit_id", "person_id", "total", "band"
    ):
        rows[unit].append((person, corrected.get(pk, (total, band))))
    mapping.index_kinds.forget()  # another process may have adopted the scheme a second ago
    postings = _find_postings(publication, list(rows))
    drafts, empty = [], []
    for unit, standing in rows.items():
        draft = _draft(publication, postings[unit], standing)
        if draft.facts:
            drafts.append(draft)
        else:
            empty.append(postings[unit])
    write_entries(drafts, actor=actor, reason=reason)
    if unit_id is not None and empty:  # nobody of the unit is rated any more
        withdraw_entries(empty, reason=reason)
    return sum(len(draft.facts) for draft in drafts)


def _draft(
    publication: Publication,
    posting: Posting,
    standing: Sequence[tuple[int | None, Standing]],
) -> EntryDraft:
    run = publication.run
    period = Period.parse(run.period)
    kind, on = index_kind(run.scheme.code), period.last_day
    facts = [
        FactDraft(
            kind,
            int(total * HUNDRED),
            posting.unit_id,
            on,
            person_id=person,
            status=band,
            verified=True,
        )
        for person, (total, band) in standing
        if total is not None
    ]
    return EntryDraft(
        posting,
        kind,
        posting.unit_id,
        _title(publication, period, standing),
        on,
        facts,
        detail={"publication": publication.number},
        judge_lateness=False,
    )


def _title(
    publication: Publication, period: Period, standing: Sequence[tuple[int | None, Standing]]
) -> str:
    """A unit's line gives its total; that of members only how many are rated."""
    scheme = publication.run.scheme
    words = f"{scheme.title_zh} {period.label()}"
    if scheme.subject == "person":
        count = sum(total is not None for _person, (total, _band) in standing)
        return (
            f"{words}：{count}名党员"  # a line of the ledger is written in the company's language
        )
    total, band = standing[0][1]
    bands = {one.code: one.title.zh for one in load(scheme).bands}
    return f"{words}：{total} {bands.get(band, '')}".strip()


def _corrected(publication: Publication) -> dict[int, Standing]:
    """Return score → the numbers of its last correction."""
    rows = Correction.objects.filter(publication=publication).order_by("pk")
    return {
        score: (total, band)
        for score, total, band in rows.values_list("score_id", "new_total", "new_band")
    }


def _find_postings(publication: Publication, unit_ids: Sequence[int]) -> dict[int, Posting]:
    known = {row.unit_id: row for row in Posting.objects.filter(publication=publication)}
    new = [Posting(publication=publication, unit_id=pk) for pk in unit_ids if pk not in known]
    made = Posting.objects.bulk_create(new, batch_size=BATCH)
    return known | {row.unit_id: row for row in made}
