"""Hot spots: found among paraphrases, kept apart by place, stable when rows come in later."""

from collections import Counter
from math import log

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.tickets.hot_corpus import SPOTS, build_messages

from linghang_core.tickets.hotspots import (
    WEIGHTS,
    are_alike,
    find_hotspots,
    find_places,
    leading,
    measure_heat,
    shorten,
)
from linghang_core.tickets.records import read_tickets

COLUMNS = {
    "text": "text",
    "title": "title",
    "id": "id",
    "time": "time",
    "customer": "customer",
    "likes": "likes",
}


def find(table, **more):
    return find_hotspots(read_tickets(table, **COLUMNS), top=None, **more)


def members(found) -> dict:
    return {topic.topic: set(topic.ids) for topic in found.topics}


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_paraphrases_of_a_hot_spot_are_found_and_nothing_else_joins_them(seed):
    """Purity is the strict half: no topic mixes two hot spots or takes in a stray message."""
    table = build_messages(seed)
    spot_of = dict(zip(table["id"], table["spot"], strict=True))
    topics = find(table).topics
    mixed = [topic for topic in topics if len({spot_of[i] for i in topic.ids}) > 1]
    assert mixed == []
    covered = {
        spot: max(Counter(spot_of[i] for i in topic.ids)[spot] for topic in topics)
        for spot in SPOTS
    }
    assert sum(covered.values()) >= 0.8 * sum(map(len, SPOTS.values())), covered


def test_one_problem_at_two_places_is_two_topics_and_one_place_with_two_problems_too():
    topics = find(build_messages(1)).topics
    named = [set(topic.places) & {"云栖苑", "柳溪村"} for topic in topics]
    assert {"云栖苑", "柳溪村"} not in named
    assert sum(topic.words[0] == "云栖苑" for topic in topics) == 2


def test_problems_sum_topics_over_their_places():
    rows = [
        (f"{place}频繁停电", f"{place}变压器过载,晚上频繁停电,请求增容{n}", f"2026-03-{day:02}")
        for day, (place, n) in enumerate(
            [(p, n) for p in ("云栖苑", "松涧里小区") for n in "甲乙丙"], 1
        )
    ]
    table = pd.DataFrame(rows, columns=["title", "text", "time"])
    found = find_hotspots(read_tickets(table, text="text", title="title", time="time"))
    assert [(t.count, dict(t.places)) for t in found.topics] == [
        (3, {"云栖苑": 3}),
        (3, {"松涧里小区": 3}),
    ]
    (problem,) = found.problems
    assert (problem.count, problem.places) == (6, {"云栖苑": 3, "松涧里小区": 3})
    assert {topic.problem for topic in found.topics} == {problem.problem}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_adding_a_week_leaves_who_stands_with_whom_and_keeps_ids(seed, monkeypatch):
    monkeypatch.setattr(leading, "BLOCK", 16)  # several blocks in so small a table
    table = build_messages(seed)
    times = pd.to_datetime(table["time"])
    before = members(find(table[times < times.max() - pd.Timedelta(days=14)]))
    after = members(find(table))
    known = set(table["id"][times < times.max() - pd.Timedelta(days=14)])
    assert len(before) > 3
    for topic, ids in before.items():
        assert after[topic] & known == ids


def test_rows_in_any_order_give_the_same_topics():
    table = build_messages(2)
    mixed = table.sample(frac=1, random_state=3)
    plain, shuffled = find(table), find(mixed)
    assert [t.as_dict() | {"rows": 0} for t in plain.topics] == [
        t.as_dict() | {"rows": 0} for t in shuffled.topics
    ]
    timeless = [
        find_hotspots(read_tickets(t, text="text", id="id"), top=None) for t in (table, mixed)
    ]
    assert {frozenset(t.ids) for t in timeless[0].topics} == {
        frozenset(t.ids) for t in timeless[1].topics
    }


def test_segmented_text_is_read_as_it_is():
    table = build_messages(1)
    import jieba

    cut = table.assign(
        text=[" ".join(jieba.lcut(t)) for t in table["text"]],
        title=[" ".join(jieba.lcut(t)) for t in table["title"]],
    )
    assert members(find(cut)) == members(find(table))


def test_heat_is_the_sum_of_its_named_parts():
    """The worked table of the docs page."""
    heat = measure_heat(count=7, people=5, likes=20, recent=3, place=6 / 7)
    expected = 3 * log(8) + 4 * log(6) + 2 * log(21) + 2 * log(4) + 2 * 6 / 7
    assert heat.total == pytest.approx(expected, abs=1e-3)
    assert {name: part.points for name, part in heat.parts.items()} == {
        "count": 6.2383,
        "people": 7.167,
        "likes": 6.089,
        "recent": 2.7726,
        "place": 1.7143,
    }
    assert heat.total == 23.9812
    assert set(heat.parts) == set(WEIGHTS)


def test_a_topic_says_count_people_likes_days_and_title():
    text = "青桐路路灯整夜不亮,行人摔倒"
    table = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "title": ["青桐路路灯不亮", "青桐路路灯不亮", "路灯不亮", "咨询电价"],
            "text": [text, text, "青桐路的路灯一个月整夜不亮", "请问分时电价怎么算"],
            "time": ["2026-01-09", "2026-01-02", "2026-01-05", "2026-01-03"],
            "customer": ["甲", "甲", "", "乙"],
            "likes": [1, 2, "", 9],
        }
    )
    (topic,) = find(table).topics
    assert (topic.ids, topic.topic, topic.people, topic.likes) == (("b", "c", "a"), "b", 1, 3)
    assert (str(topic.first_day), str(topic.last_day), topic.title) == (
        "2026-01-02",
        "2026-01-09",
        "青桐路路灯不亮",
    )
    assert topic.words[0] == "青桐路"
    assert "路灯" in topic.words


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("我家住在星河小区3栋,晚上停电", ("星河小区",)),
        ("位于西湖街道茶场村五组", ("西湖街道", "茶场村")),
        ("青石镇柳林村3号台区低电压", ("青石镇", "柳林村")),
        ("供电线路老化,道路施工,城市建设,农村电网", ()),
        ("我们小区和你们村的路灯", ()),
        ("云栖新城小区附近搅拌站", ("云栖新城",)),
    ],
)
def test_places_are_read_from_text(text, places):
    assert find_places(text) == places


def test_a_place_with_or_without_its_ending_or_forename_is_one_place():
    assert are_alike([shorten("滨河苑")], [shorten("伊景滨河苑")])
    assert are_alike([shorten("星河小区")], [shorten("星河")])
    assert not are_alike([shorten("星河小区")], [shorten("月牙小区")])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["云栖苑停电", "云栖苑停电了", "柳溪村停电", "电费贵", "路灯坏"]),
            st.integers(1, 28),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_ticket_stands_in_one_topic_at_most(rows):
    table = pd.DataFrame(
        {"text": [t for t, _ in rows], "time": [f"2026-02-{d:02}" for _, d in rows]}
    )
    found = find_hotspots(read_tickets(table, text="text", time="time"), top=None)
    times = Counter(i for topic in found.topics for i in topic.ids)
    assert set(times.values()) <= {1}
    for topic in found.topics:
        assert topic.count >= 2
        assert topic.first_day <= topic.last_day
