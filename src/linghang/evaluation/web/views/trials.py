"""A draft tried on past periods, and weights proposed for it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from linghang.evaluation import mapping, services, tasks
from linghang.evaluation.enums import DraftState
from linghang.evaluation.mapping import documents
from linghang.evaluation.models import Draft, Scheme
from linghang.evaluation.queries import subjects, visible
from linghang.evaluation.queries.schemes import list_in_force
from linghang.evaluation.web.views.draft_body import may_write
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.languages import choose, spoken
from linghang.platform.tasks import progress as job_progress
from linghang.platform.tasks.models import JobState
from linghang.platform.tasks.services import start_job
from linghang_core import scoring
from linghang_core.periods import Period, PeriodKind
from linghang_core.scoring.weights import FEWEST_ROWS

WRITING = (Permission.RUN_EVALUATION, Permission.ADOPT_SCHEMES)
PERIODS_OFFERED = 8
PERIODS_CHOSEN = 3
AT_ONCE = 600
"""Results that are computed while the reader waits; more of them are a job."""
SHOWN = 6
SCALE = (1, 2, 3, 5, 7, 9)


@require(*WRITING)
def show_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a draft on past periods, and show what it would have done."""
    draft = _draft(request, pk)
    scheme, faults = documents.check(draft.document)
    trouble = "" if scheme else faults[0].message
    if request.method == "POST" and scheme is not None:
        scope: Scope = request.scope  # type: ignore[attr-defined]
        if not scope.can(Permission.ADOPT_SCHEMES, draft.root.path):
            insist(scope.can(Permission.RUN_EVALUATION, draft.root.path))
        try:
            return _start(request, draft, scheme)
        except services.EvaluationRefused as refusal:
            trouble = str(refusal)
    offered = _list_periods(draft.document["period"])
    chosen = draft.trial.get("periods") or [code for code, _label in offered[:PERIODS_CHOSEN]]
    job = draft.trial_job
    running = job is not None and not JobState(job.state).is_final
    context = {
        "title": _("Trial of “%(title)s”") % {"title": draft},
        "draft": draft,
        "trouble": trouble or (job.error if job and not running else ""),
        "can_try": scheme is not None and draft.state == DraftState.EDITING,
        "periods": [(code, label, code in chosen) for code, label in offered],
        "others": _list_others(draft),
        "job": job if running else None,
        "progress": job_progress.read(job.pk) if running and job else None,
        "trial": _show(draft) if draft.trial else None,
        "is_current": services.is_trial_current(draft),
        "crumbs": _crumbs(draft),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "evaluation/draft_trial.html", context, status=status)


