"""What is wrong with a row of input, by row; nothing is dropped in silence."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Finding:
    """One doubt about one row.

    `row` is the row of the file as a person counts it (the heading is row 1), 0 for the file as a
    whole. A row with an `error` is left out of the indices, a `warning` is counted.
    """

    row: int
    code: str
    message: str
    severity: Literal["error", "warning"] = "error"
    column: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return asdict(self)
