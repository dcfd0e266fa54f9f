"""What a benchmark does better, computed from published results: never from one month, never typed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import Count, Q
from django.urls import reverse

from linghang.distinctions.models import Programme
from linghang.distinctions.queries import published
from linghang.evaluation.models import Run, Score
from linghang.org.models import Unit
from linghang.platform.languages import spoken
from linghang.platform.packs.models import InstalledPack
from linghang.worklists.models import Assignment

LOOKED_AT = 12  # published periods
LEAST_PERIODS = 2  # never one month
LEAST_PEERS = 3  # with itself four: a quarter of fewer is nobody
OFTEN = Decimal("0.75")  # of the periods in which the criterion counted


@dataclass(frozen=True)
class Strength:
    """A criterion in which a unit stands in the best quarter of its peers again and again."""

    code: str
    title: str
    periods: int  # in which it counted
    best: int  # of them in the best quarter
    own: Decimal  # mean points
    peers: Decimal  # median of the peers' means
    full: Decimal
    n: int  # peers, itself left out
    url: str

    @property
    def lead(self) -> Decimal:
        """Return by how many points it is ahead of the peers' median."""
        return self.own - self.peers


@dataclass(frozen=True)
class Strengths:
    """What was looked at, and what was found."""

    periods: tuple[str, ...]
    group: str
    peers: int
    found: tuple[Strength, ...]

    @property
    def enough(self) -> bool:
        """Return whether there were enough periods and peers to say anything."""
        return len(self.periods) >= LEAST_PERIODS and self.peers >= LEAST_PEERS


def read_strengths(programme: Programme, root: Unit, unit: Unit, on: date) -> Strengths:
    """Return the criteria of the published scheme in which the unit leads its peer group; six queries.

    A criterion counts in a period where it was measured for the unit. It is a strength where the unit
    stands in the best quarter of the group in at least three of four such periods, with the points
    above the median. Points everybody has in full separate nobody and are no strength.
    """
    runs = published.list_runs(programme.document["scheme"], root, on, LOOKED_AT)
    if not runs:
        return Strengths((), "", 0, ())
    latest_run = Run.objects.select_related("scheme").get(pk=next(iter(runs)))
    scheme = latest_run.scheme.document
    alike = Run.objects.filter(pk__in=list(runs), scheme=latest_run.scheme)
    known = set(alike.values_list("pk", flat=True))
    same = {pk: period for pk, period in runs.items() if pk in known}
    corrected = published.read_corrections(list(same), on)
    unrated = [pk for pk, row in corrected.items() if row.new_total is None]
    rated = Q(total__isnull=False) | Q(pk__in=[pk for pk in corrected if pk not in unrated])
    scores = Score.objects.filter(rated, run_id__in=list(same), person=None).exclude(pk__in=unrated)
    own = {score.run_id: score for score in scores.filter(unit=unit).defer("result")}
    if not own:
        return Strengths(tuple(same.values()), "", 0, ())
    latest = max(own.values(), key=lambda score: same[score.run_id])
    rules = [rule for part in scheme["dimensions"] for rule in part["criteria"]]
    words = {row["code"]: row["title"] for row in scheme["peer_groups"]}
    points: dict[int, dict[int, list[tuple[Decimal | None, Decimal]]]] = defaultdict(dict)
    for pk, run_id, unit_id, criteria in scores.filter(group=latest.group).values_list(
        "pk", "run_id", "unit_id", "result__criteria"
    ):
        counted = corrected[pk].result["criteria"] if pk in corrected else criteria
        points[run_id][unit_id] = [
            (None if state == "left_out" else Decimal(got), Decimal(full))
            for _counts, _value, full, got, state in counted
        ]
    peers = {pk for found in points.values() for pk in found} - {unit.pk}
    found = [
        strength
        for place, rule in enumerate(rules)
        if rule["nature"] in {"basic", "bonus"}
        and (strength := _weigh(place, rule, points, unit.pk, latest)) is not None
    ]
    found.sort(key=lambda one: -one.lead)
    return Strengths(
        tuple(sorted(same[pk] for pk in own)), _say(words[latest.group]), len(peers), tuple(found)
    )


def _weigh(
    place: int,
    rule: dict[str, object],
    points: dict[int, dict[int, list[tuple[Decimal | None, Decimal]]]],
    unit_id: int,
    latest: Score,
) -> Strength | None:
    counted, best = 0, 0
    own: list[Decimal] = []
    others: dict[int, list[Decimal]] = defaultdict(list)
    full = Decimal(0)
    for found in points.values():
        if unit_id not in found or found[unit_id][place][0] is None:
            continue
        values = {pk: row[place][0] for pk, row in found.items() if row[place][0] is not None}
        if len(values) - 1 < LEAST_PEERS:
            continue
        counted += 1
        mine = values[unit_id]
        assert mine is not None
        own.append(mine)
        full = max(full, found[unit_id][place][1])
        ahead = sum(1 for value in values.values() if value is not None and value > mine)
        behind = sum(1 for value in values.values() if value is not None and value < mine)
        # Best quarter, and somebody is behind: where all are alike nobody leads.
        if ahead * 4 < len(values) and behind * 2 >= len(values) - 1:
            best += 1
        for pk, value in values.items():
            if pk != unit_id and value is not None:
                others[pk].append(value)
    if counted < LEAST_PERIODS or best < OFTEN * counted:
        return None
    means = [sum(values, Decimal(0)) / len(values) for values in others.values()]
    cents = Decimal("0.01")
    return Strength(
        code=str(rule["code"]),
        title=_say(rule["title"]),  # type: ignore[arg-type]
        periods=counted,
        best=best,
        own=(sum(own, Decimal(0)) / len(own)).quantize(cents),
        peers=Decimal(median(means)).quantize(cents),
        full=full,
        n=len(others),
        url=reverse("evaluation:why", args=[latest.pk]) + f"#{rule['code']}",
    )


def _say(text: dict[str, str]) -> str:
    return text[spoken()]


def list_used(unit: Unit) -> list[tuple[str, int]]:
    """Return the lists the unit works with, with how many of its tasks each has, the most first."""
    return list(
        Assignment.objects.filter(unit=unit)
        .values_list("worklist__title")
        .annotate(number=Count("pk"))
        .order_by("-number", "worklist__title")[:6]
    )


def list_installed(code: str) -> list[InstalledPack]:
    """Return every version of the method that was installed from the library: when, and by whom."""
    return list(
        InstalledPack.objects.filter(code=code).select_related("installed_by").order_by("-pk")
    )
