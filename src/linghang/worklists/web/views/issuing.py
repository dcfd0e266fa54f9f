"""Pages on which a list is written and issued: begin, items, preview of who gets what, progress."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linghang.people.models import Post
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.sheets import workbooks
from linghang.platform.sheets.faults import UnusableFile
from linghang.platform.tasks import progress as job_progress
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job, JobState
from linghang.worklists import queries
from linghang.worklists.mapping import read_rows, write_row
from linghang.worklists.mapping.words import say_due, say_owner
from linghang.worklists.models import Draft
from linghang.worklists.services import drafting
from linghang.worklists.sheets.items import ItemSheet, read_items
from linghang.worklists.web.forms.lists import HeadForm, ItemForm, StartForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JOB = "worklists.issue_list"
FAULTS_SHOWN = 100


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Tasks"), resolve_url("worklists:tasks")),
        (_("Lists"), resolve_url("worklists:lists")),
    ]


def _get_draft(request: HttpRequest, pk: int) -> Draft:
    found: Draft = get_object_or_404(queries.list_drafts(request.scope), pk=pk)  # type: ignore[attr-defined]
    return found


@require(Permission.ISSUE_LISTS)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a list: from a template, from a workbook, or from nothing."""
    form = StartForm(request.POST or None, request.FILES or None, scope=request.scope)  # type: ignore[attr-defined]
    faults: list[Any] = []
    if request.method == "POST" and form.is_valid():
        answer = _begin(request, form, faults)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "faults": faults[:FAULTS_SHOWN],
        "templates": [(t, len(t.items), t.get_kind_display()) for t in queries.list_templates()],
        "crumbs": _crumbs(),
    }
    return render(request, "worklists/start.html", context, status=422 if form.is_bound else 200)


def _begin(request: HttpRequest, form: StartForm, faults: list[Any]) -> HttpResponse | None:
    """Return the way to the new draft, None where the form has to be mended; `faults` are filled."""
    code = request.POST.get("template", "")
    if code:
        template = get_object_or_404(queries.list_templates(), code=code)
        draft = drafting.draft_from_template(
            template=template,
            year=form.cleaned_data["year"],
            issuer=form.issuing_unit,
            actor=request.user,
        )
        return redirect("worklists:preview", pk=draft.pk)
    rows = []
    title = _("New list")
    if request.POST.get("from") == "workbook":
        file = form.cleaned_data.get("workbook")
        if not file:
            form.add_error("workbook", _("Choose a workbook."))
            return None
        try:
            items, examination = read_items(
                file.read(), file.name, issuer=form.issuing_unit, today=clock.today()
            )
        except UnusableFile as error:
            form.add_error("workbook", str(error))
            return None
        faults += examination.faults()
        if faults or not items:
            if not faults:
                form.add_error(
                    "workbook", _("No sheet of the workbook looks like a list of tasks.")
                )
            return None
        rows = [write_row(item) for item in items]
        title = file.name.rpartition(".")[0]
    draft = drafting.start_draft(
        title=drafting.find_free_title(title, form.issuing_unit),
        kind="tasks",
        issuer=form.issuing_unit,
        rows=rows,
        actor=request.user,
    )
    return redirect("worklists:draft", pk=draft.pk)


