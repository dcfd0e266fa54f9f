"""Identity numbers and unified credit codes. The numbers here belong to nobody."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang_core.regulations import (
    Sex,
    check_credit_code,
    compare_identity,
    read_identity_number,
)
from linghang_core.regulations.numbers import (
    CREDIT_CHARACTERS,
    credit_code_check_digit,
    identity_check_digit,
)

GOOD = "11010519491231002X"


def test_check_digit_of_the_worked_examples() -> None:
    assert identity_check_digit(GOOD[:17]) == "X"
    assert credit_code_check_digit("9111000071093123X") == "X"
    assert check_credit_code("9111000071093123XX") == ()


def test_number_tells_birth_date_and_sex() -> None:
    reading = read_identity_number(GOOD)
    assert (reading.number, reading.born_on, reading.sex) == (
        GOOD,
        date(1949, 12, 31),
        Sex.FEMALE,
    )
    assert reading.notices == ()


@pytest.mark.parametrize(
    "text", [" 110105 19491231 002x ", "\uff11\uff11010519491231002Ｘ", "11010519491231002X\n"]
)
def test_other_ways_of_writing_are_read(text: str) -> None:
    assert read_identity_number(text).number == GOOD


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "identity.format"),
        ("110105491231002", "identity.format"),
        ("1101051949123100X2", "identity.format"),
        ("110105194912310021", "identity.check_digit"),
        ("11010519491331002X", "identity.birth_date"),
        ("11010519490229002X", "identity.birth_date"),
        ("¹1010519491231002X", None),
        ("①1010519491231002X", None),
        ("١1010519491231002X", "identity.format"),
    ],
)
def test_unusable_number_is_blocked_with_its_reason(text: str, code: str | None) -> None:
    reading = read_identity_number(text)
    assert [notice.code for notice in reading.notices] == ([code] if code else [])
    assert (reading.number is None) is bool(code)
    assert [notice.severity.value for notice in reading.notices] == (["block"] if code else [])


def test_unknown_area_warns_and_keeps_the_number() -> None:
    first = "99" + GOOD[2:17]
    reading = read_identity_number(first + identity_check_digit(first))
    assert reading.born_on == date(1949, 12, 31)
    assert [(notice.code, notice.severity.value) for notice in reading.notices] == [
        ("identity.area_unknown", "warn")
    ]
    assert reading.notices[0].text() == (
        "身份号码前两位地区代码99不在代码表中，请核对；确认无误可以保留。"
    )


def test_representation_does_not_show_the_number() -> None:
    assert repr(read_identity_number(GOOD)) == "IdentityReading([])"


def test_differences_to_the_given_data_warn() -> None:
    reading = read_identity_number(GOOD)
    assert compare_identity(reading, born_on=date(1949, 12, 31), sex="female") == ()
    found = compare_identity(reading, born_on=date(1949, 12, 30), sex=Sex.MALE)
    assert [(notice.code, notice.severity.value) for notice in found] == [
        ("identity.birth_date_differs", "warn"),
        ("identity.sex_differs", "warn"),
    ]
    assert found[0].text("en") == (
        "Date of birth 1949-12-30 differs from 1949-12-31 in the identity number."
        " Settle it by the card and the file."
    )


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(place: int, step: int) -> None:
    wrong = str((int(GOOD[place]) + step) % 10)
    assert read_identity_number(GOOD[:place] + wrong + GOOD[place + 1 :]).number is None


@given(st.text(CREDIT_CHARACTERS, min_size=17, max_size=17))
def test_credit_code_with_its_check_digit_is_good_and_with_another_not(first: str) -> None:
    right = credit_code_check_digit(first)
    found = {c: check_credit_code(first + c) == () for c in CREDIT_CHARACTERS}
    assert [character for character, good in found.items() if good] == [right]


@pytest.mark.parametrize("text", ["", "9111000071093123X", "9111000071093123IX"])
def test_malformed_credit_code_is_blocked(text: str) -> None:
    assert [notice.code for notice in check_credit_code(text)] == ["credit_code.format"]


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_identity_number(text)
    check_credit_code(text)
