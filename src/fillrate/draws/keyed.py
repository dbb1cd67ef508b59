"""A counter-based uniform: a pure function of (seed, stream, entity keys).

Source of the mixing function: the splitmix64 finaliser (Steele, Lea, Flood 2014, "Fast splittable pseudorandom
number generators"). Every function takes Python integers or NumPy uint64 arrays alike, with the same bits.
"""

from __future__ import annotations

import hashlib
from typing import Any

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
UNIT = 2.0**-52
HALF = 2.0**-53

STREAMS = {
    name: number
    for number, name in enumerate(
        (
            "arrival",
            "count",
            "trial",
            "region",
            "segment",
            "channel",
            "basket",
            "sku",
            "quantity",
            "patience",
            "transit",
            "pick_service",
            "short_pick",
            "return_whether",
            "return_when",
            "purchase",
            "transfer",
            "outage",
            "policy",
            "time_of_day",
        ),
        start=1,
    )
}  # a number is never used again for another meaning: stored traces depend on it


def name_key(name: str) -> int:
    """64-bit key of an entity's name, so that adding a site or SKU changes no other draw.

    >>> name_key("north") == name_key("north"), name_key("north") == name_key("south")
    (True, False)
    """
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def mix(state: Any, key: Any) -> Any:
    """Fold one 64-bit key into a 64-bit state; integers or uint64 arrays."""
    z = (state ^ (key * GOLDEN & MASK)) + GOLDEN & MASK
    z = (z ^ z >> 30) * FIRST & MASK
    z = (z ^ z >> 27) * SECOND & MASK
    return z ^ z >> 31


def seed_key(seed: int, stream: str) -> int:
    """State from which all draws of one stream start."""
    return int(mix(mix(0, seed & MASK), STREAMS[stream]))


def uniform(state: Any) -> Any:
    """A uniform in (0, 1) from a mixed state: the middle of one of 2**52 cells, exact, so never 0 nor 1.

    >>> 0.0 < uniform(mix(seed_key(1, "arrival"), 7)) < 1.0
    True
    """
    return (state >> 12) * UNIT + HALF
