"""Hard rules: who may not be matched with what, and what would have to change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linghang_core.matching.people.problem import Certificate, Demand, Person, Problem


@dataclass(frozen=True)
class Kept:
    """What is accepted already: the demands of each person."""

    problem: Problem
    demands: dict[str, tuple[Demand, ...]]

    def of(self, person: Person, *, besides: Demand) -> tuple[Demand, ...]:
        """Return the other demands the person has accepted."""
        return tuple(d for d in self.demands.get(person.id, ()) if d.id != besides.id)


Rule = Callable[[Demand, Person, Kept], str | None]


def find_misses(demand: Demand, person: Person, kept: Kept) -> dict[str, str]:
    """Return every hard rule the pair would break, by name, with what would be needed."""
    found = ((name, rule(demand, person, kept)) for name, rule in RULES.items())
    return {name: message for name, message in found if message}


def _check_skills(demand: Demand, person: Person, _kept: Kept) -> str | None:
    missing = sorted(demand.skills - person.skills)
    return f"skill missing: {', '.join(missing)}" if missing else None


def _check_certificates(demand: Demand, person: Person, kept: Kept) -> str | None:
    """A certificate counts if one of that name is valid on the day of the demand."""
    day = kept.problem.find_day(demand)
    for name in sorted(demand.certificates):
        held = [each for each in person.certificates if each.name == name]
        if not held:
            return f"certificate missing: {name}"
        if day and not any((each.first or day) <= day <= (each.last or day) for each in held):
            spans = "; ".join(map(_write_span, held))
            return f"certificate {name} is not valid on {day} ({spans})"
    return None


def _write_span(held: Certificate) -> str:
    return f"from {held.first or '…'} to {held.last or '…'}"


def _check_availability(demand: Demand, person: Person, _kept: Kept) -> str | None:
    start, end = demand.start, demand.end
    if person.available is None or start is None or end is None:
        return None
    if any(begin <= start and end <= finish for begin, finish in person.available):
        return None
    return f"not available from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"


def _check_language(demand: Demand, person: Person, _kept: Kept) -> str | None:
    wanted = demand.language_required
    return f"does not speak {wanted}" if wanted and wanted not in person.languages else None


def _check_distance(demand: Demand, person: Person, kept: Kept) -> str | None:
    caps = [cap for cap in (demand.max_distance, person.max_distance) if cap is not None]
    if not caps:
        return None
    distance = kept.problem.measure(demand, person)
    if distance is None:
        return f"place unknown, at most {min(caps):g} km allowed"
    if distance <= min(caps):
        return None
    return f"{distance:.1f} km, {distance - min(caps):.1f} km more than {min(caps):g} km allowed"


def _check_relation(demand: Demand, person: Person, _kept: Kept) -> str | None:
    return f"is related to {demand.client}" if demand.client in person.relatives else None


def _check_refusal(demand: Demand, person: Person, _kept: Kept) -> str | None:
    if person.id in demand.not_with or demand.client in person.not_with:
        return "one of them asked not to be matched with the other"
    return None


def _check_size(demand: Demand, person: Person, _kept: Kept) -> str | None:
    if person.size >= demand.people:
        return None
    return f"{demand.people} people are needed, {person.size} come"


def _check_capacity(demand: Demand, person: Person, kept: Kept) -> str | None:
    has = len(kept.of(person, besides=demand))
    return f"has accepted {has} of at most {person.capacity}" if has >= person.capacity else None


def _check_day(demand: Demand, person: Person, kept: Kept) -> str | None:
    day = kept.problem.find_day(demand)
    if person.per_day is None or day is None:
        return None
    others = kept.of(person, besides=demand)
    has = sum(kept.problem.find_day(other) == day for other in others)
    if has < person.per_day:
        return None
    return f"has accepted {has} of at most {person.per_day} on {day}"


def _check_time(demand: Demand, person: Person, kept: Kept) -> str | None:
    clash = [other.id for other in kept.of(person, besides=demand) if other.overlaps(demand)]
    return f"has accepted {', '.join(clash)} at the same time" if clash else None


RULES: dict[str, Rule] = {
    "skill": _check_skills,
    "certificate": _check_certificates,
    "availability": _check_availability,
    "language": _check_language,
    "distance": _check_distance,
    "relation": _check_relation,
    "refusal": _check_refusal,
    "size": _check_size,
    "capacity": _check_capacity,
    "per_day": _check_day,
    "same_time": _check_time,
}
