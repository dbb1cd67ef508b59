"""Policies: data for who is first, from where, and what to buy."""

from fillrate.policy.bind import Bound, bind
from fillrate.policy.read import Policy, load_policy

__all__ = ["Bound", "Policy", "bind", "load_policy"]
