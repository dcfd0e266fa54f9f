"""Averages of group-time effects: one number, by group, by period, by time since treatment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from linghang_core.effects.panel import Panel
from linghang_core.effects.results import EffectsError
from linghang_core.effects.staggered.cells import Effects, Part


class Aggregate(StrEnum):
    """What the one number is an average of (Callaway and Sant'Anna 2021, section 3.1).

    `simple`: all cells after treatment by units; `group`: mean over time of each group, then by
    units; `calendar`: mean over groups in each period, then over periods; `dynamic`: mean over
    groups at each time since treatment, then over those times.
    """

    SIMPLE = "simple"
    GROUP = "group"
    CALENDAR = "calendar"
    DYNAMIC = "dynamic"


@dataclass(frozen=True)
class Average:
    """The one number, and the rows it is made of, each with its label."""

    overall: Part
    rows: tuple[tuple[dict[str, Any], Part], ...]


def average(found: Effects, panel: Panel, how: Aggregate, *, balance: int | None = None) -> Average:
    """Return the average asked for; for `simple` the rows are the cells themselves.

    The shares of groups are estimates, their error is included. `balance` keeps, for `dynamic`,
    only groups observed at least that many periods after treatment began, and times up to it.
    """
    kept = np.array([_keeps(panel, cell.group, balance) for cell in found.cells])
    after = np.array([cell.since >= 0 for cell in found.cells]) & kept
    if not after.any():
        raise EffectsError("no group is observed that long after treatment; lower --balance")
    if how is Aggregate.SIMPLE:
        rows = [
            (_label(panel, place, found), found.combine(_only(place, len(found.cells))))
            for place in range(len(found.cells))
        ]
        return Average(_mean(found, panel, after), tuple(rows))
    keys = _list_keys(found, how)
    names = {"group": "group", "calendar": "time", "dynamic": "relative_time"}
    parts: list[tuple[dict[str, Any], Part]] = []
    overall = []
    for key in sorted({int(k) for k, own in zip(keys, kept, strict=True) if own}):
        chosen = (keys == key) & kept & (after if how is not Aggregate.DYNAMIC else True)
        if not chosen.any() or (balance is not None and how is Aggregate.DYNAMIC and key > balance):
            continue
        part = _plain(found, chosen) if how is Aggregate.GROUP else _mean(found, panel, chosen)
        shown: Any = key if how is Aggregate.DYNAMIC else panel.times[key]
        parts.append(({names[how.value]: shown}, part))
        if how is not Aggregate.DYNAMIC or key >= 0:
            overall.append((key, part))
    return Average(_gather(found, panel, how, overall), tuple(parts))


def _keeps(panel: Panel, group: int, balance: int | None) -> bool:
    return balance is None or len(panel.times) - 1 - group >= balance


def _label(panel: Panel, place: int, found: Effects) -> dict[str, Any]:
    cell = found.cells[place]
    return {
        "group": panel.times[cell.group],
        "time": panel.times[cell.time],
        "relative_time": cell.since,
    }


def _list_keys(found: Effects, how: Aggregate) -> np.ndarray:
    if how is Aggregate.GROUP:
        return np.array([cell.group for cell in found.cells])
    if how is Aggregate.CALENDAR:
        return np.array([cell.time for cell in found.cells])
    return np.array([cell.since for cell in found.cells])


def _only(place: int, count: int) -> np.ndarray:
    weights = np.zeros(count)
    weights[place] = 1.0
    return weights


def _plain(found: Effects, chosen: np.ndarray) -> Part:
    """Return the plain mean of the cells chosen."""
    return found.combine(chosen / chosen.sum())


def _mean(found: Effects, panel: Panel, chosen: np.ndarray) -> Part:
    """Return the mean of the cells chosen by the shares of their groups, which are estimates."""
    weights = np.where(chosen, found.sizes, 0.0)
    total = weights.sum()
    groups = np.array([cell.group for cell in found.cells])
    if not found.random_shares:
        return found.combine(weights / total)
    return found.combine(weights / total, _move_shares(panel, groups, chosen, found.sizes))


def _move_shares(
    panel: Panel, groups: np.ndarray, chosen: np.ndarray, sizes: np.ndarray
) -> np.ndarray:
    """Return what each unit (N × cells) does to the weights, as an influence function."""
    count = len(panel.units)
    shares = np.where(chosen, sizes / count, 0.0)
    total = shares.sum()
    own = (panel.starts[:, None] == groups) * chosen - shares
    moved: np.ndarray = own / total - own.sum(axis=1)[:, None] * shares / total**2
    return moved


def _gather(found: Effects, panel: Panel, how: Aggregate, parts: list[tuple[int, Part]]) -> Part:
    """Return the mean of the rows: by units over groups, plain over periods and times."""
    values = np.array([part.estimate for _, part in parts])
    stacked = np.column_stack([part.parts for _, part in parts])
    if how is not Aggregate.GROUP:
        return Part(float(values.mean()), stacked.mean(axis=1))
    groups = np.array([key for key, _ in parts])
    sizes = np.array([float((panel.starts == group).sum()) for group in groups])
    weights = sizes / sizes.sum()
    spread = stacked @ weights
    if found.random_shares:
        moves = _move_shares(panel, groups, np.ones(len(groups), dtype=bool), sizes)
        spread = spread + moves @ values / len(panel.units)
    return Part(float(values @ weights), spread)
