"""Rounds: the list, opening one, its page for the officer and for whoever marks, fixing the marks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.assessment import access, models, queries, services
from linghang.assessment.enums import NEXT_ROUND, Happened, RoundState, SheetState
from linghang.assessment.models import Round, Sheet
from linghang.assessment.web.forms import MoveForm, RoundForm
from linghang.assessment.web.tables import ROUNDS
from linghang.assessment.web.views.acts import do_act, home_crumbs, round_crumbs, scope_of
from linghang.assessment.web.views.matrix import describe_round, describe_team
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.languages import choose
from linghang.platform.ui.tables import render_list

SHOWN_ACTS = 40


@require(Permission.VIEW_RECORDS)
@require_GET
def list_rounds(request: HttpRequest) -> HttpResponse:
    """Show the rounds that concern the reader, above them what waits for their marks."""
    scope = scope_of(request)
    rounds = queries.annotate_advance(queries.list_rounds(scope))
    return render_list(
        request,
        ROUNDS.bind(rounds, request.GET),
        title=_("Assessment"),
        sub=_("Marks have their giver, their evidence and a second person; totals are computed."),
        template="assessment/rounds.html",
        may_open=find_root(scope) is not None,
        waiting=describe_waiting(scope),
        comparing=describe_comparing(scope),
    )


def describe_waiting(scope: Scope) -> list[dict[str, Any]]:
    """Return the rounds in which the reader is to mark now, with how many sheets."""
    found: dict[int, dict[str, Any]] = {}
    for sheet in queries.waiting_for(scope):
        round_ = sheet.subject.round
        row = found.setdefault(round_.pk, {"round": round_, "count": 0, "first": sheet})
        row["count"] += 1
    for row in found.values():
        one = row["count"] == 1
        row["url"] = (
            resolve_url("assessment:sheet", row["first"].pk)
            if one
            else resolve_url("assessment:round", row["round"].pk)
        )
    return list(found.values())


def describe_comparing(scope: Scope) -> list[dict[str, Any]]:
    """Return the sheets whose evidence waits for the reader, each with its items."""
    found: dict[int, dict[str, Any]] = {}
    for mark in queries.list_unconfirmed(scope):
        row = found.setdefault(mark.sheet_id, {"sheet": mark.sheet, "items": []})
        row["items"].append(str(mark.item))
    comma = choose(", ", "、")
    return [
        {
            "who": row["sheet"].subject,
            "url": resolve_url("assessment:sheet", sheet),
            "meta": f"{comma.join(row['items'])} · {row['sheet'].subject.round.title}",
            "rater": row["sheet"].rater.name,
        }
        for sheet, row in found.items()
    ]


def find_root(scope: Scope) -> Unit | None:
    """Return the bureau the reader may open rounds for, None if there is none."""
    found: Unit | None = (
        Unit.objects.filter(
            scope.restrict(Permission.ISSUE_LISTS), parent=None, line="party", closed_on=None
        )
        .order_by("path")
        .first()
    )
    return found


@require(Permission.ISSUE_LISTS)
def open_round(request: HttpRequest) -> HttpResponse:
    """Open a round: choose the form, then the period and who; the rest follows from posts."""
    root = find_root(scope_of(request))
    if root is None:
        raise PermissionDenied(
            _("Rounds are opened for a whole bureau. Ask your Party-affairs officer.")
        )
    chosen = request.GET.get("form", "")
    form_of = queries.list_forms().filter(code=chosen).first()
    if form_of is None:
        offered = [(each, list(each.items.all())) for each in queries.list_forms()]
        context = {"forms": offered, "crumbs": home_crumbs()}
        return render(request, "assessment/choose.html", context)
    form = RoundForm(request.POST or None, root=root, form=form_of)
    opened: list[Round] = []

    def act(_values: dict[str, Any]) -> None:
        opened.append(services.open_round(draft=form.draft(), actor=request.user))

    response = do_act(
        request,
        form,
        act,
        title=_("Open the round"),
        said=_("The round is open; the raters were told."),
        back=resolve_url("assessment:rounds"),
        crumbs=home_crumbs(),
        sub=str(form_of),
    )
    return redirect("assessment:round", pk=opened[0].pk) if opened else response


@require(Permission.VIEW_RECORDS)
@require_GET
def show_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a form: what is marked, how, by whom with which weight; no secret to anybody signed in."""
    form = get_object_or_404(models.Form, pk=pk)
    context = {"form": form, "items": list(form.items.all()), "crumbs": home_crumbs()}
    return render(request, "assessment/paper.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round: all marks to the officer and the committee, to others their own part."""
    scope, round_ = scope_of(request), get_round(request, pk)
    sees_all = bool(access.can_see_all(scope, round_.root))
    in_team = queries.is_in_team(scope, round_)
    own = list(queries.list_own_sheets(scope, round_))
    context: dict[str, Any] = {
        "round": round_,
        "sees_all": sees_all,
        "own": describe_own(own),
        "about": list_about(scope, round_, all_=sees_all or (in_team and round_.form.visit)),
        "may_lead": bool(access.can_lead(scope, round_.root)),
        "closing": access.can_close(scope, round_) if sees_all else None,
        "moves": [to.value for to in NEXT_ROUND[round_.standing]],
        "crumbs": home_crumbs(),
    }
    if sees_all:
        outcome = queries.compute_outcome(round_)
        open_ = round_.state == RoundState.OPEN
        context |= describe_round(round_, outcome, scope) | {
            "team": describe_team(round_, outcome, scope),
            "obstacle": services.find_obstacle(round_, RoundState.CLOSED, outcome)
            if open_
            else None,
            "without_login": services.find_without_login(round_) if open_ else [],
            "acts": list_acts(round_),
        }
    return render(request, "assessment/round.html", context)


def list_acts(round_: Round) -> list[models.Act]:
    """Return the history of a round, without who handed in and confirmed what: that stands on sheets."""
    rows = round_.acts.exclude(kind__in=(Happened.HANDED_IN, Happened.CONFIRMED, Happened.SLIP))
    return list(rows.select_related("by", "subject__unit", "subject__person")[:SHOWN_ACTS])


def list_about(scope: Scope, round_: Round, *, all_: bool) -> list[models.Subject]:
    """Return the subjects whose pages the reader may open from the round."""
    rows = queries.list_subjects(round_)
    if all_:
        return list(rows) if round_.form.visit else []
    return [
        subject
        for subject in rows.filter(unit__path__in=access.own_paths(scope))
        | rows.filter(person=scope.person_id or 0)
        if access.can_see_subject(scope, subject, in_team=False)
        or access.can_enter_slips(scope, subject)
    ]


def describe_own(sheets: list[Sheet]) -> list[dict[str, Any]]:
    """Return what the reader is asked to mark: how far each sheet is, and whose turn it is."""
    turns = queries.find_turns(sheets)
    totals = dict(
        models.Mark.objects.filter(sheet__in=sheets)
        .order_by()
        .values_list("sheet")
        .annotate(total=Sum("points"))
    )
    return [
        {
            "sheet": sheet,
            "before": turns[sheet.pk] if sheet.state != SheetState.HANDED_IN else None,
            "total": totals.get(sheet.pk),
        }
        for sheet in sheets
    ]


@require(Permission.PUBLISH_EVALUATION)
def move_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix the marks, open them again or call the round off; what stands against it is said first."""
    scope, round_ = scope_of(request), get_round(request, pk)
    choices = NEXT_ROUND[round_.standing]
    asked = request.POST.get("to") or request.GET.get("to") or ""
    to = next((state for state in choices if state == asked), choices[0] if choices else None)
    if to is None:
        raise PermissionDenied(_("The round was called off; nothing follows."))
    cancels = to is RoundState.CANCELLED
    insist(access.can_lead(scope, round_.root) if cancels else access.can_close(scope, round_))
    obstacle = services.find_obstacle(round_, to)
    form = MoveForm(request.POST or None, initial={"seen": round_.seen, "to": to.value})
    if obstacle is None or not obstacle.reason:
        form.fields["reason"].widget = forms.HiddenInput()
    else:
        form.fields["reason"].required = True

    def act(values: dict[str, Any]) -> None:
        services.move_round(
            round=round_, to=to, actor=request.user, reason=values["reason"], seen=values["seen"]
        )

    title, said = {
        RoundState.CLOSED: (_("End the round"), _("Ended."))
        if round_.form.visit
        else (_("Fix the marks"), _("The marks stand; their facts are written.")),
        RoundState.OPEN: (_("Open the round again"), _("Open again; its facts are withdrawn.")),
        RoundState.CANCELLED: (_("Call the round off"), _("Called off.")),
    }[to]
    return do_act(
        request,
        form,
        act,
        title=title,
        said=said,
        back=resolve_url("assessment:round", round_.pk),
        crumbs=round_crumbs(round_),
        sub=round_.title,
        obstacle=obstacle,
    )


def get_round(request: HttpRequest, pk: int) -> Round:
    """Return the round if it concerns the reader; a stranger's is not found."""
    found: Round = get_object_or_404(queries.list_rounds(scope_of(request)), pk=pk)
    return found
