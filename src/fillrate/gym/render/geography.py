"""Where things go on a map: points from degrees, room between them, names beside them, curves from one to the other.

Pure arithmetic in the units of the paper (points or pixels, y upwards); nothing here draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "apart", "around", "beside", "bezier", "clear", "fitted", "middle_of", "stretch"]

Points = NDArray[np.float64]  # (n, 2)
Box = tuple[float, float, float, float]  # left, bottom, right, top
LABEL = (40.0, 19.0)  # room for a number on a curve
BEND = 0.16  # how far curves bow to their left, as a share of their length
LEAST_SPAN = 1.0  # degrees of latitude that a map shows at least

# Where a name may go, best first: how far across and up it is pushed from the middle of what it names, at most 1.
STRAIGHT = ((0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0))
SLANT = tuple((x, y) for y in (1.0, -1.0) for x in (1.0, -1.0))
SLID = tuple(side for a in (0.5, -0.5) for b in (1.0, -1.0) for side in ((a, b), (b, a)))
SIDES: tuple[tuple[float, float], ...] = (*STRAIGHT, *SLANT, *SLID)


def stretch(latitudes: Sequence[float]) -> float:
    """How much longer a degree of latitude is than one of longitude, at the middle of some latitudes.

    >>> round(stretch([45.0, 55.0]), 3)
    1.556
    """
    middle = (min(latitudes) + max(latitudes)) / 2
    return 1.0 / max(0.1, math.cos(math.radians(middle)))


def fitted(latitudes: Sequence[float], longitudes: Sequence[float], frame: Box, most: float = 1.0) -> Points:
    """Degrees as points in a frame: as large as fits, centred, true to scale at the middle latitude.

    Where it fills the frame better, one way may be drawn up to `most` times as far as the other.
    """
    up = np.asarray(latitudes, np.float64)
    across = np.asarray(longitudes, np.float64) / stretch(latitudes)
    left, bottom, right, top = frame
    spans = max(float(np.ptp(across)), LEAST_SPAN), max(float(np.ptp(up)), LEAST_SPAN)
    wide, high = (right - left) / spans[0], (top - bottom) / spans[1]
    middles = [(values.min() + values.max()) / 2 for values in (across, up)]
    x = (left + right) / 2 + (across - middles[0]) * min(wide, most * high)
    y = (bottom + top) / 2 + (up - middles[1]) * min(high, most * wide)
    return np.column_stack([x, y])


def apart(points: Points, reach: NDArray[np.float64], frame: Box, rounds: int = 200) -> Points:
    """Points moved until they are far enough from each other, inside a frame; pair by pair, and not much further.

    Args:
        points: (n, 2).
        reach: (n, n) how far from each other they should be at least.
        frame: what they stay in.
        rounds: after so many it is good enough.

    Two at the same place part in a direction of their own, so that the outcome is always the same.
    """
    found = points.copy()
    low, high = np.array(frame[:2]), np.array(frame[2:])
    for _ in range(rounds):
        moved = False
        for i in range(len(found)):
            for j in range(i):
                gap = found[i] - found[j]
                distance = float(np.hypot(*gap))
                if distance < reach[i, j] - 1e-6:
                    angle = 2.4 * (i + j)  # the golden angle, nearly: no two pairs part alike
                    way = gap / distance if distance > 1e-6 else np.array([math.cos(angle), math.sin(angle)])
                    push = (reach[i, j] - distance) / 2
                    found[i], found[j], moved = found[i] + way * push, found[j] - way * push, True
        found = np.clip(found, low, high)
        if not moved:
            break
    return found


def bezier(start: Points, end: Points, number: int) -> NDArray[np.float64]:
    """(n, number, 2) curves between points; they bow to their left, so that there and back are two curves."""
    way = end - start
    middle = (start + end) / 2 + BEND * np.column_stack([-way[:, 1], way[:, 0]])
    t = np.linspace(0.0, 1.0, number)[None, :, None]
    curve = (1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * middle[:, None] + t**2 * end[:, None]
    return np.asarray(curve, np.float64)


def middle_of(start: Points, end: Points) -> tuple[float, float]:
    """The middle of one such curve."""
    x, y = bezier(start[None], end[None], 3)[0, 1].tolist()
    return x, y


def around(x: float, y: float) -> Box:
    """Room for a number at a point."""
    return x - LABEL[0] / 2, y - LABEL[1] / 2, x + LABEL[0] / 2, y + LABEL[1] / 2


def overlap(box: Box, others: Sequence[Box]) -> float:
    """Area that a box shares with others."""
    shared = 0.0
    for left, bottom, right, top in others:
        width, height = min(box[2], right) - max(box[0], left), min(box[3], top) - max(box[1], bottom)
        shared += width * height if width > 0 and height > 0 else 0.0
    return shared


def clear(boxes: Sequence[Box], taken: Sequence[Box], frame: Box, spared: Sequence[Box] = ()) -> int:
    """The first of some boxes that lies on nothing, or else the one that covers least.

    Args:
        boxes: to choose from.
        taken: what should not be covered.
        frame: beyond which nothing should be either.
        spared: what may be covered rather than that.
    """
    cost = [20.0 * (overlap(box, taken) + _outside(box, frame)) + overlap(box, spared) for box in boxes]
    return cost.index(min(cost))


def _outside(box: Box, frame: Box) -> float:
    """Area of a box beyond a frame."""
    return (box[2] - box[0]) * (box[3] - box[1]) - overlap(box, [frame])


def beside(
    points: Points, radii: Sequence[float], sizes: Sequence[tuple[float, float]], frame: Box, spared: Sequence[Box] = ()
) -> list[Box]:
    """A box for the name of every point, on its best free side; the points themselves keep free.

    Args:
        points: (n, 2) what is named.
        radii: (n,) of the rings around them.
        sizes: (n,) width and height of the names; 0 wide: it has none.
        frame: what they should stay in.
        spared: boxes that had better stay free too.
    """
    kept = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(points.tolist(), radii, strict=True)]
    found: list[Box] = []
    for (x, y), radius, size in zip(points.tolist(), radii, sizes, strict=True):
        boxes = [_touching(x, y, radius, size, side) for side in SIDES]
        box = boxes[clear(boxes, kept, frame, spared)] if size[0] > 0 else (x, y, x, y)
        found.append(box)
        kept.append(box)
    return found


def _touching(x: float, y: float, radius: float, size: tuple[float, float], side: tuple[float, float]) -> Box:
    """A box that touches a ring on one side of it, at a corner of the square around it where it is pushed both ways."""
    reach = radius * (0.72 if abs(side[0] * side[1]) == 1.0 else 1.0)
    left = x + side[0] * reach - (1 - side[0]) / 2 * size[0]
    bottom = y + side[1] * reach - (1 - side[1]) / 2 * size[1]
    return left, bottom, left + size[0], bottom + size[1]
