"""A nation's facts, members and branches, invented: the same for the same size, whatever the machine.

Facts per member and year are as in a lively branch: 100 million for a million members and fifty
thousand branches. They are written month by month, sorted by unit and person, numpy only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linghang_core.lake import compress, describe_facts
from linghang_core.scoring import Predicate, Scheme, compile_scheme, load_scheme
from linghang_core.scoring.engines.monthly import Owners
from linghang_core.scoring.national import Board, Coded, Roster

YEAR = 2026
MONTHS = tuple(f"{YEAR}-{month:02d}" for month in range(1, 13))
KINDS = (
    "attendance.lecture", "attendance.meeting", "attendance.theme_day", "cadence.lecture",
    "cadence.meeting", "cadence.theme_day", "dues", "problem", "record.mentoring", "record.praise",
    "record.discipline", "service.hours", "service.visit", "study.hours", "task", "task.urgent",
)  # fmt: skip
STATUSES = ("", "absent", "excused", "late", "met", "missed", "on_time", "open", "present")
SHARES = np.array([8, 12, 12, 4, 6, 5, 8, 5, 6, 2, 0.02, 7, 6, 8, 8, 2.98])
WORDS = {
    "attendance": ("present", "present", "present", "present", "excused", "absent"),
    "cadence": ("met", "met", "met", "met", "met", "missed"),
    "dues": ("met", "met", "met", "met", "met", "missed"),
    "task": ("on_time", "on_time", "on_time", "on_time", "late", "open"),
    "problem": ("on_time", "on_time", "late", "open", "open", "on_time"),
}
OF_UNIT = ("cadence", "problem")
"""Kinds whose facts name no person."""
GROUP = 131_072


@dataclass(frozen=True)
class Nation:
    """How many facts, and so how many members (one for 100) and branches (one for 20 members)."""

    facts: int

    @property
    def members(self) -> int:
        return max(self.facts // 100, 20)

    @property
    def branches(self) -> int:
        return max(self.members // 20, 1)

    def units_of(self, persons: np.ndarray) -> np.ndarray:
        """The branch of each member: members stand branch by branch."""
        return (persons - 1) * self.branches // self.members + 1

    def write(self, folder: Path, workers: int | None = None) -> Path:
        """Write the lake if it is not there yet, and return its folder."""
        lake = folder / f"nation-{self.facts}"
        done = lake / "complete"
        if not done.exists():
            with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
                list(pool.map(lambda month: self._write_month(lake, month), range(12)))
            done.touch()
        return lake

    def _write_month(self, lake: Path, month: int) -> None:
        name = lake / f"month={MONTHS[month]}" / "part-0.parquet"
        name.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(name, SCHEMA, compression=compress(SCHEMA)) as file:
            seq = month * (self.facts // 12)
            for rows in self._draw(month):
                count = len(rows["kind"])
                file.write_table(_table(rows, seq, month), row_group_size=GROUP)
                seq += count

    def _draw(self, month: int) -> Iterator[dict[str, np.ndarray]]:
        """The facts of a month, some branches at a time."""
        step = max(1, min(self.branches, 1_000_000 // (self.facts // 12 // self.branches + 1)))
        for first in range(0, self.branches, step):
            chance = np.random.default_rng([YEAR, month, first, self.facts])
            last = min(first + step, self.branches)
            rows = (
                self.facts // 12 * last // self.branches - self.facts // 12 * first // self.branches
            )
            yield _sort(self._invent(chance, rows, first, last))

    def _invent(
        self, chance: np.random.Generator, rows: int, first: int, last: int
    ) -> dict[str, np.ndarray]:
        low, high = (
            (place * self.members + self.branches - 1) // self.branches for place in (first, last)
        )
        kind = chance.choice(len(KINDS), rows, p=SHARES / SHARES.sum()).astype(np.int8)
        person = chance.integers(low + 1, high + 1, rows)
        word = STATUS_OF[kind, chance.integers(0, 6, rows)]
        hours = np.isin(kind, [KINDS.index("service.hours"), KINDS.index("study.hours")])
        named = ~np.isin(kind, UNIT_KINDS)
        return {
            "kind": kind,
            "unit": self.units_of(person),
            "person": np.where(named, person, 0),
            "day": chance.integers(0, 28, rows).astype(np.int8),
            "quantity": np.where(hours, chance.integers(1, 17, rows) * 50, 100),
            "status": word,
            "verified": chance.random(rows) < 0.7,
            "late": (word == STATUSES.index("late")) | (chance.random(rows) < 0.03),
        }

    def boards(self) -> list[Board]:
        """Members and branches, each with a scheme of 36 criteria."""
        members = np.arange(1, self.members + 1, dtype=np.int64)
        branches = np.arange(1, self.branches + 1, dtype=np.int64)
        counts = np.bincount(self.units_of(members))[1:]
        active = np.random.default_rng(YEAR).choice(
            [1, 2, 24, 60], self.members, p=[0.01, 0.01, 0.5, 0.48]
        )
        lines = Coded(("office", "station", "substation"), (branches % 3).astype(np.int32))
        return [
            Board(
                build_scheme("member"),
                Roster(
                    build_scheme("member").subject, members,
                    pa.array([f"P{number}" for number in members.tolist()]),
                    {"months_active": Coded.of(pa.array(active))}, Owners(members),
                    self.units_of(members),
                ),
            ),
            Board(
                build_scheme("branch"),
                Roster(
                    build_scheme("branch").subject, branches,
                    pa.array([f"B{number}" for number in branches.tolist()]),
                    {
                        "members": Coded.of(pa.array(counts)), "line": lines,
                        "months_active": Coded.of(pa.array(branches % 40 + 1)),
                    },
                    Owners(branches),
                ),
            ),
        ]  # fmt: skip


def _family(kind: str) -> str:
    return kind.split(".", maxsplit=1)[0]


STATUS_OF = np.array(
    [[STATUSES.index(word) for word in WORDS.get(_family(kind), ("",) * 6)] for kind in KINDS],
    np.int8,
)
UNIT_KINDS = [place for place, kind in enumerate(KINDS) if _family(kind) in OF_UNIT]
WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = describe_facts(
    [
        ("seq", pa.int64()), ("withdrawn_seq", pa.int64()), ("kind", WORD), ("unit_id", pa.int64()),
        ("person_id", pa.int64()), ("occurred_on", pa.date32()), ("due_on", pa.date32()),
        ("counts_on", pa.date32()), ("quantity", pa.int64()), ("status", WORD),
        ("verified", pa.bool_()), ("late", pa.bool_()), ("entry_id", pa.int64()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
    ]
)  # fmt: skip


def _sort(rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """By unit and person, as a sealed month is."""
    order = np.argsort(rows["unit"] * 2**32 + rows["person"], kind="stable")
    return {name: values[order] for name, values in rows.items()}


def _table(rows: dict[str, np.ndarray], seq: int, month: int) -> pa.Table:
    count = len(rows["kind"])
    first = (date(YEAR, month + 1, 1) - date(1970, 1, 1)).days
    days = pa.array(rows["day"].astype(np.int32) + first).cast(pa.date32())
    numbers = np.arange(seq + 1, seq + count + 1)
    columns: dict[str, Any] = {
        "seq": numbers,
        "withdrawn_seq": pa.nulls(count, pa.int64()),
        "kind": _words(rows["kind"], KINDS),
        "unit_id": rows["unit"],
        "person_id": pa.array(rows["person"], mask=rows["person"] == 0),
        "occurred_on": days,
        "due_on": pa.nulls(count, pa.date32()),
        "counts_on": days,
        "quantity": rows["quantity"].astype(np.int64),
        "status": _words(rows["status"], STATUSES),
        "verified": rows["verified"],
        "late": rows["late"],
        "entry_id": numbers,
        "recorded_at": pa.array(numbers * 1_000_000).cast(SCHEMA.field("recorded_at").type),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _words(places: np.ndarray, words: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(words))


def build_scheme(whom: str) -> Scheme:
    """A scheme of 36 criteria for members or branches: 24 on the month, 12 year to date."""
    rules = [*_basic(whom), *_rest(whom)]
    everybody = {"code": "all", "title": _text("all"), "otherwise": True}
    station = {
        "code": "station", "title": _text("station"),
        "when": {"attribute": "line", "equals": ["station"]},
    }  # fmt: skip
    of_branches = {
        "unit_kinds": ["branch"], "ranks": True, "peer_groups": [station, everybody],
        "minimum_sample": {"members": 3, "months": 3},
    }  # fmt: skip
    of_members = {"peer_groups": [everybody], "minimum_sample": {"months": 3}}
    return load_scheme(
        {
            "code": whom, "version": "1.0.0", "title": _text(whom),
            "subject": "person" if whom == "member" else "unit", "period": "month",
            "base": "100", "bonus_cap": "10", "deduction_floor": "-20",
            "total": {"minimum": "0", "maximum": "110"},
            "bands": [
                {"code": code, "title": _text(code), "from": lower}
                for code, lower in (("A", "85"), ("B", "70"), ("C", "60"), ("D", "0"))
            ],
            "dimensions": [
                {"code": f"D{place}", "title": _text(f"D{place}"), "criteria": rules[place::6]}
                for place in range(6)
            ],
            **(of_branches if whom == "branch" else of_members),
        }
    )  # fmt: skip


def _basic(whom: str) -> Iterator[dict[str, Any]]:
    """Thirty basic criteria: shares, on-time rates, distinct days and months, hours."""
    scale = 1 if whom == "member" else 20
    shares = (
        ("attendance.lecture", "present"), ("attendance.meeting", "present"),
        ("attendance.theme_day", "present"), ("task", "on_time"), ("task.urgent", "on_time"),
        ("dues", "met"), ("attendance.*", "present"),
        ("cadence.meeting" if whom == "branch" else "task.*", "met" if whom == "branch" else "on_time"),
        ("problem" if whom == "branch" else "attendance.meeting", "on_time" if whom == "branch" else "excused"),
    )  # fmt: skip
    plain = (
        ("days", "service.visit", 2), ("sum", "service.hours", 4), ("count", "record.mentoring", 2),
        ("days", "study.hours", 3), ("sum", "study.hours", 6), ("count", "record.*", 3),
    )  # fmt: skip
    points = ["3.33"] * 29 + ["3.43"]
    for number in range(30):
        year = number % 3 == 2
        if number % 5 < 3:
            kind, status = shares[(number * 2 + number // 9) % len(shares)]
            measure = {
                "ratio": {"of": {"kinds": [kind], "statuses": [status]}, "to": {"kinds": [kind]}}
            }
            if number % 4 == 1:
                measure["ratio"]["of"]["verified"] = True
            score: dict[str, Any] = {"proportional": {"start": "0.3", "target": "0.95"}}
            if number % 5 == 1:
                score = {
                    "steps": [
                        {"from": "0.6", "points": "2"},
                        {"from": "0.9", "points": points[number]},
                    ]
                }
            missing = ("leave_out", "full", "zero")[number % 3]
        else:
            aggregate, kind, target = plain[number % len(plain)]
            if year and aggregate == "days" and number % 2:
                aggregate = "months"
            measure = {
                aggregate: {"kinds": [kind], **({"verified": True} if number % 4 == 3 else {})}
            }
            target = (
                target
                if aggregate == "months"
                else target * (10 if year else 1) * (1 if aggregate == "days" else scale)
            )
            score = {"proportional": {"target": str(target)}}
            missing = None
        yield _rule(
            f"C{number + 1}",
            "basic",
            points[number],
            "year" if year else "month",
            measure,
            score,
            missing,
        )


def _rest(whom: str) -> Iterator[dict[str, Any]]:
    """Three bonuses, two deductions and a veto."""
    scale = "0.5" if whom == "member" else "0.05"
    for number, (kind, window) in enumerate(
        (("record.praise", "year"), ("record.mentoring", "month"), ("service.visit", "month"))
    ):
        yield _rule(
            f"B{number + 1}",
            "bonus",
            "4",
            window,
            {"count": {"kinds": [kind], "verified": True}},
            {"per_unit": {"points": scale}},
            None,
        )
    for number, (kind, status) in enumerate((("task.*", "late"), ("dues", "missed"))):
        yield _rule(
            f"M{number + 1}",
            "deduction",
            "5",
            "month",
            {"count": {"kinds": [kind], "statuses": [status]}},
            {"per_unit": {"points": scale}},
            None,
        )
    yield {
        **_rule(
            "V1", "veto", None, "year", {"count": {"kinds": ["record.discipline"]}}, None, None
        ),
        "veto": {"band": "C"},
    }


def _rule(
    code: str,
    nature: str,
    points: str | None,
    window: str,
    measure: Any,
    score: Any,
    missing: str | None,
) -> dict[str, Any]:
    rule = {
        "code": code, "title": _text(code), "nature": nature, "points": points, "window": window,
        "measure": measure, "score": score, "missing": missing, "basis": "benchmark",
    }  # fmt: skip
    return {name: value for name, value in rule.items() if value is not None}


def _text(word: str) -> dict[str, str]:
    return {"en": word, "zh": word}


def list_predicates(boards: list[Board], period: str) -> Iterator[tuple[str, Predicate, str]]:
    """Every atom of the schemes: whose column, which facts, counted how."""
    for board in boards:
        plan = compile_scheme(board.scheme)
        key = "person_id" if board.scheme.subject == "person" else "unit_id"
        for atom, days in zip(plan.atoms, plan.spans(period), strict=True):
            yield key, atom.predicate(days), atom.aggregate