@require(Permission.ISSUE_LISTS)
@require_GET
def send_sheet(_request: HttpRequest) -> HttpResponse:
    """Send the workbook in which a list can be filled in."""
    response = HttpResponse(workbooks.template_workbook([ItemSheet()]), content_type=XLSX)
    name = quote(f"{ItemSheet.names[0]}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require(Permission.ISSUE_LISTS)
def show_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a list being written: its head, its items, and the way to the preview."""
    draft = _get_draft(request, pk)
    form = HeadForm(request.POST or None, instance=draft)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data.pop("version")
        try:
            drafting.change_draft(
                draft=Draft(pk=draft.pk),
                values=form.cleaned_data,
                actor=request.user,
                seen=seen,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            return redirect("worklists:preview", pk=draft.pk)
    items = read_rows(draft.rows)
    posts = Post.objects.in_bulk()
    context = {
        "draft": draft,
        "form": form,
        "rows": [
            (number, item, say_owner(item, posts), say_due(item))
            for number, item in enumerate(items, 1)
        ],
        "crumbs": _crumbs(),
        "title": draft.title,
    }
    return render(request, "worklists/draft.html", context, status=422 if form.is_bound else 200)


@require(Permission.ISSUE_LISTS)
def edit_draft_item(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Write one item of a list: a new one, or the one of this number."""
    draft = _get_draft(request, pk)
    items = read_rows(draft.rows)
    if number is not None and not 1 <= number <= len(items):
        return redirect("worklists:draft", pk=draft.pk)
    before = items[number - 1] if number is not None else None
    initial = ItemForm.describe(before) if before else {}
    if before is None and items:
        initial = {"section": items[-1].section, "owner": items[-1].owner}
    form = ItemForm(
        request.POST or None,
        initial=initial,
        issuer=draft.issuer,
        scope=request.scope,  # type: ignore[attr-defined]
    )
    if form.is_valid():
        try:
            drafting.write_draft_item(
                draft=draft,
                item=form.make_item(before),
                number=number,
                actor=request.user,
                seen=_read_seen(request, draft),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            if "another" in request.POST:
                return redirect("worklists:add-draft-item", pk=draft.pk)
            return redirect("worklists:draft", pk=draft.pk)
    title = _("New item") if number is None else _("Item %(number)d") % {"number": number}
    context = {
        "form": form,
        "title": title,
        "sub": draft.title,
        "draft": draft,
        "cancel_url": resolve_url("worklists:draft", draft.pk),
        "sections": list(dict.fromkeys(item.section for item in items if item.section)),
        "may_go_on": number is None,
    }
    return render(
        request, "worklists/draft_item.html", context, status=422 if form.is_bound else 200
    )


def _read_seen(request: HttpRequest, draft: Draft) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdigit() else draft.version


@require(Permission.ISSUE_LISTS)
@require_POST
def drop_draft_items(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked items out of a list being written."""
    draft = _get_draft(request, pk)
    numbers = {int(value) for value in request.POST.getlist("id") if value.isdigit()}
    try:
        drafting.drop_draft_items(
            draft=draft, numbers=numbers, actor=request.user, seen=_read_seen(request, draft)
        )
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        said = ngettext("%(count)d item taken out.", "%(count)d items taken out.", len(numbers))
        messages.success(request, said % {"count": len(numbers)})
    return redirect("worklists:draft", pk=draft.pk)


@require(Permission.ISSUE_LISTS)
@require_POST
def discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a list up that was never issued."""
    draft = _get_draft(request, pk)
    drafting.discard_draft(draft=draft, actor=request.user)
    messages.success(request, _("“%(list)s” is given up; nobody was asked.") % {"list": draft})
    return redirect("worklists:lists")


# -- preview and issue -----------------------------------------------------------------------------------


@require(Permission.ISSUE_LISTS)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who gets what, exactly; sent, issue the list: at once, or by a background job if it is long."""
    draft = _get_draft(request, pk)
    found = drafting.preview_draft(draft)
    refusals: list[str] = []
    if request.method == "POST":
        answer = _issue(request, draft, found, refusals)
        if answer is not None:
            return answer
    reach = found.reach
    posts = Post.objects.in_bulk()
    context = {
        "draft": draft,
        "title": draft.title,
        "crumbs": _crumbs(),
        "reach": reach,
        "count": len(reach.lines),
        "warnings": found.warnings,
        "refusals": refusals,
        "reason": request.POST.get("reason_over_cap", ""),
        "lines": [
            (number, line, say_owner(line.draft, posts), say_due(line.draft))
            for number, line in enumerate(reach.lines, 1)
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "worklists/preview.html", context, status=status)


def _issue(request: HttpRequest, draft: Draft, found: Any, refusals: list[str]) -> Any:
    """Return the way onward, None with `refusals` filled where the list cannot go down as it is."""
    if _read_seen(request, draft) != draft.version:
        refusals.append(
            _("%(who)s changed this list meanwhile. Look at it again; nothing was lost.")
            % {"who": draft.author or _("Somebody")}
        )
        return None
    reason = request.POST.get("reason_over_cap", "").strip()
    if found.reach.assignments > drafting.AT_ONCE and not found.reach.faults:
        job = jobs.start_job(
            kind=JOB,
            params={"draft": draft.pk, "reason_over_cap": reason},
            actor=request.user,
            title=draft.title,
            unit_path=draft.issuer.path,
        )
        drafting.note_job(draft=draft, job=job.pk)
        return redirect("worklists:working", pk=draft.pk)
    try:
        worklist = drafting.issue_draft(draft=draft, actor=request.user, reason_over_cap=reason)
    except ValidationError as refusal:
        refusals += refusal.messages
        return None
    _tell_issued(request, found.reach)
    return redirect("worklists:list", pk=worklist.pk)


def _tell_issued(request: HttpRequest, reach: Any) -> None:
    messages.success(
        request,
        _("Issued: %(tasks)d tasks to %(units)d units and %(persons)d persons.")
        % {"tasks": reach.assignments, "units": reach.units, "persons": reach.persons},
    )


@require(Permission.ISSUE_LISTS)
def show_working(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the background job is that issues a list; lead to the list when it is done."""
    scope = request.scope  # type: ignore[attr-defined]
    drafts = Draft.objects.filter(scope.restrict(Permission.ISSUE_LISTS, "issuer__path"))
    draft = get_object_or_404(drafts, pk=pk)
    if draft.worklist_id is not None:
        return _leave(request, resolve_url("worklists:list", draft.worklist_id))
    job = Job.objects.filter(pk=draft.job).first()  # type: ignore[misc]
    if job is None:
        return _leave(request, resolve_url("worklists:preview", draft.pk))
    state = JobState(job.state)
    context = {
        "draft": draft,
        "title": draft.title,
        "crumbs": _crumbs(),
        "job": job,
        "is_final": state.is_final,
        "progress": job_progress.read(job.pk),
    }
    part = "#bar" if request.headers.get("HX-Request") else ""
    return render(request, f"worklists/working.html{part}", context)


def _leave(request: HttpRequest, url: str) -> HttpResponse:
    """Return the way to another page, for a browser and for htmx asking for a part of this one."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=200)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


@require(Permission.ISSUE_LISTS)
@require_POST
def stop_working(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the background job that issues a list: nobody is asked, the draft stays."""
    draft = _get_draft(request, pk)
    job = Job.objects.filter(pk=draft.job).first()  # type: ignore[misc]
    if job is not None:
        jobs.cancel_job(job=job, actor=request.user)
        messages.info(request, _("It is being stopped; nobody will have been asked."))
    return redirect("worklists:preview", pk=draft.pk)
