"""A bureau with the pack of research, a second leader, and a topic on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import translation

from linghang.library.api import install_packs
from linghang.people.models import Person
from linghang.research import services
from linghang.research.models import Topic, Visit
from tests.cast import make_person
from tests.conftest import Bureau

DAY = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared by their msgids; pages choose their language themselves."""
    with translation.override("en"):
        yield


@dataclass
class Field:
    """The people of a research, and short ways to its records."""

    bureau: Bureau
    leader: Person
    second: Person

    def propose(self, title: str = "供电所班组减负增效", **values) -> Topic:
        draft = services.TopicDraft(title, questions=["时间花在哪里"], **values)
        (topic,) = services.propose_topics(
            root=self.bureau.committee, year=2026, drafts=[draft], actor=self.bureau.officer.user
        )
        return topic

    def claim(self, topic: Topic | None = None) -> Topic:
        topic = topic or self.propose()
        return services.claim_topic(topic=topic, person=self.leader, actor=self.leader.user)

    def visit(self, topic: Topic, lines: str = "问题：报表重复报送", **values) -> Visit:
        given = {
            "unit": self.bureau.branch,
            "occurred_on": DAY,
            "form": "forum",
            "participants": 8,
            "heard": "班员和班组长",
            "findings": services.read_lines(lines),
        }
        draft = services.VisitDraft(**{**given, **values})
        return services.record_visit(topic=topic, draft=draft, actor=self.leader.user)

    def problem(self, topic: Topic, *findings, **values):
        chosen = findings or tuple(topic.visits.first().findings.all())
        given = {
            "findings": chosen,
            "text": "报表多头布置、重复报送",
            "unit": self.bureau.branch,
            "due_on": date(2026, 12, 31),
            "actor": self.leader.user,
        }
        return services.state_problem(**{**given, **values})


@pytest.fixture
def field(bureau) -> Field:
    install_packs(["research"], actor=None)
    second = make_person("齐思远", bureau.committee, ("committee_leader",), username="second")
    return Field(bureau, bureau.leader, second)
