"""Moments as people write them: one reading each, or none."""

import pandas as pd
import pytest

from linghang_core.tickets.moments import parse_moments
from linghang_core.tickets.records import read_tickets

NOON = "2019-11-22 14:42:14"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019/11/22 14:42:14", NOON),
        ("2019年11月22日 14:42:14", NOON),
        ("2019年11月22日14时42分14秒", NOON),
        ("2019/11/22 下午2:42:14", NOON),
        ("２０１９/11/22 14:42:14", NOON),
        ("2019-11-22T14:42:14+08:00", NOON),
        ("2019-11-22T06:42:14Z", NOON),
        ("43791.612662037", NOON),  # Excel counts days from 1899-12-30
        ("20191122144214", NOON),
        ("2019年1月2日", "2019-01-02"),
        ("2019/11/22 上午9:05", "2019-11-22 09:05"),
    ],
)
def test_a_moment_has_one_reading_beside_any_other(text, moment):
    found = parse_moments(pd.Series(["2020-01-01", text], index=[2, 3]))
    assert list(found) == [pd.Timestamp("2020-01-01"), pd.Timestamp(moment)]


@pytest.mark.parametrize("text", ["", "14:42", "9", "19-11-22", "昨天", "2019-13-40", "1574404934"])
def test_what_has_no_year_or_is_no_time_is_none(text):
    assert parse_moments(pd.Series([text, "2020-01-01"])).isna().tolist() == [True, False]


def test_likes_may_have_separators_and_wide_digits():
    table = pd.DataFrame({"t": ["停电", "停水", "停气"], "n": ["1,024", "１２", None]})
    assert read_tickets(table, text="t", likes="n").likes.tolist() == [1024, 12, 0]
