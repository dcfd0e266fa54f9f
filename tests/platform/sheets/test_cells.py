"""What people type, and what each parser makes of it."""

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.platform.sheets import cells
from linghang.platform.sheets.faults import CellFault, Severity

DAY = date(2026, 8, 21)
FULL_WIDTH = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def forms(day: date) -> dict[str, object]:
    y, m, d = day.year, day.month, day.day
    return {
        "date": day,
        "datetime": datetime(y, m, d, 9, 30),
        "serial": float(serial(day)),
        "serial with time": serial(day) + 0.5,
        "serial as text": str(serial(day)),
        "ISO": day.isoformat(),
        "ISO with time": f"{day.isoformat()} 00:00:00",
        "dots": f"{y}.{m}.{d}",
        "padded dots": f"{y}.{m:02}.{d:02}",
        "slashes": f"{y}/{m}/{d}",
        "compact": f"{y}{m:02}{d:02}",
        "compact number": float(f"{y}{m:02}{d:02}"),
        "Chinese": f"{y}年{m}月{d}日",
        "Chinese padded with spaces": f" {y} 年 {m:02} 月 {d:02} 日 ",
        "full width": day.isoformat().translate(FULL_WIDTH),
        "full-width dots": f"{y}.{m}.{d}".translate(FULL_WIDTH),
        "long dash": f"{y}—{m}—{d}",
    }


@given(st.dates(date(1920, 1, 1), date(2099, 12, 31)))
def test_a_date_written_in_any_accepted_form_parses_to_itself(day):
    assert {name: cells.day()(form) for name, form in forms(day).items()} == dict.fromkeys(
        forms(day), day
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2021年13月5日", "no_such_date"),
        ("2021-02-29", "no_such_date"),
        ("20210230", "no_such_date"),
        ("2021-07", "date_without_day"),
        ("2021年7月", "date_without_day"),
        ("202107", "date_without_day"),
        (202107.0, "date_without_day"),
        (2021.07, "date_without_day"),
        ("2021年", "date_without_month"),
        (2021.0, "date_without_month"),
        ("8/21/2026", "date_ambiguous"),
        ("21.8.2026", "date_ambiguous"),
        ("26-8-21", "date_ambiguous"),
        ("尽快", "not_a_date"),
        (True, "not_a_date"),
        (99999999.0, "not_a_date"),
        ("1234567890", "not_a_date"),
    ],
)
def test_what_is_no_day_is_refused_with_the_exact_reason(typed, code):
    with pytest.raises(CellFault) as refusal:
        cells.day()(typed)
    assert refusal.value.code == code
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "typed", [None, "", "  ", "\u3000", "无", " 无 ", "—", "－", "-", "／", "暂无", "N/A"]
)
def test_words_for_nothing_are_blank(typed):
    assert cells.day()(typed) is None
    assert cells.text()(typed) is None


def test_open_words_are_blank_only_where_declared():
    assert cells.day(open_words=("至今",))("至今") is None
    assert cells.day(open_words=("至今",))(" 至今 ") is None
    with pytest.raises(CellFault):
        cells.day()("至今")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("贺\u3000春", "贺春"),
        ("唐溪国 ", "唐溪国"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("Ann  Lee", "Ann Lee"),
        ("示范（第１）党支部", "示范(第1)党支部"),
    ],
)
def test_names_lose_spaces_between_characters_and_width(typed, wanted):
    assert cells.name()(typed) == wanted


def test_free_text_keeps_chinese_punctuation_and_folds_digits_and_spaces():
    assert cells.text()(" 学习\u3000《条例》，第３章（上） \u200b") == "学习 《条例》，第3章（上）"
    assert cells.text()(13800000000.0) == "13800000000"


def test_too_long_a_text_is_refused():
    with pytest.raises(CellFault) as refusal:
        cells.text(longest=3)("四个汉字")
    assert refusal.value.code == "too_long"


@pytest.mark.parametrize(
    ("typed", "wanted"), [(6.0, 6), ("６", 6), ("1,234", 1234), ("12 人", 12), ("0", 0)]
)
def test_whole_numbers(typed, wanted):
    assert cells.integer(units=("人",))(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("三小时", "not_a_number"),
        (6.5, "not_whole"),
        (-1.0, "too_small"),
        (101.0, "too_large"),
        ("1e5", "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (True, "not_a_number"),
        ("1.2.3", "not_a_number"),
    ],
)
def test_what_is_no_whole_number_is_refused(typed, code):
    with pytest.raises(CellFault) as refusal:
        cells.integer(maximum=100)(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [(2.5, 250), ("2.5小时", 250), (2.3000000000000003, 230), ("０.０１", 1), (3.0, 300)],
)
def test_decimals_become_hundredths(typed, wanted):
    assert cells.hundredths(units=("小时",))(typed) == wanted


def test_more_than_two_decimals_are_refused():
    with pytest.raises(CellFault) as refusal:
        cells.hundredths()(2.505)
    assert refusal.value.code == "too_fine"


@given(st.integers(0, 10**9))
def test_hundredths_written_as_decimals_parse_to_themselves(hundredths):
    assert cells.hundredths()(f"{hundredths // 100}.{hundredths % 100:02}") == hundredths
    assert cells.hundredths()(hundredths / 100) == hundredths


