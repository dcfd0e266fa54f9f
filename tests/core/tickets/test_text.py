"""Text as words: normalised, recognised as segmented, cut."""

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
