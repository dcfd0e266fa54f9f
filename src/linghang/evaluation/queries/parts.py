"""Which published results a scheme reads: a quarter and a year are built on their months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linghang.evaluation.enums import PublicationState, RunState
from linghang.evaluation.models import Publication, Run, Scheme
from linghang.evaluation.queries.schemes import list_in_force, load
from linghang.org.models import Unit
from linghang_core.periods import Period, PeriodError, PeriodKind

INDEX = "index."


@dataclass(frozen=True)
class Part:
    """A period of a scheme that another scheme reads; without a publication it is not public."""

    scheme: Scheme
    period: Period
    publication: Publication | None

    @property
    def is_ready(self) -> bool:
        """Return whether its objections are over, so that only a correction can change it."""
        return self.publication is not None and PublicationState(self.publication.state).is_closed


def index_kind(scheme_code: str) -> str:
    """Return the kind of fact in which the published results of a scheme stand in the ledger."""
    return f"{INDEX}{scheme_code}"


def list_indices(scheme: Scheme) -> list[str]:
    """Return the codes of the schemes whose published results a scheme reads."""
    kinds = (
        kind for rule in load(scheme).criteria for side in rule.measure.sides for kind in side.kinds
    )
    return list(
        dict.fromkeys(
            kind.removeprefix(INDEX)
            for kind in kinds
            if kind.startswith(INDEX) and not kind.endswith("*")
        )
    )


def list_parts(scheme: Scheme, root: Unit, period: Period) -> list[Part]:
    """Return the results of a bureau that an evaluation is built on, oldest first.

    A scheme counts from its first publication in the bureau on: the months before it was in force
    are no gap. Without any publication all periods are missing. Three queries at most.
    """
    codes = [code for code in list_indices(scheme) if code != scheme.code]
    if not codes:
        return []
    read = list(list_in_force(root).filter(code__in=codes).order_by("code"))
    published = {
        (publication.run.scheme.code, publication.run.period): publication
        for publication in Publication.objects.filter(
            run__root=root, run__scheme__code__in=codes, run__state=RunState.PUBLISHED
        )
        .select_related("run__scheme")
        .defer("snapshot")
    }
    found: list[Part] = []
    for one in read:
        kind = PeriodKind(load(one).period.value)
        found += [
            Part(one, part, published.get((one.code, str(part))))
            for part in _since_first(one.code, period, kind, list(published))
        ]
    return sorted(found, key=lambda part: (part.period.first_day, part.scheme.code))


def list_missing(scheme: Scheme, root: Unit, period: Period) -> list[Part]:
    """Return what a publication of this evaluation has to wait for."""
    return [part for part in list_parts(scheme, root, period) if not part.is_ready]


def _since_first(
    code: str, period: Period, kind: PeriodKind, published: Sequence[tuple[str, str]]
) -> list[Period]:
    try:
        parts = list(period.parts(kind))
    except PeriodError:  # a month is not made up of years
        return []
    known = [Period.parse(text) for own, text in published if own == code]
    first = min((one.first_day for one in known), default=None)
    return [part for part in parts if first is None or part.first_day >= first]


def find_run(root: Unit, scheme: Scheme, period: Period) -> Run | None:
    """Return the run that counts for a scheme and a period: the public one, else the computed one."""
    return (
        Run.objects.filter(
            root=root,
            scheme__code=scheme.code,
            period=str(period),
            state__in=[RunState.PUBLISHED, RunState.DONE],
        )
        .select_related("scheme", "root")
        .order_by("-state")  # "published" before "done"
        .first()
    )
