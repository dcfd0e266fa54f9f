"""A member's file and a branch's year book: asked for with a purpose, shown to print or sent as .docx."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.org.api import get_visible_unit
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.reports import access, mapping, queries, services
from linghang.reports.mapping import PaperMark
from linghang.reports.web.forms import MemberFileForm, PaperForm, YearBookForm
from linghang_core.documents import OfficialDocument, write_docx

REFUSED = 422
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
YEARS_BACK = 3


@dataclass(frozen=True)
class Paper:
    """A paper about to be made: whose, how it is called, where it is asked for and goes back to."""

    target: Person | Unit
    unit_path: str
    title: str
    back: str
    compose: Callable[[PaperMark], OfficialDocument]


@require()
@require_GET
def show_file_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the member's file: the tab of the person's page."""
    person = _get_person(request, pk)
    return _show_panel(request, MemberFileForm(), resolve_url("reports:member_file", person.pk))


@require()
def print_member_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a member's file for the purpose told."""
    person = _get_person(request, pk)
    scope = _scope(request)
    form = MemberFileForm(request.POST or None)

    def compose(mark: PaperMark) -> OfficialDocument:
        file = queries.read_member(scope, person, clock.today())
        return mapping.compose_member_file(
            file, mark, clock.today(), in_full=form.cleaned_data["in_full"]
        )

    paper = Paper(
        person,
        _find_path(person),
        _("Member's file: %(name)s") % {"name": person.name},
        f"{resolve_url('people:person', person.pk)}?tab=file",
        compose,
    )
    return _answer(request, form, paper)


@require(Permission.EXPORT)
@require_GET
def show_book_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the year book: the tab of the branch's page."""
    unit = _get_unit(request, pk)
    form = YearBookForm(years=_list_years())
    return _show_panel(request, form, resolve_url("reports:year_book", unit.pk))


@require(Permission.EXPORT)
def print_year_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a branch's year book for the purpose told."""
    unit = _get_unit(request, pk)
    form = YearBookForm(request.POST or None, years=_list_years())

    def compose(mark: PaperMark) -> OfficialDocument:
        year = queries.read_year(_scope(request), unit, form.cleaned_data["year"], clock.today())
        return mapping.compose_year_book(year, mark, clock.today())

    paper = Paper(
        unit,
        unit.path,
        _("Year book: %(unit)s") % {"unit": unit.name},
        f"{resolve_url('org:unit', unit.pk)}?tab=year_book",
        compose,
    )
    return _answer(request, form, paper)


def _answer(request: HttpRequest, form: PaperForm, paper: Paper) -> HttpResponse:
    if not form.is_valid():
        context = {
            "form": form,
            "title": paper.title,
            "cancel_url": paper.back,
        }
        status = REFUSED if form.is_bound else 200
        return render(request, "reports/paper_form.html", context, status=status)
    purpose = form.cleaned_data["purpose"].strip()
    services.record_paper(
        target=paper.target,
        unit_path=paper.unit_path,
        purpose=purpose,
        in_full=form.cleaned_data.get("in_full", False),
        actor=request.user,
    )
    mark = PaperMark(
        _scope(request).person_name, f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}", purpose
    )
    with translation.override(services.DOCUMENT_LANGUAGE):
        document = paper.compose(mark)
        if request.POST.get("format") == "docx":
            return _send(write_docx(document), f"{document.title}.docx")
        content = mapping.describe_document(document)
    context = {"title": document.title, "content": content, "mark": mark, "back": paper.back}
    response = render(request, "reports/paper.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _show_panel(request: HttpRequest, form: PaperForm, action: str) -> HttpResponse:
    return render(request, "reports/paper_panel.html", {"form": form, "action": action})


def _send(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=DOCX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


def _list_years() -> list[int]:
    present = clock.today().year
    return [present - back for back in range(YEARS_BACK + 1)]


def _get_person(request: HttpRequest, pk: int) -> Person:
    person = people.get_visible_person(_scope(request), pk)
    insist(access.can_print_file(_scope(request), person))
    return person


def _get_unit(request: HttpRequest, pk: int) -> Unit:
    unit = get_visible_unit(_scope(request), pk)
    insist(access.can_print_book(_scope(request), unit))
    return get_object_or_404(queries.list_book_units(_scope(request)), pk=pk)


def _find_path(person: Person) -> str:
    known = people.describe_people([person.pk], clock.today()).get(person.pk, {})
    return str(known.get("unit_path", ""))


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined, no-any-return]
