"""P38 巡视巡察专业考评: from opening a round to the fact, on a desktop and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import heading, keep_picture

pytestmark = pytest.mark.browser
DEVICES = ("desktop", "phone")
# Each device its own branch: a branch is asked once for a period.
BRANCHES = {"desktop": "东岭供电所党支部", "phone": None}


def mark_sheet(page: Page, points: str) -> None:
    """Give every item the same share, name a record where evidence is needed, and hand in."""
    for field in page.locator("#lh-sheet input[type=number]").all():
        field.fill(str(round(float(field.get_attribute("max")) * float(points) * 2) / 2))
    page.get_by_role("button", name="提交", exact=True).click()


@pytest.mark.parametrize("device", DEVICES)
def test_inspectors_mark_with_evidence_and_a_second_person(hand, device, tmp_path):
    proof = tmp_path / "proof.txt"
    proof.write_text("台账抽查记录", encoding="utf-8")
    officer = hand("officer", device)
    office = officer.page
    office.goto("/assessment/")
    officer.link("开展新一轮")
    card = office.locator(".lh-card").filter(has_text="巡视巡察专业考评")
    officer.click(card.get_by_role("link", name="用这张表"))
    office.get_by_label("评价期").select_option(index=1)
    for box in office.locator("[name=units], [name=team]").all():
        box.set_checked(False)
    labels = office.locator("label:has([name=units]), [name=units] + label")
    names = [text.strip() for text in labels.all_inner_texts()]
    branch = (
        BRANCHES[device] or [n for n in names if "供电所" in n and n != BRANCHES["desktop"]][-1]
    )
    officer.click(office.get_by_label(branch, exact=True))
    for name in team_of(hand):
        officer.click(office.get_by_label(name, exact=True))
    officer.button("开展")
    expect(heading(office)).to_contain_text("巡视巡察专业考评")
    officer.tell(f"a round of inspectors opened on a {device}", clicks=6, fields=0)
    address = office.url

    # each rater: their own sheet only, no total to type; evidence is asked for before it is handed in
    sheets = {}
    for role, share in (("expert", "0.9"), ("supervisor", "0.8")):
        rater = hand(role, device)
        page = rater.page
        page.goto(address)
        rater.click(page.get_by_role("link", name="打分", exact=True).first)
        expect(heading(page)).to_have_text(branch)
        mark_sheet(page, share)
        expect(page.get_by_text("须附凭证（台账记录或文件）").first).to_be_visible()
        for files in page.locator("input[type=file]").all():
            files.set_input_files(proof)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        rater.button("提交")
        expect(page.get_by_text("已提交打分。")).to_be_visible()
        page.goto(address)
        rater.click(page.locator("table").get_by_role("link", name=branch).first)
        sheets[role] = page.url

    # the second person: the other of the team; the officer sees who is kinder, and that two say little
    for role, other in (("supervisor", "expert"), ("expert", "supervisor")):
        second = hand(role, device)
        page = second.page
        page.goto(sheets[other])
        for _ in range(2):
            second.button("已核对，确认")
            expect(page.get_by_text("凭证已核对。")).to_be_visible()
    leader = hand("leader", device)
    page = leader.page
    page.goto(address)
    expect(page.get_by_text(re.compile("评分不足三个支部")).first).to_be_visible()
    expect(page.locator(".lh-marks td b").first).to_have_text("85")
    leader.link("定分")
    leader.button("定分")
    expect(page.get_by_text("已定分，得分事实已写入。")).to_be_visible()
    leader.tell(f"marks fixed on a {device}", clicks=2)

    # the effect: the ledger has the line schemes read; the branch reads its means without names
    page.goto("/ledger/?kind=mark.professional")
    expect(page.get_by_role("link", name=re.compile("巡视巡察专业考评")).first).to_be_visible()
    if device == "desktop":
        secretary = hand("secretary", device)
        page = secretary.page
        page.goto(address)
        own = page.locator("main").get_by_role("link", name=branch, exact=True)
        secretary.click(own.first)  # the menu names the branch too
        expect(page.get_by_text("各项平均分").first).to_be_visible()
        expect(page.get_by_text("严")).to_have_count(0)


def team_of(hand) -> list[str]:
    """Return the names of the two inspectors who can sign in."""
    names = []
    for role in ("expert", "supervisor"):
        page = hand(role, "desktop").page
        page.goto("/")
        names.append(page.locator(".lh-menu-name").first.text_content().strip())
    return names


@pytest.mark.parametrize("device", DEVICES)
def test_a_fixed_round_shows_how_strict_the_team_is(hand, device):
    leader = hand("leader", device)
    page = leader.page
    page.goto("/assessment/")
    leader.link("2026年第三季度巡视巡察专业考评")
    expect(page.get_by_text("宽严尺度").first).to_be_visible()
    expect(page.get_by_text(re.compile("偏严")).first).to_be_visible()
    expect(page.get_by_text("评分一致性").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    keep_picture(page, f"p38-{device}")
