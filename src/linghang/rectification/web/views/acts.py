"""The acts on a problem: measures, results, handing in, reviews, later days, opening again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from linghang.people import api as people
from linghang.platform.access import Allowed, Denied, Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.rectification import access, queries, services
from linghang.rectification.enums import SOLVED, ExtensionState
from linghang.rectification.models import Problem
from linghang.rectification.web import forms
from linghang.rectification.web.views.problems import form_page, get_problem, problem_page

EDITORS = (Permission.EDIT_RECORDS, Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN)
REVIEWERS = (Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN, Permission.SIGN_OFF)


def _act(
    request: HttpRequest,
    problem: Problem,
    form: Any,
    do: Callable[[dict[str, Any]], Any],
    words: tuple[str, str, str],
) -> HttpResponse:
    """Show a form on a problem, or do what it says; `words` are title, button, and what was done."""
    title, label, done = words
    if form.is_valid():
        try:
            do(dict(form.cleaned_data))
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("rectification:problem", pk=problem.pk)
    back = resolve_url("rectification:problem", problem.pk)
    return form_page(request, form, title, back, label, sub=problem.text)


def add_refusal(form: Any, refusal: ValidationError) -> None:
    """Put a service's refusal on the form: at its field if it has it, else above."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _either(scope: Any, problem: Problem) -> Allowed | Denied:
    """Return whether the reader may rectify the problem or decides on it."""
    return access.can_edit(scope, problem) or access.can_decide(scope, problem)


def _start(problem: Problem) -> dict[str, Any]:
    return {"seen": services.describe_seen(problem)}


