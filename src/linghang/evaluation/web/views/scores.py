"""One subject: score page, why page, evidence, and a member's own scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from linghang.evaluation import mapping, services
from linghang.evaluation.enums import NOT_RATED_WORDS, PublicationState, RunState
from linghang.evaluation.mapping.words import name_kind, name_status
from linghang.evaluation.models import Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries import frozen, visible
from linghang.evaluation.queries import scores as score_queries
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.web.views.cycle import cycle_url
from linghang.ledger import api as ledger
from linghang.ledger.enums import FactKind
from linghang.ledger.models import Fact
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.ui import charts
from linghang.platform.ui.tables import Column, Empty, Table, render_list
from linghang_core import scoring
from linghang_core.periods import Period

FACTS_SHOWN = 8
AXES_NEEDED = 3
SIDES = ("counted", "due", "unmet")


@require()
def show_score(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a subject's total, band, dimensions, course, and what would change it most."""
    score = get_score(request, pk)
    reading = frozen.read_score(score)
    result = mapping.restore_result(reading.scheme, reading.stored)
    explanation = scoring.explain(reading.scheme, result, score.run.period)
    context = head_of(request, score, reading) | {
        "explanation": explanation,
        "most": _most(explanation),
        "radar": draw_dimensions(score, reading, result),
        "trend": _trend(request, score),
        "shares": mapping.dimension_shares(reading.scheme, result),
        "changes": services.changes_of_score(score),
    }
    return render(request, "evaluation/score.html", context)


@require()
def show_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Show why: every criterion with its formula, facts, rule and basis, adding up to the total."""
    score = get_score(request, pk)
    reading = frozen.read_score(score)
    result = mapping.restore_result(reading.scheme, reading.stored)
    explanation = scoring.explain(reading.scheme, result, score.run.period)
    may_see_facts = _may_see_facts(request, score)
    facts: list[Fact] = []
    if may_see_facts:
        facts = list(
            fact_queries.list_facts_of(
                reading.scheme, score.run.period, result.subject, reading.as_of_seq
            ).select_related("entry")
        )
    kinds = ledger.list_kinds()
    bands = mapping.band_titles(reading.scheme)
    context = head_of(request, score, reading) | {
        "explanation": explanation,
        "dimensions": [
            (
                dimension,
                [
                    _why(score, item, facts, kinds, reading.scheme.criterion(item.code), bands)
                    for item in dimension.criteria
                ],
            )
            for dimension in explanation.dimensions
        ],
        "may_see_facts": may_see_facts,
        "re_added": scoring.re_add(explanation),
        "changes": services.changes_of_score(score),
        "kinds": kinds,
    }
    return render(request, "evaluation/why.html", context)


@require()
def list_evidence(request: HttpRequest, pk: int, criterion: str, side: str) -> HttpResponse:
    """List every fact under one number of a criterion: counted, due or missing."""
    score = get_score(request, pk)
    if side not in SIDES or not _may_see_facts(request, score):
        raise Http404
    reading = frozen.read_score(score)
    result = mapping.restore_result(reading.scheme, reading.stored)
    explanation = scoring.explain(reading.scheme, result, score.run.period)
    item = _criterion(explanation, criterion)
    evidence = getattr(item, side)
    if not isinstance(evidence, scoring.Evidence):
        raise Http404
    kinds = ledger.list_kinds()
    facts = fact_queries.list_facts_of(
        reading.scheme, score.run.period, result.subject, reading.as_of_seq
    ).exclude(kind__in=_sensitive(kinds))
    found = ledger.filter_predicate(facts, evidence.predicate).select_related("entry__unit")
    return render_list(
        request,
        _evidence_table(kinds).bind(found, request.GET),
        title=f"{criterion} {mapping.say(item.title)}",
        sub=_side_title(side),
        crumbs=[
            (str(score), reverse("evaluation:score", args=[score.pk])),
            (_("Why this score"), f"{reverse('evaluation:why', args=[score.pk])}#{criterion}"),
        ],
    )


@require()
def show_mine(request: HttpRequest) -> HttpResponse:
    """Show a member's own published scores in full, and the published index of the own branch."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    own = score_queries.list_published_of_person(scope.person_id) if scope.person_id else []
    latest = own[0].run.period if own else ""
    units = score_queries.latest_of_units(scope, [pk for pk, _name, _path in scope.home_units])
    context = {
        "own": [_card(score) for score in own if score.run.period == latest],
        "earlier": [_card(score) for score in own if score.run.period != latest],
        "units": [
            _card(score) for score in units.values() if score.run.state == RunState.PUBLISHED
        ],
        "objections": list(
            visible.visible_objections(scope)
            .filter(raised_by_id=request.user.pk)
            .order_by("-raised_at")[:10]
        ),
        "today": clock.today(),
    }
    return render(request, "evaluation/mine.html", context)


