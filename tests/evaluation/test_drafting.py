"""Drafts of schemes: written, tried, weighed, adopted by a second person, with everything on record."""

from __future__ import annotations

import copy
import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.urls import reverse

from linghang import library
from linghang.evaluation import services
from linghang.evaluation.enums import DraftState, SchemeState
from linghang.evaluation.mapping import criteria, documents, heads
from linghang.evaluation.models import Draft, Scheme
from linghang.platform.acts import ReasonMissingError
from linghang.platform.audit.models import Entry
from tests.evaluation import cases


@pytest.fixture
def draft(bureau, flag):
    cases.write_example(bureau)
    return services.start_draft(root=bureau.committee, actor=bureau.officer.user, based_on=flag)


def open_page(client, person, name, *given, **sent):
    client.force_login(person.user)
    address = reverse(f"evaluation:{name}", args=given)
    return client.post(address, sent) if sent else client.get(address)


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# -- the document ------------------------------------------------------------------------------------


def test_a_scheme_from_nothing_is_sound():
    document = documents.new_document("own-1")
    assert documents.check(document)[1] == []
    assert documents.sum_points(document) == 100


def test_a_form_leaves_what_it_does_not_know_as_it_was_written():
    row = cases.duty_share("D1-1", "70", when={"attribute": "members", "at_least": "5"})
    row["measure"]["ratio"]["of"]["level"] = "unit"
    values = criteria.read_values(row)
    assert (values["measure"], values["score"], values["proportional_target"]) == (
        "ratio",
        "proportional",
        "1",
    )
    written = criteria.write_values(row, values | {"points": "60", "missing": "full"})
    assert written == row | {"points": "60"}
    strange = row | {"measure": {"average": {"kinds": ["probe.duty"]}}, "score": {"rank": {}}}
    values = criteria.read_values(strange)
    assert (values["measure"], values["score"]) == (criteria.AS_WRITTEN, criteria.AS_WRITTEN)
    written = criteria.write_values(strange, values | {"points": "50"})
    assert (written["measure"], written["score"]) == (strange["measure"], strange["score"])
    document = cases.unit_scheme()
    head = heads.read_head(document)
    bands = [tuple(line.rsplit(" ", 1)) for line in head["bands"].splitlines()]
    assert head["grouping"] == criteria.AS_WRITTEN
    kept = heads.write_head(document, head | {"bands": bands})
    assert kept == document | {"title": {"en": "Red-flag index", "zh": "红旗指数"}}


def test_the_head_form_keeps_what_bands_hold_beside_name_and_number():
    path = Path(library.__file__).parent / "packs/schemes/scheme-star-shares.yaml"
    pack = yaml.safe_load(path.read_text(encoding="utf-8"))
    document = pack["contents"]["schemes"][0]
    head = heads.read_head(document)
    bands = [tuple(line.rsplit(" ", 1)) for line in head["bands"].splitlines()]
    assert [band.get("at_most") for band in document["bands"]] == ["0.10", "0.40", "0.30", None]
    assert heads.write_head(document, head | {"bands": bands})["bands"] == document["bands"]


def test_parts_are_moved_copied_and_removed_and_weights_keep_the_base():
    document = cases.unit_scheme()
    twin, code = documents.repeat(document, "D1-1")
    assert (code, [row["code"] for row in documents.list_criteria(twin)][:2]) == (
        "D1-2",
        ["D1-1", "D1-2"],
    )
    assert documents.move(twin, "D1-2", -1)["dimensions"][0]["criteria"][0]["code"] == "D1-2"
    assert documents.remove(twin, "D1-2") == document
    weighed = documents.weigh_dimensions(document, {"D1": 1 / 3, "D2": 2 / 3})
    assert [row.get("points") for row in documents.list_criteria(weighed)][:2] == ["33.5", "66.5"]
    assert documents.sum_points(weighed) == 100
    assert documents.share_out([1, 1, 1], Decimal(10)) == [
        Decimal("3.5"),
        Decimal("3.5"),
        Decimal(3),
    ]
    assert documents.raise_version("1.0.0", ["1.4.2"]) == "1.5.0"


# -- services ------------------------------------------------------------------------------------------


