"""Every chance event of a run besides the orders: one keyed draw each, snapped to 2**-20 days."""

from __future__ import annotations

from fillrate.draws import (
    CONSTANT,
    EXPONENTIAL,
    LOGNORMAL,
    drawn,
    exponential,
    mix,
    name_key,
    seed_key,
    snap,
    uniform,
)
from fillrate.world import World
from fillrate.world.law import Law, quantile
from fillrate.world.network import Outage, Station

__all__ = ["SERVICE", "Chance", "expected_end", "outage_key", "outage_windows", "stated_windows"]

SERVICE = {"deterministic": CONSTANT, "exponential": EXPONENTIAL, "lognormal": LOGNORMAL}  # codes of pick services


class Chance:
    """Draws of one (world, seed); a draw belongs to an entity, never to a position in a stream."""

    def __init__(self, world: World, seed: int) -> None:
        """Start the streams."""
        self.world = world
        self.location_keys, self.sku_keys = world.tables.keys["location"], world.tables.keys["sku"]
        names = ("patience", "transit", "pick_service", "short_pick", "return_whether", "return_when")
        self.states = {name: seed_key(seed, name) for name in (*names, "purchase", "transfer", "outage")}

    def patience(self, order_key: int, law: Law) -> float:
        """Days an order waits from its first offer."""
        if law.code == CONSTANT:
            return snap(law.mean)
        return snap(quantile(law, uniform(mix(self.states["patience"], order_key))))

    def transit(self, order_key: int, location: int, law: Law) -> float:
        """Days on the way."""
        if law.code == CONSTANT:
            return snap(law.mean)
        state = mix(mix(self.states["transit"], order_key), self.location_keys[location])
        return snap(quantile(law, uniform(state)))

    def pick_service(self, order_key: int, location: int, nth: int, station: Station, mean_days: float) -> float:
        """Days of one pick."""
        code = SERVICE[station.law]
        if code == CONSTANT:
            return snap(mean_days)
        state = mix(mix(mix(self.states["pick_service"], order_key), self.location_keys[location]), nth)
        return drawn(code, uniform(state), mean_days, station.cv, (), (), 0, 0)

    def short_pick(self, line_key: int, location: int, nth: int, probability: float) -> bool:
        """Whether one unit of a line is not found."""
        state = mix(mix(mix(self.states["short_pick"], line_key), self.location_keys[location]), nth)
        return bool(uniform(state) < probability)

    def comes_back(self, line_key: int, location: int, nth: int, probability: float) -> bool:
        """Whether a delivered line is returned."""
        state = mix(mix(mix(self.states["return_whether"], line_key), self.location_keys[location]), nth)
        return bool(uniform(state) < probability)

    def return_time(self, line_key: int, location: int, nth: int, law: Law) -> float:
        """Days from delivery to return."""
        state = mix(mix(mix(self.states["return_when"], line_key), self.location_keys[location]), nth)
        return snap(quantile(law, uniform(state)))

    def lead_time(self, stream: str, supplier_key: int, location: int, sku: int, day: int, nth: int, law: Law) -> float:
        """Days from order to receipt; stream is `purchase` or `transfer`."""
        if law.code == CONSTANT:
            return snap(law.mean)
        state = mix(mix(self.states[stream], supplier_key), self.location_keys[location])
        state = mix(mix(mix(state, self.sku_keys[sku]), day), nth)
        return snap(quantile(law, uniform(state)))

    def outage(self, entity_key: int, ordinal: int, mean_days: float) -> float:
        """Days up (even ordinals) or down (odd ones)."""
        return snap(exponential(uniform(mix(mix(self.states["outage"], entity_key), ordinal)), mean_days))


def outage_key(kind: str, name: str) -> int:
    """Key of what may be down: its kind (`location`, `supplier`) and name, for the two may share a name.

    >>> outage_key("location", "north") == outage_key("supplier", "north")
    False
    """
    return int(mix(name_key(kind), name_key(name)))


def stated_windows(outage: Outage) -> list[tuple[float, float]]:
    """The [from, to) windows that are told in advance, in days: rising, apart from each other."""
    return _joined([(snap(a), snap(b)) for a, b in outage.windows])


def outage_windows(outage: Outage, entity_key: int, chance: Chance, horizon: float) -> list[tuple[float, float]]:
    """All [from, to) windows that begin before the horizon, in days: rising, apart from each other."""
    windows = [window for window in stated_windows(outage) if window[0] < horizon]
    at, ordinal = 0.0, 0
    while outage.mean_up_days > 0.0:
        start = at + chance.outage(entity_key, ordinal, outage.mean_up_days)
        if start >= horizon:
            break
        at = start + chance.outage(entity_key, ordinal + 1, outage.mean_down_days)
        windows.append((start, at))
        ordinal += 2
    return _joined(windows)


def _joined(windows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Windows that touch or overlap made one: nobody is up between them."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(window for window in windows if window[1] > window[0]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def expected_end(outage: Outage, now: float) -> float:
    """When an outage that is on is expected to end, in days: as stated, else by the mean (the draw is not known)."""
    ends = [end for start, end in stated_windows(outage) if start <= now < end]
    return max(ends) if ends else now + snap(outage.mean_down_days)
