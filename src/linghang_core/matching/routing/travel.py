"""How far places are apart: in the plane, on the globe, or by a matrix of roads."""

from __future__ import annotations

import numpy as np

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG), in kilometres."""


def measure_plane(places: np.ndarray) -> np.ndarray:
    """Return Euclidean distances (L × L) of places (L × 2), in double precision."""
    x, y = places[:, 0], places[:, 1]
    return np.asarray(np.sqrt((x[:, None] - x[None]) ** 2 + (y[:, None] - y[None]) ** 2))


def measure_globe(places: np.ndarray) -> np.ndarray:
    """Return great-circle distances in kilometres (haversine) of longitude and latitude in degrees."""
    longitude, latitude = np.radians(places[:, 0]), np.radians(places[:, 1])
    chord = (
        np.sin((latitude[:, None] - latitude[None]) / 2) ** 2
        + np.cos(latitude[:, None])
        * np.cos(latitude[None])
        * np.sin((longitude[:, None] - longitude[None]) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def find_shortest(times: np.ndarray) -> np.ndarray:
    """Return the least times (L × L) over any places in between (Floyd 1962, CACM 5:345).

    SciPy's takes a way of length zero for no way at all, and two demands can share a place.
    """
    found = times.copy()
    for between in range(len(found)):
        np.minimum(found, found[:, between, None] + found[None, between], out=found)
    return found


METRICS = {"euclid": measure_plane, "haversine": measure_globe}