def test_a_draft_is_adopted_by_a_second_person_with_a_raised_version(bureau, flag, draft):
    officer, leader = bureau.officer.user, bureau.leader.user
    changed = documents.set_points(
        documents.set_points(draft.document, {"D1-1": Decimal(60)}), {"D2-1": Decimal(40)}
    )
    draft = services.save_draft(draft=draft, document=changed, actor=officer, seen=draft.seen)
    services.try_draft(draft=draft, against=flag, periods=["2026-10"])
    draft = services.propose_draft(draft=draft, actor=officer, seen=draft.seen)
    with pytest.raises(ValidationError) as refusal:
        services.adopt_draft(draft=draft, actor=officer)
    assert refusal.value.code == "own"
    draft.refresh_from_db()
    against = services.list_reasons_against(draft)
    assert services.is_trial_current(draft)
    assert [one.code for one in against] == []
    scheme = services.adopt_draft(draft=draft, actor=leader, seen=draft.seen)
    flag.refresh_from_db()
    assert (scheme.version, scheme.state, scheme.root) == (
        "1.1.0",
        SchemeState.ADOPTED,
        bureau.committee,
    )
    assert (flag.state, flag.root) == (SchemeState.ADOPTED, None)  # for the other bureaus
    assert [row.get("points") for row in documents.list_criteria(scheme.document)][:2] == [
        "60",
        "40",
    ]
    assert list(
        Entry.objects.filter(object_type="evaluation.draft")
        .order_by("pk")
        .values_list("verb", flat=True)
    ) == ["start_scheme_draft", "save_scheme_draft", "propose_scheme_draft", "adopt_scheme_draft"]


def test_what_stands_against_a_draft_needs_the_committees_reason_on_record(bureau, draft):
    officer, leader = bureau.officer.user, bureau.leader.user
    document = copy.deepcopy(draft.document)
    document["dimensions"][0]["criteria"][0]["title"]["zh"] = "打卡签到率"
    draft = services.save_draft(draft=draft, document=document, actor=officer)
    draft = services.propose_draft(draft=draft, actor=officer)
    codes = [one.code for one in services.list_reasons_against(draft)]
    assert codes == ["forbidden_trace", "not_tried"]
    with pytest.raises(ReasonMissingError, match="2"):
        services.adopt_draft(draft=draft, actor=leader)
    assert Scheme.objects.count() == 1
    services.adopt_draft(draft=draft, actor=leader, reason="只统计应到人员")
    draft.refresh_from_db()
    entry = Entry.objects.get(verb="adopt_scheme_draft")
    assert [row["code"] for row in draft.overridden] == codes
    assert (entry.reason, len(entry.new["overridden"])) == ("只统计应到人员", 2)
    assert "以打卡、签到计分" in entry.new["overridden"][0]


def lay_before(bureau, draft, document) -> Draft:
    draft = services.save_draft(draft=draft, document=document, actor=bureau.officer.user)
    return services.propose_draft(draft=draft, actor=bureau.officer.user)


def refuse_adoption(bureau, draft) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        services.adopt_draft(draft=draft, actor=bureau.leader.user, reason="党委研究同意")
    draft.refresh_from_db()
    assert (draft.state, Scheme.objects.filter(version="1.1.0").count()) == (DraftState.PROPOSED, 0)
    return [one.code for one in refusal.value.error_list]


@pytest.mark.parametrize("tried", [False, True])
def test_what_nobody_may_let_pass_is_not_adopted_with_any_reason(client, bureau, draft, tried):
    document = copy.deepcopy(draft.document) | {"unit_kinds": ["branch", "committee"]}
    for part, kind in ((0, "probe.none"), (1, "record.discipline")):
        measure = {"count": {"kinds": [kind]}}
        document["dimensions"][part]["criteria"][0] |= {"measure": measure}
        document["dimensions"][part]["criteria"][0].pop("missing", None)
    draft = lay_before(bureau, draft, document)
    if tried:  # by a linter that knew nothing of it
        draft.trial = {"digest": services.drafting.digest_draft(document), "reasons": []}
        draft.save(update_fields=["trial"])
    against = services.list_reasons_against(draft)
    blocking = [one.code for one in against if one.blocks]
    assert set(blocking) == {"double_count", "undeclared_kind", "sensitive_kind"}
    assert [one.code for one in against if not one.blocks] == ([] if tried else ["not_tried"])
    assert refuse_adoption(bureau, draft) == ["blocked"] * len(blocking)
    answer = open_page(client, bureau.leader, "draft_adopt", draft.pk)
    page = words(answer)
    assert "这个方案不能审定，因为" in page
    assert "没有登记过事实种类 probe.none" in page
    assert "党委写明理由也不能审定，请退回由起草人修改。" in page
    assert ("同意审定" in page, "党委退回的理由" in page) == (False, True)


def test_a_deduction_without_floor_passes_with_the_schemes_own_reason_only(bureau, draft):
    document = copy.deepcopy(draft.document)
    document.pop("deduction_floor")
    assert refuse_adoption(bureau, lay_before(bureau, draft, document)) == ["blocked"]
    services.return_draft(draft=draft, actor=bureau.leader.user, reason="请写明理由")
    own = {"finding": "deduction_without_floor", "place": "scheme", "reason": "违章不设下限"}
    draft = lay_before(bureau, draft, document | {"overrides": [own]})
    services.adopt_draft(draft=draft, actor=bureau.leader.user, reason="未试算")
    draft.refresh_from_db()
    assert [row["code"] for row in draft.overridden] == ["not_tried"]


