"""Reading a score as it counts: from the frozen snapshot once public, else from its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Publication, Score
from linghang.evaluation.queries.schemes import load
from linghang_core import scoring


@dataclass(frozen=True)
class Reading:
    """The scheme and stored result of a score; `publication` is None until it is public."""

    scheme: scoring.Scheme
    stored: Mapping[str, Any]
    groups: list[dict[str, Any]]
    as_of_seq: int
    publication: Publication | None


def read_score(score: Score) -> Reading:
    """Return what a score page shows; `score` comes with its run and scheme.

    What is public is read from the snapshot, so that no later change of any row can show through.
    """
    if score.run.state != RunState.PUBLISHED:
        return Reading(
            load(score.run.scheme),
            score.result,
            score.run.summary["groups"],
            score.run.as_of_seq or 0,
            None,
        )
    publication = Publication.objects.get(run=score.run_id)
    publication.run = score.run
    content = publication.read_snapshot()
    same = content["scheme_digest"] == score.run.scheme.digest
    scheme = load(score.run.scheme) if same else scoring.load_scheme(content["scheme"])
    return Reading(
        scheme,
        content["scores"][str(score.pk)],
        content["groups"],
        content["as_of_seq"],
        publication,
    )
