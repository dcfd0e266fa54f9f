"""How long classes of demands take: evaluating 9,000 long segmented texts, classifying 100,000.

    python benchmarks/tickets.py [--labelled 9000] [--tickets 100000]

The texts are words of jieba's dictionary drawn by their frequency, tilted by class: as many
different words as in real ones, and no meaning. Prints seconds of processor time and the most
memory; never fails on time.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import jieba
import numpy as np
import pandas as pd

from linghang_core.tickets import classification
from linghang_core.tickets.reading import read_demands

CLASSES = tuple("甲乙丙丁戊己庚")
TILT = 0.6  # how much words differ between classes
LONG, SHORT = 180, 45  # words: a letter to an office, a ticket of a service line


def main() -> None:
    """Draw texts, evaluate, train and classify, and print what took how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=int, default=9000)
    parser.add_argument("--tickets", type=int, default=100_000)
    size = parser.parse_args()
    source = Source(seed=1)
    labelled = read(source.draw(size.labelled, LONG, " "))
    print(f"{'work':44}{'CPU s':>9}{'GB':>7}")
    clock(f"evaluate {size.labelled} segmented, 5 folds", lambda: classification.evaluate(labelled))
    trained = clock(f"train {size.labelled} segmented", lambda: classification.train(labelled))
    tickets = source.draw(size.tickets, SHORT, " ")["text"].tolist()
    clock(f"classify {size.tickets} segmented", lambda: decide(trained.model, tickets))
    raw = read(source.draw(size.labelled, SHORT, ""))
    trained = clock(f"train {size.labelled} raw", lambda: classification.train(raw))
    tickets = source.draw(size.tickets, SHORT, "")["text"].tolist()
    print(f"{'characters of a ticket':44}{np.mean([len(text) for text in tickets]):9.0f}")
    clock(f"classify {size.tickets} raw", lambda: decide(trained.model, tickets))


class Source:
    """Draws texts of seven classes from the dictionary."""

    def __init__(self, seed: int) -> None:
        """Weigh the words of the dictionary for each class."""
        jieba.initialize()
        known = {word: n for word, n in jieba.dt.FREQ.items() if n > 3 and word.isalpha()}
        self.rng = np.random.default_rng(seed)
        self.words = np.array(list(known))
        shares = np.array(list(known.values()), dtype=float)
        tilted = shares * np.exp(self.rng.normal(0, TILT, (len(CLASSES), len(shares))))
        self.shares = tilted / tilted.sum(axis=1, keepdims=True)

    def draw(self, count: int, length: int, blank: str) -> pd.DataFrame:
        """Return texts of about `length` words with their classes."""
        labels = self.rng.integers(0, len(CLASSES), count)
        sizes = (length * self.rng.lognormal(0, 0.5, count) / 1.13).astype(int) + 3
        texts = [""] * count
        for number in range(len(CLASSES)):
            places = np.flatnonzero(labels == number)
            drawn = self.rng.choice(self.words, int(sizes[places].sum()), p=self.shares[number])
            parts = np.split(drawn, np.cumsum(sizes[places])[:-1])
            for place, part in zip(places, parts, strict=True):
                texts[place] = blank.join(part)
        return pd.DataFrame({"text": texts, "label": [CLASSES[n] for n in labels]}, dtype="string")


def read(table: pd.DataFrame) -> Any:
    """Return the demands of a drawn table."""
    return read_demands(table, text="text", label="label")


def decide(model: classification.Model, texts: list[str]) -> int:
    """Return how many decisions were sure, each with its words."""
    return sum(decision.sure for decision in classification.classify(model, texts))


def clock(name: str, work: Callable[[], Any]) -> Any:
    """Print the processor time of some work and the most memory so far; return what it gave."""
    start = time.process_time()
    found = work()
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{name:44}{seconds:9.1f}{memory:7.2f}", flush=True)
    return found


if __name__ == "__main__":
    main()