@dataclass(frozen=True)
class ShownFact:
    """A fact as a line of evidence: when, what, in which state, and where its record is.

    `quantity` is empty where facts are only counted: each is one.
    """

    on: Any
    title: str
    kind: str
    status: str
    quantity: str
    late: bool
    url: str


@dataclass(frozen=True)
class ShownEvidence:
    """The facts under one number: the first of them, how many in all, how many are confidential."""

    side: str
    title: str
    amount: Decimal
    facts: Sequence[ShownFact]
    total: int
    confidential: int
    url: str

    @property
    def more(self) -> int:
        """Return how many are not shown here."""
        return self.total - self.confidential - len(self.facts)


@dataclass(frozen=True)
class ShownCriterion:
    """A criterion's explanation with its evidence."""

    item: scoring.CriterionExplanation
    words: mapping.CriterionWords
    evidence: Sequence[ShownEvidence]
    tone: str


def entry_url(entry_id: int) -> str:
    """Return the address of a ledger entry, empty where the ledger has no such page."""
    try:
        return reverse("ledger:entry", args=[entry_id])
    except NoReverseMatch:
        return ""


def show_fact(fact: Fact, kinds: dict[str, FactKind], *, with_quantity: bool = False) -> ShownFact:
    """Return a fact as a line of evidence."""
    title, kind = fact.entry.title, name_kind(fact.kind, kinds)
    quantity = ""
    if with_quantity:
        unit = kinds[fact.kind].quantity if fact.kind in kinds else ""
        quantity = f"{charts.format_number(Decimal(fact.quantity) / 100)} {unit}".strip()
    return ShownFact(
        on=fact.counts_on,
        title=title,
        kind="" if kind in title else kind,
        status=name_status(fact.status, kinds.get(fact.kind)) if fact.status else "",
        quantity=quantity,
        late=fact.late,
        url=entry_url(fact.entry_id),
    )


def _why(
    score: Score,
    item: scoring.CriterionExplanation,
    facts: Sequence[Fact],
    kinds: dict[str, FactKind],
    rule: scoring.Criterion,
    bands: dict[str, str],
) -> ShownCriterion:
    sides = {"counted": item.counted, "unmet": item.unmet}
    if item.unmet is None:  # what was due cannot be told as one remainder: show both sides
        sides["due"] = item.due if isinstance(item.due, scoring.Evidence) else None
    shown = [
        _show_evidence(score, item.code, side, evidence, facts, kinds)
        for side, evidence in sides.items()
        if evidence is not None and facts
    ]
    lost = item.full > item.points if item.nature.value == "basic" else item.points < 0
    return ShownCriterion(
        item=item,
        words=mapping.describe_criterion(rule, kinds, bands),
        evidence=[one for one in shown if one.total],
        tone="warn" if lost and item.state.value != "left_out" else "ok",
    )


def _show_evidence(
    score: Score,
    code: str,
    side: str,
    evidence: scoring.Evidence,
    facts: Sequence[Fact],
    kinds: dict[str, FactKind],
) -> ShownEvidence:
    found = [fact for fact in facts if evidence.predicate.matches(fact)]
    sensitive = _sensitive(kinds)
    open_facts = [fact for fact in found if fact.kind not in sensitive]
    return ShownEvidence(
        side=side,
        title=_side_title(side),
        amount=evidence.amount,
        facts=[
            show_fact(fact, kinds, with_quantity=evidence.aggregate.value == "sum")
            for fact in open_facts[:FACTS_SHOWN]
        ],
        total=len(found),
        confidential=len(found) - len(open_facts),
        url=reverse("evaluation:evidence", args=[score.pk, code, side]),
    )


def _sensitive(kinds: dict[str, FactKind]) -> set[str]:
    return {code for code, kind in kinds.items() if kind.sensitive}


def _side_title(side: str) -> str:
    return {"counted": _("counted"), "unmet": _("missing"), "due": _("due")}[side]


