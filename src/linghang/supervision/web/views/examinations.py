"""Self-examinations as the supervisor sees them: opened, the matrix, urged, ended."""

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
from linghang.supervision import access, queries, services
from linghang.supervision.enums import ExaminationState, ReplyState, Subject
from linghang.supervision.models import Examination
from linghang.supervision.web.exports import write_examination
from linghang.supervision.web.forms import CloseForm, ExaminationForm
from linghang.supervision.web.views.answering import (
    crumbs,
    do,
    find_root,
    list_acts,
    scope_of,
    send_workbook,
)


@require(Permission.EDIT_SUPERVISION)
def open_examination(request: HttpRequest) -> HttpResponse:
    """Choose findings and units, say by when: one page."""
    root = find_root(scope_of(request))
    if root is None:
        raise PermissionDenied(_("This is done by the supervisor of a bureau."))
    form = ExaminationForm(request.POST or None, root=root)
    opened: list[Examination] = []

    def act(values: dict[str, Any]) -> None:
        draft = services.ExaminationDraft(
            title=values["title"],
            root=root,
            findings=list(values["findings"]),
            units=list(values["units"]),
            due_on=values["due_on"],
        )
        opened.append(services.open_examination(draft=draft, actor=request.user))

    answer = do(
        request,
        form,
        act,
        title=_("Open a self-examination"),
        said=_("Opened; the units were told that they are asked, not what."),
        back=resolve_url("supervision:board"),
        template="supervision/open.html",
        sub=root.name,
        crumbs=crumbs(),
    )
    return redirect("supervision:examination", pk=opened[0].pk) if opened else answer


@require(Permission.VIEW_SUPERVISION)
@require_GET
def show_examination(request: HttpRequest, pk: int) -> HttpResponse:
    """Show units × findings, how far it is, and where a question is open. The look is recorded."""
    scope, examination = scope_of(request), get_examination(request, pk)
    services.record_look(
        Subject.EXAMINATION, examination, root=examination.root, actor=request.user
    )
    matrix = queries.read_matrix(examination, clock.today())
    context = {
        "examination": examination,
        "state": ExaminationState(examination.state),
        "matrix": matrix,
        "columns": list(zip(matrix.findings, matrix.sums, strict=True)),
        "waiting": [row.reply for row in matrix.rows if row.reply.state != ReplyState.HANDED_IN],
        "may_edit": bool(access.can_edit(scope, examination.root))
        and examination.state == ExaminationState.OPEN,
        "acts": list_acts(Subject.EXAMINATION, examination.pk),
        "crumbs": crumbs(),
    }
    return render(request, "supervision/examination.html", context)


@require(Permission.EDIT_SUPERVISION)
@require_POST
def urge_replies(request: HttpRequest, pk: int) -> HttpResponse:
    """Urge the chosen units, or all that have not answered."""
    examination = get_examination(request, pk)
    insist(access.can_edit(scope_of(request), examination.root))
    chosen = [int(key) for key in request.POST.getlist("id") if key.isdigit()]
    replies = examination.replies.filter(pk__in=chosen) if chosen else examination.replies.all()
    count = services.urge_replies(replies=list(replies), actor=request.user)
    messages.success(
        request,
        _("%(count)d units urged.") % {"count": count}
        if count
        else _("Nobody to urge: answered, or urged today already."),
    )
    return redirect("supervision:examination", pk=pk)


@require(Permission.EDIT_SUPERVISION)
def close_examination(request: HttpRequest, pk: int) -> HttpResponse:
    """End a self-examination."""
    examination = get_examination(request, pk)
    insist(access.can_edit(scope_of(request), examination.root))
    form = CloseForm(request.POST or None, initial={"seen": examination.seen})

    def act(values: dict[str, Any]) -> None:
        services.close_examination(examination=examination, actor=request.user, **values)

    back = resolve_url("supervision:examination", pk)
    return do(
        request,
        form,
        act,
        title=_("End the self-examination"),
        said=_("Ended."),
        back=back,
        sub=examination.title,
        crumbs=crumbs((examination.title, back)),
    )


@require(Permission.VIEW_SUPERVISION)
@require_GET
def export_examination(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the matrix as a workbook; the look is recorded."""
    examination = get_examination(request, pk)
    services.record_look(
        Subject.EXAMINATION, examination, root=examination.root, actor=request.user
    )
    matrix = queries.read_matrix(examination, clock.today())
    return send_workbook(write_examination(examination, matrix), examination.title)


def get_examination(request: HttpRequest, pk: int) -> Examination:
    """Return the examination if the reader may see it; a stranger's is not found."""
    found: Examination = get_object_or_404(queries.list_examinations(scope_of(request)), pk=pk)
    return found
