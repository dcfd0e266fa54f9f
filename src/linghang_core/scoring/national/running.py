"""A national run: seal the months that changed, mark everybody, write the results.

    <store>/runs/<period>-<inputs>/manifest.json

A run is named by what goes into it: schemes, period, sequence, facts and subjects. Killed at any
moment it leaves the months it has sealed and nothing half written, and the next attempt goes on
from there. A run that is complete is not computed again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linghang_core.scoring.atoms import Atom
from linghang_core.scoring.digest import digest_json, digest_scheme
from linghang_core.scoring.engines import Engine, MonthCounts, count_month
from linghang_core.scoring.engines.monthly import add_up, is_countable, list_columns
from linghang_core.scoring.explanation import Explanation
from linghang_core.scoring.national.marking import Marker, rank
from linghang_core.scoring.national.output import (
    SMALL,
    Line,
    Wide,
    explain_lines,
    read_lines,
    write_long,
    write_wide,
)
from linghang_core.scoring.national.roster import Roster
from linghang_core.scoring.national.sealing import SHORT, Seals
from linghang_core.scoring.national.storing import (
    folder_written_whole,
    read_json,
    sweep,
    write_json,
)
from linghang_core.scoring.problems import EvaluationError
from linghang_core.scoring.scheme import Scheme, SubjectKind
from linghang_core.scoring.score import to_cents
from linghang_core.scoring.subjects import Subject

PART = 65_536
"""Subjects marked and written together; part of the format, since digests go by parts."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Board:
    """A scheme with those it rates."""

    scheme: Scheme
    roster: Roster


@dataclass(frozen=True)
class Run:
    """A complete run: its folder and what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The digest of every number of the run; equal inputs give equal digests."""
        return str(self.manifest["digest"])

    def read(self, scheme: str, subject: int) -> list[Line]:
        """Return what one subject got in a scheme, criterion by criterion."""
        return read_lines(self.folder / scheme, self.manifest["boards"][scheme]["parts"], subject)

    def explain(self, scheme: Scheme, subject: Subject) -> Explanation:
        """Return why a subject has its score; EvaluationError when it was not rated here."""
        lines = self.read(scheme.code, subject.id)
        if not lines:
            raise EvaluationError(f"{subject.code} was not evaluated by {scheme.code} in this run")
        manifest = self.manifest
        return explain_lines(scheme, manifest["period"], subject, lines, manifest["as_of_seq"])


def run_nation(
    boards: Sequence[Board],
    period: str,
    lake: Path,
    as_of_seq: int,
    store: Path,
    *,
    engine: Engine = Engine.KERNEL,
    workers: int | None = None,
    progress: Progress = lambda _step: None,
) -> Run:
    """Return the run of these inputs, computing what is not there yet.

    `lake` is the folder of monthly Parquet files, `store` the folder of seals and runs. Only
    months whose facts have changed are counted; `progress` is told each step.
    """
    wanted = _list_wanted(boards, period)
    seals = Seals(store)
    workers = workers or os.cpu_count() or 1
    facts = seals.digest_months(lake, list(wanted), as_of_seq, workers)
    inputs = {
        "period": period,
        "as_of_seq": as_of_seq,
        "facts": facts,
        "boards": [[digest_scheme(item.scheme), digest_roster(item.roster)] for item in boards],
    }
    folder = store / "runs" / f"{period}-{digest_json(inputs)[:SHORT]}"
    if (found := read_json(folder / "manifest.json")) is not None:
        return Run(folder, found)
    progress("months")
    months = _seal_months(wanted, lake, as_of_seq, seals, facts, engine, workers, progress)
    folder.parent.mkdir(parents=True, exist_ok=True)
    sweep(folder.parent)
    with folder_written_whole(folder) as hidden:
        written = _write_boards(boards, period, as_of_seq, months, hidden, workers, progress)
        # Which files the facts stood in is no part of the digest: the same facts give the same.
        asked = {name: value for name, value in inputs.items() if name != "facts"}
        manifest = {**inputs, "boards": written, "digest": digest_json([asked, written])}
        write_json(hidden / "manifest.json", manifest)
        progress("manifest")
    for month in facts:
        seals.tidy(month)
    return Run(folder, manifest)


