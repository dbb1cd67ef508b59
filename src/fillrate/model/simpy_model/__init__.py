"""The model of record: an order's life, warehouses, stations and suppliers as SimPy processes."""

from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Simulation"]
