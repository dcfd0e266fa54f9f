"""Near copies: the worked table of docs/algorithms/likeness.md, passages, and laws."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from linghang_core.likeness import (
    LENGTH,
    SHORTEST,
    Likeness,
    compare_texts,
    cut_shingles,
    find_near,
)

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "likeness.md"
ROW = re.compile(r"^\| (\S+) \| (\S+) \| (\d+) \| (\d+) \| (\S+) \| (yes|no) \|$", re.MULTILINE)
COPIED = "每一张工作票都连着一个家庭的平安"


def test_the_worked_table():
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 5
    for own, other, number, both, containment, near in rows:
        found = compare_texts(own, other)
        assert len(cut_shingles(own)) == int(number), own
        assert len(cut_shingles(own) & cut_shingles(other)) == int(both), own
        assert found.containment == Fraction(containment), own
        assert found.is_near == (near == "yes"), own


def test_a_passage_is_shown_as_it_was_written_with_its_blanks_and_points():
    own = f"我想：{COPIED[:8]}， {COPIED[8:]}！就这样。"
    found = compare_texts(own, COPIED)
    assert found.passages == (f"{COPIED[:8]}， {COPIED[8:]}",)


def test_two_passages_are_shown_apart():
    other = "客户问的其实只有一句什么时候来电"
    own = f"{COPIED}。这是我自己写的一段话，与谁都不同。{other}"
    assert compare_texts(own, f"{COPIED}——{other}").passages == (COPIED, other)


def test_case_and_width_of_blanks_do_not_matter():
    assert compare_texts("Safety First Always 2026", "safetyfirstalways2026").containment == 1


def test_a_quotation_without_end_is_text():
    assert cut_shingles("他说“安全第一预防") == cut_shingles("他说安全第一预防")


def test_the_nearest_stands_first_and_only_so_many():
    others = {n: COPIED + "之后是另外写的文字" * (n == 0) for n in range(7)}
    found = find_near(COPIED[:14] + "我另写几个字在后", others, at_most=3)
    assert [near.key for near in found] == [0, 1, 2]
    assert find_near("", others) == []
    assert find_near("完全不同的一段文字，与别人无关。", others) == []


texts = st.text(st.sampled_from("安全生产没有捷径可走工作票较真，。 “”"), max_size=60)


@given(texts, texts)
def test_shares_lie_between_none_and_all_and_jaccard_is_even(one, other):
    found, back = compare_texts(one, other), compare_texts(other, one)
    assert 0 <= found.jaccard <= found.containment <= 1
    assert found.jaccard == back.jaccard


@given(texts.filter(cut_shingles))
def test_a_text_is_all_of_itself(text):
    assert compare_texts(text, text).containment == 1
    assert compare_texts(text, "") == Likeness()


@given(texts, texts)
def test_every_passage_stands_in_both(one, other):
    for passage in compare_texts(one, other).passages:
        assert passage in one
        assert cut_shingles(passage) <= cut_shingles(other) or "“" in passage
        assert sum(char.isalnum() for char in passage) >= min(SHORTEST, LENGTH)
