"""Customers who are out twice at once are out once."""

import numpy as np
import pandas as pd

from linghang_core.reliability.doubts import Doubts


def merge_overlaps(frame: pd.DataFrame, found: Doubts) -> pd.DataFrame:
    """Return the rows with `since`, `lasting` and `fresh` (see Steps), overlapping rows of a group named.

    Rows of one `group` of one unit always concern the same customers. Where such rows overlap, the
    minutes both hold count once, with the row that began first; the later row is no interruption of
    its own, for its customers had no supply to lose; and what is sustained goes by the whole stretch.
    Rows without a group stand for customers of their own.
    """
    plain = frame.assign(since=frame["start"], lasting=frame["minutes"], fresh=True)
    named = (frame["group"] != "").to_numpy()
    if not named.any():
        return plain
    rows = frame[named]
    whose = rows.groupby(["unit", "group"], observed=True, sort=False).ngroup().to_numpy()
    start, end = (
        rows[name].to_numpy("datetime64[ns]").astype("int64") for name in ("start", "end")
    )
    order = np.lexsort((-end, start, whose))
    whose, start, end = whose[order], start[order], end[order]
    turn = np.r_[True, whose[1:] != whose[:-1]]
    reached = pd.Series(end).groupby(whose).cummax().to_numpy()
    before = np.where(turn, start, np.r_[start[:1], reached[:-1]])
    overlapping = ~turn & (start < before)
    if not overlapping.any():
        return plain
    since = np.minimum(np.where(overlapping, before, start), end)
    stretch = np.cumsum(~overlapping) - 1
    first, last = start[~overlapping], pd.Series(end).groupby(stretch).max().to_numpy()
    lasting = ((last - first) / 60e9)[stretch]
    places = named.nonzero()[0][order]
    found.add_rows(
        np.sort(frame["row"].to_numpy()[places[overlapping]]),
        "overlap",
        "group",
        "the group was out already: the minutes both rows hold are counted once",
        "warning",
    )
    counted = plain["since"].to_numpy("datetime64[ns]").copy()
    counted[places] = since.astype("datetime64[ns]")
    whole, fresh = plain["lasting"].to_numpy(copy=True), np.ones(len(plain), bool)
    whole[places], fresh[places] = lasting, ~overlapping
    return plain.assign(
        since=pd.Series(counted, index=plain.index).dt.tz_localize("UTC"),
        lasting=whole,
        fresh=fresh,
    )