@require(*WRITING)
def show_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a trial is; when it is done, the way to what came out."""
    draft = _draft(request, pk)
    job = draft.trial_job
    url = reverse("evaluation:draft_trial", args=[draft.pk])
    if job is None or JobState(job.state).is_final:
        return (
            HttpResponseClientRedirect(url) if request.headers.get("HX-Request") else redirect(url)
        )
    context = {"draft": draft, "job": job, "progress": job_progress.read(job.pk)}
    return render(request, "evaluation/draft_progress.html", context)


@require(*WRITING)
def edit_weights(request: HttpRequest, pk: int) -> HttpResponse:
    """Find points by comparing dimensions in pairs, or from the data of the last trial."""
    draft = _draft(request, pk)
    method = request.POST.get("method") or request.GET.get("method") or "pairs"
    found = _by_pairs(request, draft) if method == "pairs" else _by_data(draft, method)
    document = found.get("document")
    if request.method == "POST" and request.POST.get("act") == "apply" and document is not None:
        scope: Scope = request.scope  # type: ignore[attr-defined]
        insist(scope.can(Permission.RUN_EVALUATION, draft.root.path))
        try:
            services.save_draft(
                draft=draft, document=document, actor=request.user, seen=request.POST.get("seen")
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("The points follow the weights; the base is the same."))
            return redirect("evaluation:draft", draft.pk)
    context = {
        "title": _("Weights for “%(title)s”") % {"title": draft},
        "draft": draft,
        "method": method,
        "methods": [
            {
                "label": label,
                "url": f"{request.path}?method={code}",
                "current": code == method,
            }
            for code, label in (
                ("pairs", _("compare in pairs (AHP)")),
                ("entropy", _("from the data: entropy")),
                ("critic", _("from the data: CRITIC")),
            )
        ],
        "seen": request.POST.get("seen") or draft.seen,
        "may_write": may_write(request, draft),
        "crumbs": _crumbs(draft),
    }
    refused = request.method == "POST" and document is None
    return render(
        request, "evaluation/draft_weights.html", context | found, status=422 if refused else 200
    )


def _start(request: HttpRequest, draft: Draft, scheme: scoring.Scheme) -> HttpResponse:
    """Try at once what is small; leave the rest to a job."""
    offered = {code for code, _label in _list_periods(draft.document["period"])}
    periods = sorted(code for code in request.POST.getlist("period") if code in offered)
    if not periods:
        raise services.EvaluationRefused(_("Choose at least one period."))
    asked = request.POST.get("against", "")
    against = next((one for one, _chosen in _list_others(draft) if str(one.pk) == asked), None)
    rated = subjects.list_subjects(scheme, Period.parse(periods[-1]), [draft.root]).everybody
    url = reverse("evaluation:draft_trial", args=[draft.pk])
    if len(rated) * len(periods) <= AT_ONCE:
        services.try_draft(draft=draft, against=against, periods=periods)
        return redirect(f"{url}#result")
    job = start_job(
        kind=tasks.TRY,
        params={
            "draft": draft.pk,
            "against": against.pk if against else None,
            "periods": periods,
        },
        actor=request.user,
        title=_("Trial of “%(title)s”") % {"title": draft},
        unit_path=draft.root.path,
    )
    services.await_trial(draft=draft, job=job)
    return redirect(url)


def _list_periods(kind: str) -> list[tuple[str, str]]:
    """The last periods that are over, latest first."""
    period = Period.containing(clock.today(), PeriodKind(kind)).previous()
    found = []
    for _place in range(PERIODS_OFFERED if kind == "month" else 4):
        found.append((str(period), period.label(spoken())))
        period = period.previous()
    return found


def _list_others(draft: Draft) -> list[tuple[Scheme, bool]]:
    """The schemes in force a draft can be compared with; its own code first."""
    document = draft.document
    found = [
        scheme
        for scheme in list_in_force(draft.root).filter(subject=document["subject"])
        if scheme.document["period"] == document["period"]
    ]
    found.sort(key=lambda scheme: scheme.code != draft.code)
    tried = (draft.trial.get("against") or {}).get("pk")
    if draft.trial:
        return [(scheme, scheme.pk == tried) for scheme in found]
    return [(scheme, place == 0) for place, scheme in enumerate(found)]


def _show(draft: Draft) -> dict[str, Any]:
    """What the page shows of a kept trial: the latest period in full, others as numbers."""
    trial = draft.trial
    last = trial["periods"][-1]
    bands = {row["code"]: _say(row) for row in trial["bands"]}
    bands_before = {row["code"]: _say(row) for row in trial["bands_before"]} or bands
    moves = next(row for row in trial["moved"] if row["period"] == last)
    names = dict(
        Unit.objects.filter(code__in=[row["code"] for row in moves.get("rows", [])]).values_list(
            "code", "name"
        )
    )
    groups = [row for row in trial["groups"] if row["period"] == last]
    return trial | {
        "labels": [Period.parse(code).label(spoken()) for code in trial["periods"]],
        "last": Period.parse(last).label(spoken()),
        "distributions": [
            {
                "title": _say(row),
                "before": _bar(row["before"], bands_before, row["not_rated_before"]),
                "after": _bar(row["after"], bands, row["not_rated_after"]),
            }
            for row in groups
            if sum(row["after"].values()) + row["not_rated_after"]
        ],
        "compared": moves["compared"],
        "changes": moves,
        "flows": [
            {
                "from": bands_before.get(row["from"], _("not rated")),
                "to": bands.get(row["to"], _("not rated")),
                "number": row["number"],
            }
            for row in moves.get("flows", [])
        ],
        "rows": [
            row
            | {
                "name": names.get(row["code"], row["code"]),
                "band_before": bands_before.get(row["band_before"] or "", _("not rated")),
                "band_after": bands.get(row["band_after"] or "", _("not rated")),
                "change": Decimal(row["change"]) if row["change"] is not None else None,
                "why": [one | {"change": Decimal(one["change"])} for one in row["why"]],
            }
            for row in moves.get("rows", [])
        ],
        "flat_words": [f"{row['code']} {_say(row)}" for row in trial["flat"]],
        "deciding": [
            {
                "title": f"{row['code']} {_say(row)}",
                "percent": max(0, round(row["share"] * 100)),
            }
            for row in trial["shares"][:SHOWN]
        ],
        "steadiness": [
            {
                "spread": round(row["spread"] * 100),
                "changed": round(row["changed"] * 100, 1),
                "tau": row["tau"],
                "most": f"{row['most']['code']} {_say(row['most'])}" if row["most"] else "",
                "most_changed": round(row["most_changed"] * 100, 1),
            }
            for row in trial["stability"]
        ],
        "process_percent": round(trial["process"] * 100),
        "result_percent": 100 - round(trial["process"] * 100),
        "against_words": [
            {
                "message": choose(row["en"], row["zh"]),
                "remedy": choose(row["remedy_en"], row["remedy_zh"]),
                "basis": row["basis"],
            }
            for row in trial["reasons"]
        ],
    }


def _bar(
    counts: dict[str, int] | None, titles: dict[str, str], not_rated: int
) -> list[dict[str, Any]] | None:
    """The parts of a bar: from where, how wide, in per cent; None where nothing was before."""
    if counts is None:
        return None
    rows = [(titles.get(code, code), number) for code, number in counts.items()]
    rows.append((_("not rated"), not_rated))
    whole = sum(number for _title, number in rows) or 1
    parts, start = [], 0.0
    for shade, (title, number) in enumerate(rows):
        width = 100 * number / whole
        last = shade == len(rows) - 1
        parts.append(
            {
                "title": title,
                "number": number,
                "x": f"{start:.2f}",
                "width": f"{width:.2f}",
                "middle": f"{start + width / 2:.2f}",
                "shade": "none" if last else str(max(0, 4 - shade)),
                "wide": width >= 8,
            }
        )
        start += width
    return parts


def _by_pairs(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """The judgements in pairs of the dimensions with basic points, and what they come to."""
    parts = [
        (part["code"], mapping.say_document(part["title"]))
        for part in documents.list_dimensions(draft.document)
        if any(documents.is_basic(row) for row in part["criteria"])
    ]
    matrix = [[1.0] * len(parts) for _part in parts]
    pairs = []
    for one, two in combinations(range(len(parts)), 2):
        name = f"{parts[one][0]}:{parts[two][0]}"
        given = request.POST.get(name, "1")
        value = _read_judgement(given)
        matrix[one][two], matrix[two][one] = value, 1 / value
        pairs.append({"name": name, "one": parts[one][1], "two": parts[two][1], "given": given})
    found: dict[str, Any] = {"pairs": pairs, "judgements": _judgements()}
    if len(parts) < 2:
        return found | {"trouble": _("There is only one dimension: nothing to compare.")}
    weighed = scoring.compare_pairs(matrix, [title for _code, title in parts])
    found |= {
        "ratio": round(weighed.consistency_ratio, 3),
        "is_consistent": weighed.is_consistent,
        "lambda_max": round(weighed.lambda_max, 3),
        "weights": [
            {"title": title, "percent": round(weight * 100, 1)}
            for (_code, title), weight in zip(parts, weighed.weights, strict=True)
        ],
    }
    if not weighed.is_consistent and weighed.worst is not None:
        return found | {
            "trouble": _(
                "The judgements contradict each other: the ratio is %(ratio)s, above 0.1. Look again at "
                "%(one)s, %(two)s and %(three)s."
            )
            % {
                "ratio": f"{weighed.consistency_ratio:.3f}",
                **dict(zip(("one", "two", "three"), weighed.worst.names, strict=True)),
            }
        }
    weights = {code: weight for (code, _t), weight in zip(parts, weighed.weights, strict=True)}
    if request.method != "POST":
        return found
    document = documents.weigh_dimensions(draft.document, weights)
    return found | {"document": document, "changes": _changes(draft.document, document)}


def _by_data(draft: Draft, method: str) -> dict[str, Any]:
    """What entropy or CRITIC find in the results of the last trial."""
    if not services.is_trial_current(draft):
        return {"needs_trial": True}
    columns = draft.trial["columns"]
    names = [
        f"{code} {mapping.say_document((documents.find_criterion(draft.document, code) or {})['title'])}"
        for code in columns["codes"]
    ]
    weigh = scoring.weigh_by_entropy if method == "entropy" else scoring.weigh_by_critic
    kept = [place for place in range(len(names)) if _varies(columns["rows"], place)]
    left = [name for place, name in enumerate(names) if place not in kept]
    found: dict[str, Any] = {"rows_weighed": len(columns["rows"]), "left": left}
    try:
        weights = weigh(
            [[row[place] for place in kept] for row in columns["rows"]],
            [names[place] for place in kept],
        )
    except scoring.WeightsError:
        return found | {"trouble": _say_why_unweighed(len(columns["rows"]), len(kept))}
    found["weights"] = [
        {"title": names[place], "percent": round(weight * 100, 1)}
        for place, weight in zip(kept, weights, strict=True)
    ]
    by_code = {columns["codes"][p]: weight for p, weight in zip(kept, weights, strict=True)}
    document = documents.weigh_criteria(draft.document, by_code)
    return found | {"document": document, "changes": _changes(draft.document, document)}


def _say_why_unweighed(rows: int, columns: int) -> str:
    """What the data lack, in the reader's language: the core says it in English."""
    if not columns:
        return _(
            "Every criterion gave everybody the same: there is nothing to weigh. Try other periods."
        )
    if rows < FEWEST_ROWS:
        return _(
            "%(n)s results are too few to weigh, at least %(least)s are needed: try it on more periods."
        ) % {"n": rows, "least": FEWEST_ROWS}
    return _(
        "What varies says the same of everybody, so one criterion is enough: entropy can still weigh it, "
        "or try other periods."
    )


