"""Raising a problem and moving it on: each act is a page with one form, or one button on the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linghang.people.models import Person
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.routing import access, queries, services
from linghang.routing.enums import Outcome, Stage
from linghang.routing.models import Case
from linghang.routing.web.forms import (
    AnswerForm,
    HandOverForm,
    MergeForm,
    RaiseForm,
    ReasonForm,
    SeenForm,
    TakeUpForm,
    UnitForm,
    find_front,
)
from linghang.routing.web.views.pages import get_case


@require(Permission.RAISE_PROBLEMS)
def raise_case(request: HttpRequest) -> HttpResponse:
    """Raise a problem: four questions; unit and person are known."""
    scope = request.scope  # type: ignore[attr-defined]
    front = find_front(scope)
    if front is None:
        raise PermissionDenied(_("There is no unit you may raise a problem for."))
    person = Person.objects.filter(pk=scope.person_id).first()
    form = RaiseForm(request.POST or None, request.FILES or None, scope=scope)
    if form.is_valid():
        try:
            case = services.raise_case(draft=form.draft(front, person), actor=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(
                request,
                _("Raised as %(number)s. You see here how it goes on.") % {"number": case.number},
            )
            return redirect("routing:case", pk=case.pk)
    context = {
        "form": form,
        "title": _("Raise a problem"),
        "sub": _("%(unit)s · %(person)s") % {"unit": front.name, "person": scope.person_name},
        "crumbs": [(_("Problem routing"), resolve_url("routing:board"))],
        "cancel_url": resolve_url("routing:board"),
        "submit_label": _("Raise it"),
    }
    return render(request, "routing/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.ROUTE_PROBLEMS, Permission.SIGN_OFF)
def accept_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a raised problem for the middle office."""
    case = _open(request, pk, Outcome.ACCEPTED)
    form = SeenForm(request.POST or None, initial={"seen": case.seen})

    def act(seen: str) -> None:
        services.accept_case(case=case, actor=request.user, seen=seen)

    said = _("Accepted. Choose the unit that can solve it.")
    return _answer(request, case, form, act, pgettext("case", "Accept"), said)


@require(Permission.ROUTE_PROBLEMS, Permission.SIGN_OFF)
def assign_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a problem to the unit that can solve it; the likeliest stand first, with why."""
    case = get_case(request, pk)
    outcome = Outcome.ACCEPTED if case.stage == Stage.RAISED else Outcome.ASSIGNED
    if not _is_stale(request, case):
        insist(access.may(request.scope, case, outcome))  # type: ignore[attr-defined]
    suggestions = queries.suggest_units(case)
    best = suggestions[0].unit.pk if suggestions else None
    form = UnitForm(request.POST or None, case=case, initial={"seen": case.seen, "unit": best})

    def act(seen: str) -> None:
        unit = form.cleaned_data["unit"]
        services.assign_case(case=case, unit=unit, actor=request.user, seen=seen)

    said = _("Assigned. Its clock runs from now on.")
    return _answer(request, case, form, act, _("Assign to a unit"), said, suggestions=suggestions)


@require(Permission.ROUTE_PROBLEMS, Permission.SIGN_OFF)
def decline_case(request: HttpRequest, pk: int) -> HttpResponse:
    """End a problem that is not for routing, with the reason."""
    case = _open(request, pk, Outcome.DECLINED)
    form = ReasonForm(request.POST or None, initial={"seen": case.seen})

    def act(seen: str) -> None:
        reason = form.cleaned_data["reason"]
        services.decline_case(case=case, reason=reason, actor=request.user, seen=seen)

    return _answer(
        request,
        case,
        form,
        act,
        _("Do not route"),
        _("Ended. Who raised it reads why."),
        intro=_("Say where else this is solved: who raised it reads it."),
    )


@require(Permission.ROUTE_PROBLEMS, Permission.SIGN_OFF)
def merge_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge a problem with a like one that goes on for both."""
    case = _open(request, pk, Outcome.MERGED)
    scope = request.scope  # type: ignore[attr-defined]
    form = MergeForm(
        request.POST or None,
        case=case,
        scope=scope,
        initial={"seen": case.seen, "into": request.GET.get("into")},
    )

    def act(seen: str) -> None:
        into = form.cleaned_data["into"]
        services.merge_case(case=case, into=into, actor=request.user, seen=seen)

    return _answer(
        request,
        case,
        form,
        act,
        _("Merge"),
        _("Merged. Both who raised it follow the one that goes on."),
    )


