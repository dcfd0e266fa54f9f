"""Pages of the imports: upload, preview, progress, history, templates."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.sheets import queries, services, workbooks
from linghang.platform.sheets.faults import UnusableFile
from linghang.platform.sheets.models import BatchState, ImportBatch
from linghang.platform.sheets.plan import registry
from linghang.platform.sheets.web.forms import UploadForm
from linghang.platform.tasks import progress as progress_of_jobs
from linghang.platform.tasks.models import JobState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS_A_PAGE = 50
RECENT = 5


@require(Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show the upload, or store the files sent and start checking them."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        files = [(file.name, file.read()) for file in form.cleaned_data["workbooks"]]
        try:
            batch = services.open_batch(files, actor=request.user, scope=_scope(request))
        except UnusableFile as error:
            form.add_error("workbooks", str(error))
        else:
            services.start_check(batch, actor=request.user, scope=_scope(request))
            return redirect("sheets:batch", batch.code)
    context = {
        "form": form,
        "plans": registry.plans(),
        "recent": _batches(request)[:RECENT],
    }
    return render(request, "sheets/upload.html", context, status=422 if form.errors else 200)


@require(Permission.IMPORT)
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """List the imports the reader may see."""
    page = Paginator(_batches(request), 30).get_page(request.GET.get("page"))
    return render(request, "sheets/history.html", {"page": page})


@require(Permission.IMPORT)
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Send a workbook to fill in, with the sheets asked for (`plan`, several) or all."""
    wanted = request.GET.getlist("plan")
    plans = [plan for plan in registry.plans() if not wanted or plan.code in wanted]
    if not plans:
        raise Http404
    name = "、".join(str(p.title) for p in plans) if len(plans) == 1 else _("Templates")
    return _send(workbooks.template_workbook(plans), f"{name}.xlsx")


@require(Permission.IMPORT)
@require_GET
def batch(request: HttpRequest, code: str) -> HttpResponse:
    """Show how far an import is, and when it is checked what it would do."""
    found = _batch(request, code)
    if _is_working(found):
        return render(request, "sheets/working.html", {"batch": found, **_progress(found)})
    sheet = request.GET.get("sheet", "")
    shown = found.faults.all()
    if sheet.isdigit() and int(sheet) < len(found.counts):
        entry = found.counts[int(sheet)]
        shown = shown.filter(file=entry["file"][:200], sheet=entry["sheet"][:100])
        changes = [
            c for c in found.changes if (c["file"], c["sheet"]) == (entry["file"], entry["sheet"])
        ]
    else:
        sheet, entry, changes = "", None, found.changes
    context = {
        "batch": found,
        "entry": entry,
        "tabs": _tabs(found, sheet),
        "shown_counts": entry or found.sums,
        "page": Paginator(shown, FAULTS_A_PAGE).get_page(request.GET.get("page")),
        "changes": changes[:FAULTS_A_PAGE],
        "notes": [n | {"text": services.note_text(n)} for n in found.notes],
        "uploads": found.files.filter(kind="upload").defer("sealed"),
        "has_faulty_file": found.files.filter(kind="faulty").exclude(sealed=b"").exists(),
        "applicable": found.total("new") + found.total("changed"),
        "not_applicable": found.total("faulty") + found.total("waiting"),
        "stuck": found.status.is_working,
        "crumbs": [
            (_("Import"), reverse("sheets:upload")),
            (_("Imports so far"), reverse("sheets:history")),
        ],
    }
    return render(request, "sheets/batch.html", context)


@require(Permission.IMPORT)
@require_GET
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the polling of the progress page; when the work is over, ask for the whole page."""
    found = _batch(request, code)
    if _is_working(found):
        return render(request, "sheets/working.html#bar", {"batch": found, **_progress(found)})
    response = HttpResponse(status=200)
    response["HX-Refresh"] = "true"
    return response


@require(Permission.IMPORT)
@require_POST
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Start writing the good rows."""
    found = _batch(request, code)
    return _act(
        request,
        found,
        lambda: services.start_apply(found, actor=request.user, scope=_scope(request)),
    )


@require(Permission.IMPORT)
@require_POST
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Start checking the same files again."""
    found = _batch(request, code)
    return _act(
        request,
        found,
        lambda: services.start_check(found, actor=request.user, scope=_scope(request)),
    )


@require(Permission.IMPORT)
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Stop what is at work, or give the import up."""
    found = _batch(request, code)
    if found.status is BatchState.APPLYING:
        services.stop_work(found, actor=request.user)
        messages.info(request, _("The import is being stopped; nothing will have been changed."))
        return redirect("sheets:batch", found.code)

    def give_up() -> None:
        services.stop_work(found, actor=request.user)
        services.cancel_batch(found, actor=request.user)
        messages.info(request, _("The import was cancelled; nothing was changed."))

    return _act(request, found, give_up)


@require(Permission.IMPORT)
@require_GET
def faulty(request: HttpRequest, code: str) -> HttpResponse:
    """Send the workbook of the rows that were not applied."""
    found = _batch(request, code)
    file = services.faulty_workbook(found)
    if file is None or not file.sealed:
        raise Http404
    services.record_download(file, actor=request.user)
    return _send(file.open(), file.name)


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def _batches(request: HttpRequest) -> Any:
    return queries.visible_batches(_scope(request)).select_related("actor")


def _batch(request: HttpRequest, code: str) -> ImportBatch:
    found: ImportBatch = get_object_or_404(_batches(request).select_related("job"), code=code)
    return found


def _act(request: HttpRequest, batch: ImportBatch, act: Any) -> HttpResponse:
    try:
        act()
    except services.WrongState as refusal:
        messages.error(request, str(refusal))
    return redirect("sheets:batch", batch.code)


def _is_working(batch: ImportBatch) -> bool:
    """Return whether a job is at work; one whose job ended without it is stuck, and its page says so."""
    return (
        batch.status.is_working and batch.job is not None and not JobState(batch.job.state).is_final
    )


def _progress(batch: ImportBatch) -> dict[str, Any]:
    now = (
        progress_of_jobs.read(batch.job_id)
        if batch.job_id
        else {"done": 0, "total": 0, "message": ""}
    )
    return {"done": now["done"], "most": now["total"] or 1, "message": now["message"]}


def _tabs(batch: ImportBatch, current: str) -> list[dict[str, Any]]:
    names = [entry["sheet"] for entry in batch.counts]
    tabs = [
        {
            "label": _("All sheets"),
            "url": "?",
            "count": batch.total("faulty"),
            "current": current == "",
        }
    ]
    for number, entry in enumerate(batch.counts):
        double = names.count(entry["sheet"]) > 1
        label = f"{entry['sheet']} ({entry['file']})" if double else entry["sheet"]
        query = urlencode({"sheet": number})
        tabs.append(
            {
                "label": label,
                "url": f"?{query}",
                "count": entry["faulty"],
                "current": current == str(number),
            }
        )
    return tabs


def _send(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