def find_overtaken(run: Run, lake: Path, store: Path, as_of_seq: int) -> tuple[str, ...]:
    """Return the months whose facts have changed since the run read them, in order."""
    known = run.manifest["facts"]
    now = Seals(store).digest_months(lake, sorted(known), as_of_seq)
    return tuple(month for month in sorted(known) if known[month] != now[month])


def digest_roster(roster: Roster) -> str:
    """Return the digest of who is rated, with which attributes and whose facts."""
    content = hashlib.sha256(roster.kind.encode())
    for array in (roster.ids, roster.owners.ids, roster.owners.starts, roster.homes):
        content.update(b"|" if array is None else np.ascontiguousarray(array).tobytes())
    lines = pa.ListArray.from_arrays([0, len(roster.codes)], roster.codes.cast(pa.string()))
    content.update(pc.binary_join(lines, "\n")[0].as_buffer())
    for name in sorted(roster.attributes):
        column = roster.attributes[name]
        order = sorted(range(len(column.values)), key=lambda place: str(column.values[place]))
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        content.update(f"|{name}|{[str(column.values[place]) for place in order]}|".encode())
        content.update(places[column.places].tobytes())
    return content.hexdigest()


def _stands_alone(scheme: Scheme) -> bool:
    """Whether a subject is marked without the others, and its lines say all there is to say."""
    return (
        not scheme.by_place
        and not any(item.once or item.measure.raters for item in scheme.criteria)
        and not any(part.cap or part.floor for part in scheme.dimensions)
    )


def _list_wanted(
    boards: Sequence[Board], period: str
) -> dict[str, dict[SubjectKind, tuple[Atom, ...]]]:
    """What each month has to be counted for, over all schemes."""
    codes = [board.scheme.code for board in boards]
    if len(set(codes)) < len(codes):
        raise EvaluationError("a run has one board for a scheme")
    wanted: dict[str, dict[SubjectKind, dict[Atom, None]]] = {}
    for board in boards:
        kind, plan = board.roster.kind, Marker(board.scheme, period).plan
        if kind is not board.scheme.subject:
            raise EvaluationError(f"{board.scheme.code} rates a {board.scheme.subject}")
        if not is_countable(plan):
            raise EvaluationError(
                f"{board.scheme.code} reads what cannot be counted month by month;"
                " evaluate it subject by subject"
            )
        if not _stands_alone(board.scheme):
            raise EvaluationError(
                f"{board.scheme.code} compares subjects, or says more than columns keep"
                " (raters, one event once, limits of dimensions); evaluate it bureau by bureau"
            )
        for month, columns in list_columns(plan, period).items():
            wanted.setdefault(month, {}).setdefault(kind, {}).update(dict.fromkeys(columns))
    return {
        month: {kind: tuple(columns) for kind, columns in wanted[month].items()}
        for month in sorted(wanted)
    }


