"""Who is rated: units or persons, with the attributes a scheme may ask about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import Condition, SubjectKind

Attribute = str | int | Decimal


@dataclass(frozen=True)
class Subject:
    """One unit or person to be rated, as it stood in the evaluated period.

    `units` are the units whose facts are the subject's own; a person's facts are those with
    `person_id` equal to `id`, and `units` stays empty. Usual attributes: members (how many),
    months_active (how long it has existed), and what peer groups ask about.
    """

    id: int
    code: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    units: tuple[int, ...] = ()


def fits(condition: Condition, subject: Subject) -> bool:
    """Whether the subject's attribute is one of the words, or lies in [at_least, less_than)."""
    value = subject.attributes[condition.attribute]
    if condition.equals is not None:
        return str(value) in condition.equals
    number = known_number(subject, condition.attribute)
    return (condition.at_least is None or number >= condition.at_least) and (
        condition.less_than is None or number < condition.less_than
    )


def known_number(subject: Subject, name: str) -> Decimal:
    """The attribute as an exact number; EvaluationError when it is none."""
    try:
        return Decimal(subject.attributes[name])
    except InvalidOperation:
        message = f"subject {subject.code}: the attribute {name!r} is not a number"
        raise EvaluationError(message) from None


def check_subjects(
    subjects: Iterable[Subject], kind: SubjectKind, attributes: Iterable[str]
) -> None:
    """Raise EvaluationError when a fact could count twice or an attribute is not known.

    One unit under two subjects would count its facts in both: a parent and its child are never
    both rated from the child's facts.
    """
    owners: dict[int, str] = {}
    seen: dict[str, set[int | str]] = {"id": set(), "code": set()}
    wanted = tuple(attributes)
    for subject in subjects:
        for name, values in seen.items():
            value = getattr(subject, name)
            if value in values:
                message = f"subject {subject.code}: the {name} {value} appears more than once"
                raise EvaluationError(message)
            values.add(value)
        for name in wanted:
            if name not in subject.attributes:
                message = f"subject {subject.code}: the scheme asks for the attribute {name!r}"
                raise EvaluationError(message)
        if kind is SubjectKind.PERSON and subject.units:
            message = f"subject {subject.code}: a person's facts are found by person, not by unit"
            raise EvaluationError(message)
        for unit in subject.units:
            if unit in owners:
                message = (
                    f"unit {unit} counts for {owners[unit]} and for {subject.code}; "
                    "a fact must count once, so give it to one of them"
                )
                raise EvaluationError(message)
            owners[unit] = subject.code