@require(Permission.VIEW_RECORDS)
def take_up_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a problem in hand, for oneself, somebody of the unit, or the unit as a whole."""
    case = _open(request, pk, Outcome.TAKEN_UP)
    scope = request.scope  # type: ignore[attr-defined]
    form = TakeUpForm(
        request.POST or None, case=case, initial={"seen": case.seen, "person": scope.person_id}
    )

    def act(seen: str) -> None:
        person = form.cleaned_data["person"]
        services.take_up_case(case=case, person=person, actor=request.user, seen=seen)

    return _answer(
        request, case, form, act, _("Take up"), _("Taken up. The clock of solving runs.")
    )


@require(Permission.VIEW_RECORDS)
def hand_over_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a problem on to another unit; the whole way's clock runs on."""
    case = _open(request, pk, Outcome.HANDED_OVER)
    form = HandOverForm(request.POST or None, case=case, initial={"seen": case.seen})

    def act(seen: str) -> None:
        values = form.cleaned_data
        services.hand_over_case(
            case=case, unit=values["unit"], reason=values["reason"], actor=request.user, seen=seen
        )

    return _answer(
        request,
        case,
        form,
        act,
        _("Pass on"),
        _("Handed over. The other unit has its own clock; the whole way's clock runs on."),
    )


@require(Permission.VIEW_RECORDS)
def send_back_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a problem back to the middle office."""
    case = _open(request, pk, Outcome.SENT_BACK)
    form = ReasonForm(request.POST or None, initial={"seen": case.seen})

    def act(seen: str) -> None:
        reason = form.cleaned_data["reason"]
        services.send_back_case(case=case, reason=reason, actor=request.user, seen=seen)

    return _answer(request, case, form, act, _("Send back"), _("Sent back to the middle office."))


@require(Permission.VIEW_RECORDS)
def answer_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what was done; who raised it confirms."""
    case = _open(request, pk, Outcome.ANSWERED)
    form = AnswerForm(request.POST or None, initial={"seen": case.seen})

    def act(seen: str) -> None:
        answer = form.cleaned_data["answer"]
        services.answer_case(case=case, answer=answer, actor=request.user, seen=seen)

    return _answer(
        request,
        case,
        form,
        act,
        _("Answer"),
        _("Answered. Who raised it says whether it is solved."),
    )


@require(Permission.RAISE_PROBLEMS)
def confirm_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that a problem is solved."""
    case = _open(request, pk, Outcome.CONFIRMED)
    form = SeenForm(request.POST or None, initial={"seen": case.seen})

    def act(seen: str) -> None:
        services.confirm_case(case=case, actor=request.user, seen=seen)

    return _answer(
        request, case, form, act, _("It is solved"), _("Confirmed as solved. Thank you.")
    )


@require(Permission.RAISE_PROBLEMS)
def reject_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a problem is not solved, and what is still missing."""
    case = _open(request, pk, Outcome.NOT_SOLVED)
    form = ReasonForm(request.POST or None, initial={"seen": case.seen})
    form.fields["reason"].label = _("What is still missing?")

    def act(seen: str) -> None:
        reason = form.cleaned_data["reason"]
        services.reject_answer(case=case, reason=reason, actor=request.user, seen=seen)

    return _answer(
        request,
        case,
        form,
        act,
        pgettext("case", "Not solved"),
        _("It goes back to the unit; its clock runs on."),
    )


@require(Permission.RAISE_PROBLEMS)
def reopen_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a solved problem back."""
    case = _open(request, pk, Outcome.REOPENED)
    form = ReasonForm(request.POST or None, initial={"seen": case.seen})

    def act(seen: str) -> None:
        reason = form.cleaned_data["reason"]
        services.reopen_case(case=case, reason=reason, actor=request.user, seen=seen)

    return _answer(request, case, form, act, _("Reopen"), _("Reopened at the unit that solved it."))


def _open(request: HttpRequest, pk: int, outcome: Outcome) -> Case:
    """Return the case if the reader sees it; refuse with the reason if they may not do this.

    Somebody who looked at an older state is told what happened in between instead (`_answer`), and
    nothing is done.
    """
    case = get_case(request, pk)
    if not _is_stale(request, case):
        insist(access.may(request.scope, case, outcome))  # type: ignore[attr-defined]
    return case


def _is_stale(request: HttpRequest, case: Case) -> bool:
    """Return whether the form was filled in before somebody else moved the case on."""
    return request.POST.get("seen", "") not in {"", case.seen}


def _answer(
    request: HttpRequest,
    case: Case,
    form: forms.Form,
    act: Callable[[str], None],
    title: str,
    said: str,
    **extra: Any,
) -> HttpResponse:
    """Do the act a valid form asks for and go to the case; show the form otherwise."""
    if _is_stale(request, case):
        messages.warning(request, services.tell_who_was_first(case))
        return redirect("routing:case", pk=case.pk)
    if form.is_valid():
        try:
            act(form.cleaned_data["seen"])
        except ValidationError as refusal:
            if getattr(refusal, "code", "") in {"moved", "stage"}:
                messages.warning(request, refusal.messages[0])
                return redirect("routing:case", pk=case.pk)
            form.add_error(None, refusal)
        else:
            messages.success(request, said)
            return redirect("routing:case", pk=case.pk)
    back = resolve_url("routing:case", case.pk)
    context = {
        "form": form,
        "case": case,
        "title": title,
        "sub": f"{case.number} {case.text}",
        "crumbs": [(_("Problem routing"), resolve_url("routing:board")), (case.number, back)],
        "cancel_url": back,
        "submit_label": title,
        **extra,
    }
    return render(request, "routing/form.html", context, status=422 if form.is_bound else 200)
