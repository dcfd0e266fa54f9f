"""Hot spots of tickets: topics with their heat, words, title, people, places and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from linghang_core.findings import Finding
from linghang_core.tickets.hotspots.contents import Content, read_contents
from linghang_core.tickets.hotspots.heat import RECENT_DAYS, WEIGHTS, Heat, measure_heat
from linghang_core.tickets.hotspots.leading import Gathering, Leaders
from linghang_core.tickets.hotspots.naming import Naming
from linghang_core.tickets.hotspots.problems import Problem, join_problems
from linghang_core.tickets.records import Tickets

LEAST = 2  # messages from which a topic is shown: one message is no hot spot


@dataclass(frozen=True)
class Topic:
    """One hot spot.

    `topic` is the id of its first message and stays when messages come in later, `problem` that of
    the first topic of the same problem, at whatever place. `ids` and `rows` are in the order of
    time. `people` counts known customers, None without a column; `places` the messages naming each.
    """

    topic: str | int
    problem: str | int
    words: tuple[str, ...]
    title: str
    ids: tuple[str | int, ...]
    rows: tuple[int, ...]
    people: int | None
    likes: float | None
    first_day: date | None
    last_day: date | None
    places: Mapping[str, int]
    heat: Heat

    @property
    def count(self) -> int:
        """Return the number of messages."""
        return len(self.ids)

    def as_dict(self) -> dict[str, Any]:
        """Return the topic as plain data."""
        return {
            "topic": self.topic,
            "problem": self.problem,
            "words": list(self.words),
            "title": self.title,
            "ids": list(self.ids),
            "rows": list(self.rows),
            "count": self.count,
            "people": self.people,
            "likes": self.likes,
            "from": self.first_day,
            "to": self.last_day,
            "heat": self.heat.total,
            "heat_parts": self.heat.as_dict(),
            "places": dict(self.places),
        }


@dataclass(frozen=True)
class Hotspots:
    """The hottest topics, the hottest first; `found` counts all of two messages or more.

    `problems` sums the topics of one problem over its places.
    """

    topics: tuple[Topic, ...]
    problems: tuple[Problem, ...]
    found: int
    tickets: int
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the topics as plain data, with what the heat is made of."""
        return {
            "topics": [topic.as_dict() for topic in self.topics],
            "problems": [problem.as_dict() for problem in self.problems],
            "found": self.found,
            "tickets": self.tickets,
            "method": "words only",
            "heat_weights": dict(WEIGHTS),
            "quality": [finding.as_dict() for finding in self.findings],
        }


def find_hotspots(
    tickets: Tickets,
    *,
    segmented: bool | None = None,
    top: int | None = 10,
    gathering: Gathering | None = None,
    weights: Mapping[str, float] = WEIGHTS,
) -> Hotspots:
    """Return the hot spots of tickets, the hottest first.

    Messages are read in the order of their time; each joins the earlier topic it is most like in
    its words, at the same place or where one names none, or begins a topic. So messages that come
    in later never change who stands with whom among the earlier. Without times the order is that of
    the texts: still the same for rows in any order, but no longer stable when rows are added.
    `segmented` is looked up in the texts where None.
    """
    contents = read_contents(tickets, segmented)
    leaders = Leaders(
        contents.counts,
        contents.vocabulary,
        [content.places for content in contents.found],
        gathering or Gathering(),
    )
    joined: dict[int, list[Content]] = {}
    for content, number in zip(contents.found, leaders.topic_of.tolist(), strict=True):
        joined.setdefault(number, []).append(content)
    shown = {
        number: members
        for number, members in joined.items()
        if sum(len(each.members) for each in members) >= LEAST
    }
    problem_of = join_problems(leaders, list(shown))
    first = {n: tickets.ids[members[0].members[0]] for n, members in shown.items()}
    rank = _ranker(tickets, shown, weights)
    order = sorted(shown, key=lambda number: (-rank(number).total, number))
    naming = Naming(contents, leaders)
    topics = [
        _describe(tickets, naming, number, shown[number], rank(number), first, problem_of)
        for number in (order if top is None else order[:top])
    ]
    problems = Problem.sum_up(tickets, problem_of, first, shown, naming)
    return Hotspots(
        topics=tuple(topics),
        problems=tuple(problems if top is None else problems[:top]),
        found=len(shown),
        tickets=len(tickets),
        findings=tickets.findings,
    )


def _ranker(
    tickets: Tickets, shown: Mapping[int, Sequence[Content]], weights: Mapping[str, float]
) -> Callable[[int], Heat]:
    """Return the heat of each topic by its number, worked out once."""
    end = None if tickets.times is None else tickets.times.max()
    heats = {number: _heat(tickets, members, end, weights) for number, members in shown.items()}
    return heats.__getitem__


def _heat(
    tickets: Tickets,
    members: Sequence[Content],
    end: pd.Timestamp | None,
    weights: Mapping[str, float],
) -> Heat:
    places = list_members(members)
    named = count_places(members)
    recent = None
    if tickets.times is not None:
        since = end - pd.Timedelta(days=RECENT_DAYS)
        recent = int((tickets.times.iloc[places] > since).sum())
    return measure_heat(
        count=len(places),
        people=count_people(tickets, places),
        likes=None if tickets.likes is None else float(tickets.likes[places].sum()),
        recent=recent,
        place=max(named.values(), default=0) / len(places),
        weights=weights,
    )


def _describe(
    tickets: Tickets,
    naming: Naming,
    number: int,
    members: Sequence[Content],
    heat: Heat,
    first: Mapping[int, str | int],
    problem_of: Mapping[int, int],
) -> Topic:
    places = list_members(members)
    named = count_places(members)
    first_day = last_day = None
    if tickets.times is not None:
        times = tickets.times
        places.sort(key=lambda n: (times.iloc[n], tickets.rows[n]))
        first_day, last_day = (times.iloc[n].date() for n in (places[0], places[-1]))
    return Topic(
        topic=first[number],
        problem=first[problem_of[number]],
        words=naming.find_words(number, named, len(places)),
        title=naming.find_title(tickets, number),
        ids=tuple(tickets.ids[n] for n in places),
        rows=tuple(tickets.rows[n] for n in places),
        people=count_people(tickets, places),
        likes=None if tickets.likes is None else float(tickets.likes[places].sum()),
        first_day=first_day,
        last_day=last_day,
        places=named,
        heat=heat,
    )


def list_members(contents: Sequence[Content]) -> list[int]:
    """Return the places of the tickets that have one of the contents."""
    return [place for content in contents for place in content.members]


def count_people(tickets: Tickets, places: Sequence[int]) -> int | None:
    """Return how many different known customers wrote the tickets, None without a column."""
    if tickets.customers is None:
        return None
    return len({tickets.customers[n] for n in places} - {""})


def count_places(contents: Sequence[Content]) -> dict[str, int]:
    """Return how many messages name each place, the most named first."""
    named: Counter[str] = Counter()
    for content in contents:
        for place in content.places:
            named[place] += len(content.members)
    return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))
