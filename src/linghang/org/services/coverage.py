"""Coverage: which business units a party unit covers, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.enums import ChangeKind, Line
from linghang.org.models import Coverage, Unit
from linghang.org.services import rules, spans
from linghang.org.services.founding import LONG_AGO
from linghang.platform.audit import services as audit


@transaction.atomic
def open_coverage(*, links: Iterable[tuple[Unit, Unit]], on: date | None = None, actor: Any) -> int:
    """Open the links (party unit, business unit) that are not open yet; return how many.

    Without a day a link begins when both units were there: an import of what stands states no
    change.
    """
    wanted = {(party.pk, business.pk): (party, business) for party, business in links}
    for party, business in wanted.values():
        _check_ends(party, business)
    present = set(
        Coverage.objects.filter(
            valid_to=None, party_unit_id__in=[pk for pk, _business in wanted]
        ).values_list("party_unit_id", "business_unit_id")
    )
    missing = [pair for key, pair in wanted.items() if key not in present]
    Coverage.objects.bulk_create(
        [
            Coverage(party_unit=p, business_unit=b, valid_from=on or _both_there(p, b))
            for p, b in missing
        ],
        batch_size=500,
    )
    if missing:
        audit.record(
            actor=actor,
            verb="open_coverage",
            label="、".join(f"{p.name}→{b.name}" for p, b in missing[:5]),
            unit_path=missing[0][0].root_path,
            new={"links": [[p.code, b.code] for p, b in missing[:500]]},
        )
    return len(missing)


@transaction.atomic
def close_coverage(*, links: Iterable[tuple[Unit, Unit]], on: date, actor: Any) -> int:
    """End the open links (party unit, business unit) on the day; return how many there were."""
    closed = 0
    for party, business in links:
        rows = Coverage.objects.filter(party_unit=party, business_unit=business, valid_to=None)
        ended, _rows = rows.filter(valid_from__gte=on).delete()  # empty: it never held for a day
        found = ended + rows.update(valid_to=on)
        if found:
            audit.record(
                actor=actor,
                verb="close_coverage",
                target=party,
                unit_path=party.path,
                old={"covers": business.name},
                new={"on": on.isoformat()},
            )
        closed += found
    return closed


@transaction.atomic
def set_coverage(
    *,
    party_unit: Unit,
    business_units: Sequence[Unit],
    on: date,
    document_number: str = "",
    actor: Any,
) -> tuple[int, int]:
    """Let the party unit cover exactly these business units from the day on; return (opened,
    closed).
    """
    rules.check_stands(party_unit, on)
    wanted = {unit.pk: unit for unit in business_units}
    for unit in wanted.values():
        _check_ends(party_unit, unit)
    current = {row.business_unit_id: row for row in party_unit.covers.filter(valid_to=None)}
    late = [row for pk, row in current.items() if pk not in wanted and row.valid_from > on]
    if late:
        raise rules.refuse(
            "coverage_later",
            _("The coverage began only on %(day)s; choose that day or a later one."),
            day=late[0].valid_from.isoformat(),
        )
    closed = [row for pk, row in current.items() if pk not in wanted]
    Coverage.objects.filter(pk__in=[r.pk for r in closed if r.valid_from == on]).delete()
    Coverage.objects.filter(pk__in=[r.pk for r in closed if r.valid_from < on]).update(valid_to=on)
    opened = [unit for pk, unit in wanted.items() if pk not in current]
    Coverage.objects.bulk_create(
        [Coverage(party_unit=party_unit, business_unit=unit, valid_from=on) for unit in opened]
    )
    if opened or closed:
        _record(party_unit, opened, closed, on, document_number, actor)
    return (len(opened), len(closed))


def _record(
    party_unit: Unit,
    opened: Sequence[Unit],
    closed: Sequence[Coverage],
    on: date,
    document_number: str,
    actor: Any,
) -> None:
    names = dict(
        Unit.objects.filter(pk__in=[row.business_unit_id for row in closed]).values_list(
            "pk", "name"
        )
    )
    detail = {
        "covers": [unit.name for unit in opened],
        "no_longer": [names[row.business_unit_id] for row in closed],
    }
    spans.note(
        [party_unit],
        ChangeKind.CHANGED,
        on=on,
        document_number=document_number,
        detail=detail,
        actor=actor,
    )
    audit.record(
        actor=actor,
        verb="set_coverage",
        target=party_unit,
        unit_path=party_unit.path,
        old={"no_longer": detail["no_longer"]},
        new={"covers": detail["covers"], "on": on.isoformat()},
    )


def _check_ends(party: Unit, business: Unit) -> None:
    if party.line != Line.PARTY or business.line != Line.BUSINESS:
        raise rules.refuse(
            "coverage_line", _("Coverage leads from a party unit to a business unit.")
        )


def _both_there(party: Unit, business: Unit) -> date:
    return max(party.established_on or LONG_AGO, business.established_on or LONG_AGO)
