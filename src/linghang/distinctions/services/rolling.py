"""Rolling lists (动态评选): each quarter the units that qualify, with why; who stays, enters, leaves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.distinctions.enums import Happened
from linghang.distinctions.models import Programme, RollingList
from linghang.distinctions.queries import conditions
from linghang.org.models import Unit
from linghang.platform.acts import known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang_core.periods import Period


@transaction.atomic
def make_list(*, programme: Programme, root: Unit, period: Period, actor: Any) -> RollingList:
    """Make the list of a quarter that is over and return it; it is frozen, never made again.

    The highest level whose conditions hold is the unit's; what was published of later periods does
    not count. Raises ValidationError before the end of the quarter, before its last month is
    published and where the list stands already.
    """
    Unit.objects.select_for_update().get(pk=root.pk)
    if clock.today() < period.end:
        raise ValidationError(
            _("%(period)s is not over; its list can be made from %(day)s.")
            % {"period": period.label(spoken()), "day": period.end},
            code="early",
        )
    if RollingList.objects.filter(programme=programme, root=root, period=str(period)).exists():
        raise ValidationError(_("The list of this quarter has been made."), code="made")
    evidence = conditions.read_evidence(programme, root, clock.today(), until=period.end)
    if not evidence.periods or Period.parse(evidence.periods[0]).end != period.end:
        raise ValidationError(
            _("The last results of %(period)s are not published; publish them first.")
            % {"period": period.label(spoken())},
            code="unpublished",
        )
    before = RollingList.objects.filter(
        programme=programme, root=root, period=str(period.previous())
    ).first()
    was = {row["unit"]: row for row in before.rows if row["move"] != "leaves"} if before else {}
    rows = []
    for pk, unit in evidence.units.items():
        level, checks = _find_level(evidence, pk)
        if level is None and pk not in was:
            continue
        move = "leaves" if level is None else "stays" if pk in was else "enters"
        rows.append(
            {
                "unit": pk,
                "name": unit.name,
                "group": evidence.name_group(pk),
                "level": level.code if level else "",
                "move": move,
                "checks": [check.as_plain() for check in checks],
            }
        )
    made = RollingList.objects.create(
        programme=programme,
        root=root,
        period=str(period),
        made_on=clock.today(),
        made_by=known(actor),
        rows=rows,
    )
    audit.record(
        actor=actor,
        verb=f"distinction.{Happened.LISTED.value}",
        target=made,
        unit_path=root.path,
        new={"count": len(rows)},
    )
    return made


def _find_level(evidence: conditions.Evidence, pk: int) -> tuple[Any, list[conditions.Check]]:
    """Return the highest level a unit qualifies for with its checks, or None and those of the lowest."""
    checks: list[conditions.Check] = []
    for level in evidence.programme.levels:
        checks = conditions.check_level(evidence, pk, level)
        if conditions.holds_all(checks):
            return level, checks
    return None, checks
