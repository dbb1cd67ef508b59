"""Production: a bundle decides as the laboratory does, on a host that has NumPy and nothing else."""

from fillrate.deploy.allocator import Allocator

__all__ = ["Allocator"]
