"""Documents: the list, one with its preview, and making them from a result."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.evaluation import api as evaluation
from linghang.evaluation.models import Run
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.ui.tables import render_list
from linghang.reports import access, queries, services
from linghang.reports.enums import DocumentKind
from linghang.reports.models import Document
from linghang.reports.web import tables
from linghang.reports.web.filters import DocumentFilter
from linghang.reports.web.forms import BulletinForm


@require(Permission.VIEW_PUBLISHED, Permission.EXPORT)
def list_documents(request: HttpRequest) -> HttpResponse:
    """List the documents the reader may open, latest first."""
    documents = queries.visible_documents(_scope(request))
    found = DocumentFilter(request.GET, documents)
    return render_list(
        request,
        tables.DOCUMENTS.bind(found.qs, request.GET),
        title=_("Documents"),
        sub=_("Bulletins and score books, each made from a result with one click"),
        filterset=found,
    )


@require(Permission.VIEW_PUBLISHED, Permission.EXPORT)
def show_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a document with the words of its file, its digest, and the results it comes from."""
    visible = queries.visible_documents(_scope(request))
    document = get_object_or_404(visible.defer(None).defer("file"), pk=pk)
    told = list(document.runs.values_list("pk", flat=True))
    runs = evaluation.list_runs(_scope(request), told)
    context = {
        "title": document.title,
        "document": document,
        "kind": DocumentKind(document.kind),
        "period": tables.show_period(document),
        "content": document.content,
        "runs": runs,
        "crumbs": [(_("Documents"), resolve_url("reports:index"))],
    }
    return render(request, "reports/document.html", context)


@require(Permission.VIEW_PUBLISHED, Permission.EXPORT)
def download_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file as it was made."""
    visible = queries.visible_documents(_scope(request))
    return _as_file(request, get_object_or_404(visible.defer(None).defer("content"), pk=pk))


@require(Permission.EXPORT)
def prepare_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer what can be decided about the documents of a result; make the bulletin as decided."""
    run = _get_run(request, pk)
    month = queries.read_month(run)
    form = BulletinForm(
        request.POST or None, proposed=services.propose_options(month), is_draft=month.is_draft
    )
    if form.is_valid():
        try:
            document = services.make_bulletin(run=run, actor=request.user, options=form.options)
        except services.DocumentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("reports:document", pk=document.pk)
    context = {
        "title": _("Documents of %(period)s")
        % {"period": month.period.label(request.LANGUAGE_CODE)},
        "sub": run.root.name,
        "run": run,
        "month": month,
        "form": form,
        "names_members": month.of_persons and access.may_name_members(_scope(request), run.root),
        "crumbs": [(str(run.scheme), resolve_url("evaluation:run", run.pk))],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reports/prepare.html", context, status=status)


@require_POST
@require(Permission.EXPORT)
def make_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the bulletin as the bureau's last one was made, and give its file."""
    run = _get_run(request, pk)
    try:
        document = services.make_bulletin(run=run, actor=request.user)
    except services.DocumentRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("evaluation:run", pk=run.pk)
    return _as_file(request, document)


@require_POST
@require(Permission.EXPORT)
def make_score_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the score book and give its file; members stand in it for whoever may see their scores."""
    run = _get_run(request, pk)
    named = (
        access.may_name_members(_scope(request), run.root) and request.POST.get("members") != "no"
    )
    try:
        document = services.make_score_book(run=run, actor=request.user, with_members=named)
    except services.DocumentRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("evaluation:run", pk=run.pk)
    return _as_file(request, document)


def _get_run(request: HttpRequest, pk: int) -> Run:
    run = evaluation.find_run(_scope(request), pk)
    if run is None:
        raise Http404
    insist(access.can_make(_scope(request), run.root))
    return run


def _as_file(request: HttpRequest, document: Document) -> HttpResponse:
    data = services.read_file(document=document, actor=request.user)
    response = HttpResponse(data, content_type=DocumentKind(document.kind).content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.file_name)}"
    return response


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined, no-any-return]
