"""Rules of escalation fire with reason and basis; a model must earn its place."""

import random

import pandas as pd
import pytest

from linghang_core.tickets.escalation import judge_risks, load_rules, read_cases
from linghang_core.tickets.escalation import model as models
from linghang_core.tickets.records import TicketsError


def judge(rows: list[dict], **columns):
    table = pd.DataFrame(rows)
    named = {
        name: name
        for name in ("time", "customer", "contacted", "deadline", "closed", "category", "labels")
        if name in table
    }
    return judge_risks(read_cases(table, text="text", **named, **columns))


def fired(risk) -> dict:
    return {one.code.removeprefix("escalation."): one.points for one in risk.fired}


def test_every_rule_has_points_a_basis_and_a_note():
    rules = load_rules().rows("escalation.")
    assert len(rules) == 16
    assert all(rule.basis and rule.note.zh and rule.note.en for rule in rules)


def test_worked_table_of_the_docs_page():
    found = judge(
        [
            {"text": "云栖苑又停电了,母亲用呼吸机", "time": "2026-03-01 08:00", "customer": "甲"},
            {"text": "云栖苑又停电了,没有人来", "time": "2026-03-10 08:00", "customer": "甲"},
            {"text": "再不处理就向12398反映", "time": "2026-03-11 08:00", "customer": "乙"},
            {"text": "咨询分时电价", "time": "2026-03-12 08:00", "customer": "丙"},
        ]
    )
    shown = {risk.row: (risk.level, risk.points, fired(risk)) for risk in found.tickets}
    assert shown == {
        4: ("red", 60, {"regulator": 60}),
        3: ("yellow", 50, {"repeat.second": 30, "outages.said": 20}),
        2: ("yellow", 35, {"outages.said": 20, "sensitive": 15}),
        5: ("none", 0, {}),
    }
    assert [risk.row for risk in found.tickets] == [4, 3, 2, 5]
    assert (found.method, found.trial) == ("rules", None)
    assert found.unused == ("escalation.contact", "escalation.due", "escalation.overdue")


def test_the_third_time_is_red_and_fires_once():
    rows = [
        {"text": f"云栖苑三栋电压低,空调启动不了{n}", "time": f"2026-03-{n:02}", "customer": "甲"}
        for n in (1, 9, 30)
    ]
    found = {risk.row: risk for risk in judge(rows).tickets}
    assert fired(found[3]) == {"repeat.second": 30}
    assert (found[4].level, fired(found[4])) == ("red", {"repeat.third": 60, "earlier": 15})
    assert found[4].fired[0].reason == "time 3 of this customer in this matter within 30 days"


@pytest.mark.parametrize(
    ("second", "fires"),
    [
        ({"text": "灯光昏暗,电压不足", "time": "2026-03-31 00:00", "category": "电压"}, True),
        (
            {"text": "灯光昏暗,电压不足", "time": "2026-03-31 00:01", "category": "电压"},
            False,
        ),  # 30 days and a minute
        ({"text": "灯光昏暗,电压不足", "time": "2026-03-20", "category": "电费"}, False),
    ],
)
def test_the_same_matter_is_the_same_category_within_the_days(second, fires):
    first = {"text": "冰箱不制冷请来看看", "time": "2026-03-01", "category": "电压"}
    found = judge([row | {"customer": "甲"} for row in (first, second)])
    risk = next(each for each in found.tickets if each.row == 3)
    assert ("repeat.second" in fired(risk)) is fires


@pytest.mark.parametrize(
    ("text", "fires"),
    [("线路漏电", True), ("没有漏电", False), ("没有漏电,昨天漏电了", True), ("防止漏电", False)],
)
def test_a_word_that_is_denied_does_not_count(text, fires):
    (risk,) = judge([{"text": text}]).tickets
    assert ("safety" in fired(risk)) is fires


