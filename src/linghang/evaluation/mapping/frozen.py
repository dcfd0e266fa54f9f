"""A whole frozen result as values of the engine: what a document about it is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linghang.evaluation.mapping.results import restore_result
from linghang_core import scoring


@dataclass(frozen=True)
class FrozenRow:
    """One subject: the pk of its score, its name and branch when it was frozen, its result."""

    pk: int
    name: str
    unit: str
    result: scoring.SubjectResult


@dataclass(frozen=True)
class Frozen:
    """The content of a snapshot; it holds every subject, persons too, in no particular order."""

    scheme: scoring.Scheme
    period: str
    root_name: str
    as_of_seq: int
    digest: str
    rows: tuple[FrozenRow, ...]

    def explain(self) -> dict[int, scoring.Explanation]:
        """Return the explanation of every subject by the pk of its score."""
        results = scoring.Results(
            scheme=self.scheme,
            period=self.period,
            as_of_seq=self.as_of_seq,
            subjects=tuple(row.result for row in self.rows),
            groups=(),
        )
        return {
            row.pk: explanation
            for row, explanation in zip(self.rows, scoring.explain_all(results), strict=True)
        }


def restore_content(content: Mapping[str, Any]) -> Frozen:
    """Return the content of a snapshot as values; equal to what was frozen in every number."""
    scheme = scoring.load_scheme(content["scheme"])
    return Frozen(
        scheme=scheme,
        period=content["period"],
        root_name=content["root"]["name"],
        as_of_seq=content["as_of_seq"],
        digest=content["digest"],
        rows=tuple(
            FrozenRow(int(pk), stored["name"], stored["unit"], restore_result(scheme, stored))
            for pk, stored in content["scores"].items()
        ),
    )
