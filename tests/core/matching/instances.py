"""Public instances, read from tests/core/matching/data (its README.md names the sources)."""

import math
from collections.abc import Callable
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read_instance(name: str, *, windows: bool = True, teams: int | None = None) -> dict:
    """Return an instance as a routing problem; without `windows` only distance and load are left."""
    head, names, *rows = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    _, _, capacity, _, count = head.split()
    columns = names.split()
    depot, *visits = [dict(zip(columns, map(float, row.split()), strict=True)) for row in rows]
    keep = set(columns) if windows else {"x", "y", "load"}
    hours = {"start": 0, "end": depot["to"]} if windows and "to" in depot else {}
    return {
        "depot": {"x": depot["x"], "y": depot["y"]},
        "demands": [
            {"id": number, **{name: value for name, value in visit.items() if name in keep}}
            for number, visit in enumerate(visits, start=1)
        ],
        "teams": [
            {"id": f"T{number}", "capacity": float(capacity), **hours}
            for number in range(1, (teams or int(count)) + 1)
        ],
        "metric": "euclid",
    }


def round_distances(problem: dict) -> dict:
    """Return the problem with distances rounded to whole numbers, as the sets A and X have them."""
    return as_matrix(problem, lambda length: float(math.floor(length + 0.5)))


def cut_distances(problem: dict) -> dict:
    """Return the problem with distances cut to one decimal, as exact methods had Solomon's."""
    return as_matrix(problem, lambda length: math.floor(length * 10) / 10)


def as_matrix(problem: dict, change: Callable[[float], float]) -> dict:
    """Return the problem by a matrix of changed distances."""
    places = [problem["depot"], *problem["demands"]]
    matrix = [
        [change(math.hypot(a["x"] - b["x"], a["y"] - b["y"])) for b in places] for a in places
    ]
    return problem | {"metric": "matrix", "matrix": matrix}
