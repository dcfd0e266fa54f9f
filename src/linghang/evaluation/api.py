"""What other apps may ask of evaluation: latest scores, the next step, explanations, results."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from linghang.evaluation import mapping, services
from linghang.evaluation.enums import NOT_RATED_WORDS, ObjectionState, RunState
from linghang.evaluation.mapping import (
    Frozen,
    FrozenRow,
    band_titles,
    canonical,
    describe_criterion,
    pack_snapshot,
    register_publication_action,
    restore_result,
    say,
    store_result,
)
from linghang.evaluation.models import Publication, Run, Scheme, Score
from linghang.evaluation.queries import cycle as cycle_queries
from linghang.evaluation.queries import frozen, visible
from linghang.evaluation.queries import scores as score_queries
from linghang.evaluation.queries.facts import count_overtaking, filter_relevant
from linghang.evaluation.queries.overview import (
    UnitTotal,
    find_unit_run,
    list_changed_publications,
    list_open_objections,
    list_publications,
    list_totals,
    mean_totals,
    total_course,
)
from linghang.evaluation.queries.ownership import Owned, find_owned
from linghang.evaluation.queries.schemes import list_in_force, load
from linghang.evaluation.services import (
    EvaluationRefused,
    PublicationRefused,
    choose_engine,
    close_publication,
    decide_objection,
    evaluate_months,
    find_scheme,
    install_scheme,
    object_to,
    publish_run,
    run_evaluation,
    verify_publication,
)
from linghang.evaluation.services.publishing import freeze
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang_core import scoring
from linghang_core.periods import Period

__all__ = [
    "EvaluationRefused",
    "Frozen",
    "FrozenRow",
    "LatestScore",
    "NextStep",
    "Owned",
    "PublicationRefused",
    "ResultGroup",
    "ResultRow",
    "Results",
    "UnitTotal",
    "band_titles",
    "canonical",
    "choose_engine",
    "close_publication",
    "count_open_objections",
    "count_overtaking",
    "decide_objection",
    "describe_criterion",
    "evaluate",
    "evaluate_months",
    "explain_subject",
    "filter_relevant",
    "find_owned",
    "find_publication",
    "find_publications",
    "find_run",
    "find_scheme",
    "find_unit_run",
    "install_scheme",
    "latest_scores",
    "list_adopted_schemes",
    "list_bureaus",
    "list_changed_publications",
    "list_open_objections",
    "list_publications",
    "list_runs",
    "list_totals",
    "mean_totals",
    "my_latest",
    "next_step",
    "object_to",
    "pack_snapshot",
    "publish_run",
    "published_results",
    "read_frozen",
    "register_publication_action",
    "restore_result",
    "run_evaluation",
    "say",
    "store_result",
    "total_course",
    "try_scheme_file",
    "verify_publication",
]


@dataclass(frozen=True)
class LatestScore:
    """A subject's latest visible score, with the one thing that would change it most."""

    score: Score
    scheme: Scheme
    period: str
    total: Decimal | None
    band: str
    reason: str
    is_published: bool
    most: scoring.CriterionExplanation | None
    url: str
    why_url: str
    parts: tuple[scoring.DimensionExplanation, ...] = ()


@dataclass(frozen=True)
class NextStep:
    """Where the last month's evaluation of a bureau stands; `step` is None when it is final."""

    root: Unit
    period: str
    step: str | None
    waiting: int
    url: str


@dataclass(frozen=True)
class ResultRow:
    """One subject in a published result, as a bulletin prints it."""

    code: str
    name: str
    unit: str
    group: str
    band: str
    total: Decimal | None
    reason: str
    points: tuple[Decimal | None, ...]
    corrected_total: Decimal | None


@dataclass(frozen=True)
class ResultGroup:
    """A peer group in a published result: how many in each band, and the median."""

    code: str
    title: str
    rated: int
    not_rated: int
    bands: tuple[tuple[str, int], ...]
    median: Decimal | None


@dataclass(frozen=True)
class Results:
    """What a publication shows, from its frozen snapshot; persons are never in an order of points."""

    publication: Publication
    scheme: scoring.Scheme
    period: str
    root_name: str
    groups: tuple[ResultGroup, ...]
    criteria: tuple[tuple[str, str], ...]
    rows: tuple[ResultRow, ...]
    corrections: tuple[Any, ...]


def latest_scores(scope: Scope, unit_ids: Collection[int]) -> dict[int, LatestScore]:
    """Return the latest visible score of each unit, by unit id; two queries however many units."""
    found = score_queries.latest_of_units(scope, unit_ids)
    results = dict(
        Score.objects.filter(pk__in=[score.pk for score in found.values()]).values_list(
            "pk", "result"
        )
    )
    return {pk: _latest(score, results[score.pk]) for pk, score in found.items()}