@require()
def add_measures(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide measures."""
    problem = get_problem(request, pk)
    insist(_either(request.scope, problem))
    form = forms.MeasuresForm(
        request.POST or None, problem=problem, scope=request.scope, initial=_start(problem)
    )

    def do(values: dict[str, Any]) -> None:
        drafts = [
            services.MeasureDraft(
                text=line,
                units=list(values["units"]),
                due_on=values["due_on"],
                standard=values["standard"],
            )
            for line in values["measures"]
        ]
        services.add_measures(
            problems=[problem, *values.get("problems", ())],
            drafts=drafts,
            seen=values["seen"],
            actor=request.user,
        )

    words = (
        _("Decide measures"),
        _("Decide measures"),
        _("The measures are asked of their units."),
    )
    return _act(request, problem, form, do, words)


@require()
def add_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what came of a problem."""
    problem = get_problem(request, pk)
    insist(_either(request.scope, problem))
    form = forms.ResultForm(request.POST or None, initial={"on": clock.today()} | _start(problem))

    def do(values: dict[str, Any]) -> None:
        services.record_result(problems=[problem], **values, actor=request.user)

    words = (_("Record a result"), _("Record a result"), _("The result is recorded."))
    return _act(request, problem, form, do, words)


@require()
@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a problem in for closure."""
    problem = get_problem(request, pk)
    insist(access.can_edit(request.scope, problem))
    form = forms.HandInForm(request.POST)
    if form.is_valid():
        try:
            services.hand_in(problem=problem, **form.cleaned_data, actor=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Handed in: %(problem)s") % {"problem": problem.text})
            return redirect("rectification:problem", pk=problem.pk)
    return problem_page(request, get_problem(request, pk), hand_in=form)


@require(*REVIEWERS)
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a problem on to the next step, or return it with a reason."""
    problem = get_problem(request, pk)
    insist(access.can_review(request.scope, problem))
    form = forms.ReviewForm(request.POST)
    if form.is_valid():
        passed = "return" not in request.POST
        try:
            services.review_problem(
                problem=problem, passed=passed, **form.cleaned_data, actor=request.user
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            problem.refresh_from_db()
            if not passed:
                word = _("Returned: %(problem)s")
            elif problem.state in SOLVED:
                word = _("Closed: %(problem)s")
            else:
                word = _("Passed on: %(problem)s")
            messages.success(request, word % {"problem": problem.text})
            return redirect("rectification:problems")
    return problem_page(request, get_problem(request, pk), review=form)


@require(*REVIEWERS)
@require_POST
def review_many(request: HttpRequest) -> HttpResponse:
    """Pass all problems ticked; what cannot be passed is named with its reason."""
    seen: dict[int, str] = {}
    for value in request.POST.getlist("id"):
        pk, _colon, state = value.partition(":")
        if pk.isdigit():
            seen[int(pk)] = state
    visible = queries.list_problems(request.scope)  # type: ignore[attr-defined]
    problems = list(visible.filter(pk__in=seen))
    outcome = services.pass_reviews(problems=problems, actor=request.user, seen=seen)
    if outcome.done:
        count = len(outcome.done)
        said = ngettext("%(count)d problem passed.", "%(count)d problems passed.", count)
        messages.success(request, said % {"count": count})
    elif not outcome.refused:
        messages.info(request, _("Tick what is to be passed."))
    for problem, reason in outcome.refused[:TOLD_AT_MOST]:
        messages.warning(request, f"{problem.text}: {reason}")
    if (more := len(outcome.refused) - TOLD_AT_MOST) > 0:
        said = ngettext(
            "%(count)d more was not passed; open it to see why.",
            "%(count)d more were not passed; open each to see why.",
            more,
        )
        messages.warning(request, said % {"count": more})
    return redirect(f"{reverse('rectification:problems')}?state=review")


TOLD_AT_MOST = 3  # refusals of many named one by one


@require(Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who answers for a problem and by which procedure it is closed."""
    problem = get_problem(request, pk)
    insist(access.can_decide(request.scope, problem))
    names = ("lead_unit", "leader", "responsible_name", "procedure")
    initial = {name: getattr(problem, name) for name in names} | _start(problem)
    initial["cooperating"] = [unit.pk for unit in problem.cooperating.all()]
    form = forms.ResponsibilityForm(request.POST or None, problem=problem, initial=initial)

    def do(values: dict[str, Any]) -> None:
        name = values["responsible_name"]
        found = people.find_by_name_in_unit(problem.unit_id, [name], clock.today()) if name else {}
        services.assign_problem(
            problem=problem, **values, responsible=found.get(name), actor=request.user
        )

    words = (_("Assign responsibility"), _("Save"), _("It is settled who answers for it."))
    return _act(request, problem, form, do, words)


@require()
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a later day."""
    problem = get_problem(request, pk)
    insist(access.can_edit(request.scope, problem))
    form = forms.DayForm(request.POST or None, initial=_start(problem))

    def do(values: dict[str, Any]) -> None:
        services.ask_extension(
            problem=problem,
            new_due_on=values["day"],
            reason=values["reason"],
            seen=values["seen"],
            actor=request.user,
        )

    words = (_("Ask for a later day"), _("Ask"), _("A later day was asked for."))
    return _act(request, problem, form, do, words)


@require(Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse a later day."""
    problem = get_problem(request, pk)
    insist(access.can_decide(request.scope, problem))
    wish = problem.extensions.filter(state=ExtensionState.ASKED).first()
    if wish is None:
        messages.info(request, _("No later day is asked for."))
        return redirect("rectification:problem", pk=problem.pk)
    form = forms.DecideForm(request.POST or None, initial={"seen": str(wish.pk)})

    def do(values: dict[str, Any]) -> None:
        services.decide_extension(
            extension=wish,
            grant="refuse" not in request.POST,
            note=values["note"],
            seen=values["seen"],
            actor=request.user,
        )

    title = _("Later day: %(old)s → %(new)s") % {"old": wish.old_due_on, "new": wish.new_due_on}
    if form.is_valid():
        try:
            do(dict(form.cleaned_data))
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("It is decided."))
            return redirect("rectification:problem", pk=problem.pk)
    back = resolve_url("rectification:problem", problem.pk)
    return form_page(
        request, form, title, back, _("Grant"), sub=wish.reason, refuse=_("Refuse"), wish=wish
    )


@require(Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed problem again."""
    problem = get_problem(request, pk)
    insist(access.can_decide(request.scope, problem))
    form = forms.DayForm(request.POST or None, initial=_start(problem))

    def do(values: dict[str, Any]) -> None:
        services.reopen_problem(
            problem=problem,
            due_on=values["day"],
            reason=values["reason"],
            seen=values["seen"],
            actor=request.user,
        )

    words = (_("Open again"), _("Open again"), _("The problem is open again."))
    return _act(request, problem, form, do, words)


@require(Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a problem that is none."""
    problem = get_problem(request, pk)
    insist(access.can_decide(request.scope, problem))
    form = forms.ReasonForm(request.POST or None, initial=_start(problem))

    def do(values: dict[str, Any]) -> None:
        services.withdraw_problem(problem=problem, **values, actor=request.user)

    words = (_("Withdraw the problem"), _("Withdraw the problem"), _("The problem is withdrawn."))
    return _act(request, problem, form, do, words)


@require(Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN)
def look_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Look back at a problem that is kept up."""
    problem = get_problem(request, pk)
    insist(access.can_look_back(request.scope, problem))
    form = forms.LookBackForm(request.POST or None, initial=_start(problem))

    def do(values: dict[str, Any]) -> None:
        services.look_back(
            problem=problem, close=values["next_on"] is None, **values, actor=request.user
        )

    words = (_("Look back"), _("Save"), _("What you saw is recorded."))
    return _act(request, problem, form, do, words)


@require(Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a problem to another unit; its clock runs on."""
    problem = get_problem(request, pk)
    insist(access.can_decide(request.scope, problem))
    form = forms.HandOverForm(request.POST or None, problem=problem, initial=_start(problem))

    def do(values: dict[str, Any]) -> None:
        services.hand_over(problem=problem, **values, actor=request.user)

    words = (_("Hand over"), _("Hand over"), _("Handed over; the clock runs on."))
    return _act(request, problem, form, do, words)


@require()
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what a problem says, with a reason."""
    problem = get_problem(request, pk)
    insist(access.can_correct(request.scope, problem))
    names = ("text", "aspect", "cause", "severity", "measure")
    initial = {name: getattr(problem, name) for name in names} | _start(problem)
    form = forms.CorrectProblemForm(request.POST or None, initial=initial)

    def do(values: dict[str, Any]) -> None:
        seen, reason = values.pop("seen"), values.pop("reason")
        services.correct_problem(
            problem=problem, values=values, reason=reason, seen=seen, actor=request.user
        )

    title = _("Correct: %(problem)s") % {"problem": problem.text}
    done = _("The correction is recorded; what it said before is kept.")
    return _act(request, problem, form, do, (title, _("Correct"), done))
