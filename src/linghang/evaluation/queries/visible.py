"""Who may see which runs, scores, publications and objections.

Units: published results by everybody with VIEW_PUBLISHED in the bureau, others by VIEW_SCORES or
RUN_EVALUATION over the unit. Persons: oneself once published; VIEW_MEMBER_SCORES over the branch once
published, and before that only together with RUN_EVALUATION. Nobody else finds a person's score.
"""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from linghang.evaluation.enums import ObjectionState, RunState, SchemeState
from linghang.evaluation.models import Draft, Objection, Publication, Run, Scheme, Score
from linghang.org.api import in_force
from linghang.org.enums import Line
from linghang.org.models import Coverage, Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.calendar import clock

WORKING = (
    Permission.RUN_EVALUATION,
    Permission.PUBLISH_EVALUATION,
    Permission.DECIDE_OBJECTIONS,
    Permission.VIEW_SCORES,
)


# What a page of scores never shows and would have to decrypt row by row.
ENCRYPTED = (
    "unit__contact_phone",
    "person__identity_number",
    "person__phone",
    "person__address",
)


def visible_bureaus(scope: Scope) -> QuerySet[Unit]:
    """Return the tops of the party trees the reader may see results of, in order of founding."""
    condition = Q(pk__in=[])
    for permission in (Permission.VIEW_PUBLISHED, *WORKING):
        condition |= scope.restrict(permission, "path")
    return Unit.objects.filter(condition, line=Line.PARTY, parent=None).order_by("pk")


def working_bureaus(scope: Scope) -> QuerySet[Unit]:
    """Return the bureaus in which the reader works on the evaluation: runs, publishes or decides."""
    condition = Q(pk__in=[])
    for permission in WORKING:
        condition |= scope.restrict(permission, "path")
    return Unit.objects.filter(condition, line=Line.PARTY, parent=None).order_by("pk")


def visible_runs(scope: Scope) -> QuerySet[Run]:
    """Return the runs the reader may open: published ones of the bureau, all where one works."""
    condition = Q(state=RunState.PUBLISHED) & scope.restrict(
        Permission.VIEW_PUBLISHED, "root__path"
    )
    for permission in WORKING:
        condition |= scope.restrict(permission, "root__path")
    return Run.objects.filter(condition).select_related("scheme", "root")


def visible_drafts(scope: Scope) -> QuerySet[Draft]:
    """Return the drafts of schemes of the bureaus where the reader writes or adopts them."""
    condition = scope.restrict(Permission.RUN_EVALUATION, "root__path")
    condition |= scope.restrict(Permission.ADOPT_SCHEMES, "root__path")
    return Draft.objects.filter(condition).select_related(
        "root", "author", "changed_by", "based_on", "adopted", "trial_job"
    )


def visible_schemes(scope: Scope) -> QuerySet[Scheme]:
    """Return the versions of schemes for all bureaus, and those of the bureaus the reader sees."""
    condition = Q(root=None)
    for permission in (Permission.VIEW_PUBLISHED, Permission.MANAGE_PACKS, *WORKING):
        condition |= scope.restrict(permission, "root__path")
    return Scheme.objects.filter(condition).select_related("root")


def list_public_schemes() -> QuerySet[Scheme]:
    """Return every version in force, for the public page: those for all, then those of bureaus."""
    return (
        Scheme.objects.filter(state=SchemeState.ADOPTED)
        .select_related("root")
        .order_by("-subject", "code", F("root__path").asc(nulls_first=True))
    )


def drafting_bureaus(scope: Scope) -> QuerySet[Unit]:
    """Return the bureaus in which the reader may write schemes."""
    return Unit.objects.filter(
        scope.restrict(Permission.RUN_EVALUATION, "path"), line=Line.PARTY, parent=None
    ).order_by("pk")


