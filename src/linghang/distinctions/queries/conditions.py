"""Whether a unit meets the conditions of a level: read from published results and records, never ticked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.distinctions.enums import ObjectionState, Stage
from linghang.distinctions.models import Case, Holding, Level, Objection, Programme
from linghang.distinctions.queries import published
from linghang.evaluation.models import Score
from linghang.org import api as org
from linghang.org.models import Unit
from linghang.platform.languages import spoken
from linghang.rectification.enums import UNSOLVED
from linghang.rectification.models import Problem

FURTHEST = 24  # published periods a condition can look back
ENTRY_ONLY = ("share", "below")
"""Conditions of getting in; what is held is not lost by them."""


@dataclass(frozen=True)
class Check:
    """One condition of a level for a unit: what it asks, what was found, and where that is seen.

    `found` holds plain numbers, so that a check can be stored with a case and read in any language.
    """

    kind: str
    asked: Mapping[str, Any]
    found: Mapping[str, Any]
    holds: bool
    url: str = ""

    def as_plain(self) -> dict[str, Any]:
        """Return the check for storing."""
        return {
            "kind": self.kind,
            "asked": dict(self.asked),
            "found": dict(self.found),
            "holds": self.holds,
            "url": self.url,
        }

    @property
    def rule(self) -> str:
        """Return what the condition asks."""
        asked = self.asked
        match self.kind:
            case "periods" if asked.get("band"):
                words = _("%(band)s or better in %(least)s of the last %(of)s published periods")
            case "periods":
                words = _("index of %(total)s or more in %(least)s of the last %(of)s periods")
            case "no_veto":
                words = _("no veto in the last %(of)s published periods")
            case "no_overdue_problems":
                words = (
                    _("no problem more than %(days)s days overdue")
                    if asked["days"]
                    else _("no problem past its day and not put right")
                )
            case "members":
                words = _("at least %(n)s members")
            case "months":
                words = _("established for at least %(n)s months")
            case "share":
                words = _("at most %(percent)s%% of the units of the bureau")
            case _:
                words = _("the level below held for at least %(n)s months")
        return words % asked_in(asked)

    @property
    def reading(self) -> str:
        """Return what was found."""
        found = self.found
        match self.kind:
            case "periods" if found.get("open"):
                words = _("%(met)s of %(known)s published periods, %(open)s without a result")
            case "periods":
                words = _("%(met)s of %(known)s published periods")
            case "no_veto":
                words = _("%(n)s vetoes") if found["n"] else _("none")
            case "no_overdue_problems":
                words = _("%(n)s overdue") if found["n"] else _("none")
            case "members":
                words = _("%(n)s members")
            case "months":
                words = _("%(n)s months")
            case "share":
                words = _("%(held)s of %(places)s places taken")
            case _:
                words = _("%(n)s months") if found["n"] is not None else _("level below not held")
        return words % found

    @property
    def missing(self) -> str:  # noqa: PLR0911  one line for each kind
        """Return what is missing; empty where the condition holds."""
        if self.holds:
            return ""
        found, asked = self.found, self.asked
        match self.kind:
            case "periods":
                short = int(asked["least"]) - int(found["met"])
                return ngettext("%(n)s more period", "%(n)s more periods", short) % {"n": short}
            case "no_veto":
                return _("the veto must be older than the periods looked at")
            case "no_overdue_problems":
                return _("close what is overdue: %(n)s") % found
            case "share":
                return _("a place must become free")
            case "below" if found["n"] is None:
                return _("reach the level below first")
            case _:
                words = (
                    _("%(n)s members short") if self.kind == "members" else _("%(n)s months short")
                )
                return words % {"n": int(asked["n"]) - int(found["n"])}


def asked_in(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a condition with the words of the reader's language."""
    words = asked.get("band_words")
    if not words:
        return dict(asked)
    return {**asked, "band": words[spoken()]}


def restore(stored: Iterable[Mapping[str, Any]]) -> list[Check]:
    """Return the checks that were stored with a case or a holding."""
    return [
        Check(row["kind"], row["asked"], row["found"], row["holds"], row.get("url", ""))
        for row in stored
    ]


@dataclass(frozen=True)
class Month:
    """A unit in one published period, with corrections applied."""

    period: str
    score_id: int
    band: str
    total: Decimal | None
    group: str
    vetoed: bool


@dataclass
class Evidence:
    """Everything the conditions of a programme read, for the units of one bureau on a day."""

    programme: Programme
    root: Unit
    on: date
    units: dict[int, Unit]
    bands: list[str] = field(default_factory=list)  # the best first
    band_words: dict[str, dict[str, str]] = field(default_factory=dict)
    group_words: dict[str, dict[str, str]] = field(default_factory=dict)
    periods: list[str] = field(default_factory=list)  # published ones, the latest first
    months: dict[int, dict[str, Month]] = field(default_factory=dict)
    described: dict[int, dict[str, Any]] = field(default_factory=dict)
    overdue: dict[int, list[int]] = field(default_factory=dict)  # days past due, by unit
    held: dict[int, Holding] = field(default_factory=dict)
    promised: dict[int, int] = field(default_factory=dict)  # unit → rank decided, not awarded yet
    since: dict[int, dict[int, date]] = field(default_factory=dict)  # unit → rank → held since

    def name_group(self, unit_id: int) -> str:
        """Return the title of the unit's peer group in the latest published period it is in."""
        for period in self.periods:
            month = self.months.get(unit_id, {}).get(period)
            if month is not None:
                words = self.group_words.get(month.group)
                return words[spoken()] if words else month.group
        return _("not rated yet")


