"""What a viewer remembers of an episode: the last answer, recent flows, and the money over time."""

from __future__ import annotations

from dataclasses import replace

from fillrate.gym.core import Core
from fillrate.gym.reference import Reference
from fillrate.gym.render import compiled, simulated
from fillrate.gym.render.scene import HOLD, Decision, Scene, Taken

__all__ = ["FADING", "Record"]

FADING = 0.985  # what a decision leaves of the flows before it: half of them after 46 decisions
MOST = 600  # points of the history, beyond which every other one is forgotten


class Record:
    """Watches an engine from decision to decision; it only reads."""

    def __init__(self, core: Core | Reference) -> None:
        """Nothing has been seen yet."""
        self.core = core
        self.forget()

    def begin(self) -> None:
        """A new episode stands at its first question."""
        self.forget()
        self.fullest = max(1, *(site.on_hand for site in self._seen().sites))
        self.went_on()

    def forget(self) -> None:
        """Nothing has been seen."""
        self.fullest = 1
        world = self.core.terms.world
        self.taken: Taken | None = None
        self.flows = [[0.0] * len(world.regions) for _ in world.locations]
        self.history: list[tuple[float, float]] = []
        self.stride, self.steps = 1, 0

    def answer(self, row: int) -> None:
        """The row of the question at hand that is about to be taken; the one after the locations holds."""
        decision = self._decision()
        if decision is None:
            return
        place, units = _of_row(decision, row)
        self.flows = [[units * FADING for units in lanes] for lanes in self.flows]
        if place != HOLD:
            self.flows[place][decision.region] += units
        self.taken = Taken(decision.order, decision.region, decision.sku, place, units)

    def went_on(self) -> None:
        """The run stands at its next question, or has ended: note the money."""
        if self.steps % self.stride == 0 or not self.core.asking[0]:
            self.history.append((float(self.core.now[0]), float(self.core.account[0].sum())))
        if len(self.history) > MOST:
            del self.history[1::2]
            self.stride *= 2
        self.steps += 1

    def scene(self) -> Scene:
        """What is seen now."""
        found = self._seen()
        history = (*self.history, (found.now, found.contribution))
        flows = tuple(map(tuple, self.flows))
        return replace(found, taken=self.taken, flows=flows, fullest=self.fullest, history=history)

    def _seen(self) -> Scene:
        core = self.core
        return compiled.scene_of(core) if isinstance(core, Core) else simulated.scene_of(core)

    def _decision(self) -> Decision | None:
        core = self.core
        return compiled.decision_of(core) if isinstance(core, Core) else simulated.decision_of(core)


def _of_row(decision: Decision, row: int) -> tuple[int, int]:
    """Location and units of a row."""
    if row >= len(decision.candidates):
        return HOLD, decision.quantity
    chosen = decision.candidates[row]
    return chosen.location, min(chosen.available, decision.quantity)
