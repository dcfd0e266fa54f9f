"""Votes, head counts, terms, dues and member dates against worked tables and laws."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core.regulations import (
    MemberDates,
    OrganisationState,
    TermState,
    advise_organisation,
    check_member_dates,
    check_organisation,
    check_unpaid,
    compute_dues,
    compute_term,
    count_candidates_needed,
    count_excellent_at_most,
    judge_vote,
)


@pytest.mark.parametrize(
    ("kind", "entitled", "present", "in_favour", "quorate", "passed"),
    [
        ("members_meeting", 15, 8, 8, True, True),
        ("members_meeting", 15, 7, 7, False, False),
        ("members_meeting", 15, 10, 7, True, False),
        ("members_meeting", 16, 8, 8, True, False),  # valid, yet cannot pass
        ("members_meeting", 16, 9, 9, True, True),
        ("committee_meeting", 5, 3, 3, True, True),
        ("committee_meeting", 5, 2, 2, False, False),
        ("admission", 16, 8, 8, False, False),
        ("admission", 16, 9, 9, True, True),
        ("election", 20, 16, 11, True, True),
        ("election", 20, 16, 10, True, False),
        ("election", 20, 15, 15, False, False),
        ("secretary", 6, 4, 4, False, False),
        ("secretary", 6, 5, 4, True, True),
        ("preliminary", 10, 8, 6, True, True),
    ],
)
def test_vote(
    kind: str, entitled: int, present: int, in_favour: int, quorate: bool, passed: bool
) -> None:
    result = judge_vote(kind, entitled=entitled, present=present, in_favour=in_favour)
    assert (result.quorate, result.passed) == (quorate, passed)


def test_vote_says_how_many_were_needed() -> None:
    result = judge_vote("election", entitled=20, present=15, in_favour=15)
    assert (result.present_needed, result.in_favour_needed) == (16, 11)


def test_written_opinions_count_for_admission_only() -> None:
    admission = judge_vote("admission", entitled=15, present=8, in_favour=7, written_in_favour=1)
    ordinary = judge_vote(
        "members_meeting", entitled=15, present=8, in_favour=7, written_in_favour=1
    )
    assert (admission.passed, ordinary.passed) == (True, False)


def test_old_election_is_judged_by_the_old_rule() -> None:
    old = judge_vote("election", entitled=20, present=17, in_favour=9, on=date(2019, 5, 1))
    new = judge_vote("election", entitled=20, present=17, in_favour=9, on=date(2021, 5, 1))
    assert (old.passed, old.in_favour_needed) == (True, 9)
    assert (new.passed, new.in_favour_needed) == (False, 11)


@pytest.mark.parametrize(
    ("entitled", "present", "in_favour"), [(0, 0, 0), (10, 11, 3), (10, 5, 6), (10, -1, 0)]
)
def test_contradicting_counts_are_refused(entitled: int, present: int, in_favour: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each case has its own sentence
        judge_vote("election", entitled=entitled, present=present, in_favour=in_favour)


@given(st.integers(1, 300), st.data())
def test_more_agreement_never_turns_a_passed_vote(entitled: int, data: st.DataObject) -> None:
    present = data.draw(st.integers(0, entitled))
    in_favour = data.draw(st.integers(0, present))
    result = judge_vote("members_meeting", entitled=entitled, present=present, in_favour=in_favour)
    assert result.passed == (2 * present >= entitled and 2 * in_favour > entitled)


@pytest.mark.parametrize(("seats", "candidates"), [(1, 2), (3, 4), (5, 6), (6, 8), (7, 9)])
def test_candidates(seats: int, candidates: int) -> None:
    assert count_candidates_needed(seats) == candidates


@pytest.mark.parametrize(("members", "excellent"), [(0, 0), (2, 0), (3, 1), (14, 4), (15, 5)])
def test_excellent_cap(members: int, excellent: int) -> None:
    assert count_excellent_at_most(members) == excellent


@pytest.mark.parametrize(
    ("full", "kind", "has_committee"),
    [
        (0, "joint_branch", False),
        (2, "joint_branch", False),
        (3, "branch", False),
        (6, "branch", False),
        (7, "branch", True),
        (49, "branch", True),
        (50, "general_branch", True),
        (99, "general_branch", True),
        (100, "party_committee", True),
    ],
)
def test_kind_of_organisation(full: int, kind: str, has_committee: bool) -> None:
    advice = advise_organisation(full_members=full)
    assert (advice.kind, advice.has_committee) == (kind, has_committee)


def test_probationary_members_count_for_size_and_not_for_a_branch() -> None:
    assert advise_organisation(full_members=2, members=9).kind == "joint_branch"
    assert advise_organisation(full_members=45, members=50).kind == "general_branch"


BRANCH = OrganisationState("branch", full_members=12, members=14, committee_members=3)


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        (BRANCH, []),
        (replace(BRANCH, kind="temporary_branch", full_members=1), []),
        (replace(BRANCH, committee_members=0), ["organisation.committee_missing"]),
        (replace(BRANCH, full_members=5), ["organisation.committee_not_needed"]),
        (replace(BRANCH, committee_members=8), ["organisation.committee_size"]),
        (replace(BRANCH, members=51), ["organisation.too_large"]),
        (
            OrganisationState("branch", full_members=2, members=4),
            ["organisation.too_small"],
        ),
        (OrganisationState("branch", full_members=2, members=4, approved=True), []),
        (
            OrganisationState("joint_branch", full_members=6, members=6, units=6),
            ["organisation.too_many_units"],
        ),
        (
            OrganisationState("general_branch", 100, 100, committee_members=7),
            ["organisation.too_large"],
        ),
        (
            OrganisationState("party_committee", 80, 80, committee_members=12),
            ["organisation.too_small", "organisation.committee_size"],
        ),
    ],
)
def test_organisation_that_differs_is_warned(state: OrganisationState, codes: list[str]) -> None:
    found = check_organisation(state)
    assert [notice.code for notice in found] == codes
    assert {notice.severity.value for notice in found} <= {"warn"}
    assert all(notice.text("zh") and notice.text("en") for notice in found)


def test_organisation_warning_reads_well() -> None:
    found = check_organisation(OrganisationState("branch", full_members=2, members=4))
    assert found[0].text() == (
        "现有2人，党支部一般应有3人以上；确因工作需要设立的，请填写上级批准文号。"
    )


def test_term_of_a_branch() -> None:
    term = compute_term("branch", date(2023, 11, 20))
    assert (term.remind_on, term.expires_on, term.latest_extension) == (
        date(2026, 5, 20),
        date(2026, 11, 20),
        date(2027, 11, 20),
    )
    assert compute_term("party_committee", date(2023, 11, 20)).expires_on == date(2028, 11, 20)


@pytest.mark.parametrize(
    ("on", "approved_until", "state"),
    [
        (date(2026, 5, 19), None, TermState.RUNNING),
        (date(2026, 5, 20), None, TermState.REMINDED),
        (date(2026, 11, 19), None, TermState.REMINDED),
        (date(2026, 11, 20), None, TermState.OVERDUE),
        (date(2026, 11, 20), date(2027, 3, 1), TermState.EXTENDED),
        (date(2027, 3, 1), date(2027, 3, 1), TermState.OVERDUE),
        (date(2027, 12, 1), date(2029, 1, 1), TermState.OVERDUE),
    ],
)
def test_state_of_a_term(on: date, approved_until: date | None, state: TermState) -> None:
    term = compute_term("branch", date(2023, 11, 20))
    assert term.state(on, approved_until=approved_until) is state


@pytest.mark.parametrize(
    ("base", "amount"),
    [
        ("0", "0.00"),
        ("3000", "15.00"),
        ("3000.01", "30.00"),
        ("5000", "50.00"),
        ("5000.01", "75.00"),
        ("8000", "120.00"),
        ("10000", "150.00"),
        ("10000.01", "200.00"),
        ("12000", "240.00"),
        ("2001", "10.01"),  # 10.005 rounds half-up
    ],
)
def test_dues_of_a_working_member(base: str, amount: str) -> None:
    assert str(compute_dues(Decimal(base)).amount) == amount


@pytest.mark.parametrize(
    ("payer", "base", "amount"),
    [
        ("retired", "5000", "25.00"),
        ("retired", "5000.01", "50.00"),
        ("without_income", "0", "0.20"),
        ("irregular", "8000", "120.00"),
    ],
)
def test_dues_of_other_payers(payer: str, base: str, amount: str) -> None:
    assert str(compute_dues(Decimal(base), payer=payer).amount) == amount


def test_negative_base_is_refused() -> None:
    with pytest.raises(ValueError, match="negative base"):
        compute_dues(Decimal(-1))


@given(st.decimals(0, 200_000, places=2), st.decimals(0, 200_000, places=2))
def test_dues_never_fall_with_the_base(one: Decimal, other: Decimal) -> None:
    low, high = sorted([one, other])
    assert compute_dues(low).amount <= compute_dues(high).amount


@pytest.mark.parametrize(
    ("months", "codes"),
    [(2, []), (3, ["dues.reminder"]), (5, ["dues.reminder"]), (6, ["dues.handling"])],
)
def test_unpaid_dues(months: int, codes: list[str]) -> None:
    assert [notice.code for notice in check_unpaid(months)] == codes


MEMBER = MemberDates(date(1990, 3, 5), date(2015, 6, 30), date(2016, 6, 30))


@pytest.mark.parametrize(
    ("dates", "codes"),
    [
        (MEMBER, []),
        (MemberDates(), []),
        (replace(MEMBER, born_on=date(1997, 6, 30)), []),  # 18 on the day
        (replace(MEMBER, born_on=date(1997, 7, 1)), ["member.too_young"]),
        (replace(MEMBER, full_on=date(2016, 6, 29)), ["member.probation_too_short"]),
        (replace(MEMBER, full_on=None), ["member.full_without_date"]),
        (replace(MEMBER, full_on=None, probationary=True), []),
        (replace(MEMBER, probationary=True), ["member.probationary_with_full_date"]),
        (replace(MEMBER, extended_months=6), ["member.probation_too_short"]),
        (replace(MEMBER, extended_months=6, full_on=date(2016, 12, 30)), []),
        (
            replace(MEMBER, extended_months=3, full_on=date(2016, 12, 30)),
            ["member.extension_length"],
        ),
        # In 1975 there was no probation.
        (MemberDates(date(1950, 1, 1), date(1975, 7, 1), date(1975, 7, 1)), []),
    ],
)
def test_member_dates(dates: MemberDates, codes: list[str]) -> None:
    found = check_member_dates(dates)
    assert [notice.code for notice in found] == codes
    assert all(notice.text("zh") and notice.text("en") for notice in found)


def test_joining_too_young_blocks_and_names_both_dates() -> None:
    (notice,) = check_member_dates(replace(MEMBER, born_on=date(1997, 7, 1)))
    assert notice.severity.value == "block"
    assert notice.text() == ("入党时未满18周岁（出生1997-07-01，入党2015-06-30）。请核对两个日期。")
