"""The public page of a commitment: no account, no names, one question."""

from __future__ import annotations

import re
import secrets

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.campaigns import queries, services
from linghang.campaigns.enums import CommitmentState
from linghang.campaigns.models import Commitment
from linghang.campaigns.web.forms import AnswerForm
from linghang.org.models import Unit
from linghang.platform.access.web import find_address

# A random value that lives a day, on this page only: it tells devices behind one address apart.
COOKIE = "lh_answers"
COOKIE_AGE = 24 * 3600
DEVICE = re.compile(r"[A-Za-z0-9_-]{22}")


def show_public(request: HttpRequest, code: str) -> HttpResponse:
    """Show a public commitment to anybody, and take an answer; no account, no personal data.

    Only title, promise, progress and numbers are shown: what was done is told in words that may name
    people, and stays inside.
    """
    rows = Commitment.objects.filter(is_public=True).select_related("unit")
    commitment = get_object_or_404(rows, code=code)
    device = request.COOKIES.get(COOKIE, "")
    device = device if DEVICE.fullmatch(device) else ""
    is_withdrawn = commitment.state == CommitmentState.WITHDRAWN
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        if form.cleaned_data["website"]:  # a robot: send it away and keep nothing
            return redirect("campaigns:public", code=code)
        try:
            services.answer(
                commitment=commitment,
                mark=form.cleaned_data["mark"],
                text=form.cleaned_data["text"],
                address=find_address(request),
                device=device,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Thank you. Your answer is recorded without your name."))
            return redirect("campaigns:public", code=code)
    context = {
        "commitment": commitment,
        "bureau": Unit.objects.get(path=commitment.unit.root_path).name,
        "latest": commitment.steps.values_list("on", flat=True).last(),
        "reports": commitment.steps.count(),
        "people": queries.count_people(commitment),
        "rating": queries.rate_commitment(commitment),
        "is_withdrawn": is_withdrawn,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    response = render(request, "campaigns/public.html", context, status=status)
    if not device:
        response.set_cookie(
            COOKIE,
            secrets.token_urlsafe(16),
            max_age=COOKIE_AGE,
            path=resolve_url("campaigns:public", code),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response
