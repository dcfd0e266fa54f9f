"""Writing a scheme: the draft as cards, each part in a form, the whole as text, the decision."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.evaluation import mapping, services
from linghang.evaluation.enums import DraftState
from linghang.evaluation.mapping import criteria, documents, heads
from linghang.evaluation.models import Draft
from linghang.evaluation.queries import visible
from linghang.evaluation.web.forms import (
    CriterionForm,
    DimensionForm,
    HeadForm,
    ReasonForm,
    YamlForm,
)
from linghang.evaluation.web.views.draft_body import may_write, show_body, speak, title_of
from linghang.ledger import api as ledger
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.ui.forms import add_errors

WRITING = (Permission.RUN_EVALUATION, Permission.ADOPT_SCHEMES)
NEW = "new"


@require_POST
@require(Permission.RUN_EVALUATION)
def start_draft(request: HttpRequest) -> HttpResponse:
    """Start a draft: from nothing, or from the version named."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    homes = [path for _pk, _name, path in scope.home_units]
    bureaus = list(visible.drafting_bureaus(scope))
    root = next(
        (unit for unit in bureaus if any(path.startswith(unit.path) for path in homes)),
        bureaus[0] if bureaus else None,
    )
    if root is None:
        raise Http404
    based_on = None
    if request.POST.get("based_on"):
        based_on = get_object_or_404(
            visible.visible_schemes(scope), pk=_number(request.POST["based_on"])
        )
    draft = services.start_draft(root=root, actor=request.user, based_on=based_on)
    return redirect("evaluation:draft_head" if based_on is None else "evaluation:draft", draft.pk)


@require(*WRITING)
def show_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft: its criteria in plain words, what is wrong beside each, and the next step."""
    draft = _draft(request, pk)
    return render(request, "evaluation/draft.html", show_body(request, draft))


@require(*WRITING)
def edit_head(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what a scheme says of itself."""
    draft = _draft(request, pk)
    _insist_writing(request, draft)
    values = heads.read_head(draft.document)
    form = HeadForm(request.POST or None, initial=values, grouping=values["grouping"])
    if request.method == "POST" and form.is_valid():
        document = heads.write_head(draft.document, form.cleaned_data)
        saved = _save(request, draft, document, form)
        if saved:
            return redirect("evaluation:draft", draft.pk)
    return _show_form(request, draft, form, _("Head of the scheme"))


@require(*WRITING)
def edit_dimension(request: HttpRequest, pk: int, dimension: str) -> HttpResponse:
    """Name a dimension; a new one begins with a criterion to be written."""
    draft = _draft(request, pk)
    _insist_writing(request, draft)
    part = None if dimension == NEW else documents.find_dimension(draft.document, dimension)
    if part is None and dimension != NEW:
        raise Http404
    title = (part or {}).get("title") or {}
    initial = {
        "title_zh": title.get("zh", ""),
        "title_en": "" if title.get("en") == title.get("zh") else title.get("en", ""),
    }
    form = DimensionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        words = {"en": values["title_en"] or values["title_zh"], "zh": values["title_zh"]}
        if part is None:
            code = documents.free_code(draft.document)
            row = documents.new_criterion(f"{code}-1")
            part = {"code": code, "title": words, "criteria": [row]}
        else:
            part = {**part, "title": words}
        if _save(request, draft, documents.put_dimension(draft.document, part), form):
            return redirect(f"{reverse('evaluation:draft', args=[draft.pk])}#{part['code']}")
    heading = mapping.say_document(title) or _("New dimension")
    return _show_form(request, draft, form, heading)


