"""The handbook: the generation that holds, any other, what differs between two, the printed one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linghang.handbook import access
from linghang.handbook.enums import Check, Concern, VersionState
from linghang.handbook.mapping import describe_check, list_activity_kinds
from linghang.handbook.models import Standard, Version
from linghang.handbook.queries import versions as queries
from linghang.handbook.queries.sheets import list_units
from linghang.handbook.web.exports import number_of, write_version
from linghang.handbook.web.views.shared import (
    find_present,
    get_scope,
    get_version,
    list_crumbs,
    list_tabs,
    send_file,
)
from linghang.org.enums import UnitKind
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock

FIELD_NAMES = {
    "text": gettext_lazy("Standard"),
    "basis": gettext_lazy("Basis"),
    "rhythm": gettext_lazy("How often"),
    "chapter": gettext_lazy("Chapter"),
    "concern": gettext_lazy("Of these"),
    "kinds": gettext_lazy("Whom it concerns"),
    "check": gettext_lazy("Proved by"),
}


@require(Permission.VIEW_RECORDS)
@require_GET
def go_home(request: HttpRequest) -> HttpResponse:
    """Lead to the sheet of the one branch the reader sees, else to the one handbook, else list them."""
    scope = get_scope(request)
    handbooks = list(queries.list_handbooks(scope)[:50])
    if len(handbooks) == 1:
        units = list_units(scope, handbooks[0]).exclude(kind=UnitKind.GROUP)[:2]
        if len(units) == 1:
            return redirect("handbook:sheet", pk=units[0].pk)
        return redirect("handbook:matrix", pk=handbooks[0].pk)
    context = {
        "handbooks": handbooks,
        "may_adopt": queries.list_committees(scope).exists(),
    }
    return render(request, "handbook/home.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a generation: chapters, standards, whom they concern and what proves each."""
    scope = get_scope(request)
    version = get_version(scope, pk)
    kept = access.can_keep(scope, version.handbook.unit)
    spans = queries.list_spans(version.handbook)
    drafts = version.handbook.versions.filter(state=VersionState.DRAFT)
    context = {
        "version": version,
        "chapters": list_chapters(version),
        "spans": list(reversed(spans)),
        "draft": drafts.first() if kept else None,
        "before": _find_before(version, spans),
        "is_draft": version.state == VersionState.DRAFT,
        "may_keep": bool(kept),
        "may_write": bool(access.can_write(scope, version)),
        "checks": Check.choices,
        "tabs": list_tabs(version.handbook, find_present(version.handbook), "handbook"),
    }
    return render(request, "handbook/version.html", context)


def _find_before(version: Version, spans: list[queries.Span]) -> Version | None:
    known = [span.version for span in spans if span.version.number < version.number]
    return known[-1] if known else None


def list_chapters(version: Version) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Return the chapters with what the page shows of each standard."""
    kinds = list_activity_kinds()
    return [
        (
            chapter,
            [_show(number_of(chapter, one), one, kinds) for one in chapter.standards.all()],
        )
        for chapter in queries.read_chapters(version)
    ]


def _show(number: str, one: Standard, kinds: dict[str, str]) -> dict[str, Any]:
    names = "、".join(str(UnitKind(kind).label) for kind in one.kinds)
    concern = "" if one.concern == Concern.ANY else str(Concern(one.concern).label)
    return {
        "number": number,
        "standard": one,
        "whom": f"{names}（{concern}）" if concern else names,
        "check": describe_check(one.proved_by, one.params, kinds),
        "is_visit": one.proved_by is Check.VISIT,
    }


@require(Permission.VIEW_RECORDS)
@require_GET
def compare(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Show what is new, changed and gone between two generations of one handbook."""
    scope = get_scope(request)
    version = get_version(scope, pk)
    other = get_object_or_404(
        queries.list_versions(scope).filter(handbook=version.handbook), pk=other_pk
    )
    before, after = sorted((version, other), key=lambda one: one.number)
    kinds = list_activity_kinds()
    found = queries.compare_versions(before, after)
    rows = [
        (
            one,
            number_of(one.standard.chapter, one.standard),
            [
                (FIELD_NAMES[name], *_put(name, one, old, new, kinds))
                for name, old, new in one.fields
            ],
        )
        for one in found
    ]
    context = {"before": before, "after": after, "rows": rows, "crumbs": list_crumbs(after)}
    return render(request, "handbook/compare.html", context)


def _put(
    name: str, one: queries.Difference, old: str, new: str, kinds: dict[str, str]
) -> tuple[str, str]:
    """Return the two values in words; of a check what it looks at."""
    if name != "check" or one.before is None or one.after is None:
        return old or "–", new or "–"
    return (
        describe_check(one.before.proved_by, one.before.params, kinds),
        describe_check(one.after.proved_by, one.after.params, kinds),
    )


@require(Permission.VIEW_RECORDS)
@require_GET
def send_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the handbook of a generation as .docx."""
    version = get_version(get_scope(request), pk)
    name = f"{version.handbook.title}-{version.number}.docx"
    return send_file(write_version(version, clock.today()), name)
