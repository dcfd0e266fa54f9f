"""提出更正: a member asks, the branch decides, both see the answer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.people import access, queries, services
from linghang.people.enums import SENSITIVE, RequestState
from linghang.people.models import CorrectionRequest, Person
from linghang.people.web.forms import DecisionForm, RequestForm
from linghang.people.web.tables import REQUESTS
from linghang.people.web.views.pages import REFUSED, show_value
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.ui.forms import add_errors
from linghang.platform.ui.tables import render_list


@require(Permission.VIEW_IDENTITY)
def list_requests(request: HttpRequest) -> HttpResponse:
    """List what members ask to have corrected, what waits first."""
    return render_list(
        request,
        REQUESTS.bind(
            queries.order_open_first(queries.list_requests(_scope(request))), request.GET
        ),
        title=_("Corrections asked for"),
        sub=_("What members say is right about themselves. The branch decides and answers."),
        crumbs=[(_("People"), reverse("people:list"))],
    )


@require()
def ask_correction(request: HttpRequest) -> HttpResponse:
    """Ask to have something about oneself corrected."""
    person = Person.objects.filter(pk=_scope(request).person_id or 0).first()
    if person is None:
        raise Http404
    chosen = {"field": request.GET.get("field", "")}
    form = RequestForm(request.POST or None, initial=chosen)
    if form.is_valid():
        try:
            services.request_correction(person=person, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(
                request, _("Your request is on its way to the branch; the answer appears here.")
            )
            return redirect("people:person", pk=person.pk)
    context = {
        "form": form,
        "title": _("Ask for a correction"),
        "sub": _("The secretary of your branch decides and answers you."),
        "cancel_url": reverse("people:person", args=[person.pk]),
        "submit_label": _("Ask the branch"),
    }
    return render(request, "ui/form.html", context, status=REFUSED if form.is_bound else 200)


@require()
def show_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request with what is recorded now; decide it."""
    asked = get_object_or_404(queries.list_requests(_scope(request)), pk=pk)
    person = asked.person
    path = services.find_paths([person]).get(person.pk, "")
    answer = access.can_decide(_scope(request), person, path)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        insist(answer)
        if form.is_valid() and _decide(request, asked, form):
            return redirect("people:request", pk=pk)
    own = _scope(request).person_id == person.pk
    waits = asked.state == RequestState.OPEN
    context = {
        "title": _("Correction: %(field)s") % {"field": asked.label},
        "asked": asked,
        "present": _show_present(asked, in_full=own),
        "stated": asked.stated,
        "own": own,
        "form": form if answer and waits else None,
        "refusal": "" if answer or own or not waits else getattr(answer, "reason", ""),
        "crumbs": [(person.name, reverse("people:person", args=[person.pk]))],
    }
    return render(request, "people/request.html", context, status=REFUSED if form.is_bound else 200)


def _show_present(asked: CorrectionRequest, *, in_full: bool) -> str:
    """Return what is recorded now, masked where it is sensitive: the stated value is all that is sent."""
    value = services.read_value(asked.person, asked.field)
    if asked.field in SENSITIVE and not in_full:
        return services.MASKS[asked.field](value)
    return show_value(value, asked.person, asked.field) or ""


def _decide(request: HttpRequest, asked: CorrectionRequest, form: DecisionForm) -> bool:
    try:
        services.decide_request(
            request=asked,
            accepted=request.POST.get("decision") == "accept",
            answer=form.cleaned_data["answer"],
            actor=request.user,
        )
    except ValidationError as refusal:
        add_errors(form, refusal)
        return False
    messages.success(request, _("The decision is recorded, the member sees the answer."))
    return True


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined, no-any-return]