SEX = cells.choice({"male": ("男", "男性", "1"), "female": ("女", "女性", "2")})


@pytest.mark.parametrize(
    ("typed", "wanted"), [("男 ", "male"), ("女性", "female"), (1.0, "male"), ("２", "female")]
)
def test_choices_are_found_by_any_of_their_names(typed, wanted):
    assert SEX(typed) == wanted


def test_an_unknown_choice_names_the_nearest_or_all():
    kinds = cells.choice({"day": ("主题党日",), "meeting": ("支部党员大会",)})
    with pytest.raises(CellFault) as refusal:
        kinds("主题党曰")
    assert refusal.value.remedy.params == {"near": "主题党日"}
    with pytest.raises(CellFault) as refusal:
        kinds("团建聚餐")
    assert refusal.value.remedy.params == {"options": "主题党日、支部党员大会"}


def test_an_unknown_choice_where_none_exists_says_whom_to_ask():
    with pytest.raises(CellFault) as refusal:
        cells.choice({})("主题党日")
    assert (
        refusal.value.remedy.template
        == "No choices exist yet: ask your administrator to install the practice pack."
    )


def test_choices_from_a_callable_are_asked_when_the_run_starts():
    known = {"a": ("甲",)}
    parser = cells.choice(lambda: known)
    assert parser("甲") == "a"
    known["b"] = ("乙",)
    assert parser("乙") == "b"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("是", True),
        ("√", True),
        (1.0, True),
        ("否", False),
        ("无", False),
        ("×", False),
        (False, False),
        ("", None),
    ],
)
def test_yes_and_no(typed, wanted):
    assert cells.yes_no()(typed) is wanted


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X",
        "'11010519491231002X",
    ],
)
def test_a_correct_identity_number_is_read_in_any_writing(typed):
    number = cells.identity_number()(typed)
    assert number == "11010519491231002X"
    assert cells.identity_birth_date(number) == date(1949, 12, 31)
    assert cells.identity_is_male(number) is False


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("110105194912310021", "identity_check"),
        ("110105491231002", "identity_15"),
        ("1101051949123100", "identity_length"),
        ("11010519491331002X", "identity_birth"),
        ("1101051949123100XX", "identity_characters"),
        (1.1010519491231e17, "digits_lost"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_the_exact_reason(typed, code):
    with pytest.raises(CellFault) as refusal:
        cells.identity_number()(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("199-1153-5642", "19911535642"),
        ("+86 199 1153 5642", "19911535642"),
        (19911535642.0, "19911535642"),
        ("0599-1397829", "0599-1397829"),
        ("（0599）1397829", "0599-1397829"),
        ("010 12345678转101", "010-12345678-101"),
    ],
)
def test_telephone_numbers(typed, wanted):
    assert cells.phone()(typed) == wanted


@pytest.mark.parametrize("typed", ["1991153564", "12345", "电话", "29911535642"])
def test_what_is_no_telephone_number_is_refused(typed):
    with pytest.raises(CellFault) as refusal:
        cells.phone()(typed)
    assert refusal.value.code == "not_a_phone"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("滕禾、鲍书涛，元磊若", ("滕禾", "鲍书涛", "元磊若")),
        ("滕禾;鲍书涛/元磊若", ("滕禾", "鲍书涛", "元磊若")),
        ("贺\u3000春 杨磊", ("贺春", "杨磊")),
        ("杨磊、杨磊", ("杨磊",)),
        ("杨磊、", ("杨磊",)),
    ],
)
def test_lists_of_names(typed, wanted):
    assert cells.names()(typed) == wanted


def test_a_list_cut_short_warns_and_keeps_the_names():
    with pytest.raises(CellFault) as warning:
        cells.names()("滕禾、鲍书涛等5人")
    assert warning.value.severity is Severity.WARN
    assert warning.value.value == ("滕禾", "鲍书涛")


def test_names_with_reasons():
    assert cells.names_with_reasons()("方怡恒(值班)、孟宇行（病假、住院）、戚恒") == (
        ("方怡恒", "值班"),
        ("孟宇行", "病假、住院"),
        ("戚恒", ""),
    )
    assert cells.names_with_reasons()("无") is None


PARSERS = [
    cells.text(),
    cells.name(),
    cells.day(),
    cells.integer(),
    cells.hundredths(),
    cells.yes_no(),
    cells.identity_number(),
    cells.phone(),
    cells.names(),
    cells.names_with_reasons(),
    SEX,
]
ANY_CELL = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.timedeltas(timedelta(0), timedelta(9)),
    st.from_regex(r"[0-9年月日./\-]{1,12}", fullmatch=True),
)


@given(ANY_CELL)
def test_no_parser_raises_anything_but_a_fault(raw):
    for parser in PARSERS:
        with contextlib.suppress(CellFault):
            parser(raw)


@given(ANY_CELL)
def test_reading_what_was_read_changes_nothing(raw):
    for parser in (cells.text(), cells.name(), cells.day(), cells.identity_number(), cells.phone()):
        try:
            once = parser(raw)
        except CellFault:
            continue
        assert parser(once) == once


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("", ""), ("甲", "甲"), ("甲乙丙", "甲**"), ("999999196508263692", "99**************92")],
)
def test_masks_hide_the_middle(value, wanted):
    assert cells.masked(value) == wanted
