"""What the footers of a lake's Parquet files say, without reading a single fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def list_files(lake: Path, month: str) -> tuple[Path, ...]:
    """Return the files of a month ("2026-10"), in the order of their names; none when it is empty."""
    return tuple(sorted(Path(lake, f"month={month}").glob("*.parquet")))


def find_bounds(metadata: Any, column: str) -> list[tuple[Any, Any]] | None:
    """Return least and greatest of each row group that has values; None when one does not say."""
    place = metadata.schema.to_arrow_schema().get_field_index(column)
    found = []
    for group in range(metadata.num_row_groups):
        chunk = metadata.row_group(group).column(place)
        statistics = chunk.statistics if chunk.is_stats_set else None
        if statistics is None:
            return None
        if statistics.has_min_max:
            found.append((statistics.min, statistics.max))
        elif (
            not statistics.has_null_count
            or statistics.null_count < metadata.row_group(group).num_rows
        ):
            return None
    return found


def find_last_change(metadata: Any) -> int | None:
    """Return the sequence after which nothing in the file changes; None when it does not say."""
    seqs, withdrawn = (find_bounds(metadata, name) for name in ("seq", "withdrawn_seq"))
    if seqs is None or withdrawn is None:
        return None
    return max((high for _, high in [*seqs, *withdrawn]), default=0)