@require(*WRITING)
def edit_criterion(request: HttpRequest, pk: int, criterion: str) -> HttpResponse:
    """Edit a criterion, or a new one; asked with `refresh`, only its fields come back unsaved."""
    draft = _draft(request, pk)
    _insist_writing(request, draft)
    row, home = _find_row(request, draft, criterion)
    form = CriterionForm(
        request.POST or None,
        initial=criteria.read_values(row) | {"dimension": home},
        kinds=ledger.list_kinds(),
        bands=[(b["code"], mapping.say_document(b["title"])) for b in draft.document["bands"]],
        dimensions=[
            (part["code"], mapping.say_document(part["title"]))
            for part in documents.list_dimensions(draft.document)
        ],
        url=request.get_full_path(),
    )
    context = {"seen": request.POST.get("seen") or draft.seen}
    if request.POST.get("refresh"):
        form.errors.clear()  # nothing is judged before it is sent
        return render(request, "evaluation/draft_fields.html", context | {"form": form})
    if request.method == "POST" and form.is_valid():
        changed = criteria.write_values(row, form.cleaned_data)
        _found, faults = documents.check_criterion(changed)
        for fault in faults:
            form.add_error(None, f"{fault.message} {fault.remedy}".strip())
        document = documents.put_criterion(draft.document, form.cleaned_data["dimension"], changed)
        if not faults and _save(request, draft, document, form):
            return redirect(f"{reverse('evaluation:draft', args=[draft.pk])}#{changed['code']}")
    heading = _("New criterion") if criterion == NEW else f"{row['code']} {title_of(row)}"
    return _show_form(
        request, draft, form, heading, template="evaluation/draft_criterion.html", **context
    )


@require_POST
@require(*WRITING)
def change_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Move, copy or remove a part, or set a criterion's points; htmx gets the page's body."""
    draft = _draft(request, pk)
    _insist_writing(request, draft)
    code = request.POST.get("code", "")
    changes: dict[str, Callable[[], documents.Document]] = {
        "up": lambda: documents.move(draft.document, code, -1),
        "down": lambda: documents.move(draft.document, code, 1),
        "copy": lambda: documents.repeat(draft.document, code)[0],
        "remove": lambda: documents.remove(draft.document, code),
        "points": lambda: _set_points(draft, code, request.POST.get("points", "")),
    }
    act = changes.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    trouble = ""
    try:
        draft = services.save_draft(
            draft=draft, document=act(), actor=request.user, seen=request.POST.get("seen")
        )
    except ValidationError as refusal:
        trouble = " ".join(refusal.messages)
    if request.headers.get("HX-Request"):
        context = show_body(request, _draft(request, pk)) | {"trouble": trouble}
        return render(request, "evaluation/draft_body.html", context)
    if trouble:
        messages.error(request, trouble)
    return redirect(f"{reverse('evaluation:draft', args=[draft.pk])}#{code}")


@require(*WRITING)
def edit_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Show or edit the whole scheme as text, with every fault at its place."""
    draft = _draft(request, pk)
    if request.method == "POST":
        _insist_writing(request, draft)
    elif not may_write(request, draft):
        context = {
            "title": _("Scheme as text"),
            "text": documents.write_yaml(draft.document),
            "crumbs": [
                (_("Evaluation schemes"), reverse("evaluation:schemes")),
                (str(draft), reverse("evaluation:draft", args=[draft.pk])),
            ],
        }
        return render(request, "evaluation/draft_read.html", context)
    form = YamlForm(request.POST or None, initial={"text": documents.write_yaml(draft.document)})
    faults: list[documents.Fault] = []
    if request.method == "POST" and form.is_valid():
        document, faults = documents.read_yaml(form.cleaned_data["text"])
        if document is not None:
            found = documents.check(document)[1]
            faults = [fault for fault in found if not fault.is_whole]
            if not faults and _save(request, draft, document, form):
                return redirect("evaluation:draft", draft.pk)
        if faults:
            form.add_error("text", _("The text has %(n)s faults.") % {"n": len(faults)})
    return _show_form(
        request,
        draft,
        form,
        _("Scheme as text"),
        template="evaluation/draft_text.html",
        faults=faults,
    )


