"""Two periods compared like with like: "−36 %" with what chance alone could have made of it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

FEWEST_DAYS = 28
ROUNDS = 4000
CHUNK = 500


@dataclass(frozen=True)
class Comparison:
    """The change of the mean daily SAIDI and its interval.

    `change` is (later − earlier) / earlier; `low` and `high` bound 95 % of the bootstrap over blocks
    of days; `clear` says whether the interval keeps away from no change.
    """

    earlier: float
    later: float
    change: float
    low: float
    high: float
    days_earlier: int
    days_later: int
    rounds: int
    block_days: int
    clear: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        return asdict(self)


def compare_days(
    earlier: pd.Series,
    later: pd.Series,
    *,
    rounds: int = ROUNDS,
    block_days: int = 7,
    seed: int = 1,
) -> Comparison:
    """Compare daily SAIDI of two periods by a moving-block bootstrap over days.

    Storms last for days, so blocks of `block_days` days are drawn with replacement, each period by
    itself; the same seed gives the same interval. Raises ValueError for fewer than 28 days on one
    side, and where nothing happened in the earlier period: then there is no percentage.
    """
    before, after = earlier.to_numpy(dtype=float), later.to_numpy(dtype=float)
    if min(len(before), len(after)) < FEWEST_DAYS:
        raise ValueError(
            f"{len(before)} and {len(after)} days: at least {FEWEST_DAYS} are needed on each side"
        )
    if not before.sum() > 0:
        raise ValueError("nothing happened in the earlier period: there is no percentage of it")
    random = np.random.default_rng(seed)
    means = [_draw(random, days, rounds, block_days) for days in (before, after)]
    usable = means[0] > 0
    changes = means[1][usable] / means[0][usable] - 1
    low, high = np.quantile(changes, [0.025, 0.975])
    first, second = float(before.mean()), float(after.mean())
    return Comparison(
        earlier=first,
        later=second,
        change=second / first - 1,
        low=float(low),
        high=float(high),
        days_earlier=len(before),
        days_later=len(after),
        rounds=int(usable.sum()),
        block_days=block_days,
        clear=bool(low > 0 or high < 0),
    )


def _draw(
    random: np.random.Generator, days: np.ndarray, rounds: int, block_days: int
) -> np.ndarray:
    """Return the means of resampled periods; blocks run round the end of the period."""
    blocks = -(-len(days) // block_days)
    offsets = np.arange(block_days)
    found = []
    for start in range(0, rounds, CHUNK):
        count = min(CHUNK, rounds - start)
        begins = random.integers(0, len(days), (count, blocks, 1))
        places = ((begins + offsets) % len(days)).reshape(count, -1)[:, : len(days)]
        found.append(days[places].mean(axis=1))
    return np.concatenate(found)