def test_no_draft_takes_the_code_of_another_scheme(bureau, draft, star):
    taken = draft.document | {"code": "star"}
    with pytest.raises(ValidationError) as refusal:
        services.save_draft(draft=draft, document=taken, actor=bureau.officer.user)
    assert refusal.value.code == "taken"
    twins = [services.start_draft(root=bureau.committee, actor=bureau.officer.user) for _ in "ab"]
    document = cases.unit_scheme(code="own-9")
    first, second = (lay_before(bureau, twin, document) for twin in twins)
    services.adopt_draft(draft=first, actor=bureau.leader.user, reason="未试算")
    assert refuse_adoption(bureau, second) == ["taken"]


def test_a_trial_stays_as_it_was_laid_before_the_committee(client, bureau, flag, draft):
    officer = bureau.officer
    services.try_draft(draft=draft, against=flag, periods=["2026-10"])
    draft = services.propose_draft(draft=draft, actor=officer.user)
    kept = Draft.objects.get(pk=draft.pk).trial
    sent = {"period": ["2026-09"], "against": str(flag.pk)}
    answer = open_page(client, officer, "draft_trial", draft.pk, **sent)
    assert answer.status_code == 422
    assert "草案现为“待党委审定”。党委退回后才能重新试算。" in words(answer)
    late = Draft.objects.get(pk=draft.pk)
    late.state = DraftState.EDITING  # a job that began before it was proposed
    with pytest.raises(services.EvaluationRefused):
        services.try_draft(draft=late, against=flag, periods=["2026-09"])
    services.adopt_draft(draft=draft, actor=bureau.leader.user)
    draft.refresh_from_db()
    with pytest.raises(services.EvaluationRefused, match="请以方案为基础新建草案"):
        services.try_draft(draft=draft, against=flag, periods=["2026-09"])
    assert draft.trial == kept


def test_a_period_of_another_kind_is_refused_in_the_readers_words(flag, draft):
    told = "红旗指数每月评价，2026Q3不是它的评价周期。"
    with pytest.raises(services.EvaluationRefused, match=told):
        services.try_draft(draft=draft, against=None, periods=["2026Q3"])
    with pytest.raises(services.EvaluationRefused, match=told):
        services.check_period(flag, "2026Q3")


def test_data_that_cannot_be_weighed_say_so_in_chinese(client, bureau, draft):
    trial = {"digest": services.drafting.digest_draft(draft.document)}
    for rows, told in (
        ([[0.1, 0.4], [0.2, 0.5]], "只有 2 条评定结果，至少需要 3 条才能赋权"),
        ([[0.1, 0.4]] * 3, "每条指标人人得分相同，无从赋权"),
        ([[0.1, 0.2], [0.2, 0.4], [0.3, 0.6]], "有差异的指标反映的情况完全一致"),
    ):
        draft.trial = trial | {"columns": {"codes": ["D1-1", "D2-1"], "rows": rows}}
        draft.save(update_fields=["trial"])
        answer = open_page(
            client, bureau.officer, "draft_weights", draft.pk, method="critic", act="check"
        )
        assert told in words(answer)


def test_two_people_at_once_the_loser_is_told_and_nothing_is_lost(bureau, draft):
    seen = draft.seen
    first = documents.set_points(draft.document, {"D1-1": Decimal(65)})
    second = documents.set_points(draft.document, {"D1-1": Decimal(50)})
    services.save_draft(draft=draft, document=first, actor=bureau.officer.user, seen=seen)
    with pytest.raises(ValidationError, match=str(bureau.officer.user)) as refusal:
        services.save_draft(draft=draft, document=second, actor=bureau.leader.user, seen=seen)
    assert refusal.value.code == "moved"
    draft.refresh_from_db()
    assert (draft.document, draft.writers) == (first, [bureau.officer.user.pk])
    with pytest.raises(ValidationError) as refusal:
        services.propose_draft(draft=draft, actor=bureau.officer.user)
    assert refusal.value.error_list[0].code == "faulty"  # 65 + 30 are not the base of 100


# -- pages ---------------------------------------------------------------------------------------------


