"""What each member does alone: the own words, the own ballot, the own result and objection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from linghang.appraisal import queries, services
from linghang.appraisal.enums import Stage
from linghang.appraisal.models import Appraisal, Objection, Participant
from linghang.appraisal.web.forms import (
    ObjectionForm,
    SelfForm,
    VoteForm,
)
from linghang.appraisal.web.views.pages import get_appraisal, get_scope, list_crumbs
from linghang.platform.access.web import require
from linghang.platform.ui.forms import add_errors


@require()
@never_cache
def write_self(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the own words once; what the ledger knows of the year stands beside them."""
    appraisal = get_appraisal(request, pk)
    own = _find_own(request, appraisal)
    if own is None or appraisal.stage != Stage.SELF or own.self_on:
        return _show_own(request, appraisal, own)
    form = SelfForm(request.POST or None)
    if form.is_valid():
        try:
            services.write_self(appraisal=appraisal, person_id=own.person_id, **form.cleaned_data)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Your self-appraisal was handed in."))
            return redirect("appraisal:appraisal", pk=appraisal.pk)
    context = _frame(request, appraisal, form, _("Self-appraisal"), _("Hand in my words"))
    context["records"] = queries.read_own_records(own.person_id, appraisal.year)
    return render(request, "appraisal/form.html", context, status=422 if form.is_bound else 200)


def _show_own(request: HttpRequest, appraisal: Appraisal, own: Participant | None) -> HttpResponse:
    """Say why there is nothing to write, and show what was written."""
    words = (
        _("You do not take part in this appraisal; its committee knows why.")
        if own is None or own.excused
        else _("Your self-appraisal was handed in.")
        if own.self_on
        else _("The ballot is open: self-appraisals are no longer taken.")
    )
    return render(
        request,
        "appraisal/mine.html",
        {**_frame(request, appraisal, None, _("Self-appraisal")), "own": own, "words": words},
    )


@require()
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the reader's ballot and show the receipt codes, once, in the answer itself.

    They stand in no message, session, address or log: an answer that is lost is lost with them, and
    the ballot counts.
    """
    appraisal = get_appraisal(request, pk)
    own = _find_own(request, appraisal)
    if own is None or own.excused or appraisal.stage != Stage.BALLOT:
        messages.warning(request, _("The ballot is not open to you now."))
        return redirect("appraisal:appraisal", pk=appraisal.pk)
    parts = queries.list_participants(appraisal)
    others = [one for one in queries.list_graded(parts) if one.pk != own.pk]
    form = VoteForm(request.POST or None, others=others)
    if form.is_valid():
        try:
            codes = services.cast_ballot(
                appraisal=appraisal, person_id=own.person_id, grades=form.read()
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            slips = [(one.person.name, form.name(one), codes[one.pk]) for one in others]
            context = _frame(request, appraisal, None, _("Your receipt"))
            return render(request, "appraisal/receipt.html", {**context, "slips": slips})
    context = _frame(request, appraisal, form, _("Ballot"), _("Put into the urn"))
    context |= {"words_of": [one for one in parts if one.self_on and one.pk != own.pk]}
    return render(request, "appraisal/form.html", context, status=422 if form.is_bound else 200)


@require()
@never_cache
def show_mine(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the own result once it was told, and take the one objection to it."""
    appraisal = get_appraisal(request, pk)
    own = _find_own(request, appraisal)
    told = appraisal.stage == Stage.TOLD and own is not None
    objection = Objection.objects.filter(participant=own).first() if told else None
    may_object = told and own is not None and bool(own.grade) and objection is None
    form = ObjectionForm(request.POST or None) if may_object else None
    if form is not None and form.is_valid():
        try:
            services.object_to_grade(
                appraisal=appraisal,
                person_id=get_scope(request).person_id,
                text=form.cleaned_data["text"],
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Your objection is with the superior."))
            return redirect("appraisal:mine", pk=appraisal.pk)
    words = "" if told else _("Results are told when the superior has confirmed them.")
    if own is None:
        words = _("You do not take part in this appraisal; its committee knows why.")
    context = _frame(request, appraisal, form, _("My appraisal"), _("Object"))
    context |= {"own": own, "told": told, "objection": objection, "words": words}
    return render(
        request, "appraisal/mine.html", context, status=422 if form and form.is_bound else 200
    )


def _find_own(request: HttpRequest, appraisal: Appraisal) -> Participant | None:
    return queries.find_own(appraisal, get_scope(request).person_id)


def _frame(
    request: HttpRequest, appraisal: Appraisal, form: Any, title: str, submit: str = ""
) -> dict[str, Any]:
    back = resolve_url("appraisal:appraisal", appraisal.pk)
    return {
        "appraisal": appraisal,
        "form": form,
        "title": title,
        "sub": str(appraisal),
        "crumbs": [*list_crumbs(get_scope(request)), (str(appraisal), back)],
        "cancel_url": back,
        "submit_label": submit,
    }
