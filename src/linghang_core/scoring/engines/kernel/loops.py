"""The inner loops, compiled by numba when this module is first imported.

It stands alone so that whoever does not use the kernel need not have numba; the compiled code is
kept in numba's usual cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np

try:
    import numba
except ImportError as error:
    message = (
        "the engine `kernel` needs numba: install the extra `fast` (pip install 'linghang[fast]'),"
        " or use the engine `duckdb`, which gives the same numbers"
    )
    raise ImportError(message) from error


def _code_rows(
    kinds: Any, statuses: Any, n_statuses: int, verified: Any, late: Any, named: Any,
    seqs: Any, withdrawn: Any, has_withdrawn: Any, as_of: int, nothing: int, codes: Any,
) -> None:  # fmt: skip
    """Write the code of each fact; `nothing` when it does not stand at the sequence.

    Columns nobody asked for are empty: one status, not verified, not late, a person named.
    """
    later, taken_back = len(seqs) > 0, len(has_withdrawn) > 0
    by_status, by_verified = len(statuses) > 0, len(verified) > 0
    by_late, always = len(late) > 0, len(named) == 0
    for i in range(len(codes)):
        if (later and seqs[i] > as_of) or (
            taken_back and has_withdrawn[i] and withdrawn[i] <= as_of
        ):
            codes[i] = nothing
            continue
        status = statuses[i] if by_status else 0
        sure = verified[i] if by_verified else 0
        tardy = late[i] if by_late else 0
        person = 1 if always else named[i]
        codes[i] = (((kinds[i] * n_statuses + status) * 2 + sure) * 2 + tardy) * 2 + person


def _gather_runs(
    begin: int, owners: Any, has_owner: Any, codes: Any, days: Any, quantities: Any,
    first_owner: int, first_day: int, length: int,
    classes: Any, count_rows: Any, mask_rows: Any, sum_rows: Any,
    places: Any, lengths: Any, counts: Any, masks: Any, sums: Any,
) -> tuple[int, int]:  # fmt: skip
    """Count facts by run and class from row `begin` on; return the next row and how many runs.

    A run is neighbouring facts of one owner: files are sorted by unit and person, so that what a
    run changes stays in the processor's cache. There is no branch on what a fact is, for no
    processor could foresee it: each counts in the rows of its class (see `table.Table`), and row 0
    takes what nobody asked for. `places` and `lengths` receive whose each run is and how many facts
    it has. The rows have to be empty before.
    """
    nullable, dated = len(has_owner) > 0, len(days) > 0
    masked, summed = len(masks) > 1, len(sums) > 1
    room = len(places)
    run, current = -1, -1
    for i in range(begin, len(codes)):
        if nullable and not has_owner[i]:
            continue
        owner = owners[i] - first_owner
        if owner != current:
            if run + 1 == room:
                return i, room
            run += 1
            current = owner
            places[run] = owner
            lengths[run] = 0
        lengths[run] += 1
        kind = classes[codes[i]]
        if dated:
            day = days[i] - first_day
            if day < 0 or day >= length:
                kind = 0
            if masked:
                masks[mask_rows[kind], run] |= np.uint32(1) << np.uint32(day & 31)
        counts[count_rows[kind], run] += 1
        if summed:
            sums[sum_rows[kind], run] += quantities[i]
    return len(codes), run + 1


def _add_lengths(places: Any, lengths: Any, runs: int, known: Any) -> int:
    """Add how many facts each owner has; return the greatest number among those met."""
    top = 0
    for r in range(runs):
        known[places[r]] += lengths[r]
        top = max(top, known[places[r]])
    return top


def _add_runs(
    found: Any, starts: Any, parts: Any, places: Any, runs: int, total: Any, columns: Any
) -> None:
    """Add runs to the columns of their owners: a column is the sum of some rows of `found`."""
    for j in range(len(starts) - 1):
        total[:runs] = 0
        for k in range(starts[j], starts[j + 1]):
            row = parts[k]
            for r in range(runs):
                total[r] += found[row, r]
        for r in range(runs):
            columns[j, places[r]] += total[r]


def _join_runs(
    found: Any, starts: Any, parts: Any, places: Any, runs: int, total: Any, columns: Any
) -> None:
    """The same for masks, which are joined bit by bit."""
    for j in range(len(starts) - 1):
        total[:runs] = 0
        for k in range(starts[j], starts[j + 1]):
            row = parts[k]
            for r in range(runs):
                total[r] |= found[row, r]
        for r in range(runs):
            columns[j, places[r]] |= total[r]


_compile = numba.njit(cache=True, nogil=True)
code_rows, gather_runs = _compile(_code_rows), _compile(_gather_runs)
add_lengths, add_runs, join_runs = _compile(_add_lengths), _compile(_add_runs), _compile(_join_runs)


def _add_rows(
    begin: int, runs: int, owners: Any, has_owner: Any, codes: Any, days: Any, quantities: Any,
    first_owner: int, first_day: int, length: int, table: Any, scratch: Any,
    facts: Any, counts: Any, masks: Any, sums: Any, most: int,
) -> tuple[int, int]:  # fmt: skip
    """Add a batch of facts from row `begin` on to what a month holds of each owner.

    Stops before an owner's facts exceed `most`, which may be more than `counts` has room for:
    returns the row to go on from and how many runs are waiting in the scratch; 0 runs at the end.
    One call for a whole batch, so that threads do not wait for the interpreter.
    """
    classes, of_counts, of_masks, of_sums = table
    places, lengths, new_counts, new_masks, new_sums, small, large = scratch
    while True:
        if runs:
            add_runs(new_counts, of_counts[1], of_counts[2], places, runs, small, counts)
            join_runs(new_masks, of_masks[1], of_masks[2], places, runs, small, masks)
            add_runs(new_sums, of_sums[1], of_sums[2], places, runs, large, sums)
            new_counts[:, :runs] = 0
            new_masks[:, :runs] = 0
            new_sums[:, :runs] = 0
        if begin == len(codes):
            return begin, 0
        begin, runs = gather_runs(
            begin, owners, has_owner, codes, days, quantities, first_owner, first_day, length,
            classes, of_counts[0], of_masks[0], of_sums[0],
            places, lengths, new_counts, new_masks, new_sums,
        )  # fmt: skip
        if add_lengths(places, lengths, runs, facts) > most:
            return begin, runs


add_rows = _compile(_add_rows)
