"""Hints: what the rules counted, looked at by supervisors, decided with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang.supervision import access, queries, services
from linghang.supervision.enums import NEXT_HINT, HintState, Subject
from linghang.supervision.models import Hint
from linghang.supervision.web.filters import HintFilter
from linghang.supervision.web.forms import DecisionForm
from linghang.supervision.web.tables import HINTS
from linghang.supervision.web.views.answering import (
    DAYS_TO_SOLVE,
    crumbs,
    do,
    find_root,
    list_acts,
    list_tabs,
    record_list_look,
    scope_of,
)
from linghang_core.periods import load_calendar


@require(Permission.VIEW_SUPERVISION)
@require_GET
def list_hints(request: HttpRequest) -> HttpResponse:
    """Show hints, open ones first by their day."""
    scope = scope_of(request)
    record_list_look(request, Subject.HINT)
    found = HintFilter(request.GET, queryset=queries.list_hints(scope), request=request)
    return render_list(
        request,
        HINTS.bind(found.qs, request.GET),
        title=_("Supervision"),
        sub=_("What the records give reason to ask. A hint is a question, never a verdict."),
        filterset=found,
        template="supervision/list.html",
        ways=list_tabs("hints"),
        compute=find_root(scope) is not None,
    )


@require(Permission.EDIT_SUPERVISION)
@require_POST
def compute_hints(request: HttpRequest) -> HttpResponse:
    """Compute the hints of the bureau now; the job does it every day."""
    root = find_root(scope_of(request))
    if root is None:
        raise PermissionDenied(_("This is done by the supervisor of a bureau."))
    count = services.compute_hints(root=root, actor=request.user)
    messages.success(
        request,
        _("%(count)d new hints.") % {"count": count}
        if count
        else _("Nothing new: what the rules count is known already."),
    )
    return redirect("supervision:hints")


@require(Permission.VIEW_SUPERVISION)
@require_GET
def show_hint(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a rule counted, with the way to each record; the look is recorded."""
    scope, hint = scope_of(request), get_hint(request, pk)
    services.record_look(Subject.HINT, hint, root=hint.root, actor=request.user)
    hint = services.look_at_hint(hint=hint, actor=request.user)
    answer = access.can_decide(scope, hint)
    context = {
        "hint": get_hint(request, pk),
        "counted": queries.resolve_counted(hint.counted),
        "params": describe_params(hint.rule.params),
        "may_decide": bool(answer) and bool(NEXT_HINT[hint.standing]),
        "why_not": "" if answer else getattr(answer, "reason", ""),
        "choices": NEXT_HINT[hint.standing],
        "acts": list_acts(Subject.HINT, hint.pk),
        "crumbs": _crumbs(),
    }
    return render(request, "supervision/hint.html", context)


@require(Permission.EDIT_SUPERVISION)
def decide_hint(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide what becomes of a hint, with the reason."""
    hint = get_hint(request, pk)
    insist(access.can_decide(scope_of(request), hint))
    form = DecisionForm(
        request.POST or None,
        initial={
            "seen": hint.seen,
            "to": request.GET.get("to") or HintState.DISMISSED,
            "due_on": load_calendar().add_working_days(clock.today(), DAYS_TO_SOLVE).date,
        },
    )

    def act(values: dict[str, Any]) -> None:
        values["to"] = HintState(values["to"])
        services.decide_hint(hint=hint, actor=request.user, **values)

    back = resolve_url("supervision:hint", pk)
    return do(
        request,
        form,
        act,
        title=_("Decide on the hint"),
        said=_("Decided."),
        back=back,
        sub=str(hint),
        crumbs=[*_crumbs(), (str(hint.rule), back)],
    )


def get_hint(request: HttpRequest, pk: int) -> Hint:
    """Return the hint if the reader may see it; one about the own acts is not found."""
    found: Hint = get_object_or_404(
        queries.list_hints(scope_of(request)).select_related("problem", "decided_by"), pk=pk
    )
    return found


def describe_params(params: dict[str, int]) -> list[tuple[str, str]]:
    """Return the numbers of a rule in words."""
    words = {
        "months": _("within (months)"),
        "days": _("more than (days)"),
        "least": _("at least"),
        "per_cent": _("share of at least (%)"),
    }
    return [(words[name], str(value)) for name, value in params.items()]


def _crumbs() -> list[tuple[str, str]]:
    return crumbs((_("Hints"), resolve_url("supervision:hints")))