def test_faults_and_findings_stand_beside_their_criterion(client, bureau, draft):
    answer = open_page(
        client, bureau.officer, "draft_change", draft.pk, act="points", code="D1-1", points="80"
    )
    assert answer.status_code == 302
    page = words(open_page(client, bureau.officer, "draft", draft.pk))
    assert "基本分指标合计 110 分，基准分为 100 分，两者须相等。" in page
    assert "一条指标定结果" in page
    assert open_page(client, bureau.stranger, "draft", draft.pk).status_code == 404
    refused = open_page(client, bureau.leader, "draft_head", draft.pk)
    assert refused.status_code == 403
    wrong = draft.document | {"base": "x"}
    text = documents.write_yaml(wrong)
    answer = open_page(client, bureau.officer, "draft_text", draft.pk, text=text)
    assert answer.status_code == 422
    assert "base" in words(answer)
    assert "文本有 1 处问题。" in words(answer)


def test_a_criterion_is_edited_in_a_form_whose_fields_follow(client, bureau, draft):
    address = ("draft_criterion", draft.pk, "D2-1")
    page = words(open_page(client, bureau.officer, *address))
    assert "数量合计" in page
    sent = {
        "dimension": "D2",
        "title_zh": "志愿服务天数",
        "nature": "basic",
        "points": "30",
        "window": "quarter",
        "measure": "days",
        "of_kinds": ["probe.deed"],
        "score": "steps",
        "steps": "1 10\n3: 30",
        "basis": "本单位做法",
    }
    fields = open_page(client, bureau.officer, *address, **sent, refresh="1")
    assert "id_steps" in fields.content.decode()
    assert "<html" not in fields.content.decode()
    assert open_page(client, bureau.officer, *address, **sent).status_code == 302
    draft.refresh_from_db()
    row = documents.find_criterion(draft.document, "D2-1")
    assert row["measure"] == {"days": {"kinds": ["probe.deed"]}}
    assert row["score"] == {"steps": [{"from": "1", "points": "10"}, {"from": "3", "points": "30"}]}
    assert row["title"] == {"en": "志愿服务天数", "zh": "志愿服务天数"}
    bad = open_page(client, bureau.officer, *address, **(sent | {"steps": "1 10\n3 40"}))
    assert "从 3 起的一级得 40 分，超过该指标分值。" in words(bad)


def test_a_trial_shows_who_moves_and_weights_change_the_points(client, bureau, flag, draft):
    changed = documents.weigh_dimensions(draft.document, {"D1": 0.2, "D2": 0.8})
    services.save_draft(draft=draft, document=changed, actor=bureau.officer.user)
    sent = {"period": ["2026-10"], "against": str(flag.pk)}
    assert open_page(client, bureau.officer, "draft_trial", draft.pk, **sent).status_code == 302
    page = words(open_page(client, bureau.officer, "draft_trial", draft.pk))
    draft = Draft.objects.get(pk=draft.pk)
    moves = draft.trial["moved"][0]
    assert (moves["compared"], moves["changed"], draft.trial["rated"]) == (True, 2, 2)
    assert all(row["change"] in page.replace("−", "-") for row in moves["rows"])
    assert "前后档次分布" in page
    answer = open_page(
        client, bureau.officer, "draft_weights", draft.pk,
        **{"method": "pairs", "act": "apply", "D1:D2": "3", "seen": draft.seen},
    )  # fmt: skip
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert [row.get("points") for row in documents.list_criteria(draft.document)][:2] == [
        "75",
        "25",
    ]
    answer = open_page(
        client, bureau.officer, "draft_weights", draft.pk, method="entropy", act="check"
    )
    assert (answer.status_code, "先试算这份草案" in words(answer)) == (422, True)


def test_members_are_tried_without_a_name(client, bureau, star):
    cases.write_example(bureau)
    draft = services.start_draft(root=bureau.committee, actor=bureau.officer.user, based_on=star)
    draft = services.try_draft(draft=draft, against=star, periods=["2026-10"])
    assert draft.trial["moved"][0]["rows"] == []
    page = words(open_page(client, bureau.officer, "draft_trial", draft.pk))
    assert bureau.member.name not in page
    assert bureau.member.code not in str(draft.trial)


def test_the_committee_gives_a_draft_back_with_its_reason(client, bureau, draft):
    services.propose_draft(draft=draft, actor=bureau.officer.user)
    draft.refresh_from_db()
    sent = {"act": "return", "reason": "安全占比太低", "seen": draft.seen}
    open_page(client, bureau.leader, "draft_decide", draft.pk, **sent)
    draft.refresh_from_db()
    assert (draft.state, draft.reason) == (DraftState.EDITING, "安全占比太低")
    assert "安全占比太低" in words(open_page(client, bureau.officer, "draft", draft.pk))
    services.discard_draft(draft=draft, actor=bureau.officer.user)
    assert open_page(client, bureau.officer, "draft_head", draft.pk).status_code == 403