def head_of(request: HttpRequest, score: Score, reading: frozen.Reading) -> dict[str, Any]:
    """Return what every page of a score shows above everything else."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    publication = reading.publication
    bands, groups = mapping.band_titles(reading.scheme), mapping.group_titles(reading.scheme)
    period = Period.parse(score.run.period).label(spoken())
    corrections = list(score.corrections.all()) if publication else []
    return {
        "title": f"{score} · {score.run.scheme}",
        "sub": period,
        "score": score,
        "scheme": reading.scheme,
        "total": None if reading.stored["total"] is None else Decimal(reading.stored["total"]),
        "band": bands.get(reading.stored["band"] or "", ""),
        "group": groups.get(reading.stored["group"], ""),
        "group_median": _group_median(reading),
        "reason": NOT_RATED_WORDS.get(reading.stored["reason"] or "", ""),
        "state": RunState(score.run.state),
        "publication": publication,
        "publication_state": publication and PublicationState(publication.state),
        "corrections": corrections,
        "may_object": _may_object(scope, score, reading),
        "crumbs": _crumbs(scope, score),
    }


def _group_median(reading: frozen.Reading) -> Decimal | None:
    for group in reading.groups:
        if group["code"] == reading.stored["group"] and group["median"] is not None:
            return Decimal(group["median"])
    return None


def _crumbs(scope: Scope, score: Score) -> list[tuple[str, str]]:
    if score.person_id is not None and score.person_id == scope.person_id:
        return [(_("My scores"), reverse("evaluation:mine"))]
    if visible.visible_runs(scope).filter(pk=score.run_id).exists():
        return [
            (_("Evaluation"), cycle_url(score.run.root, Period.parse(score.run.period))),
            (str(score.run), reverse("evaluation:run", args=[score.run_id])),
        ]
    return [(_("Publications"), reverse("evaluation:publications"))]


def _may_object(scope: Scope, score: Score, reading: frozen.Reading) -> bool:
    publication = reading.publication
    return (
        publication is not None
        and PublicationState(publication.state).takes_objections
        and clock.today() <= publication.objections_until
        and visible.may_object(scope, score)
    )


def _may_see_facts(request: HttpRequest, score: Score) -> bool:
    """Whether the records under a score are shown: one's own, or by VIEW_RECORDS over the unit."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    own = score.person_id is not None and score.person_id == scope.person_id
    return own or bool(visible.can_over(scope, Permission.VIEW_RECORDS, score))


def _most(explanation: scoring.Explanation) -> scoring.CriterionExplanation | None:
    return _criterion(explanation, explanation.most[0]) if explanation.most else None


def _criterion(explanation: scoring.Explanation, code: str) -> scoring.CriterionExplanation:
    for dimension in explanation.dimensions:
        for item in dimension.criteria:
            if item.code == code:
                return item
    raise Http404


def draw_dimensions(
    score: Score, reading: frozen.Reading, result: scoring.SubjectResult
) -> charts.Radar | None:
    """Return the dimensions of a subject beside the median of its group; None below three."""
    own = mapping.dimension_shares(reading.scheme, result)
    if len(own) < AXES_NEEDED:
        return None
    titles = {part.code: mapping.say(part.title) for part in reading.scheme.dimensions}
    found = [group["dimensions"] for group in reading.groups if group["code"] == result.group]
    medians = [Decimal(found[0][code]) if found and found[0].get(code) else None for code in own]
    return charts.Radar(
        title=_("Share of the points by dimension"),
        axes=[titles[code] for code in own],
        series=[
            charts.Series(str(score), list(own.values())),
            charts.Series(_("median of the peer group"), medians),
        ],
        unit="%",
    )


def _trend(request: HttpRequest, score: Score) -> charts.Trend | None:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    course = score_queries.list_course(scope, score)
    if sum(one is not None for one in course) < 2:
        return None
    series = [charts.Series(str(score), [one.total if one else None for one in course])]
    if score.person_id is None:
        series.append(
            charts.Series(_("median of the peer group"), [_median(one) for one in course])
        )
    periods = score_queries.course_periods(score.run.period)
    return charts.Trend(
        title=_("Last twelve months"), periods=[code[2:] for code in periods], series=series
    )


def _median(score: Score | None) -> Decimal | None:
    if score is None:
        return None
    for group in score.run.summary["groups"]:
        if group["code"] == score.group and group["median"] is not None:
            return Decimal(group["median"])
    return None


def _card(score: Score) -> dict[str, Any]:
    scheme = load(score.run.scheme)
    return {
        "score": score,
        "band": mapping.band_titles(scheme).get(score.band, ""),
        "reason": NOT_RATED_WORDS.get(score.reason, ""),
        "period": Period.parse(score.run.period).label(spoken()),
        "publication": getattr(score.run, "publication", None),
    }


def get_score(request: HttpRequest, pk: int) -> Score:
    """Return a score the reader may see in full, or 404."""
    scores = visible.visible_scores(request.scope).select_related(  # type: ignore[attr-defined]
        "run__scheme", "run__root", "unit", "person"
    )
    return get_object_or_404(scores, pk=pk)


def _evidence_table(kinds: dict[str, FactKind]) -> Table:
    return Table(
        caption=_("Facts"),
        columns=(
            Column(
                "title",
                _("record"),
                attr="entry.title",
                link=lambda fact: entry_url(fact.entry_id),
            ),
            Column("kind", _("kind"), render=lambda fact: name_kind(fact.kind, kinds)),
            Column("on", _("counts on"), attr="counts_on", sort=("counts_on", "pk")),
            Column(
                "status",
                _("state"),
                render=lambda fact: name_status(fact.status, kinds.get(fact.kind)) or None,
            ),
            Column(
                "quantity",
                _("quantity"),
                render=lambda fact: Decimal(fact.quantity) / 100,
                numeric=True,
            ),
            Column("late", _("recorded late"), render=lambda fact: _("yes") if fact.late else None),
            Column("unit", _("unit"), attr="entry.unit.name"),
        ),
        default_sort="-on",
        empty=Empty(_("No facts"), _("Nothing of this kind was recorded.")),
    )