def list_units(programme: Programme, root: Unit) -> dict[int, Unit]:
    """Return the units of a bureau a programme is for, by id, in the order of the tree."""
    found = (
        Unit.objects.filter(
            path__startswith=root.path,
            kind__in=programme.document["unit_kinds"],
            closed_on=None,
        )
        .defer("contact_phone")
        .order_by("path")
    )
    return {unit.pk: unit for unit in found}


def read_evidence(
    programme: Programme,
    root: Unit,
    on: date,
    only: Collection[int] | None = None,
    *,
    until: date | None = None,
) -> Evidence:
    """Return what the conditions read on the day; few queries however many units.

    `only` narrows the units that are looked at; places are counted over all of them. With `until`
    no period counts that ends after it.
    """
    units = list_units(programme, root)
    wanted = list(units) if only is None else [pk for pk in units if pk in set(only)]
    evidence = Evidence(programme, root, on, units)
    _read_scheme(evidence)
    _read_months(evidence, wanted, until)
    evidence.described = org.describe_units(wanted, on)
    evidence.overdue = _list_overdue(units, root, on)
    _read_levels(evidence)
    return evidence


def _read_scheme(evidence: Evidence) -> None:
    scheme = published.find_scheme(evidence.programme.document["scheme"], evidence.root)
    if scheme is None:
        return
    for row in scheme.document["bands"]:
        evidence.bands.append(row["code"])
        evidence.band_words[row["code"]] = row["title"]
    evidence.group_words = {row["code"]: row["title"] for row in scheme.document["peer_groups"]}


def _read_months(evidence: Evidence, wanted: Sequence[int], until: date | None) -> None:
    code = evidence.programme.document["scheme"]
    runs = published.list_runs(code, evidence.root, evidence.on, FURTHEST, until)
    evidence.periods = list(runs.values())
    rows = Score.objects.filter(run_id__in=list(runs), unit_id__in=wanted, person=None)
    corrected = published.read_corrections(list(runs), evidence.on)
    for pk, unit_id, run_id, band, total, group, vetoes in rows.values_list(
        "pk", "unit_id", "run_id", "band", "total", "group", "result__settlement__vetoes"
    ):
        new = corrected.get(pk)
        evidence.months.setdefault(unit_id, {})[runs[run_id]] = Month(
            runs[run_id],
            pk,
            new.new_band if new else band,
            new.new_total if new else total,
            group,
            bool(new.result["settlement"]["vetoes"] if new else vetoes),
        )


