"""P19: a year of research (8 topics, 72 visits, 32 problems, 64 measures) and of talks, in a bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linghang.demo import world
from linghang.demo.research_texts import (
    CONCLUSIONS,
    EXPERIENCE,
    HEARD,
    NOTES,
    PROBLEMS,
    SUGGESTIONS,
)
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.rectification.models import Problem
from linghang.research import api as research
from linghang.research.enums import Nature, TopicState, VisitForm
from linghang.research.models import Finding, TalkScene, TalkTheme, Topic
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

VISITS = 9  # of each topic: 72 in all
SPACED = 6  # days between two visits of a topic
# How far the topics are, in the order of the book.
STANDS = (
    TopicState.CLOSED,
    TopicState.CLOSED,
    TopicState.REPORTED,
    TopicState.REPORTED,
    TopicState.REPORTED,
    TopicState.UNDER_WAY,
    TopicState.UNDER_WAY,
    TopicState.UNDER_WAY,
)
FORMS = (VisitForm.FORUM, VisitForm.SITE, VisitForm.INTERVIEW)
TALKED = 0.75  # share of members a secretary has talked with this year
TWICE = 0.5  # of them, who are sought a second time


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Let the leaders research their topics and the secretaries seek their talks."""
    random = Random(f"research-{bureau.size.code}")
    _Researcher(units, persons, bureau, today, random).tell()
    # A large bureau has hundreds of members: a third of them is more than the field counts.
    _hold_talks(units, persons, bureau, today, random, share=TALKED / 2 if full else TALKED)


