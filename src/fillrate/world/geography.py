"""Distances on the globe."""

from __future__ import annotations

import math

__all__ = ["EARTH_KM", "KM_PER_MILE", "haversine_km"]

EARTH_KM = 6371.0088  # mean radius (IUGG)
KM_PER_MILE = 1.609344


def haversine_km(latitude1: float, longitude1: float, latitude2: float, longitude2: float) -> float:
    """Great-circle distance in km between two points in degrees.

    >>> round(haversine_km(40.7, -73.9, 34.1, -118.4))
    3956
    """
    phi1, phi2 = math.radians(latitude1), math.radians(latitude2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(longitude2 - longitude1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
