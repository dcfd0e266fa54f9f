"""The lines of one unit's sheet as a certain reader may see them: experts are blind, units wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Sum
from django.urls import reverse

from linghang.diagnosis import access
from linghang.diagnosis.enums import Difference, SheetState, Side, Verdict
from linghang.diagnosis.models import Answer, Expert, Sheet, Standard
from linghang.diagnosis.queries.comparison import Agreement, find_difference, join_verdicts
from linghang.diagnosis.queries.rounds import find_former
from linghang.ledger.api import list_kinds
from linghang.ledger.enums import FactKind
from linghang.ledger.models import Fact
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang_core.periods import add_months

NO_LINES = ("cadence.", "attendance", "service.hours")  # of these the time line has no lines


@dataclass(frozen=True)
class Records:
    """What the ledger already has of one kind in the period: how many lines, what quantity."""

    kind: str
    title: str
    count: int
    quantity: int  # hundredths
    unit: str
    url: str


@dataclass(frozen=True)
class Line:
    """One standard of a sheet with what this reader may see of it."""

    standard: Standard
    own: Answer | None = None  # the self-check, if it may be seen
    is_hidden: bool = False  # a self-check opens once the expert has answered
    mine: Answer | None = None  # the reader's own answer as an expert
    experts: tuple[Answer, ...] = ()  # answers of experts, if they may be seen
    records: tuple[Records, ...] = ()
    former: Verdict | None = None  # what experts said last time
    asks_me: bool = True  # an expert is asked for this field

    @property
    def joint(self) -> Verdict | None:
        """Return what the visible experts say together."""
        return join_verdicts(answer.said for answer in self.experts)

    @property
    def difference(self) -> Difference:
        """Return how the self-check stands to what the visible experts say."""
        own = self.own.said if self.own is not None and not self.own.carried else None
        return find_difference(own, self.joint)

    @property
    def lacks_note(self) -> bool:
        """Return whether the self-check says "not wholly met" without a sentence."""
        return self.own is not None and self.own.said.needs_note and not self.own.note

    @property
    def seen(self) -> str:
        """Return how the answer to be changed stands now, to notice a change in between."""
        return describe_answer(self.own)

    @property
    def seen_mine(self) -> str:
        """Return the same of the expert's own answer."""
        return describe_answer(self.mine)


def describe_answer(answer: Answer | None) -> str:
    """Return the state of an answer as a word to send back."""
    return f"{answer.pk}:{answer.verdict}:{answer.at:%Y%m%d%H%M%S%f}" if answer else "-"


@dataclass(frozen=True)
class _Answers:
    own: dict[int, Answer] = field(default_factory=dict)
    experts: dict[int, list[Answer]] = field(default_factory=dict)


def list_lines(sheet: Sheet, scope: Scope, expert: Expert | None) -> list[Line]:
    """Return the sheet's lines as the reader may see them; six queries, however many lines."""
    standards = list(sheet.round.standard_set.standards.order_by("order"))
    answers = _load(sheet)
    records = count_records(sheet, standards)
    _former, said = find_former(sheet)
    blind = access.is_blind(sheet, expert)
    sees_experts = sheet.state == SheetState.CHECKED or bool(
        scope.can(Permission.VIEW_RECORDS, sheet.round.root.path)
    )
    lines = []
    for standard in standards:
        given = answers.experts.get(standard.pk, [])
        mine = next((a for a in given if expert is not None and a.expert_id == expert.pk), None)
        shown = given if sees_experts else []
        if blind:
            shown = [mine] if mine is not None else []
        hidden = blind and mine is None
        lines.append(
            Line(
                standard=standard,
                own=None if hidden else answers.own.get(standard.pk),
                is_hidden=hidden,
                mine=mine,
                experts=tuple(shown),
                records=tuple(records[code] for code in standard.facts if code in records),
                former=said.get(standard.number),
                asks_me=expert is None or access.checks_standard(expert, standard),
            )
        )
    return lines


def _load(sheet: Sheet) -> _Answers:
    found = _Answers()
    for answer in sheet.answers.select_related("expert__person", "by").order_by("pk"):
        if answer.side == Side.SELF:
            found.own[answer.standard_id] = answer
        else:
            found.experts.setdefault(answer.standard_id, []).append(answer)
    return found


def count_agreement_of(lines: Iterable[Line]) -> Agreement:
    """Return how far both sides agree on the lines the reader sees both sides of."""
    differences = [line.difference for line in lines]
    return Agreement(
        pairs=sum(each is not Difference.INCOMPARABLE for each in differences),
        kinder=differences.count(Difference.KINDER),
        stricter=differences.count(Difference.STRICTER),
    )


def find_period(sheet: Sheet) -> tuple[date, date]:
    """Return the days whose records are shown: so many months up to the check, or up to today."""
    last = sheet.checked_on or clock.today()
    return add_months(last, -sheet.round.standard_set.months) + timedelta(days=1), last


def count_records(sheet: Sheet, standards: Sequence[Standard]) -> dict[str, Records]:
    """Return what the ledger has of each kind the standards name, the unit and its groups together.

    A kind without a record is there with 0: that nothing was recorded says something too. One query.
    """
    first, last = find_period(sheet)
    wanted = _kinds_of(standards)
    rows = (
        Fact.objects.filter(
            kind__in=wanted,
            unit__path__startswith=sheet.unit.path,
            withdrawn_seq=None,
            counts_on__gte=first,
            counts_on__lte=last,
        )
        .order_by()
        .values("kind")
        .annotate(count=Count("pk"), quantity=Sum("quantity"))
    )
    counted = {row["kind"]: (row["count"], row["quantity"]) for row in rows}
    return {
        code: Records(
            code,
            str(kind.title),
            *counted.get(code, (0, 0)),
            str(kind.quantity),
            ""
            if code.startswith(NO_LINES)
            else f"{reverse('ledger:timeline')}?unit={sheet.unit_id}&kind={code}"
            f"&from={first}&to={last}",
        )
        for code, kind in wanted.items()
    }


def _kinds_of(standards: Iterable[Standard]) -> dict[str, FactKind]:
    """Return the declared kinds the standards name; one of a pack not installed is left out."""
    known = list_kinds()
    named = dict.fromkeys(code for standard in standards for code in standard.facts)
    return {code: known[code] for code in named if code in known and not known[code].sensitive}
