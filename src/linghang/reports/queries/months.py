"""Reading documents, and what a document of a bureau's month is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linghang.evaluation import api as evaluation
from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Correction, Objection, Publication, Run
from linghang.ledger import api as ledger
from linghang.ledger.enums import FactKind
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.reports.models import Document
from linghang_core import scoring
from linghang_core.periods import Period


@dataclass(frozen=True)
class Strand:
    """One scheme's result in a document, that of the period before, and what was said against it."""

    run: Run
    publication: Publication | None
    frozen: evaluation.Frozen
    before: evaluation.Frozen | None
    objections: tuple[Objection, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def is_of_units(self) -> bool:
        """Return whether units are rated, not persons."""
        return self.frozen.scheme.subject is scoring.SubjectKind.UNIT

    @property
    def title(self) -> str:
        """Return what the index is called: 红旗指数."""
        return self.frozen.scheme.title.zh


@dataclass(frozen=True)
class Month:
    """A bureau's results of one period, those of units first.

    `absent` are the titles of schemes whose result is computed but not public, and therefore not
    told in a document about public results; `kinds` are the kinds of facts, for their units.
    """

    root: Unit
    period: Period
    strands: tuple[Strand, ...]
    absent: tuple[str, ...]
    has_general_branches: bool
    kinds: Mapping[str, FactKind]

    @property
    def is_draft(self) -> bool:
        """Return whether any of the results is not public yet."""
        return any(strand.publication is None for strand in self.strands)

    @property
    def of_units(self) -> tuple[Strand, ...]:
        """Return the strands that rate units."""
        return tuple(strand for strand in self.strands if strand.is_of_units)

    @property
    def of_persons(self) -> tuple[Strand, ...]:
        """Return the strands that rate persons."""
        return tuple(strand for strand in self.strands if not strand.is_of_units)


def visible_documents(scope: Scope) -> QuerySet[Document]:
    """Return the documents the reader may open, without their files.

    Those about public results by everybody with VIEW_PUBLISHED in the bureau; drafts by whoever may
    EXPORT over the bureau; those that name members only together with VIEW_MEMBER_SCORES over it.
    """
    export = scope.restrict(Permission.EXPORT, "root__path")
    members = export & scope.restrict(Permission.VIEW_MEMBER_SCORES, "root__path")
    published = Q(is_draft=False) & scope.restrict(Permission.VIEW_PUBLISHED, "root__path")
    return (
        Document.objects.filter(
            (Q(names_members=False) & (published | export)) | (Q(names_members=True) & members)
        )
        .select_related("root", "created_by")
        .defer("file", "content")
    )


def filter_documents(
    documents: QuerySet[Document], *, kind: str = "", period: str = ""
) -> QuerySet[Document]:
    """Keep a kind and a period."""
    if kind:
        documents = documents.filter(kind=kind)
    return documents.filter(period=period) if period else documents


def list_periods(documents: QuerySet[Document]) -> list[str]:
    """Return the periods documents exist for, latest first."""
    return list(
        documents.order_by("-period")
        .values_list("period", flat=True)
        .distinct()
        .order_by("-period")
    )


def find_last_options(root: Unit) -> dict[str, object]:
    """Return the options of the bureau's last bulletin, so that nobody enters them again."""
    found = Document.objects.filter(root=root, kind="bulletin").values_list("options", flat=True)
    return dict(found.first() or {})


def read_month(run: Run) -> Month:
    """Return all results that belong beside this one.

    A public run takes along what is public for the same bureau and period; one that is not public
    takes along the run that counts of each scheme.
    """
    period = Period.parse(run.period)
    chosen = _choose_runs(run)
    public_only = run.state == RunState.PUBLISHED
    told = [one for one in chosen if not public_only or one.state == RunState.PUBLISHED]
    told.sort(key=lambda one: (one.scheme.subject != "unit", one.scheme.code))
    return Month(
        root=run.root,
        period=period,
        strands=tuple(_read_strand(one, period) for one in told),
        absent=tuple(one.scheme.title_zh for one in chosen if one not in told),
        has_general_branches=Unit.objects.filter(
            path__startswith=run.root.path, kind=UnitKind.GENERAL_BRANCH, closed_on=None
        ).exists(),
        kinds=ledger.list_kinds(),
    )


def _choose_runs(run: Run) -> list[Run]:
    """The run that counts of each scheme: the public one before the latest computed."""
    found = (
        Run.objects.filter(
            root=run.root_id,
            period=run.period,
            state__in=[RunState.PUBLISHED, RunState.DONE],
        )
        .select_related("scheme", "root")
        .order_by("pk")
    )
    counting: dict[str, Run] = {}
    for one in found:
        before = counting.get(one.scheme.code)
        if before is None or before.state != RunState.PUBLISHED or one.state == RunState.PUBLISHED:
            counting[one.scheme.code] = one
    counting[run.scheme.code] = run
    return list(counting.values())


def _read_strand(run: Run, period: Period) -> Strand:
    publication = Publication.objects.filter(run=run).defer("snapshot").first()
    before = Run.objects.filter(
        root=run.root_id,
        scheme__code=run.scheme.code,
        period=str(period.previous()),
        state=RunState.PUBLISHED,
    ).first()
    objections: tuple[Objection, ...] = ()
    corrections: tuple[Correction, ...] = ()
    if publication is not None:
        objections = tuple(
            Objection.objects.filter(score__run=run)
            .select_related("score__unit")
            .defer("score__result", "score__unit__contact_phone")
            .order_by("score__unit__path", "pk")
        )
        corrections = tuple(
            publication.corrections.select_related("score__unit")
            .defer("result", "score__result", "score__unit__contact_phone")
            .order_by("score__unit__path", "pk")
        )
    return Strand(
        run=run,
        publication=publication,
        frozen=evaluation.read_frozen(run),
        before=evaluation.read_frozen(before) if before is not None else None,
        objections=objections,
        corrections=corrections,
    )
