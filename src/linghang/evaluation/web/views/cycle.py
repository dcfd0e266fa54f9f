"""A bureau's evaluation of a month, quarter or year: run, check, publish, objections, final."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from linghang.evaluation import mapping, services, tasks
from linghang.evaluation.models import Publication, Run
from linghang.evaluation.queries import cycle as cycle_queries
from linghang.evaluation.queries import visible
from linghang.evaluation.queries.cycle import Cycle, Step
from linghang.evaluation.queries.schemes import list_in_force, load
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.tasks import progress as job_progress
from linghang.platform.tasks.models import Job, JobState
from linghang.platform.tasks.services import cancel_job, start_job
from linghang_core.periods import Period, PeriodError, PeriodKind

READING = (Permission.VIEW_PUBLISHED, *visible.WORKING)
OFFERED = {PeriodKind.MONTH: 13, PeriodKind.QUARTER: 6, PeriodKind.YEAR: 3}


@require(*READING)
def show_cycle(request: HttpRequest) -> HttpResponse:
    """Show the state of a period's evaluation as steps, with the next one as a button."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    bureaus = list(visible.working_bureaus(scope))
    if not bureaus:
        return redirect("evaluation:publications")
    root = _choose_bureau(request, bureaus, scope)
    period = _choose_period(request.GET.get("period", ""))
    cycle = cycle_queries.read_cycle(root, period)
    context = {
        "cycle": cycle,
        "root": root,
        "bureaus": bureaus,
        "period": str(period),
        "period_label": period.label(spoken()),
        "periods": _offered_periods(root, period),
        "steps": list_steps(cycle),
        "strands": [_show_strand(strand) for strand in cycle.strands],
        "may_run": scope.can(Permission.RUN_EVALUATION, root.path),
        "may_publish": scope.can(Permission.PUBLISH_EVALUATION, root.path),
        "may_decide": scope.can(Permission.DECIDE_OBJECTIONS, root.path),
        "publishable": [s.run.pk for s in cycle.strands if s.run and s.publication is None],
        "waits": services.describe_missing(cycle.missing) if cycle.missing else "",
        "objection_days": services.objection_days(clock.today()),
        "open_publications": [
            s.publication.pk for s in cycle.strands if s.publication and cycle.is_open(s)
        ],
    }
    return render(request, "evaluation/cycle.html", context)


@require_POST
@require(Permission.RUN_EVALUATION)
def start_runs(request: HttpRequest) -> HttpResponse:
    """Start the evaluation of a bureau for a period by every scheme in force for its kind."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    root = get_object_or_404(visible.working_bureaus(scope), pk=_number(request.POST.get("root")))
    insist(scope.can(Permission.RUN_EVALUATION, root.path))
    period = _choose_period(request.POST.get("period", ""))
    schemes = [
        scheme for scheme in list_in_force(root) if scheme.document["period"] == period.kind.value
    ]
    try:
        for scheme in schemes:
            services.check_period(scheme, str(period))
    except services.EvaluationRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(cycle_url(root, period))
    job = start_job(
        kind=tasks.RUN,
        params={
            "root": root.pk,
            "period": str(period),
            "schemes": [scheme.code for scheme in schemes],
        },
        actor=request.user,
        title=_("Evaluation %(period)s: %(unit)s")
        % {"period": period.label(spoken()), "unit": root.name},
        unit_path=root.path,
    )
    return redirect("evaluation:progress", job.pk)


@require(Permission.RUN_EVALUATION)
def show_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an evaluation is; when it is done, the way back to its month."""
    job = _job(request, pk)
    root = Unit.objects.get(pk=job.params["root"])
    url = cycle_url(root, Period.parse(job.params["period"]))
    state = JobState(job.state)
    if state is JobState.DONE:
        return HttpResponseClientRedirect(url) if _is_htmx(request) else redirect(url)
    context = {
        "job": job,
        "state": state,
        "is_final": state.is_final,
        "progress": job_progress.read(job.pk),
        "cycle_url": url,
        "root": root,
        "period": job.params["period"],
    }
    template = "evaluation/progress_bar.html" if _is_htmx(request) else "evaluation/progress.html"
    return render(request, template, context)


@require_POST
@require(Permission.RUN_EVALUATION)
def cancel_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a waiting or running evaluation; it leaves nothing behind."""
    job = _job(request, pk)
    cancel_job(job=job, actor=request.user)
    messages.info(request, _("The evaluation is being stopped."))
    root = Unit.objects.get(pk=job.params["root"])
    return redirect(cycle_url(root, Period.parse(job.params["period"])))


@require_POST
@require(Permission.PUBLISH_EVALUATION)
def publish_runs(request: HttpRequest) -> HttpResponse:
    """Publish the computed runs of a period."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    ids = [_number(value) for value in request.POST.getlist("run")]
    runs = list(visible.visible_runs(scope).filter(pk__in=ids))
    if not runs:
        raise Http404
    for run in runs:
        insist(scope.can(Permission.PUBLISH_EVALUATION, run.root.path))
    for run in runs:
        try:
            done = services.publish_run(run=run, actor=request.user)
        except (services.PublicationRefused, services.EvaluationRefused) as refusal:
            messages.error(request, f"{run.scheme}: {refusal}")
        else:
            messages.success(
                request,
                _("%(scheme)s is public as %(number)s; objections until %(day)s.")
                % {"scheme": run.scheme, "number": done.number, "day": done.objections_until},
            )
    return redirect(cycle_url(runs[0].root, Period.parse(runs[0].period)))


