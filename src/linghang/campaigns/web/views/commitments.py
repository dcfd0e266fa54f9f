"""Pages of commitments to people."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.campaigns import access, queries, services
from linghang.campaigns.enums import CommitmentState, Mark
from linghang.campaigns.models import Commitment
from linghang.campaigns.web import exports
from linghang.campaigns.web.forms import CarryForm, CommitmentForm, StepForm, WithdrawForm
from linghang.campaigns.web.tables import COMMITMENTS, judge
from linghang.campaigns.web.views.pages import (
    add_refusal,
    get_commitment,
    list_templates,
    read_template,
    show_form,
)
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem
from linghang_core.periods import load_calendar

DAYS_FOR_A_LOW_MARK = 10  # working days to solve what a low mark says
SHOWN = 20


@require(Permission.VIEW_RECORDS)
def list_commitments(request: HttpRequest) -> HttpResponse:
    """Show the commitments of the reader's bureaus."""
    found = queries.list_commitments(request.scope)
    return render_list(
        request,
        COMMITMENTS.bind(found, request.GET),
        title=_("Commitments"),
        sub=_("What was promised to people, and what they say of it."),
        template="campaigns/commitments.html",
        may_add=request.scope.can(Permission.EDIT_RECORDS),
    )


@require(Permission.VIEW_RECORDS)
def compare_years(request: HttpRequest) -> HttpResponse:
    """Show the commitments of the reader's bureaus year on year, and which go through the years."""
    found = queries.list_commitments(request.scope)
    carried = found.exclude(carried_from=None).select_related("carried_from", "unit")
    context = {
        "years": queries.compare_years(found),
        "carried": [
            (each, judge(each), judge(each.carried_from)) for each in carried if each.carried_from
        ],
        "crumbs": [(_("Commitments"), resolve_url("campaigns:commitments"))],
    }
    return render(request, "campaigns/years.html", context)


