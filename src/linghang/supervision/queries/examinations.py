"""Self-examinations: which a reader may see, the matrix of units and findings, and an open question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.supervision.access import own_paths
from linghang.supervision.enums import TO_ANSWER, ExaminationState, Presence, ReplyState
from linghang.supervision.models import CommonFinding, Examination, FindingAnswer, Reply

# Answering faster than this on the average, all "not there", is asked about: never held against it.
UNHURRIED = timedelta(minutes=1)
LEAST_FOR_QUESTION = 3  # findings: of fewer nobody can say whether they were looked at


def list_findings() -> QuerySet[CommonFinding]:
    """Return the findings in force; whoever may see supervision may read the library."""
    return CommonFinding.objects.filter(retired=False)


def list_examinations(scope: Scope) -> QuerySet[Examination]:
    """Return the examinations of the bureaus whose supervision the reader may see."""
    found = Examination.objects.filter(scope.restrict(Permission.VIEW_SUPERVISION, "root__path"))
    return found.select_related("root")


def list_replies(scope: Scope) -> QuerySet[Reply]:
    """Return the replies of those examinations, and what the reader's own unit is asked."""
    seen = scope.restrict(Permission.VIEW_SUPERVISION, "examination__root__path")
    found = Reply.objects.filter(seen | Q(unit__path__in=own_paths(scope)))
    return found.select_related("unit", "examination__root")


def waiting_for(scope: Scope) -> list[Reply]:
    """Return what the reader's own unit is asked and has not answered, the first due first."""
    own = Reply.objects.filter(
        unit__path__in=own_paths(scope),
        state__in=TO_ANSWER,
        examination__state=ExaminationState.OPEN,
    )
    return list(own.select_related("unit", "examination").order_by("due_on", "pk")[:50])


@dataclass(frozen=True)
class Coverage:
    """How far an examination is: units answered, answers given, findings that are there."""

    units: int = 0
    handed_in: int = 0
    late: int = 0
    asked: int = 0  # units × findings
    answered: int = 0
    present: int = 0
    rectified: int = 0
    problems: int = 0
    questions: int = 0  # units about which a question is open


@dataclass(frozen=True)
class Row:
    """A unit of the matrix with its answers in the order of the findings."""

    reply: Reply
    cells: tuple[Presence | None, ...]
    question: str  # "" if there is none
    is_late: bool


@dataclass(frozen=True)
class Matrix:
    """Units × findings of an examination; `sums` counts "there" by finding."""

    findings: list[CommonFinding]
    rows: list[Row]
    sums: list[int]
    coverage: Coverage


def read_matrix(examination: Examination, on: date) -> Matrix:
    """Return the matrix; three queries, however large. What is not handed in is not shown as an answer."""
    findings = list(examination.findings.order_by("order", "code"))
    replies = list(examination.replies.select_related("unit").order_by("unit__path"))
    given: dict[tuple[int, int], tuple[Presence, bool, datetime]] = {}
    rows = FindingAnswer.objects.filter(reply__in=[reply.pk for reply in replies])
    for reply_id, finding_id, presence, problem, at in rows.values_list(
        "reply_id", "finding_id", "presence", "problem_id", "at"
    ):
        given[reply_id, finding_id] = (Presence(presence), problem is not None, at)
    shown = []
    for reply in replies:
        in_hand = reply.state == ReplyState.HANDED_IN
        own = [given.get((reply.pk, finding.pk)) for finding in findings]
        said = [each for each in own if each is not None]
        shown.append(
            Row(
                reply,
                tuple(each[0] if each is not None and in_hand else None for each in own),
                find_question([(presence, at) for presence, _problem, at in said])
                if in_hand
                else "",
                not in_hand and reply.due_on < on,
            )
        )
    sums = [
        sum(row.cells[place] is Presence.PRESENT for row in shown) for place in range(len(findings))
    ]
    return Matrix(findings, shown, sums, _cover(shown, given, len(findings)))


def _cover(
    rows: Sequence[Row],
    given: dict[tuple[int, int], tuple[Presence, bool, datetime]],
    findings: int,
) -> Coverage:
    cells = [cell for row in rows for cell in row.cells if cell is not None]
    return Coverage(
        units=len(rows),
        handed_in=sum(row.reply.state == ReplyState.HANDED_IN for row in rows),
        late=sum(row.is_late for row in rows),
        asked=len(rows) * findings,
        answered=len(cells),
        present=cells.count(Presence.PRESENT),
        rectified=cells.count(Presence.RECTIFIED),
        problems=sum(problem for _presence, problem, _at in given.values()),
        questions=sum(bool(row.question) for row in rows),
    )


def find_question(answers: Sequence[tuple[Presence, datetime]]) -> str:
    """Return "all_absent_quickly" when everything was denied in less than a minute each, "" otherwise.

    A question to be asked, never a verdict: who looked first and typed afterwards is quick as well.
    """
    if len(answers) < LEAST_FOR_QUESTION:
        return ""
    if any(presence is not Presence.ABSENT for presence, _at in answers):
        return ""
    times = sorted(at for _presence, at in answers)
    quick = times[-1] - times[0] < UNHURRIED * (len(times) - 1)
    return "all_absent_quickly" if quick else ""


def measure_coverage(examinations: Iterable[Examination], on: date) -> dict[int, Coverage]:
    """Return how far each examination is, by examination; three queries."""
    keys = [each.pk for each in examinations]
    replies = (
        Reply.objects.filter(examination__in=keys)
        .order_by()
        .values("examination")
        .annotate(
            units=Count("pk"),
            handed_in=Count("pk", filter=Q(state=ReplyState.HANDED_IN)),
            late=Count("pk", filter=Q(state__in=TO_ANSWER, due_on__lt=on)),
        )
    )
    answers = (
        FindingAnswer.objects.filter(reply__examination__in=keys, reply__state=ReplyState.HANDED_IN)
        .order_by()
        .values("reply__examination")
        .annotate(
            answered=Count("pk"),
            present=Count("pk", filter=Q(presence=Presence.PRESENT)),
            rectified=Count("pk", filter=Q(presence=Presence.RECTIFIED)),
            problems=Count("problem"),
        )
    )
    asked = dict(
        Examination.objects.filter(pk__in=keys).annotate(n=Count("findings")).values_list("pk", "n")
    )
    found = {key: Coverage() for key in keys}
    by_answers = {row["reply__examination"]: row for row in answers}
    for row in replies:
        key = row["examination"]
        given = by_answers.get(key)
        found[key] = Coverage(
            units=row["units"],
            handed_in=row["handed_in"],
            late=row["late"],
            asked=row["units"] * asked.get(key, 0),
            answered=given["answered"] if given else 0,
            present=given["present"] if given else 0,
            rectified=given["rectified"] if given else 0,
            problems=given["problems"] if given else 0,
        )
    return found


def count_presence(
    finding: CommonFinding, scope: Scope
) -> list[tuple[Examination, dict[str, int]]]:
    """Return what units answered to a finding in each examination the reader may see; two queries."""
    examinations = {each.pk: each for each in list_examinations(scope).filter(findings=finding)}
    rows = (
        FindingAnswer.objects.filter(
            finding=finding,
            reply__examination__in=list(examinations),
            reply__state=ReplyState.HANDED_IN,
        )
        .order_by()
        .values_list("reply__examination", "presence")
        .annotate(count=Count("pk"))
    )
    counted = {pk: {presence.value: 0 for presence in Presence} for pk in examinations}
    for pk, presence, count in rows:
        counted[pk][presence] = count
    return [(each, counted[pk]) for pk, each in examinations.items()]