def my_latest(scope: Scope) -> list[LatestScore]:
    """Return the reader's own scores of the latest published month, one for each scheme."""
    if scope.person_id is None:
        return []
    own = score_queries.list_published_of_person(scope.person_id)
    latest = [score for score in own if score.run.period == own[0].run.period]
    return [_latest(score, score.result) for score in latest]


def list_adopted_schemes(root: Unit | None = None) -> list[Scheme]:
    """Return the schemes in force in a bureau, or those for all, those for units first."""
    return list(list_in_force(root))


def list_bureaus(scope: Scope) -> list[Unit]:
    """Return the bureaus whose evaluation the reader works on."""
    return list(visible.working_bureaus(scope))


def next_step(root: Unit, period: str = "") -> NextStep:
    """Return where a bureau's month stands (by default the last one that is over)."""
    chosen = Period.parse(period) if period else cycle_queries.default_period()
    cycle = cycle_queries.read_cycle(root, chosen)
    query = urlencode({"root": str(root.pk), "period": str(chosen)})
    return NextStep(
        root=root,
        period=str(chosen),
        step=cycle.step.value if cycle.step else None,
        waiting=cycle.waiting,
        url=f"{reverse('evaluation:index')}?{query}",
    )


def count_open_objections(scope: Scope) -> int:
    """Return how many objections wait for a decision among those the reader sees."""
    return visible.visible_objections(scope).filter(state=ObjectionState.OPEN).count()


def evaluate(
    scheme_code: str,
    period: str,
    *,
    root: Unit | None = None,
    actor: Any = None,
    counting: services.Counting | None = None,
) -> list[Run]:
    """Evaluate one bureau, or every bureau when none is named, by the version it has in force.

    For the command line. Raises EvaluationRefused with the reason.
    """
    roots = [root] if root is not None else _all_bureaus()
    return services.evaluate_in_force(
        code=scheme_code, period=period, roots=roots, actor=actor, counting=counting
    )


def find_publications(number: str = "", unit_code: str = "") -> QuerySet[Publication]:
    """Return the publications of a number, or all, of one bureau or every one; for an operator."""
    found = Publication.objects.select_related("run__scheme", "run__root").order_by("pk")
    if number:
        found = found.filter(number=number)
    return found.filter(run__root__code=unit_code) if unit_code else found


def try_scheme_file(
    scheme: scoring.Scheme, *, against: str, periods: Sequence[str], root_code: str = ""
) -> dict[str, Any]:
    """Return what a scheme would have done beside the one in force, as plain JSON values.

    For the command line; nothing is kept. Without a code the installation must have one bureau.
    Raises EvaluationRefused with the reason.
    """
    roots = [unit for unit in _all_bureaus() if root_code in ("", unit.code)]
    if len(roots) != 1:
        codes = ", ".join(unit.code for unit in _all_bureaus())
        raise EvaluationRefused(
            f"Name one bureau by the code of its top unit (--root): {codes or 'there is none'}."
        )
    before = load(services.find_scheme(against, roots[0]))
    found, (after, earlier) = services.try_document(
        scheme, against=before, periods=periods, root=roots[0]
    )
    return services.store_trial(found, after, earlier) | {
        "scheme": {"code": scheme.code, "version": scheme.version},
        "against": {"code": before.code, "version": before.version},
        "root": roots[0].code,
    }


def explain_subject(scheme_code: str, period: str, subject_code: str) -> dict[str, Any]:
    """Return the explanation of one subject as plain JSON values.

    The published result if there is one, else the latest computed. Raises EvaluationRefused when
    the subject has no result for that period.
    """
    scores = (
        Score.objects.filter(run__scheme__code=scheme_code, run__period=period)
        .filter(run__state__in=[RunState.PUBLISHED, RunState.DONE])
        .select_related("run__scheme", "run__root", "unit", "person")
        .order_by("-run__state", "-run_id")
    )
    wanted: dict[str, Any] = {"person__code": subject_code}
    if not scores.filter(**wanted).exists():
        wanted = {"person": None, "unit__code": subject_code}
    score = scores.filter(**wanted).first()
    if score is None:
        raise EvaluationRefused(
            f"{subject_code} has no result of {scheme_code} for {period}; run `evaluate` first."
        )
    reading = frozen.read_score(score)
    result = mapping.restore_result(reading.scheme, reading.stored)
    explanation = scoring.explain(reading.scheme, result, period).model_dump(mode="json")
    publication = reading.publication
    return explanation | {
        "name": str(score),
        "as_of_seq": reading.as_of_seq,
        "re_added": explanation["total"] and str(_re_add(reading.scheme, result, period)),
        "published": publication.number if publication else None,
        "corrections": [
            {"old": str(row.old_total), "new": str(row.new_total), "reason": row.reason}
            for row in score.corrections.all()
        ],
    }


