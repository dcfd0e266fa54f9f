"""Who is rated, as columns: a million subjects without a million objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linghang_core.scoring.engines.monthly import Owners, Whole
from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import Condition, SubjectKind
from linghang_core.scoring.subjects import Attribute, Subject, fits, known_number


@dataclass(frozen=True)
class Coded:
    """An attribute of all subjects: the distinct values, and which of them each subject has."""

    values: tuple[Attribute, ...]
    places: NDArray[np.int32]

    @classmethod
    def of(cls, values: Sequence[Attribute] | pa.Array | pa.ChunkedArray) -> Coded:
        """The column of plain values, or of an Arrow array of numbers or words."""
        if isinstance(values, pa.Array | pa.ChunkedArray):
            if isinstance(values, pa.ChunkedArray):
                values = values.combine_chunks()
            if not pa.types.is_dictionary(values.type):
                values = values.dictionary_encode()
            places = values.indices.to_numpy(zero_copy_only=False).astype(np.int32)
            return cls(tuple(values.dictionary.to_pylist()), places)
        distinct = dict.fromkeys((type(value), value) for value in values)
        place = {key: number for number, key in enumerate(distinct)}
        places = np.array([place[type(value), value] for value in values], np.int32)
        return cls(tuple(value for _, value in distinct), places)

    def part(self, first: int, end: int) -> Coded:
        """The same for the subjects from `first` up to, not including, `end`."""
        return Coded(self.values, self.places[first:end])


@dataclass(frozen=True)
class Roster:
    """All subjects of one kind: numbers that rise strictly, codes, attributes and whose facts.

    `homes` is where a person belongs, by which the wide table is sorted; a unit is its own home.
    """

    kind: SubjectKind
    ids: Whole
    codes: pa.Array
    attributes: Mapping[str, Coded]
    owners: Owners
    homes: Whole | None = field(default=None)

    def __post_init__(self) -> None:
        """Refuse what would let a fact count twice or be read for the wrong subject."""
        if len(self.ids) and not (np.diff(self.ids) > 0).all():
            raise EvaluationError("the subjects of a roster rise strictly by number")
        lengths = {len(self.codes), len(self.owners), *map(len, self._columns())}
        if lengths != {len(self.ids)}:
            raise EvaluationError("every column of a roster has one value for each subject")
        if self.kind is SubjectKind.PERSON and not np.array_equal(self.owners.ids, self.ids):
            raise EvaluationError("a person's facts are found by person, not by unit")
        if len(np.unique(self.owners.ids)) < len(self.owners.ids):
            raise EvaluationError("a unit counts for two subjects; a fact must count once")

    def _columns(self) -> list[Any]:
        columns: list[Any] = [column.places for column in self.attributes.values()]
        return columns if self.homes is None else [*columns, self.homes]

    def __len__(self) -> int:
        """How many subjects there are."""
        return len(self.ids)

    @classmethod
    def of(cls, kind: SubjectKind, subjects: Sequence[Subject]) -> Roster:
        """The roster of subjects, in the order of their numbers."""
        ordered = sorted(subjects, key=lambda item: item.id)
        names = dict.fromkeys(name for item in ordered for name in item.attributes)
        for item in ordered:
            for name in names:
                if name not in item.attributes:
                    raise EvaluationError(f"subject {item.code}: no attribute {name!r}")
        return cls(
            kind,
            np.array([item.id for item in ordered], np.int64),
            pa.array([item.code for item in ordered], pa.string()),
            {name: Coded.of([item.attributes[name] for item in ordered]) for name in names},
            Owners.of(kind, ordered),
        )

    def part(self, first: int, end: int) -> Roster:
        """The subjects from `first` up to, not including, `end`."""
        return Roster(
            self.kind,
            self.ids[first:end],
            self.codes[first:end],
            {name: column.part(first, end) for name, column in self.attributes.items()},
            self.owners.part(first, end),
            None if self.homes is None else self.homes[first:end],
        )

    def subject(self, place: int) -> Subject:
        """One subject as the reference knows it."""
        starts = self.owners.starts
        first, end = (place, place + 1) if starts is None else starts[place : place + 2]
        units = () if self.kind is SubjectKind.PERSON else self.owners.ids[first:end].tolist()
        return Subject(
            int(self.ids[place]),
            str(self.codes[place]),
            {name: item.values[item.places[place]] for name, item in self.attributes.items()},
            tuple(units),
        )

    def subjects(self) -> list[Subject]:
        """All subjects as the reference knows them; for few."""
        return [self.subject(place) for place in range(len(self))]

    def column(self, name: str) -> Coded:
        """One attribute; EvaluationError when the roster does not have it."""
        if name not in self.attributes:
            raise EvaluationError(f"the scheme asks for the attribute {name!r}")
        return self.attributes[name]

    def fitting(self, condition: Condition) -> NDArray[np.bool_]:
        """Whom a condition fits."""
        column = self.column(condition.attribute)
        answers = [
            fits(condition, Subject(0, "", {condition.attribute: value})) for value in column.values
        ]
        return np.array(answers, np.bool_)[column.places]

    def below(self, name: str, least: int) -> NDArray[np.bool_]:
        """Whose number is less than the least that is asked for."""
        column = self.column(name)
        answers = [number < least for number in known_values(column, name)]
        return np.array(answers, np.bool_)[column.places]


def known_values(column: Coded, name: str) -> list[Decimal]:
    """The distinct values of an attribute as exact numbers."""
    return [known_number(Subject(0, "", {name: value}), name) for value in column.values]
