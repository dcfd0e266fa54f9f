"""What can be wrong with a scheme or an evaluation, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault of a scheme document: where it stands and what is wrong there."""

    place: str
    message: str

    def __str__(self) -> str:
        """The fault in one line."""
        return f"{self.place}: {self.message}"


class SchemeError(ValueError):
    """A scheme document cannot be read; `problems` lists every fault with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the faults; the message has one line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class EvaluationError(ValueError):
    """An evaluation cannot be done as asked: a unit counted twice, an unknown attribute …."""


class EngineMissingError(EvaluationError):
    """What an engine needs is not on this machine; the message names it."""
