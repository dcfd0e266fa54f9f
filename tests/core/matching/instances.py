"""Public instances, read from tests/core/matching/data (its README.md names the sources)."""

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
