"""Instances of the literature as worlds: the multi-item fulfilment problem of Jasin and Sinha (2015) and Ma (2023)."""

from fillrate.world.literature.instances import SIZES, Size, instance

__all__ = ["SIZES", "Size", "instance"]