@dataclass
class _Researcher:
    """Tells the year's research of one bureau; everything happens on its own day."""

    units: dict[str, Unit]
    persons: dict[str, Person]
    bureau: world.Bureau
    today: date
    random: Random

    def tell(self) -> None:
        """Fill the year's book and bring each topic as far as it stands."""
        root = self.units[self.bureau.committee]
        began = self.today - timedelta(days=260)
        with clock.stand_on(began):
            topics = research.take_over_templates(root=root, year=self.today.year, actor=None)
        leaders = [
            self.persons[m.name]
            for m in self.bureau.leaders
            if any(post.startswith("committee_") for post in m.posts)
        ]
        for number, topic in enumerate(topics):
            self._research(number, topic, leaders, began)

    def _research(self, number: int, topic: Topic, leaders: list[Person], began: date) -> None:
        leader = leaders[number % len(leaders)]
        start = began + timedelta(days=10 + number * 12)
        with clock.stand_on(start):
            research.claim_topic(topic=topic, person=leader, actor=None)
            research.join_topic(
                topic=topic, person=leaders[(number + 1) % len(leaders)], actor=None
            )
        findings = self._visit(number, topic, start)
        last = min(start + timedelta(days=SPACED * VISITS + 5), self.today)
        stands = STANDS[number]
        done = stands != TopicState.UNDER_WAY
        with clock.stand_on(last):
            # The latest topic has until winter, so that some branches have nothing overdue.
            days = 120 if number == len(STANDS) - 1 else 60
            problems = self._state(topic, findings, last + timedelta(days=days))
        self._solve(problems, last, wholly=stands == TopicState.CLOSED, some=done)
        if done:
            reported = min(last + timedelta(days=10), self.today)
            with clock.stand_on(reported):
                background = Topic.objects.get(pk=topic.pk).background
                research.write_words(
                    topic=topic, background=background, conclusions=CONCLUSIONS, actor=None
                )
                research.submit_report(topic=topic, actor=None)
        if stands == TopicState.CLOSED:
            with clock.stand_on(min(last + timedelta(days=60), self.today)):
                research.close_topic(topic=topic, actor=None)

    def _visit(self, number: int, topic: Topic, start: date) -> list[Finding]:
        """Record the visits; every topic finds its four problems, and what else was said."""
        branches = [self.units[b.name] for b in self.bureau.branches]
        self.random.shuffle(branches)
        texts = PROBLEMS[topic.template]
        days = [start + timedelta(days=SPACED * (n + 1)) for n in range(VISITS)]
        days = [day for day in days if day < self.today]
        for turn, day in enumerate(days):
            unit = branches[turn % len(branches)]
            form = FORMS[(number + turn) % len(FORMS)]
            with clock.stand_on(day):
                (plan,) = research.plan_visits(
                    topic=topic, units=[unit], form=form, due_on=day, actor=None
                )
                findings = [research.FindingDraft(texts[turn % 4][0], Nature.PROBLEM)]
                findings.append(
                    research.FindingDraft(SUGGESTIONS[turn % len(SUGGESTIONS)], Nature.SUGGESTION)
                )
                if turn % 3 == 0:
                    said = EXPERIENCE[(number + turn) % len(EXPERIENCE)]
                    findings.append(research.FindingDraft(said, Nature.EXPERIENCE))
                draft = research.VisitDraft(
                    unit=unit,
                    occurred_on=day,
                    form=form,
                    participants=self.random.randrange(2, 14),
                    heard=HEARD[(number + turn) % len(HEARD)],
                    findings=findings,
                    plan=plan,
                )
                research.record_visit(topic=topic, draft=draft, actor=None)
        self._plan_more(number, topic, branches)
        found = Finding.objects.filter(visit__topic=topic, nature=Nature.PROBLEM)
        return list(found.select_related("visit__topic", "visit__branch").order_by("pk"))

    def _plan_more(self, number: int, topic: Topic, branches: list[Unit]) -> None:
        """Leave one visit missed and one to come where research still runs."""
        if STANDS[number] != TopicState.UNDER_WAY:
            return
        for days, unit in ((-6, branches[-1]), (9, branches[-2])):
            research.plan_visits(
                topic=topic,
                units=[unit],
                form=VisitForm.FORUM,
                due_on=self.today + timedelta(days=days),
                hear=HEARD[number % len(HEARD)],
                actor=None,
            )

    def _state(self, topic: Topic, findings: list[Finding], due_on: date) -> list[Problem]:
        """State the four problems, each from all visits that found it, with its two measures."""
        problems = []
        for text, *measures in PROBLEMS[topic.template]:
            own = [finding for finding in findings if finding.text == text]
            if own:
                problems.append(
                    research.state_problem(
                        findings=own,
                        text=text,
                        unit=own[0].visit.branch,
                        due_on=due_on,
                        measures=measures,
                        actor=None,
                    )
                )
        return problems

    def _solve(self, problems: list[Problem], on: date, *, wholly: bool, some: bool) -> None:
        """Finish the measures and close the problems of topics that are done, some of the others."""
        chosen = problems if wholly else problems[:3] if some else problems[:1]
        day = min(on + timedelta(days=30), self.today)
        tasks = list(Assignment.objects.filter(item__problems__in=chosen).distinct())
        with clock.stand_on(day):
            worklists.finish_tasks(
                results=[
                    worklists.TaskResult(task, day, "已落实", "会议纪要和现场记录")
                    for task in tasks
                ],
                actor=None,
            )
            worklists.accept_tasks(tasks=tasks, actor=None)
            for problem in chosen:
                rectification.hand_in(
                    problem=problem, done_on=day, text="措施全部落实，回访反映良好", actor=None
                )
                rectification.review_problem(problem=problem, passed=True, actor=None)


def _hold_talks(
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    random: Random,
    *,
    share: float,
) -> None:
    """Record the talks that secretaries sought with their members, spread over the year so far."""
    scenes = list(TalkScene.objects.values_list("code", flat=True))
    themes = list(TalkTheme.objects.values_list("code", flat=True))
    days = (today - date(today.year, 1, 5)).days
    for branch in bureau.branches:
        secretary = next((m for m in branch.members if "secretary" in m.posts), None)
        if secretary is None or branch.name not in units or days < 1:
            continue
        others = [m for m in branch.members if m is not secretary]
        drafts = [
            _invent_talk(persons[m.name], today, random, scenes, themes, days)
            for m in others
            for _again in range(1 + (random.random() < TWICE))
            if random.random() < share
        ]
        if drafts:
            research.record_talks(talker=persons[secretary.name], drafts=drafts, actor=None)


def _invent_talk(
    partner: Person, today: date, random: Random, scenes: list[str], themes: list[str], days: int
) -> research.TalkDraft:
    return research.TalkDraft(
        partner=partner,
        on=today - timedelta(days=random.randrange(days)),
        scene=random.choice(scenes),
        themes=random.sample(themes, random.randrange(1, 3)),
        note=random.choice(NOTES),
    )
