"""What the page of one task shows, whoever looks at it and whatever was just refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.ledger import api as ledger
from linghang.ledger.models import Entry
from linghang.platform.calendar import clock
from linghang.worklists import access, queries, services
from linghang.worklists.enums import WAITING, Acceptance, ExtensionState, TaskState, Verb
from linghang.worklists.models import Act, Assignment, Extension
from linghang.worklists.web.forms.tasks import (
    DecisionForm,
    ExtensionForm,
    FinishForm,
    ReturnForm,
)
from linghang.worklists.web.tables.tasks import judge_task, list_corrections, name_owner
from linghang_core.periods import load_calendar

MORE_TIME = 5  # working days offered to who asks for a later day
TASK_FIELDS = {
    "due_on": gettext_lazy("Due"),
    "finished_on": gettext_lazy("Finished on"),
    "result": gettext_lazy("Result"),
    "evidence": gettext_lazy("Evidence"),
}
TONES = {
    Verb.FINISHED: "ok",
    Verb.PROVED: "ok",
    Verb.ACCEPTED: "ok",
    Verb.RETURNED: "warn",
    Verb.UNPROVED: "warn",
    Verb.URGED: "warn",
    Verb.EXTENSION_REFUSED: "warn",
    Verb.HANDED_IN: "info",
    Verb.EXTENDED: "info",
}


def show_task_page(
    request: HttpRequest,
    task: Assignment,
    *,
    form: FinishForm | None = None,
    return_form: ReturnForm | None = None,
    extension_form: ExtensionForm | None = None,
    decision_form: DecisionForm | None = None,
) -> HttpResponse:
    """Return the page of a task; forms given are shown as they were sent, with their faults."""
    sent = [f for f in (form, return_form, extension_form, decision_form) if f is not None]
    scope = request.scope  # type: ignore[attr-defined]
    acts = list(queries.list_acts_of(task))
    context = {
        "task": task,
        "owner": name_owner(task),
        "state": judge_task(task),
        "crumbs": [(_("Tasks"), reverse("worklists:tasks"))],
        "accepter": access.find_accepter(task),
        "is_accepted": task.item.acceptance != Acceptance.NONE,
        "is_over": task.state in {TaskState.DONE, TaskState.HANDED_IN},
        "returned": _find_return(task, acts),
        "history": [
            (act, Verb(act.verb).label, TONES.get(Verb(act.verb), "neutral")) for act in acts
        ],
        "corrections": list_corrections(task, TASK_FIELDS),
        "seen": services.describe_seen(task),
        "sees_list": queries.list_lists(scope).filter(pk=task.worklist_id).exists(),
        **_show_proof(scope, task),
        **_show_doing(scope, task, form),
        **_show_deciding(scope, task, return_form),
        **_show_extension(scope, task, extension_form, decision_form),
        "sent": next((each for each in sent if each.errors), None),
    }
    return render(request, "worklists/task.html", context, status=422 if sent else 200)


def _find_return(task: Assignment, acts: list[Act]) -> Act | None:
    """Return the act with which it came back, while it is back."""
    if task.state != TaskState.RETURNED:
        return None
    return next((act for act in acts if act.verb == Verb.RETURNED), None)


def _show_proof(scope: Any, task: Assignment) -> dict[str, Any]:
    proof = queries.find_proof(scope, task)
    return {"proof": proof, "proof_url": ledger.find_page(proof) if proof else ""}


def _show_doing(scope: Any, task: Assignment, form: FinishForm | None) -> dict[str, Any]:
    """Return what who is to do it needs: the proofs the ledger has, and the form, filled in."""
    may_finish = bool(access.can_edit(scope, task)) and task.state in WAITING
    today = clock.today()
    proofs = queries.list_proofs(scope, task, today) if may_finish else []
    needs = task.item.needs_evidence
    if form is None and may_finish:
        initial = {
            "finished_on": today,
            "result": task.result or _("Done as asked."),
            "seen": services.describe_seen(task),
        }
        if task.evidence:
            initial["evidence"] = task.evidence
        form = FinishForm(initial=initial, needs_evidence=needs)
    return {
        "form": form if may_finish else None,
        "proofs": [(line, _name_kind(line), ledger.find_page(line)) for line in proofs],
        "may_edit": bool(access.can_correct(scope, task)) and task.state != TaskState.WITHDRAWN,
        "may_hand_over": task.person_id is not None
        and task.state in WAITING
        and bool(access.can_hand_over(scope, task)),
    }


def _name_kind(line: Entry) -> str:
    return str(ledger.get_kind(line.kind).title)


def _show_deciding(scope: Any, task: Assignment, form: ReturnForm | None) -> dict[str, Any]:
    """Return what who accepts needs; to who may not, why not, while it waits."""
    answer = access.can_accept(scope, task)
    decides = bool(answer) and task.state in {TaskState.HANDED_IN, TaskState.DONE}
    if form is None:
        form = ReturnForm(initial={"seen": services.describe_seen(task)}, auto_id="return-%s")
    waits = task.state == TaskState.HANDED_IN
    return {
        "may_accept": bool(answer) and waits,
        "may_return": decides,
        "return_form": form if decides else None,
        "may_urge": task.state in WAITING
        and task.item.required
        and bool(access.can_urge(scope, task)),
    }


def _show_extension(
    scope: Any, task: Assignment, form: ExtensionForm | None, decision: DecisionForm | None
) -> dict[str, Any]:
    """Return the later day that waits, with the form to decide, or the form to ask for one."""
    wishes = list(task.extensions.select_related("asked_by", "decided_by"))
    waiting: Extension | None = next((w for w in wishes if w.state == ExtensionState.ASKED), None)
    asked_self = waiting is not None and waiting.asked_by_id == scope.user_id
    may_decide = waiting is not None and not asked_self and bool(access.can_decide(scope, task))
    may_ask = waiting is None and task.state in WAITING and bool(access.can_edit(scope, task))
    if form is None and may_ask:
        later = load_calendar().add_working_days(max(task.due_on, clock.today()), MORE_TIME)
        form = ExtensionForm(
            initial={"new_due_on": later.date, "seen": services.describe_seen(task)},
            auto_id="extension-%s",
        )
    return {
        "extension": waiting,
        "decided": [wish for wish in wishes if wish.state != ExtensionState.ASKED],
        "extension_form": form if may_ask else None,
        "decision_form": (decision or DecisionForm(auto_id="decision-%s")) if may_decide else None,
    }
