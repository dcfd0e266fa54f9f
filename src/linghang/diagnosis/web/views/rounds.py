"""Rounds: the list, opening one, its page, and the officer's acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linghang.diagnosis import access, queries, services
from linghang.diagnosis.enums import CHECKING, NEXT_ROUND, Lead, RoundState, Verb
from linghang.diagnosis.models import Round, Sheet, StandardSet
from linghang.diagnosis.services.rounds import find_obstacle
from linghang.diagnosis.web.forms import DatesForm, ExpertForm, MoveForm, RoundForm
from linghang.diagnosis.web.tables import ROUNDS
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list

MOVES = {
    RoundState.EXPERT_CHECK: gettext_lazy("Begin the expert check"),
    RoundState.RECTIFYING: gettext_lazy("End the checks and compare"),
    RoundState.CLOSED: gettext_lazy("End the round"),
    RoundState.CANCELLED: gettext_lazy("Call the round off"),
}


@require(Permission.VIEW_RECORDS)
@require_GET
def list_rounds(request: HttpRequest) -> HttpResponse:
    """Show the rounds in which a unit of the reader's stands."""
    scope = scope_of(request)
    rounds = queries.annotate_advance(queries.list_rounds(scope))
    return render_list(
        request,
        ROUNDS.bind(rounds, request.GET),
        title=_("Diagnosis"),
        sub=_("The unit checks itself, then experts check it, by the same standards."),
        template="diagnosis/rounds.html",
        may_open=find_root(scope) is not None,
        sets=list(queries.list_sets()),
        waiting=describe_waiting(scope),
    )