def _seal_months(
    wanted: Mapping[str, Mapping[SubjectKind, Sequence[Atom]]],
    lake: Path,
    as_of_seq: int,
    seals: Seals,
    facts: Mapping[str, str],
    engine: Engine,
    workers: int,
    progress: Progress,
) -> dict[str, dict[SubjectKind, MonthCounts]]:
    """Every month's counts: sealed ones as they are, the others counted and sealed."""
    months: dict[str, dict[SubjectKind, MonthCounts]] = {month: {} for month in wanted}
    missing: dict[str, dict[SubjectKind, Sequence[Atom]]] = {}
    for month, of_kind in wanted.items():
        for kind, columns in of_kind.items():
            counts = seals.read(month, kind, facts[month], columns)
            if counts is None:
                missing.setdefault(month, {})[kind] = columns
            else:
                months[month][kind] = counts

    # DuckDB shares one query out to all processors by itself.
    at_once = min(workers, len(missing)) if engine is Engine.KERNEL else 1

    def seal(month: str) -> None:
        progress(f"count {month}")
        share = max(1, workers // at_once)
        counted = count_month(lake, month, missing[month], as_of_seq, engine, share)
        for kind, counts in counted.items():
            seals.write(month, kind, facts[month], counts)
            progress(f"sealed {month} {kind}")
        months[month].update(counted)

    with ThreadPoolExecutor(at_once or 1) as pool:
        list(pool.map(seal, missing))
    return months


def _write_boards(
    boards: Sequence[Board],
    period: str,
    as_of_seq: int,
    months: Mapping[str, Mapping[SubjectKind, MonthCounts]],
    run: Path,
    workers: int,
    progress: Progress,
) -> dict[str, dict[str, Any]]:
    """Mark and write every board; return what the manifest says of each.

    Boards share the workers, so that the parts of one are written while another is finished.
    """

    def write(board: Board) -> dict[str, Any]:
        kind = board.roster.kind
        own = {month: counts[kind] for month, counts in months.items() if kind in counts}
        return _write_board(board, period, as_of_seq, own, run, pool, progress)

    codes = [board.scheme.code for board in boards]
    with ThreadPoolExecutor(workers) as pool, ThreadPoolExecutor(len(boards) or 1) as of_boards:
        return dict(zip(codes, of_boards.map(write, boards), strict=True))


def _write_board(
    board: Board,
    period: str,
    as_of_seq: int,
    months: Mapping[str, MonthCounts],
    run: Path,
    pool: ThreadPoolExecutor,
    progress: Progress,
) -> dict[str, Any]:
    """Mark and write the subjects of one scheme, part by part; return what the manifest says."""
    scheme, roster = board.scheme, board.roster
    folder = run / scheme.code
    folder.mkdir()
    marker = Marker(scheme, period, as_of_seq)
    # Places within a group, if a scheme scores them, need everybody at once.
    size = PART if marker.by_columns else max(len(roster), 1)
    highest = max(to_cents(scheme.base), *(to_cents(item.full) for item in scheme.criteria))
    form = np.int32 if highest < SMALL else np.int64
    points = [np.zeros(len(roster), form) for _ in scheme.criteria]
    totals = np.zeros(len(roster), np.int64)
    bands, groups = np.zeros(len(roster), np.int16), np.zeros(len(roster), np.int16)
    reasons = np.zeros(len(roster), np.uint8)

    def write_part(first: int) -> dict[str, Any]:
        part = roster.part(first, min(first + size, len(roster)))
        marks = marker.mark(part, add_up(marker.plan, period, months, part.owners))
        span = slice(first, first + len(part))
        for whole, own in zip(points, marks.points, strict=True):
            whole[span] = own
        totals[span], bands[span] = marks.totals, marks.bands
        groups[span], reasons[span] = marks.groups, marks.reasons
        name = f"long-{first // PART:05d}.parquet"
        digest = write_long(folder / name, scheme, part.ids, marks)
        progress(f"part {scheme.code} {first}")
        return {
            "file": name,
            "first": int(part.ids[0]),
            "last": int(part.ids[-1]),
            "digest": digest,
        }

    parts = list(pool.map(write_part, range(0, len(roster), size)))
    ranks = rank(totals, groups, reasons) if scheme.may_rank else None
    write_wide(
        folder / "wide.parquet", scheme, roster, Wide(points, totals, bands, groups, reasons, ranks)
    )
    progress(f"wide {scheme.code}")
    return {"parts": parts, "subjects": len(roster), "rated": int((reasons == 0).sum())}