def test_limits_are_judged_at_the_moment_given():
    rows = [
        {
            "text": "电费问题甲",
            "time": "2026-03-01 08:00",
            "contacted": "2026-03-01 20:00",
            "deadline": "2026-03-05 08:00",
            "closed": "",
        },
        {
            "text": "电表问题乙",
            "time": "2026-03-01 08:00",
            "contacted": "",
            "deadline": "2026-03-04 08:00",
            "closed": "",
        },
        {
            "text": "停电问题丙",
            "time": "2026-03-01 08:00",
            "contacted": "2026-03-01 09:00",
            "deadline": "2026-03-02 08:00",
            "closed": "2026-03-03",
        },
    ]
    found = {r.row: r for r in judge(rows, on=pd.Timestamp("2026-03-04 12:00")).tickets}
    assert fired(found[2]) == {"due": 20}
    assert fired(found[3]) == {"contact": 30, "overdue": 40}
    assert fired(found[4]) == {}
    assert found[3].fired[0].reason == "4 hours past its limit and open"


def test_several_outage_demands_of_a_place_make_the_next_one_a_risk():
    rows = [
        {"text": f"云栖苑停电{n}次", "time": f"2026-0{n}-01", "customer": f"{n}"} for n in (1, 2, 3)
    ]
    found = {r.row: fired(r) for r in judge(rows).tickets}
    assert found == {2: {}, 3: {}, 4: {"outages.place": 20}}


def build(number: int, told_by: str, seed: int = 1) -> list[dict]:
    """Return labelled tickets whose label hangs on a word that no rule knows, or on nothing."""
    dice = random.Random(seed)
    words = [
        "电费",
        "抄表",
        "路灯",
        "电杆",
        "充电桩",
        "报装",
        "过户",
        "发票",
        "账单",
        "电价",
        "表箱",
        "电缆",
        "开关",
        "围挡",
        "树枝",
    ]
    rows = []
    for n in range(number):
        grows = n % 3 == 0
        said = [*dice.sample(words, 4), f"{dice.randrange(10**6)}号"]
        if told_by == "word":
            said.insert(2, "承诺未兑现" if grows else "已经解释")
        rows.append({"text": ",".join(said), "labels": "1" if grows else "0"})
    return rows


def test_a_model_that_knows_more_than_the_rules_is_used_and_scored():
    found = judge([*build(240, "word"), {"text": "电费,承诺未兑现,表箱,电价", "labels": ""}])
    assert (found.method, found.trial.used) == ("model", True)
    assert found.trial.auc_model > 0.95 > 0.6 > found.trial.auc_rules
    assert found.trial.brier_model < found.trial.brier_rules / 2
    new = next(risk for risk in found.tickets if risk.row == 242)
    assert (new.chance > 0.8, new.level) == (True, "red")


def test_a_floor_of_a_rule_stands_under_a_model():
    rows = [*build(240, "word"), {"text": "电费,已经解释,再这样就找12398", "labels": ""}]
    risk = next(each for each in judge(rows).tickets if each.row == 242)
    assert (risk.chance < 0.5, risk.level) == (True, "red")


def test_a_model_that_is_not_better_is_not_used():
    found = judge(build(240, "nothing"))
    assert (found.method, found.trial.used) == ("rules", False)
    assert "not better than the rules" in found.trial.why
    assert {risk.chance for risk in found.tickets} == {None}


def test_too_few_labels_are_refused_and_copies_do_not_make_them_more():
    few = judge(build(90, "word"))
    assert (few.method, few.trial.brier_model) == ("rules", None)
    assert "too few labels: 30 different tickets" in few.trial.why
    copied = judge(build(90, "word") * 3)
    assert "too few labels: 30 different tickets" in copied.trial.why


def test_copies_never_stand_on_both_sides_of_a_fold():
    rows = build(180, "word")
    table = pd.DataFrame(rows + rows[:60])
    cases = read_cases(table, text="text", labels="labels")
    from linghang_core.tickets.escalation.risk import _take_sample

    sample = _take_sample(cases, [[] for _ in range(240)], load_rules())
    truth = (table["labels"] == "1").to_numpy()
    for learn, judged in models._split(sample.groups, truth, 1):
        assert not set(table["text"][learn]) & set(table["text"][judged])


def test_labels_that_are_none_are_listed_and_a_column_of_them_is_refused():
    found = judge([{"text": "甲", "labels": "1"}, {"text": "乙", "labels": "也许"}])
    assert [(f.row, f.code, f.severity) for f in found.findings] == [(3, "no_label", "warning")]
    with pytest.raises(TicketsError, match="holds no label"):
        judge([{"text": "甲", "labels": "也许"}])
