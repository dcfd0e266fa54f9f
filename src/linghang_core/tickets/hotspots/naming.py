"""Names of topics: the words that set them apart, and the title of the message nearest to all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from linghang_core.tickets.hotspots.contents import Contents
from linghang_core.tickets.hotspots.leading import Leaders, make_unit
from linghang_core.tickets.records import Tickets

WORDS = 6
TITLE_LENGTH = 40
MAIN_PLACE = 0.5  # share of messages from which a place belongs to the name


class Naming:
    """Names for the topics of one reading; the frequencies of all topics are counted once."""

    def __init__(self, contents: Contents, leaders: Leaders) -> None:
        """Count how often each word stands in all messages."""
        self._contents = contents
        self._leaders = leaders
        sizes = np.array([len(content.members) for content in contents.found])
        self._weighted = contents.counts.multiply(sizes[:, None]).tocsr()
        self._total = np.asarray(self._weighted.sum(axis=0)).ravel()
        topics = max(1, len(np.unique(leaders.topic_of)))
        self._words_a_topic = self._total.sum() / topics
        self._members: dict[int, list[int]] = {}
        for place, number in enumerate(leaders.topic_of.tolist()):
            self._members.setdefault(number, []).append(place)

    def find_words(self, number: int, named: Mapping[str, int], count: int) -> tuple[str, ...]:
        """Return the words of a topic: its main place, then those with the highest class TF-IDF.

        tf · ln(1 + A / f): tf times in the topic, f in all topics, A words of a mean topic
        (Grootendorst 2022). A word of one message alone does not name a topic of several.
        """
        members = self._members[number]
        frequency = np.asarray(self._weighted[members].sum(axis=0)).ravel()
        held = np.asarray((self._contents.counts[members] > 0).sum(axis=0)).ravel()
        frequency = np.where(held >= min(2, len(members)), frequency, 0)
        scores = frequency * np.log1p(self._words_a_topic / np.maximum(self._total, 1))
        best = [n for n in np.argsort(-scores, kind="stable")[:WORDS] if scores[n] > 0]
        main = [place for place, times in list(named.items())[:1] if times >= MAIN_PLACE * count]
        return (*main, *(self._contents.vocabulary[n] for n in best))

    def find_title(self, tickets: Tickets, number: int) -> str:
        """Return the title of the message most like its topic, without titles how it begins."""
        members = self._members[number]
        rarity = self._leaders.weigh_words(self._contents.counts.shape[0])
        vectors = make_unit(self._contents.counts[members].multiply(rarity).tocsr())
        centre = self._leaders.list_centres([number], rarity)
        likeness = np.asarray((vectors @ centre.T).todense()).ravel().round(9)
        place = self._contents.found[members[int(np.argmax(likeness))]].members[0]
        return tickets.titles[place] or tickets.texts[place][:TITLE_LENGTH]
