"""Text as words: normalised, recognised as segmented, cut."""

import re

import jieba
import pytest

from linghang_core.tickets.text import cut, looks_segmented, normalise


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("９５５９８\u3000客服", "95598 客服"),
        ("  停电\t\n三天 ", "停电 三天"),
        ("APP打不开", "app打不开"),
        ("", ""),
    ],
)
def test_normalising_folds_width_case_and_blanks(given, expected):
    assert normalise(given) == expected


def test_text_with_a_blank_between_most_words_counts_as_segmented():
    assert looks_segmented(["小区 频繁 停电 无人 处理", "电表 走 得 快"])
    assert not looks_segmented(["小区频繁停电，无人处理", "电表走得快", "电费 太 高"])
    assert not looks_segmented([])
    assert not looks_segmented(["", "   "])


def test_raw_text_is_cut_by_the_dictionary_and_loses_punctuation():
    assert cut("变压器，停电了！") == ["变压器", "停电", "了"]


def test_segmented_text_is_cut_at_its_blanks_only():
    assert cut("变 压器 停电了 ！", segmented=True) == ["变", "压器", "停电了"]


@pytest.mark.parametrize(
    "text",
    [
        "云栖苑3栋昨晚8:30又停电了，户号 0412-77，C++ 程序也坏了。café 与 ñ 的电表@家",
        "  电压180V/220V，#3变压器_旁 ——λ……",
        "",
    ],
)
def test_words_kept_for_reuse_are_those_jieba_cuts_from_the_whole_text(text):
    clean = normalise(text)
    expected = [word for word in jieba.lcut(clean) if re.fullmatch(r"\w+", word)]
    assert cut(text) == expected
