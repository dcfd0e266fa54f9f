"""Problems: topics that say the same of different places, summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linghang_core.tickets.hotspots.contents import Content
from linghang_core.tickets.hotspots.leading import Leaders

if TYPE_CHECKING:
    from linghang_core.tickets.hotspots.naming import Naming
    from linghang_core.tickets.records import Tickets

ALIKE = 0.3  # cosine from which two topics are one problem
BLOCK = 1000


@dataclass(frozen=True)
class Problem:
    """One problem: its topics at all places, the messages and people of all of them."""

    problem: str | int
    words: tuple[str, ...]
    topics: tuple[str | int, ...]
    count: int
    people: int | None
    places: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as plain data."""
        return dict(self.__dict__) | {"places": dict(self.places)}

    @classmethod
    def sum_up(
        cls,
        tickets: Tickets,
        problem_of: Mapping[int, int],
        first: Mapping[int, str | int],
        shown: Mapping[int, Sequence[Content]],
        naming: Naming,
    ) -> list[Problem]:
        """Return the problems that several topics share, the most frequent first."""
        joined: dict[int, list[int]] = {}
        for number in shown:
            joined.setdefault(problem_of[number], []).append(number)
        found = []
        for problem, numbers in joined.items():
            if len(numbers) == 1:
                continue
            members = [place for n in numbers for each in shown[n] for place in each.members]
            names = tickets.customers
            people = None if names is None else len({names[n] for n in members} - {""})
            found.append(
                cls(
                    problem=first[problem],
                    words=naming.find_words(problem, {}, 0),
                    topics=tuple(first[n] for n in numbers),
                    count=len(members),
                    people=people,
                    places=_count_main_places(numbers, shown),
                )
            )
        return sorted(found, key=lambda each: -each.count)


def _count_main_places(
    numbers: Sequence[int], shown: Mapping[int, Sequence[Content]]
) -> dict[str, int]:
    """Return the messages of each topic under the place it names most, "" where it names none."""
    found: Counter[str] = Counter()
    for number in numbers:
        named: Counter[str] = Counter()
        for content in shown[number]:
            named.update(dict.fromkeys(content.places, len(content.members)))
        main = min(named, key=lambda place: (-named[place], place), default="")
        found[main] += sum(len(content.members) for content in shown[number])
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def join_problems(leaders: Leaders, topics: Sequence[int]) -> dict[int, int]:
    """Return for each topic the first one whose words are alike, whatever the place.

    First come, first led, in the order of the topics: a problem keeps its first topic when topics
    are added.
    """
    if not topics:
        return {}
    topics = sorted(topics)
    rarity = leaders.weigh_words(leaders.counts.shape[0])
    centres = leaders.list_centres(topics, rarity)
    led: dict[int, int] = {}
    for start in range(0, len(topics), BLOCK):
        alike = (centres[start : start + BLOCK] @ centres.T).tocsr()
        for place in range(alike.shape[0]):
            row = slice(alike.indptr[place], alike.indptr[place + 1])
            near = np.sort(alike.indices[row][alike.data[row].round(9) >= ALIKE])
            heads = [n for n in near[near < start + place].tolist() if led[n] == n]
            led[start + place] = heads[0] if heads else start + place
    return {topics[place]: topics[head] for place, head in led.items()}