@require(Permission.EDIT_RECORDS)
def add_commitment(request: HttpRequest) -> HttpResponse:
    """Make a commitment."""
    form = CommitmentForm(
        request.POST or None, scope=request.scope, initial=read_template(request, "commitment")
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("leader_name")
        draft = services.CommitmentDraft(**values, leader=form.find_leader())
        commitment = services.promise(drafts=[draft], actor=request.user)[0]
        messages.success(request, _("The commitment stands."))
        return redirect("campaigns:commitment", pk=commitment.pk)
    back = resolve_url("campaigns:commitments")
    return show_form(
        request,
        form,
        _("New commitment"),
        back,
        _("Commit"),
        templates=list_templates("commitment"),
    )


@require(Permission.VIEW_RECORDS)
def show_commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a commitment: its progress, whom it reached, and what people say."""
    return _commitment_page(request, get_commitment(request, pk))


def _commitment_page(
    request: HttpRequest, commitment: Commitment, form: StepForm | None = None
) -> HttpResponse:
    scope = request.scope
    line = queries.list_line(commitment)
    may_change = access.can_withdraw(scope, commitment)
    may_report = access.can_report(scope, commitment)
    is_open = commitment.state == CommitmentState.OPEN
    if form is None and may_report and is_open:
        form = StepForm(initial={"on": clock.today()})
    low = list(queries.list_low_marks(commitment)) if may_report else []
    raised = commitment.feedback.exclude(problem_id=None).values_list("problem_id", flat=True)
    context = {
        "commitment": commitment,
        "state": judge(commitment),
        "steps": list(commitment.steps.all()),
        "people": queries.count_people(commitment),
        "rating": queries.rate_commitment(commitment),
        "answers": [(a, Mark(a.mark)) for a in commitment.feedback.all()[:SHOWN]],
        "low": low,
        "problems": [
            (p, ProblemState(p.state)) for p in Problem.objects.filter(pk__in=list(raised))
        ],
        "form": form if is_open else None,
        "may_report": may_report,
        "line": [(each, judge(each)) for each in line] if len(line) > 1 else [],
        "may_withdraw": bool(may_change) and is_open,
        "may_carry": bool(may_change)
        and commitment.state != CommitmentState.WITHDRAWN
        and line[-1] == commitment,
        "public_url": find_public_address(request, commitment)
        if is_open_to_all(commitment)
        else "",
        "crumbs": [(_("Commitments"), resolve_url("campaigns:commitments"))],
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "campaigns/commitment.html", context, status=status)


@require()
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report progress of a commitment once, maybe that it is kept with it."""
    commitment = get_commitment(request, pk)
    insist(access.can_report(request.scope, commitment))
    form = StepForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        kept = values.pop("kept")
        values["people"] = values["people"] or 0
        try:
            services.report_step(commitment=commitment, actor=request.user, kept=kept, **values)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            done = _("The commitment is kept.") if kept else _("The progress is recorded.")
            messages.success(request, done)
            return redirect("campaigns:commitment", pk=commitment.pk)
    return _commitment_page(request, get_commitment(request, pk), form)


@require()
@require_POST
def raise_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the low mark the reader chose a problem of the commitment's unit."""
    commitment = get_commitment(request, pk)
    insist(access.can_report(request.scope, commitment))
    chosen = request.POST.get("answer", "")
    marks = commitment.feedback.filter(mark=Mark.NOT)
    mark = marks.filter(pk=chosen).first() if chosen.isdecimal() else None
    if mark is None:
        messages.warning(request, _("Choose the answer that is to become a problem."))
        return redirect("campaigns:commitment", pk=commitment.pk)
    due_on = load_calendar().add_working_days(clock.today(), DAYS_FOR_A_LOW_MARK).date
    try:
        problem = services.raise_low_mark(feedback=mark, due_on=due_on, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("campaigns:commitment", pk=commitment.pk)
    messages.success(request, _("The low mark is a problem now."))
    return redirect("rectification:problem", pk=problem.pk)


@require()
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a commitment with the reason."""
    commitment = get_commitment(request, pk)
    insist(access.can_withdraw(request.scope, commitment))
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw_commitment(
                commitment=commitment, reason=form.cleaned_data["reason"], actor=request.user
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The commitment is withdrawn."))
            return redirect("campaigns:commitment", pk=commitment.pk)
    back = resolve_url("campaigns:commitment", commitment.pk)
    return show_form(
        request, form, _("Withdraw the commitment"), back, _("Withdraw"), sub=commitment.title
    )


@require()
def carry_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise the same for the next year, linked to this year's."""
    commitment = get_commitment(request, pk)
    insist(access.can_withdraw(request.scope, commitment))
    year = max(commitment.due_on.year, clock.today().year) + 1
    start = {"due_on": date(year, 12, 31), "expected": commitment.expected}
    form = CarryForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            following = services.carry_over(
                commitment=commitment, actor=request.user, **form.cleaned_data
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Carried over; the years stand side by side."))
            return redirect("campaigns:commitment", pk=following.pk)
    back = resolve_url("campaigns:commitment", commitment.pk)
    return show_form(
        request,
        form,
        _("Carry over into the next year"),
        back,
        _("Carry over"),
        sub=commitment.title,
    )


@require(Permission.VIEW_RECORDS)
def show_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet to hang out: the promise and the code that leads to its public page."""
    commitment = get_commitment(request, pk)
    if not is_open_to_all(commitment):
        raise Http404
    address = find_public_address(request, commitment)
    context = {
        "commitment": commitment,
        "bureau": Unit.objects.get(path=commitment.unit.root_path).name,
        "address": address,
        "code": exports.draw_code(address),
        "crumbs": [
            (_("Commitments"), resolve_url("campaigns:commitments")),
            (commitment.title, resolve_url("campaigns:commitment", commitment.pk)),
        ],
    }
    return render(request, "campaigns/sheet.html", context)


@require(Permission.VIEW_RECORDS)
def download_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the code that leads to the public page as an SVG file, for posters of one's own."""
    commitment = get_commitment(request, pk)
    if not is_open_to_all(commitment):
        raise Http404
    drawn = exports.draw_code(find_public_address(request, commitment))
    response = HttpResponse(drawn, content_type="image/svg+xml")
    name = quote(f"{commitment.title}.svg")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def is_open_to_all(commitment: Commitment) -> bool:
    """Return whether the public page of the commitment takes answers."""
    return commitment.is_public and commitment.state != CommitmentState.WITHDRAWN


def find_public_address(request: HttpRequest, commitment: Commitment) -> str:
    """Return the whole address of the public page, under the operator's address where one is set."""
    path = resolve_url("campaigns:public", commitment.code)
    return f"{settings.ADDRESS}{path}" if settings.ADDRESS else request.build_absolute_uri(path)