def _list_overdue(units: Mapping[int, Unit], root: Unit, on: date) -> dict[int, list[int]]:
    """Return how many days each overdue problem is late, by unit: those of its groups are its own."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Problem.objects.filter(
        state__in=UNSOLVED, due_on__lt=on, unit__path__startswith=root.path
    )
    for path, due_on in rows.order_by().values_list("unit__path", "due_on"):
        for part in path.strip("/").split("/"):
            if int(part) in units:
                found[int(part)].append((on - due_on).days)
    return dict(found)


def _read_levels(evidence: Evidence) -> None:
    undone = Objection.objects.filter(demotion=OuterRef("pk"), state=ObjectionState.UPHELD)
    rows = (
        Holding.objects.filter(
            programme=evidence.programme,
            unit_id__in=list(evidence.units),
            valid_from__lte=evidence.on,
        )
        .annotate(undone=Exists(undone))
        .select_related("programme", "unit")
        .defer("unit__contact_phone")
        .order_by("valid_from", "pk")
    )
    begun = {(row.unit_id, row.valid_from) for row in rows}
    paused: dict[int, dict[int, date]] = {}  # as it stood when an appeal undid what ended it
    for row in rows:
        if row.valid_to is None or row.valid_to > evidence.on:
            evidence.held[row.unit_id] = row
        known = evidence.since.setdefault(row.unit_id, {})
        # Since when without a break: a level that followed a lower one counts for the lower, too.
        for rank in list(known):
            if rank > row.rank:
                del known[rank]
        for rank in range(1, row.rank + 1):
            known.setdefault(rank, row.valid_from)
        before = paused.get(row.unit_id, {})
        if before and row.rank >= max(before):
            known.update(paused.pop(row.unit_id))
        if row.undone:
            paused[row.unit_id] = dict(known)
        ended = row.valid_to is not None and row.valid_to <= evidence.on
        if ended and (row.unit_id, row.valid_to) not in begun:
            known.clear()
    _read_promised(evidence)


def _read_promised(evidence: Evidence) -> None:
    """Read which levels the committee has given that are still public: they take places, too."""
    ranks = {level.code: level.rank for level in evidence.programme.levels}
    rows = Case.objects.filter(
        programme=evidence.programme,
        unit_id__in=list(evidence.units),
        stage=Stage.PUBLIC,
        publicised_on__lte=evidence.on,
    )
    for unit_id, level in rows.order_by().values_list("unit_id", "level"):
        evidence.promised[unit_id] = ranks.get(level, 0)


def check_level(
    evidence: Evidence, unit_id: int, level: Level, *, review: bool = False
) -> list[Check]:
    """Return the conditions of a level as they stand for the unit; at a review without those of entry."""
    rows = [(kind, value) for one in level.conditions for kind, value in one.items()]
    return [
        _check(evidence, unit_id, level, kind, value, review=review)
        for kind, value in rows
        if not (review and kind in ENTRY_ONLY)
    ]


def _check(
    evidence: Evidence, unit_id: int, level: Level, kind: str, value: Any, *, review: bool
) -> Check:
    match kind:
        case "periods":
            return _check_periods(evidence, unit_id, value, review=review)
        case "no_veto":
            return _check_vetoes(evidence, unit_id, int(value))
        case "no_overdue_problems":
            days = int(value)
            count = sum(1 for late in evidence.overdue.get(unit_id, ()) if late > days)
            url = reverse("org:unit", args=[unit_id]) + "?tab=rectification"
            return Check(kind, {"days": days}, {"n": count}, count == 0, url)
        case "members" | "months":
            name = "members" if kind == "members" else "months_active"
            count = int(evidence.described.get(unit_id, {}).get(name, 0))
            url = reverse("org:unit", args=[unit_id])
            return Check(kind, {"n": int(value)}, {"n": count}, count >= int(value), url)
        case "share":
            return _check_share(evidence, unit_id, level, Decimal(str(value)))
        case _:
            return _check_below(evidence, unit_id, level, int(value))


def _look_back(evidence: Evidence, unit_id: int, of: int) -> list[Month]:
    own = evidence.months.get(unit_id, {})
    return [own[period] for period in evidence.periods[:of] if period in own]


def _check_periods(
    evidence: Evidence, unit_id: int, value: Mapping[str, Any], *, review: bool
) -> Check:
    """Return how many periods reach the band; periods without a result are not held against who holds it."""
    months = _look_back(evidence, unit_id, int(value["of"]))
    months = [month for month in months if month.total is not None]
    if value.get("band"):
        known = value["band"] in evidence.bands
        good = evidence.bands[: evidence.bands.index(value["band"]) + 1] if known else []
        met = sum(1 for month in months if month.band in good)
    else:
        least = Decimal(str(value["total"]))
        met = sum(1 for month in months if month.total is not None and month.total >= least)
    asked = {**value, "band_words": evidence.band_words.get(value.get("band", ""))}
    without = int(value["of"]) - len(months) if review else 0
    return Check(
        "periods",
        asked,
        {"met": met, "known": len(months), "open": without},
        met + without >= int(value["least"]),
        reverse("evaluation:score", args=[months[0].score_id]) if months else "",
    )


def _check_vetoes(evidence: Evidence, unit_id: int, of: int) -> Check:
    months = _look_back(evidence, unit_id, of)
    vetoed = [month for month in months if month.vetoed]
    shown = vetoed or months
    url = reverse("evaluation:score", args=[shown[0].score_id]) if shown else ""
    return Check("no_veto", {"of": of}, {"n": len(vetoed)}, not vetoed, url)


def _check_share(evidence: Evidence, unit_id: int, level: Level, share: Decimal) -> Check:
    places = max(1, int(share * len(evidence.units)))
    taken = {pk for pk, row in evidence.held.items() if row.rank >= level.rank}
    taken |= {pk for pk, rank in evidence.promised.items() if rank >= level.rank}
    held = len(taken - {unit_id})
    percent = f"{(share * 100).normalize():f}"
    return Check(
        "share",
        {"percent": percent},
        {"held": held, "places": places},
        held < places,
        reverse("distinctions:board") + f"?programme={evidence.programme.pk}",
    )


def _check_below(evidence: Evidence, unit_id: int, level: Level, months: int) -> Check:
    since = evidence.since.get(unit_id, {}).get(level.rank - 1)
    now = evidence.held.get(unit_id)
    count = None
    if since is not None and now is not None:
        on = evidence.on
        count = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    url = reverse("distinctions:holding", args=[now.pk]) if now else ""
    return Check("below", {"n": months}, {"n": count}, count is not None and count >= months, url)


def find_next(evidence: Evidence, unit_id: int) -> Level | None:
    """Return the level a unit may go for: the one above what it holds, step by step; None at the top."""
    held = evidence.held.get(unit_id)
    rank = held.rank + 1 if held else 1
    return next((one for one in evidence.programme.levels if one.rank == rank), None)


def holds_all(checks: Iterable[Check]) -> bool:
    """Return whether every condition holds."""
    return all(check.holds for check in checks)
