"""Objections of teams: raised by the leader, decided by somebody who did not run the contest."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.contests import access, services
from linghang.contests.queries import lists, standing
from linghang.contests.web.forms import DecisionForm, ObjectionForm
from linghang.contests.web.views.contests import REFUSED, get_scope
from linghang.evaluation.api import say
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.ui.forms import add_errors


@require(Permission.VIEW_PUBLISHED)
def object_to_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the objection of a team's leader."""
    scope = get_scope(request)
    team = get_object_or_404(lists.list_teams(scope), pk=pk)
    insist(access.can_object(scope, team))
    criteria = [
        (item.code, f"{item.code} {say(item.title)}")
        for item in standing.load_rules(team.contest).criteria
    ]
    form = ObjectionForm(request.POST or None, criteria=criteria)
    if form.is_valid():
        try:
            objection = services.object_to(
                team=team, actor=request.user, scope=scope, **form.cleaned_data
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Your objection has been received."))
            return redirect("contests:objection", objection.pk)
    context = {
        "form": form,
        "title": _("Object to the points"),
        "sub": str(team),
        "submit_label": _("Send the objection"),
        "cancel_url": resolve_url("contests:team", team.pk),
    }
    return render(request, "ui/form.html", context, status=REFUSED if form.errors else 200)


@require(Permission.VIEW_PUBLISHED)
def show_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an objection; whoever may, decides it here."""
    scope = get_scope(request)
    objection = get_object_or_404(lists.list_objections(scope), pk=pk)
    answer = access.can_decide(scope, objection)
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        insist(answer)
        if form.is_valid():
            try:
                services.decide_objection(
                    objection=objection,
                    uphold=form.cleaned_data["verdict"] == "uphold",
                    decision=form.cleaned_data["decision"],
                    actor=request.user,
                    scope=scope,
                )
            except ValidationError as refusal:
                add_errors(form, refusal)
            else:
                messages.success(request, _("The objection is decided."))
                return redirect("contests:objection", pk)
    team = objection.team
    titles = {i.code: say(i.title) for i in standing.load_rules(team.contest).criteria}
    context = {
        "objection": objection,
        "team": team,
        "contest": team.contest,
        "criterion": titles.get(objection.criterion, _("all points")),
        "form": form if answer else None,
        "refusal": "" if answer else getattr(answer, "reason", ""),
        "crumbs": [
            (_("Contests"), resolve_url("contests:index")),
            (team.contest.title, resolve_url("contests:contest", team.contest_id)),
            (team.name, resolve_url("contests:team", team.pk)),
        ],
    }
    return render(
        request, "contests/objection.html", context, status=REFUSED if form.errors else 200
    )