@require_POST
@require(Permission.PUBLISH_EVALUATION)
def close_publications(request: HttpRequest) -> HttpResponse:
    """Make publications final whose objection period is over."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    ids = [_number(value) for value in request.POST.getlist("publication")]
    found = list(visible.visible_publications(scope).filter(pk__in=ids))
    if not found:
        raise Http404
    for publication in found:
        insist(scope.can(Permission.PUBLISH_EVALUATION, publication.run.root.path))
    for publication in found:
        _close(request, publication)
    return redirect(cycle_url(found[0].run.root, Period.parse(found[0].run.period)))


def cycle_url(root: Unit, period: Period) -> str:
    """Return the address of a bureau's month."""
    return (
        f"{reverse('evaluation:index')}?{urlencode({'root': str(root.pk), 'period': str(period)})}"
    )


def list_steps(cycle: Cycle) -> list[dict[str, str]]:
    """Return the steps of a cycle for the steps component."""
    labels = {
        Step.RECORD: _("record"),
        Step.RUN: _("run"),
        Step.CHECK: _("check"),
        Step.PUBLISH: _("publish"),
        Step.OBJECT: _("objections"),
        Step.FINISH: _("final"),
    }
    order = list(labels)
    current = cycle.step
    # Checking and publishing are one decision of the same person: both wait for the same button.
    place = len(order) if current is None else order.index(current)
    if current is Step.PUBLISH:
        place = order.index(Step.CHECK)
    found = []
    for number, step in enumerate(order):
        state = "done" if number < place else "current" if number == place else "todo"
        if current is Step.RUN and step is Step.RECORD and not cycle.is_over:
            state = "current"
        found.append({"label": str(labels[step]), "state": state})
    return found


def _close(request: HttpRequest, publication: Publication) -> None:
    try:
        services.close_publication(publication=publication, actor=request.user)
    except services.PublicationRefused as refusal:
        messages.error(request, f"{publication.run.scheme}: {refusal}")
    else:
        messages.success(request, _("%(scheme)s is final.") % {"scheme": publication.run.scheme})


def _show_strand(strand: cycle_queries.Strand) -> dict[str, Any]:
    run: Run | None = strand.run
    language = spoken()
    shown: dict[str, Any] = {
        "strand": strand,
        "scheme": strand.scheme,
        "run": run,
        "parts": [
            {
                "label": part.period.label(language),
                "scheme": part.scheme,
                "is_ready": part.is_ready,
                "publication": part.publication,
            }
            for part in strand.parts
        ],
    }
    if run is not None:
        scheme = load(run.scheme)
        shown["groups"] = show_groups(run.summary["groups"], scheme)
    return shown


def show_groups(groups: list[dict[str, Any]], scheme: Any) -> list[dict[str, Any]]:
    """Return peer groups with their titles and the number in each band, for cards and tables."""
    bands, titles = mapping.band_titles(scheme), mapping.group_titles(scheme)
    return [
        group
        | {
            "title": titles.get(group["code"], group["code"]),
            "shares": [
                {"title": bands.get(code, code), "number": number, "of": group["rated"]}
                for code, number in group["bands"].items()
            ],
        }
        for group in groups
        if group["rated"] or group["not_rated"]
    ]


def _choose_bureau(request: HttpRequest, bureaus: list[Unit], scope: Scope) -> Unit:
    asked = request.GET.get("root")
    if asked:
        found = next((unit for unit in bureaus if str(unit.pk) == asked), None)
        if found is None:
            raise Http404
        return found
    homes = [path for _pk, _name, path in scope.home_units]
    return next(
        (unit for unit in bureaus if any(path.startswith(unit.path) for path in homes)), bureaus[0]
    )


def _choose_period(code: str) -> Period:
    if not code:
        return cycle_queries.default_period()
    try:
        return Period.parse(code)
    except PeriodError as error:
        raise Http404 from error


def _offered_periods(root: Unit, chosen: Period) -> list[tuple[str, list[tuple[str, str]]]]:
    """The periods one may choose, by kind: those schemes in force are made for, latest first."""
    titles = {
        PeriodKind.MONTH: _("Monthly"),
        PeriodKind.QUARTER: _("Quarterly"),
        PeriodKind.YEAR: _("Yearly"),
    }
    language = spoken()
    kinds = cycle_queries.list_kinds(root)
    found = []
    for kind in (*kinds, *([chosen.kind] if chosen.kind not in kinds else [])):
        period = cycle_queries.default_period(kind).next()
        offered = [period]
        while len(offered) < OFFERED.get(kind, 1):
            offered.append(offered[-1].previous())
        if chosen.kind is kind and chosen not in offered:
            offered.append(chosen)
        found.append((titles.get(kind, ""), [(str(one), one.label(language)) for one in offered]))
    return found


def _job(request: HttpRequest, pk: int) -> Job:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    seen = scope.restrict(Permission.RUN_EVALUATION, "unit_path") | Q(actor_id=request.user.pk)
    return get_object_or_404(Job.objects.filter(seen, kind=tasks.RUN), pk=pk)


def _is_htmx(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _number(value: str | None) -> int:
    if value is None or not value.isdigit():
        raise Http404
    return int(value)
