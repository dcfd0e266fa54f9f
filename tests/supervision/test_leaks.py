"""Words planted in all that supervision keeps are found on no page of those who may not read them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain

import pytest
from django.test import Client
from django.urls import reverse

from linghang.org.mapping import list_unit_panels
from linghang.org.models import Unit
from linghang.people.mapping import list_person_panels
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.platform.notices.models import Notice
from linghang.platform.notices.services.reminding import gather_reminders
from linghang.platform.tasks import services as jobs
from linghang.rectification.models import Problem
from linghang.supervision import services
from linghang.supervision.enums import HintState, Presence
from linghang.supervision.models import Examination, Hint, Reply, RiskPoint
from tests.scenes.supervision import PLANTED
from tests.test_permissions import clients, find_address, read_table, world
from tests.walking import ask, read_text
from tests.world import World

__all__ = ["clients", "world"]  # fixtures
ASKED, ANSWERED, LOOKED_AT, THERE, RISK, CONTROLS, PROCESS, DISMISSED, FINDING = PLANTED
DECIDED, REVIEWED, SPECIALTY = "暗语转问题理由", "暗语复核所见", "暗语岗位"
WORDS = (*PLANTED, DECIDED, REVIEWED, SPECIALTY)
OUTSIDERS = ("stranger", "admin", "member", "colleague", "officer")


@pytest.fixture
def planted(world) -> World:
    """Return the world in which hints, risks and answers have gone all their ways, and the night was."""
    supervisor = world.bureau.supervisor.user
    hint = services.look_at_hint(hint=world.objects["hint"], actor=supervisor)
    services.decide_hint(
        hint=hint,
        to=HintState.PROBLEM,
        reason=DECIDED,
        problem_text="两项措施超期",
        due_on=clock.today() + timedelta(days=20),
        actor=supervisor,
    )
    services.review_risk(risk=world.objects["risk"], found=REVIEWED, actor=supervisor)
    reply = Reply.objects.get(
        examination=world.objects["examination"], unit=world.bureau.other_branch
    )
    findings = list(reply.examination.findings.order_by("order"))
    said = [services.Said(each, Presence.ABSENT, LOOKED_AT) for each in findings[1:]]
    said.append(
        services.Said(
            findings[0],
            Presence.PRESENT,
            LOOKED_AT,
            "文件转发了事",  # the unit's own words, which become the problem
            becomes_problem=True,
            measure="逐项分解任务",
            solve_by=date(2026, 12, 20),
        )
    )
    actor = world.other_secretary.user
    services.save_answers(reply=reply, answers=said, actor=actor)
    services.hand_in_reply(reply=reply, actor=actor)
    RiskPoint.objects.update(review_on=clock.today() - timedelta(days=1))
    Examination.objects.update(due_on=clock.today() - timedelta(days=1))
    Reply.objects.update(due_on=clock.today() - timedelta(days=1))
    gather_reminders(today=clock.today())
    for job in jobs.start_daily_jobs():
        jobs.run_job.call(job.pk)
    return world


def list_addresses(world: World, reader: str) -> list[str]:
    """Return what the tables open to a reader, each problem, panel, search, list, and supervision."""
    named = {
        find_address(world, name, given)
        for way, name, given, statuses in read_table()
        if way == "GET" and statuses[reader] == 200
    }
    problems = (
        reverse("rectification:problem", args=[pk])
        for pk in Problem.objects.values_list("pk", flat=True)
    )
    panels = chain(
        (
            f"{reverse('people:person', args=[person.pk])}?tab={panel.name}"
            for person in Person.objects.all()
            for panel in list_person_panels()
        ),
        (
            f"{reverse('org:unit', args=[unit.pk])}?tab={panel.name}"
            for unit in Unit.objects.all()
            for panel in list_unit_panels()
        ),
    )
    searched = (
        f"{reverse(name)}?q=暗语"
        for name in (
            "portal:search",
            "people:search",
            "portal:audit",
            "ledger:timeline",
            "ledger:export",
            "rectification:problems",
            "worklists:tasks",
        )
    )
    own = (
        reverse(f"supervision:{name}", args=[pk])
        for name, model in (
            ("examination", Examination),
            ("export-examination", Examination),
            ("reply", Reply),
            ("risk", RiskPoint),
            ("hint", Hint),
        )
        for pk in model.objects.values_list("pk", flat=True)
    )
    return sorted({*named, *problems, *panels, *searched, *own})


def find_words(
    world: World, clients: dict[str, Client], reader: str, words: tuple[str, ...]
) -> dict[str, list[str]]:
    """Return the addresses that show a word to the reader, with the words."""
    shown = {}
    for address in list_addresses(world, reader):
        response = ask(clients[reader], "GET", address)
        if response.status_code == 200:
            text = read_text(response)
            if found := [word for word in words if word in text]:
                shown[address] = found
    return shown


@pytest.mark.parametrize("reader", OUTSIDERS)
def test_nothing_of_supervision_is_shown_to_who_is_not_asked(planted, clients, reader):
    assert find_words(planted, clients, reader, WORDS) == {}


def test_secretary_reads_what_the_own_branch_is_asked_on_two_pages_and_nowhere_else(
    planted, clients
):
    """What is asked of them and what they answered; nothing of risks, hints and other branches."""
    own = Reply.objects.filter(unit=planted.bureau.branch)
    pages = {reverse("supervision:reply", args=[reply.pk]) for reply in own}
    shown = find_words(planted, clients, "secretary", WORDS)
    assert set(shown) == {*pages, reverse("supervision:asked")}
    assert {word for found in shown.values() for word in found} == {
        ASKED,
        ANSWERED,
        LOOKED_AT,
        THERE,
        FINDING,
    }


def test_secretary_who_has_answered_reads_the_own_answers_alone(planted, clients):
    own = Reply.objects.get(unit=planted.bureau.other_branch)
    shown = find_words(planted, clients, "other", WORDS)
    assert shown == {
        reverse("supervision:asked"): [ASKED],
        reverse("supervision:reply", args=[own.pk]): [ASKED, LOOKED_AT, FINDING],
    }


def test_supervisor_is_shown_every_word_and_only_by_supervision(planted, clients):
    """The walk does not look past its target, and even who may read finds it nowhere else."""
    shown = find_words(planted, clients, "supervisor", WORDS)
    assert {word for found in shown.values() for word in found} == set(WORDS)
    assert [a for a in shown if not a.startswith("/supervision/")] == []


def test_unit_reads_the_problem_in_plain_words_without_the_finding_it_came_from(planted, clients):
    page = find_problem_page(clients["other"], "文件转发了事")
    assert "逐项分解任务" in page
    assert [word for word in WORDS if word in page] == []


def find_problem_page(client: Client, text: str) -> str:
    address = reverse("rectification:problem", args=[Problem.objects.get(text=text).pk])
    return read_text(ask(client, "GET", address))


def test_no_notice_carries_a_word_of_supervision(planted):
    titles = "".join(Notice.objects.values_list("title", flat=True))
    assert "专项自查" in titles  # they are told that they are asked
    assert [word for word in WORDS if word in titles] == []
