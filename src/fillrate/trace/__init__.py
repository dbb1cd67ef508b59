"""Traces: the orders as arrays and the seed of every other chance event; sampled, stored, or read from a log."""

from fillrate.trace.replay import orders_of
from fillrate.trace.sample import sample
from fillrate.trace.store import load_trace, save_trace
from fillrate.trace.trace import Orders, Trace

__all__ = ["Orders", "Trace", "load_trace", "orders_of", "sample", "save_trace"]
