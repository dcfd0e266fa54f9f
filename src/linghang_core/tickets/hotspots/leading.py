"""Topics by leaders: each text joins the earlier topic it is most like, or leads a new one.

Single-pass clustering in the order of time. What a text is compared with, and how words are weighed,
depends on earlier texts alone: texts added later can join topics, they cannot change who stands where.
Words are weighed by their rarity among the texts before a block of texts, with the frequencies of the
dictionary as if they had been read in so many texts before the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import jieba
import numpy as np
from scipy import sparse

from linghang_core.tickets.hotspots.places import are_alike, shorten

BLOCK = 500  # texts between two looks at the rarity of words
READ_BEFORE = 200  # texts that the frequencies of the dictionary stand for
WORDS_OF_A_TEXT = 50  # words of such a text
KEPT_WORDS = 80  # words kept of a topic, the weightiest
OWN = 1 / 2  # times the place named most, from which a place is the topic's own
DIGITS = 9  # of a cosine that count, so that the order of summing never decides


@dataclass(frozen=True)
class Gathering:
    """From which cosine a text joins a topic.

    `same_place`: both name a place in common; `no_place`: one of them, or both, name none. Texts
    of different places never join: the same problem in two communities is two hot spots. Of several
    topics the most alike wins, `place_bonus` added for one in common.
    """

    same_place: float = 0.2
    no_place: float = 0.25
    place_bonus: float = 0.15


@dataclass
class _Topic:
    """A topic while it grows: its words (sum of the unit vectors of its texts) and its places."""

    words: np.ndarray
    weights: np.ndarray
    places: Counter[str] = field(default_factory=Counter)
    own: frozenset[str] = frozenset()

    def take(self, places: Collection[str]) -> None:
        """Count the places of a text; `own` are those named nearly as often as the one named most.

        So a second place that one text names in passing does not draw in all that is said of it.
        """
        if places:
            self.places.update(set(places))
            least = OWN * max(self.places.values())
            self.own = frozenset(place for place, times in self.places.items() if times >= least)


@dataclass
class Leaders:
    """What single-pass clustering of texts found, in the order given.

    `counts` (n × words) how often each word stands in each text, `vocabulary` the words.
    `topic_of` (n) is the number of the topic of each text; topics are numbered by their first text.
    `likeness` (n) is the cosine of each text with its topic when it joined.
    """

    counts: sparse.csr_matrix
    vocabulary: Sequence[str]
    places: Sequence[Collection[str]]
    gathering: Gathering = field(default_factory=Gathering)
    topic_of: np.ndarray = field(init=False)
    likeness: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Gather the texts block by block."""
        number = self.counts.shape[0]
        self.topic_of = np.full(number, -1)
        self.likeness = np.ones(number)
        self._topics: list[_Topic] = []
        self._damped = self.counts.astype(np.float64)
        self._damped.data = 1 + np.log(self._damped.data)
        self._seen = READ_BEFORE * _expect_words(self.vocabulary)
        for start in range(0, number, BLOCK):
            stop = min(start + BLOCK, number)
            self._gather(start, stop, self.weigh_words(start))
            block = self.counts[start:stop]
            self._seen += np.bincount(block.indices, minlength=self.counts.shape[1])

    def weigh_words(self, texts: int) -> np.ndarray:
        """Return the rarity of each word after so many texts: ln((n + 1) / (n with it + 1)) squared.

        Squared, because letters are full of phrases that all use and that say nothing of the matter.
        """
        rarity: np.ndarray = np.log((texts + READ_BEFORE + 1) / (self._seen + 1)).clip(min=0) ** 2
        return rarity

    def list_centres(self, topics: Sequence[int], rarity: np.ndarray) -> sparse.csr_matrix:
        """Return the unit vectors (topics × words) of the given topics."""
        chosen = [self._topics[number] for number in topics]
        sizes = [len(topic.words) for topic in chosen]
        columns = np.concatenate([topic.words for topic in chosen])
        weights = np.concatenate([topic.weights for topic in chosen]) * rarity[columns]
        matrix = sparse.csr_matrix(
            (weights, columns, np.concatenate([[0], np.cumsum(sizes)])),
            shape=(len(chosen), self.counts.shape[1]),
        )
        return make_unit(matrix)

    def _gather(self, start: int, stop: int, rarity: np.ndarray) -> None:
        """Let each text of a block join a topic or lead one."""
        block = self._damped[start:stop]
        block = make_unit(block @ sparse.diags(rarity).tocsr())
        known = len(self._topics)
        least = min(self.gathering.same_place, self.gathering.no_place)
        old = _list_alike(block, self.list_centres(range(known), rarity), least) if known else None
        within = (block @ block.T).tocsr()
        born = _Born(within)
        for place in range(stop - start):
            alike = dict(old[place]) if old else {}
            alike |= {known + n: cosine for n, cosine in born.compare(place) if cosine >= least}
            named = frozenset(map(shorten, self.places[start + place]))
            topic, likeness = self._choose(alike, named)
            if topic is None:
                topic = len(self._topics)
                self._topics.append(_Topic(np.empty(0, np.int64), np.empty(0)))
                born.lead(place)
            elif topic >= known:
                born.join(place, topic - known)
            self.topic_of[start + place] = topic
            self.likeness[start + place] = likeness
            self._topics[topic].take(named)
        self._learn(start, stop, block, rarity)

    def _choose(self, alike: dict[int, float], places: Collection[str]) -> tuple[int | None, float]:
        """Return the topic a text joins, None where it leads its own, and the cosine."""
        best, most, likeness = None, -1.0, 1.0
        rule = self.gathering
        for topic, cosine in sorted(alike.items(), key=lambda item: (-item[1], item[0])):
            if cosine + rule.place_bonus < most:
                break
            theirs = self._topics[topic].own
            shared = bool(places) and bool(theirs) and are_alike(places, theirs)
            if places and theirs and not shared:
                continue
            score = cosine + rule.place_bonus if shared else cosine
            if cosine < (rule.same_place if shared else rule.no_place):
                continue
            if score > most or (score == most and best is not None and topic < best):
                best, most, likeness = topic, score, cosine
        return best, likeness

    def _learn(self, start: int, stop: int, block: sparse.csr_matrix, rarity: np.ndarray) -> None:
        """Add the words of a block to its topics; of long lists only the weightiest are kept."""
        scale = np.divide(1, rarity, out=np.zeros_like(rarity), where=rarity > 0)
        for topic in np.unique(self.topic_of[start:stop]):
            members = np.flatnonzero(self.topic_of[start:stop] == topic)
            summed = np.asarray(block[members].sum(axis=0)).ravel() if len(members) > 1 else None
            if summed is None:
                one = slice(block.indptr[members[0]], block.indptr[members[0] + 1])
                words, weights = block.indices[one], block.data[one]
            else:
                words = np.flatnonzero(summed)
                weights = summed[words]
            _add(self._topics[topic], words, weights * scale[words], rarity)


