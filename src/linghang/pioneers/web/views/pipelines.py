"""The two pipelines: the list, one way with its milestones, whom I mentor, and every act."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.ledger.api import find_page
from linghang.pioneers import access
from linghang.pioneers.enums import (
    PIPELINE_STATES_OF,
    Direction,
    MilestoneStanding,
    PipelineDeed,
    PipelineState,
)
from linghang.pioneers.models import Pipeline
from linghang.pioneers.queries import pipelines as queries
from linghang.pioneers.queries.carriers import list_units
from linghang.pioneers.web.forms import STEP_FORMS, PipelineForm, ProofForm, UnitForm
from linghang.pioneers.web.tables import PIPELINES
from linghang.pioneers.web.views.shared import (
    answer_form,
    get_scope,
    list_crumbs,
    list_tabs,
    refuse_stale,
)
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list


@require(Permission.VIEW_RECORDS)
@require_GET
def list_pipelines(request: HttpRequest) -> HttpResponse:
    """Show the ways the reader sees, by branch; nobody is ranked."""
    scope = get_scope(request)
    ways = queries.read_ways(queries.list_pipelines(scope), scope, clock.today())
    return render_list(
        request,
        PIPELINES.bind(ways, request.GET),
        title=_("Two pipelines"),
        sub=_("Members become backbones, backbones become members; each with a mentor."),
        tabs=list_tabs(scope, "pipelines"),
        template="pioneers/pipelines.html",
        directions=list(Direction) if scope.can(Permission.EDIT_RECORDS) else [],
    )


@require(Permission.VIEW_RECORDS)
@require_GET
def list_mentored(request: HttpRequest) -> HttpResponse:
    """Show the mentor whom they accompany: what waits for an answer, what is due next."""
    scope = get_scope(request)
    ways = queries.read_ways(queries.list_mentored(scope), scope, clock.today())
    context = {
        "asked": [way for way in ways if way.pipeline.state == PipelineState.ASKED],
        "running": [way for way in ways if way.pipeline.state == PipelineState.RUNNING],
        "tabs": list_tabs(scope, "mentored"),
    }
    return render(request, "pioneers/mentored.html", context)


@require(Permission.EDIT_RECORDS)
def open_pipeline(request: HttpRequest, direction: str) -> HttpResponse:
    """Open somebody's way; where the reader has several branches, ask for which first."""
    scope = get_scope(request)
    if direction not in Direction.values:
        raise Http404
    way, units = Direction(direction), list_units(scope)
    known = list(units[:2])
    asked = request.GET.get("unit", "")
    if len(known) != 1 and not asked.isdecimal():
        return _choose_unit(request, scope, way)
    unit = known[0] if len(known) == 1 else get_object_or_404(units, pk=asked)
    insist(access.can_open_pipeline(scope, unit))
    form = PipelineForm(request.POST or None, unit=unit, direction=way, scope=scope)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=resolve_url("pioneers:pipelines"),
        done=_("Opened. The mentor is asked to agree."),
        title=way.label,
        sub=unit.name,
        crumbs=list_crumbs(scope, "pipelines"),
        submit_label=_("Open it and ask the mentor"),
    )


def _choose_unit(request: HttpRequest, scope: Scope, way: Direction) -> HttpResponse:
    form = UnitForm(request.POST or None, units=list_units(scope))
    if form.is_valid():
        address = resolve_url("pioneers:open-pipeline", way.value)
        return redirect(f"{address}?unit={form.cleaned_data['unit'].pk}")
    context: dict[str, Any] = {
        "form": form,
        "title": way.label,
        "crumbs": list_crumbs(scope, "pipelines"),
        "submit_label": _("Go on"),
        "cancel_url": resolve_url("pioneers:pipelines"),
    }
    return render(request, "ui/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_pipeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one way: mentor, stage, milestones with what proves them, reviews, history."""
    scope = get_scope(request)
    pipeline = get_pipeline(scope, pk)
    answers = [
        (deed, access.can_step(scope, pipeline, deed))
        for deed, states in PIPELINE_STATES_OF.items()
        if pipeline.state in states
    ]
    way = queries.read_way(pipeline, scope, clock.today())
    acts = list(pipeline.acts.select_related("by", "mentor").order_by("-pk"))
    open_ones = (MilestoneStanding.OPEN, MilestoneStanding.LATE)
    context = {
        "pipeline": pipeline,
        "way": way,
        "lines": [
            (line, _find_page(line), line.standing in open_ones and not line.milestone.step)
            for line in way.lines
        ],
        "deeds": [deed for deed, answer in answers if answer],
        "refusals": list(
            dict.fromkeys(getattr(answer, "reason", "") for _deed, answer in answers if not answer)
        ),
        "may_prove": bool(access.can_prove(scope, pipeline)),
        "acts": acts,
        "reviews": [act for act in acts if act.decision],
        "is_due": pipeline.is_review_due(clock.today()),
        "crumbs": list_crumbs(scope, "pipelines"),
    }
    return render(request, "pioneers/pipeline.html", context)


def _find_page(line: queries.MilestoneLine) -> str:
    """Return the address of the record that proves a milestone, or nothing."""
    entry = line.milestone.entry
    if entry is None or line.standing is not MilestoneStanding.PROVED:
        return ""
    return find_page(entry)


@require(Permission.VIEW_RECORDS)
def step_pipeline(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one act on a way; what is refused stands on the form."""
    scope = get_scope(request)
    pipeline = get_pipeline(scope, pk)
    if code not in PipelineDeed.values:
        raise Http404
    deed, back = PipelineDeed(code), resolve_url("pioneers:pipeline", pipeline.pk)
    if refuse_stale(request, pipeline.seen):
        return redirect(back)
    insist(access.can_step(scope, pipeline, deed))
    form = STEP_FORMS[deed](request.POST or None, pipeline=pipeline)
    return answer_form(
        request,
        form,
        lambda: form.act(request.user),
        back=back,
        done=_("Recorded: %(deed)s.") % {"deed": deed.label},
        title=deed.label,
        sub=f"{pipeline.candidate.name} · {pipeline.aim}",
        crumbs=[*list_crumbs(scope, "pipelines"), (pipeline.candidate.name, back)],
        submit_label=deed.label,
    )


@require(Permission.VIEW_RECORDS)
def prove_milestone(request: HttpRequest, pk: int, milestone_pk: int) -> HttpResponse:
    """Choose the record that proves a milestone."""
    scope = get_scope(request)
    pipeline = get_pipeline(scope, pk)
    milestone = get_object_or_404(pipeline.milestones, pk=milestone_pk, step="")
    insist(access.can_prove(scope, pipeline))
    back = resolve_url("pioneers:pipeline", pipeline.pk)
    form = ProofForm(request.POST or None, milestone=milestone)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=back,
        done=_("The milestone is proved."),
        title=milestone.text,
        sub=pipeline.candidate.name,
        crumbs=[*list_crumbs(scope, "pipelines"), (pipeline.candidate.name, back)],
        submit_label=_("Prove a milestone"),
    )


def get_pipeline(scope: Scope, pk: int) -> Pipeline:
    """Return the way if the reader may see it; a stranger's is not found."""
    found: Pipeline = get_object_or_404(queries.list_pipelines(scope), pk=pk)
    return found