def find_publication(scope: Scope, pk: int) -> Publication | None:
    """Return a publication the reader may see, without its snapshot."""
    return visible.visible_publications(scope).filter(pk=pk).first()


def find_run(scope: Scope, pk: int) -> Run | None:
    """Return a run with results that the reader may open, public or not."""
    states = [state for state in RunState if state.has_results]
    return visible.visible_runs(scope).filter(state__in=states, pk=pk).first()


def list_runs(scope: Scope, pks: Collection[int]) -> list[Run]:
    """Return those of the runs that the reader may open, units before persons."""
    return list(visible.visible_runs(scope).filter(pk__in=pks).order_by("-scheme__subject", "pk"))


def read_frozen(run: Run) -> Frozen:
    """Return the whole content of a run: its snapshot if it is public, else what would be frozen.

    It holds every subject, persons too: whoever shows it asks for the permission first.
    """
    if run.state == RunState.PUBLISHED:
        return mapping.restore_content(Publication.objects.get(run=run).read_snapshot())
    return mapping.restore_content(freeze(run))


def published_results(publication: Publication) -> Results:
    """Return the whole frozen content of a publication for a bulletin or a score book.

    It holds every subject, persons too: whoever prints it asks for the permission first. Units come
    in peer groups, the higher total first; persons in the order of branch and name.
    """
    content = publication.read_snapshot()
    scheme = scoring.load_scheme(content["scheme"])
    bands = {band.code: mapping.say(band.title) for band in scheme.bands}
    titles = {group.code: mapping.say(group.title) for group in scheme.peer_groups}
    corrections = list(publication.corrections.select_related("score__unit", "score__person"))
    corrected = {row.score_id: row.new_total for row in corrections}
    rows = [
        ResultRow(
            code=row["code"],
            name=row["name"],
            unit=row["unit"],
            group=titles[row["group"]],
            band=bands.get(row["band"] or "", ""),
            total=_decimal(row["total"]),
            reason=str(NOT_RATED_WORDS.get(row["reason"] or "", "")),
            points=tuple(
                None if state == "left_out" else Decimal(points)
                for _counts, _value, _full, points, state in row["criteria"]
            ),
            corrected_total=corrected.get(int(pk)),
        )
        for pk, row in content["scores"].items()
    ]
    if scheme.subject is scoring.SubjectKind.PERSON:
        rows.sort(key=lambda row: (row.unit, row.code))
    else:
        order = list(titles.values())
        rows.sort(key=lambda row: (order.index(row.group), -(row.total or Decimal(-1)), row.code))
    return Results(
        publication=publication,
        scheme=scheme,
        period=content["period"],
        root_name=content["root"]["name"],
        groups=tuple(_group(group, titles, bands) for group in content["groups"]),
        criteria=tuple((rule.code, mapping.say(rule.title)) for rule in scheme.criteria),
        rows=tuple(rows),
        corrections=tuple(corrections),
    )


def _latest(score: Score, stored: dict[str, Any]) -> LatestScore:
    scheme = load(score.run.scheme)
    result = mapping.restore_result(scheme, stored)
    explanation = scoring.explain(scheme, result, score.run.period)
    items = {item.code: item for part in explanation.dimensions for item in part.criteria}
    return LatestScore(
        score=score,
        scheme=score.run.scheme,
        period=score.run.period,
        total=score.total,
        band=mapping.say(explanation.band),
        reason=mapping.say(explanation.reason_text),
        is_published=score.run.state == RunState.PUBLISHED,
        most=items[explanation.most[0]] if explanation.most else None,
        url=reverse("evaluation:score", args=[score.pk]),
        why_url=reverse("evaluation:why", args=[score.pk]),
        parts=tuple(explanation.dimensions),
    )


def _group(group: dict[str, Any], titles: dict[str, str], bands: dict[str, str]) -> ResultGroup:
    return ResultGroup(
        code=group["code"],
        title=titles[group["code"]],
        rated=group["rated"],
        not_rated=group["not_rated"],
        bands=tuple((bands[code], number) for code, number in group["bands"].items()),
        median=_decimal(group["median"]),
    )


def _re_add(scheme: scoring.Scheme, result: scoring.SubjectResult, period: str) -> Decimal | None:
    return scoring.re_add(scoring.explain(scheme, result, period))


def _all_bureaus() -> Sequence[Unit]:
    # By founding: a path sorts as text, so "/10/" would come before "/9/".
    return list(Unit.objects.filter(line="party", parent=None, closed_on=None).order_by("pk"))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
