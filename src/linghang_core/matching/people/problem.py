"""What is to be matched: demands, people or teams, matches already accepted, weights."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

MOST = 1_000_000  # of any number: more is a slip, and sums of it are no costs any more
Count = Annotated[int, Field(ge=0, le=MOST)]
Number = Annotated[float, Field(ge=0, le=MOST)]
Place = Annotated[float, Field(ge=-MOST, le=MOST)]
Name = Annotated[str, Field(min_length=1)]
EARTH_KM = 6371.0088  # mean radius, IUGG


class ProblemError(ValueError):
    """The problem cannot be used; the message names the place."""


class _Part(BaseModel):
    """A number is never read from text, and a key nobody knows is a slip, not a wish."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Certificate(_Part):
    """A certificate 证书 and the days on which it is valid, both counted; without one, no limit."""

    name: Name
    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")


class Demand(_Part):
    """A demand 诉求. `start` and `end` are local times; without them it can be done at any time.

    `kind` is what a person may prefer, `client` whom it is for, `people` how many it needs (a team of
    that size), `helper_before` who helped the client last. `urgency` multiplies what it costs to leave
    the demand. Distances are in kilometres.
    """

    id: Name
    x: Place | None = None
    y: Place | None = None
    start: datetime | None = None
    end: datetime | None = None
    kind: str = ""
    client: str = ""
    people: Annotated[int, Field(ge=1)] = 1
    skills: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    language_required: str | None = None
    language_preferred: str | None = None
    max_distance: Number | None = None
    not_with: frozenset[str] = frozenset()
    helper_before: str | None = None
    urgency: Number = 1

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y belong together")
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end belong together")
        if self.start and self.end:
            _check_times(self.start, self.end)
        return self

    def overlaps(self, other: Demand) -> bool:
        """Return whether one person cannot do both; one may begin as the other ends."""
        if not (self.start and self.end and other.start and other.end):
            return False
        return self.start < other.end and other.start < self.end


class Person(_Part):
    """A volunteer 志愿者 or a team of `size`. Without `available`, at any time.

    `capacity` is the most demands of one plan, `per_day` of one day; `load_before` counts demands done
    before the plan. `relatives` and `not_with` name clients.
    """

    id: Name
    x: Place | None = None
    y: Place | None = None
    size: Annotated[int, Field(ge=1)] = 1
    skills: frozenset[str] = frozenset()
    certificates: tuple[Certificate, ...] = ()
    languages: frozenset[str] = frozenset()
    available: tuple[tuple[datetime, datetime], ...] | None = None
    capacity: Count = 1
    per_day: Count | None = None
    load_before: Count = 0
    max_distance: Number | None = None
    relatives: frozenset[str] = frozenset()
    not_with: frozenset[str] = frozenset()
    prefers: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y belong together")
        for start, end in self.available or ():
            _check_times(start, end)
        return self


class Weights(_Part):
    """What each term of the objective costs a unit; all in the same invented money.

    `distance` a kilometre, `load` each demand the person has already, `preference` a kind the person
    does not name, `language` a preferred language not spoken, `continuity` another person than before,
    `unmatched` a demand of urgency 1 left without anybody.
    """

    distance: Number = 1
    load: Number = 2
    preference: Number = 1
    language: Number = 1
    continuity: Number = 3
    unmatched: Number = 1000


class Pair(_Part):
    """A match that was accepted."""

    demand: Name
    person: Name


class Problem(_Part):
    """Everything a plan depends on. `day` stands for demands without a time."""

    demands: tuple[Demand, ...] = Field(min_length=1)
    people: tuple[Person, ...] = Field(min_length=1)
    fixed: tuple[Pair, ...] = ()
    weights: Weights = Weights()
    metric: Literal["euclid", "sphere"] = "euclid"
    day: date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        demands, people = {d.id for d in self.demands}, {p.id for p in self.people}
        _check_once("demands", (d.id for d in self.demands))
        _check_once("people", (p.id for p in self.people))
        _check_once("fixed", (pair.demand for pair in self.fixed))
        for place, pair in enumerate(self.fixed):
            if pair.demand not in demands:
                raise ValueError(f"fixed.{place}: no demand {pair.demand!r}; take the pair out")
            if pair.person not in people:
                raise ValueError(
                    f"fixed.{place}: no person {pair.person!r}; add the person or take the pair out"
                )
        for demand in self.demands:
            if demand.certificates and self.find_day(demand) is None:
                raise ValueError(
                    f"demand {demand.id!r} asks for a certificate: give it a start, or the problem a day"
                )
        return self

    def find_day(self, demand: Demand) -> date | None:
        """Return the day on which certificates must be valid."""
        return demand.start.date() if demand.start else self.day

    def measure(self, demand: Demand, person: Person) -> float | None:
        """Return the kilometres between both, None where a place is unknown.

        `euclid`: x and y are kilometres; `sphere`: x is longitude, y latitude, in degrees (haversine).
        """
        if demand.x is None or demand.y is None or person.x is None or person.y is None:
            return None
        if self.metric == "euclid":
            return math.hypot(demand.x - person.x, demand.y - person.y)
        north, south = math.radians(demand.y), math.radians(person.y)
        across = math.radians(demand.x - person.x)
        bow = math.sin((north - south) / 2) ** 2
        bow += math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
        return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, bow)))


def read_problem(text: str | bytes) -> Problem:
    """Return the problem of a JSON text, or raise ProblemError with one message that names the place."""
    try:
        return Problem.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise ProblemError(f"{place}: {message}" if place else message) from error


def _check_times(start: datetime, end: datetime) -> None:
    if start.tzinfo or end.tzinfo:
        raise ValueError("times are local, without offset: 2026-11-23T08:00")
    if end <= start:
        raise ValueError(f"{end} does not lie after {start}")


def _check_once(what: str, ids: Iterable[str]) -> None:
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise ValueError(f"{what}: {twice[0]!r} stands there twice")
