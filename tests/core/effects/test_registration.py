"""A study registered before the data, and analyses that follow it or do not."""

import json
import random
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.effects.registration import (
    RegistrationError,
    Severity,
    check_follows,
    read_registration,
)

CONTENT = {
    "indicator": "saidi",
    "treated_units": ["城东", "城西"],
    "comparison_units": ["城南", "城北", "河口"],
    "before": {"from": "2024-01", "to": "2025-12"},
    "after": {"from": "2026-01", "to": "2026-12"},
    "method": "did",
    "options": {"inference": "cluster", "covariates": ["customers"]},
    "direction": "decrease",
    "margin": 0.5,
    "registered_on": "2025-11-30",
}
ANALYSIS = {
    "method": "did",
    "indicator": "saidi",
    "treated_units": ["城西", "城东"],
    "comparison_units": ["河口", "城北", "城南"],
    "before": {"from": "2024-01", "to": "2025-12"},
    "after": {"from": "2026-01", "to": "2026-12"},
    "direction": "decrease",
    "margin": 0.5,
    "options": {"inference": "cluster", "covariates": ["customers"], "unit": "所", "seed": 1},
    "given": ["inference", "covariates", "unit", "treated_unit"],
}


def depart(**changes):
    registration = read_registration(CONTENT)
    return [
        (departure.field, departure.severity)
        for departure in check_follows(registration, ANALYSIS | changes)
    ]


def test_an_analysis_that_keeps_to_it_has_no_departure():
    assert depart() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"indicator": "saifi"}, "indicator"),
        ({"method": "sdid"}, "method"),
        ({"treated_units": ["城东"]}, "treated_units"),
        ({"comparison_units": ["城南", "城北"]}, "comparison_units"),
        ({"before": {"from": "2025-01", "to": "2025-12"}}, "before"),
        ({"after": {"from": "2026-02", "to": "2026-12"}}, "after"),
        ({"after": {"from": "2026-01", "to": "2027-01"}}, "after"),
        ({"direction": "any"}, "direction"),
        ({"margin": 0.1}, "margin"),
        ({"margin": None}, "margin"),
        ({"options": {"inference": "ols", "covariates": ["customers"]}}, "options.inference"),
        ({"options": {"inference": "cluster"}}, "options.covariates"),
    ],
)
def test_each_departure_is_named_and_serious(changes, field):
    assert depart(**changes) == [(field, Severity.SERIOUS)]


def test_an_analysis_before_the_end_of_the_data_says_so():
    early = {"after": {"from": "2026-01", "to": "2026-08"}}
    [departure] = check_follows(read_registration(CONTENT), ANALYSIS | early)
    assert departure.message == "run before the data were in: they end 2026-08, not 2026-12"


def test_an_option_left_open_is_minor_and_comes_last():
    options = ANALYSIS["options"] | {"season": 12}
    assert depart(options=options, given=["season"], method="its") == [
        ("method", Severity.SERIOUS),
        ("options.season", Severity.MINOR),
    ]


def test_a_seed_chosen_later_is_no_departure():
    assert depart(given=["seed"]) == []


@pytest.mark.parametrize(
    ("day", "first", "field"),
    [
        ("2026-01-01", "2026-01", []),
        ("2026-01-02", "2026-01", ["registered_on"]),
        ("2026-02-01", "2026Q1", ["registered_on"]),
        ("2026-01-31", "2026-W06", []),
        ("2026-05-01", "2026-04-30", ["registered_on"]),
    ],
)
def test_a_registration_after_the_first_day_had_seen_the_data_come_in(day, first, field):
    last = {"2026-01": "2026-12", "2026Q1": "2026Q4"}.get(first, first)
    after = {"from": first, "to": last}
    before = (
        {"from": "2020-01-01", "to": "2020-01-02"}
        if first.count("-") == 2
        else {
            "from": "2020",
            "to": "2021",
        }
    )
    content = CONTENT | {"registered_on": day, "after": after, "before": before}
    found = check_follows(read_registration(content), ANALYSIS | {"after": after, "before": before})
    assert [departure.field for departure in found] == field
    assert all("registered after the data came in" in departure.message for departure in found)


def test_times_that_are_no_dates_leave_the_day_unchecked_and_say_so():
    content = CONTENT | {"before": {"from": "1", "to": "9"}, "after": {"from": "10", "to": "12"}}
    registration = read_registration(content)
    used = {"before": content["before"], "after": content["after"]}
    [departure] = check_follows(registration, ANALYSIS | used)
    assert (departure.field, departure.severity) == ("registered_on", Severity.MINOR)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"indicator": " "}, "indicator is ' '"),
        ({"treated_units": []}, "names no unit"),
        ({"treated_units": "城东"}, "write a list of units"),
        ({"comparison_units": ["城东"]}, "城东 is both treated and compared with"),
        ({"before": "2025"}, 'write {"from"'),
        ({"before": {"from": "2025-12", "to": "2024-01"}}, "before it begins"),
        ({"before": {"from": "2024-01", "to": "2026-03"}}, "when after has begun"),
        ({"method": "anova"}, "write one of did, staggered, sc, sdid, its"),
        ({"direction": "down"}, "increase, decrease, any"),
        ({"margin": -1}, "above 0"),
        ({"margin": True}, "above 0"),
        ({"registered_on": "yesterday"}, "2026-01-31"),
        ({"options": []}, "names and values"),
        ({"author": "甲"}, "author is unknown"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(changes, said):
    with pytest.raises(RegistrationError) as caught:
        read_registration(CONTENT | changes)
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


def test_all_problems_are_said_at_once():
    with pytest.raises(RegistrationError) as caught:
        read_registration({"method": "anova", "margin": 0})
    assert len(caught.value.problems) == 7
    with pytest.raises(RegistrationError, match="JSON object"):
        read_registration(["saidi"])


def test_the_digest_is_that_of_the_canonical_json():
    # sha256 of this very text, by any other tool
    text = json.dumps(
        {
            "after": {"from": "2026-01", "to": "2026-12"},
            "before": {"from": "2024-01", "to": "2025-12"},
            "comparison_units": sorted(["城南", "城北", "河口"]),
            "direction": "decrease",
            "indicator": "saidi",
            "margin": 0.5,
            "method": "did",
            "options": {"covariates": ["customers"], "inference": "cluster"},
            "registered_on": "2025-11-30",
            "treated_units": sorted(["城东", "城西"]),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    import hashlib

    assert read_registration(CONTENT).digest() == hashlib.sha256(text.encode()).hexdigest()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32))
def test_the_digest_does_not_depend_on_the_order_of_keys_and_units(seed):
    mixed, shuffle = deepcopy(CONTENT), random.Random(seed)
    names = list(mixed)
    shuffle.shuffle(names)
    shuffle.shuffle(mixed["comparison_units"])
    mixed["options"] = dict(reversed(mixed["options"].items()))
    assert (
        read_registration({name: mixed[name] for name in names}).digest()
        == read_registration(CONTENT).digest()
    )


@pytest.mark.parametrize(
    "changes",
    [{"margin": 0.25}, {"direction": "any"}, {"treated_units": ["城东"]}, {"options": {}}],
)
def test_the_digest_changes_with_the_content(changes):
    assert read_registration(CONTENT | changes).digest() != read_registration(CONTENT).digest()


def test_a_margin_of_one_is_one_point_zero_and_dashes_in_options_are_none():
    one, other = (
        read_registration(CONTENT | {"margin": margin, "options": {name: 1}})
        for margin, name in ((1, "season-form"), (1.0, "season_form"))
    )
    assert one.digest() == other.digest()
