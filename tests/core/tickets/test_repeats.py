"""Exact and near copies: what a group is, who is in it, and the laws it obeys."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang_core.tickets.grams import count_grams, read_letters
from linghang_core.tickets.records import read_tickets
from linghang_core.tickets.repeats import LEXICAL, Nearness, find_repeats, joining

BASE = "云栖苑三栋昨天晚上八点又停电了,到十点才来电,请尽快查明原因"


def groups(texts, customers=None, **more):
    table = pd.DataFrame({"text": texts})
    if customers is not None:
        table["customer"] = customers
    tickets = read_tickets(table, text="text", customer=customers and "customer")
    return find_repeats(tickets, **more).groups


def runs(text: str) -> set[str]:
    letters = read_letters(text)
    return {letters[n : n + 3] for n in range(max(1, len(letters) - 2))}


def jaccard(one: str, other: str) -> float:
    return len(runs(one) & runs(other)) / len(runs(one) | runs(other))


def test_worked_table_of_the_docs_page():
    """28 letters are 26 runs; the one dropped stood in 3, and the 27 left are 25: 23 of 28 in common."""
    texts = [
        BASE,
        BASE.replace(",", ",") + "。",
        BASE.replace("昨天", "昨"),
        "电费账单为什么比上月高",
    ]
    (group,) = groups(texts, ["甲", "甲", "乙", "丙"])
    assert (group.ids, group.kind, group.exact) == ((2, 3, 4), "near", ((2, 3),))
    assert group.likeness == round(jaccard(BASE, texts[2]), 4) == 0.8214
    assert (group.customers, group.same_customer, group.repeated_by) == (2, False, {"甲": 2})


@pytest.mark.parametrize(
    ("customers", "same", "pattern"),
    [
        (["甲", "甲"], True, "same customer"),
        (["甲", "乙"], False, "many customers"),
        (["甲", ""], None, "customers not known"),
        (["", ""], None, "customers not known"),
    ],
)
def test_one_customer_repeating_is_kept_apart_from_many_copying(customers, same, pattern):
    (group,) = groups([BASE, BASE], customers)
    assert (group.same_customer, group.pattern, group.kind) == (same, pattern, "exact")


def test_blanks_punctuation_width_and_case_make_no_difference():
    (group,) = groups(["ABC 停电,请处理", "abc停电 ,请 处理!"])
    assert (group.kind, group.customers, group.same_customer) == ("exact", None, None)


def test_a_text_copied_inside_a_longer_one_is_near():
    (group,) = groups(
        [BASE, "我是业主委员会的,转发住户来信如下," + BASE + ",以上情况属实,我们全体住户恳请重视"]
    )
    assert group.kind == "near"
    assert (
        groups(["请处理停电", "上个月的停电公告里写着请处理停电,我看不懂"]) == ()
    )  # too short to be a copy


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        ("充电桩报装需要准备什么材料", "充电桩报装需要准备什么资料", ["near"]),
        ("充电桩报装需要准备什么材料", "充电桩报装须要准备什么材料", ["near"]),
        ("停电三天没人管", "停电两天没人管", []),  # so short a text may be about the letter changed
        ("充电桩报装需要准备什么材料", "光伏发电并网需要准备什么材料", []),
    ],
)
def test_one_letter_changed_in_a_short_text_is_near(one, other, kinds):
    assert [group.kind for group in groups([one, other])] == kinds
    assert not groups([one, other], nearness=Nearness(jaccard=0.75))


@pytest.mark.parametrize(
    ("short", "long", "found"),
    [
        ("充电桩报装需要什么材料", "您好我想问充电桩报装需要什么材料", 1),
        ("请尽快安排人员来抢修", f"{BASE}请尽快安排人员来抢修", 0),  # a phrase of many tickets
        ("停电没人管", "又停电没人管了", 0),
    ],
)
def test_a_short_text_that_stands_whole_in_another_is_near_up_to_twice_its_length(
    short, long, found
):
    assert len(groups([short, long])) == found


def test_chains_of_small_changes_do_not_join_what_differs():
    letters = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃辰宿列张"
    chain = [letters[n : n + 20] for n in range(0, 17, 2)]
    assert jaccard(chain[0], chain[1]) >= 0.7 > jaccard(chain[0], chain[3])
    found = groups(chain)
    for group in found:
        texts = [chain[row - 2] for row in group.rows]
        assert any(all(jaccard(text, centre) >= 0.7 for text in texts) for centre in texts)
    assert max(len(group.ids) for group in found) < len(chain)


def test_it_says_that_only_words_on_the_page_were_compared():
    tickets = read_tickets(pd.DataFrame({"t": ["没电了", "停电了吧"]}), text="t")
    assert (find_repeats(tickets).method, find_repeats(tickets).groups) == (LEXICAL, ())


def test_an_operators_model_finds_what_words_do_not():
    class Model:
        name = "house model"

        def __call__(self, texts):
            return np.array([[1.0, 0.0] if "电" in text else [0.0, 1.0] for text in texts])

    tickets = read_tickets(pd.DataFrame({"t": ["没电了", "停电了吧", "水管漏水"]}), text="t")
    found = find_repeats(tickets, embedder=Model())
    assert found.method == "lexical and house model"
    assert [group.ids for group in found.groups] == [(2, 3)]


words = st.lists(
    st.sampled_from(["停电", "云栖苑", "变压器", "昨晚", "请", "电费", "x1"]),
    min_size=1,
    max_size=9,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(words, min_size=1, max_size=14),
    st.randoms(use_true_random=False),
    st.lists(words, max_size=5),
)
def test_groups_do_not_depend_on_the_order_of_rows_and_exact_ones_never_part(texts, dice, more):
    order = list(range(len(texts)))
    dice.shuffle(order)
    plain = {frozenset(group.rows) for group in groups(texts)}
    back = {
        frozenset(order[row - 2] + 2 for row in group.rows)
        for group in groups([texts[n] for n in order])
    }
    assert plain == back
    grown = [set(group.rows) for group in groups(texts + more)]
    for one, other in itertools.combinations(range(len(texts)), 2):
        if read_letters(texts[one]) == read_letters(texts[other]):
            assert any({one + 2, other + 2} <= rows for rows in grown)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, min_size=2, max_size=25, unique=True), st.sampled_from([0.5, 0.7, 0.9]))
def test_the_filter_loses_nothing_that_comparing_all_would_find(texts, least):
    nearness = Nearness(jaccard=least, least_runs=5)
    grams = count_grams([read_letters(text) for text in texts], 3)
    grams.data[:] = 1
    expected: list[int] = []
    for n, text in enumerate(texts):
        near = [
            m
            for m in range(n)
            if expected[m] == m
            and nearness.accept(
                np.array([len(runs(text) & runs(texts[m]))]),
                np.array([len(runs(text))]),
                np.array([len(runs(texts[m]))]),
            )[0]
        ]
        expected.append(min(near, default=n))
    assert joining.find_centres(grams, nearness).tolist() == expected


def test_blocks_do_not_change_the_result(monkeypatch):
    texts = [f"{BASE}{n % 7}{'停电' * (n % 3)}" for n in range(60)] + [
        f"问题{n}" * 5 for n in range(40)
    ]
    whole = groups(texts)
    monkeypatch.setattr(joining, "BLOCK", 7)
    assert groups(texts) == whole
