"""One team: why it has its points, what each day was worth, and the records under every number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _

from linghang.contests import access
from linghang.contests.enums import State
from linghang.contests.models import Objection, Team
from linghang.contests.queries import lists, standing
from linghang.contests.web.tables import evidence_table
from linghang.contests.web.views.contests import get_scope
from linghang.evaluation import api as evaluation
from linghang.ledger import api as ledger
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list
from linghang_core import scoring

FACTS_SHOWN = 8


@dataclass(frozen=True)
class ShownFact:
    """A record as a line: when, what, of which kind, and whether it came late."""

    on: Any
    title: str
    kind: str
    late: bool
    url: str
    quantity: str = ""
    status: str = ""


@dataclass(frozen=True)
class ShownEvidence:
    """The records under a number: the first of them, how many, how many are confidential."""

    title: str
    amount: Decimal
    facts: list[ShownFact]
    total: int
    confidential: int
    url: str

    @property
    def more(self) -> int:
        """Return how many are not shown here."""
        return self.total - self.confidential - len(self.facts)


@dataclass(frozen=True)
class ShownCriterion:
    """A rule's explanation with its words and records."""

    item: scoring.CriterionExplanation
    words: Any
    evidence: list[ShownEvidence]
    tone: str


@require(Permission.VIEW_PUBLISHED)
def show_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Show why a team has its points, adding up to the number in the table."""
    team, one = _find(request, pk)
    contest, scope = team.contest, get_scope(request)
    rules = standing.load_rules(contest)
    explanation = scoring.explain(rules, one.course.result, contest.span)
    sees = bool(access.can_see_facts(scope, team))
    facts = list(_facts(team, rules).select_related("entry")) if sees else []
    kinds, bands = ledger.list_kinds(), evaluation.band_titles(rules)
    context = {
        "team": team,
        "contest": contest,
        "one": one,
        "explanation": explanation,
        "cut": -one.course.over,
        "cut_days": [day for day in one.course.days if day.cut > 0],
        "spared": one.course.over - one.course.cut,
        "days": [day for day in reversed(one.course.days) if day.points or day.cut],
        "dimensions": [
            (
                part,
                [
                    _why(team, item, facts, kinds, rules.criterion(item.code), bands)
                    for item in part.criteria
                ],
            )
            for part in explanation.dimensions
        ],
        "sees": sees,
        "may_object": contest.state == State.ENDED
        and contest.objections_until is not None
        and clock.today() <= contest.objections_until
        and bool(access.can_object(scope, team)),
        "objections": list(Objection.objects.filter(team=team).select_related("raised_by")),
        "crumbs": [
            (_("Contests"), resolve_url("contests:index")),
            (contest.title, resolve_url("contests:contest", contest.pk)),
        ],
    }
    return render(request, "contests/team.html", context)


@require(Permission.VIEW_PUBLISHED)
def list_evidence(request: HttpRequest, pk: int, criterion: str) -> HttpResponse:
    """List every record under one number."""
    team, one = _find(request, pk)
    insist(access.can_see_facts(get_scope(request), team))
    rules = standing.load_rules(team.contest)
    explanation = scoring.explain(rules, one.course.result, team.contest.span)
    item = next(
        (i for part in explanation.dimensions for i in part.criteria if i.code == criterion), None
    )
    if item is None:
        raise Http404
    kinds = ledger.list_kinds()
    sensitive = {code for code, kind in kinds.items() if kind.sensitive}
    facts = ledger.filter_predicate(
        _facts(team, rules).exclude(kind__in=sensitive), item.counted.predicate
    ).select_related("entry")
    return render_list(
        request,
        evidence_table(
            lambda fact: _name(fact.kind, kinds),
            lambda fact: resolve_url("ledger:entry", fact.entry_id),
        ).bind(facts, request.GET),
        title=f"{criterion} {evaluation.say(item.title)}",
        sub=team.name,
        crumbs=[
            (team.contest.title, resolve_url("contests:contest", team.contest_id)),
            (team.name, f"{resolve_url('contests:team', team.pk)}#{criterion}"),
        ],
    )


def _find(request: HttpRequest, pk: int) -> tuple[Team, standing.Standing]:
    team: Team = get_object_or_404(lists.list_teams(get_scope(request)), pk=pk)
    for one in standing.read_standing(team.contest, clock.today()):
        if one.team.pk == team.pk:
            return team, one
    raise Http404  # it has not begun


def _facts(team: Team, rules: scoring.Scheme) -> Any:
    plan = scoring.compile_scheme(rules)
    as_of = team.frozen["as_of_seq"] if team.frozen else None
    found = standing.list_facts(team.contest, plan, team.owned, as_of)
    until = team.contest.ended_on or min(clock.today(), team.contest.last_day)
    return found.filter(counts_on__lte=until).order_by("-counts_on", "-seq")


def _why(
    team: Team, item: Any, facts: list[Any], kinds: dict[str, Any], rule: Any, bands: dict[str, str]
) -> ShownCriterion:
    found = [fact for fact in facts if item.counted.predicate.matches(fact)]
    open_facts = [f for f in found if not (f.kind in kinds and kinds[f.kind].sensitive)]
    evidence = ShownEvidence(
        title=_("counted"),
        amount=item.counted.amount,
        facts=[
            ShownFact(
                fact.counts_on,
                fact.entry.title,
                "" if (kind := _name(fact.kind, kinds)) in fact.entry.title else kind,
                fact.late,
                resolve_url("ledger:entry", fact.entry_id),
            )
            for fact in open_facts[:FACTS_SHOWN]
        ],
        total=len(found),
        confidential=len(found) - len(open_facts),
        url=resolve_url("contests:evidence", team.pk, item.code),
    )
    lost = item.full > item.points if item.nature.value == "basic" else item.points < 0
    return ShownCriterion(
        item=item,
        words=evaluation.describe_criterion(rule, kinds, bands),
        evidence=[evidence] if found else [],
        tone="warn" if lost else "ok",
    )


def _name(code: str, kinds: dict[str, Any]) -> str:
    return str(kinds[code].title) if code in kinds else code
