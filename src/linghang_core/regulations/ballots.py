"""Counting an anonymous ballot again from its published list: anybody's recount, no database.

The list is a CSV file with one row for each slip (a grade for one person under a random receipt
code), and one row for the sum of a group's papers. Where voters are few it holds sums alone.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("编号", "姓名", "来源", "等次", "票数", "回执码")
"""Number in the list, name, where from, grade, votes, receipt code (empty for sums)."""


class BallotListError(ValueError):
    """The file is no list of slips."""


@dataclass(frozen=True)
class BallotLine:
    """One row of the list."""

    number: int
    name: str
    source: str
    grade: str
    votes: int
    receipt: str = ""


@dataclass(frozen=True)
class Recount:
    """Sums by person (number, name) and grade, how many slips there are, and what does not add up."""

    totals: dict[tuple[int, str], dict[str, int]]
    slips: int
    faults: tuple[str, ...]
    digest: str


def write_list(lines: Iterable[BallotLine]) -> str:
    """Return the lines as CSV text with its heading; the digest is that of this text in UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (one.number, one.name, one.source, one.grade, one.votes, one.receipt) for one in lines
    )
    return out.getvalue()


def read_list(text: str) -> list[BallotLine]:
    """Return the lines of a list; raises BallotListError naming the row that cannot be read."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(next(rows, ())) != COLUMNS:
        raise BallotListError(f"row 1: the heading must be {','.join(COLUMNS)}")
    found = []
    for place, row in enumerate(rows, 2):
        try:
            number, name, source, grade, votes, receipt = row
            found.append(BallotLine(int(number), name, source, grade, int(votes), receipt))
        except ValueError as error:
            raise BallotListError(f"row {place}: {error}") from error
    return found


def digest_list(text: str) -> str:
    """Return the SHA-256 of a list, whatever its line ends and its mark of byte order."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return hashlib.sha256(plain.encode()).hexdigest()


def recount_list(text: str) -> Recount:
    """Return the sums of a published list and every fault a recount can find.

    Faults: a receipt code twice, a slip worth other than one vote, negative sums, and a person with
    slips of fewer voters than all others less one: only the own slip may be missing.
    """
    lines = read_list(text)
    totals: dict[tuple[int, str], dict[str, int]] = {}
    slips: dict[tuple[int, str], int] = {}
    seen: set[str] = set()
    faults = []
    for one in lines:
        person = (one.number, one.name)
        grades = totals.setdefault(person, {})
        grades[one.grade] = grades.get(one.grade, 0) + one.votes
        slips.setdefault(person, 0)
        if one.votes < 0 or (one.receipt and one.votes != 1):
            faults.append(f"{one.name} {one.receipt}: {one.votes}")
        if not one.receipt:
            continue
        slips[person] += 1
        if one.receipt in seen:
            faults.append(f"receipt code twice: {one.receipt}")
        seen.add(one.receipt)
    most = max(slips.values(), default=0)
    faults += [f"{name}: {n} slips of {most}" for (_, name), n in slips.items() if n < most - 1]
    return Recount(totals, len(seen), tuple(faults), digest_list(text))
