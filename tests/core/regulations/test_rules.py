"""The rule table: each row complete, one row a day, every notice with its sentence."""

import re
import string
from datetime import date
from pathlib import Path

import pytest

import linghang_core.regulations
from linghang_core.regulations import (
    RuleBook,
    Text,
    UnknownRuleError,
    load_cadences,
    load_rules,
    read_rules,
)
from linghang_core.regulations.rules import _load_sentences

FOLDER = Path(linghang_core.regulations.__file__).parent


@pytest.mark.parametrize("rule", load_rules().rows(), ids=lambda rule: rule.code)
def test_row_says_what_on_what_basis_in_both_languages(rule) -> None:
    assert all((rule.title.zh, rule.title.en, rule.note.zh, rule.note.en, rule.basis))
    assert not re.search(r"[一-鿿]", rule.title.en + rule.note.en)
    assert rule.value


def test_row_is_found_by_its_day() -> None:
    book = load_rules()
    assert book.find("vote.election", date(2020, 7, 12)).value["present"] == {"more_than": "4/5"}
    assert book.find("vote.election", date(2020, 7, 13)).value["present"] == {"at_least": "4/5"}
    assert book.find("vote.election").in_force_from == date(2020, 7, 13)


def test_unknown_code_or_day_is_named() -> None:
    with pytest.raises(UnknownRuleError, match=r"no rule 'vote\.none'"):
        load_rules().find("vote.none")
    with pytest.raises(UnknownRuleError, match="in force on 1980-01-01"):
        load_rules().find("vote.election", date(1980, 1, 1))


def _row(code: str, begin: date, end: date | None) -> dict[str, object]:
    text = {"zh": "规定", "en": "rule"}
    return {
        "code": code, "title": text, "value": {"share": "1/4"}, "strength": "hard",
        "basis": "示范公司制度", "in_force_from": begin, "in_force_to": end, "note": text,
    }  # fmt: skip


def test_two_rows_in_force_on_one_day_are_refused() -> None:
    rows = [_row("a", date(2020, 1, 1), None), _row("a", date(2021, 1, 1), None)]
    with pytest.raises(ValueError, match="two rows of a in force on 2021-01-01"):
        RuleBook(read_rules(rows))


def test_rows_that_touch_are_accepted() -> None:
    rows = [_row("a", date(2020, 1, 1), date(2021, 1, 1)), _row("a", date(2021, 1, 1), None)]
    assert len(RuleBook(read_rules(rows)).rows("a")) == 2


def test_company_rule_replaces_the_default() -> None:
    own = read_rules([_row("appraisal.excellent_share", date(2026, 1, 1), None)])
    book = load_rules().replaced(own)
    assert linghang_core.regulations.count_excellent_at_most(14, rules=book) == 3
    assert book.find("vote.election") == load_rules().find("vote.election")


def test_every_notice_in_the_code_has_a_sentence_and_none_is_left_over() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    used = set(
        re.findall(r'"((?:identity|credit_code|organisation|member|dues|development)\.\w+)"', code)
    )
    sentences = set(_load_sentences())
    rules = {rule.code for rule in load_rules().rows()}
    assert used - rules == sentences


@pytest.mark.parametrize(("code", "text"), _load_sentences().items())
def test_sentences_have_the_same_places_in_both_languages(code: str, text: Text) -> None:
    def places(sentence: str) -> set[str]:
        return {name or "" for _text, name, _spec, _c in string.Formatter().parse(sentence)} - {""}

    assert {name.removesuffix("_zh") for name in places(text.zh)} == {
        name.removesuffix("_en") for name in places(text.en)
    }


def test_cadences_of_a_branch_with_committee_and_groups() -> None:
    owed = {
        cadence.activity: (cadence.every.value, cadence.times)
        for cadence in load_cadences()
        if cadence.applies("branch", has_committee=True, has_groups=True)
    }
    assert owed == {
        "committee_meeting": ("month", 1),
        "democratic_appraisal": ("year", 1),
        "group_meeting": ("month", 1),
        "members_meeting": ("quarter", 1),
        "organisation_life_meeting": ("year", 1),
        "party_lecture": ("quarter", 1),
        "secretary_review": ("year", 1),
        "talk": ("year", 1),
        "theme_day": ("month", 1),
    }


def test_small_branch_owes_no_committee_and_no_group_meeting() -> None:
    owed = {
        cadence.activity
        for cadence in load_cadences(on=date(2026, 11, 21))
        if cadence.applies("branch", has_committee=False, has_groups=False)
    }
    assert not owed & {"committee_meeting", "group_meeting"}
    assert load_cadences(on=date(2000, 1, 1)) == ()
