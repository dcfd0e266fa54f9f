"""Planning and recording visits, and turning what was found into problems and measures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.research import access, queries, services
from linghang.research.enums import Nature
from linghang.research.models import PlannedVisit, Topic
from linghang.research.web.forms.topics import ReasonForm
from linghang.research.web.forms.visits import MeasureForm, PlanForm, ProblemForm, RecordForm
from linghang.research.web.views.reading import (
    crumbs_of,
    get_topic,
    get_visit,
    scope_of,
    show_form,
)
from linghang.service import api as service


@require(Permission.RAISE_PROBLEMS)
def plan_visits(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan whom to hear where, by when: several units at once."""
    topic = get_topic(request, pk)
    insist(access.can_visit(scope_of(request), topic))
    form = PlanForm(request.POST or None, topic=topic)
    if form.is_valid():
        try:
            plans = services.plan_visits(topic=topic, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("%(n)s visits are planned.") % {"n": len(plans)})
            return redirect("research:topic", pk=pk)
    back = resolve_url("research:topic", pk)
    return show_form(request, form, _("Plan visits"), back, _("Plan"), crumbs=crumbs_of(topic))


@require(Permission.RAISE_PROBLEMS)
def drop_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a planned visit out of the plan."""
    plans = PlannedVisit.objects.filter(topic__in=queries.list_topics(scope_of(request)))
    plan = get_object_or_404(plans.filter(dropped_on=None).select_related("topic__root"), pk=pk)
    insist(access.can_visit(scope_of(request), plan.topic))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            services.drop_plan(plan=plan, reason=reason, actor=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("It is no longer planned."))
            return redirect("research:topic", pk=plan.topic_id)
    back = resolve_url("research:topic", plan.topic_id)
    title = _("Drop the visit to %(unit)s") % {"unit": plan.unit}
    return show_form(request, form, title, back, _("Drop it"), crumbs=crumbs_of(plan.topic))


@require(Permission.RAISE_PROBLEMS)
def record_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a visit: from the plan, from a service record, or from nothing."""
    scope, topic = scope_of(request), get_topic(request, pk)
    insist(access.can_visit(scope, topic))
    plan = _find(topic.plan.filter(dropped_on=None), request.GET.get("plan"))
    offered = queries.list_offered(scope, topic)
    records = service.list_visits(scope).select_related("team__unit")
    chosen = _find(records, request.GET.get("service"))
    form = RecordForm(
        request.POST or None,
        topic=topic,
        plan=plan,
        service_visit=chosen,
        initial=_read_last(topic),
    )
    if form.is_valid():
        person = queries.find_person(scope)
        part = access.can_lead(scope, topic) or (
            person is not None and topic.cooperating.filter(pk=person.pk).exists()
        )
        try:
            visit = services.record_visit(
                topic=topic, draft=form.draft(person if part else None), actor=request.user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The visit is recorded."))
            return redirect("research:visit", pk=visit.pk)
    return show_form(
        request,
        form,
        _("Record a visit"),
        resolve_url("research:topic", pk),
        _("Save"),
        template="research/visit_form.html",
        sub=topic.title,
        crumbs=crumbs_of(topic),
        offered=[] if plan or chosen else offered,
        chosen=chosen,
    )


def _find(rows: Any, asked: str | None) -> Any:
    return rows.filter(pk=asked).first() if asked and asked.isdigit() else None


def _read_last(topic: Topic) -> dict[str, Any]:
    """Return who came along last: usually the same colleagues come again."""
    last = topic.visits.filter(withdrawn_at=None).order_by("-pk").first()
    if last is None:
        names = [person.name for person in topic.cooperating.all()]
    else:
        names = [person.name for person in last.companions.all()]
    return {"companions": "、".join(names)}


@require(Permission.RAISE_PROBLEMS)
@require_GET
def show_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a visit with its findings; the notes only to those who see the topic."""
    scope, visit = scope_of(request), get_visit(request, pk)
    topic = queries.list_topics(scope).filter(pk=visit.topic_id).first()
    findings = queries.list_findings(scope).filter(visit=visit)
    context = {
        "visit": visit,
        "topic": topic,
        "companions": list(visit.companions.order_by("code")),
        "findings": [(each, Nature(each.nature)) for each in findings],
        "natures": Nature,
        "may_state": topic is not None and bool(access.can_state(scope, topic)),
        "may_withdraw": topic is not None and bool(access.can_visit(scope, topic)),
        "crumbs": crumbs_of(topic)
        if topic
        else [(_("Research visits"), resolve_url("research:visits"))],
    }
    return render(request, "research/visit.html", context)


@require(Permission.RAISE_PROBLEMS)
def withdraw_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a visit recorded wrongly."""
    visit = get_visit(request, pk)
    insist(access.can_visit(scope_of(request), visit.topic))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw_visit(
                visit=visit, reason=form.cleaned_data["reason"], actor=request.user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The visit no longer counts."))
            return redirect("research:topic", pk=visit.topic_id)
    back = resolve_url("research:visit", pk)
    return show_form(request, form, _("Take back the visit"), back, _("Take back"))


@require(Permission.RAISE_PROBLEMS)
@require_POST
def mark_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a finding is."""
    finding = get_object_or_404(queries.list_findings(scope_of(request)), pk=pk)
    insist(access.can_state(scope_of(request), finding.visit.topic))
    nature = request.POST.get("nature", "")
    if nature in Nature.values:
        services.mark_finding(finding=finding, nature=nature, actor=request.user)
    else:
        messages.warning(request, _("Choose what it is."))
    return redirect("research:visit", pk=finding.visit_id)


@require(Permission.RAISE_PROBLEMS)
def state_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn findings into a problem, with its measures."""
    scope, topic = scope_of(request), get_topic(request, pk)
    insist(access.can_state(scope, topic))
    rows = queries.filter_topic(queries.list_findings(scope), topic)
    asked = [int(each) for each in request.GET.getlist("finding") if each.isdigit()]
    chosen = [finding for finding in rows if finding.pk in asked]
    form = ProblemForm(request.POST or None, topic=topic, findings=rows, chosen=chosen)
    if form.is_valid():
        try:
            problem = services.state_problem(actor=request.user, **form.values())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(
                request, _("The problem stands on the list: %(text)s") % {"text": problem.text}
            )
            return redirect(f"{resolve_url('research:topic', pk)}#problems")
    return show_form(
        request,
        form,
        _("State a problem"),
        resolve_url("research:topic", pk),
        _("Put it on the list"),
        sub=topic.title,
        crumbs=crumbs_of(topic),
    )


@require(Permission.RAISE_PROBLEMS)
def state_measures(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide measures that serve one or several problems of the topic."""
    topic = get_topic(request, pk)
    insist(access.can_state(scope_of(request), topic))
    rows = rectification.filter_to_do(queries.list_problems(topic))
    asked = [int(each) for each in request.GET.getlist("problem") if each.isdigit()]
    chosen = [problem for problem in rows if problem.pk in asked]
    form = MeasureForm(request.POST or None, topic=topic, problems=rows, chosen=chosen)
    if form.is_valid():
        try:
            items = services.state_measures(topic=topic, actor=request.user, **form.values())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("%(n)s measures are asked for.") % {"n": len(items)})
            return redirect(f"{resolve_url('research:topic', pk)}#problems")
    return show_form(
        request,
        form,
        _("Decide measures"),
        resolve_url("research:topic", pk),
        _("Ask for them"),
        sub=topic.title,
        crumbs=crumbs_of(topic),
        today=clock.today(),
    )