@require(Permission.ISSUE_LISTS)
def open_round(request: HttpRequest) -> HttpResponse:
    """Open a round: one page, the units are told at once."""
    root = find_root(scope_of(request))
    if root is None:
        raise PermissionDenied(
            _("Rounds are opened for a whole bureau. Ask your Party-affairs officer.")
        )
    form = RoundForm(request.POST or None, root=root)
    if form.is_valid():
        try:
            round_ = services.open_round(draft=form.draft(), actor=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The round is open; the units were told."))
            return redirect("diagnosis:round", pk=round_.pk)
    context = {
        "form": form,
        "title": _("Open a round"),
        "sub": root.name,
        "crumbs": [(_("Diagnosis"), resolve_url("diagnosis:rounds"))],
        "cancel_url": resolve_url("diagnosis:rounds"),
        "submit_label": _("Open the round"),
    }
    return render(request, "diagnosis/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_standards(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a set of standards: what is checked, how, and by which rule."""
    found = get_object_or_404(StandardSet, pk=pk)  # standards are no secret to anybody signed in
    context = {
        "set": found,
        "standards": list(found.standards.all()),
        "crumbs": [(_("Diagnosis"), resolve_url("diagnosis:rounds"))],
    }
    return render(request, "diagnosis/standards.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round: how far each unit is, what waits for the reader, and what came of it."""
    scope, round_ = scope_of(request), get_round(request, pk)
    expert = queries.find_expert(scope, round_)
    sheets = list(queries.list_sheets(scope).filter(round=round_).order_by("unit__path"))
    may_lead = bool(access.can_lead(scope, round_.root))
    comparable = bool(access.can_compare(scope, round_, expert))
    of_bureau = bool(scope.can(Permission.VIEW_RECORDS, round_.root.path))
    standing = queries.count_leads(round_, clock.today()) if of_bureau else {}
    done = queries.count_answers(sheets, expert)
    acts = round_.acts.select_related("actor", "sheet__unit")
    if not of_bureau:
        acts = acts.filter(sheet__in=sheets)
    context = {
        "round": round_,
        "expert": expert,
        "experts": list(round_.experts.select_related("person")),
        "rows": [describe_sheet(sheet, done[sheet.pk], scope, expert) for sheet in sheets],
        "count": round_.standard_set.standards.count(),
        "handed_in": sum(sheet.handed_in_on is not None for sheet in sheets),
        "checked": sum(sheet.checked_on is not None for sheet in sheets),
        "standing": [(lead, standing[lead]) for lead in Lead if lead in standing],
        "may_lead": may_lead,
        "may_compare": comparable,
        "moves": list_moves(round_) if may_lead else [],
        "checking": round_.state in CHECKING,
        "acts": [(Verb(act.verb), act) for act in acts[:40]],
        "crumbs": [(_("Diagnosis"), resolve_url("diagnosis:rounds"))],
    }
    return render(request, "diagnosis/round.html", context)


@require(Permission.ISSUE_LISTS)
def move_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a round on; what stands against it is said before anything is sent."""
    round_ = get_round(request, pk)
    insist(access.can_lead(scope_of(request), round_.root))
    asked = request.POST.get("to") or request.GET.get("to") or ""
    choices = NEXT_ROUND[round_.standing]
    to = next((state for state in choices if state == asked), choices[0] if choices else None)
    if to is None:
        messages.info(request, _("The round is over; nothing follows."))
        return redirect("diagnosis:round", pk=round_.pk)
    obstacle, needs_reason = find_obstacle(round_, to)
    form = MoveForm(request.POST or None, initial={"seen": round_.seen, "to": to.value})
    if not needs_reason:
        form.fields["reason"].widget = forms.HiddenInput()

    def act(values: dict[str, Any]) -> None:
        services.move_round(
            round=round_, to=to, actor=request.user, reason=values["reason"], seen=values["seen"]
        )

    return _do(request, round_, form, act, str(MOVES[to]), to.label, obstacle=obstacle)


@require(Permission.ISSUE_LISTS)
def change_dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Change until when units and experts answer."""
    round_ = get_round(request, pk)
    insist(access.can_lead(scope_of(request), round_.root))
    form = DatesForm(
        request.POST or None,
        initial={
            "seen": round_.seen,
            "self_until": round_.self_until,
            "expert_until": round_.expert_until,
        },
    )

    def act(values: dict[str, Any]) -> None:
        services.change_dates(round=round_, actor=request.user, **values)

    return _do(request, round_, form, act, _("Change the dates"), _("Dates changed."))


@require(Permission.ISSUE_LISTS)
def add_expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an expert to a round."""
    round_ = get_round(request, pk)
    insist(access.can_lead(scope_of(request), round_.root))
    form = ExpertForm(request.POST or None, round_=round_)

    def act(values: dict[str, Any]) -> None:
        services.add_expert(
            round=round_, person=values["person"], fields=values["fields_"], actor=request.user
        )

    return _do(request, round_, form, act, _("Add an expert"), _("Added."))


def _do(
    request: HttpRequest,
    round_: Round,
    form: forms.Form,
    act: Callable[[dict[str, Any]], None],
    title: str,
    said: Any,
    **extra: Any,
) -> HttpResponse:
    """Do the act a valid form asks for and go to the round; show the form otherwise."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as refusal:
            if getattr(refusal, "code", "") == "changed":
                messages.warning(request, refusal.messages[0])
                return redirect("diagnosis:round", pk=round_.pk)
            form.add_error(None, refusal)
        else:
            messages.success(request, str(said))
            return redirect("diagnosis:round", pk=round_.pk)
    back = resolve_url("diagnosis:round", round_.pk)
    context = {
        "form": form,
        "title": title,
        "sub": round_.title,
        "crumbs": [(_("Diagnosis"), resolve_url("diagnosis:rounds")), (round_.title, back)],
        "cancel_url": back,
        "submit_label": title,
        **extra,
    }
    return render(request, "diagnosis/form.html", context, status=422 if form.is_bound else 200)


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


def get_round(request: HttpRequest, pk: int) -> Round:
    """Return the round if the reader sees a unit in it; a stranger's is not found."""
    found: Round = get_object_or_404(queries.list_rounds(scope_of(request)), pk=pk)
    return found


def list_moves(round_: Round) -> list[dict[str, Any]]:
    """Return where the round may go, the way on first, calling off last."""
    address = resolve_url("diagnosis:move", round_.pk)
    return [
        {"label": MOVES[to], "url": f"{address}?to={to.value}", "primary": number == 0}
        for number, to in enumerate(NEXT_ROUND[round_.standing])
    ]


def describe_sheet(sheet: Sheet, done: queries.Done, scope: Scope, expert: Any) -> dict[str, Any]:
    """Return a row of the round page: how far the unit is and whether the reader is next."""
    may_check = bool(access.can_check(scope, sheet, expert))
    return {
        "sheet": sheet,
        "done": done,
        "may_answer": bool(access.can_answer(scope, sheet)),
        "may_check": may_check,
        "own": expert is not None and access.belongs_to(scope.home_units, sheet.unit),
        "url": resolve_url("diagnosis:sheet", sheet.pk),
    }


def describe_waiting(scope: Scope) -> list[dict[str, Any]]:
    """Return the sheets that wait for the reader, for the head of the list."""
    return [
        {
            "sheet": sheet,
            "self": access.keeps_records_of(scope, sheet.unit),
            "url": resolve_url("diagnosis:sheet", sheet.pk),
            "due": sheet.round.self_until
            if sheet.round.state == RoundState.SELF_CHECK
            else sheet.round.expert_until,
        }
        for sheet in queries.waiting_for(scope)
    ]


def scope_of(request: HttpRequest) -> Scope:
    """Return the reader's scope."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope
