"""Evaluating a nation: what a month close and a full recomputation cost, as ratios.

    make bench                              10 million facts
    make bench FACTS=100000000              100 million facts, a million members
    make bench FACTS="1000000 10000000"     two sizes in one run, with the growth between them

Each measurement is a process of its own, so that its peak memory is its own; the data are made
once and kept (`--data`). Times begin when the program has started. Nothing fails on time: seconds
differ from machine to machine, ratios hardly; processor seconds differ little when other work runs
beside. With DATABASE_URL, PostgreSQL takes part.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from nation import MONTHS, Nation, list_predicates

from linghang_core.scoring import Engine, SubjectKind, compile_scheme
from linghang_core.scoring.engines import count_month
from linghang_core.scoring.engines.monthly import add_up, list_columns
from linghang_core.scoring.national import run_nation

AS_OF = 10**12
LAST, BEFORE = MONTHS[-1], MONTHS[-2]
COMPARED = 10_000_000
"""Up to how many facts PostgreSQL and pandas take part."""
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measure the sizes asked for, print the tables, and keep them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--facts", type=int, nargs="+", default=[10_000_000])
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "benchmarks")
    parser.add_argument("--save", type=Path, help="folder for the page with the results")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        measure_here(asked.one, Nation(asked.facts[0]), asked.data)
        return
    pages, totals = [], {}
    for facts in sorted(asked.facts):
        found = measure_all(facts, asked.data)
        totals[facts] = found
        pages.append(write_table(Nation(facts), found))
        print(pages[-1], flush=True)
    if len(totals) > 1:
        pages.append(write_growth(totals))
        print(pages[-1])
    if asked.save:
        asked.save.mkdir(parents=True, exist_ok=True)
        sizes = "-".join(f"{facts // 1_000_000}M" for facts in totals)
        page = asked.save / f"national-{sizes}.md"
        page.write_text("\n".join([write_head(), *pages]), encoding="utf-8")
        print(f"written to {page.name}")


def measure_all(facts: int, data: Path) -> dict[str, dict[str, Any]]:
    """Each measurement in a process of its own."""
    found = {}
    for name in WORK:
        if name in {"postgresql", "pandas"} and facts > COMPARED:
            continue
        command = [
            sys.executable,
            __file__,
            "--one",
            name,
            "--facts",
            str(facts),
            "--data",
            str(data),
        ]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        found[name] = json.loads(done.stdout.splitlines()[-1])
        print(f"  {name}: {found[name]}", file=sys.stderr, flush=True)
    return found


def measure_here(name: str, nation: Nation, data: Path) -> None:
    """One measurement; its result as a line of JSON."""
    result = WORK[name](nation, data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps({**result, "peak": peak * unit / 1e9}))


def clock(work: Callable[[], Any], times: int = 1) -> tuple[dict[str, float], Any]:
    """The best of some times with its processor time, and what the work returned."""
    best, outcome = {"seconds": float("inf"), "processor": 0.0}, None
    for _ in range(times):
        gc.collect()
        start, spent = time.perf_counter(), time.process_time()
        outcome = work()
        took = {
            "seconds": time.perf_counter() - start,
            "processor": time.process_time() - spent,
        }
        best = min(best, took, key=lambda item: item["seconds"])
    return best, outcome


def generate(nation: Nation, data: Path) -> dict[str, Any]:
    """Write the facts, unless they are there."""
    took, lake = clock(lambda: nation.write(data))
    size = sum(path.stat().st_size for path in lake.glob("*/*.parquet"))
    return {**took, "bytes": size}


def scan(nation: Nation, data: Path) -> dict[str, Any]:
    """One column of all facts: the floor under every reading."""
    lake = nation.write(data)
    sql = "SELECT sum(quantity) FROM read_parquet(?)"
    with duckdb.connect() as connection:
        files = [f"{lake}/*/*.parquet"]
        return clock(lambda: connection.execute(sql, files).fetchall(), 3)[0]


def group(nation: Nation, data: Path) -> dict[str, Any]:
    """How many and how much by person, and by unit: the floor under every counting."""
    lake = nation.write(data)
    with duckdb.connect() as connection:
        total = {"seconds": 0.0, "processor": 0.0}
        for key in ("person_id", "unit_id"):
            sql = (
                f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT {key}, count(*), sum(quantity)"  # noqa: S608
                f" FROM read_parquet('{lake}/*/*.parquet') GROUP BY {key}"
            )
            took, _ = clock(lambda s=sql: connection.execute(s), 3)  # type: ignore[misc]
            total = {name: total[name] + took[name] for name in total}
        return total


def count(nation: Nation, data: Path) -> dict[str, Any]:
    """Every atom of members and branches with the kernel, nothing sealed, marked or written."""
    lake, boards = nation.write(data), nation.boards()
    start_kernel(lake)

    def work() -> int:
        wanted: dict[str, dict[Any, Any]] = {}
        for board in boards:
            columns = list_columns(compile_scheme(board.scheme), LAST)
            for month, atoms in columns.items():
                wanted.setdefault(month, {})[board.roster.kind] = atoms
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # as `run_nation` does
            counted = pool.map(lambda month: count_month(lake, month, wanted[month], AS_OF), wanted)
            months = dict(zip(wanted, counted, strict=True))
        total = 0
        for board in boards:
            own = {month: found[board.roster.kind] for month, found in months.items()}
            atoms = add_up(compile_scheme(board.scheme), LAST, own, board.roster.owners)
            total += sum(int(atom.sum()) for atom in atoms)
        return total

    took, total = clock(work, 3)
    return {**took, "control": total}


def start_kernel(lake: Path) -> None:
    """Have the compiled code ready, as it is from the second run on."""
    with pq.ParquetFile(next(lake.glob("*/*.parquet"))) as file:
        some = file.read_row_group(0).slice(0, 10)
    columns = list_columns(compile_scheme(Nation(1).boards()[0].scheme), MONTHS[0])[MONTHS[0]]
    count_month(some, MONTHS[0], {SubjectKind.UNIT: columns}, AS_OF)  # type: ignore[arg-type]


def recompute(engine: Engine) -> Callable[[Nation, Path], dict[str, Any]]:
    """A whole year from the facts: counted, sealed, marked, ranked and written."""

    def work(nation: Nation, data: Path) -> dict[str, Any]:
        lake, boards = nation.write(data), nation.boards()
        store = data / f"store-{nation.facts}-{engine}"
        shutil.rmtree(store, ignore_errors=True)
        start_kernel(lake)
        run = lambda: run_nation(boards, LAST, lake, AS_OF, store, engine=engine)  # noqa: E731
        took, found = clock(run)
        return {**took, "digest": found.digest}

    return work


def close(engine: Engine) -> Callable[[Nation, Path], dict[str, Any]]:
    """December, when November has been closed: one month counted, eleven sealed."""

    def work(nation: Nation, data: Path) -> dict[str, Any]:
        lake, boards = nation.write(data), nation.boards()
        store = data / f"store-{nation.facts}-{engine}"
        shutil.rmtree(store / "runs", ignore_errors=True)
        shutil.rmtree(store / "sealed" / LAST, ignore_errors=True)
        digests = json.loads((store / "digests.json").read_text())
        stat = next((lake / f"month={LAST}").glob("*.parquet")).stat()
        digests = {key: digests[key] for key in digests if f"-{stat.st_ino}-" not in key}
        (store / "digests.json").write_text(json.dumps(digests))
        start_kernel(lake)
        run = lambda: run_nation(boards, LAST, lake, AS_OF, store, engine=engine)  # noqa: E731
        took, found = clock(run)
        size = sum(path.stat().st_size for path in found.folder.rglob("*.parquet"))
        return {**took, "digest": found.digest, "bytes": size}

    return work


def why(nation: Nation, data: Path) -> dict[str, Any]:
    """Why one member has a score, from a national result: the lines, and the whole explanation."""
    lake, boards = nation.write(data), nation.boards()
    run = run_nation(boards, LAST, lake, AS_OF, data / f"store-{nation.facts}-{Engine.KERNEL}")
    members = boards[0]
    chance, lines, trees = random.Random(1), [], []
    for _ in range(200):
        place = chance.randrange(len(members.roster))
        subject = members.roster.subject(place)
        lines.append(clock_once(lambda s=subject: run.read(members.scheme.code, s.id)))  # type: ignore[misc]
        trees.append(clock_once(lambda s=subject: run.explain(members.scheme, s)))  # type: ignore[misc]
    median = {"lines": float(np.median(lines)), "tree": float(np.median(trees))}
    return {"seconds": median["tree"], **median}


def clock_once(work: Callable[[], Any]) -> float:
    """How long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def with_pandas(nation: Nation, data: Path) -> dict[str, Any]:
    """Every atom with pandas, the facts in memory already; reading them is not counted."""
    import pandas as pd

    lake = nation.write(data)
    names = ["kind", "unit_id", "person_id", "counts_on", "quantity", "status", "verified", "late"]
    files = sorted(lake.glob("*/*.parquet"))
    table = pa.concat_tables([pq.read_table(path, columns=names) for path in files])
    table = table.unify_dictionaries()
    frame = table.to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)
    del table
    frame["day"] = frame["counts_on"].astype("datetime64[s]").astype("int64") // 86_400

    def work() -> int:
        total = 0
        for key, predicate, aggregate in list_predicates(nation.boards(), LAST):
            total += count_with_pandas(pd, frame, key, predicate, aggregate)
        return total

    took, total = clock(work)
    return {**took, "control": total}


