"""What is asked twice: items alike, and items that ask for what records show already.

Nobody is accused by a number: pairs are shown with links, people decide whether they are the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from django.db.models import Max, QuerySet

from linghang.burden.queries.counting import asked, last_months
from linghang.ledger.models import Fact
from linghang.platform.access import Scope
from linghang.worklists import api as worklists
from linghang.worklists.enums import ProofUse
from linghang.worklists.models import Assignment, Item
from linghang_core.periods import Period
from linghang_core.regulations import RuleBook, load_rules

SHOWN = 20


@dataclass(frozen=True)
class Pair:
    """Two items alike asked of the same units: the later one, the earlier one, how many units got both."""

    later: Item
    earlier: Item
    likeness: Fraction
    units: int


@dataclass(frozen=True)
class Known:
    """An item that asks to report what records of its units show already in that month."""

    item: Item
    units: int


@lru_cache(maxsize=8192)
def pair_characters(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text; marks and spaces part it."""
    parts = re.sub(r"[^\w]", " ", text).split()
    return frozenset(part[at : at + 2] for part in parts for at in range(len(part) - 1))


def rate_likeness(one: str, other: str) -> Fraction:
    """Return how alike two texts are, 0 to 1: pairs both have, over pairs either has."""
    ours, theirs = pair_characters(one), pair_characters(other)
    both = ours | theirs
    return Fraction(len(ours & theirs), len(both)) if both else Fraction(0)


def find_pairs(
    scope: Scope, unit_ids: Collection[int], month: Period, rules: RuleBook | None = None
) -> list[Pair]:
    """Return items of the month like another asked of the same unit in the last months, the likest
    and widest first. The rule `burden.alike` holds the share and the months.

    Two queries, one more for the units of items that are alike.
    """
    rule = (rules or load_rules()).find("burden.alike")
    least, months = rule.share("share"), last_months(month, rule.whole("months"))
    days = (months[0].first_day, month.last_day)
    tasks = asked(worklists.list_tasks(scope)).filter(unit_id__in=unit_ids, person__isnull=True)
    tasks = tasks.filter(asked_on__range=days).order_by()
    last = dict(tasks.values_list("item_id").annotate(last=Max("asked_on")))
    fresh = {item for item, on in last.items() if on >= month.first_day}
    items = Item.objects.select_related("worklist__issuer", "worklist__root").in_bulk(list(last))
    alike = {}
    for one, other in _list_candidates(items, least):
        if one in fresh or other in fresh:
            likeness = rate_likeness(items[one].text, items[other].text)
            if likeness >= least:
                alike[one, other] = likeness
    units = _list_units_asked(tasks, {item for pair in alike for item in pair})
    found = []
    for (one, other), likeness in alike.items():
        shared = units[one] & units[other]
        if shared:
            earlier, later = sorted((one, other))
            found.append(Pair(items[later], items[earlier], likeness, len(shared)))
    found.sort(key=lambda pair: (-pair.units, -pair.likeness, pair.later.pk, pair.earlier.pk))
    return found[:SHOWN]


def _list_units_asked(
    tasks: QuerySet[Assignment], items: Collection[int]
) -> Mapping[int, set[int]]:
    """Return which units each of the items was asked of; no query where there is no item."""
    units: dict[int, set[int]] = defaultdict(set)
    if items:
        for item, unit in tasks.filter(item_id__in=items).values_list("item_id", "unit_id"):
            units[item].add(unit)
    return units


def _list_candidates(items: Mapping[int, Item], least: Fraction) -> list[tuple[int, int]]:
    """Return the pairs of items with enough pairs of characters in common to be worth comparing."""
    holders: dict[str, list[int]] = defaultdict(list)
    for pk, item in sorted(items.items()):
        for pair in pair_characters(item.text):
            holders[pair].append(pk)
    shared: Counter[tuple[int, int]] = Counter()
    for found in holders.values():
        for at, one in enumerate(found):
            for other in found[at + 1 :]:
                shared[one, other] += 1
    size = {pk: len(pair_characters(item.text)) for pk, item in items.items()}
    return [
        (one, other)
        for (one, other), number in shared.items()
        if number >= least * max(size[one], size[other])
    ]


def find_known(scope: Scope, unit_ids: Collection[int], month: Period) -> list[Known]:
    """Return items of the month that ask units to report what their own records prove; three queries.

    Such an item should finish by itself: its proof has a kind, and facts of that kind are there.
    """
    days = (month.first_day, month.last_day)
    tasks = asked(worklists.list_tasks(scope)).filter(
        unit_id__in=unit_ids, person__isnull=True, asked_on__range=days
    )
    tasks = tasks.exclude(item__proof_kind="").exclude(item__proof_use=ProofUse.FINISH)
    units: dict[int, set[int]] = defaultdict(set)
    for item_id, unit in tasks.order_by().values_list("item_id", "unit_id"):
        units[item_id].add(unit)
    if not units:
        return []
    items = Item.objects.select_related("worklist").in_bulk(list(units))
    recorded = set(
        Fact.objects.filter(
            kind__in={item.proof_kind for item in items.values()},
            unit_id__in=unit_ids,
            counts_on__range=days,
            withdrawn_seq__isnull=True,
        )
        .order_by()
        .values_list("kind", "unit_id")
        .distinct()
    )
    found = [
        Known(item, sum((item.proof_kind, unit) in recorded for unit in units[pk]))
        for pk, item in items.items()
    ]
    found = [known for known in found if known.units]
    return sorted(found, key=lambda known: (-known.units, known.item.pk))[:SHOWN]
