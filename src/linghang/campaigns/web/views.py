"""Pages of special actions and commitments, and the public page of a commitment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from linghang.campaigns import access, queries, services
from linghang.campaigns.enums import CampaignState, CommitmentState, Mark
from linghang.campaigns.models import Campaign, Commitment, Template
from linghang.campaigns.web import exports
from linghang.campaigns.web.forms import (
    HUNDRED,
    AnswerForm,
    CampaignForm,
    CloseForm,
    CommitmentForm,
    StepForm,
)
from linghang.campaigns.web.tables import CAMPAIGNS, COMMITMENTS, judge
from linghang.ledger import api as ledger
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.rectification import api as rectification
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem
from linghang.worklists import api as worklists
from linghang_core.periods import load_calendar

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DAYS_FOR_A_LOW_MARK = 10  # working days to solve what a low mark says
SHOWN = 20


def _form_page(
    request: HttpRequest, form: Any, title: str, back: str, label: str, **extra: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": label, **extra}
    return render(request, "campaigns/form.html", context, status=422 if form.is_bound else 200)


def _add_refusal(form: Any, refusal: ValidationError) -> None:
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _offer(shape: str) -> list[tuple[str, str]]:
    """Return (title, address) of the templates of a shape."""
    rows = Template.objects.filter(shape=shape, retired=False)
    return [(row.title, f"?template={row.code}") for row in rows]


def _start(request: HttpRequest, shape: str) -> dict[str, Any]:
    """Return the initial values of the template asked for, none without one."""
    asked = request.GET.get("template", "")
    found = Template.objects.filter(shape=shape, code=asked, retired=False).first()
    return dict(found.values) if found else {}


def _get_campaign(request: HttpRequest, pk: int) -> Campaign:
    return get_object_or_404(queries.list_campaigns(request.scope), pk=pk)  # type: ignore[attr-defined]


def _get_commitment(request: HttpRequest, pk: int) -> Commitment:
    return get_object_or_404(queries.list_commitments(request.scope), pk=pk)  # type: ignore[attr-defined]


# -- special actions ---------------------------------------------------------------------------------


@require(Permission.VIEW_RECORDS)
def list_campaigns(request: HttpRequest) -> HttpResponse:
    """Show the special actions of the reader's bureaus."""
    return render_list(
        request,
        CAMPAIGNS.bind(queries.list_campaigns(request.scope), request.GET),
        title=_("Special actions"),
        sub=_("Each board is counted from lists, problems and records; nothing is reported to it."),
        template="campaigns/campaigns.html",
        may_add=request.scope.can(Permission.ISSUE_LISTS),
    )


@require(Permission.ISSUE_LISTS)
def add_campaign(request: HttpRequest) -> HttpResponse:
    """Plan a special action of the reader's bureau."""
    scope = request.scope  # type: ignore[attr-defined]
    form = CampaignForm(request.POST or None, scope=scope, initial=_start(request, "campaign"))
    if form.is_valid():
        values = dict(form.cleaned_data)
        goal = [values.pop(name) for name in ("goal_title", "goal_kind", "goal_target")]
        goals = [services.GoalDraft(goal[0], goal[1], int(goal[2] * HUNDRED))] if goal[0] else []
        path = scope.prefixes(Permission.ISSUE_LISTS)[0]
        root = get_object_or_404(Unit, path=path)
        try:
            campaign = services.plan_campaign(root=root, goals=goals, actor=request.user, **values)
        except ValidationError as refusal:
            _add_refusal(form, refusal)
        else:
            messages.success(request, _("Planned: %(title)s") % {"title": campaign.title})
            return redirect("campaigns:campaign", pk=campaign.pk)
    back = resolve_url("campaigns:campaigns")
    return _form_page(
        request, form, _("New special action"), back, _("Plan it"), templates=_offer("campaign")
    )


