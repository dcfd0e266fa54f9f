"""The pages of the practice library: what readers see, what only a manager may do."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from linghang.library import api, queries
from linghang.platform.packs.models import InstalledPack
from linghang.platform.packs.services import list_packs

FORBIDDEN = """
pack: log-in-days
version: 1.0.0
title: {en: Activity of members, zh: 党员活跃}
practices: [P33]
description: {en: Counts log-in days., zh: 按登录天数计分。}
basis: [本单位做法]
contents:
  record_kinds:
    - code: login_days
      title: {en: Log-in days, zh: 登录天数}
      subject: person
      quantity: {unit: {en: days, zh: 天}, default: "1"}
  schemes:
    - code: log-in-days
      version: 1.0.0
      title: {en: Activity, zh: 活跃}
      subject: person
      period: month
      base: "100"
      total: {minimum: "0", maximum: "100"}
      peer_groups: [{code: all, title: {en: all, zh: 全部}, otherwise: true}]
      bands: [{code: any, title: {en: any, zh: 不分档}, from: "0"}]
      dimensions:
        - code: D1
          title: {en: Activity, zh: 活跃}
          criteria:
            - code: D1-1
              title: {en: Log-in days, zh: 登录天数}
              points: "100"
              measure: {sum: {kinds: [record.login_days]}}
              score: {proportional: {target: "20"}}
              basis: 本单位做法
"""
OWN = """
pack: reading-circle
version: 1.0.0
title: {en: Reading circle, zh: 读书角}
practices: [P15]
description: {en: A circle that reads., zh: 支部读书角。}
basis: [本单位做法]
contents:
  activity_kinds:
    - {code: reading_circle, title: {en: Reading circle, zh: 读书角}, attendance: named}
