"""What a unit is asked: answered finding by finding; and what the supervisor does with one reply."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.supervision import access, queries, services
from linghang.supervision.enums import ExaminationState, Presence, ReplyState, Subject
from linghang.supervision.models import CommonFinding, FindingAnswer, Reply
from linghang.supervision.services.answering import describe_answer
from linghang.supervision.web.forms import AnswerForm, DueForm, ReturnForm
from linghang.supervision.web.views.answering import DAYS_TO_SOLVE, crumbs, do, list_acts, scope_of
from linghang_core.periods import load_calendar


@require(Permission.EDIT_RECORDS)
@require_GET
def list_asked(request: HttpRequest) -> HttpResponse:
    """Show what the reader's own unit is asked and was asked."""
    scope = scope_of(request)
    own = queries.list_replies(scope).filter(unit__path__in=access.own_paths(scope))
    context = {"replies": list(own.order_by("-due_on", "-pk")[:100]), "today": clock.today()}
    return render(request, "supervision/asked.html", context)


@require(Permission.EDIT_RECORDS, Permission.VIEW_SUPERVISION)
@require_GET
def show_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the findings a unit is asked, with its answers; a supervisor's look is recorded."""
    scope, reply = scope_of(request), get_reply(request, pk)
    own = reply.unit.path in access.own_paths(scope)
    if not own:
        services.record_look(Subject.REPLY, reply, root=reply.examination.root, actor=request.user)
    answer = access.can_answer(scope, reply)
    visible = own or reply.state == ReplyState.HANDED_IN
    answers = load_answers(reply) if visible else {}
    findings = list(reply.examination.findings.order_by("order", "code"))
    may_edit = bool(access.can_edit(scope, reply.examination.root)) and (
        reply.examination.state == ExaminationState.OPEN
    )
    acts = list_acts(Subject.REPLY, reply.pk)
    context = {
        "reply": reply,
        "rows": [
            describe_row(reply, number, finding, answers.get(finding.pk), bool(answer))
            for number, finding in enumerate(findings, 1)
        ],
        "own": own,
        "may_answer": bool(answer),
        "why_not": "" if answer or not own else getattr(answer, "reason", ""),
        "hidden": not visible,
        "answered": len(answers),
        "question": queries.find_question([(a.said, a.at) for a in answers.values()])
        if not own and reply.state == ReplyState.HANDED_IN
        else "",
        "may_edit": may_edit,
        "returned": next((act for verb, act in acts if verb == "returned"), None)
        if reply.state == ReplyState.RETURNED
        else None,
        "acts": acts,
        "crumbs": [(_("Asked of us"), resolve_url("supervision:asked"))]
        if own
        else crumbs(
            (
                reply.examination.title,
                resolve_url("supervision:examination", reply.examination_id),
            )
        ),
    }
    return render(request, "supervision/reply.html", context)


@require(Permission.EDIT_RECORDS)
@require_POST
def answer_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the answer to one finding."""
    reply = get_reply(request, pk)
    insist(access.can_answer(scope_of(request), reply))
    form = AnswerForm(request.POST)
    key = request.POST.get("finding", "")
    asked = reply.examination.findings.filter(pk=int(key) if key.isdigit() else 0)
    finding: CommonFinding = get_object_or_404(asked)
    error = ""
    if form.is_valid():
        try:
            services.save_answers(reply=reply, answers=[form.said(finding)], actor=request.user)
        except ValidationError as refusal:
            error = refusal.messages[0]
    else:
        error = str(next(iter(form.errors.values()))[0])
    if request.headers.get("HX-Request"):
        findings = list(reply.examination.findings.order_by("order", "code"))
        number = [each.pk for each in findings].index(finding.pk) + 1
        row = describe_row(reply, number, finding, load_answers(reply).get(finding.pk), True)
        row |= {"error": error, "saved": not error}
        if error:
            row |= {
                "sent": request.POST,
                "said": request.POST.get("presence", ""),
                "ticked": "becomes_problem" in request.POST,
            }
        context = {"row": row, "reply": reply}
        return render(request, "supervision/answer.html", context, status=422 if error else 200)
    if error:
        messages.error(request, error)
    return redirect(f"{resolve_url('supervision:reply', reply.pk)}#f{finding.pk}")


@require(Permission.EDIT_RECORDS)
@require_POST
def hand_in_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the answers of the own unit."""
    reply = get_reply(request, pk)
    insist(access.can_answer(scope_of(request), reply))
    try:
        services.hand_in_reply(reply=reply, actor=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Handed in. What became a problem stands with your problems."))
    return redirect("supervision:reply", pk=reply.pk)


@require(Permission.EDIT_SUPERVISION)
def change_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a unit another last day."""
    reply = get_reply(request, pk)
    insist(access.can_edit(scope_of(request), reply.examination.root))
    form = DueForm(request.POST or None, initial={"seen": reply.seen, "due_on": reply.due_on})

    def act(values: dict[str, Any]) -> None:
        services.change_due(reply=reply, actor=request.user, **values)

    return _do(request, reply, form, act, _("Change the last day"), _("The unit was told."))


@require(Permission.EDIT_SUPERVISION)
def return_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the answers back to the unit."""
    reply = get_reply(request, pk)
    insist(access.can_edit(scope_of(request), reply.examination.root))
    form = ReturnForm(request.POST or None, initial={"seen": reply.seen})

    def act(values: dict[str, Any]) -> None:
        services.return_reply(reply=reply, actor=request.user, **values)

    return _do(
        request, reply, form, act, _("Return to the unit"), _("Returned; the unit was told.")
    )


def _do(
    request: HttpRequest, reply: Reply, form: Any, act: Any, title: str, said: str
) -> HttpResponse:
    back = resolve_url("supervision:examination", reply.examination_id)
    return do(
        request,
        form,
        act,
        title=title,
        said=said,
        back=back,
        sub=reply.unit.name,
        crumbs=crumbs((reply.examination.title, back)),
    )


def get_reply(request: HttpRequest, pk: int) -> Reply:
    """Return the reply if the reader supervises or it is the own unit's; otherwise it is not found."""
    found: Reply = get_object_or_404(queries.list_replies(scope_of(request)), pk=pk)
    return found


def load_answers(reply: Reply) -> dict[int, FindingAnswer]:
    """Return the answers of a reply by finding."""
    return {a.finding_id: a for a in reply.answers.select_related("problem", "by")}


def describe_row(
    reply: Reply,
    number: int,
    finding: CommonFinding,
    answer: FindingAnswer | None,
    may: bool,
) -> dict[str, Any]:
    """Return a finding as the page shows it, with its answer and form."""
    proposed = load_calendar().add_working_days(clock.today(), DAYS_TO_SOLVE).date
    return {
        "number": number,
        "finding": finding,
        "answer": answer,
        "said": answer.presence if answer else "",
        "seen": describe_answer(answer),
        "solve_by": (answer.solve_by if answer else None) or proposed,
        "ticked": bool(answer and answer.becomes_problem),
        "may": may,
        "presences": list(Presence),
        "url": resolve_url("supervision:answer", reply.pk),
    }
