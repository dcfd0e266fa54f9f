"""What the meter says before a list goes down: above the cap its issuer gives a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.burden.queries import count_items, find_cap
from linghang.burden.queries.counting import month_of
from linghang.org.models import Unit
from linghang.worklists.api import IssueWarning, ItemDraft
from linghang_core.regulations import RuleBook

if TYPE_CHECKING:
    from linghang.worklists.api import Reach

NAMED_AT_MOST = 3


def check_cap(
    issuer: Unit, _drafts: Sequence[ItemDraft], reach: Reach, rules: RuleBook | None = None
) -> list[IssueWarning]:
    """Return one warning if the list would ask some unit for more items in this month than the cap.

    Counted are the required items of units, those asked in the month already and the new ones; what a
    unit asks of itself is no burden. Two queries.
    """
    cap = find_cap(reach.on, rules)
    new: dict[int, int] = defaultdict(int)
    for line in reach.lines:
        if line.draft.required:
            for asked in {unit for unit, person in line.targets if person is None} - {issuer.pk}:
                new[asked] += 1
    if not new or not cap.by_kind:
        return []
    known = count_items(list(new), month_of(reach.on))
    least = min(cap.by_kind.values())
    wanted = {pk: number + known.get(pk, 0) for pk, number in new.items()}
    wanted = {pk: number for pk, number in wanted.items() if number > least}
    over = []
    for unit in Unit.objects.filter(pk__in=list(wanted)).order_by("path") if wanted else ():
        limit = cap.of(unit.kind)
        if limit is not None and wanted[unit.pk] > limit:
            over.append((unit, wanted[unit.pk], limit))
    return [_warn(over, cap.basis)] if over else []


def _warn(over: Sequence[tuple[Unit, int, int]], basis: str) -> IssueWarning:
    named = "、".join(
        f"{unit.name} {number}/{limit}" for unit, number, limit in over[:NAMED_AT_MOST]
    )
    text = ngettext(
        "%(n)d unit would be asked for more items this month than the cap (%(units)s). %(basis)s",
        "%(n)d units would be asked for more items this month than the cap (%(units)s). %(basis)s",
        len(over),
    ) % {
        "n": len(over),
        "units": named
        if len(over) <= NAMED_AT_MOST
        else _("%(units)s and more") % {"units": named},
        "basis": basis,
    }
    return IssueWarning(text, "over_cap")