"""


def upload(client, text, **data):
    file = SimpleUploadedFile("own.yaml", text.encode())
    return client.post(reverse("library:upload"), {"file": file} | data)


@pytest.fixture
def manager(client, bureau):
    client.force_login(bureau.administrator)
    return client


@pytest.fixture
def reader(client, bureau):
    client.force_login(bureau.member.user)
    return client


def test_list_shows_each_pack_with_its_state(reader):
    page = reader.get(reverse("library:list"))
    assertContains(page, "党支部红旗指数")
    assertContains(page, "未安装", len(queries.list_shipped()))
    assertNotContains(page, reverse("library:upload"))


def test_manager_installs_everything_with_one_button(manager):
    page = manager.get(reverse("library:list"))
    assertContains(page, f"安装 {len(queries.list_standard())} 个实践包")
    done = manager.post(reverse("library:install", args=["all"]), follow=True)
    assertRedirects(done, reverse("library:list"))
    assert [row.code for row in list_packs()] == queries.list_standard()
    page = manager.get(reverse("library:list"))
    assertContains(page, "未安装", len(queries.list_shipped()) - len(queries.list_standard()))


def test_installing_an_index_brings_what_it_needs(manager):
    manager.post(reverse("library:install", args=["red-star-index"]))
    assert [row.code for row in list_packs()] == [
        "business-support",
        "organisation-life",
        "red-star-index",
        "safety-records",
    ]


def test_installing_twice_says_there_is_nothing_to_do(manager):
    address = reverse("library:install", args=["organisation-life"])
    manager.post(address)
    assertContains(manager.post(address, follow=True), "无需操作")
    assert InstalledPack.objects.count() == 1


def test_reader_may_not_install_and_is_told_why(reader):
    reader.cookies["django_language"] = "en"
    refusal = reader.post(reverse("library:install", args=["organisation-life"]))
    assertContains(
        refusal, "Your posts do not allow you to install practice packs.", status_code=403
    )
    assert InstalledPack.objects.count() == 0


def test_reader_may_not_upload(reader):
    assert reader.get(reverse("library:upload")).status_code == 403


def test_stranger_to_the_house_is_sent_to_the_door(client, bureau):
    address = reverse("library:list")
    assertRedirects(client.get(address), f"{reverse('accounts:login')}?next={address}")


def test_unknown_pack_is_not_found(manager):
    assert manager.get(reverse("library:pack", args=["no-such-pack"])).status_code == 404
    assert manager.post(reverse("library:install", args=["no-such-pack"])).status_code == 404


def test_scheme_is_shown_in_plain_words(reader):
    page = reader.get(reverse("library:pack", args=["red-flag-index"]))
    for words in (
        "D2-4 党员到会率",
        "实到人数合计 ÷ 应到人数合计",
        "0.6及以下得0分，匀速升至0.95时得8分",
        "近12个月",
        "1件即：档次不高于无星",
        "92以上",
        "84以上、不足92",
        "供电所/站、班组",
        "42%",
    ):
        assertContains(page, words)


def test_scheme_is_shown_in_english_too(reader):
    reader.cookies["django_language"] = "en"
    page = reader.get(reverse("library:pack", args=["red-flag-index"]))
    assertContains(page, "sum of members present ÷ sum of members expected")
    assertContains(page, "0 points up to 0.6, rising evenly to 8 points at 0.95")


def test_cadences_are_shown_with_who_owes_what(reader):
    page = reader.get(reverse("library:pack", args=["organisation-life"]))
    assertContains(page, "设支部委员会的党支部")
    assertContains(page, "每月1次")
    assertContains(page, "《中国共产党支部工作条例（试行）》第十二条")


def test_forbidden_pack_is_refused_with_reason_and_legal_basis(manager):
    page = upload(manager, FORBIDDEN)
    assertContains(page, "own.yaml 不能安装，原因有 2 条", status_code=422)
    assertContains(page, "以登录天数计分", status_code=422)
    assertContains(page, "国办函〔2026〕12号", status_code=422)
    assertContains(page, "contents.schemes[0].criterion D1-1", status_code=422)
    assert InstalledPack.objects.count() == 0


def test_forbidden_pack_cannot_be_forced_in(manager):
    page = upload(manager, FORBIDDEN, install="1")
    assertContains(page, "国办函〔2026〕12号", status_code=422)
    assert InstalledPack.objects.count() == 0


def test_own_pack_is_checked_first_and_then_installed(manager):
    page = upload(manager, OWN)
    assertContains(page, "own.yaml 可以安装")
    assert InstalledPack.objects.count() == 0
    form = page.context["form"].initial
    done = manager.post(reverse("library:upload"), form | {"install": "1"})
    assertRedirects(done, reverse("library:pack", args=["reading-circle"]))
    assert [str(row) for row in list_packs()] == ["reading-circle 1.0.0"]


def test_upload_without_a_file_says_so(manager):
    page = manager.post(reverse("library:upload"))
    assertContains(page, "请先选择文件", status_code=422)


def test_upgrade_of_an_own_pack_shows_what_changes(manager):
    upload(manager, OWN, install="1")
    newer = OWN.replace("1.0.0", "1.1.0").replace("attendance: named", "attendance: all_members")
    upload(manager, newer, install="1")
    page = manager.get(
        reverse("library:compare", args=["reading-circle"]), {"old": "1.0.0", "new": "1.1.0"}
    )
    assertContains(page, "从 1.0.0 到 1.1.0")
    assertContains(page, "读书角 › ")
    assertContains(page, "all_members")
    shown = manager.get(reverse("library:pack", args=["reading-circle"]))
    assertContains(shown, "?old=1.0.0&amp;new=1.1.0")


@pytest.mark.parametrize("installed", [1, 3])
def test_list_takes_the_same_queries_for_any_number_of_packs(
    manager, installed, django_assert_num_queries
):
    names = ["organisation-life", "study-cadence", "safety-records"][:installed]
    api.install_packs(names)
    manager.get(reverse("library:list"))
    with django_assert_num_queries(5):
        manager.get(reverse("library:list"))