@require_POST
@require(*WRITING)
def decide_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose, give back or discard a draft."""
    draft = _draft(request, pk)
    scope: Scope = request.scope  # type: ignore[attr-defined]
    act, seen = request.POST.get("act", ""), request.POST.get("seen")
    if act != "return":
        insist(scope.can(Permission.RUN_EVALUATION, draft.root.path))
    try:
        if act == "propose":
            services.propose_draft(draft=draft, actor=request.user, seen=seen)
        elif act == "discard":
            services.discard_draft(draft=draft, actor=request.user, seen=seen)
        elif act == "return":
            reason = request.POST.get("reason", "")
            services.return_draft(draft=draft, actor=request.user, reason=reason, seen=seen)
        else:
            raise Http404
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("evaluation:draft", draft.pk)


@require(*WRITING)
def adopt_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on a proposed draft for the committee, with what stands against it."""
    draft = _draft(request, pk)
    scope: Scope = request.scope  # type: ignore[attr-defined]
    insist(scope.can(Permission.ADOPT_SCHEMES, draft.root.path))
    against = services.list_reasons_against(draft)
    blocked = [one for one in against if one.blocks]
    form = ReasonForm(request.POST or None)
    if blocked:
        form.fields["reason"].label = _("Why the committee gives it back")
    elif against:
        form.fields["reason"].label = _("Why the committee adopts it still")
    if request.method == "POST" and form.is_valid():
        try:
            scheme = services.adopt_draft(
                draft=draft,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                seen=request.POST.get("seen"),
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(
                request,
                _("%(scheme)s %(version)s is in force.")
                % {"scheme": scheme, "version": scheme.version},
            )
            return redirect("evaluation:scheme", scheme.pk)
    return _show_form(
        request,
        draft,
        form,
        _("Adopt “%(title)s”") % {"title": draft},
        template="evaluation/draft_adopt.html",
        against=[speak(one) for one in against if not one.blocks],
        blocked=[speak(one) for one in blocked],
        tried=services.is_trial_current(draft),
        is_writer=request.user.pk in draft.writers,
        submit_label=_("Adopt this scheme"),
    )


def _show_form(
    request: HttpRequest,
    draft: Draft,
    form: Any,
    title: str,
    template: str = "evaluation/draft_form.html",
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "draft": draft,
        "seen": request.POST.get("seen") or draft.seen,
        "cancel_url": reverse("evaluation:draft", args=[draft.pk]),
        "crumbs": [
            (_("Evaluation schemes"), reverse("evaluation:schemes")),
            (str(draft), reverse("evaluation:draft", args=[draft.pk])),
        ],
    }
    return render(request, template, context | more, status=422 if form.errors else 200)


def _save(request: HttpRequest, draft: Draft, document: documents.Document, form: Any) -> bool:
    """Save what a form made; a refusal stands on the form."""
    try:
        services.save_draft(
            draft=draft, document=document, actor=request.user, seen=request.POST.get("seen")
        )
    except ValidationError as refusal:
        add_errors(form, refusal)
        return False
    return True


def _find_row(request: HttpRequest, draft: Draft, code: str) -> tuple[documents.Document, str]:
    """The criterion and the code of its dimension; of a new one, the dimension asked for."""
    if code == NEW:
        home = request.GET.get("in", "") or draft.document["dimensions"][0]["code"]
        if documents.find_dimension(draft.document, home) is None:
            raise Http404
        return documents.new_criterion(documents.free_code(draft.document, home)), home
    row = documents.find_criterion(draft.document, code)
    part = documents.dimension_of(draft.document, code)
    if row is None or part is None:
        raise Http404
    return copy.deepcopy(row), part["code"]


def _set_points(draft: Draft, code: str, text: str) -> documents.Document:
    try:
        points = Decimal(text)
    except InvalidOperation:
        raise ValidationError(_("%(value)s is no number.") % {"value": text}) from None
    if not (0 < points <= 10_000) or points != points.quantize(Decimal("0.01")):
        raise ValidationError(_("Points are above 0 and have at most two decimals."))
    return documents.set_points(draft.document, {code: points})


def _insist_writing(request: HttpRequest, draft: Draft) -> None:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    insist(scope.can(Permission.RUN_EVALUATION, draft.root.path))
    if draft.state != DraftState.EDITING:
        raise PermissionDenied(
            _("This draft is %(state)s now. The committee gives it back to be changed.")
            % {"state": DraftState(draft.state).label}
        )


def _draft(request: HttpRequest, pk: int) -> Draft:
    return get_object_or_404(visible.visible_drafts(request.scope), pk=pk)  # type: ignore[attr-defined]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