class _Born:
    """Topics that began within the block, compared by the cosine with the sum of their texts."""

    def __init__(self, within: sparse.csr_matrix) -> None:
        self.within = within
        self.topic_of = np.full(within.shape[0], -1)
        self.squares: list[float] = []

    def compare(self, place: int) -> list[tuple[int, float]]:
        """Return the topics that share a word with a text of the block, and the cosines."""
        others, products = self._read(place)
        theirs = self.topic_of[others]
        open_ = theirs >= 0
        if not open_.any():
            return []
        sums = np.bincount(theirs[open_], weights=products[open_])
        return [
            (int(n), round(float(sums[n] / np.sqrt(self.squares[n])), DIGITS))
            for n in np.flatnonzero(sums)
        ]

    def lead(self, place: int) -> None:
        """Begin a topic with a text; one without words has no length and is never met again."""
        others, products = self._read(place)
        self.topic_of[place] = len(self.squares)
        own = products[others == place]
        self.squares.append(float(own[0]) if len(own) else 1.0)

    def join(self, place: int, topic: int) -> None:
        """Add a text to a topic."""
        others, products = self._read(place)
        with_topic = float(products[self.topic_of[others] == topic].sum())
        self.squares[topic] += 2 * with_topic + float(products[others == place].sum())
        self.topic_of[place] = topic

    def _read(self, place: int) -> tuple[np.ndarray, np.ndarray]:
        row = slice(self.within.indptr[place], self.within.indptr[place + 1])
        return self.within.indices[row], self.within.data[row]


def _add(topic: _Topic, words: np.ndarray, weights: np.ndarray, rarity: np.ndarray) -> None:
    both = np.concatenate([topic.words, words])
    topic.words, places = np.unique(both, return_inverse=True)
    topic.weights = np.bincount(places, weights=np.concatenate([topic.weights, weights]))
    if len(topic.words) > KEPT_WORDS:
        order = np.lexsort((topic.words, -topic.weights * rarity[topic.words]))[:KEPT_WORDS]
        order.sort()
        topic.words, topic.weights = topic.words[order], topic.weights[order]


def _list_alike(
    block: sparse.csr_matrix, centres: sparse.csr_matrix, least: float
) -> list[list[tuple[int, float]]]:
    """Return for each text the topics with at least that cosine."""
    found = (block @ centres.T).tocsr()
    found.data = found.data.round(DIGITS)
    found.data[found.data < least] = 0
    found.eliminate_zeros()
    return [
        list(
            zip(
                found.indices[found.indptr[n] : found.indptr[n + 1]].tolist(),
                found.data[found.indptr[n] : found.indptr[n + 1]].tolist(),
                strict=True,
            )
        )
        for n in range(block.shape[0])
    ]


def make_unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the rows divided by their lengths; a row of zeros stays."""
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    lengths = np.sqrt(squares)
    scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return (sparse.diags(scale).tocsr() @ matrix).tocsr()


def _expect_words(vocabulary: Sequence[str]) -> np.ndarray:
    """Return the chance of each word to stand in a text, by the frequencies of the dictionary."""
    jieba.initialize()
    dictionary = jieba.dt
    shares = np.array([dictionary.FREQ.get(word) or 0 for word in vocabulary]) / dictionary.total
    chances: np.ndarray = 1 - np.exp(-WORDS_OF_A_TEXT * shares)
    return chances
