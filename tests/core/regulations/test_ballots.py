"""A published list of slips, counted again: worked lists, contradictions, files that are none."""

from __future__ import annotations

import pytest

from linghang_core.regulations import (
    BallotLine,
    BallotListError,
    digest_list,
    read_list,
    recount_list,
    write_list,
)

HEADING = "编号,姓名,来源,等次,票数,回执码\n"
SLIPS = [
    BallotLine(1, "甲", "党员票", "优秀", 1, "AAAA222222"),
    BallotLine(1, "甲", "党员票", "合格", 1, "BBBB222222"),
    BallotLine(1, "甲", "群众代表纸质票", "合格", 6),
    BallotLine(2, "乙,丙", "党员票", "合格", 1, "CCCC222222"),
]


def test_the_sums_follow_from_the_list_alone():
    found = recount_list(write_list(SLIPS))
    assert found.totals == {(1, "甲"): {"优秀": 1, "合格": 7}, (2, "乙,丙"): {"合格": 1}}
    assert (found.slips, found.faults) == (3, ())


def test_a_list_is_read_as_it_was_written_with_any_line_ends():
    text = write_list(SLIPS)
    assert read_list(text) == SLIPS
    foreign = "\ufeff" + text.replace("\n", "\r\n")
    assert read_list(foreign) == SLIPS
    assert digest_list(foreign) == digest_list(text) == recount_list(text).digest
    assert digest_list(text) != digest_list(text.replace("优秀", "合格"))


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("1,甲,党员票,优秀,1,A\n1,甲,党员票,合格,1,A\n", "receipt code twice: A"),
        ("1,甲,党员票,优秀,2,A\n", "甲 A: 2"),
        ("1,甲,合计,优秀,-1,\n", "甲 : -1"),
        ("1,甲,党员票,优秀,1,A\n1,甲,党员票,优秀,1,B\n2,乙,合计,合格,0,\n", "乙: 0 slips of 2"),
    ],
)
def test_a_list_that_contradicts_itself_is_told(rows, fault):
    assert recount_list(HEADING + rows).faults == (fault,)


@pytest.mark.parametrize("text", ["", "a,b\n", HEADING + "1,甲\n", HEADING + "x,甲,合计,优秀,1,\n"])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(BallotListError, match="row"):
        recount_list(text)
