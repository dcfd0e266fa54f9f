"""The report: drafted from records on the page and in the file, handed in, downloaded."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.research import access, mapping, queries, services
from linghang.research.enums import TopicState
from linghang.research.models import Report, Topic
from linghang.research.web.forms.topics import WordsForm
from linghang.research.web.views.reading import crumbs_of, get_topic, scope_of, show_form
from linghang_core.documents import write_docx

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require(Permission.RAISE_PROBLEMS)
@require_GET
def show_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report as its file would say it now, with the list of its gaps."""
    topic = get_topic(request, pk)
    drafted = mapping.draft_report(topic, clock.today())
    context = {
        "topic": topic,
        "drafted": drafted,
        "document": drafted.document,
        "blocks": mapping.describe_blocks(drafted.document),
        "reports": list(topic.reports.defer("file")),
        "may_write": topic.standing.takes_visits
        and bool(access.can_lead(scope_of(request), topic)),
        "may_submit": topic.standing is TopicState.UNDER_WAY
        and bool(access.can_lead(scope_of(request), topic)),
        "crumbs": crumbs_of(topic),
    }
    return render(request, "research/report.html", context)


@require(Permission.RAISE_PROBLEMS)
def write_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the parts of the report that are the leader's own words."""
    topic = get_topic(request, pk)
    insist(access.can_lead(scope_of(request), topic))
    initial = {
        "seen": topic.seen,
        "background": topic.background,
        "conclusions": topic.conclusions,
    }
    form = WordsForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.write_words(topic=topic, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("Your words stand in the report."))
            return redirect("research:report", pk=pk)
    back = resolve_url("research:report", pk)
    return show_form(
        request,
        form,
        _("My words in the report"),
        back,
        _("Save"),
        sub=_("Everything else of the report comes from records and cannot be written here."),
        crumbs=crumbs_of(topic),
    )


@require(Permission.RAISE_PROBLEMS)
@require_GET
def download_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report as it can be drafted today."""
    topic = get_topic(request, pk)
    drafted = mapping.draft_report(topic, clock.today())
    return _send(write_docx(drafted.document), f"{drafted.document.title}（稿）")


@require(Permission.RAISE_PROBLEMS)
@require_POST
def submit_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the report."""
    topic = get_topic(request, pk)
    insist(access.can_lead(scope_of(request), topic))
    try:
        report = services.submit_report(
            topic=topic, actor=request.user, seen=request.POST.get("seen", "")
        )
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return redirect("research:report", pk=pk)
    said = _("The report is handed in and kept as it is.")
    if report.gaps:
        said += " " + _("It shows %(n)s gaps.") % {"n": len(report.gaps)}
    messages.success(request, said)
    return redirect("research:topic", pk=pk)


@require(Permission.RAISE_PROBLEMS)
@require_GET
def download_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a report that was handed in, as it was."""
    topics: list[Topic] = list(queries.list_topics(scope_of(request)).order_by())
    report = get_object_or_404(Report.objects.filter(topic__in=topics), pk=pk)
    return _send(bytes(report.file), report.title)


def _send(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=DOCX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.docx"
    return response