def visible_scores(scope: Scope) -> QuerySet[Score]:
    """Return the scores the reader may see in full."""
    published = Q(run__state=RunState.PUBLISHED)
    units = Q(person=None) & (
        (published & restrict_units(scope, Permission.VIEW_PUBLISHED))
        | restrict_units(scope, Permission.VIEW_SCORES)
        | restrict_units(scope, Permission.RUN_EVALUATION)
    )
    persons = scope.restrict(Permission.VIEW_MEMBER_SCORES, "unit__path") & (
        published | scope.restrict(Permission.RUN_EVALUATION, "unit__path")
    )
    own = Q(pk__in=[])
    if scope.person_id is not None:
        own = Q(person_id=scope.person_id) & published
    return Score.objects.filter(
        units | (Q(person__isnull=False) & persons) | own,
        run__state__in=[RunState.DONE, RunState.PUBLISHED, RunState.SUPERSEDED],
    )


def visible_publications(scope: Scope) -> QuerySet[Publication]:
    """Return the publications of the bureaus the reader sees results of, without their snapshots."""
    return (
        Publication.objects.filter(scope.restrict(Permission.VIEW_PUBLISHED, "run__root__path"))
        .select_related("run__scheme", "run__root")
        .defer("snapshot")
    )


def visible_objections(scope: Scope) -> QuerySet[Objection]:
    """Return the objections one decides, raised oneself, or that concern one's units."""
    condition = restrict_units(scope, Permission.DECIDE_OBJECTIONS, "score__")
    condition |= restrict_units(scope, Permission.RUN_EVALUATION, "score__")
    condition |= Q(score__person=None) & restrict_units(scope, Permission.VIEW_SCORES, "score__")
    if scope.user_id is not None:
        condition |= Q(raised_by_id=scope.user_id)
    return Objection.objects.filter(condition).select_related(
        "score__run__scheme", "score__run__root", "score__unit", "score__person", "raised_by"
    )


def may_object(scope: Scope, score: Score) -> bool:
    """Return whether the score is the reader's own, or that of a unit the reader belongs to.

    Whoever belongs to a branch is concerned by its score: members, its committee, its secretary.
    """
    if score.person_id is not None:
        return score.person_id == scope.person_id
    if any(path.startswith(score.unit.path) for _pk, _name, path in scope.home_units):
        return True
    return "secretary" in scope.roles and bool(can_over(scope, Permission.EDIT_RECORDS, score))


def may_appeal(scope: Scope, objection: Objection) -> bool:
    """Return whether the reader raised the objection and it was rejected in the first instance."""
    return (
        objection.state == ObjectionState.REJECTED
        and objection.appeal_of_id is None
        and objection.raised_by_id == scope.user_id
    )


def restrict_units(scope: Scope, permission: Permission, prefix: str = "") -> Q:
    """Return the condition that keeps the scores whose unit the permission covers.

    A station stands in no Party tree: the permission covers it over the bureau that rated it, or
    over a unit that covers it. `prefix` leads to the score. No further query.
    """
    links = Coverage.objects.filter(
        scope.restrict(permission, "party_unit__path"), in_force(scope.on or clock.today())
    )
    business = scope.restrict(permission, f"{prefix}run__root__path") | Q(
        **{f"{prefix}unit_id__in": links.values("business_unit_id")}
    )
    return scope.restrict(permission, f"{prefix}unit__path") | (
        Q(**{f"{prefix}unit__line": Line.BUSINESS}) & business
    )


def can_over(scope: Scope, permission: Permission, score: Score) -> Allowed | Denied:
    """Return whether the permission covers the unit of a score; of a station as `restrict_units`."""
    if score.unit.line == Line.PARTY:
        return scope.can(permission, score.unit.path)
    answer = scope.can(permission, score.run.root.path)
    if answer:
        return answer
    links = Coverage.objects.filter(
        scope.restrict(permission, "party_unit__path"),
        in_force(scope.on or clock.today()),
        business_unit=score.unit_id,
    )
    return Allowed() if links.exists() else answer