def count_with_pandas(pd: Any, frame: Any, key: str, predicate: Any, aggregate: str) -> int:
    """One atom of everybody; the sum over all, to compare."""
    kinds = [
        kind for kind in frame["kind"].cat.categories
        if kind in predicate.exact_kinds or kind.startswith(predicate.prefixes)
    ]  # fmt: skip
    meant = frame["kind"].isin(kinds)
    meant &= frame["counts_on"].between(pd.Timestamp(predicate.first), pd.Timestamp(predicate.last))
    if predicate.statuses is not None:
        meant &= frame["status"].isin(predicate.statuses)
    if predicate.verified is not None:
        meant &= frame["verified"] == predicate.verified
    own = frame.loc[meant & frame[key].notna(), [key, "day", "quantity"]]
    if aggregate == "count":
        return int(own.groupby(key).size().sum())
    if aggregate == "sum":
        return int(own.groupby(key)["quantity"].sum().sum())
    if aggregate == "days":
        return int(own.drop_duplicates([key, "day"]).groupby(key).size().sum())
    months = own.assign(day=pd.to_datetime(own["day"], unit="D").dt.month)
    return int(months.drop_duplicates([key, "day"]).groupby(key).size().sum())


def with_postgresql(nation: Nation, data: Path) -> dict[str, Any]:
    """Every atom with PostgreSQL: two queries, the facts loaded and analysed before."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return {"seconds": None}
    import psycopg

    lake = nation.write(data)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        load(connection, lake)
        took, total = clock(lambda: sum(ask(connection, sql) for sql in list_queries(nation)))
        connection.execute("DROP TABLE bench_facts")
    return {"seconds": took["seconds"], "control": total}


def load(connection: Any, lake: Path) -> None:
    """Copy the facts into a table of their own."""
    connection.execute("DROP TABLE IF EXISTS bench_facts")
    connection.execute(
        "CREATE UNLOGGED TABLE bench_facts (kind text, unit_id bigint, person_id bigint,"
        " counts_on date, quantity bigint, status text, verified boolean, late boolean)"
    )
    names = "kind, unit_id, person_id, counts_on, quantity, status, verified, late"
    with connection.cursor() as cursor, duckdb.connect() as reader:
        for path in sorted(lake.glob("*/*.parquet")):
            reader.execute(
                f"COPY (SELECT {names} FROM read_parquet(?)) TO '{path.parent / 'rows.csv'}'"  # noqa: S608
                " (HEADER false, FORCE_QUOTE (kind, status))",
                [str(path)],
            )
            rows = path.parent / "rows.csv"
            with cursor.copy(f"COPY bench_facts ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(rows.read_bytes())
            rows.unlink()
    connection.execute("VACUUM ANALYZE bench_facts")


def list_queries(nation: Nation) -> Iterator[str]:
    """A query for members and one for branches, each atom an aggregate with its filter."""
    found: dict[str, list[str]] = {}
    for key, predicate, aggregate in list_predicates(nation.boards(), LAST):
        kinds = [f"kind = '{kind}'" for kind in predicate.exact_kinds]
        kinds += [f"kind LIKE '{prefix}%'" for prefix in predicate.prefixes]
        parts = [
            f"({' OR '.join(kinds)})",
            f"counts_on BETWEEN '{predicate.first}' AND '{predicate.last}'",
        ]
        if predicate.statuses is not None:
            parts.append(
                "status IN ({})".format(", ".join(f"'{word}'" for word in predicate.statuses))
            )
        if predicate.verified is not None:
            parts.append(f"verified = {predicate.verified}")
        form = {
            "count": "count(*)", "sum": "sum(quantity)", "days": "count(DISTINCT counts_on)",
            "months": "count(DISTINCT date_trunc('month', counts_on))",
        }[aggregate]  # fmt: skip
        found.setdefault(key, []).append(f"{form} FILTER (WHERE {' AND '.join(parts)})")
    for key, atoms in found.items():
        columns = ", ".join(f"{atom} AS a{place}" for place, atom in enumerate(atoms))
        total = " + ".join(f"coalesce(sum(a{place}), 0)" for place in range(len(atoms)))
        yield (
            f"SELECT {total} FROM (SELECT {columns} FROM bench_facts"  # noqa: S608
            f" WHERE {key} IS NOT NULL GROUP BY {key}) AS counted"
        )


def ask(connection: Any, sql: str) -> int:
    """The one number a query gives."""
    return int(connection.execute(sql).fetchone()[0])


WORK: dict[str, Callable[[Nation, Path], dict[str, Any]]] = {
    "generate": generate,
    "scan": scan,
    "group": group,
    "count": count,
    "kernel": recompute(Engine.KERNEL),
    "kernel close": close(Engine.KERNEL),
    "duckdb": recompute(Engine.DUCKDB),
    "duckdb close": close(Engine.DUCKDB),
    "why": why,
    "pandas": with_pandas,
    "postgresql": with_postgresql,
}
LABELS = {
    "scan": "column scan (DuckDB)",
    "group": "bare GROUP BY by person and by unit (DuckDB)",
    "count": "counting alone, kernel",
    "kernel": "full recomputation, kernel: counted, sealed, ranked, written",
    "kernel close": "month close, kernel: one month counted, eleven sealed, ranked, written",
    "duckdb": "full recomputation, DuckDB",
    "duckdb close": "month close, DuckDB",
    "pandas": "counting alone, pandas (facts in memory)",
    "postgresql": "counting alone, PostgreSQL (facts loaded)",
}


def write_table(nation: Nation, found: dict[str, dict[str, Any]]) -> str:
    """The results of one size as a table."""
    floor, bare, counted = (found[name]["seconds"] for name in ("scan", "group", "count"))
    work = {name: item["processor"] for name, item in found.items() if "processor" in item}
    digests = {found[name]["digest"] for name in found if "digest" in found[name]}
    controls = {found[name]["control"] for name in found if "control" in found[name]}
    who = f"{nation.members:,} members + {nation.branches:,} branches × 36 criteria"
    ratios = "× column scan | × bare GROUP BY"
    lines = [
        f"## {nation.facts:,} facts, {who}",
        "",
        f"| what | s | {ratios} | × kernel counting | processor s | {ratios} | peak GB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, label in LABELS.items():
        if name not in found:
            lines.append(f"| {label} | not at this size | | | | | | | |")
        elif found[name]["seconds"] is None:
            lines.append(f"| {label} | no DATABASE_URL | | | | | | | |")
        else:
            seconds, peak = found[name]["seconds"], found[name]["peak"]
            alone = f"{seconds / counted:.1f}" if name in {"count", "pandas", "postgresql"} else ""
            spent, where = " | |", ""
            if name in work:
                spent = f"{work[name]:.3g} | {work[name] / work['scan']:.0f} |"
                spent += f" {work[name] / work['group']:.1f}"
                where = f"{peak:.1f}"
            lines.append(
                f"| {label} | {seconds:.3g} | {seconds / floor:.0f} | {seconds / bare:.1f} |"
                f" {alone} | {spent} | {where} |"
            )
    same = "the same digest" if len(digests) == 1 else f"DIFFERENT DIGESTS {digests}"
    equal = "the same numbers" if len(controls) == 1 else f"DIFFERENT NUMBERS {controls}"
    why_ms = [found["why"][name] * 1000 for name in ("lines", "tree")]
    size = [found[name]["bytes"] / 1e9 for name in ("generate", "kernel close")]
    lines += ["", f"Both engines, recomputed and closed: {same}; counted alone by each: {equal}."]
    lines += [f"One member's lines {why_ms[0]:.1f} ms, the whole explanation {why_ms[1]:.1f} ms"]
    lines += [f"(median of 200). Facts {size[0]:.2f} GB, result {size[1]:.2f} GB.", ""]
    return "\n".join(lines)


def write_growth(totals: dict[int, dict[str, dict[str, Any]]]) -> str:
    """How the times grow from size to size."""
    lines = ["## Growth", "", "| what | " + " | ".join(f"{facts:,}" for facts in totals) + " |"]
    lines.append("|---" * (len(totals) + 1) + "|")
    for name in ("count", "kernel", "kernel close", "duckdb", "duckdb close"):
        seconds = [found[name]["seconds"] for found in totals.values()]
        cells = [f"{seconds[0]:.2f} s"]
        cells += [f"× {after / before:.1f}" for before, after in pairwise(seconds)]
        lines.append(f"| {LABELS[name]} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def write_head() -> str:
    """What the numbers were taken on."""
    from importlib.metadata import version

    with Path("/proc/meminfo").open() as file:
        memory = int(file.readline().split()[1]) / 1e6
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("duckdb", "numba", "numpy", "pandas", "pyarrow")
    )
    return (
        f"# Evaluating a nation, {date.today():%Y-%m-%d}\n\n"  # noqa: DTZ011
        f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, {libraries}."
        f" `python benchmarks/national.py`; times begin when the program has started, the compiled"
        f" code being in numba's cache.\n"
    )


if __name__ == "__main__":
    main()
