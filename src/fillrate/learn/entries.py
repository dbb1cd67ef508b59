"""A network as a policy entry, as it would be read from its folder."""

from __future__ import annotations

from fillrate.decision.weights import Network
from fillrate.policy.spec import Info, Learned, SourceRule

__all__ = ["REFERENCES", "learned"]

REFERENCES = {
    "es": "Zaheer et al. 2017, Deep Sets; Hansen 2016, CMA-ES; Salimans et al. 2017, Evolution Strategies.",
    "dqn": "Zaheer et al. 2017, Deep Sets; Mnih et al. 2015, Human-level control through deep reinforcement learning.",
    "a2c": "Zaheer et al. 2017, Deep Sets; Mnih et al. 2016, Asynchronous methods for deep reinforcement learning.",
    "ppo": "Zaheer et al. 2017, Deep Sets; Schulman et al. 2017, Proximal policy optimization algorithms.",
    "maskable_ppo": "Zaheer et al. 2017, Deep Sets; Huang and Ontañón 2022, Invalid action masking.",
}  # algorithm -> where network and method come from


def learned(name: str, network: Network) -> Learned:
    """The network as a source policy, as it would be read from its folder."""
    info = Info(name, "source", "learned")
    return Learned(info, source=SourceRule(method="network", columns=network.columns), network=network)
