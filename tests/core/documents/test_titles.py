"""Where titles break and how headings are numbered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.documents import DocumentError, Heading, break_title, measures
from linghang_core.documents.numbering import chinese_numeral, number_headings


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("2026年10月红旗指数通报", ("2026年10月红旗指数通报",)),
        ("关于评价情况的\n通报", ("关于评价情况的", "通报")),
        (
            "关于2026年10月基层党支部红旗指数评价情况和第四季度党建重点工作完成情况的通报",
            (
                "关于2026年10月基层党支部红旗指数评价",
                "情况和第四季度党建重点工作完成情况的通报",
            ),
        ),
        (
            "关于表彰2026年度先进基层党组织、优秀共产党员和优秀党务工作者的决定",
            ("关于表彰2026年度先进基层党组织、", "优秀共产党员和优秀党务工作者的决定"),
        ),
        (
            "关于开展“迎峰度夏党旗红，保供服务当先锋”主题党日活动情况的通报",
            ("关于开展", "“迎峰度夏党旗红，保供服务当先锋”", "主题党日活动情况的通报"),
        ),
    ],
)
def test_long_title_breaks_between_words(title: str, lines: tuple[str, ...]) -> None:
    assert break_title(title) == lines


@settings(deadline=None)
@given(st.text(alphabet="关于党员支部红旗指数评价情况的通报、《》（）“”2026年10月X", max_size=70))
def test_every_line_fits_and_nothing_is_lost(title: str) -> None:
    lines = break_title(title)
    assert all(measures.text_width(line) <= measures.TITLE_CHARACTERS for line in lines)
    assert "".join(lines) == title


@settings(deadline=None)
@given(st.text(alphabet="关于党员支部红旗指数评价情况的通报", min_size=41, max_size=60))
def test_three_lines_are_no_hourglass(title: str) -> None:
    widths = [measures.text_width(line) for line in break_title(title)]
    if len(widths) == 3:
        assert widths[1] >= min(widths[0], widths[2])


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_chinese_numeral(number: int, text: str) -> None:
    assert chinese_numeral(number) == text


@pytest.mark.parametrize("number", [0, 100])
def test_numerals_beyond_99_are_refused(number: int) -> None:
    with pytest.raises(DocumentError, match="99 headings"):
        chinese_numeral(number)


def test_headings_below_count_anew() -> None:
    levels = [1, 2, 2, 3, 4, 3, 2, 3, 1, 2]
    assert number_headings(Heading("题", level) for level in levels) == [
        "一、", "（一）", "（二）", "1.", "（1）", "2.", "（三）", "1.", "二、", "（一）",
    ]  # fmt: skip
