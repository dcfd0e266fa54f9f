"""Groups of repeats: the same text, nearly the same, by one customer or by many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from linghang_core.findings import Finding
from linghang_core.tickets.grams import count_grams, read_letters
from linghang_core.tickets.records import Tickets
from linghang_core.tickets.repeats.joining import Extra, Nearness, count_shared, find_centres

LEXICAL = "lexical only"
RUN = 3  # characters of a run
ALIKE = 0.92  # cosine from which an operator's model counts two texts as one


class Embedder(Protocol):
    """An operator's own local model of meaning: texts in, one vector each out (n × d)."""

    name: str

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Return the vectors of texts, a row each."""
        ...


@dataclass(frozen=True)
class Repeat:
    """Tickets that say the same.

    `ids` and `rows` in the order of the file, the `centre` (an id) that all are near to. `kind` is
    exact where all are the same letters, else near; `exact` lists the ids of each set of the same
    letters within a near group. `likeness` is the least Jaccard share of runs of a member and the
    centre. `customers` counts the different known ones, None without a column; `repeated_by` names
    those who stand in it more than once, with how often.
    """

    ids: tuple[str | int, ...]
    rows: tuple[int, ...]
    kind: str
    centre: str | int
    likeness: float
    exact: tuple[tuple[str | int, ...], ...]
    customers: int | None
    same_customer: bool | None
    pattern: str
    repeated_by: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return the group as plain data."""
        return dict(self.__dict__) | {"count": len(self.ids)}


@dataclass(frozen=True)
class Repeats:
    """All groups, the largest first, and by what they were found."""

    groups: tuple[Repeat, ...]
    method: str
    nearness: Nearness
    tickets: int
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the groups as plain data, with the method and the thresholds."""
        return {
            "groups": [group.as_dict() for group in self.groups],
            "method": self.method,
            "threshold": self.nearness.jaccard,
            "contained": self.nearness.contained,
            "tickets": self.tickets,
            "repeated": sum(len(group.ids) for group in self.groups),
            "quality": [finding.as_dict() for finding in self.findings],
        }


def find_repeats(
    tickets: Tickets, nearness: Nearness | None = None, embedder: Embedder | None = None
) -> Repeats:
    """Return the groups of tickets that repeat each other.

    Texts of the same letters are one; then, from the most copied and longest on, each text joins the
    first centre it is near to by `nearness`, or becomes one. So the order of the rows does not
    matter, no chain of small changes joins what differs, and a row more never parts texts of the
    same letters. Without an `embedder` only words on the page are compared: `method` says so.
    """
    nearness = nearness or Nearness()
    members: dict[str, list[int]] = {}
    for place, text in enumerate(tickets.texts):
        members.setdefault(read_letters(text), []).append(place)
    letters = sorted(members, key=lambda each: (-len(members[each]), -len(each), each))
    grams = count_grams(letters, RUN)
    grams.data[:] = 1
    extra = None if embedder is None else _measure_meaning(letters, embedder)
    centre_of = find_centres(grams, nearness, extra)
    likeness = _measure_likeness(grams, centre_of)
    joined: dict[int, list[int]] = {}
    for place, centre in enumerate(centre_of.tolist()):
        joined.setdefault(centre, []).append(place)
    groups = [
        _describe(tickets, [members[letters[n]] for n in places], float(likeness[places].min()))
        for places in joined.values()
        if sum(len(members[letters[n]]) for n in places) > 1
    ]
    return Repeats(
        groups=tuple(sorted(groups, key=lambda group: (-len(group.ids), group.rows))),
        method=LEXICAL if embedder is None else f"lexical and {embedder.name}",
        nearness=nearness,
        tickets=len(tickets),
        findings=tickets.findings,
    )


def _describe(tickets: Tickets, sets: list[list[int]], likeness: float) -> Repeat:
    """Return the group made of sets of the same letters; the first set is the centre."""
    places = sorted(place for members in sets for place in members)
    names = None if tickets.customers is None else [tickets.customers[n] for n in places]
    known = Counter(name for name in names or () if name)
    same, pattern = _judge_customers(names, known)
    return Repeat(
        ids=tuple(tickets.ids[n] for n in places),
        rows=tuple(tickets.rows[n] for n in places),
        kind="exact" if len(sets) == 1 else "near",
        centre=tickets.ids[min(sets[0])],
        likeness=round(likeness, 4),
        exact=tuple(
            tuple(tickets.ids[n] for n in members) for members in sorted(sets) if len(members) > 1
        ),
        customers=None if names is None else len(known),
        same_customer=same,
        pattern=pattern,
        repeated_by={name: times for name, times in sorted(known.items()) if times > 1},
    )


def _judge_customers(names: list[str] | None, known: Counter[str]) -> tuple[bool | None, str]:
    """Return whether one customer repeats, and the pattern in words.

    Rows whose customer is not known cannot make it one customer, nor can they make it several.
    """
    if names is None or not known or (len(known) == 1 and len(names) > known.total()):
        return None, "customers not known"
    if len(known) == 1:
        return True, "same customer"
    if known.most_common(1)[0][1] > 1:
        return False, "mixed: several customers, some of them more than once"
    return False, "many customers"


def _measure_likeness(grams: Any, centre_of: np.ndarray) -> np.ndarray:
    """Return the Jaccard share of each text and its centre."""
    places = np.arange(len(centre_of))
    sizes = np.diff(grams.indptr)
    likeness = np.ones(len(centre_of))
    moved = places[centre_of != places]
    shared = count_shared(grams, moved, centre_of[moved])
    likeness[moved] = shared / (sizes[moved] + sizes[centre_of[moved]] - shared)
    return likeness


def _measure_meaning(letters: Sequence[str], embedder: Embedder) -> Extra:
    """Return the comparison of texts by an operator's model."""
    vectors = np.asarray(embedder(letters), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(letters):
        raise ValueError(f"the model {embedder.name} must give one vector for each text")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)

    def compare(rows: np.ndarray, centres: np.ndarray) -> np.ndarray:
        near: np.ndarray = vectors[rows] @ vectors[centres].T >= ALIKE
        return near

    return compare
