"""A scene in words: the same phrases for pictures and for text."""

from __future__ import annotations

from fillrate.gym.render.scene import HOLD, Decision, Scene, Taken
from fillrate.world import World

__all__ = ["FIGURES", "asked_words", "clock", "figures", "lasting", "money", "order_words", "taken_words"]


def clock(days: float) -> str:
    """Day and time of day of an instant, to the minute begun.

    >>> clock(0.0), clock(12.75)
    ('day 0, 00:00', 'day 12, 18:00')
    """
    minutes = int(days * 1440)
    return f"day {minutes // 1440:,}, {minutes // 60 % 24:02}:{minutes % 60:02}"


def lasting(days: float) -> str:
    """A time span.

    >>> lasting(0.0), lasting(0.02), lasting(0.3), lasting(2.25)
    ('0 min', '29 min', '7 h', '2.2 days')
    """
    if days >= 2.0:
        return f"{days:.1f} days"
    return f"{days * 24:.0f} h" if days * 24 >= 1.5 else f"{days * 1440:.0f} min"


def money(amount: float, currency: str) -> str:
    """An amount without decimals, with a true minus.

    >>> money(-1234.4, "EUR")
    '−1,234 EUR'
    """
    return f"{round(amount):,} {currency}".replace("-", "−")


def asked_words(world: World, decision: Decision | None) -> str:
    """What is asked for, and from where."""
    if decision is None:
        return "The episode has ended"
    return f"{decision.quantity} × {world.skus[decision.sku].name} for {world.regions[decision.region].name}"


def order_words(world: World, decision: Decision | None) -> str:
    """Whose order it is, and how long it has waited."""
    if decision is None:
        return "everything placed has run out, what is left is valued"
    line = f"line {decision.line + 1} of {decision.lines}"
    waited = f"waited {lasting(decision.waited_days)}" if decision.waited_days > 0 else "just in"
    return f"order {decision.order:,} · {world.segments[decision.segment].name} · {line} · {waited}"


def taken_words(world: World, taken: Taken | None) -> str:
    """What was decided last."""
    if taken is None:
        return "nothing decided yet"
    units = f"{taken.units} × {world.skus[taken.sku].name} for {world.regions[taken.region].name}"
    if taken.location == HOLD:
        return f"last: held {units}"
    return f"last: {units} from {world.locations[taken.location].name}"


FIGURES = ("orders", "units on hand", "units waiting", "contribution so far")


def figures(world: World, scene: Scene) -> tuple[str, ...]:
    """`FIGURES` of the run as a whole."""
    return (
        f"{scene.orders:,}",
        f"{sum(site.on_hand for site in scene.sites):,}",
        f"{sum(market.waiting for market in scene.markets):,}",
        money(scene.contribution, world.money.currency),
    )
