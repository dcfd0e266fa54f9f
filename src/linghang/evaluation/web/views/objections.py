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
from linghang.evaluation.queries import visible
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.web import tables
from linghang.evaluation.web.forms import DecisionForm, ObjectionForm
from linghang.platform.access import Denied, Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.ui.tables import render_list


@require()
def list_objections(request: HttpRequest) -> HttpResponse:
    """List the objections the reader decides, raised, or whose unit is the reader's."""
    found = visible.visible_objections(request.scope)  # type: ignore[attr-defined]
    if request.GET.get("state") in ObjectionState.values:  # what the home page counts
        found = found.filter(state=request.GET["state"])
    return render_list(request, tables.OBJECTIONS.bind(found, request.GET), title=_("Objections"))


@require()
def object_to_score(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an objection to a published score of one's own or of one's branch."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    score = get_object_or_404(
        visible.visible_scores(scope).select_related("run__scheme", "unit", "person"), pk=pk
    )
    if not visible.may_object(scope, score):
        insist(
            Denied(_("You may object to your own score, or as secretary to that of your branch."))
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
        visible.visible_objections(scope).select_related("decided_by"), pk=pk
    )
    score = objection.score
    may_decide = visible.can_over(scope, Permission.DECIDE_OBJECTIONS, score)
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
        "title": _("Objection"),
        "sub": f"{score} · {score.run}",
        "objection": objection,
        "score": score,
        "state": ObjectionState(objection.state),
        "criterion": _criterion_title(scheme, objection.criterion),
        "may_see_score": may_see_score,
        "may_decide": bool(may_decide) and is_open,
        "is_runner": score.run.actor_id == request.user.pk,
        "changes": services.changes_of_score(score) if may_see_score and is_open else None,
        "standing": services.find_standing(score) if may_see_score else None,
        "corrections": Correction.objects.filter(objection=objection),
        "form": form,
        "crumbs": [(_("Objections"), reverse("evaluation:objections"))],
    }
    return render(request, "evaluation/objection.html", context, status=422 if form.errors else 200)


def _criterion_title(scheme: object, code: str) -> str:
    if not code:
        return _("the whole score")
    rules = {rule.code: rule for rule in scheme.criteria}  # type: ignore[attr-defined]
    return f"{code} {mapping.say(rules[code].title)}" if code in rules else code
