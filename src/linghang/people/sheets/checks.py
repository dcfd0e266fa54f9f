"""What a row of 党员 is checked for: identity number, dates of membership, branch and bureau."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as _

from linghang.org import api as org
from linghang.people import services
from linghang.people.enums import MemberKind, Sex
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import Row
from linghang_core import regulations

if TYPE_CHECKING:
    from linghang.people.sheets.members import MemberRow

# Dates of a member: the notice of the regulation, the column it is shown at, and its words.
DATE_FAULTS = {
    "member.too_young": (
        "joined_on",
        _("The person was younger than %(years)s when joining."),
        _("Check the date of birth and the date of joining."),
    ),
    "member.probation_too_short": (
        "full_on",
        _("Full membership comes at the earliest on %(earliest)s, a year after joining."),
        _("Check both dates."),
    ),
    "member.probationary_with_full_date": (
        "full_on",
        _("A probationary member has no date of full membership."),
        _("Clear the date, or write 正式党员."),
    ),
    "member.full_without_date": (
        "full_on",
        _("The date of full membership is missing."),
        _("Add it when it is known."),
    ),
}


def compare_identity(row: Row[MemberRow]) -> None:
    data, number = row.data, row.data.identity_number
    if number is None:
        return
    reading = regulations.read_identity_number(number)
    sex = Sex.MALE if reading.sex == regulations.Sex.MALE else Sex.FEMALE
    if data.sex in {Sex.MALE, Sex.FEMALE} and data.sex != sex:
        row.fault(
            "sex",
            _("The sex differs from the identity number."),
            _("Check the 17th digit of the number and the sex."),
            code="sex_differs",
        )
    if data.born_on and reading.born_on and data.born_on != reading.born_on:
        row.fault(
            "born_on",
            _("The date of birth differs from the identity number, which says %(found)s."),
            _("Correct the date, or the number if it is the number that is wrong."),
            code="birth_differs",
            found=reading.born_on.isoformat(),
        )
    if data.sex is None and not row.has_fault("sex"):
        data.sex = sex
    if data.born_on is None and not row.has_fault("born_on"):
        data.born_on = reading.born_on


def kind_without_date(row: Row[MemberRow]) -> MemberKind | None:
    if row.has_fault("full_on"):
        return None
    if row.existing is not None:
        return MemberKind(row.existing.member_kind)
    return MemberKind.PROBATIONARY if row.data.joined_on else MemberKind.FULL


def check_dates(row: Row[MemberRow]) -> None:
    data = row.data
    dates = regulations.MemberDates(
        born_on=None if row.has_fault("born_on") else data.born_on,
        joined_on=data.joined_on,
        full_on=data.full_on,
        probationary=data.member_kind == MemberKind.PROBATIONARY,
    )
    for notice in services.judge_dates(dates):
        column, message, remedy = DATE_FAULTS[notice.code]
        if row.has_fault(column) or (notice.code == "member.full_without_date" and _excused(row)):
            continue
        blocks = notice.severity is regulations.Severity.BLOCK
        row.fault(
            column,
            message,
            remedy,
            code=notice.code,
            severity=Severity.BLOCK if blocks else Severity.WARN,
            **notice.parameters,
        )


def _excused(row: Row[MemberRow]) -> bool:
    """Return whether a missing date of full membership says nothing: no such column, or no kind."""
    return "full_on" not in row.table.places or row.data.member_kind is None


def check_branch(row: Row[MemberRow]) -> None:
    target = row.target("unit")
    kind = org.kind_of(target)
    if kind is not None and not kind.is_branch:
        row.fault(
            "unit",
            _("Members belong to a branch; this unit is none."),
            _("Write the name of the branch."),
            code="not_a_branch",
        )


def check_owner(row: Row[MemberRow], visible: set[int]) -> None:
    own = row.existing.own if row.existing is not None else []
    if own and own[0].unit_id not in visible:
        row.fault(
            "identity_number",
            _("This identity number is registered in another bureau."),
            _("Ask that bureau to transfer the membership first."),
            code="elsewhere",
        )


def check_entry(row: Row[MemberRow]) -> None:
    """Warn where the day of entering the branch is not the one known: a transfer says that, no roster."""
    own = row.existing.own if row.existing is not None else []
    day = row.data.entered_on
    if own and day and day != own[0].valid_from:
        row.fault(
            "entered_on",
            _("The membership in this branch began on %(known)s; the import does not move it."),
            _("If that day is wrong, ask the Party-affairs officer."),
            code="entered_differs",
            severity=Severity.WARN,
            known=own[0].valid_from.isoformat(),
        )


def warn_of_areas(rows: Sequence[Row[MemberRow]]) -> None:
    """Warn once per unknown area code: districts are renamed, a row each would bury the real faults."""
    known = regulations.load_rules().find("identity.area").value["prefixes"]
    unknown = [
        row
        for row in rows
        if row.data.identity_number and row.data.identity_number[:2] not in known
    ]
    counts = Counter(row.data.identity_number[:6] for row in unknown)  # type: ignore[index]
    told: set[str] = set()
    for row in unknown:
        area = row.data.identity_number[:6]  # type: ignore[index]
        if area not in told:
            told.add(area)
            row.fault(
                "identity_number",
                _("The area code %(area)s is not known (in %(count)s rows, this is the first)."),
                _("Nothing needs to be done if the numbers are right."),
                code="area_unknown",
                severity=Severity.WARN,
                area=area,
                count=counts[area],
            )
