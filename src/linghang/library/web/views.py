"""Pages of the practice library: the packs, what each brings, installing, comparing, uploading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.library import mapping, queries, services
from linghang.library.web.forms import PackFile
from linghang.library.web.tables import PACKS
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.languages import spoken
from linghang.platform.packs.envelope import Text
from linghang.platform.packs.findings import Finding, PackRefused, Severity, has_errors
from linghang.platform.packs.reading import load_document
from linghang.platform.packs.services import check_pack, list_versions
from linghang.platform.ui import tables

READERS = (Permission.VIEW_PUBLISHED, Permission.MANAGE_PACKS)


@require_GET
@require(*READERS)
def list_packs(request: HttpRequest) -> HttpResponse:
    """Show every pack, shipped and installed."""
    holdings = queries.list_holdings()
    standard = set(queries.list_standard())
    waiting = [row for row in holdings if row.state.can_install and row.code in standard]
    return tables.render_list(
        request,
        PACKS.bind(holdings, request.GET),
        title=_("Practice library"),
        sub=_("A practice is a file: installing it is all it takes to work by it."),
        template="library/list.html",
        waiting=waiting,
        may_manage=_may_manage(request),
    )


@require_GET
@require(*READERS)
def show_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Show in plain words what a pack brings; `?version=` shows an earlier one."""
    holding = queries.find_holding(code)
    document = queries.find_document(code, request.GET.get("version", ""))
    if holding is None or document is None:
        raise Http404
    context = describe(document) | {
        "holding": holding,
        "versions": list_versions(code),
        "may_manage": _may_manage(request),
        "needed": _list_needed(document),
        "newer": holding.shipped if holding.state.can_install and holding.installed else "",
    }
    return render(request, "library/pack.html", context)


@require_POST
@require(Permission.MANAGE_PACKS)
def install_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Install or upgrade a shipped pack with what it needs; `all` stands for the standard ones."""
    codes = queries.list_standard() if code == "all" else [code]
    try:
        done = services.install_shipped(codes=codes, actor=request.user)
    except KeyError:
        raise Http404 from None
    except PackRefused as refusal:
        for finding in refusal.findings:
            messages.error(request, str(finding))
    else:
        if done:
            names = ", ".join(f"{row.title_in(spoken())} {row.version}" for row in done)
            messages.success(request, _("Installed: %(names)s.") % {"names": names})
        else:
            messages.info(request, _("Nothing to do: this is installed already."))
    return redirect("library:list") if code == "all" else redirect("library:pack", code=code)


@require_GET
@require(*READERS)
def compare_versions(request: HttpRequest, code: str) -> HttpResponse:
    """Show what changes between two versions: `?old=` and `?new=`, by default installed and shipped."""
    holding = queries.find_holding(code)
    if holding is None:
        raise Http404
    old_version = request.GET.get("old") or holding.installed
    new_version = request.GET.get("new") or holding.shipped or holding.installed
    old, new = (_find_version(code, version) for version in (old_version, new_version))
    changes, remarks = mapping.describe_changes(old, new)
    context = {
        "holding": holding,
        "old": old_version,
        "new": new_version,
        "changes": changes,
        "remarks": remarks,
        "may_manage": _may_manage(request),
    }
    return render(request, "library/compare.html", context)


@require(Permission.MANAGE_PACKS)
def upload_pack(request: HttpRequest) -> HttpResponse:
    """Check a pack file of one's own and install it; a refusal gives every reason with its place."""
    sent = request.method == "POST"
    form = PackFile(request.POST, request.FILES) if sent else PackFile()
    context: dict[str, Any] = {"form": form}
    if sent and form.is_valid():
        content, name = form.read()
        if "install" in request.POST:
            try:
                row = services.install_own(content=content, file=name, actor=request.user)
            except PackRefused as refusal:
                context |= _refuse(refusal.findings, name)
            else:
                messages.success(request, _("Installed: %(names)s.") % {"names": row})
                return redirect("library:pack", code=row.code)
        else:
            context |= _check(content, name)
    status = 422 if form.errors or context.get("refused") else 200
    return render(request, "library/upload.html", context, status=status)


def describe(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page of a pack shows of its document."""
    language = spoken()
    needed = [
        other
        for needed in document.get("requires", ())
        if (other := queries.find_document(needed["pack"])) is not None
    ]
    titles = mapping.collect_titles([document, *needed])
    return {
        "document": document,
        "title": Text(**document["title"]).of(language),
        "description": Text(**document["description"]).of(language),
        "sections": mapping.describe_sections(document, titles),
        "schemes": [
            mapping.describe_scheme(row, titles) for row in document["contents"].get("schemes", ())
        ],
        "findings": check_pack(
            document, file=f"{document['pack']}.yaml", shelf=queries.find_on_shelf
        ),
    }


def _check(content: bytes, name: str) -> dict[str, Any]:
    """What the upload page says of a file that is not to be installed yet."""
    findings: list[Finding] = check_pack(content, file=name, shelf=queries.find_on_shelf)
    if has_errors(findings):
        return _refuse(findings, name)
    document, _faults = load_document(content, name)
    form = PackFile(initial={"text": content.decode("utf-8-sig"), "name": name})
    return {"form": form, "checked": True, "name": name} | describe(document or {})


def _refuse(findings: Sequence[Finding], name: str) -> dict[str, Any]:
    reasons = sum(finding.severity is Severity.ERROR for finding in findings)
    return {"findings": findings, "refused": True, "reasons": reasons, "name": name}


def _find_version(code: str, version: str) -> Mapping[str, Any]:
    shipped = queries.load_shipped(code) if code in queries.list_shipped() else None
    document = queries.find_document(code, version) if version else None
    found = document or (shipped if shipped and shipped["version"] == version else None)
    if found is None:
        raise Http404
    return found


def _list_needed(document: Mapping[str, Any]) -> list[queries.Holding]:
    found = (queries.find_holding(needed["pack"]) for needed in document.get("requires", ()))
    return [holding for holding in found if holding is not None]


def _may_manage(request: HttpRequest) -> bool:
    return bool(request.scope.can(Permission.MANAGE_PACKS))  # type: ignore[attr-defined]
