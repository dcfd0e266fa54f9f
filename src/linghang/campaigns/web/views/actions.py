"""Pages of special actions."""

from __future__ import annotations

from datetime import date, timedelta
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
from linghang.campaigns.enums import NEXT, CampaignState
from linghang.campaigns.models import Campaign
from linghang.campaigns.web import exports
from linghang.campaigns.web.forms import HUNDRED, CampaignForm, CloseForm, GoalFormSet
from linghang.campaigns.web.tables import CAMPAIGNS, judge
from linghang.campaigns.web.views.pages import (
    add_refusal,
    get_campaign,
    list_templates,
    read_template,
    show_form,
)
from linghang.ledger import api as ledger
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.rectification import api as rectification
from linghang.worklists import api as worklists

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHOWN = 20
CHANGEABLE = (CampaignState.PLANNED, CampaignState.RUNNING)


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
    scope = request.scope
    start = read_template(request, "campaign")
    form = CampaignForm(request.POST or None, scope=scope, initial=start)
    rows = GoalFormSet(request.POST or None, prefix="goals", initial=start.get("goals"))
    if _both_valid(form, rows):
        root = get_object_or_404(Unit, path=scope.prefixes(Permission.ISSUE_LISTS)[0])
        try:
            campaign = services.plan_campaign(
                root=root, goals=rows.list_drafts(), actor=request.user, **form.cleaned_data
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Planned: %(title)s") % {"title": campaign.title})
            return redirect("campaigns:campaign", pk=campaign.pk)
    back = resolve_url("campaigns:campaigns")
    return show_form(
        request,
        form,
        _("New special action"),
        back,
        _("Plan it"),
        goals=rows,
        templates=list_templates("campaign"),
    )


@require(Permission.ISSUE_LISTS)
def change_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Change days, goals and what belongs to a special action while it runs."""
    campaign = get_campaign(request, pk)
    insist(access.can_manage(request.scope, campaign))
    fields = ("title", "aim", "starts_on", "ends_on", "kinds", "words")
    initial: dict[str, Any] = {name: getattr(campaign, name) for name in fields}
    initial |= {"lists": campaign.lists.all(), "books": campaign.books.all()}
    goals = [
        {
            "title": g.title,
            "kind": g.kind,
            "measure": g.measure,
            "target": g.target / HUNDRED,
            "at_most": g.at_most,
        }
        for g in campaign.goals.all()
    ]
    form = CampaignForm(request.POST or None, scope=request.scope, initial=initial)
    form.keep_unseen(campaign)
    form.note_version(campaign)
    rows = GoalFormSet(request.POST or None, prefix="goals", initial=goals)
    if _both_valid(form, rows):
        values = form.cleaned_data | {"goals": rows.list_drafts()}
        seen = values.pop("seen")
        try:
            services.change_campaign(
                campaign=campaign, values=values, actor=request.user, seen=seen
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Changed. The board counts anew from the records."))
            return redirect("campaigns:campaign", pk=campaign.pk)
    back = resolve_url("campaigns:campaign", campaign.pk)
    return show_form(
        request,
        form,
        _("Change the special action"),
        back,
        _("Save"),
        goals=rows,
        sub=campaign.title,
    )


def _both_valid(form: CampaignForm, rows: Any) -> bool:
    """Return whether both are; each is asked, so that all faults show at once."""
    answers = [form.is_valid(), rows.is_valid()]
    if form.is_bound and not answers[1]:
        form.add_error(None, _("Look at the goals: one of them is not complete."))
    return all(answers)


@require(Permission.VIEW_RECORDS)
def show_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the board of a special action."""
    campaign = get_campaign(request, pk)
    today = clock.today()
    board = queries.read_board(campaign, today)
    kinds = ledger.list_kinds()
    state = CampaignState(campaign.state)
    context = {
        "campaign": campaign,
        "state": state,
        "stages": _tell_stages(campaign),
        "board": board,
        "kinds": [(kinds[code].title if code in kinds else code, n) for code, n in board.entries],
        "matrix": queries.read_matrix(campaign, today),
        "entries": [
            (entry, ledger.find_page(entry))
            for entry in queries.list_entries(campaign, ledger.list_entries(request.scope))[:SHOWN]
        ],
        "lists": list(worklists.list_lists(request.scope).filter(campaigns=campaign)),
        "books": list(rectification.list_books(request.scope).filter(campaigns=campaign)),
        "commitments": [(each, judge(each)) for each in campaign.commitments.all()],
        "may_manage": access.can_manage(request.scope, campaign),
        "may_change": state in CHANGEABLE,
        "may_begin": state == CampaignState.PLANNED,
        "may_wind_up": state == CampaignState.RUNNING,
        "may_close": state == CampaignState.CLOSING,
        "may_export": request.scope.can(Permission.EXPORT),
        "crumbs": [(_("Special actions"), resolve_url("campaigns:campaigns"))],
    }
    return render(request, "campaigns/campaign.html", context)


def _tell_stages(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the stages in their order: those behind with their day, the present one, those to come."""
    entered = {stage.state: stage.on for stage in campaign.stages.all()}
    planned = {CampaignState.RUNNING: campaign.starts_on, CampaignState.CLOSED: campaign.ends_on}
    found = []
    for state in CampaignState:
        is_current = state == campaign.state and NEXT[state]
        note: Any = entered.get(state)
        if note is None and state in planned:
            note = _("planned %(day)s") % {"day": f"{planned[state]:%m-%d}"}
        found.append(
            {
                "label": state.label,
                "state": "current" if is_current else "done" if state in entered else "todo",
                "note": f"{note:%Y-%m-%d}" if isinstance(note, date) else note,
            }
        )
    return found


@require(Permission.ISSUE_LISTS)
@require_POST
def begin_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a special action."""
    return _move(request, pk, CampaignState.RUNNING)


@require(Permission.ISSUE_LISTS)
@require_POST
def wind_up_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a special action to its closing stage: nothing more is added, what is open is finished."""
    return _move(request, pk, CampaignState.CLOSING)


def _move(request: HttpRequest, pk: int, became: CampaignState) -> HttpResponse:
    campaign = get_campaign(request, pk)
    insist(access.can_manage(request.scope, campaign))
    try:
        services.move_campaign(campaign=campaign, became=became, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("campaigns:campaign", pk=campaign.pk)


@require(Permission.ISSUE_LISTS)
def close_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a special action with what came of it."""
    campaign = get_campaign(request, pk)
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
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The special action is closed."))
            return redirect("campaigns:campaign", pk=campaign.pk)
    back = resolve_url("campaigns:campaign", campaign.pk)
    return show_form(
        request,
        form,
        _("Close the special action"),
        back,
        _("Close the special action"),
        sub=campaign.title,
    )


@require(Permission.EXPORT)
def download_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the bulletin of a special action as .docx, made of its board."""
    campaign = get_campaign(request, pk)
    today = clock.today()
    with override("zh-hans"):
        data = exports.write_bulletin(campaign, queries.read_board(campaign, today), today)
    return _send(data, f"{campaign.title}进展情况通报")


@require(Permission.EXPORT)
def download_week(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the bulletin of the last whole week, or of the week that `of` lies in, as .docx."""
    campaign = get_campaign(request, pk)
    today = clock.today()
    monday = queries.week_before(today)
    try:
        asked = date.fromisoformat(request.GET.get("of", ""))
    except ValueError:
        pass
    else:
        monday = asked - timedelta(days=asked.weekday())
    with override("zh-hans"):
        board = queries.read_board(campaign, today)
        data = exports.write_week(campaign, board, queries.read_week(campaign, monday), today)
    return _send(data, f"{campaign.title}周报{monday:%m%d}")


def _send(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=DOCX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name + '.docx')}"
    return response
