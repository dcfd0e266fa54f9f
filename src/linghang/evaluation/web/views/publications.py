"""What is public: the list, and one publication with bands, digest, objections and corrections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.evaluation import mapping, services, tasks
from linghang.evaluation.enums import ObjectionState, PublicationState
from linghang.evaluation.models import Objection, Posting, Publication, Score
from linghang.evaluation.queries import scores as score_queries
from linghang.evaluation.queries import visible
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.web import tables
from linghang.evaluation.web.views.cycle import cycle_url
from linghang.evaluation.web.views.scores import show_fact
from linghang.ledger import api as ledger
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.tasks.services import start_job
from linghang.platform.ui.tables import render_list
from linghang_core.periods import Period


@require(Permission.VIEW_PUBLISHED)
def list_publications(request: HttpRequest) -> HttpResponse:
    """List what has been published in the reader's bureau, latest first."""
    found = visible.visible_publications(request.scope)  # type: ignore[attr-defined]
    return render_list(
        request, tables.PUBLICATIONS.bind(found, request.GET), title=_("Publications")
    )


@require(Permission.VIEW_PUBLISHED)
def show_publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a publication to print and post: units by peer group and band, persons as numbers only."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    publication = get_object_or_404(visible.visible_publications(scope), pk=pk)
    run = publication.run
    scheme = load(run.scheme)
    changes = services.facts_changed_since(publication, limit=10)
    may_see_facts = scope.can(Permission.VIEW_RECORDS, run.root.path)
    kinds = ledger.list_kinds() if changes and may_see_facts else {}
    sensitive = {code for code, kind in kinds.items() if kind.sensitive}
    period = Period.parse(run.period)
    context = {
        "title": f"{run.scheme} · {period.label(spoken())}",
        "publication": publication,
        "run": run,
        "state": PublicationState(publication.state),
        "groups": _list_groups(request, publication),
        "is_person": run.scheme.subject == "person",
        "scheme": scheme,
        "corrections": _corrections(scope, publication),
        "objections": _count_objections(publication),
        "changes": changes,
        "changed_facts": [
            show_fact(fact, kinds) for fact in changes.facts if fact.kind not in sensitive
        ]
        if may_see_facts
        else [],
        "may_close": bool(scope.can(Permission.PUBLISH_EVALUATION, run.root.path))
        and not PublicationState(publication.state).is_closed
        and clock.today() > publication.objections_until,
        "crumbs": [(_("Evaluation"), cycle_url(run.root, period))],
        "objections_run": clock.today() <= publication.objections_until,
        "verified": services.find_verification(publication),
        "may_verify": _may_verify(scope, publication),
    }
    return render(request, "evaluation/publication.html", context)


@require_POST
@require(*visible.WORKING)
def verify_publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the verification of a publication; its page shows what came out."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    publication = get_object_or_404(visible.visible_publications(scope), pk=pk)
    if not _may_verify(scope, publication):
        insist(scope.can(visible.WORKING[0], publication.run.root.path))
    start_job(
        kind=tasks.VERIFY,
        params={"publication": publication.pk},
        actor=request.user,
        title=_("Verification of %(number)s") % {"number": publication.number},
        unit_path=publication.run.root.path,
    )
    messages.success(
        request,
        _("The results are being computed again from the frozen rules and facts; see below soon."),
    )
    return redirect("evaluation:publication", publication.pk)


def _may_verify(scope: Scope, publication: Publication) -> bool:
    path = publication.run.root.path
    return any(scope.can(permission, path) for permission in visible.WORKING)


@require(Permission.VIEW_PUBLISHED)
def show_posting(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a line of the ledger to its score, of members to their publication."""
    found = visible.visible_publications(request.scope)  # type: ignore[attr-defined]
    posting = get_object_or_404(Posting.objects.filter(publication__in=found), pk=pk)
    score = Score.objects.filter(
        run__publication=posting.publication_id, unit=posting.unit_id, person=None
    ).first()
    if score is not None:
        return redirect("evaluation:score", score.pk)
    return redirect("evaluation:publication", posting.publication_id)


def _list_groups(request: HttpRequest, publication: Publication) -> list[dict[str, Any]]:
    """Peer groups with their bands; units are named in them, persons are only counted."""
    run = publication.run
    scheme = load(run.scheme)
    titles, bands = mapping.group_titles(scheme), mapping.band_titles(scheme)
    named: dict[tuple[str, str], list[Any]] = {}
    if run.scheme.subject == "unit":
        for score in score_queries.list_results(request.scope, run.pk):  # type: ignore[attr-defined]
            named.setdefault((score.group, score.band), []).append(score)
    return [
        {
            "title": titles.get(group["code"], group["code"]),
            "median": group["median"],
            "rated": group["rated"],
            "not_rated": group["not_rated"],
            "bands": [
                {
                    "title": bands.get(code, code),
                    "number": number,
                    "scores": named.get((group["code"], code), []),
                }
                for code, number in group["bands"].items()
            ],
            "unrated": named.get((group["code"], ""), []),
        }
        for group in run.summary["groups"]
        if group["rated"] or group["not_rated"]
    ]


def _corrections(scope: Scope, publication: Publication) -> list[dict[str, Any]]:
    """Corrections with the subject's name where the reader may see its score."""
    visible_ids = set(
        visible.visible_scores(scope).filter(run=publication.run_id).values_list("pk", flat=True)
    )
    found = publication.corrections.select_related("score__unit", "score__person")
    return [
        {"correction": row, "score": row.score if row.score_id in visible_ids else None}
        for row in found
    ]


def _count_objections(publication: Publication) -> dict[str, int]:
    states = list(
        Objection.objects.filter(score__run=publication.run_id).values_list("state", flat=True)
    )
    return {state.value: states.count(state.value) for state in ObjectionState} | {
        "all": len(states)
    }
