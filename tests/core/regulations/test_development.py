"""The 25 steps into the Party: a whole lawful way, each rule broken once, and laws over random acts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from linghang_core.periods import add_months
from linghang_core.regulations import (
    Ballot,
    Outcome,
    Severity,
    Stage,
    Taken,
    check_step,
    check_way,
    find_standing,
    judge_vote,
    list_steps,
    list_waits,
    load_rules,
    may_take,
)

BORN = date(1998, 5, 20)
TODAY = date(2026, 11, 21)
ENOUGH = Ballot(entitled=15, present=12, in_favour=12)
WAY = (
    Taken("application", date(2022, 3, 1)),
    Taken("first_talk", date(2022, 3, 20)),
    Taken("activist", date(2022, 6, 1)),
    Taken("activist_filed", date(2022, 6, 10)),
    Taken("contacts", date(2022, 6, 10), number=2),
    Taken("cultivation", date(2022, 12, 1)),
    Taken("cultivation", date(2023, 6, 1)),
    Taken("candidate", date(2023, 6, 20)),
    Taken("candidate_filed", date(2023, 7, 1)),
    Taken("introducers", date(2023, 7, 5), number=2),
    Taken("vetting", date(2023, 8, 1)),
    Taken("training", date(2023, 8, 20), days=3, hours=24),
    Taken("committee_review", date(2023, 9, 1)),
    Taken("preliminary_review", date(2023, 9, 20)),
    Taken("form", date(2023, 9, 25)),
    Taken("admission_meeting", date(2023, 10, 10), ballot=ENOUGH),
    Taken("approval_talk", date(2023, 11, 1)),
    Taken("approval", date(2023, 12, 20)),
    Taken("approval_filed", date(2024, 1, 5)),
    Taken("assigned", date(2024, 1, 5)),
    Taken("oath", date(2024, 7, 1)),
    Taken("further_cultivation", date(2024, 7, 10)),
    Taken("conversion_application", date(2024, 9, 20)),
    Taken("conversion_meeting", date(2024, 10, 10), ballot=ENOUGH),
    Taken("conversion_approval", date(2024, 12, 1)),
    Taken("archived", date(2024, 12, 10)),
)


def put(step: str, **changes: object) -> list[Taken]:
    """Return the way with the last of a step changed."""
    place = max(n for n, one in enumerate(WAY) if one.step == step)
    return [*WAY[:place], replace(WAY[place], **changes), *WAY[place + 1 :]]


def blocks(taken: list[Taken], born_on: date | None = BORN) -> list[str]:
    found = check_way(taken, born_on=born_on, on=TODAY)
    return [notice.code for notice in found if notice.severity is Severity.BLOCK]


def warns(taken: list[Taken]) -> list[str]:
    found = check_way(taken, born_on=BORN, on=TODAY)
    return [notice.code for notice in found if notice.severity is Severity.WARN]


def test_there_are_25_steps_in_five_stages() -> None:
    steps = list_steps()
    assert [step.number for step in steps] == list(range(1, 26))
    assert [sum(step.stage is stage for step in steps) for stage in Stage] == [2, 4, 5, 7, 7]
    codes = [step.code for step in steps]
    assert all(codes.index(need) < n for n, step in enumerate(steps) for need in step.needs)


def test_a_lawful_way_has_nothing_against_it() -> None:
    assert check_way(WAY, born_on=BORN, on=TODAY) == ()
    standing = find_standing(WAY)
    assert standing.ended
    assert (standing.joined_on, standing.full_on) == (date(2023, 10, 10), date(2024, 10, 10))


@pytest.mark.parametrize(
    ("step", "changes", "code"),
    [
        ("contacts", {"number": 3}, "development.number"),
        ("candidate", {"on": date(2023, 5, 31)}, "development.too_early"),
        ("introducers", {"number": 1}, "development.number"),
        ("admission_meeting", {"ballot": None}, "development.vote_missing"),
        ("admission_meeting", {"ballot": Ballot(15, 7, 7)}, "development.vote"),
        ("admission_meeting", {"ballot": Ballot(15, 12, 7)}, "development.vote"),
        ("approval", {"on": date(2024, 4, 11)}, "development.lapsed"),
        ("conversion_meeting", {"on": date(2024, 10, 9)}, "development.too_early"),
        ("archived", {"on": date(2026, 11, 22)}, "development.future"),
    ],
)
def test_each_hard_rule_blocks(step: str, changes: dict, code: str) -> None:
    assert code in blocks(put(step, **changes))


def test_what_was_done_is_not_done_again_but_reviews_come_round() -> None:
    for place, one in enumerate(WAY[:7], 1):
        found = check_step(replace(one, on=WAY[6].on), WAY[:place], born_on=BORN, on=TODAY)
        codes = [notice.code for notice in found if notice.severity is Severity.BLOCK]
        assert codes == ([] if one.step == "cultivation" else ["development.again"])


@pytest.mark.parametrize("outcome", [Outcome.EXTENDED, Outcome.CANCELLED])
def test_only_the_meeting_on_conversion_ends_or_extends_probation(outcome: Outcome) -> None:
    assert "development.outcome" in blocks(put("oath", outcome=outcome))
    assert "development.outcome" not in blocks(put("conversion_meeting", outcome=outcome, months=6))


@pytest.mark.parametrize(
    ("step", "changes", "code"),
    [
        ("first_talk", {"on": date(2022, 4, 2)}, "development.late"),
        ("training", {"days": 2, "hours": 23}, "development.too_short"),
        ("admission_meeting", {"on": date(2023, 10, 21)}, "development.late"),
        ("approval", {"on": date(2024, 1, 11)}, "development.late"),
    ],
)
def test_what_is_generally_so_warns_only(step: str, changes: dict, code: str) -> None:
    taken = put(step, **changes)
    assert code in warns(taken)
    assert code not in blocks(taken)


def test_written_opinions_of_the_absent_count() -> None:
    assert blocks(put("admission_meeting", ballot=Ballot(15, 8, 7, 1))) == []


def test_a_special_case_may_take_six_months() -> None:
    assert warns(put("approval", on=date(2024, 1, 3), special=True)) == []
    late = WAY[17]
    assert (
        check_step(
            replace(late, on=date(2024, 4, 10), special=True), WAY[:17], born_on=BORN, on=TODAY
        )
        == ()
    )


def test_whoever_was_not_eighteen_could_not_apply() -> None:
    assert blocks(list(WAY), born_on=date(2004, 3, 2)) == ["development.too_young"]
    assert blocks(list(WAY), born_on=date(2004, 3, 1)) == []


def test_a_missing_review_warns() -> None:
    without = [one for one in WAY if one.on != date(2022, 12, 1)]
    assert warns(without) == ["development.review_gap"]


def test_what_was_refused_must_pass_before_anything_goes_on() -> None:
    refused = [*WAY[:10], replace(WAY[10], outcome=Outcome.REFUSED), WAY[11]]
    assert [step.code for step in find_standing(refused).next_steps] == ["vetting"]
    found = check_step(WAY[12], refused, born_on=BORN, on=TODAY)
    assert [notice.code for notice in found] == ["development.refused"]
    assert may_take(WAY[12], [*refused, WAY[10]], born_on=BORN, on=TODAY)


def test_probation_is_extended_once_by_six_to_twelve_months() -> None:
    longer = Taken(
        "conversion_meeting", date(2024, 10, 10), Outcome.EXTENDED, months=6, ballot=ENOUGH
    )
    before = [*WAY[:23], longer]
    assert find_standing(before).probation_ends_on == date(2025, 4, 10)
    soon, then = date(2025, 4, 9), date(2025, 4, 10)
    again = replace(longer, on=then)
    assert not may_take(replace(WAY[23], on=soon), before, born_on=BORN, on=TODAY)
    assert may_take(replace(WAY[23], on=then), before, born_on=BORN, on=TODAY)
    found = check_step(again, before, born_on=BORN, on=TODAY)
    assert [notice.code for notice in found] == ["development.extended_twice"]
    for months, fits in ((5, False), (12, True), (13, False)):
        assert may_take(replace(longer, months=months), WAY[:23], born_on=BORN, on=TODAY) is fits


def test_a_cancelled_probation_ends_the_way() -> None:
    gone = [
        *WAY[:23],
        Taken("conversion_meeting", date(2024, 10, 10), Outcome.CANCELLED, ballot=ENOUGH),
    ]
    assert find_standing(gone).ended
    assert find_standing(gone).full_on is None
    found = check_step(WAY[24], gone, born_on=BORN, on=TODAY)
    assert [notice.code for notice in found] == ["development.ended"]


@pytest.mark.parametrize(
    ("steps", "waits"),
    [
        (1, [("first_talk", None, date(2022, 4, 1))]),
        (
            6,
            [
                ("candidate", date(2023, 6, 1), None),
                ("cultivation", None, date(2023, 6, 1)),
            ],
        ),
        (14, [("admission_meeting", None, date(2023, 10, 20))]),
        (16, [("approval", None, date(2024, 1, 10))]),
        (20, [("conversion_meeting", date(2024, 10, 10), date(2024, 10, 10))]),
        (24, [("conversion_approval", None, date(2025, 1, 10))]),
        (26, []),
    ],
)
def test_what_waits_for_a_day(steps: int, waits: list) -> None:
    found = [(wait.step.code, wait.earliest, wait.due_on) for wait in list_waits(WAY[:steps])]
    assert sorted(found, key=str) == sorted(waits, key=str)


def test_every_notice_speaks_both_languages() -> None:
    bad = [
        *put("introducers", number=5),
        replace(WAY[15], ballot=Ballot(15, 7, 7)),
        Taken("approval", date(2026, 12, 1)),
    ]
    for notice in check_way(bad, born_on=date(2010, 1, 1), on=TODAY):
        assert "{" not in notice.text("zh") + notice.text("en")
        assert notice.basis


# --- laws over random acts ---------------------------------------------------------------------------

days = st.integers(0, 2200).map(lambda n: date(2020, 1, 1) + timedelta(days=n))
ballots = st.none() | st.tuples(st.integers(3, 20), st.integers(0, 20), st.integers(0, 20)).map(
    lambda n: Ballot(n[0], min(n[0], n[1]), min(n[0], n[1], n[2]))
)
acts = st.builds(
    Taken,
    step=st.sampled_from([step.code for step in list_steps()]),
    on=days,
    outcome=st.sampled_from([Outcome.PASSED] * 5 + [Outcome.REFUSED]),
    number=st.integers(0, 3),
    days=st.integers(0, 4),
    ballot=ballots,
)


@st.composite
def tempted_ways(draw: st.DrawFn) -> list[Taken]:
    """Return the lawful way with acts tried in between: too early, too few people, lost votes."""
    found = []
    for one in WAY:
        if draw(st.integers(0, 2)) == 0:
            tried = draw(acts)
            moved = one.on - timedelta(days=draw(st.integers(-40, 400)))
            found.append(replace(tried, step=one.step, on=moved))
        found.append(one)
    return found


@settings(max_examples=150)
@given(tempted_ways() | st.lists(acts, max_size=40), st.integers(-400, 400))
def test_nobody_is_admitted_against_the_rules(tried: list[Taken], older: int) -> None:
    born_on = add_months(WAY[0].on, -12 * 18) - timedelta(days=older)
    taken: list[Taken] = []
    for one in tried:
        if may_take(one, taken, born_on=born_on, on=date(2040, 1, 1)):
            taken.append(one)
    last = {one.step: one for one in taken}
    standing = find_standing(taken)
    event(f"admitted: {standing.joined_on is not None}, converted: {standing.full_on is not None}")
    if standing.joined_on is None:
        assert standing.full_on is None
        return
    assert last["application"].on >= add_months(born_on, 12 * 18)
    assert last["introducers"].number == 2
    meeting = last["admission_meeting"]
    assert meeting.ballot is not None
    assert judge_vote(
        "admission",
        entitled=meeting.ballot.entitled,
        present=meeting.ballot.present,
        in_favour=meeting.ballot.in_favour,
    ).passed
    assert any(
        activist.on <= add_months(one.on, -12)
        for one in taken
        if one.step == "candidate"
        for activist in taken
        if activist.step == "activist"
    )
    if standing.full_on is not None:
        months = load_rules().find("member.probation").whole("months")
        assert standing.full_on >= add_months(standing.joined_on, months)
        assert last["conversion_meeting"].on >= standing.full_on
