"""The one place through which every act on problems goes: the row is taken, what was seen is compared,
the state diagram is asked, and the act is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.people.api import compute_scope
from linghang.platform.access import Allowed, Denied, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.rectification import mapping
from linghang.rectification.enums import NEXT, ProblemState, Verb
from linghang.rectification.models import Act, Problem
from linghang.rectification.services import notifying
from linghang.rectification.services.values import user_of, values_of

RELATED = ("unit__parent", "lead_unit__parent", "book__root", "responsible")


def describe_seen(problem: Problem) -> str:
    """Return what a person sees of a problem as a word to send back: its state and version."""
    return f"{problem.state}:{problem.version}"


def scope_of(actor: Any, scope: Scope | None = None) -> Scope | None:
    """Return the scope of the actor today; None for the system, which may do everything."""
    if scope is not None or user_of(actor) is None:
        return scope
    return compute_scope(actor)


def insist(answer: Allowed | Denied) -> None:
    """Raise ValidationError with the reason when the answer is no."""
    if isinstance(answer, Denied):
        raise ValidationError(answer.reason, code="denied")


def take_problem(problem: Problem, seen: str | None = None) -> Problem:
    """Return the row as it stands now, held until the transaction ends.

    Raises ValidationError with who did what when it is not as the person saw it.
    """
    rows = Problem.objects.select_for_update(of=("self",)).select_related(*RELATED)
    found = rows.get(pk=problem.pk)
    if seen and seen != describe_seen(found):
        raise ValidationError(describe_change(found), code="changed")
    return found


def take_problems(problems: Sequence[Problem], seen: str | None = None) -> list[Problem]:
    """Return the rows as they stand now, held, in one order so that two never wait in a ring.

    `seen` is what the person saw of the first.
    """
    first = problems[0].pk if problems else 0
    ordered = sorted({problem.pk: problem for problem in problems}.values(), key=lambda p: p.pk)
    return [take_problem(problem, seen if problem.pk == first else None) for problem in ordered]


def describe_change(problem: Problem) -> str:
    """Return a sentence on who changed the problem last, for whoever saw it as it was before."""
    act = problem.acts.select_related("actor").first()
    if act is None:
        return _("It was changed meanwhile. Nothing you sent was saved; look at it again.")
    return _(
        "Meanwhile (%(time)s) %(who)s: %(act)s. Nothing you sent was saved; look at it again."
    ) % {
        "time": f"{timezone.localtime(act.at):%H:%M}",
        "who": act.actor or _("the system"),
        "act": Verb(act.verb).label,
    }


def insist_step(problem: Problem, became: ProblemState) -> None:
    """Raise ValidationError unless the state diagram leads from where the problem stands to `became`."""
    if became not in NEXT[ProblemState(problem.state)]:
        raise ValidationError(_refuse(problem), code="state")


def _refuse(problem: Problem) -> str:
    match ProblemState(problem.state):
        case ProblemState.CLOSED | ProblemState.LONG_TERM:
            return _("The problem is closed already; open it again with a reason, or correct it.")
        case ProblemState.HANDED_IN:
            return _("It waits for review already.")
        case ProblemState.WITHDRAWN:
            return _("The problem was withdrawn; state it anew if it is there again.")
        case _:
            return _("It is not handed in for closure yet.")


def move(
    problem: Problem,
    became: ProblemState | None,
    verb: Verb,
    *,
    actor: Any,
    reason: str = "",
    old: dict[str, Any] | None = None,
) -> Act:
    """Set the state (None: it stays), raise the version, save, write act and audit row, tell listeners."""
    was = ProblemState(problem.state)
    if became is not None:
        insist_step(problem, became)
        problem.state = became
    problem.version += 1
    problem.save()
    act = Act.objects.create(
        problem=problem,
        verb=verb,
        was=was,
        became=problem.state,
        reason=reason.strip()[:400],
        old=old or {},
        at=clock.now(),
        actor=user_of(actor),
    )
    audit.record(
        actor=actor,
        verb=f"problem_{verb}"[:40],
        target=problem,
        unit_path=problem.unit.path,
        old={"state": was, **(old or {})},
        new={"state": problem.state, "version": problem.version},
        reason=reason,
    )
    if became is not None:
        mapping.tell(problem, was, became)
    notifying.tell_act(problem, verb, actor=actor, reason=reason)
    return act


def keep_values(problem: Problem) -> dict[str, Any]:
    """Return what the problem says now, to be kept in an act."""
    return values_of(problem)
