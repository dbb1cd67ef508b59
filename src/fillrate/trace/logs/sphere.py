"""Points on the globe as arrays: means and distances that also work across the date line."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fillrate.world.geography import EARTH_KM

__all__ = ["cell_name", "distances_km", "mean_point", "row_distances_km", "vectors"]

Floats = NDArray[np.float64]


def vectors(latitude: ArrayLike, longitude: ArrayLike) -> Floats:
    """(n, 3) unit vectors of n points in degrees."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    return np.column_stack((np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)))


def mean_point(latitude: ArrayLike, longitude: ArrayLike, weight: ArrayLike) -> tuple[float, float]:
    """Latitude and longitude of the weighted mean of points in degrees, taken in space and put back on the globe.

    >>> [round(value, 6) for value in mean_point([0, 0], [179, -177], [1, 1])]
    [0.0, -179.0]
    """
    x, y, z = np.asarray(weight, dtype=np.float64) @ vectors(latitude, longitude)
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def cell_name(latitude: float, longitude: float, step: float) -> str:
    """Name of the cell of a grid in which a point in degrees lies.

    >>> cell_name(40.71, -74.01, 0.1)
    '40.7N 74.0W'
    """
    lat, lon = round(latitude / step) * step, round(longitude / step) * step
    return f"{abs(lat):.1f}{'N' if lat >= 0 else 'S'} {abs(lon):.1f}{'E' if lon >= 0 else 'W'}"


def distances_km(first: Floats, second: Floats) -> Floats:
    """(n, m) great-circle distances between (n, 3) and (m, 3) unit vectors."""
    return _arc_km(first @ second.T)


def row_distances_km(first: Floats, second: Floats) -> Floats:
    """(n,) great-circle distances between the rows of two (n, 3) arrays of unit vectors."""
    return _arc_km(np.einsum("ij,ij->i", first, second))


def _arc_km(cosine: Floats) -> Floats:
    half_chord = np.sqrt(np.clip((1.0 - cosine) / 2, 0.0, 1.0))
    arc: Floats = 2 * EARTH_KM * np.arcsin(half_chord)
    return arc
