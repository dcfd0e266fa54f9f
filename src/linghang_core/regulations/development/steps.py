"""The steps of developing a member, and those a person has taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from linghang_core.periods import add_months
from linghang_core.regulations.rules import RuleBook, load_rules


class Stage(StrEnum):
    """The five stages."""

    APPLYING = "applying"
    ACTIVIST = "activist"
    CANDIDATE = "candidate"
    ADMISSION = "admission"
    CONVERSION = "conversion"


class Outcome(StrEnum):
    """What came of a step; extended and cancelled are outcomes of the meeting on conversion."""

    PASSED = "passed"
    REFUSED = "refused"
    EXTENDED = "extended"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Step:
    """One of the 25 steps: its number from 1, code, stage, names, and the steps it needs.

    `by_superior` is true where the superior committee acts, false where the branch does; `repeats` where
    a review comes round again.
    """

    number: int
    code: str
    by_superior: bool
    stage: Stage
    zh: str
    en: str
    needs: tuple[str, ...]
    repeats: bool = False


@dataclass(frozen=True)
class Ballot:
    """The counts of a vote: entitled (应到会), present, in favour, written opinions in favour."""

    entitled: int
    present: int
    in_favour: int
    written_in_favour: int = 0


@dataclass(frozen=True)
class Taken:
    """A step that was taken on a day.

    `number` counts contact persons or introducers, `days` and `hours` the training, `months` the
    extension of probation; `special` says that the superior let the approval take longer.
    """

    step: str
    on: date
    outcome: Outcome = Outcome.PASSED
    number: int = 0
    days: int = 0
    hours: int = 0
    months: int = 0
    ballot: Ballot | None = None
    special: bool = False


def list_steps(rules: RuleBook | None = None) -> tuple[Step, ...]:
    """Return the 25 steps in their order."""
    rows = (rules or load_rules()).find("development.steps").value["steps"]
    return tuple(
        Step(
            number=n,
            code=row["code"],
            by_superior=row["by"] == "superior",
            stage=Stage(row["stage"]),
            zh=row["zh"],
            en=row["en"],
            needs=tuple(row["needs"]),
            repeats=row.get("repeats", False),
        )
        for n, row in enumerate(rows, 1)
    )


class Way:
    """The steps taken so far, the latest of each, with the rules at hand; for this folder only."""

    def __init__(self, taken: Sequence[Taken], book: RuleBook) -> None:
        """Keep the steps in the order in which they were entered."""
        self.book = book
        self.steps = {step.code: step for step in list_steps(book)}
        self.taken = tuple(taken)
        self.latest = {one.step: one for one in taken}

    def passed(self, code: str) -> Taken | None:
        """Return the step as last taken, if it passed."""
        one = self.latest.get(code)
        return one if one and one.outcome is Outcome.PASSED else None

    def is_cancelled(self) -> bool:
        """Return whether probation was cancelled."""
        return any(one.outcome is Outcome.CANCELLED for one in self.taken)

    def is_next(self, step: Step) -> bool:
        """Return whether all the step needs has passed, and neither itself nor what needs it."""
        if self.passed(step.code) or step.code in self._behind:
            return False
        return all(self.passed(code) for code in step.needs)

    @cached_property
    def _behind(self) -> frozenset[str]:
        """What a passed step needs lies behind, although it was taken elsewhere (a transfer)."""
        found: set[str] = set()
        waiting = [code for code in self.latest if self.passed(code)]
        while waiting:
            needs = set(self.steps[waiting.pop()].needs) - found
            found |= needs
            waiting.extend(needs)
        return frozenset(found)

    def extensions(self) -> list[Taken]:
        """Return the meetings that extended probation."""
        return [one for one in self.taken if one.outcome is Outcome.EXTENDED]

    def probation_ends_on(self) -> date | None:
        """Return the end of probation: a year after the admitting meeting, and its extension."""
        joined = self.passed("admission_meeting")
        if joined is None:
            return None
        months = self.book.find("member.probation").whole("months")
        return add_months(joined.on, months + sum(one.months for one in self.extensions()))
