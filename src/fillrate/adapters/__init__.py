"""A shop system's records as allocation requests, decisions as the shop's answer: pure functions, one module a host.

A host that takes quantities gets them (`assign`); a host that fills greedily from an ordered list gets an order of
locations (`rank`). Nothing here talks to a network: who calls the shop, and when, is the user's.
"""

from fillrate.adapters.host import Host, Names, Record, translate
from fillrate.adapters.hosts import HOSTS, host
from fillrate.adapters.ranking import Ranking, in_order, ranked
from fillrate.adapters.units import scale_of, shown, whole

__all__ = [
    "HOSTS",
    "Host",
    "Names",
    "Ranking",
    "Record",
    "host",
    "in_order",
    "ranked",
    "scale_of",
    "shown",
    "translate",
    "whole",
]