@require(Permission.VIEW_RECORDS)
def show_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the board of a special action."""
    campaign = _get_campaign(request, pk)
    today = clock.today()
    board = queries.read_board(campaign, today)
    kinds = ledger.list_kinds()
    context = {
        "campaign": campaign,
        "state": CampaignState(campaign.state),
        "board": board,
        "kinds": [(kinds[code].title if code in kinds else code, n) for code, n in board.entries],
        "entries": [
            (entry, ledger.find_page(entry))
            for entry in queries.list_entries(campaign, ledger.list_entries(request.scope))[:SHOWN]
        ],
        "lists": list(worklists.list_lists(request.scope).filter(campaigns=campaign)),
        "books": list(rectification.list_books(request.scope).filter(campaigns=campaign)),
        "commitments": [(each, judge(each)) for each in campaign.commitments.all()],
        "may_manage": access.can_manage(request.scope, campaign),
        "may_begin": campaign.state == CampaignState.PLANNED,
        "may_close": campaign.state == CampaignState.RUNNING,
        "may_export": request.scope.can(Permission.EXPORT),
        "crumbs": [(_("Special actions"), resolve_url("campaigns:campaigns"))],
    }
    return render(request, "campaigns/campaign.html", context)


@require(Permission.ISSUE_LISTS)
@require_POST
def begin_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a special action."""
    campaign = _get_campaign(request, pk)
    insist(access.can_manage(request.scope, campaign))
    try:
        services.move_campaign(campaign=campaign, became=CampaignState.RUNNING, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("campaigns:campaign", pk=campaign.pk)


@require(Permission.ISSUE_LISTS)
def close_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a special action with what came of it."""
    campaign = _get_campaign(request, pk)
    insist(access.can_manage(request.scope, campaign))
    form = CloseForm(request.POST or None)
    if form.is_valid():
        try:
            services.move_campaign(
                campaign=campaign,
                became=CampaignState.CLOSED,
                summary=form.cleaned_data["summary"],
                actor=request.user,
            )
        except ValidationError as refusal:
            _add_refusal(form, refusal)
        else:
            messages.success(request, _("The special action is closed."))
            return redirect("campaigns:campaign", pk=campaign.pk)
    back = resolve_url("campaigns:campaign", campaign.pk)
    return _form_page(
        request, form, _("Close the special action"), back, _("Close"), sub=campaign.title
    )


@require(Permission.EXPORT)
def download_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the bulletin of a special action as .docx, made of its board."""
    campaign = _get_campaign(request, pk)
    today = clock.today()
    with override("zh-hans"):
        data = exports.write_bulletin(campaign, queries.read_board(campaign, today), today)
    response = HttpResponse(data, content_type=DOCX)
    name = quote(f"{campaign.title}进展情况通报.docx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


# -- commitments -------------------------------------------------------------------------------------


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


@require(Permission.EDIT_RECORDS)
def add_commitment(request: HttpRequest) -> HttpResponse:
    """Make a commitment."""
    form = CommitmentForm(
        request.POST or None, scope=request.scope, initial=_start(request, "commitment")
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("leader_name")
        draft = services.CommitmentDraft(**values, leader=form.find_leader())
        commitment = services.promise(drafts=[draft], actor=request.user)[0]
        messages.success(request, _("The commitment stands."))
        return redirect("campaigns:commitment", pk=commitment.pk)
    back = resolve_url("campaigns:commitments")
    return _form_page(
        request, form, _("New commitment"), back, _("Commit"), templates=_offer("commitment")
    )


@require(Permission.VIEW_RECORDS)
def show_commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a commitment: its progress, whom it reached, and what people say."""
    return _commitment_page(request, _get_commitment(request, pk))


def _commitment_page(
    request: HttpRequest, commitment: Commitment, form: StepForm | None = None
) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
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
        "public_url": request.build_absolute_uri(resolve_url("campaigns:public", commitment.code))
        if commitment.is_public
        else "",
        "crumbs": [(_("Commitments"), resolve_url("campaigns:commitments"))],
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "campaigns/commitment.html", context, status=status)


@require()
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report progress of a commitment once, maybe that it is kept with it."""
    commitment = _get_commitment(request, pk)
    insist(access.can_report(request.scope, commitment))
    form = StepForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        kept = values.pop("kept")
        values["people"] = values["people"] or 0
        try:
            services.report_step(commitment=commitment, actor=request.user, kept=kept, **values)
        except ValidationError as refusal:
            _add_refusal(form, refusal)
        else:
            done = _("The commitment is kept.") if kept else _("The progress is recorded.")
            messages.success(request, done)
            return redirect("campaigns:commitment", pk=commitment.pk)
    return _commitment_page(request, _get_commitment(request, pk), form)


@require()
@require_POST
def raise_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the latest low mark of a commitment a problem of its unit."""
    commitment = _get_commitment(request, pk)
    insist(access.can_report(request.scope, commitment))
    mark = queries.list_low_marks(commitment).first()
    if mark is None:
        messages.info(request, _("No low mark waits."))
        return redirect("campaigns:commitment", pk=commitment.pk)
    due_on = load_calendar().add_working_days(clock.today(), DAYS_FOR_A_LOW_MARK).date
    problem = services.raise_low_mark(feedback=mark, due_on=due_on, actor=request.user)
    messages.success(request, _("The low mark is a problem now."))
    return redirect("rectification:problem", pk=problem.pk)


# -- the public page ---------------------------------------------------------------------------------


def show_public(request: HttpRequest, code: str) -> HttpResponse:
    """Show a public commitment to anybody, and take an answer; no account, no personal data."""
    rows = Commitment.objects.filter(is_public=True).exclude(state=CommitmentState.WITHDRAWN)
    commitment = get_object_or_404(rows.select_related("unit"), code=code)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        if form.cleaned_data["website"]:  # a robot: thank it and keep nothing
            return redirect("campaigns:public", code=code)
        try:
            services.answer(
                commitment=commitment,
                mark=form.cleaned_data["mark"],
                text=form.cleaned_data["text"],
                address=request.META.get("REMOTE_ADDR", ""),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Thank you. Your answer is recorded without your name."))
            return redirect("campaigns:public", code=code)
    root = Unit.objects.get(path=commitment.unit.root_path)
    context = {
        "commitment": commitment,
        "bureau": root.name,
        "steps": list(commitment.steps.values_list("on", "text")),
        "people": queries.count_people(commitment),
        "rating": queries.rate_commitment(commitment),
        "form": form,
        "since": clock.today() - timedelta(days=1),
    }
    return render(request, "campaigns/public.html", context, status=422 if form.is_bound else 200)
