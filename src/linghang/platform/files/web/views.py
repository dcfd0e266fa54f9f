"""Sending files to whoever sees their record; adding and taking back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linghang.platform.access import Denied
from linghang.platform.access.web import require
from linghang.platform.files import queries, registry, services, storage
from linghang.platform.files.enums import FileType
from linghang.platform.files.fields import AddFilesForm, WithdrawForm
from linghang.platform.files.models import Attachment

HOME = "/"


@require()
@require_GET
def send_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a file; pictures and PDF are shown in place, everything else is saved."""
    found = _get_attachment(request, pk)
    small = request.GET.get("size") == "small" and found.file.has_small
    tag = f'"{found.file.sha256[:32]}{"s" if small else ""}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    try:
        data = storage.read(found.file.sha256, storage.SMALL if small else "")
    except FileNotFoundError as gone:
        raise Http404 from gone
    kind = FileType.JPG if small else found.type
    response = HttpResponse(data, content_type=kind.content_type)
    way = "inline" if kind.opens_in_browser else "attachment"
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    return response


@require()
@require_POST
def add_files(request: HttpRequest) -> HttpResponse:
    """Attach the files sent to the record named; a fault is told and nothing is kept."""
    record = _get_record(request)
    form = AddFilesForm(request.POST, request.FILES)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = services.store_files(
                owner=record, uploads=values.pop("uploads"), actor=request.user, **values
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            said = ngettext("%(n)d file is attached.", "%(n)d files are attached.", len(made))
            messages.success(request, said % {"n": len(made)})
    else:
        faults = [text for texts in form.errors.values() for text in texts]
        messages.error(request, " ".join(str(text) for text in faults))
    return _go_back(request)


@require()
@require_POST
def withdraw_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file back: who added it, or whoever may add to the record, as long as it lets files go."""
    found = _get_attachment(request, pk)
    owner = registry.find_owner(found.owner_type)
    own = found.added_by_id is not None and found.added_by_id == request.user.pk
    if owner is not None and owner.may_withdraw is not None:
        _insist(owner.may_withdraw(_scope(request), found.owner_id))
    if not own:
        _insist(owner.may_add(_scope(request), found.owner_id) if owner else False)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        services.withdraw_file(
            attachment=found, reason=form.cleaned_data["reason"], actor=request.user
        )
        messages.success(request, _("The file is taken back; its name stays in the list."))
    else:
        messages.error(request, _("Say why the file is taken back."))
    return _go_back(request)


def _get_attachment(request: HttpRequest, pk: int) -> Attachment:
    """Return a standing attachment of a record the reader sees; raises Http404."""
    found = queries.find_visible(_scope(request), pk)
    if found is None or found.withdrawn_at is not None:
        raise Http404
    return found


def _get_record(request: HttpRequest) -> Any:
    """Return the record named by `owner` ("app.model:pk") if the reader sees it and may add."""
    kind, _colon, number = request.POST.get("owner", "").partition(":")
    owner = registry.find_owner(kind)
    if owner is None or not number.isdigit() or not owner.visible(_scope(request), int(number)):
        raise Http404
    _insist(owner.may_add(_scope(request), int(number)))
    return apps.get_model(kind)._default_manager.get(pk=int(number))  # noqa: SLF001


def _insist(answer: Any) -> None:
    if not answer:
        reason = answer.reason if isinstance(answer, Denied) else ""
        raise PermissionDenied(
            reason or _("Only whoever works on this record may change its files.")
        )


def _go_back(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(asked, {request.get_host()}) and asked.startswith("/")
    return redirect(f"{asked.split('#')[0]}#files" if known else HOME)


def _scope(request: HttpRequest) -> Any:
    return request.scope  # type: ignore[attr-defined]