def _varies(rows: Sequence[Sequence[float]], place: int) -> bool:
    return len({row[place] for row in rows}) > 1


def _changes(before: documents.Document, after: documents.Document) -> list[dict[str, Any]]:
    """Every basic criterion with its points before and after."""
    return [
        {
            "title": f"{old['code']} {mapping.say_document(old['title'])}",
            "before": documents.points_of(old),
            "after": documents.points_of(new),
        }
        for old, new in zip(
            documents.list_criteria(before), documents.list_criteria(after), strict=True
        )
        if documents.is_basic(old)
    ]


def _judgements() -> list[tuple[str, str]]:
    """What may be said of two dimensions, on Saaty's scale, from one side to the other."""
    words = {
        2: _("hardly more important"),
        3: _("somewhat more important"),
        5: _("more important"),
        7: _("much more important"),
        9: _("absolutely more important"),
    }
    more = [(str(n), f"{n} · {words[n]}") for n in reversed(SCALE[1:])]
    less = [
        (f"1/{n}", _("1/%(n)s · the other one: %(words)s") % {"n": n, "words": words[n]})
        for n in SCALE[1:]
    ]
    return [*more, ("1", _("1 · equally important")), *less]


def _read_judgement(given: str) -> float:
    offered = {str(n): float(n) for n in SCALE} | {f"1/{n}": 1 / n for n in SCALE[1:]}
    return offered.get(given, 1.0)


def _say(row: dict[str, Any]) -> str:
    return choose(row["en"], row["zh"])


def _crumbs(draft: Draft) -> list[tuple[str, str]]:
    return [
        (_("Evaluation schemes"), reverse("evaluation:schemes")),
        (str(draft), reverse("evaluation:draft", args=[draft.pk])),
    ]


def _draft(request: HttpRequest, pk: int) -> Draft:
    return get_object_or_404(visible.visible_drafts(request.scope), pk=pk)  # type: ignore[attr-defined]
