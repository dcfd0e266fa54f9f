"""The inner loop, compiled by numba when this module is first imported.

It stands alone so that whoever does not use the kernel need not have numba; the compiled code is
kept in numba's usual cache.
"""

from __future__ import annotations

from typing import Any

try:
    import numba
except ImportError as error:
    message = (
        "the engine `kernel` needs numba: install the extra `fast` (pip install 'linghang[fast]'),"
        " or use the engine `duckdb`, which gives the same numbers"
    )
    raise ImportError(message) from error

COUNT, SUM, DAY = 0, 1, 2


def _add_rows(
    owners: Any, has_owner: Any, codes: Any, days: Any, quantities: Any,
    first_owner: int, first_day: int, length: int,
    starts: Any, forms: Any, places: Any, small: Any, sums: Any,
) -> None:  # fmt: skip
    """Add a batch of facts to what a month holds of each owner.

    `codes` says what a fact is (see `table.Table`); below zero it does not stand. The row of an
    owner is its number less the first one. `starts[code]` to `starts[code + 1]` are the updates a
    fact of this code makes: form and column.
    """
    nullable = len(has_owner) > 0
    for i in range(len(codes)):
        code = codes[i]
        if code < 0 or (nullable and not has_owner[i]):
            continue
        begin, end = starts[code], starts[code + 1]
        day = days[i] - first_day
        if begin == end or day < 0 or day >= length:
            continue
        row = owners[i] - first_owner
        for k in range(begin, end):
            form = forms[k]
            if form == COUNT:
                small[row, places[k]] += 1
            elif form == DAY:
                small[row, places[k]] |= 1 << day
            else:
                sums[row, places[k]] += quantities[i]


def _code_rows(
    kinds: Any, statuses: Any, n_statuses: int, verified: Any, late: Any, named: Any,
    seqs: Any, withdrawn: Any, has_withdrawn: Any, as_of: int, codes: Any,
) -> None:  # fmt: skip
    """Write the code of each fact; -1 when it does not stand at the sequence."""
    later, taken_back, always = len(seqs) > 0, len(has_withdrawn) > 0, len(named) == 0
    for i in range(len(codes)):
        if (later and seqs[i] > as_of) or (
            taken_back and has_withdrawn[i] and withdrawn[i] <= as_of
        ):
            codes[i] = -1
        else:
            person = 1 if always else named[i]
            codes[i] = (
                ((kinds[i] * n_statuses + statuses[i]) * 2 + verified[i]) * 2 + late[i]
            ) * 2 + person


def _narrow(matrix: Any, columns: Any, bounds: Any) -> None:
    """Turn a matrix of owners into columns, finding the greatest number of each on the way."""
    rows, width = matrix.shape
    for first in range(0, rows, 1024):
        end = min(first + 1024, rows)
        for j in range(width):
            top = bounds[j]
            for i in range(first, end):
                number = matrix[i, j]
                columns[j, i] = number
                top = max(top, number)
            bounds[j] = top


_compile = numba.njit(cache=True, nogil=True)
add_rows, code_rows, narrow = _compile(_add_rows), _compile(_code_rows), _compile(_narrow)
