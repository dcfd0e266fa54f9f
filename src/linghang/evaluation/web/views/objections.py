"""Objections: raised in one sentence from a published score, decided by somebody else."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.evaluation import mapping, services
from linghang.evaluation.enums import ObjectionState
from linghang.evaluation.models import Correction
from linghang.evaluation.queries import statistics, visible
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.web import tables
from linghang.evaluation.web.forms import AppealForm, DecisionForm, ObjectionForm
from linghang.platform.access import Denied, Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list


@require()
def list_objections(request: HttpRequest) -> HttpResponse:
    """List the objections the reader decides, raised, or whose unit is the reader's."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = visible.visible_objections(scope)
    if request.GET.get("state") in ObjectionState.values:  # what the home page counts
        found = found.filter(state=request.GET["state"])
    return render_list(
        request,
        tables.OBJECTIONS.bind(found, request.GET),
        title=_("Objections"),
        template="evaluation/objections.html",
        may_see_statistics=any(
            scope.can(permission) for permission in (*visible.WORKING, Permission.MANAGE_PACKS)
        ),
    )


@require()
def object_to_score(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an objection to a published score of one's own or of one's branch."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    score = get_object_or_404(
        visible.visible_scores(scope).select_related("run__scheme", "unit", "person"), pk=pk
    )
    if not visible.may_object(scope, score):
        insist(
            Denied(_("You may object to your own score and to that of the branch you belong to."))
        )
    criteria = [
        (rule.code, f"{rule.code} {mapping.say(rule.title)}")
        for rule in load(score.run.scheme).criteria
    ]
    initial = {"criterion": request.GET.get("criterion", "")}
    form = ObjectionForm(request.POST or None, criteria=criteria, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            objection = services.object_to(
                score=score, actor=request.user, scope=scope, **form.cleaned_data
            )
        except services.PublicationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your objection has been received."))
            return redirect("evaluation:objection", objection.pk)
    context = {
        "form": form,
        "title": _("Object to a score"),
        "sub": f"{score} · {score.run}",
        "submit_label": _("Send the objection"),
        "cancel_url": reverse("evaluation:score", args=[score.pk]),
    }
    return render(request, "ui/form.html", context, status=422 if form.errors else 200)


@require()
def show_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an objection with what the score would be now; whoever may, decides it here."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    objection = get_object_or_404(
        visible.visible_objections(scope).select_related("decided_by", "appeal", "appeal_of"), pk=pk
    )
    score = objection.score
    first = objection.appeal_of
    may_decide = (
        visible.can_over(scope, Permission.DECIDE_OBJECTIONS, score)
        if first is None
        else scope.can(Permission.DECIDE_OBJECTIONS, score.run.root.path)
    )
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        insist(may_decide)
        if form.is_valid():
            try:
                services.decide_objection(
                    objection=objection,
                    uphold=form.cleaned_data["verdict"] == "uphold",
                    decision=form.cleaned_data["decision"],
                    actor=request.user,
                    scope=scope,
                )
            except services.PublicationRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The objection is decided."))
                return redirect("evaluation:objection", objection.pk)
    may_see_score = visible.visible_scores(scope).filter(pk=score.pk).exists()
    scheme = load(score.run.scheme)
    is_open = objection.state == ObjectionState.OPEN
    context = {
        "title": _("Objection") if first is None else _("Appeal"),
        "first": first,
        "appeal": getattr(objection, "appeal", None),
        "may_appeal": visible.may_appeal(scope, objection)
        and not hasattr(objection, "appeal")
        and objection.appeal_until is not None
        and clock.today() <= objection.appeal_until,
        "decided_first": first is not None and first.decided_by_id == request.user.pk,
        "sub": f"{score} · {score.run}",
        "objection": objection,
        "score": score,
        "state": ObjectionState(objection.state),
        "criterion": _criterion_title(scheme, objection.criterion),
        "may_see_score": may_see_score,
        "may_decide": bool(may_decide) and is_open,
        "is_concerned": visible.may_object(scope, score),
        "is_runner": score.run.actor_id == request.user.pk,
        "changes": services.changes_of_score(score) if may_see_score and is_open else None,
        "standing": services.find_standing(score) if may_see_score else None,
        "corrections": Correction.objects.filter(objection=objection),
        "form": form,
        "crumbs": [(_("Objections"), reverse("evaluation:objections"))],
    }
    return render(request, "evaluation/objection.html", context, status=422 if form.errors else 200)


@require()
def appeal_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rejected objection to the higher committee, in one sentence."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    objection = get_object_or_404(visible.visible_objections(scope), pk=pk)
    if not visible.may_appeal(scope, objection):
        insist(
            Denied(_("Only whoever raised the objection appeals, and only when it was rejected."))
        )
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appeal = services.appeal_decision(
                objection=objection, actor=request.user, scope=scope, **form.cleaned_data
            )
        except services.PublicationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your appeal has been received; somebody else decides it."))
            return redirect("evaluation:objection", appeal.pk)
    context = {
        "form": form,
        "title": _("Appeal to the higher committee"),
        "sub": f"{objection.score} · {objection.text}",
        "submit_label": _("Send the appeal"),
        "cancel_url": reverse("evaluation:objection", args=[objection.pk]),
    }
    return render(request, "ui/form.html", context, status=422 if form.errors else 200)


@require(*visible.WORKING, Permission.MANAGE_PACKS)
def show_statistics(request: HttpRequest) -> HttpResponse:
    """Show by scheme and criterion how often it was objected to and overturned; never a person."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    context = {
        "title": _("Statistics of objections"),
        "schemes": statistics.list_statistics(scope),
        "many": statistics.MANY,
        "crumbs": [(_("Objections"), reverse("evaluation:objections"))],
    }
    return render(request, "evaluation/statistics.html", context)


def _criterion_title(scheme: object, code: str) -> str:
    if not code:
        return _("the whole score")
    rules = {rule.code: rule for rule in scheme.criteria}  # type: ignore[attr-defined]
    return f"{code} {mapping.say(rules[code].title)}" if code in rules else code
